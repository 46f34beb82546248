"""Lo que se guarda de una persona: hallarlo, entregárselo y borrarlo. Para los derechos ARCO; véase docs/privacidad.md.

Se busca sólo cuando alguien lo pide, y de cada vez queda un evento que no dice de quién.
"""

import html
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, func, or_, select, update
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, col

from conectores.contrato_escucha import Autor
from modelos import Base, Correo, EstadoDeCorreo, Historia
from modelos.escucha import Crudo, Mensaje
from motor.avisos.historias.limpieza import A_PETICION, reescribir_sin
from motor.escucha.almacen.mensajes import poner, vaciar
from motor.escucha.almacen.olvido import Firma, abrir_firma, apuntar
from motor.escucha.entorno import EntornoDeEscucha
from motor.letras import sin_acentos
from motor.publicacion.transiciones import anotar

_LOTE = 500
_CABE_EN_UN_CORREO = 60  # letras de un texto que bastan para reconocerlo dentro de otro
_SENALA = 12  # un identificador más corto puede ser, por casualidad, parte de otro
_MINIMO = 4  # un nombre más corto está en cualquier parte


@dataclass(frozen=True, slots=True)
class Persona:
    """Una cuenta de una red, con su último nombre, y cuántos mensajes suyos hay.

    Se reconoce por su identificador, aunque cambie de usuario o de nombre; si la red no lo da, por su usuario; y si no,
    por su nombre.
    """

    red: str
    id: str
    usuario: str
    nombre: str
    mensajes: int
    primero: datetime
    ultimo: datetime

    @property
    def marca(self) -> tuple[str, ...]:
        """La misma para todo lo que es de esta cuenta."""
        if self.id:
            return (self.red, "id", self.id)
        return (self.red, "usuario", self.usuario) if self.usuario else (self.red, "nombre", self.nombre)

    @property
    def autor(self) -> Autor:
        return Autor(id=self.id, usuario=self.usuario, nombre=self.nombre)

    def con(self, otra: "Persona") -> "Persona":
        ultima = max(self, otra, key=lambda p: p.ultimo)
        primero, mensajes = min(self.primero, otra.primero), self.mensajes + otra.mensajes
        return replace(ultima, mensajes=mensajes, primero=primero)


@dataclass(frozen=True, slots=True)
class Borrado:
    """correos, historias: copias nuestras que la nombraban y ya no. Del aviso de una historia que aún no sale se quita
    sólo lo suyo: alguien lo espera. por_mandar: los demás que aún no salen y la nombran, que se quedan como están.
    """

    mensajes: int
    correos: int
    historias: int
    por_mandar: int


# ── Hallar ───────────────────────────────────────────────────────────────────────────────────────────────────


def buscar(sesion: Session, quien: str, *, red: str = "") -> list[Persona]:
    """Las cuentas que pueden ser esa persona: «@usuario» exacto; si no, su identificador, su usuario o su nombre.

    En los nombres no importan acentos, mayúsculas ni el orden, y basta una parte: «perez ana» halla «Ana López Pérez».
    """
    senas = (col(Mensaje.red), col(Mensaje.autor_id), col(Mensaje.autor_usuario), col(Mensaje.autor_nombre))
    hay_alguien = or_(col(Mensaje.autor_id) != "", col(Mensaje.autor_usuario) != "", col(Mensaje.autor_nombre) != "")
    publicado_en = col(Mensaje.publicado_en)
    orden = select(*senas, func.count(), func.min(publicado_en), func.max(publicado_en)).where(hay_alguien)
    if red:
        orden = orden.where(col(Mensaje.red) == red)
    cuentas: dict[tuple[str, ...], Persona] = {}
    es: set[tuple[str, ...]] = set()
    for fila in sesion.execute(orden.group_by(*senas)):
        persona = Persona(*fila)
        previa = cuentas.get(persona.marca)
        cuentas[persona.marca] = persona if previa is None else previa.con(persona)
        if _es(persona, quien):
            es.add(persona.marca)
    return sorted((cuentas[marca] for marca in es), key=lambda p: (-p.mensajes, p.marca))


def _es(persona: Persona, quien: str) -> bool:
    dicho = _llano(quien)
    if dicho.startswith("@"):
        return _llano(persona.usuario).removeprefix("@") == dicho[1:] != ""
    if dicho and dicho in (_llano(persona.id), _llano(persona.usuario)):
        return True
    nombre = _llano(persona.nombre)
    return bool(dicho) and all(parte in nombre for parte in dicho.split())


def _llano(texto: str) -> str:
    return sin_acentos(texto.strip())


def nombrada_por_otros(sesion: Session, personas: Collection[Persona]) -> int:
    """Cuántos mensajes de otra gente la nombran por su usuario. Son de quien los escribió: no se entregan ni borran."""
    usuarios = sorted({(p.red, p.usuario.removeprefix("@")) for p in personas if len(p.usuario) >= _MINIMO})
    if not usuarios:
        return 0
    dice = (
        and_(col(Mensaje.red) == red, col(Mensaje.texto).icontains(f"@{u}", autoescape=True)) for red, u in usuarios
    )
    nombran = or_(false(), *dice)
    return sesion.scalar(select(func.count()).select_from(Mensaje).where(nombran, ~_suyos(personas))) or 0


