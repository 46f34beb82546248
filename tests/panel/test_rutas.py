"""Todas las rutas, una por una: ninguna se ve sin entrar, y nadie toca lo de otro.

Las rutas se preguntan a la aplicación: la que se añada y no pregunte quién es, o de quién es lo que enseña, rompe estas
pruebas. Si lleva un parámetro nuevo, hay que decir en `muestras` un objeto ajeno con que probarla; y si pide un cuerpo,
uno que entienda.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from sqlmodel import select
from starlette.routing import BaseRoute, Mount
from starlette.testclient import TestClient

from modelos import Firma, Perfil, Rol
from panel.api import CAMINO as API
from panel.entorno import EntornoDelPanel
from panel.estaticos import CAMINO as ESTATICOS
from tests.panel.api.conftest import con_ficha as con_ficha  # es un accesorio de ahí
from tests.panel.muestras import ABIERTAS, CUERPOS, LO_DICE_EL_FLUJO, PROPIAS, Muestras, sembrar
from tests.panel.personas import Persona

_PARAMETRO = re.compile(r"\{(\w+)(?::\w+)?\}")
ROLES = [Rol.LECTOR, Rol.EDITOR, Rol.APROBADOR, Rol.AGENTE, Rol.COORDINADOR, Rol.ADMINISTRADOR]


@dataclass(frozen=True, slots=True)
class Ruta:
    metodo: str
    camino: str

    def __str__(self) -> str:
        return f"{self.metodo} {self.camino}"

    @property
    def parametros(self) -> list[str]:
        return _PARAMETRO.findall(self.camino)

    @property
    def de_api(self) -> bool:
        return self.camino.startswith(f"{API}/")

    @property
    def cambia(self) -> bool:
        return self.metodo != "GET"

    def con(self, valores: Mapping[str, str]) -> str:
        return _PARAMETRO.sub(lambda m: valores[m[1]], self.camino)

    def pedida(self, cliente: TestClient, valores: Mapping[str, str], cabeceras: Mapping[str, str]) -> int:
        """El código con que se contesta, con un cuerpo que entienda."""
        cuerpo: dict[str, Any] = {}
        if self.cambia:
            cuerpo = {"json" if self.de_api else "data": CUERPOS.get(str(self), {})}
        respuesta = cliente.request(
            self.metodo, self.con(valores), headers=dict(cabeceras), follow_redirects=False, **cuerpo
        )
        return respuesta.status_code


def rutas_de(rutas: Sequence[BaseRoute | RouteContext], antes: str = "") -> Iterator[Ruta]:
    """Todas, también las de los enrutadores incluidos y las aplicaciones montadas."""
    for ruta in iter_route_contexts(rutas):
        suya = ruta.original_route
        if isinstance(suya, Mount):
            if suya.path != ESTATICOS:  # archivos de todos: ningún dato
                yield from rutas_de(suya.routes, antes + suya.path)
            continue
        for metodo in sorted((ruta.methods or set()) - {"HEAD"}):
            yield Ruta(metodo, f"{antes}{ruta.path}")


@pytest.fixture
def todas(app: FastAPI) -> list[Ruta]:
    halladas = list(rutas_de(app.routes))
    assert len(halladas) > 130
    return halladas


@pytest.fixture
def ajenas(panel: EntornoDelPanel, perfil_de: Callable[..., Perfil]) -> Muestras:
    """Un objeto de cada clase, todos de un perfil, y otro perfil que no tiene nada que ver."""
    return sembrar(panel, ajeno=perfil_de(), otro=perfil_de())


def test_cada_parametro_de_una_ruta_tiene_con_que_probarse(todas: list[Ruta], ajenas: Muestras) -> None:
    faltan = {(p, str(r)) for r in todas for p in r.parametros if p not in ajenas.valores}
    assert faltan == set()


def test_las_excepciones_son_rutas_que_existen(todas: list[Ruta]) -> None:
    assert {*ABIERTAS, *PROPIAS, *LO_DICE_EL_FLUJO, *CUERPOS} - {str(r) for r in todas} == set()


def test_los_objetos_de_muestra_existen_para_quien_puede_verlos(
    todas: list[Ruta], ajenas: Muestras, persona: Callable[..., Persona], con_ficha: Callable[..., TestClient]
) -> None:
    """Si no, que a los demás se les diga que no están no probaría nada."""
    jefa, sistema = persona(Rol.ADMINISTRADOR, nombre="Jefa"), con_ficha(Rol.ADMINISTRADOR, nombre="Sistema")
    miradas = [r for r in todas if not r.cambia and r.parametros and str(r) not in ABIERTAS]
    contestadas = {str(r): r.pedida(sistema if r.de_api else jefa.cliente, ajenas.valores, {}) for r in miradas}
    assert {r: codigo for r, codigo in contestadas.items() if codigo != 200} == {}


def test_sin_entrar_ninguna_ruta_hace_ni_ensena_nada(
    todas: list[Ruta], ajenas: Muestras, desconocido: TestClient
) -> None:
    cerradas = [r for r in todas if str(r) not in ABIERTAS]
    contestadas = {str(r): r.pedida(desconocido, ajenas.valores, {}) for r in cerradas}
    assert contestadas == {str(r): 401 if r.de_api else 303 for r in cerradas}


@pytest.mark.parametrize("rol", ROLES)
def test_lo_de_un_perfil_ajeno_no_existe_para_nadie_de_otro_perfil(
    rol: Rol,
    todas: list[Ruta],
    ajenas: Muestras,
    persona: Callable[..., Persona],
    con_ficha: Callable[..., TestClient],
) -> None:
    """Aunque en el suyo lo administre todo."""
    alguien = persona(rol, perfil_id=ajenas.otro.id)
    sistema = con_ficha(rol, perfil_id=ajenas.otro.id, nombre="Sistema")
    ficha = {"x-csrf-token": alguien.ficha()}
    con_objeto = [r for r in todas if r.parametros and str(r) not in ABIERTAS | PROPIAS]
    contestadas = {
        str(r): r.pedida(sistema if r.de_api else alguien.cliente, ajenas.valores, {} if r.de_api else ficha)
        for r in con_objeto
    }
    assert {r: codigo for r, codigo in contestadas.items() if codigo not in (403, 404)} == {}


def test_quien_solo_lee_no_cambia_nada(
    todas: list[Ruta], ajenas: Muestras, persona: Callable[..., Persona], con_ficha: Callable[..., TestClient]
) -> None:
    """Aunque lea toda la oficina."""
    alguien, sistema = persona(Rol.LECTOR), con_ficha(Rol.LECTOR, nombre="Sistema")
    ficha = {"x-csrf-token": alguien.ficha()}
    cambian = [r for r in todas if r.cambia and str(r) not in ABIERTAS | PROPIAS | LO_DICE_EL_FLUJO]
    contestadas = {
        str(r): r.pedida(sistema if r.de_api else alguien.cliente, ajenas.valores, {} if r.de_api else ficha)
        for r in cambian
    }
    assert {r: codigo for r, codigo in contestadas.items() if codigo not in (403, 404)} == {}


def test_quien_solo_lee_no_firma(
    todas: list[Ruta], ajenas: Muestras, panel: EntornoDelPanel, persona: Callable[..., Persona]
) -> None:
    alguien = persona(Rol.LECTOR)
    ficha = {"x-csrf-token": alguien.ficha()}
    for ruta in (r for r in todas if str(r) in LO_DICE_EL_FLUJO):
        assert ruta.pedida(alguien.cliente, ajenas.valores, ficha) == 303
    with panel.entorno.base.leer() as sesion:
        assert sesion.scalars(select(Firma)).all() == []


def test_quien_no_tiene_ningun_cargo_no_ve_nada_de_nadie(
    todas: list[Ruta], ajenas: Muestras, persona: Callable[..., Persona], con_ficha: Callable[..., TestClient]
) -> None:
    alguien, sistema = persona(), con_ficha(nombre="Sistema")
    con_objeto = [r for r in todas if not r.cambia and r.parametros and str(r) not in ABIERTAS]
    contestadas = {str(r): r.pedida(sistema if r.de_api else alguien.cliente, ajenas.valores, {}) for r in con_objeto}
    assert {r: codigo for r, codigo in contestadas.items() if codigo != 404} == {}


def test_ningun_formulario_se_atiende_sin_su_ficha(
    todas: list[Ruta], ajenas: Muestras, persona: Callable[..., Persona]
) -> None:
    alguien = persona(Rol.ADMINISTRADOR)
    cambian = [r for r in todas if r.cambia and str(r) not in ABIERTAS and not r.de_api]
    contestadas = {str(r): r.pedida(alguien.cliente, ajenas.valores, {}) for r in cambian}
    assert {r: codigo for r, codigo in contestadas.items() if codigo != 403} == {}


def test_la_cookie_del_panel_no_sirve_en_la_api(
    todas: list[Ruta], ajenas: Muestras, persona: Callable[..., Persona]
) -> None:
    """Si sirviera, otra página podría usarla: la API no pide ficha de formulario."""
    alguien = persona(Rol.ADMINISTRADOR)
    suyas = [r for r in todas if r.de_api and str(r) not in ABIERTAS]
    assert {str(r): r.pedida(alguien.cliente, ajenas.valores, {}) for r in suyas} == {str(r): 401 for r in suyas}
