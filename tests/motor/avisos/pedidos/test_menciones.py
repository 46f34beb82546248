"""Menciones específicas: lo que pide avisos.toml se avisa al momento, una vez, y sin llenar el buzón."""

import os
from collections.abc import Callable
from datetime import time, timedelta

import pytest

from conectores.contrato_escucha import Clase
from motor.avisos.avisador import Avisador
from motor.avisos.pedidos.condiciones import AvisosMalEscritos, Candidato, cumplen, leer_pedido
from motor.avisos.pedidos.menciones import LOTE, Menciones
from tests.motor.avisos.conftest import Pueblo, hora_local

MINUTO = timedelta(minutes=1)
ALCALDE = """
[mencion.alcalde]
nombre = "Nombran al presidente municipal"
alguna = ["presidente municipal", "#FueraAlcalde", "@alcalde_toluca"]
"""


def reconocer(red: str) -> str | None:
    return red if red in ("memoria", "medios") else None


def candidato(texto: str, **columnas: object) -> Candidato:
    base: dict[str, object] = {"red": "memoria", "clase": Clase.MENCION, "texto": texto}
    return Candidato(**(base | columnas))  # type: ignore[arg-type] # columnas sueltas


@pytest.mark.parametrize(
    ("texto", "columnas", "cumple"),
    [
        ("El PRESIDENTE  municipal no contesta", {}, True),
        ("la presidenta municipal", {}, False),
        ("#fueraalcalde ya", {}, True),
        ("oye @Alcalde_Toluca", {}, True),
        ("fuera el alcalde", {}, False),
        ("el vicepresidente municipal", {}, False),  # palabras enteras
        ("presidente municipal", {"clase": Clase.COMPETIDOR}, False),
        ("presidente municipal", {"clase": Clase.DIRECTO}, False),
        ("", {"titulo": "Habla el presidente municipal"}, True),
    ],
)
def test_las_palabras(texto: str, columnas: dict[str, object], cumple: bool) -> None:
    pedido = leer_pedido(ALCALDE, reconocer_red=reconocer)
    assert bool(cumplen(pedido.menciones, candidato(texto, **columnas))) is cumple


@pytest.mark.parametrize(
    ("toml", "columnas", "cumple"),
    [
        ("seguidores_desde = 10000", {"seguidores": 10_000}, True),
        ("seguidores_desde = 10000", {"seguidores": 9_999}, False),
        ("seguidores_desde = 10000", {"seguidores": None}, False),  # sin dato no es grande
        ('cuentas = ["@Proteccion_Civil"]', {"usuario": "proteccion_civil"}, True),
        ('cuentas = ["@Proteccion_Civil"]', {"usuario": "otra"}, False),
        ('alguna = ["agua"]\nredes = ["medios"]', {"red": "medios"}, True),
        ('alguna = ["agua"]\nredes = ["medios"]', {}, False),
        ('alguna = ["agua"]\nclases = ["directo"]', {"clase": Clase.DIRECTO}, True),
        ('alguna = ["fuego"]\nseguidores_desde = 1', {"seguidores": 5}, False),  # debe cumplirlo todo
    ],
)
def test_cuentas_seguidores_redes_y_clases(toml: str, columnas: dict[str, object], cumple: bool) -> None:
    pedido = leer_pedido(f"[mencion.a]\n{toml}", reconocer_red=reconocer)
    assert bool(cumplen(pedido.menciones, candidato("no hay agua", **columnas))) is cumple


