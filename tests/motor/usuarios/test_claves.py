"""Las contraseñas: cuáles se admiten, y que se comparen siempre de la misma manera."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motor.usuarios import claves

CLAVE = "caballo grapa batería"
TRILLADAS = (
    *("corta", "123456789012", "aaaaaaaaaaaaaa", "contraseña123", "pregonero2026", "lkjihgfedcba", "qwerty123456"),
    *("1q2w3e4r5t6y", "abc123456789", "asdfasdfasdf", "qwertyqwerty", "password1234", "iloveyou1234", "111111222222"),
    *("Guadalupe2026!", "p0iuytrewq123", "contrasenacontrasena"),
)


def se_admite(clave: str) -> bool:
    try:
        claves.exigir_buena(clave, correo="ana.lopez@sanjacinto.gob.mx", nombre="Ana López")
    except claves.ClaveDebil:
        return False
    return True


@pytest.mark.parametrize("clave", [*TRILLADAS, "ana.lopez2026", "López-López-1990"])
def test_las_que_se_adivinan_no_se_admiten(clave: str) -> None:
    assert not se_admite(clave)


@pytest.mark.parametrize("clave", [CLAVE, "mi perro come croquetas", "Xk9#mP2$vL8q", "tres tristes tigres"])
def test_una_frase_y_una_al_azar_si(clave: str) -> None:
    assert se_admite(clave)


@given(st.text(max_size=250))
def test_mirar_si_es_buena_no_rompe_con_nada(clave: str) -> None:
    assert not se_admite(clave) or claves.LARGO_MINIMO <= len(clave) <= claves.LARGO_MAXIMO


def test_la_guardada_no_ensena_la_clave_y_dos_veces_da_otra_cosa() -> None:
    una, otra = claves.guardar(CLAVE), claves.guardar(CLAVE)
    assert una.startswith("$argon2id$")
    assert una != otra
    assert claves.vale(CLAVE, una) == (True, "")
    assert claves.vale(CLAVE + " ", una) == (False, "")


def test_la_misma_letra_escrita_de_dos_maneras_es_la_misma() -> None:
    """Un teclado manda «í» en un signo y otro en dos."""
    guardada = claves.guardar(unicodedata.normalize("NFD", CLAVE))
    assert claves.vale(unicodedata.normalize("NFC", CLAVE), guardada)[0]


def test_sin_contrasena_puesta_no_entra_nadie_ni_con_la_vacia() -> None:
    assert claves.vale("", "") == (False, "")
    assert claves.vale("nadie entra con esto", "") == (False, "")


def test_una_guardada_con_menos_cuidado_se_rehace_al_entrar() -> None:
    from argon2 import PasswordHasher

    vieja = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(CLAVE)
    correcta, nueva = claves.vale(CLAVE, vieja)
    assert correcta
    assert nueva not in ("", vieja)
    assert claves.vale("otra", vieja) == (False, "")
