"""Dar de alta lo que pide un editor, y cambiarlo mientras se pueda."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from conectores.contrato import Pieza, calcular_huella
from conectores.memoria.conector import ConectorMemoria
from modelos import Entrega, Estado, Medio, Perfil, Publicacion
from motor.publicacion.alta import NoEditable, actualizar
from motor.publicacion.propuesta import MedioPropuesto
from motor.publicacion.transiciones import transitar
from tests.conftest import COMIENZO
from tests.motor.acervo.fotos import foto, guardada
from tests.motor.oficina import HORA, MINUTO, SEGUNDO, Oficina, con_conector


def publicacion_de(oficina: Oficina, entrega: Entrega) -> Publicacion:
    with oficina.entorno.base.leer() as sesion:
        fila = sesion.get(Publicacion, entrega.publicacion_id)
    assert fila is not None
    return fila


def cambiar(oficina: Oficina, entrega: Entrega, texto: str = "Corregido", **mas: object) -> None:
    with oficina.entorno.base.escribir() as sesion:
        actualizar(
            sesion,
            oficina.entorno,
            publicacion_de(oficina, entrega),
            oficina.proponer(texto, **mas),
            ahora=oficina.reloj.ahora(),
        )


# ── dar de alta ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_cada_perfil_tiene_su_entrega_con_su_texto_su_clave_y_su_huella(
    oficina: Oficina, perfil_de: Callable[..., Perfil]
) -> None:
    perfil_de(nombre="dif")
    una, otra = oficina.programar("General", perfiles=("dif", "memoria"), variantes={"dif": "Del DIF"})
    assert {una.texto, otra.texto} == {"General", "Del DIF"}
    assert una.clave != otra.clave
    assert [e.huella for e in (una, otra)] == [calcular_huella(e.texto, 0) for e in (una, otra)]
    assert oficina.historia(una) == ["entrega_programada"]


@pytest.mark.dos_bases
def test_la_misma_foto_en_dos_publicaciones_se_guarda_una_vez(oficina: Oficina, tmp_path: Path) -> None:
    medio = MedioPropuesto(ruta=guardada(tmp_path / "a.jpg", foto()), donde="a.jpg", texto_alternativo="La feria")
    for n in range(2):
        oficina.programar(f"Aviso {n}", medios=(medio, medio))
    with oficina.entorno.base.leer() as sesion:
        assert len(sesion.exec(select(Medio)).all()) == 1


class EnHilo(ConectorMemoria):
    def partir(self, pieza: Pieza) -> list[str]:
        return [pieza.texto[i : i + 10] for i in range(0, len(pieza.texto), 10)]


def test_un_hilo_es_una_entrega_por_parte_y_se_publica_en_orden(oficina: Oficina) -> None:
    oficina = con_conector(oficina, EnHilo)
    partes = oficina.programar("aaaaaaaaaabbbbbbbbbbcc", hilo=True)
    assert [(p.parte, p.texto) for p in partes] == [(0, "a" * 10), (1, "b" * 10), (2, "cc")]
    assert [p.clave for p in partes] == [partes[0].clave, f"{partes[0].clave}-1", f"{partes[0].clave}-2"]
    oficina.pasar(5 * MINUTO)
    assert oficina.textos_publicados() == ["a" * 10, "b" * 10, "cc"]


def test_un_hilo_sale_seguido_y_despues_de_el_se_respeta_la_separacion(oficina: Oficina) -> None:
    oficina = con_conector(oficina, EnHilo)
    oficina.programar("aaaaaaaaaabbbbbbbbbbcc", hilo=True)
    oficina.programar("Otra cosa")
    oficina.pasar(5 * SEGUNDO)
    assert oficina.textos_publicados() == ["a" * 10, "b" * 10, "cc"]
    oficina.pasar(MINUTO)
    assert oficina.textos_publicados()[3:] == ["Otra cosa"]


def test_sin_pedirlo_no_se_parte(oficina: Oficina) -> None:
    assert len(con_conector(oficina, EnHilo).programar("a" * 30)) == 1


# ── cambiar ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
@pytest.mark.parametrize(
    ("antes", "despues"),
    [
        (Estado.PROGRAMADA, Estado.PROGRAMADA),
        (Estado.RETENIDA, Estado.RETENIDA),  # cambiarla no la suelta
        (Estado.FALLIDA, Estado.PROGRAMADA),  # es justo lo que se le pidió al editor
        (Estado.CANCELADA, Estado.PROGRAMADA),
        (Estado.VENCIDA, Estado.PROGRAMADA),
    ],
)
def test_lo_que_seguro_no_ha_salido_se_cambia(oficina: Oficina, antes: Estado, despues: Estado) -> None:
    entrega = oficina.programar_una("Con errata", programada_en=COMIENZO + HORA)
    oficina.cambiar(entrega, estado=antes, fallos=3, preparada={"medios": []}, aprobada_tarde=True)
    cambiar(oficina, entrega, "Sin errata", programada_en=COMIENZO + 2 * HORA)
    fila = oficina.ver(entrega)
    assert (fila.estado, fila.texto, fila.no_antes_de) == (despues, "Sin errata", COMIENZO + 2 * HORA)
    assert (fila.fallos, fila.preparada, fila.aprobada_tarde) == (0, None, False)
    assert fila.clave != entrega.clave  # es otra publicación: la red no debe confundirla con la anterior
    assert fila.huella == calcular_huella("Sin errata", 0)
    assert publicacion_de(oficina, entrega).version == 2


@pytest.mark.parametrize(
    ("estado", "dice"),
    [
        (Estado.PUBLICADA, "Ya se publicó"),
        (Estado.RECLAMADA, "Se está publicando en este momento, o no se sabe si salió"),
        (Estado.ENVIANDO, "o no se sabe si salió"),
        (Estado.EN_DUDA, "o no se sabe si salió"),
        (Estado.POR_DECIDIR, "o no se sabe si salió"),
    ],
)
def test_lo_que_salio_o_pudo_salir_no_se_cambia_y_se_dice_por_que(oficina: Oficina, estado: Estado, dice: str) -> None:
    entrega = oficina.programar_una("Original")
    oficina.cambiar(entrega, estado=estado)
    with pytest.raises(NoEditable, match=dice) as error:
        cambiar(oficina, entrega)
    assert "pregonero entregas" in str(error.value)
    assert oficina.ver(entrega).texto == "Original"
    assert publicacion_de(oficina, entrega).version == 1


def test_si_una_ya_salio_las_otras_no_cambian_a_medias(oficina: Oficina, perfil_de: Callable[..., Perfil]) -> None:
    perfil_de(nombre="dif")
    salida, pendiente = oficina.programar("Original", perfiles=("memoria", "dif"))
    oficina.cambiar(salida, estado=Estado.PUBLICADA)
    with pytest.raises(NoEditable):
        cambiar(oficina, pendiente, perfiles=("memoria", "dif"))
    assert oficina.ver(pendiente).texto == "Original"


def test_quitar_un_perfil_cancela_su_entrega_y_anadirlo_la_crea(
    oficina: Oficina, perfil_de: Callable[..., Perfil]
) -> None:
    perfil_de(nombre="dif")
    entrega = oficina.programar_una(programada_en=COMIENZO + HORA)
    cambiar(oficina, entrega, perfiles=("dif",), programada_en=COMIENZO + HORA)
    assert oficina.estado(entrega) is Estado.CANCELADA
    cambiar(oficina, entrega, perfiles=("dif", "memoria"), programada_en=COMIENZO + HORA)
    assert oficina.estado(entrega) is Estado.PROGRAMADA
    oficina.reloj.avanzar(HORA)
    oficina.publicar()
    assert sorted(v.perfil for v in oficina.red.vistas) == ["dif", "memoria"]


def test_un_hilo_que_se_acorta_pierde_sus_ultimas_partes(oficina: Oficina) -> None:
    oficina = con_conector(oficina, EnHilo)
    partes = oficina.programar("a" * 30, hilo=True, programada_en=COMIENZO + HORA)
    cambiar(oficina, partes[0], "b" * 15, hilo=True, programada_en=COMIENZO + HORA)
    assert oficina.estados(partes) == [Estado.PROGRAMADA, Estado.PROGRAMADA, Estado.CANCELADA]


@pytest.mark.dos_bases
def test_lo_que_empieza_a_publicarse_mientras_se_cambia_gana(oficina: Oficina) -> None:
    """El editor lee la fila; antes de escribirla, un trabajador la reclama."""
    entrega = oficina.programar_una("Original")
    base = oficina.entorno.base
    if base.es_sqlite:
        pytest.skip("En SQLite la escritura es de uno a la vez: no puede pasar.")
    with pytest.raises(NoEditable, match="justo ahora"), base.escribir() as sesion:
        vieja = sesion.get(Entrega, entrega.id)
        assert vieja is not None
        oficina.reclamar()
        publicacion = publicacion_de(oficina, entrega)
        actualizar(sesion, oficina.entorno, publicacion, oficina.proponer("Tarde"), ahora=COMIENZO)
    assert oficina.ver(entrega).texto == "Original"


def test_lo_que_cancelo_una_persona_no_revive_al_soltar_otra_vez_el_archivo(oficina: Oficina) -> None:
    entrega = oficina.programar_una("Texto con una falta.")
    with oficina.entorno.base.escribir() as sesion:
        assert transitar(
            sesion,
            entrega.id,
            de={Estado.PROGRAMADA},
            a=Estado.CANCELADA,
            ahora=oficina.reloj.ahora(),
            accion="entrega_cancelada",
            autor="orden",
        )
    with pytest.raises(NoEditable, match="La canceló una persona"):
        cambiar(oficina, entrega, "Texto sin falta.")
    assert oficina.estado(entrega) is Estado.CANCELADA