@pytest.mark.parametrize(
    ("toml", "dice"),
    [
        ("[mencion.a", "hay algo mal escrito al final"),
        ("\nx = = 3\n[mencion.a]", "cerca del renglón 2"),
        ("[mencion.a]\n", "[mencion.a] no pide nada"),
        ("[menciones.a]\n", "No existe «[menciones]». ¿Quiso decir «mencion»?"),
        ('[mencion.a]\nalgunas = ["x"]', "[mencion.a] no existe «algunas». ¿Quiso decir «alguna»?"),
        ('[mencion.a]\nalguna = "x"', 'debe ser una lista de textos: alguna = ["uno", "otro"].'),
        ('[mencion.a]\nalguna = ["!!"]', "el término «!!» no lleva ninguna palabra."),
        ('[mencion.a]\nseguidores_desde = "10,000"', "debe ser un número entero, sin comillas ni comas"),
        ('[mencion.a]\nalguna = ["x"]\nredes = ["Hi5"]', "no conozco la red «Hi5»"),
        ('[mencion.a]\nalguna = ["x"]\nclases = ["mensión"]', "no existe la clase «mensión»"),
        ('[mencion."Con Espacios"]\nalguna = ["x"]', "sólo lleva minúsculas sin acento"),
        ('mencion = ["x"]', "Cada «mencion» lleva su nombre corto: [mencion.presidencia]."),
        ('[meta.a]\nnombre = "x"', "no dice cuántas"),
        ('[meta.a]\npublicaciones = 3\ndesde_el = "Jueves"', "no es un día"),
    ],
    ids=str,
)
def test_lo_mal_escrito_dice_qué_cambiar(toml: str, dice: str) -> None:
    with pytest.raises(AvisosMalEscritos) as fallo:
        leer_pedido(toml, reconocer_red=reconocer)
    assert dice in str(fallo.value)


def test_el_archivo_que_se_entrega_está_bien_y_no_pide_nada() -> None:
    from pathlib import Path

    archivo = Path(__file__).parents[4] / "config/avisos.toml"
    escrito = archivo.read_text(encoding="utf-8")
    assert leer_pedido(escrito, reconocer_red=reconocer).menciones == ()
    ejemplos = "\n".join(r.removeprefix("#") for r in escrito.splitlines() if r.startswith("#") and "# " not in r[:2])
    pedido = leer_pedido(ejemplos, reconocer_red=reconocer)
    assert (len(pedido.menciones), len(pedido.metas)) == (3, 1)  # los ejemplos, sin el «#», también


# ── de la base al correo ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pedir(pueblo: Pueblo) -> Callable[[str], None]:
    def pedir(toml: str) -> None:
        ruta = pueblo.escucha.archivos / "avisos.toml"
        anterior = ruta.stat().st_mtime if ruta.exists() else 1_000_000_000.0
        ruta.write_text(toml, encoding="utf-8")
        os.utime(ruta, (anterior + 10, anterior + 10))

    pedir(ALCALDE)
    return pedir


@pytest.mark.dos_bases
def test_una_mención_se_avisa_al_momento_y_una_vez(
    pueblo: Pueblo, avisador: Avisador, pedir: Callable[[str], None]
) -> None:
    pueblo.dicen("¿Dónde está el presidente municipal?", autor_seguidores=1200, interacciones=7)
    pueblo.dicen("Buenos días")
    assert avisador.atender() == 1
    assert Avisador(pueblo.escucha).atender() == 1  # tras reiniciar se mira otra vez…
    (correo,) = pueblo.correos()  # …y no se cuenta otra vez
    assert correo.asunto == "Mención: Nombran al presidente municipal"
    assert "¿Dónde está el presidente municipal?" in correo.texto
    assert "9:00 de hoy" not in correo.texto
    assert "@vecina1 · Memoria" in correo.texto
    assert "1\u202f200 seguidores · 7 interacciones" in correo.texto
    assert "presidente" not in pueblo.historias()[0].detalle  # la historia no caduca: no guarda lo que dijo nadie


@pytest.mark.dos_bases
def test_las_que_siguen_esperan_juntas_y_contestan_en_el_hilo(
    pueblo: Pueblo, avisador: Avisador, pedir: Callable[[str], None]
) -> None:
    pueblo.dicen("Habló el presidente municipal")
    avisador.atender()
    pueblo.salen()
    for n in range(8):
        pueblo.reloj.avanzar(MINUTO)
        pueblo.dicen(f"Otra vez el presidente municipal {n}")
        avisador.atender()
    primero, segundo = pueblo.correos()
    assert segundo.asunto == f"Re: {primero.asunto}"
    assert segundo.no_antes_de == primero.no_antes_de + 30 * MINUTO
    assert "8 mensajes nuevos" in segundo.texto
    assert "Y 2 más." in segundo.texto


def test_lo_que_se_dijo_hace_días_no_es_noticia(
    pueblo: Pueblo, avisador: Avisador, pedir: Callable[[str], None]
) -> None:
    """El pasado que se trae la primera vez que se oye una fuente."""
    pueblo.dicen("El presidente municipal inauguró", hace=timedelta(days=3))
    assert avisador.atender() == 0


