"""Qué fuentes hay: de los perfiles, de los monitores y del archivo; y por qué está apagada la que lo está."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from conectores.memoria.pueblo import Pueblo
from modelos import Monitor, Perfil
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.archivo import ARCHIVO, FuentesInvalidas, leer
from motor.escucha.recoleccion.fuentes import QUITADA, sincronizar_fuentes
from tests.conftest import RelojFijo
from tests.motor.escucha.recoleccion.conftest import Casa

RSS = "https://www.ejemplo.mx/rss"


def _escribir(escucha: EntornoDeEscucha, texto: str) -> None:
    (escucha.archivos / ARCHIVO).write_text(texto, encoding="utf-8")


def _monitor(escucha: EntornoDeEscucha, clave: str, **definicion: object) -> None:
    ahora = escucha.reloj.ahora()
    with escucha.principal.base.escribir() as sesion:
        sesion.add(Monitor(clave=clave, nombre=clave, definicion=dict(definicion), desde=ahora, creado_en=ahora))


@pytest.mark.dos_bases
def test_un_perfil_se_oye_por_todos_sus_canales_y_se_mide(casa: Casa, perfil: Perfil) -> None:
    casa.sincronizar()
    assert {(f.clave, f.trabajo) for f in casa.fuentes().values()} == {
        ("perfil:1:menciones", "oir"),
        ("perfil:1:comentarios", "oir"),
        ("perfil:1:directos", "oir"),
        ("medir:1", "medir"),
        ("seguir:1", "seguir"),
    }
    assert sincronizar_fuentes(casa.escucha).cambiadas == 0


def test_se_busca_lo_que_piden_los_monitores_y_nada_mas(casa: Casa, perfil: Perfil, pueblo: Pueblo) -> None:
    _monitor(casa.escucha, "lluvia", alguna=["inundación", "encharcamiento"], ninguna=["simulacro"])
    _monitor(casa.escucha, "metro", todas=["tren", "El Insurgente"])
    _monitor(casa.escucha, "ajena", alguna=["otra cosa"], redes=["otra"])
    casa.vuelta()
    consultas = [f.direccion for f in casa.fuentes().values() if f.canal == "busqueda"]
    assert sorted(" o ".join(consultas).split(" o ")) == ["El Insurgente", "encharcamiento", "inundación"]


def test_con_flexion_se_busca_tambien_el_plural(casa: Casa, perfil: Perfil) -> None:
    _monitor(casa.escucha, "calles", alguna=["bache", "inundación"], flexion=True)
    casa.sincronizar()
    consultas = [f.direccion for f in casa.fuentes().values() if f.canal == "busqueda"]
    assert set(" o ".join(consultas).split(" o ")) == {"bache", "baches", "inundación", "inundaciones"}


def test_dos_perfiles_de_la_misma_red_no_buscan_dos_veces(casa: Casa, perfil_de: Callable[..., Perfil]) -> None:
    perfil_de()
    perfil_de()
    _monitor(casa.escucha, "lluvia", alguna=["inundación"])
    casa.sincronizar()
    assert len([f for f in casa.fuentes().values() if f.canal == "busqueda"]) == 1


def test_la_que_ya_no_hace_falta_se_apaga_y_conserva_su_cursor(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    escucha = replace(casa.escucha, red_de_medios="memoria")
    casa = Casa(escucha, reloj)
    _escribir(escucha, f'[[medio]]\nnombre = "El Diario"\ndireccion = "{RSS}"\n')
    casa.vuelta()
    fuente = casa.fuente(f"medio:{RSS}")
    assert (fuente.nombre, fuente.direccion, fuente.apagada_porque) == ("El Diario", RSS, "")
    with escucha.base.escribir() as sesion:
        sesion.merge(fuente).cursor = "7"
    (escucha.archivos / ARCHIVO).unlink()
    casa.sincronizar()
    assert casa.fuente(f"medio:{RSS}").apagada_porque == QUITADA
    reloj.avanzar(timedelta(days=1))
    _escribir(escucha, f'[[medio]]\nnombre = "El Diario de Toluca"\ndireccion = "{RSS}"\n')
    casa.sincronizar()
    vuelta = casa.fuente(f"medio:{RSS}")
    assert (vuelta.cursor, vuelta.apagada_porque, vuelta.nombre) == ("7", "", "El Diario de Toluca")
    assert vuelta.proxima_en == reloj.ahora()


def test_un_archivo_mal_escrito_no_apaga_lo_que_ya_se_oia(escucha: EntornoDeEscucha, reloj: RelojFijo) -> None:
    escucha = replace(escucha, red_de_medios="memoria")
    casa = Casa(escucha, reloj)
    _escribir(escucha, f'[[medio]]\ndireccion = "{RSS}"\n')
    casa.sincronizar()
    _escribir(escucha, "[[medio]]\ndireccion = sin comillas\n")
    resultado = sincronizar_fuentes(escucha)
    assert "No se entiende" in resultado.faltas[0]
    assert casa.fuente(f"medio:{RSS}").apagada_porque == ""


def test_una_red_apagada_de_fabrica_se_queda_apagada_y_dice_por_que(
    escucha: EntornoDeEscucha, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    hechos = escucha.hechos_de("memoria")
    assert hechos is not None
    apagados = replace(hechos, apagada_porque="Esta red pide otro contrato a los gobiernos.")
    apagada = replace(escucha, hechos_de=lambda _: apagados)
    casa = Casa(apagada, reloj)
    casa.vuelta()
    assert pueblo.preguntas == []
    motivo = casa.fuente("perfil:1:menciones").apagada_porque
    assert "otro contrato" in motivo
    assert "PREGONERO_MEMORIA_ESCUCHA=si" in motivo
    Casa(replace(apagada, encendida=lambda _: True), reloj).vuelta()
    assert "menciones" in {c for c, _ in pueblo.preguntas}


def test_un_perfil_que_no_se_puede_abrir_no_apaga_a_los_demas(
    casa: Casa, perfil_de: Callable[..., Perfil], caplog: pytest.LogCaptureFixture
) -> None:
    perfil_de()
    roto = perfil_de()
    casa.sincronizar()
    with casa.escucha.principal.base.escribir() as sesion:
        sesion.get_one(Perfil, roto.id).red = "no-existe"
    casa.sincronizar()
    assert {f.apagada_porque for f in casa.fuentes().values()} == {""}
    assert "no se puede abrir" in caplog.text


def test_sin_con_que_leer_los_medios_se_dice(casa: Casa) -> None:
    _escribir(casa.escucha, f'[[medio]]\nnombre = "El Diario"\ndireccion = "{RSS}"\n')
    assert "no hay con qué leerlo" in sincronizar_fuentes(casa.escucha).faltas[0]


def test_una_cuenta_se_compara_con_un_perfil_nuestro_de_su_red(casa: Casa, perfil_de: Callable[..., Perfil]) -> None:
    _escribir(casa.escucha, '[[competidor]]\nnombre = "Metepec"\nred = "memoria"\ncuenta = "@metepec"\n')
    casa.sincronizar()
    assert "Hace falta un perfil nuestro" in casa.fuente("competidor:memoria:metepec").apagada_porque
    perfil = perfil_de()
    casa.sincronizar()
    fuente = casa.fuente("competidor:memoria:metepec")
    assert (fuente.apagada_porque, fuente.perfil_id, fuente.direccion) == ("", perfil.id, "metepec")


@pytest.mark.parametrize(
    ("texto", "dice"),
    [
        ("[[medio]]\nnombre = 'x'\n", "medio 1: falta «direccion»"),
        ("[[medio]]\ndireccion = 'ejemplo.mx/rss'\n", "empiece con https://"),
        ("[[medio]]\ndireccion = 'https://e.mx/rss'\nurl = 'x'\n", "sobra «url»"),
        ("[[medio]]\ndireccion = 5\n", "debe ir entre comillas"),
        ("[medio]\ndireccion = 'https://e.mx/rss'\n", "doble corchete"),
        ("[[medios]]\n", "Sobra «medios»"),
        ("[[competidor]]\nred = 'memoria'\n", "falta «cuenta»"),
        ("[[competidor]]\ncuenta = 'x'\n", "falta «red»"),
        ("[[competidor]]\ncuenta = 'x'\nred = 'mastodonte'\n", "no conozco la red «mastodonte»"),
        ("[[medio]]\ndireccion = 'https://e.mx/r'\n[[medio]]\ndireccion = 'https://e.mx/r'\n", "está dos veces"),
        ("[[medio]\n", "No se entiende"),
    ],
)
def test_lo_mal_escrito_dice_que_cambiar(escucha: EntornoDeEscucha, texto: str, dice: str) -> None:
    _escribir(escucha, texto)
    with pytest.raises(FuentesInvalidas) as caso:
        leer(escucha.archivos, reconocer_red=escucha.principal.reconocer_red)
    assert dice in str(caso.value)


def test_el_archivo_que_viene_con_pregonero_se_entiende_y_no_enciende_nada() -> None:
    carpeta = Path(__file__).parents[4] / "config"
    dichas = leer(carpeta, reconocer_red=lambda red: red)
    assert dichas.medios == ()
    assert dichas.ajenas == ()
    ejemplos = (carpeta / ARCHIVO).read_text("utf-8")
    descomentado = "\n".join(r.removeprefix("#") for r in ejemplos.splitlines() if not r.startswith("# "))
    assert tomllib.loads(descomentado)["medio"]