def _suyos(personas: Collection[Persona]) -> ColumnElement[bool]:
    return or_(false(), *(_de(p) for p in personas))


def _de(persona: Persona) -> ColumnElement[bool]:
    es = [col(Mensaje.red) == persona.red, col(Mensaje.autor_id) == persona.id]
    if not persona.id:
        es.append(col(Mensaje.autor_usuario) == persona.usuario)
        if not persona.usuario:
            es.append(col(Mensaje.autor_nombre) == persona.nombre)
    return and_(*es)


# ── Entregar ─────────────────────────────────────────────────────────────────────────────────────────────────

COLUMNAS = (
    "red",
    "clase",
    "publicado_en",
    "recibido_en",
    "editado_en",
    "titulo",
    "texto",
    "url",
    "en_respuesta_a",
    "autor_id",
    "autor_usuario",
    "autor_nombre",
    "autor_seguidores",
    "interacciones",
    "latitud",
    "longitud",
    "lugar",
    "lugar_por",
)


def exportar(sesion: Session, personas: Collection[Persona]) -> Iterator[dict[str, Any]]:
    """Todo lo que se guarda de ella, de lo más antiguo a lo más nuevo, con lo que mandó la red (`crudo`)."""
    if not personas:
        return
    orden = (
        select(Mensaje, col(Crudo.datos))
        .join(Crudo, col(Crudo.mensaje_id) == col(Mensaje.id), isouter=True)
        .where(_suyos(personas))
        .order_by(col(Mensaje.publicado_en), col(Mensaje.id))
        .execution_options(yield_per=_LOTE)
    )
    for mensaje, crudo in sesion.execute(orden):
        yield {columna: getattr(mensaje, columna) for columna in COLUMNAS} | {"crudo": json.loads(crudo or "null")}


# ── Borrar ───────────────────────────────────────────────────────────────────────────────────────────────────


def borrar(escucha: EntornoDeEscucha, personas: Sequence[Persona]) -> Borrado:
    """Quitar lo que dijo y quién es de todas partes, y recordar sólo su huella para que no vuelva.

    Primero la huella: lo que llegue de ella mientras se borra ya no se guarda. Los conteos se quedan: no dicen de quién
    fueron. Repetirlo no hace daño.
    """
    ahora, firma = escucha.reloj.ahora(), abrir_firma(escucha.principal.base)
    autores, senas = _rastro(escucha.base, personas)
    olvidar(escucha, firma, autores)
    mensajes = 0
    while (n := _vaciar_lote(escucha.base, personas, firma, ahora)) > 0:
        mensajes += n
    _soltar_respuestas(escucha.base, [a for _, a in autores])
    _sin_rastro_en_el_disco(escucha.base)
    return Borrado(mensajes, *borrar_copias(escucha, senas))


def borrar_copias(escucha: EntornoDeEscucha, senas: Collection[str]) -> tuple[int, int, int]:
    """Quitarla de los correos y las historias; cuántos de cada uno, y cuántos que aún no salían."""
    copias = _borrar_copias(escucha.principal.base, senas)
    _sin_rastro_en_el_disco(escucha.principal.base)
    return copias


def senas_de(autor: Autor) -> frozenset[str]:
    """Cómo la nombra un correo nuestro. Un usuario corto («ana») sólo con su arroba: está dentro de otras palabras."""
    usuario = autor.usuario.removeprefix("@")
    nombres = {usuario if len(usuario) >= _MINIMO else f"@{usuario}" if usuario else "", autor.nombre}
    return frozenset(_seguido(n) for n in nombres if len(n) >= _MINIMO or n.startswith("@"))


def olvidar(escucha: EntornoDeEscucha, firma: Firma, quienes: Iterable[tuple[str, Autor]]) -> None:
    """Recordar la huella de unas personas, (red, autor): lo que llegue de ellas no se guarda."""
    huellas = [huella for red, autor in quienes for huella in firma.huellas(red, autor)]
    with escucha.base.escribir() as sesion:
        apuntar(sesion, huellas, ahora=escucha.reloj.ahora())


