"""`pregonero fuentes`, como la vería quien prueba la instalación."""

from pathlib import Path

import pytest

from conectores.contrato import ErrorDePerfil
from conectores.contrato_escucha import Mediciones, Retrato
from conectores.memoria.conector import red_en_memoria
from conectores.memoria.pueblo import Pueblo
from modelos import Gasto
from motor.arranque import abrir_oficina
from motor.diagnostico import Gravedad
from motor.escucha.recoleccion.diagnostico import diagnosticar_escucha
from tests.motor.ordenes.conftest import Orden, leido


@pytest.fixture
def pueblo(pregonero: Orden, request: pytest.FixtureRequest) -> Pueblo:
    pregonero("perfiles", "agregar", "m-centro", "--red", "memoria", "--opcion", f"red={request.node.nodeid}")
    return red_en_memoria(request.node.nodeid).pueblo


def test_sin_fuentes_dice_como_empezar(pregonero: Orden) -> None:
    resultado = pregonero("fuentes")
    assert resultado.exit_code == 0
    assert "pregonero perfiles agregar" in resultado.stdout


def test_un_perfil_se_ve_en_sus_canales_y_se_puede_probar(pregonero: Orden, pueblo: Pueblo) -> None:
    claves = {f["clave"]: f["estado"] for f in leido(pregonero("fuentes", "--json"))}
    assert claves["perfil:1:menciones"] == "aún no le toca"
    pueblo.decir("menciones", "Se inundó la avenida")
    resultado = pregonero("fuentes", "escuchar")
    assert resultado.exit_code == 0, resultado.output
    assert "m-centro: menciones: 1 mensaje nuevo." in resultado.stdout
    assert "m-centro: directos: nada nuevo." in resultado.stdout
    assert {f["estado"] for f in leido(pregonero("fuentes", "--json"))} == {"se oye"}
    assert "No hay nada que preguntar ahora" in pregonero("fuentes", "escuchar").stdout
    assert "nada nuevo" in pregonero("fuentes", "escuchar", "--una", "perfil:1:menciones").stdout


def test_lo_que_falla_se_dice_con_su_remedio(pregonero: Orden, pueblo: Pueblo) -> None:
    pregonero("fuentes", "escuchar")
    pueblo.fallar(ErrorDePerfil("Falta el permiso de leer.", remedio="Pídalo en la red."))
    resultado = pregonero("fuentes", "escuchar", "--una", "perfil:1:menciones")
    assert resultado.exit_code == 1
    assert "Falta el permiso de leer. Pídalo en la red." in resultado.stdout
    assert "Falta el permiso de leer" in pregonero("fuentes").stdout
    hallazgos = list(diagnosticar_escucha(abrir_oficina().escucha))
    assert [h.detalle for h in hallazgos if h.gravedad is Gravedad.AVISO] == [
        "Falta el permiso de leer. Pídalo en la red."
    ]


def test_una_que_no_existe_o_esta_apagada_se_dice(pregonero: Orden, pueblo: Pueblo) -> None:
    resultado = pregonero("fuentes", "escuchar", "--una", "no-hay")
    assert resultado.exit_code == 1
    assert "No hay una fuente «no-hay»" in resultado.output


def test_un_archivo_mal_escrito_se_dice_sin_estorbar(pregonero: Orden, pueblo: Pueblo, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / "fuentes.toml").write_text("[[medio]]\nnombre = 'El Diario'\n", encoding="utf-8")
    resultado = pregonero("fuentes")
    assert resultado.exit_code == 0
    assert "falta «direccion»" in resultado.output
    assert "menciones" in resultado.stdout
    assert "fuentes.toml" in {h.que for h in diagnosticar_escucha(abrir_oficina().escucha)}


def test_el_gasto_se_cuenta_por_mes_y_en_que_se_fue(pregonero: Orden, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No se ha gastado nada" in pregonero("fuentes", "gasto").stdout
    monkeypatch.setenv("PREGONERO_MEMORIA_PRESUPUESTO_USD", "25")
    escucha = abrir_oficina().escucha
    ahora = escucha.reloj.ahora()
    with escucha.principal.base.escribir() as sesion:
        for micros, aparte in ((15_000, False), (500_000, True)):
            sesion.add(
                Gasto(
                    red="memoria",
                    mes="2026-11",
                    concepto="menciones leídas",
                    unidades=3,
                    microdolares=micros,
                    reservado=aparte,
                    ocurrido_en=ahora,
                )
            )
    dicho = pregonero("fuentes", "gasto").stdout
    assert "noviembre de 2026" in dicho
    assert "0.515" in dicho
    assert "por confirmar 0.5" in dicho
    assert "de 25.00 dólares al mes" in dicho
    assert leido(pregonero("fuentes", "gasto", "--json"))[0]["dolares"] == "0.515"


def test_las_cuentas_que_se_comparan_ensenan_sus_numeros(pregonero: Orden, pueblo: Pueblo, tmp_path: Path) -> None:
    assert "Ninguna todavía" in pregonero("fuentes", "competidores").stdout
    (tmp_path / "config").mkdir(exist_ok=True)
    texto = '[[competidor]]\nnombre = "Metepec"\nred = "memoria"\ncuenta = "@metepec"\n'
    (tmp_path / "config" / "fuentes.toml").write_text(texto, encoding="utf-8")
    assert "sin dato" in pregonero("fuentes", "competidores").stdout
    pueblo.cuentas["metepec"] = Retrato(
        cuenta="metepec", mediciones=Mediciones(valores={"seguidores": 90_000}, version="v1")
    )
    pregonero("fuentes", "escuchar")
    assert "seguidores: 90 000" in pregonero("fuentes", "competidores").stdout


def test_sin_escuchar_el_diagnostico_lo_dice(pregonero: Orden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREGONERO_ESCUCHAR", "no")
    (hallazgo,) = diagnosticar_escucha(abrir_oficina().escucha)
    assert hallazgo.gravedad is Gravedad.AVISO
    assert "PREGONERO_ESCUCHAR=si" in hallazgo.remedio
