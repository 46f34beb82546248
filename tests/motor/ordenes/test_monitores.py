from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from conectores.contrato_escucha import Clase, LugarDicho, Oido, Tanda
from config.ajustes import cargar as cargar_ajustes
from modelos.escucha import Fuente
from modelos.monitor import Monitor
from motor.arranque import abrir_escucha
from motor.entorno import Entorno
from motor.escucha.almacen.guardar import guardar
from motor.escucha.entendedor import cargar
from motor.escucha.entorno import EntornoDeEscucha
from tests.motor.ordenes.conftest import Orden, leido

DOS = """
[agua]
nombre = "Fugas de agua"
alguna = ["fuga", "#SinAgua"]
ninguna = ["simulacro"]
flexion = true

[centro]
todas = ["fuga"]
redes = ["x"]
clases = ["articulo"]
idiomas = ["es"]
lugar = { centro = [19.2925, -99.6569], radio_km = 2, confianza_minima = 0.5 }
"""


@pytest.fixture
def archivo(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    archivo = tmp_path / "config" / "monitores.toml"
    archivo.write_text(DOS, encoding="utf-8")
    return archivo


@pytest.fixture
def escucha_de_la_orden(entorno_de_la_orden: Entorno, tmp_path: Path) -> EntornoDeEscucha:
    return abrir_escucha(cargar_ajustes(archivo=tmp_path / ".env"), entorno_de_la_orden)


def oir(escucha: EntornoDeEscucha, *textos: str) -> None:
    ahora = datetime.now(UTC)
    with escucha.base.escribir() as sesion:
        fuente = Fuente(clave="prueba", red="memoria", desde=ahora, proxima_en=ahora)
        sesion.add(fuente)
    oidos = tuple(
        Oido(
            id_externo=str(n),
            clase=Clase.MENCION,
            texto=texto,
            publicado_en=ahora - timedelta(hours=30 * n),
            lugar=LugarDicho(punto=(19.2925, -99.6569)),
        )
        for n, texto in enumerate(textos)
    )
    guardar(escucha, fuente, Tanda(oidos=oidos), entender=cargar(escucha))


def test_sin_monitores_dice_como_hacer_el_primero(pregonero: Orden) -> None:
    for palabras in (("monitores",), ("monitores", "listar")):
        resultado = pregonero(*palabras)
        assert resultado.exit_code == 0
        assert "pregonero monitores sincronizar" in resultado.stdout
    assert "Todavía no hay monitores" in pregonero("monitores", "probar", "una fuga").stdout
    assert "no hay nada" in pregonero("monitores", "sincronizar").stdout


def test_del_archivo_a_los_conteos(pregonero: Orden, archivo: Path, escucha_de_la_orden: EntornoDeEscucha) -> None:
    oir(escucha_de_la_orden, "una fuga", "dos fugas", "nada", "simulacro de fuga")
    revisado = pregonero("monitores", "revisar")
    assert revisado.exit_code == 0
    assert "agua: con esta definición habría contado 2 de los 4 mensajes de los últimos 30 días." in revisado.stdout
    assert "· una fuga" in revisado.stdout
    assert leido(pregonero("monitores", "--json")) == []

    aplicado = pregonero("monitores", "sincronizar")
    assert "+ agua: nuevo" in aplicado.stdout
    assert "pregonero monitores recontar" in aplicado.stdout
    assert "pasado sin contar" in pregonero("monitores").stdout

    recontado = pregonero("monitores", "recontar")
    assert "agua, centro: mensajes releídos, 4; empezaron a contar, 2; dejaron de contar, 0" in recontado.stdout
    agua, centro = leido(pregonero("monitores", "listar", "--json"))
    assert (agua["clave"], agua["dia"], agua["semana"]) == ("agua", 1, 2)
    assert (centro["clave"], centro["dia"], centro["semana"]) == ("centro", 0, 0)
    assert "Ningún monitor está pendiente" in pregonero("monitores", "recontar").stdout


def test_ver_uno_dice_lo_que_busca_y_lo_que_conto(
    pregonero: Orden, archivo: Path, escucha_de_la_orden: EntornoDeEscucha
) -> None:
    pregonero("monitores", "sincronizar")
    oir(escucha_de_la_orden, "una fuga en mi calle")
    agua = pregonero("monitores", "ver", "agua").stdout
    assert "Fugas de agua" in agua
    assert "Alguna, o sus variantes: fuga" in agua
    assert "una fuga en mi calle" in agua
    centro = pregonero("monitores", "ver", "centro").stdout
    assert "a 2 km de 19.2925, -99.6569; con confianza de 0.5 o más" in centro
    assert "Redes: x" in centro
    assert "Todavía no ha contado ningún mensaje" in centro
    assert leido(pregonero("monitores", "ver", "agua", "--json"))["ultimos"][0]["texto"] == "una fuga en mi calle"


def test_probar_dice_que_monitores_y_por_que(pregonero: Orden, archivo: Path) -> None:
    pregonero("monitores", "sincronizar")
    probado = pregonero("monitores", "probar", "Otra vez #SinAgua y con fugas")
    assert "✓ agua (Fugas de agua): por «fuga», «#SinAgua»" in probado.stdout
    assert "Dónde: no se sabe" in probado.stdout
    descartado = pregonero("monitores", "probar", "simulacro de fuga").stdout
    assert "Ningún monitor lo contaría" in descartado
    assert "lo descarta «simulacro»" in descartado
    datos = leido(pregonero("monitores", "probar", "fuga", "--json"))
    assert datos == {"monitores": [{"clave": "agua", "terminos": ["fuga"], "por_lugar": False}], "donde": None}


def test_lo_mal_escrito_se_dice_y_lo_demas_se_aplica(pregonero: Orden, archivo: Path) -> None:
    archivo.write_text(DOS + '[malo]\nalgunas = ["x"]\n', encoding="utf-8")
    for orden in ("revisar", "sincronizar"):
        resultado = pregonero("monitores", orden)
        assert resultado.exit_code == 1
        assert "Monitor «malo»: No existe la clave «algunas». ¿Quiso decir «alguna»?" in resultado.output
    assert {m["clave"] for m in leido(pregonero("monitores", "--json"))} == {"agua", "centro"}


@pytest.mark.parametrize(
    ("palabras", "dice"),
    [
        (("ver", "auga"), "No hay un monitor «auga». ¿Quiso decir «agua»?"),
        (("recontar", "nadie"), "No hay un monitor «nadie»."),
        (("probar", "x", "--red", "mastodonte"), "No conozco la red «mastodonte»"),
        (("probar", "x", "--clase", "menciones"), "¿Quiso decir «mencion»?"),
    ],
)
def test_lo_que_no_existe_se_dice(pregonero: Orden, archivo: Path, palabras: tuple[str, ...], dice: str) -> None:
    pregonero("monitores", "sincronizar")
    resultado = pregonero("monitores", *palabras)
    assert resultado.exit_code == 1
    assert dice in resultado.output


def test_lo_quitado_se_dice_y_ya_no_se_recuenta(pregonero: Orden, archivo: Path, entorno_de_la_orden: Entorno) -> None:
    pregonero("monitores", "sincronizar")
    archivo.write_text(DOS[DOS.index("[centro]") :].replace("2,", "3,"), encoding="utf-8")
    assert "agua, centro: mensajes releídos, 0" in pregonero("monitores", "recontar").stdout
    assert "Ningún monitor está pendiente" in pregonero("monitores", "recontar").stdout
    assert "agua, centro: mensajes releídos, 0" in pregonero("monitores", "recontar", "--todos").stdout
    dicho = pregonero("monitores", "sincronizar").stdout
    assert "- agua: ya no se vigila" in dicho
    assert "~ centro: cambió" in dicho
    assert "ya no se vigila" in pregonero("monitores", "recontar", "agua").output
    assert "quitado" in pregonero("monitores").stdout
    with entorno_de_la_orden.base.leer() as sesion:
        assert {m.clave: m.activo for m in sesion.exec(select(Monitor))} == {"agua": False, "centro": True}


def test_con_los_lugares_mal_escritos_se_dice_que_corregir(pregonero: Orden, archivo: Path) -> None:
    pregonero("monitores", "sincronizar")
    (archivo.parent / "lugares").mkdir()
    (archivo.parent / "lugares" / "municipio.toml").write_text("esto no es toml")
    resultado = pregonero("monitores", "probar", "una fuga")
    assert resultado.exit_code == 1
    assert "Los lugares no se pudieron leer" in resultado.output
