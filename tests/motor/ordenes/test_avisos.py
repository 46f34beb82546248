import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from modelos import Historia, Monitor
from motor.entorno import Entorno
from simulador.correo import BuzonDePrueba
from tests.motor.ordenes.conftest import Orden, leido

DIA = timedelta(days=1)


@pytest.fixture
def historia(entorno_de_la_orden: Entorno) -> int:
    """Un alza abierta que ven dos monitores."""
    ahora = entorno_de_la_orden.reloj.ahora()
    with entorno_de_la_orden.base.escribir() as sesion:
        monitores = [
            Monitor(clave=c, nombre=c.capitalize(), desde=ahora, creado_en=ahora) for c in ("inundaciones", "vialidad")
        ]
        sesion.add_all(monitores)
        sesion.flush()
        fila = Historia(
            clase="pico",
            clave=f"monitor:{monitores[0].id}",
            asunto="Inundaciones [centro]",
            detalle="63 mensajes de 15:00 a 16:00.",
            monitores=",".join(str(m.id) for m in monitores),
            abierta_en=ahora,
            ultima_en=ahora,
        )
        sesion.add(fila)
        sesion.flush()
        return fila.id


@pytest.fixture
def buzon(monkeypatch: pytest.MonkeyPatch) -> Iterator[BuzonDePrueba]:
    with BuzonDePrueba() as buzon:
        monkeypatch.setenv("PREGONERO_SMTP_SERVIDOR", "127.0.0.1")
        monkeypatch.setenv("PREGONERO_SMTP_PUERTO", str(buzon.puerto))
        monkeypatch.setenv("PREGONERO_SMTP_CIFRADO", "ninguno")
        monkeypatch.setenv("PREGONERO_CORREO_COORDINACION", "coordinacion@ejemplo.mx")
        yield buzon


def test_sin_historias_se_dice(pregonero: Orden) -> None:
    assert "Ninguna historia abierta" in pregonero("avisos").stdout


def test_ver_y_atender(pregonero: Orden, historia: int) -> None:
    lista = pregonero("avisos").stdout
    assert "Inundaciones [centro]" in lista
    assert "sin atender" in lista
    assert "La ven: Inundaciones, Vialidad" in pregonero("avisos", "ver", str(historia)).stdout
    assert pregonero("avisos", "atender", str(historia), "--quien", "Lupita").exit_code == 0
    assert leido(pregonero("avisos", "--json"))["historias"][0]["atendida_por"] == "Lupita"
    assert "Ya estaba atendida" in pregonero("avisos", "atender", str(historia)).stdout


@pytest.mark.parametrize("orden", ["ver", "atender"])
def test_una_historia_que_no_existe(pregonero: Orden, orden: str) -> None:
    resultado = pregonero("avisos", orden, "99")
    assert resultado.exit_code == 1
    assert "No hay una historia 99" in resultado.output


@pytest.mark.parametrize(
    ("que", "ambitos"),
    [("1", {"monitor:1", "monitor:2"}), ("vialidad", {"monitor:2"}), ("todo", {"todo"}), ("pico", {"pico"})],
)
def test_silenciar_y_reanudar(pregonero: Orden, historia: int, que: str, ambitos: set[str]) -> None:
    assert pregonero("avisos", "silenciar", que, "--horas", "4", "--motivo", "obra").exit_code == 0
    assert {s["que"] for s in leido(pregonero("avisos", "--json"))["silencios"]} == ambitos
    assert "Silenciado: " in pregonero("avisos").stdout
    assert "Ya se avisa otra vez" in pregonero("avisos", "reanudar", que).stdout
    assert leido(pregonero("avisos", "--json"))["silencios"] == []
    assert "no estaba silenciado" in pregonero("avisos", "reanudar").stdout


@pytest.mark.parametrize(
    ("palabras", "dice"),
    [
        (("todo",), "Diga cuánto: --horas 4"),
        (("todo", "--horas", "2", "--hasta", "mañana 9:00"), "Diga cuánto"),
        (("bachez", "--horas", "2"), "No entiendo «bachez»"),
        (("todo", "--hasta", "el otro día"), "otro día"),
    ],
)
def test_lo_mal_dicho_no_silencia_nada(pregonero: Orden, palabras: tuple[str, ...], dice: str) -> None:
    resultado = pregonero("avisos", "silenciar", *palabras)
    assert resultado.exit_code == 1
    assert dice in resultado.output
    assert leido(pregonero("avisos", "--json"))["silencios"] == []


def test_probar_manda_una_muestra_que_dice_que_lo_es(
    pregonero: Orden, buzon: BuzonDePrueba, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motor.avisos.grafica.dibujo.PROGRAMA", "/no/existe")
    resultado = pregonero("avisos", "probar")
    assert resultado.exit_code == 0, resultado.output
    assert "El servidor lo aceptó para coordinacion@ejemplo.mx" in resultado.stdout
    (correo,) = buzon.esperar()
    assert correo.asunto.startswith("Prueba: Sube Inundaciones: 63 mensajes")
    assert correo.texto.startswith("Esto es una prueba: así se verá un aviso.")


def test_probar_dice_por_qué_no_salió(pregonero: Orden, buzon: BuzonDePrueba, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motor.avisos.grafica.dibujo.PROGRAMA", "/no/existe")
    buzon.rechazar("550 5.1.1 No existe")
    resultado = pregonero("avisos", "probar")
    assert resultado.exit_code == 1
    assert "No salió: 550" in resultado.stdout
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PREGONERO_SMTP_PUERTO", str(libre.getsockname()[1]))
        resultado = pregonero("avisos", "probar")
    assert resultado.exit_code == 1
    assert "Pregonero lo seguirá intentando" in resultado.stdout


@pytest.mark.parametrize(
    ("ajuste", "dice"),
    [("PREGONERO_CORREO_COORDINACION", "No se sabe a quién avisar"), ("PREGONERO_SMTP_SERVIDOR", "No hay servidor")],
)
def test_probar_sin_ajustes_dice_cuál_falta(
    pregonero: Orden, buzon: BuzonDePrueba, monkeypatch: pytest.MonkeyPatch, *, ajuste: str, dice: str
) -> None:
    monkeypatch.delenv(ajuste)
    resultado = pregonero("avisos", "probar")
    assert resultado.exit_code == 1
    assert dice in resultado.output


def test_el_resumen_se_enseña_y_si_se_pide_se_manda(pregonero: Orden, buzon: BuzonDePrueba) -> None:
    assert pregonero("avisos", "resumen").stdout.startswith("RESUMEN DEL ")
    assert "No hay nada que mandar" in pregonero("avisos", "resumen", "--mandar").stdout
    assert "Queda en la bandeja" in pregonero("avisos", "resumen", "--semana", "--mandar").stdout


def test_comprobar_el_archivo(pregonero: Orden, tmp_path: Path) -> None:
    assert "sólo se avisa de las alzas" in pregonero("avisos", "comprobar").stdout
    archivo = tmp_path / "config/avisos.toml"
    archivo.parent.mkdir()
    archivo.write_text('[mencion.agua]\nnombre = "Falta agua"\nalguna = ["no hay agua"]', encoding="utf-8")
    assert "Falta agua (mencion:agua)" in pregonero("avisos", "comprobar").stdout
    archivo.write_text("[mencion.agua]", encoding="utf-8")
    resultado = pregonero("avisos", "comprobar")
    assert resultado.exit_code == 1
    assert "no pide nada" in resultado.output
