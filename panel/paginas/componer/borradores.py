"""La lista de borradores: seguir uno, repetirlo, descartarlo y arrepentirse."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import Session, col, select
from starlette.responses import HTMLResponse, Response

from modelos import Borrador, Perfil, Usuario
from motor.borradores import guardado
from motor.borradores.contenido import Contenido, leer
from motor.borradores.guardado import falla_de
from panel.paginas.componer.formulario import clave_nueva
from panel.paginas.componer.permiso import borrador_a_la_vista, exigir_que_escriba, puede_abrir
from panel.peticion import Pide
from panel.textos import _

rutas = APIRouter()

Clave = Annotated[str, Form()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renglon:
    """perfiles: cómo se llaman. falla: por qué no se pudo mandar, si se intentó. de: de quién es."""

    borrador: Borrador
    contenido: Contenido
    perfiles: list[str]
    falla: list[str]
    de: str


@rutas.get("/borradores")
def lista(p: Pide, descartado: str = "") -> HTMLResponse:
    exigir_que_escriba(p)
    with p.entorno.base.leer() as sesion:
        mios = guardado.propios(sesion, p.usuario.id)
        otros = [b for b in guardado.ajenos(sesion, p.usuario.id) if puede_abrir(p, b)]
        nombres = _nombres(sesion, [*mios, *otros])
        personas = _personas(sesion, otros)
    return p.pagina(
        "componer/borradores.html",
        mios=[_renglon(b, nombres, personas) for b in mios],
        otros=[_renglon(b, nombres, personas) for b in otros],
        descartado=descartado[:64],
    )


def _renglon(borrador: Borrador, nombres: Mapping[int, str], personas: Mapping[int, str]) -> Renglon:
    contenido = leer(borrador.contenido)
    return Renglon(
        borrador=borrador,
        contenido=contenido,
        perfiles=[nombres[i] for i in contenido.perfiles if i in nombres],
        falla=falla_de(borrador),
        de=personas.get(borrador.usuario_id, ""),
    )


@rutas.post("/borradores/descartar")
def descartar(p: Pide, clave: Clave) -> Response:
    """No se borra: se quita de la lista, y se puede deshacer."""
    with p.entorno.base.escribir() as sesion:
        borrador = borrador_a_la_vista(sesion, p, clave)
        guardado.descartar(sesion, borrador, ahora=p.ahora)
        p.asentar(sesion, "borrador_descartado", sobre=f"borrador:{borrador.id}")
    return p.volver(f"/borradores?descartado={clave}", hecho=_("Borrador descartado."))


@rutas.post("/borradores/recuperar")
def recuperar(p: Pide, clave: Clave) -> Response:
    with p.entorno.base.escribir() as sesion:
        borrador = borrador_a_la_vista(sesion, p, clave)
        guardado.recuperar(sesion, borrador)
        p.asentar(sesion, "borrador_recuperado", sobre=f"borrador:{borrador.id}")
    return p.volver("/borradores", hecho=_("Aquí está otra vez."))


@rutas.post("/borradores/duplicar")
def duplicar(p: Pide, clave: Clave) -> Response:
    """Otro igual, de quien lo pide; aunque sea el cambio de una publicación, la copia es una nueva."""
    with p.entorno.base.escribir() as sesion:
        contenido = leer(borrador_a_la_vista(sesion, p, clave).contenido)
        nuevo = guardado.guardar(
            sesion, _suelto(contenido), clave=clave_nueva(), usuario_id=p.usuario.id, revision=0, ahora=p.ahora
        ).borrador
        p.asentar(sesion, "borrador_creado", sobre=f"borrador:{nuevo.id}", detalle="copia")
    return p.volver(f"/componer?borrador={nuevo.clave}", hecho=_("Es una copia: cámbiela sin miedo."))


def _suelto(contenido: Contenido) -> Contenido:
    return leer(contenido.como_json() | {"version": 0, "aparato": "", "cuando": "hora"})


def _nombres(sesion: Session, borradores: list[Borrador]) -> dict[int, str]:
    ids = {i for b in borradores for i in leer(b.contenido).perfiles}
    return {s.id: s.titulo or s.nombre for s in sesion.exec(select(Perfil).where(col(Perfil.id).in_(ids)))}


def _personas(sesion: Session, borradores: list[Borrador]) -> dict[int, str]:
    ids = {b.usuario_id for b in borradores}
    return dict(sesion.exec(select(Usuario.id, Usuario.nombre).where(col(Usuario.id).in_(ids))).all())