def _vaciar_lote(base: Base, personas: Collection[Persona], firma: Firma, ahora: datetime) -> int:
    """También su identificador, que en algunas redes lleva el de la persona: queda su huella, para reconocerlo."""
    if not personas:
        return 0
    with base.escribir() as sesion:
        if base.es_sqlite:  # que lo borrado no quede en las páginas libres del archivo
            sesion.connection().exec_driver_sql("PRAGMA secure_delete=ON")
        suyos = select(col(Mensaje.id), col(Mensaje.red), col(Mensaje.id_externo)).where(_suyos(personas))
        suyos = suyos.order_by(col(Mensaje.id)).limit(_LOTE)  # en orden, como los toma quien guarda lo que llega
        huellas = {id_: firma.de_mensaje(red, suyo) for id_, red, suyo in sesion.execute(suyos.with_for_update())}
        apuntar(sesion, huellas.values(), ahora=ahora)
        poner(sesion, "id_externo", {id_: f"olvidado:{huella}" for id_, huella in huellas.items()})
        poner(sesion, "en_respuesta_a", dict.fromkeys(huellas, ""))
        return vaciar(sesion, huellas.keys(), ahora=ahora)


def _soltar_respuestas(base: Base, autores: Iterable[Autor]) -> None:
    """Lo que otros le contestaron ya no dice a quién, en las redes donde el identificador de un mensaje lo dice."""
    ids = {a.id for a in autores if len(a.id) >= _SENALA}
    if not ids:
        return
    contestan = or_(false(), *(col(Mensaje.en_respuesta_a).contains(id_, autoescape=True) for id_ in sorted(ids)))
    with base.escribir() as sesion:
        sesion.execute(
            update(Mensaje).where(contestan).values(en_respuesta_a="").execution_options(synchronize_session=False)
        )


def _sin_rastro_en_el_disco(base: Base) -> None:
    """En SQLite, pasar el registro de escritura (-wal) al archivo y vaciarlo: guarda las páginas de antes."""
    if not base.es_sqlite:
        return
    conexion = base.motor.raw_connection()
    try:
        conexion.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        conexion.close()


def _rastro(base: Base, personas: Collection[Persona]) -> tuple[list[tuple[str, Autor]], frozenset[str]]:
    """Todos los nombres que ha usado, y por lo que se la reconoce (o algo que dijo) dentro de un correo nuestro."""
    autores = {(p.red, p.autor) for p in personas}
    senas: set[str] = set()
    columnas = (Mensaje.red, Mensaje.autor_id, Mensaje.autor_usuario, Mensaje.autor_nombre, Mensaje.url, Mensaje.texto)
    with base.leer() as sesion:
        for red, id_, usuario, nombre, url, texto in sesion.execute(
            select(*map(col, columnas)).where(_suyos(personas))
        ):
            autores.add((red, Autor(id=id_, usuario=usuario, nombre=nombre)))
            dicho = _seguido(texto)[:_CABE_EN_UN_CORREO]
            senas.update(v for v in (url, dicho) if len(v) >= _CABE_EN_UN_CORREO // 3)
    senas.update(sena for _, a in autores for sena in senas_de(a))
    return list(autores), frozenset(_seguido(s) for s in senas)


def _borrar_copias(principal: Base, senas: Collection[str]) -> tuple[int, int, int]:
    """Vaciar los correos ya mandados y las historias que la nombran, y quitarla de los avisos que aún no salen."""
    correos = historias = por_mandar = 0
    with principal.leer() as sesion:
        nombran = [c.id for c in sesion.scalars(select(Correo)) if _nombra((c.asunto, c.texto, c.html), senas)]
        suyas = [h.id for h in sesion.scalars(select(Historia)) if _nombra((h.asunto, h.detalle), senas)]
    with principal.escribir() as sesion:
        if principal.es_sqlite:
            sesion.connection().exec_driver_sql("PRAGMA secure_delete=ON")
        for id_ in nombran:
            correo = sesion.get_one(Correo, id_, with_for_update=True)
            if correo.estado is not EstadoDeCorreo.PENDIENTE:
                correo.texto, correo.html = A_PETICION, ""
            elif correo.historia_id is not None:
                reescribir_sin(sesion, correo, lambda parte: _nombra((parte,), senas))
            else:
                por_mandar += 1
                continue
            correo.asunto = _sin_nombrar(correo.asunto, senas)
            correos += 1
        for id_ in suyas:
            historia = sesion.get_one(Historia, id_)
            historia.asunto, historia.detalle = _sin_nombrar(historia.asunto, senas), ""
            historias += 1
    return correos, historias, por_mandar


def _sin_nombrar(asunto: str, senas: Collection[str]) -> str:
    """El asunto se queda si no la nombra: es lo que une los correos de una conversación."""
    return A_PETICION if _nombra((asunto,), senas) else asunto


def _nombra(partes: Iterable[str], senas: Collection[str]) -> bool:
    dicho = _seguido(html.unescape(" ".join(partes)))
    return any(sena in dicho for sena in senas)


def _seguido(texto: str) -> str:
    return " ".join(texto.split()).casefold()


def anotar_uso(escucha: EntornoDeEscucha, accion: str, detalle: str) -> None:
    """Dejar dicho que se usó, sin decir de quién: «privacidad_busqueda», «privacidad_entrega», «privacidad_borrado»."""
    with escucha.principal.base.escribir() as sesion:
        anotar(sesion, accion, ahora=escucha.reloj.ahora(), detalle=detalle, autor="orden")
