"""De lo que llega en JSON al contenido que entienden los borradores, y de ahí a publicarlo una sola vez."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from modelos import Perfil
from motor.borradores import envio
from motor.borradores.contenido import Contenido, Cuando, cambios, leer
from motor.borradores.envio import Enviado, NoSeEnvia, Remitente, YaCambio
from motor.borradores.guardado import buscar, guardar
from motor.usuarios.permisos import Accion
from panel.api.acceso import PeticionDeApi
from panel.api.errores import NoProcede, NoSirve
from panel.api.formas_de_publicar import Escrito
from panel.peticion import NoEsta
from panel.textos import _

_PRIORIDADES = {"alta": "alta", "normal": "", "baja": "baja"}
_IGUALES = ("texto", "variantes", "titulo", "enlace", "tipo", "hilo", "campana")


def contenido_de(p: PeticionDeApi, escrito: Escrito, base: Contenido | None = None) -> Contenido:
    """Lo escrito, encima de lo que había. Lanza NoEsta si nombra un perfil que no hay o no puede ver, y NoPermitido si
    en alguno no puede escribir.
    """
    dichos = escrito.model_fields_set
    datos: dict[str, Any] = {n: getattr(escrito, n) for n in _IGUALES if n in dichos}
    if "perfiles" in dichos:
        with p.entorno.base.leer() as sesion:
            datos["perfiles"] = _perfiles(sesion, p, escrito.perfiles)
    if "cuando" in dichos:
        datos |= {"cuando": Cuando.HORA, "escrita": _en_local(p, escrito.cuando), "fecha": "", "ventana": ""}
    if "vence_en" in dichos:
        datos["vence"] = _en_local(p, escrito.vence_en)
    if "medios" in dichos:
        datos["medios"] = [{"id": m.id, "alt": m.texto_alternativo} for m in escrito.medios]
    if "encuesta" in dichos:
        datos["encuesta"] = escrito.encuesta.opciones if escrito.encuesta else ()
        datos["duracion"] = escrito.encuesta.duracion if escrito.encuesta else ""
    if "etiquetas" in dichos:
        datos["etiquetas"] = ", ".join(escrito.etiquetas)
    if "prioridad" in dichos:
        datos["prioridad"] = _PRIORIDADES[escrito.prioridad]
    if "opciones" in dichos:
        datos["opciones"] = {red: dict(suyas) for red, suyas in escrito.opciones.items()}
    return leer((base or Contenido()).como_json() | datos)


def _perfiles(sesion: Session, p: PeticionDeApi, nombrados: list[int | str]) -> list[int]:
    orden = select(col(Perfil.id), col(Perfil.nombre))
    por_nombre = {nombre: id_ for id_, nombre in sesion.execute(orden)}
    conocidos = set(por_nombre.values())
    ids = [n if isinstance(n, int) else por_nombre.get(n, 0) for n in nombrados]
    if not conocidos.issuperset(ids):
        raise NoEsta
    for id_ in ids:
        p.exigir(Accion.REDACTAR, id_)
    return ids


def _en_local(p: PeticionDeApi, escrito: str) -> str:
    """Un instante con su zona, en la de la oficina y sin fracciones; lo demás, como lo escribió la persona."""
    try:
        instante = datetime.fromisoformat(escrito.strip())
        if instante.tzinfo is None:
            return escrito
        return instante.astimezone(p.entorno.reglas.zona).replace(microsecond=0).isoformat()
    except (ValueError, OverflowError):
        return escrito


def remitente(p: PeticionDeApi) -> Remitente:
    return Remitente(correo=p.usuario.correo, nombre=p.usuario.nombre, permisos=p.permisos)


# ── una sola vez ─────────────────────────────────────────────────────────────────────────────────────────────────


def clave_para(p: PeticionDeApi, llave: str | None) -> str:
    """La del borrador con que se manda. llave: la de «Idempotency-Key», que cada quien tiene las suyas."""
    if llave is None:
        return f"api-{uuid.uuid4().hex}"
    return "api-" + hashlib.sha256(f"{p.usuario.id}\x1f{llave}".encode()).hexdigest()[:48]


def mandar(p: PeticionDeApi, contenido: Contenido, *, clave: str, publicacion_id: int | None = None) -> Enviado:
    """Publicarlo, o cambiar la publicación. Repetido con la misma clave no hace nada más.

    Lanza NoSirve si así no se puede, y NoProcede si esa clave fue de otra cosa o alguien la cambió antes.
    """
    with p.entorno.base.leer() as sesion:
        tocados = envio.perfiles_que_toca(sesion, contenido, publicacion_id)
    for perfil_id in tocados:
        p.exigir(Accion.REDACTAR, perfil_id)
    _dejar_escrito(p, contenido, clave, publicacion_id)
    return enviar(p, clave, cambio=publicacion_id is not None, desechable=True)


def enviar(p: PeticionDeApi, clave: str, *, cambio: bool, desechable: bool = False) -> Enviado:
    """desechable: si no se puede, que no quede entre los borradores de nadie."""
    accion = "publicacion_cambiada" if cambio else "publicacion_creada"

    def asentar(sesion: Session, enviado: Enviado) -> None:
        p.asentar(sesion, accion, sobre=f"publicacion:{enviado.publicacion_id}", detalle="por la API")

    try:
        return envio.enviar(p.entorno, clave, quien=remitente(p), ahora=p.ahora, asentar=asentar)
    except NoSeEnvia as error:
        if desechable:
            _tirar(p, clave)
        if isinstance(error, YaCambio):
            raise NoProcede(_mayuscula(str(error))) from None
        raise NoSirve(problemas=error.problemas) from None


def _dejar_escrito(p: PeticionDeApi, contenido: Contenido, clave: str, publicacion_id: int | None) -> None:
    try:
        _guardado(p, contenido, clave, publicacion_id)
    except IntegrityError:  # la misma clave, a la vez: el otro llegó primero, y se compara con lo suyo
        _guardado(p, contenido, clave, publicacion_id)


def _guardado(p: PeticionDeApi, contenido: Contenido, clave: str, publicacion_id: int | None) -> None:
    with p.entorno.base.escribir() as sesion:
        anterior = buscar(sesion, clave, tomado=True)
        if anterior is not None:
            if cambios(leer(anterior.contenido), contenido):
                raise NoProcede(_("Esa «Idempotency-Key» ya se usó para otra cosa. Invente una nueva."))
            return
        guardar(
            sesion,
            contenido,
            clave=clave,
            usuario_id=p.usuario.id,
            revision=0,
            publicacion_id=publicacion_id,
            ahora=p.ahora,
        )


def _tirar(p: PeticionDeApi, clave: str) -> None:
    with p.entorno.base.escribir() as sesion:
        borrador = buscar(sesion, clave, tomado=True)
        if borrador is not None and borrador.enviado_en is None:
            sesion.delete(borrador)


def _mayuscula(texto: str) -> str:
    return texto[:1].upper() + texto[1:]
