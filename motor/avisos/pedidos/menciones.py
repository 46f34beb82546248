"""Menciones específicas: un mensaje que cumple lo que pide `avisos.toml` se avisa al momento.

Se mira lo último que llegó a la base, por su número. Como en PostgreSQL un número menor puede confirmarse después que
uno mayor, lo de los últimos minutos se vuelve a mirar; y como la clave de cada suceso es única, mirar dos veces no
avisa dos veces. Al arrancar se miran las últimas horas de lo que llegó: una caída no se come ninguna.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import Session, col

from modelos import Correo, Historia, Suceso
from modelos.escucha import Mensaje
from motor.avisos.alzas.averiguar import dicho
from motor.avisos.historias.contar import contar, en_espera
from motor.avisos.historias.historia import abiertas, abrir, cerrar, contados
from motor.avisos.historias.mesa import Mesa
from motor.avisos.pedidos.condiciones import AvisosMalEscritos, Candidato, Condicion, Pedido, cumplen, leer_pedido
from motor.avisos.redaccion.hechos import Dicho
from motor.avisos.redaccion.mencion import CartaDeMenciones
from motor.escucha.entorno import EntornoDeEscucha

logger = logging.getLogger(__name__)

CLASE = "mencion"
REPASO = timedelta(minutes=10)
"""Lo que llegó hace menos de esto se mira otra vez."""
AL_ARRANCAR = timedelta(hours=24)
FRESCA = timedelta(hours=24)
"""Lo dicho mucho antes de oírlo (el pasado que se trae la primera vez) no es noticia."""
CALLADA = timedelta(hours=24)
"""Sin más menciones en este tiempo, la historia se cierra sin decir nada."""
LOTE = 5000
EN_VUELO = 200
"""Cuántos números antes del primero pueden confirmarse todavía, al arrancar."""
ARCHIVO = "avisos.toml"


@dataclass(slots=True)
class Menciones:
    """Por dónde va. Vive mientras viva el proceso: lo que no recuerda, lo dicen las claves de los sucesos."""

    escucha: EntornoDeEscucha
    _cursor: int | None = None
    _mirados: set[int] = field(default_factory=set)
    _pedido: Pedido = field(default_factory=Pedido)
    _leido: float = -1.0

    def atender(self, mesa: Mesa) -> int:
        """Avisar de las menciones nuevas; cuántas halló."""
        pedido = self.pedido()
        ahora = self.escucha.reloj.ahora()
        _cerrar_las_calladas(self.escucha, ahora)
        if not pedido.menciones:
            self._cursor = None
            return 0
        halladas: dict[str, list[Mensaje]] = {}
        ultimos = self._ultimos()
        for mensaje in self._nuevos([i for i, _ in ultimos if i not in self._mirados]):
            if not _es_noticia(mensaje):
                continue
            for condicion in cumplen(pedido.menciones, candidato(mensaje)):
                halladas.setdefault(condicion.clave, []).append(mensaje)
        for condicion in pedido.menciones:
            if condicion.clave in halladas:
                contar_menciones(self.escucha, mesa, condicion, halladas[condicion.clave])
        self._anotar(ultimos, ahora)  # hasta aquí: si la base falló, se miran otra vez
        return sum(len(m) for m in halladas.values())

    def pedido(self) -> Pedido:
        """Lo que pide el archivo, leído otra vez si cambió. Si está mal escrito, se sigue con lo de antes y se dice."""
        ruta = self.escucha.archivos / ARCHIVO
        try:
            cambio = ruta.stat().st_mtime
        except OSError:
            self._pedido, self._leido = Pedido(), -1.0
            return self._pedido
        if cambio != self._leido:
            self._leido = cambio
            try:
                self._pedido = leer_archivo(self.escucha, ruta)
            except AvisosMalEscritos as error:
                logger.error("%s Se sigue con lo de antes.", error, extra={"accion": "avisos_mal_escritos"})
        return self._pedido

    def _ultimos(self) -> list[tuple[int, datetime]]:
        """El número de los que llegaron al final, y cuándo llegaron: sin su texto, que casi todos ya se miraron."""
        with self.escucha.base.leer() as sesion:
            if self._cursor is None:
                self._cursor = _primer_cursor(sesion)
            orden = select(col(Mensaje.id), col(Mensaje.recibido_en)).where(col(Mensaje.id) > self._cursor)
            return [(i, llego) for i, llego in sesion.execute(orden.order_by(col(Mensaje.id)).limit(LOTE))]

    def _nuevos(self, ids: Sequence[int]) -> list[Mensaje]:
        if not ids:
            return []
        with self.escucha.base.leer() as sesion:
            orden = select(Mensaje).where(col(Mensaje.id).in_(ids), col(Mensaje.borrado_en).is_(None))
            return list(sesion.scalars(orden.order_by(col(Mensaje.id))))

    def _anotar(self, ultimos: Sequence[tuple[int, datetime]], ahora: datetime) -> None:
        """El cursor pasa de lo que llegó hace rato; de lo último se recuerda qué ya se miró."""
        self._mirados.update(i for i, _ in ultimos)
        asentados = [i for i, llego in ultimos if ahora - llego > REPASO]
        if len(ultimos) == LOTE:
            self._cursor = ultimos[-1][0]
        elif asentados:
            self._cursor = max(asentados)
        self._mirados = {i for i in self._mirados if i > (self._cursor or 0)}


def leer_archivo(escucha: EntornoDeEscucha, ruta: Path) -> Pedido:
    """Lanza AvisosMalEscritos si algo no se entiende."""
    try:
        escrito = ruta.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        motivo = "no es un texto en UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise AvisosMalEscritos(f"No se puede leer {ruta.name}: {motivo}.") from None

    def reconocer(escrita: str) -> str | None:
        red = escucha.principal.reconocer_red(escrita)
        limpia = escrita.strip().lower()
        return red or (limpia if escucha.hechos_de(limpia) is not None else None)

    return leer_pedido(escrito, reconocer_red=reconocer)


def candidato(m: Mensaje) -> Candidato:
    return Candidato(
        red=m.red,
        clase=m.clase,
        texto=m.texto,
        titulo=m.titulo,
        usuario=m.autor_usuario,
        seguidores=m.autor_seguidores,
    )


def clave_de(condicion: Condicion, m: Mensaje) -> str:
    """Sin el identificador de nadie: sólo su huella."""
    huella = hashlib.sha256(f"{m.red}|{m.id_externo}".encode()).hexdigest()[:32]
    return f"mencion:{condicion.clave}:{huella}"


def contar_menciones(
    escucha: EntornoDeEscucha, mesa: Mesa, condicion: Condicion, mensajes: Sequence[Mensaje]
) -> Correo | None:
    """La primera sale ya; las que llegan enseguida esperan juntas y contestan en el mismo hilo."""
    ahora = escucha.reloj.ahora()
    with escucha.principal.base.escribir() as sesion:
        ya = contados(sesion, [clave_de(condicion, m) for m in mensajes])
        nuevos = [m for m in mensajes if clave_de(condicion, m) not in ya]
        if not nuevos:
            return None
        historia = abrir(sesion, clase=CLASE, clave=f"mencion:{condicion.clave}", asunto=condicion.nombre, ahora=ahora)
        esperando = en_espera(sesion, historia.id, ahora)
        de_antes = _sin_decir(sesion, escucha, esperando.id) if esperando is not None else []
        todos = [*de_antes, *(dicho(escucha, m) for m in nuevos)]
        carta = CartaDeMenciones(condicion=condicion, dichos=tuple(todos), ahora=ahora, zona=mesa.zona)
        ultimo = _ultimo_correo(sesion, historia)
        espera = max(ultimo + condicion.juntar - ahora, timedelta(0)) if ultimo is not None else timedelta(0)
        clave = clave_de(condicion, nuevos[0])
        correo = contar(sesion, mesa, historia, carta, clave=clave, ahora=ahora, espera=espera)
        historia.detalle = f"{len(nuevos)} en el último correo"  # sin lo que dijo nadie: esto no caduca
        for m in nuevos:
            correo_id = correo.id if correo is not None else None
            sesion.add(
                Suceso(
                    clave=clave_de(condicion, m),
                    historia_id=historia.id,
                    correo_id=correo_id,
                    de=m.id,
                    ocurrido_en=ahora,
                )
            )
        return correo


def _es_noticia(m: Mensaje) -> bool:
    return m.recibido_en - m.publicado_en <= FRESCA


def _primer_cursor(sesion: Session) -> int:
    """El número tras el que empiezan las últimas horas de lo que llegó; no se recorre la tabla entera."""
    ultimo = sesion.scalar(select(func.max(col(Mensaje.id)))) or 0
    cola = col(Mensaje.id) > ultimo - 4 * LOTE
    llego = sesion.scalar(select(func.max(col(Mensaje.recibido_en))).where(cola))
    if llego is None:
        return 0
    desde = select(func.min(col(Mensaje.id))).where(cola, col(Mensaje.recibido_en) >= llego - AL_ARRANCAR)
    return max((sesion.scalar(desde) or 1) - 1 - EN_VUELO, 0)


def _sin_decir(sesion: Session, escucha: EntornoDeEscucha, correo_id: int) -> list[Dicho]:
    """Los mensajes que ya iban en un correo que todavía espera y que siguen en la red."""
    ids = sesion.scalars(select(col(Suceso.de)).where(col(Suceso.correo_id) == correo_id)).all()
    with escucha.base.leer() as otra:
        orden = select(Mensaje).where(col(Mensaje.id).in_(ids), col(Mensaje.borrado_en).is_(None))
        return [dicho(escucha, m) for m in otra.scalars(orden.order_by(col(Mensaje.id)))]


def _ultimo_correo(sesion: Session, historia: Historia) -> datetime | None:
    """Cuándo salió, o saldrá, el último."""
    orden = select(func.max(col(Correo.no_antes_de))).where(col(Correo.historia_id) == historia.id)
    return sesion.scalar(orden)


def _cerrar_las_calladas(escucha: EntornoDeEscucha, ahora: datetime) -> None:
    with escucha.principal.base.leer() as sesion:
        calladas = [h.id for h in abiertas(sesion, clase=CLASE) if ahora - h.ultima_en > CALLADA]
    if calladas:
        with escucha.principal.base.escribir() as sesion:
            for historia_id in calladas:
                cerrar(sesion, sesion.get_one(Historia, historia_id), ahora)
