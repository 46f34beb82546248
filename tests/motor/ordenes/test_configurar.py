"""La primera vez: sin archivos de la oficina, con los de muestra, y lo que dice el diagnóstico."""

import socket
from pathlib import Path

import pytest

from motor.arranque import abrir_oficina, poner_archivos
from tests.motor.ordenes.conftest import Orden, leido

SIN_VIGILAR = "no se vigila ni se avisa de nada"


def dicho(pregonero: Orden, que: str) -> dict[str, str]:
    """El renglón del diagnóstico que habla de eso."""
    return next(h for h in leido(pregonero("diagnostico", "--json")) if h["que"] == que)


def test_sin_carpeta_el_diagnostico_dice_como_empezar(pregonero: Orden) -> None:
    assert "pregonero configurar" in dicho(pregonero, "archivos de la oficina")["remedio"]
    assert SIN_VIGILAR in dicho(pregonero, "monitores")["detalle"]
    assert "pregonero configurar" in pregonero("monitores").stdout


def test_configurar_deja_monitores_que_se_pueden_aplicar(pregonero: Orden, tmp_path: Path) -> None:
    primero = pregonero("configurar")
    assert primero.exit_code == 0
    assert "+ monitores.toml" in primero.stdout
    assert "no se tocó ninguno" in pregonero("configurar").stdout
    assert "sin aplicar" in dicho(pregonero, "monitores")["detalle"]
    assert pregonero("monitores", "sincronizar").exit_code == 0
    assert dicho(pregonero, "monitores")["detalle"] == "Se vigilan 7."
    assert "Toluca" in dicho(pregonero, "lugares")["detalle"]


def test_sin_haber_oido_nada_no_se_dice_cero(pregonero: Orden) -> None:
    pregonero("configurar")
    pregonero("monitores", "sincronizar")
    listado = pregonero("monitores")
    assert "sin dato" in listado.stdout
    assert "no se ha oído nada" in listado.stdout
    assert {m["dia"] for m in leido(pregonero("monitores", "--json"))} == {None}


def test_con_el_correo_caido_se_dice_por_que_y_que_nada_se_pierde(
    pregonero: Orden, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as ocupado:
        ocupado.bind(("127.0.0.1", 0))  # sin escuchar: quien llame será rechazado
        monkeypatch.setenv("PREGONERO_SMTP_SERVIDOR", "127.0.0.1")
        monkeypatch.setenv("PREGONERO_SMTP_PUERTO", str(ocupado.getsockname()[1]))
        monkeypatch.setenv("PREGONERO_CORREO_COORDINACION", "prensa@municipio.gob.mx")
        assert "Nadie contesta en ese puerto" in pregonero("avisos", "probar").stdout
        correo = dicho(pregonero, "correo")
    assert "Nadie contesta en ese puerto" in correo["detalle"]
    assert "esperan a que vuelva: 1" in correo["remedio"]


def test_al_arrancar_solo_se_ponen_si_no_hay_carpeta(pregonero: Orden, tmp_path: Path) -> None:
    escucha = abrir_oficina().escucha
    assert poner_archivos(escucha, sin_carpeta=True)
    (tmp_path / "config" / "avisos.toml").unlink()
    assert poner_archivos(escucha, sin_carpeta=True) == ()
    assert not (tmp_path / "config" / "avisos.toml").exists()


def test_lo_mal_escrito_se_dice_todo_junto(pregonero: Orden, tmp_path: Path) -> None:
    pregonero("configurar")
    (tmp_path / "config" / "monitores.toml").write_text('[agua]\nalgunas = ["fuga"]\n', encoding="utf-8")
    (tmp_path / "config" / "avisos.toml").write_text("[mencion.una\n", encoding="utf-8")
    (tmp_path / "config" / "lugares" / "municipio.toml").write_text('municipio = "atlantida"\n', encoding="utf-8")
    resultado = pregonero("diagnostico")
    assert resultado.exit_code == 1
    for seña in ("Monitor «agua»", "avisos.toml", "atlantida"):
        assert seña in resultado.stdout


def test_dice_quien_se_entera_y_como_contesta(pregonero: Orden, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "PREGONERO_URL_PUBLICA" in dicho(pregonero, "enterada")["remedio"]
    assert "PREGONERO_ESCALAR_A" in dicho(pregonero, "escalada")["remedio"]
    monkeypatch.setenv("PREGONERO_URL_PUBLICA", "https://publico.municipio.gob.mx")
    monkeypatch.setenv("PREGONERO_ESCALAR_A", "direccion@municipio.gob.mx")
    monkeypatch.setenv("PREGONERO_SMTP_SERVIDOR", "correo.municipio.gob.mx")
    hallazgos = {h["que"]: h for h in leido(pregonero("diagnostico", "--json"))}
    assert "enterada" not in hallazgos
    assert "direccion@municipio.gob.mx" in hallazgos["escalada"]["detalle"]
    assert hallazgos["correo"]["remedio"] == "Ponga PREGONERO_CORREO_COORDINACION en .env."
    assert "Todavía no toca ninguno" in hallazgos["resúmenes"]["detalle"]


def test_sin_escuchar_no_se_habla_de_monitores(pregonero: Orden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREGONERO_ESCUCHAR", "no")
    hallazgos = {h["que"] for h in leido(pregonero("diagnostico", "--json"))}
    assert "monitores" not in hallazgos
    assert "escucha" in hallazgos
