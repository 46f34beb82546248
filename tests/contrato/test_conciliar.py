"""Salir de la duda: encontrar lo que salió sin respuesta, y no adoptar lo ajeno."""

import pytest

from conectores.contrato import (
    Ausente,
    Conciliador,
    ErrorDeContrato,
    ErrorDeRed,
    ErrorIncierto,
    Hallada,
    Hallazgo,
    Pieza,
    Preparada,
    SinSaber,
)
from tests.contrato.arnes import Arnes, busqueda, permitir
from tests.intermediario import Clase, Sabotaje


def _conciliar(
    arnes: Arnes, pieza: Pieza, preparada: Preparada, *, clave: str = "clave-1", adoptados: tuple[str, ...] = ()
) -> Hallazgo:
    conector = arnes.abrir()
    if not isinstance(conector, Conciliador):
        pytest.skip("en esta red no se puede mirar: decide una persona")
    return conector.conciliar(busqueda(pieza, preparada, clave=clave, adoptados=frozenset(adoptados)))


def _publicar_sin_respuesta(arnes: Arnes, preparada: Preparada, clase: Clase) -> None:
    arnes.sabotear_la_visible(clase=clase)
    with pytest.raises((ErrorIncierto, ErrorDeContrato)):
        arnes.abrir().publicar(preparada, clave="clave-1", permiso=permitir)


def test_lo_que_salio_sin_respuesta_se_encuentra(arnes: Arnes) -> None:
    pieza = arnes.pieza("Agua & drenaje: el corte será de 9 a 14 h <sin prórroga>. ¡Ñandú!")
    preparada = arnes.preparar(pieza)
    _publicar_sin_respuesta(arnes, preparada, Clase.CORTAR_DESPUES)
    hallazgo = _conciliar(arnes, pieza, preparada)
    assert isinstance(hallazgo, Hallada)
    assert [hallazgo.publicado.id_externo] == arnes.publicadas()


def test_lo_que_no_salio_no_se_encuentra_y_puede_salir_despues(arnes: Arnes) -> None:
    pieza = arnes.pieza("Nunca llegó")
    preparada = arnes.preparar(pieza)
    _publicar_sin_respuesta(arnes, preparada, Clase.CORTAR_ANTES)
    assert isinstance(_conciliar(arnes, pieza, preparada), Ausente)
    publicado = arnes.abrir().publicar(preparada, clave="clave-1", permiso=permitir)
    assert arnes.publicadas() == [publicado.id_externo]


def test_no_se_adopta_lo_que_ya_tiene_duena(arnes: Arnes) -> None:
    pieza = arnes.pieza("Es de otra entrega")
    preparada = arnes.preparar(pieza)
    publicado = arnes.abrir().publicar(preparada, clave="clave-1", permiso=permitir)
    hallazgo = _conciliar(arnes, pieza, preparada, adoptados=(publicado.id_externo,))
    assert isinstance(hallazgo, (Ausente, SinSaber))


def test_dos_piezas_identicas_no_se_adoptan_una_a_la_otra(arnes: Arnes) -> None:
    pieza = arnes.pieza("Exactamente lo mismo")
    preparadas = [arnes.preparar(pieza, clave=c) for c in ("clave-1", "clave-2")]
    ids = [
        arnes.abrir().publicar(p, clave=c, permiso=permitir).id_externo
        for p, c in zip(preparadas, ("clave-1", "clave-2"), strict=True)
    ]
    assert len(set(ids)) == 2
    for propia, ajena, preparada, clave in (
        (ids[0], ids[1], preparadas[0], "clave-1"),
        (ids[1], ids[0], preparadas[1], "clave-2"),
    ):
        hallazgo = _conciliar(arnes, pieza, preparada, clave=clave, adoptados=(ajena,))
        assert isinstance(hallazgo, Hallada)
        assert hallazgo.publicado.id_externo == propia


@pytest.mark.parametrize("clase", [Clase.CORTAR_ANTES, Clase.CORTAR_DESPUES, Clase.TRUNCAR])
def test_no_poder_preguntar_no_es_no_encontrar(arnes: Arnes, clase: Clase) -> None:
    intermediario = arnes.exigir_http()
    pieza = arnes.pieza("¿Estará?")
    preparada = arnes.preparar(pieza)
    conector = arnes.abrir()
    if not isinstance(conector, Conciliador):
        pytest.skip("en esta red no se puede mirar: decide una persona")
    intermediario.sabotear(Sabotaje(clase=clase))
    with pytest.raises(ErrorDeRed):
        conector.conciliar(busqueda(pieza, preparada))
