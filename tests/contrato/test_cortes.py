"""Cada paso, cortado de cada manera: el veredicto correcto y ninguna otra excepción."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from conectores.contrato import (
    Ausente,
    Conciliador,
    Eliminador,
    ErrorDeContrato,
    ErrorDeRed,
    ErrorIncierto,
    ErrorTransitorio,
    Preparada,
)
from tests.contrato.arnes import SIN_NADIE, Arnes, busqueda, permitir
from tests.intermediario import Clase, Sabotaje

BREVE = timedelta(seconds=1.5)
HTML = {"cuerpo": b"<html><body>Portal cautivo</body></html>", "cabeceras": {"Content-Type": "text/html"}}
EN_DUDA = (ErrorIncierto, ErrorDeContrato)


def _plazo(como: dict[str, object]) -> dict[str, timedelta]:
    """Sólo se acorta donde nadie va a contestar: en una máquina ocupada, lo demás puede tardar."""
    return {"plazo_total": BREVE} if como["clase"] is Clase.COLGAR else {}


def _nombre(valor: object) -> str:
    partes = valor.values() if isinstance(valor, dict) else ("llega" if valor else "no_llega",)
    return "-".join(str(p) for p in partes if isinstance(p, (str, int)))


@pytest.mark.parametrize(
    ("como", "llega"),
    [
        ({"clase": Clase.CORTAR_ANTES}, False),
        ({"clase": Clase.CORTAR_DESPUES}, True),
        ({"clase": Clase.COLGAR}, True),
        ({"clase": Clase.TRUNCAR}, True),
        ({"clase": Clase.CONTESTAR_ANTES, "estado": 500}, False),
        ({"clase": Clase.CONTESTAR_DESPUES, "estado": 500}, True),
        ({"clase": Clase.CONTESTAR_DESPUES, "estado": 502, **HTML}, True),
        ({"clase": Clase.CONTESTAR_DESPUES, "estado": 200, **HTML}, True),
        ({"clase": Clase.CONTESTAR_DESPUES, "estado": 200, "cuerpo": b"{}"}, True),
    ],
    ids=_nombre,
)
def test_una_respuesta_perdida_al_publicar_es_duda(arnes: Arnes, como: dict[str, object], llega: bool) -> None:
    preparada = arnes.preparar(arnes.pieza("Sin respuesta"))
    arnes.sabotear_la_visible(**como)
    with pytest.raises(EN_DUDA):
        arnes.abrir(**_plazo(como)).publicar(preparada, clave="clave-1", permiso=permitir)
    assert len(arnes.publicadas()) == int(llega)


def test_un_limite_al_publicar_es_transitorio_y_de_todo_el_perfil(arnes: Arnes) -> None:
    arnes.exigir_http()
    preparada = arnes.preparar(arnes.pieza("Más despacio"))
    arnes.sabotear_la_visible(clase=Clase.CONTESTAR_ANTES, estado=429, cuerpo=b"{}", cabeceras={"Retry-After": "40"})
    with pytest.raises(ErrorTransitorio) as caso:
        arnes.abrir().publicar(preparada, clave="clave-1", permiso=permitir)
    assert caso.value.de_perfil
    assert caso.value.espera == timedelta(seconds=40)
    assert arnes.publicadas() == []


@pytest.mark.parametrize(
    "como",
    [
        {"clase": Clase.CORTAR_ANTES},
        {"clase": Clase.CORTAR_DESPUES},
        {"clase": Clase.COLGAR},
        {"clase": Clase.TRUNCAR},
        {"clase": Clase.CONTESTAR_DESPUES, "estado": 500},
        {"clase": Clase.CONTESTAR_ANTES, "estado": 429},
    ],
    ids=_nombre,
)
def test_un_corte_al_preparar_es_transitorio(arnes: Arnes, como: dict[str, object]) -> None:
    arnes.exigir_http()
    if not arnes.muestra.prepara_en_la_red:
        pytest.skip("esta red no tiene dónde preparar nada")
    pieza = arnes.pieza("Se corta al preparar")
    arnes.sabotear(Sabotaje(cuando=lambda r: r.escribe, **como))  # type: ignore[arg-type] # la tabla de arriba
    with pytest.raises(ErrorTransitorio):
        arnes.abrir(**_plazo(como)).preparar(pieza, clave="clave-1")
    assert arnes.publicadas() == []
    arnes.preparar(pieza)


def test_sin_nadie_al_otro_lado_todo_es_transitorio(arnes: Arnes) -> None:
    arnes.exigir_http()
    pieza = arnes.pieza("No hay nadie")
    id_externo = arnes.abrir().publicar(arnes.preparar(pieza), clave="clave-0", permiso=permitir).id_externo
    preparada = arnes.preparar(pieza)
    conector = arnes.abrir(url=SIN_NADIE)
    assert isinstance(conector, Conciliador)
    assert isinstance(conector, Eliminador)
    with pytest.raises(ErrorTransitorio):
        conector.comprobar()
    with pytest.raises(ErrorTransitorio):
        conector.publicar(preparada, clave="clave-1", permiso=permitir)
    with pytest.raises(ErrorTransitorio):
        conector.conciliar(busqueda(pieza, preparada))
    with pytest.raises(ErrorTransitorio):
        conector.borrar(id_externo)
    if arnes.muestra.prepara_en_la_red:
        with pytest.raises(ErrorTransitorio):
            conector.preparar(pieza, clave="clave-1")


def test_una_preparada_que_no_se_entiende_no_publica(arnes: Arnes) -> None:
    with pytest.raises(ErrorDeRed):
        arnes.abrir().publicar(Preparada({"de": "otra versión"}), clave="clave-1", permiso=permitir)
    assert arnes.publicadas() == []
    assert arnes.visibles() == []


ESTADOS = (200, 201, 204, 302, 400, 401, 403, 404, 409, 418, 429, 500, 503)
CUERPOS = (
    *(b"", b"null", b"[]", b'"x"', b"7", b"{", b"<html>Portal cautivo</html>"),
    *(b'{"error":null}', b'{"data":null}', b'{"data":[7]}'),
)


def _acciones(arnes: Arnes) -> dict[str, Callable[[], object]]:
    pieza, conector = arnes.pieza("Respuestas raras"), arnes.abrir()
    assert isinstance(conector, Conciliador)
    assert isinstance(conector, Eliminador)
    id_externo = conector.publicar(arnes.preparar(pieza), clave="clave-0", permiso=permitir).id_externo
    preparada = arnes.preparar(pieza)
    return {
        "comprobar": conector.comprobar,
        "preparar": lambda: conector.preparar(pieza, clave="clave-1"),
        "publicar": lambda: conector.publicar(preparada, clave="clave-1", permiso=permitir),
        "conciliar": lambda: conector.conciliar(busqueda(pieza, preparada)),
        "borrar": lambda: conector.borrar(id_externo),
    }


@pytest.mark.parametrize("metodo", ["comprobar", "preparar", "publicar", "conciliar", "borrar"])
def test_ninguna_respuesta_rara_lanza_otra_cosa_que_un_veredicto(arnes: Arnes, metodo: str) -> None:
    intermediario = arnes.exigir_http()
    accion = _acciones(arnes)[metodo]
    cuando = arnes.muestra.es_visible if metodo == "publicar" else lambda _: True
    publicadas = len(arnes.publicadas())
    for estado in ESTADOS:
        for cuerpo in CUERPOS:
            intermediario.sabotear(Sabotaje(clase=Clase.CONTESTAR_ANTES, cuando=cuando, estado=estado, cuerpo=cuerpo))
            caso = f"{metodo} con {estado} {cuerpo!r}"
            try:
                resultado = accion()
            except ErrorDeRed as veredicto:
                _revisar_veredicto(veredicto, metodo, estado, caso)
            except Exception as error:  # es lo que se prueba
                pytest.fail(f"{caso}: escapó {type(error).__name__}: {error}")
            else:
                _revisar_resultado(resultado, metodo, estado, caso)
            intermediario.sin_sabotajes()
    if metodo == "publicar":
        assert len(arnes.publicadas()) == publicadas


def _revisar_veredicto(veredicto: ErrorDeRed, metodo: str, estado: int, caso: str) -> None:
    assert veredicto.detalle, caso
    if metodo == "publicar" and (estado >= 500 or estado < 300):
        assert isinstance(veredicto, EN_DUDA), f"{caso}: {type(veredicto).__name__}"


def _revisar_resultado(resultado: object, metodo: str, estado: int, caso: str) -> None:
    assert metodo != "publicar", f"{caso}: dio por publicado lo que nadie aceptó"
    if metodo == "conciliar" and estado != 404:
        assert not isinstance(resultado, Ausente), f"{caso}: dio por ausente lo que no pudo mirar"
