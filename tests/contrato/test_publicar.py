"""El camino bueno: lo que se ve y lo que no, y cuántas veces."""

import pytest

from conectores.contrato import (
    Conciliacion,
    Eliminador,
    EnProceso,
    ErrorDePerfil,
    ErrorTransitorio,
    EstadoDePerfil,
    Preparada,
)
from tests.contrato.arnes import Arnes, permitir


def test_preparar_no_ensena_nada_y_se_puede_repetir(arnes: Arnes) -> None:
    pieza = arnes.pieza("Preparar dos veces")
    primera = arnes.preparar(pieza)
    segunda = arnes.abrir().preparar(pieza, clave="clave-1", previa=primera)
    arnes.preparar(pieza)
    assert isinstance(segunda, (Preparada, EnProceso))
    assert arnes.publicadas() == []
    assert arnes.visibles() == []


def test_publicar_ensena_una_sola_publicacion_con_una_sola_peticion(arnes: Arnes) -> None:
    preparada = arnes.preparar(arnes.pieza("Una y sólo una"))
    publicado = arnes.abrir().publicar(preparada, clave="clave-1", permiso=permitir)
    assert arnes.publicadas() == [publicado.id_externo]
    if arnes.intermediario:
        assert len(arnes.visibles()) == 1
        desde = arnes.intermediario.recibidas.index(arnes.visibles()[0])
        assert not [r for r in arnes.intermediario.recibidas[desde + 1 :] if r.escribe]


def test_el_permiso_se_pide_una_vez_y_justo_antes(arnes: Arnes) -> None:
    visibles_al_pedirlo: list[int] = []
    preparada = arnes.preparar(arnes.pieza("Con permiso"))
    arnes.abrir().publicar(
        preparada,
        clave="clave-1",
        permiso=lambda: visibles_al_pedirlo.append(len(arnes.visibles()) + len(arnes.publicadas())),
    )
    assert visibles_al_pedirlo == [0]


def test_sin_permiso_no_sale_nada(arnes: Arnes) -> None:
    def negar() -> None:
        raise ErrorTransitorio("Ya es tarde.")

    preparada = arnes.preparar(arnes.pieza("Sin permiso"))
    with pytest.raises(ErrorTransitorio, match="Ya es tarde"):
        arnes.abrir().publicar(preparada, clave="clave-1", permiso=negar)
    assert arnes.visibles() == []
    assert arnes.publicadas() == []


def test_la_misma_clave_dos_veces_manda_lo_mismo(arnes: Arnes) -> None:
    """Y donde repetir no publica otra vez, no publica otra vez."""
    if arnes.abrir().capacidades.conciliacion is not Conciliacion.IDEMPOTENTE:
        pytest.skip("repetir no es inocuo en esta red")
    preparada = arnes.preparar(arnes.pieza("Dos veces lo mismo"))
    primero = arnes.abrir().publicar(preparada, clave="clave-1", permiso=permitir)
    segundo = arnes.abrir().publicar(preparada, clave="clave-1", permiso=permitir)
    assert segundo == primero
    assert arnes.publicadas() == [primero.id_externo]
    cuerpos = {r.cuerpo for r in arnes.visibles()}
    assert len(cuerpos) <= 1


def test_borrar_dos_veces_es_borrar(arnes: Arnes) -> None:
    preparada = arnes.preparar(arnes.pieza("Me equivoqué"))
    publicado = arnes.abrir().publicar(preparada, clave="clave-1", permiso=permitir)
    conector = arnes.abrir()
    assert isinstance(conector, Eliminador)
    conector.borrar(publicado.id_externo)
    conector.borrar(publicado.id_externo)
    assert arnes.publicadas() == []


def test_comprobar_dice_quien_es(arnes: Arnes) -> None:
    estado = arnes.abrir().comprobar()
    assert isinstance(estado, EstadoDePerfil)
    assert estado.nombre
    assert estado.id_externo
    assert arnes.visibles() == []


def test_una_credencial_rechazada_es_del_perfil(arnes: Arnes) -> None:
    preparada = arnes.preparar(arnes.pieza("Con la credencial vencida"))
    conector = arnes.abrir(credenciales=arnes.muestra.rechazadas)
    with pytest.raises(ErrorDePerfil) as caso:
        conector.comprobar()
    assert caso.value.remedio
    with pytest.raises(ErrorDePerfil):
        conector.publicar(preparada, clave="clave-1", permiso=permitir)
    assert arnes.publicadas() == []
