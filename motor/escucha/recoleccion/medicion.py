"""Medir lo nuestro: qué hay en el perfil, los números de cada publicación según su edad, y los del perfil cada día.

Lo que contestó la red se guarda sin tocar (`Lectura`) y sus números aparte (`Medicion`); el que no dio no está. Una
publicación que no aparece se anota como ausente, y sólo a la segunda se da por borrada.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from conectores.contrato import ErrorDeContenido, ErrorDeContrato
from conectores.contrato_escucha import EnElPerfil, Mediciones, Medidor, MedidorDePago
from modelos import Entrega, Estado, Lectura, Vista
from motor.escucha.almacen.limpieza import LARGO_DEL_TEXTO, acortar_id, limpiar_texto
from motor.escucha.recoleccion.cadencia import EDADES, manana, proxima_medida
from motor.escucha.recoleccion.lecturas import Leida, guardar_lecturas, vista_de
from motor.escucha.recoleccion.presupuesto import PresupuestoAgotado, apartado
from motor.escucha.recoleccion.previstas import costo_de_perfil
from motor.escucha.recoleccion.turno import CADA, TANDAS_POR_TURNO, Resultado, Turno

logger = logging.getLogger(__name__)

LISTAR_CADA = timedelta(hours=1)
LISTAR_CADA_SI_CUESTA = timedelta(days=1)
TRASLAPE = timedelta(days=2)
"""Se vuelve a listar lo de dos días antes: hay redes que tardan en enseñar, y programadas que salen con fecha vieja."""
SEGUNDA_MIRADA = timedelta(hours=1)
AUSENTE = "ausente"


def medir(turno: Turno) -> Resultado:
    """Listar si toca, y medir lo que toca, en grupos pequeños. Lanza un veredicto, o PresupuestoAgotado."""
    medidor = turno.conector(Medidor)  # type: ignore[type-abstract] # es un protocolo que se comprueba al vuelo
    _adoptar(turno)
    nuevas, detalle = 0, ""
    try:
        nuevas = _listar(turno, medidor)
    except PresupuestoAgotado:  # medir lo que ya se conoce cuesta mucho menos
        detalle = "No alcanza el presupuesto para ver todo el perfil; se mide lo que ya se conocía."
    for _ in range(TANDAS_POR_TURNO):
        tocan = _tocan(turno, medidor.lote_de_medida)
        if not tocan or not turno.seguir():
            break
        _medir_grupo(turno, medidor, tocan)
    return Resultado(nuevos=nuevas, proxima_en=_cuando(turno), hay_mas=bool(_tocan(turno, 1)), detalle=detalle)


def medir_perfil(turno: Turno) -> Resultado:
    """Los números del perfil, una vez al día, por la mañana."""
    medidor = turno.conector(Medidor)  # type: ignore[type-abstract] # ídem
    costo = costo_de_perfil(medidor)
    with apartado(turno.escucha, turno.fuente.red, costo=costo, concepto="perfil medido") as cuenta:
        mediciones = medidor.medir_perfil()
        cuenta.anotar(mediciones.gastos)
    with turno.escucha.principal.base.escribir() as sesion:
        _guardar(sesion, turno, None, mediciones)
    ahora = turno.escucha.reloj.ahora()
    cuando = manana(ahora, turno.escucha.reglas.zona, minuto=turno.fuente.perfil_id)
    return Resultado(nuevos=len(mediciones.valores), proxima_en=cuando)


# ── qué hay en el perfil ─────────────────────────────────────────────────────────────────────────────────────


def _adoptar(turno: Turno) -> None:
    """Lo que publicó Pregonero se mide desde el primer momento, sin esperar a verlo en el perfil."""
    ahora, perfil_id = turno.escucha.reloj.ahora(), turno.fuente.perfil_id
    with turno.escucha.principal.base.escribir() as sesion:
        orden = (
            select(Entrega)
            .outerjoin(Vista, (col(Vista.perfil_id) == perfil_id) & (col(Vista.id_externo) == col(Entrega.id_externo)))
            .where(
                col(Entrega.perfil_id) == perfil_id,
                col(Entrega.estado) == Estado.PUBLICADA,
                col(Entrega.id_externo).is_not(None),
                col(Entrega.publicada_en) >= ahora - EDADES[-1],
                col(Entrega.borrada_en).is_(None),
                col(Vista.id).is_(None) | col(Vista.entrega_id).is_(None),
            )
        )
        for entrega in sesion.exec(orden).all():
            vista = vista_de(sesion, perfil_id, str(entrega.id_externo), url=entrega.url)
            if vista is None:
                publicada_en = entrega.publicada_en or ahora
                vista = Vista(
                    perfil_id=perfil_id,
                    id_externo=str(entrega.id_externo),
                    url=entrega.url,
                    texto=entrega.texto,
                    publicada_en=publicada_en,
                    vista_en=ahora,
                    medir_en=proxima_medida(publicada_en, ahora),
                )
            vista.entrega_id = entrega.id
            sesion.add(vista)


def _listar(turno: Turno, medidor: Medidor) -> int:
    """Anotar lo que hay en el perfil, por quien sea; cuántas no se conocían. El cursor es cuándo se listó."""
    fuente, escucha = turno.fuente, turno.escucha
    ahora, anterior = escucha.reloj.ahora(), _instante(fuente.cursor)
    costo = medidor.costo_de_listado if isinstance(medidor, MedidorDePago) else Decimal(0)
    if anterior is not None and ahora - anterior < (LISTAR_CADA_SI_CUESTA if costo else LISTAR_CADA):
        return 0
    desde = ahora - escucha.reglas.escucha.pasado if anterior is None else anterior - TRASLAPE
    with apartado(escucha, fuente.red, costo=costo, concepto="perfil listado") as cuenta:
        listadas = medidor.listar(desde)
        cuenta.anotar([p.gasto for p in listadas if p.gasto is not None])
    with escucha.principal.base.escribir() as sesion:
        nuevas = sum(_anotar(sesion, fuente.perfil_id, _limpia(p), ahora) for p in listadas)
    fuente.cursor = ahora.isoformat()
    return nuevas


def _limpia(publicacion: EnElPerfil) -> EnElPerfil:
    """La misma, sin nada que la base rechace: en un muro también escriben otros."""
    return replace(
        publicacion,
        id_externo=acortar_id(publicacion.id_externo),
        texto=limpiar_texto(publicacion.texto, LARGO_DEL_TEXTO),
        url=limpiar_texto(publicacion.url, 2048),
        tipo=limpiar_texto(publicacion.tipo, 40),
    )


def _anotar(sesion: Session, perfil_id: int, publicacion: EnElPerfil, ahora: datetime) -> bool:
    vista = vista_de(sesion, perfil_id, publicacion.id_externo, url=publicacion.url)
    if vista is not None:
        vista.texto, vista.url, vista.tipo = publicacion.texto, publicacion.url or vista.url, publicacion.tipo[:40]
        if vista.borrada_en is not None:  # reapareció: no estaba borrada, sólo oculta
            vista.borrada_en, vista.medir_en = None, proxima_medida(vista.publicada_en, ahora)
        sesion.add(vista)
        return False
    entrega = select(Entrega.id).where(
        col(Entrega.perfil_id) == perfil_id, col(Entrega.id_externo) == publicacion.id_externo
    )
    sesion.add(
        Vista(
            perfil_id=perfil_id,
            entrega_id=sesion.exec(entrega).first(),
            id_externo=publicacion.id_externo,
            url=publicacion.url[:2048],
            texto=publicacion.texto,
            tipo=publicacion.tipo[:40],
            publicada_en=publicacion.publicada_en,
            vista_en=ahora,
            medir_en=_primera_medida(publicacion.publicada_en, ahora),
        )
    )
    return True


def _primera_medida(publicada_en: datetime, ahora: datetime) -> datetime | None:
    """La que ya es vieja al conocerla se mide enseguida, una vez; luego, según su edad."""
    return ahora if ahora - publicada_en > SEGUNDA_MIRADA else proxima_medida(publicada_en, ahora)


# ── los números ──────────────────────────────────────────────────────────────────────────────────────────────


def _tocan(turno: Turno, cuantas: int) -> list[Vista]:
    orden = (
        select(Vista)
        .where(col(Vista.perfil_id) == turno.fuente.perfil_id, col(Vista.medir_en) <= turno.escucha.reloj.ahora())
        .order_by(col(Vista.medir_en), col(Vista.id))
        .limit(cuantas)
    )
    with turno.escucha.principal.base.leer() as sesion:
        return list(sesion.exec(orden))


def _medir_grupo(turno: Turno, medidor: Medidor, vistas: Sequence[Vista]) -> None:
    """Todas de una vez; si la red rechaza el grupo, de una en una, para que una mala no hunda a las demás."""
    try:
        _pedir(turno, medidor, vistas)
    except (ErrorDeContrato, ErrorDeContenido) as error:
        if len(vistas) > 1:
            for vista in vistas:
                _medir_grupo(turno, medidor, [vista])
            return
        logger.warning(
            "No se pudo medir %s: %s", vistas[0].url or vistas[0].id_externo, error, extra={"accion": "medida_falla"}
        )
        with turno.escucha.principal.base.escribir() as sesion:
            _aplazar(sesion, vistas[0], turno.escucha.reloj.ahora())


def _pedir(turno: Turno, medidor: Medidor, vistas: Sequence[Vista]) -> None:
    costo = medidor.costo_de_medida * len(vistas)
    with apartado(turno.escucha, turno.fuente.red, costo=costo, concepto="publicaciones medidas") as cuenta:
        medidas = medidor.medir_publicaciones([v.id_externo for v in vistas])
        cuenta.anotar([g for m in medidas.values() for g in m.gastos])
    with turno.escucha.principal.base.escribir() as sesion:
        for vista in vistas:
            _anotar_medida(sesion, turno, vista, medidas)


def _anotar_medida(sesion: Session, turno: Turno, vista: Vista, medidas: Mapping[str, Mediciones]) -> None:
    mediciones, ahora = medidas.get(vista.id_externo), turno.escucha.reloj.ahora()
    if mediciones is not None:
        _guardar(sesion, turno, vista, mediciones)
        _aplazar(sesion, vista, ahora)
        return
    fila = sesion.get(Vista, vista.id)
    if fila is None:
        return
    ya_faltaba = _falto_la_ultima_vez(sesion, vista.id)
    sesion.add(Lectura(perfil_id=vista.perfil_id, vista_id=vista.id, leida_en=ahora, version=AUSENTE, datos=""))
    fila.borrada_en, fila.medir_en = (ahora, None) if ya_faltaba else (None, ahora + SEGUNDA_MIRADA)
    sesion.add(fila)


def _falto_la_ultima_vez(sesion: Session, vista_id: int) -> bool:
    ultima = select(Lectura.version).where(col(Lectura.vista_id) == vista_id).order_by(col(Lectura.id).desc()).limit(1)
    return sesion.exec(ultima).first() == AUSENTE


def _aplazar(sesion: Session, vista: Vista, ahora: datetime) -> None:
    fila = sesion.get(Vista, vista.id)
    if fila is not None:
        fila.medir_en = proxima_medida(fila.publicada_en, ahora)
        sesion.add(fila)


def _guardar(sesion: Session, turno: Turno, vista: Vista | None, mediciones: Mediciones) -> None:
    """La lectura entera y un renglón por número que dio la red."""
    leida = Leida(
        perfil_id=turno.fuente.perfil_id,
        vista_id=vista.id if vista is not None else None,
        mediciones=mediciones,
        leida_en=turno.escucha.reloj.ahora(),
    )
    guardar_lecturas(sesion, [leida])


def _cuando(turno: Turno) -> datetime:
    """La próxima medida que toque, sin pasar del próximo listado; nunca antes de un minuto."""
    ahora = turno.escucha.reloj.ahora()
    orden = (
        select(Vista.medir_en)
        .where(col(Vista.perfil_id) == turno.fuente.perfil_id, col(Vista.medir_en) > ahora)
        .order_by(col(Vista.medir_en))
        .limit(1)
    )
    with turno.escucha.principal.base.leer() as sesion:
        toca = sesion.exec(orden).first()
    # Lo que se publique entre tanto se adopta en la siguiente vuelta: no conviene dormir de más.
    tope = ahora + CADA["medir"]
    return min(max(toca, ahora + timedelta(minutes=1)), tope) if toca is not None else tope


def _instante(cursor: str) -> datetime | None:
    try:
        return datetime.fromisoformat(cursor) if cursor else None
    except ValueError:
        return None
