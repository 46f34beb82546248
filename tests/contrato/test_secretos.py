"""Ninguna credencial sale del conector: ni en la bitácora, ni en un error, ni en lo que se guarda."""

import json
import logging
from collections.abc import Callable

import pytest

from conectores.contrato import Conciliador, Eliminador, ErrorDeRed
from tests.contrato.arnes import SIN_NADIE, Arnes, busqueda, permitir
from tests.intermediario import Clase, Sabotaje


def _secretos(arnes: Arnes) -> list[str]:
    return [*arnes.acceso.credenciales.values(), *arnes.muestra.rechazadas.values()]


def _filtrados(arnes: Arnes, texto: str) -> list[str]:
    # El identificador de la cuenta es público y algunas redes lo piden junto a las credenciales.
    dados = (arnes.acceso.credenciales, arnes.muestra.rechazadas)
    publicos = {arnes.acceso.id_externo, *(d.get("identificador", "") for d in dados)}
    return [s for s in _secretos(arnes) if s and s not in publicos and s in texto]


def test_la_bitacora_a_nivel_debug_no_lleva_credenciales(arnes: Arnes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pieza = arnes.pieza("Todo lo que hace un conector")
    conector = arnes.abrir()
    conector.comprobar()
    preparada = arnes.preparar(pieza)
    publicado = conector.publicar(preparada, clave="clave-1", permiso=permitir)
    if isinstance(conector, Conciliador):
        conector.conciliar(busqueda(pieza, preparada))
    if isinstance(conector, Eliminador):
        conector.borrar(publicado.id_externo)
    with pytest.raises(ErrorDeRed):
        arnes.abrir(credenciales=arnes.muestra.rechazadas).comprobar()
    escrito = caplog.text + "".join(str(r.__dict__) for r in caplog.records)
    assert _filtrados(arnes, escrito) == []


def test_lo_preparado_no_lleva_credenciales(arnes: Arnes) -> None:
    preparada = arnes.preparar(arnes.pieza("Se guarda en la base"))
    assert _filtrados(arnes, json.dumps(preparada.datos)) == []


def test_ningun_error_lleva_credenciales_aunque_la_red_las_repita(arnes: Arnes) -> None:
    """Una red puede devolver en su error la petición entera, con su token."""
    arnes.exigir_http()
    pieza = arnes.pieza("La red lo cuenta todo")
    preparada = arnes.preparar(pieza)
    delator = " ".join(arnes.acceso.credenciales.values())
    cuerpo = json.dumps({"error": {"message": delator, "code": 1}, "message": delator, "detail": delator}).encode()
    acciones: list[tuple[Callable[[], object], Callable[..., bool]]] = [
        (lambda: arnes.abrir().comprobar(), lambda _: True),
        (lambda: arnes.abrir().publicar(preparada, clave="clave-1", permiso=permitir), arnes.muestra.es_visible),
    ]
    if arnes.muestra.prepara_en_la_red:
        acciones.append((lambda: arnes.abrir().preparar(pieza, clave="clave-1"), lambda r: r.escribe))
    for accion, cuando in acciones:
        for estado in (400, 401, 403, 500):
            arnes.sabotear(Sabotaje(clase=Clase.CONTESTAR_ANTES, cuando=cuando, estado=estado, cuerpo=cuerpo))
            with pytest.raises(ErrorDeRed) as caso:
                accion()
            _revisar(arnes, caso.value)
    with pytest.raises(ErrorDeRed) as caso:
        arnes.abrir(url=SIN_NADIE).comprobar()
    _revisar(arnes, caso.value)


def _revisar(arnes: Arnes, error: ErrorDeRed) -> None:
    assert _filtrados(arnes, f"{error!r} {error} {error.detalle} {error.remedio}") == []
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