def test_lo_que_llegó_con_el_demonio_detenido_se_avisa_al_volver(
    pueblo: Pueblo, avisador: Avisador, pedir: Callable[[str], None]
) -> None:
    pueblo.dicen("El presidente municipal no contesta")
    pueblo.reloj.avanzar(timedelta(days=2))
    assert avisador.atender() == 1


def test_un_número_que_se_confirma_tarde_no_se_salta(
    pueblo: Pueblo, avisador: Avisador, pedir: Callable[[str], None]
) -> None:
    """En PostgreSQL dos que escriben a la vez pueden confirmar en desorden."""
    pueblo.dicen("Hola", id=50)
    avisador.atender()
    pueblo.dicen("El presidente municipal", id=40)
    assert avisador.atender() == 1


def test_si_la_base_falla_se_mira_otra_vez(
    pueblo: Pueblo, avisador: Avisador, pedir: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pueblo.dicen("El presidente municipal")

    def falla(*_: object) -> None:
        raise RuntimeError("se fue la luz")

    with monkeypatch.context() as luz:
        luz.setattr("motor.avisos.pedidos.menciones.contar_menciones", falla)
        assert avisador.atender() == 0
    assert avisador.atender() == 1
    assert len(pueblo.correos()) == 1


def test_el_cursor_avanza_y_no_recuerda_de_más(
    pueblo: Pueblo, pedir: Callable[[str], None], avisador: Avisador
) -> None:
    menciones = Menciones(pueblo.escucha)
    for _ in range(30):
        pueblo.dicen("Hola")
    menciones.atender(avisador.mesa)
    assert len(menciones._mirados) == 30
    pueblo.reloj.avanzar(11 * MINUTO)
    menciones.atender(avisador.mesa)
    assert menciones._mirados == set()
    assert LOTE > 1000


def test_el_archivo_se_vuelve_a_leer_y_si_está_mal_se_sigue_con_lo_de_antes(
    pueblo: Pueblo, avisador: Avisador, pedir: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    avisador.atender()
    pedir(ALCALDE + "[mencion.otra]\nalguna = 3")
    pueblo.dicen("El presidente municipal")
    assert avisador.atender() == 1
    assert caplog.text.count("Corrija avisos.toml.") == 1
    pedir('[mencion.agua]\nalguna = ["no hay agua"]')
    pueblo.dicen("En mi calle no hay agua")
    assert avisador.atender() == 1


def test_un_directo_se_avisa_sin_copiarlo(pueblo: Pueblo, avisador: Avisador, pedir: Callable[[str], None]) -> None:
    pedir('[mencion.agua]\nalguna = ["no hay agua"]\nclases = ["directo"]')
    pueblo.dicen("no hay agua en mi casa, Juárez 14", clase="directo")
    assert avisador.atender() == 1
    (correo,) = pueblo.correos()
    assert "Juárez" not in correo.texto + correo.html
    assert "vecina" not in correo.texto + correo.html
    assert "(es privado: léalo en la red)" in correo.texto


def test_sin_más_menciones_la_historia_se_cierra_sola(
    pueblo: Pueblo, avisador: Avisador, pedir: Callable[[str], None]
) -> None:
    pueblo.dicen("El presidente municipal")
    avisador.atender()
    pueblo.reloj.avanzar(timedelta(hours=25))
    avisador.atender()
    assert pueblo.historias()[0].cerrada_en is not None
    assert len(pueblo.correos()) == 1


def test_lo_que_espera_a_juntarse_no_despierta_a_nadie(
    pueblo: Pueblo, con_callar: Callable[..., Avisador], pedir: Callable[[str], None]
) -> None:
    avisador = con_callar(callar=(time(22, 0), time(7, 0)))
    hora_local(pueblo, 21)
    pueblo.reloj.avanzar(50 * MINUTO)
    pueblo.dicen("Habló el presidente municipal")
    avisador.atender()
    pueblo.salen()
    pueblo.reloj.avanzar(MINUTO)
    pueblo.dicen("Otra vez el presidente municipal")
    avisador.atender()
    zona = pueblo.escucha.reglas.zona
    assert pueblo.correos()[-1].no_antes_de.astimezone(zona).time() == time(7, 0)
