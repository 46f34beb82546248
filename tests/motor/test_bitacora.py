"""La bitácora: en español, con claves para las máquinas, y sin un solo secreto."""

import json
import logging
import sys

import pytest

from conectores.secretos import recordar
from motor.bitacora import Redactor, abrir_bitacora

SECRETOS = ('con"comillas', "con\\barra", "con acentó y espacio", "con/barra=y&signos", "EAAB1234567890")


def linea(mensaje: str, *, json_: bool, error: Exception | None = None, **extras: object) -> str:
    registro = logging.LogRecord("motor.x", logging.INFO, __file__, 1, mensaje, None, None)
    registro.__dict__.update(extras)
    if error is not None:
        try:
            raise error
        except Exception:
            registro.exc_info = sys.exc_info()
    return Redactor(json_=json_).format(registro)


def test_en_texto_lleva_el_mensaje_y_las_claves() -> None:
    assert linea("Publicada la 5", json_=False, accion="entrega_publicada", entrega=5).endswith(
        "INFO    Publicada la 5  [accion=entrega_publicada entrega=5]"
    )


def test_en_json_es_una_linea_que_se_lee() -> None:
    texto = linea("Publicada", json_=True, accion="entrega_publicada", entrega=5, error=ValueError("mal\nhecho"))
    assert "\n" not in texto
    leida = json.loads(texto)
    assert (leida["mensaje"], leida["nivel"], leida["accion"], leida["entrega"]) == (
        "Publicada",
        "INFO",
        "entrega_publicada",
        5,
    )
    assert "ValueError: mal" in leida["excepcion"]


@pytest.mark.parametrize("json_", [False, True])
@pytest.mark.parametrize("secreto", SECRETOS)
def test_ningun_secreto_se_escapa_por_ningun_lado(secreto: str, json_: bool) -> None:
    recordar(secreto)
    texto = linea(f"pidió {secreto}", json_=json_, error=ValueError(f"con {secreto}"), url=f"https://x?t={secreto}")
    leido = " ".join(map(str, json.loads(texto).values())) if json_ else texto
    assert secreto not in leido
    assert secreto not in texto
    escapado = linea(f"{secreto!r} {json.dumps(secreto)}", json_=json_, lista=[secreto], mapa={"token": secreto})
    for forma in (secreto, repr(secreto)[1:-1], json.dumps(secreto)[1:-1]):
        assert forma not in escapado


def test_las_bibliotecas_que_imprimen_cabeceras_callan() -> None:
    raiz = logging.getLogger()
    antes, nivel = raiz.handlers[:], raiz.level
    try:
        abrir_bitacora(forma="texto", nivel=logging.DEBUG)
        for nombre in ("urllib3", "tweepy", "requests_oauthlib", "httpx"):
            assert not logging.getLogger(nombre).isEnabledFor(logging.DEBUG)
    finally:
        raiz.handlers[:] = antes
        raiz.setLevel(nivel)


@pytest.mark.parametrize("json_", [False, True])
def test_un_texto_ajeno_no_escribe_renglones_falsos_ni_manda_en_la_terminal(json_: bool) -> None:
    malo = "id\n2026-11-22 10:00:00 INFO    Todo bien\x1b[2J\x9b31m\u2028\u202e"
    escrita = linea(f"Falló {malo}", json_=json_, id_externo=malo, error=ValueError(malo))
    sueltos = [r for r in escrita.splitlines() if r.startswith("2026-11-22 10:00:00 INFO    Todo bien")]
    assert sueltos == []
    assert not {"\x1b", "\x9b", "\u2028", "\u202e"} & set(escrita)
    assert (escrita.count("\n") == 0) is json_
