"""`pregonero importar`, como la escribe quien la usa."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from modelos import Medicion, Perfil
from motor.entorno import Entorno
from tests.motor.importacion.tablas import FACEBOOK_ES, NOMBRE_DE_PAGINA, PAGINA, como_csv, de_facebook, escribir
from tests.motor.ordenes.conftest import Orden, leido


@pytest.fixture
def tabla(entorno_de_la_orden: Entorno, tmp_path: Path) -> Path:
    with entorno_de_la_orden.base.escribir() as sesion:
        sesion.add(
            Perfil(
                nombre="face", red="facebook", id_externo=PAGINA, titulo=NOMBRE_DE_PAGINA, creado_en=datetime.now(UTC)
            )
        )
    ayer = (datetime.now(UTC) - timedelta(days=2)).strftime("%m/%d/%Y %H:%M")
    return escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, de_facebook(cuando=ayer)))


def test_importa_y_dice_que_hizo(pregonero: Orden, tabla: Path, entorno_de_la_orden: Entorno) -> None:
    resultado = pregonero("importar", "c.csv")
    assert resultado.exit_code == 0, resultado.output
    for dicho in (
        "contenido de Facebook",
        "Perfil: face",
        "que no se conocían",
        "la fecha del archivo",
        "Duración (segundos)",
        "pregonero horarios --aprender",
    ):
        assert dicho in resultado.stdout
    with entorno_de_la_orden.base.leer() as sesion:
        assert sesion.exec(select(func.count()).select_from(Medicion)).one() == 7


def test_revisar_no_guarda(pregonero: Orden, tabla: Path, entorno_de_la_orden: Entorno) -> None:
    resultado = pregonero("importar", "c.csv", "--revisar")
    assert (resultado.exit_code, "No se guardó nada" in resultado.stdout) == (0, True)
    assert "--aprender" not in resultado.stdout
    with entorno_de_la_orden.base.leer() as sesion:
        assert sesion.exec(select(func.count()).select_from(Medicion)).one() == 0


def test_con_apartadas_acaba_mal_y_dice_como_seguir(pregonero: Orden, tabla: Path) -> None:
    escribir(tabla, tabla.read_text(encoding="utf-8-sig").replace("900", "novecientos"))
    resultado = pregonero("importar", "c.csv")
    assert resultado.exit_code == 1
    assert "renglón 2, Alcance: «novecientos» no es un número" in resultado.stdout
    assert 'pregonero importar "c.apartadas.xlsx" --fecha' in resultado.stdout


def test_para_otros_programas(pregonero: Orden, tabla: Path) -> None:
    resumen = leido(pregonero("importar", "c.csv", "--json"))[0]
    assert (resumen["publicaciones_nuevas"], resumen["numeros"]["vistas"]) == (1, 1)
    assert json.dumps(resumen)


def test_un_archivo_malo_no_detiene_a_los_demas(pregonero: Orden, tabla: Path, tmp_path: Path) -> None:
    escribir(tmp_path / "otra.csv", "Name,Age\nAna,3\n")
    resultado = pregonero("importar", "no-esta.csv", "otra.csv", ".", "c.csv")
    assert resultado.exit_code == 1
    for dicho in ("no-esta.csv: no existe", "otra.csv: no se reconoce", ".: es una carpeta"):
        assert dicho in resultado.stderr
    assert "contenido de Facebook" in resultado.stdout


@pytest.mark.parametrize(
    ("palabras", "dice"),
    [
        ((), "Diga qué tabla"),
        (("c.csv", "--zona", "Marte"), "no hay una zona «Marte»"),
        (("c.csv", "--fecha", "cuando sea"), "--fecha"),
        (("c.csv", "--fecha", "2099-01-01 9:00"), "está en el futuro"),
        (("c.csv", "--perfil", "nadie"), "no hay un perfil «nadie»"),
        (("--plantilla", "n.csv"), "La plantilla es un libro de Excel"),
    ],
)
def test_lo_mal_pedido_dice_que_cambiar(pregonero: Orden, tabla: Path, palabras: tuple[str, ...], dice: str) -> None:
    resultado = pregonero("importar", *palabras)
    assert resultado.exit_code == 1
    assert dice in resultado.stderr.replace("\n", " ")


def test_escribe_la_plantilla_y_no_la_pisa(pregonero: Orden, tabla: Path, tmp_path: Path) -> None:
    assert pregonero("importar", "--plantilla").exit_code == 0
    assert (tmp_path / "numeros.xlsx").exists()
    assert "Ya existe numeros.xlsx" in pregonero("importar", "--plantilla").stderr
