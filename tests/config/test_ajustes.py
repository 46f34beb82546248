"""Los ajustes: de dónde se leen, qué se dice de los que están mal, y que ninguno enseñe un secreto."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.ajustes import AjusteInvalido, Ajustes, Variables, cargar
from motor.arranque import reglas_de
from motor.reglas import incumplidas


def variables(**valores: str) -> Variables:
    return cargar({f"PREGONERO_{n}": v for n, v in valores.items()}, archivo=Path("no-existe"))


def test_sin_escribir_nada_hay_valores_sensatos_y_seguros() -> None:
    ajustes = variables().ajustes()
    assert (ajustes.base, ajustes.zona) == ("sqlite:///datos/pregonero.db", "America/Mexico_City")
    assert incumplidas(reglas_de(ajustes)) == []


def test_lo_vacio_cuenta_como_no_escrito() -> None:
    assert variables(HILOS="", ZONA="  ").ajustes() == Ajustes()


def test_el_entorno_manda_sobre_el_archivo(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PREGONERO_HILOS=4\nPREGONERO_ZONA=America/Tijuana\nOTRA=x\n", encoding="utf-8")
    ajustes = cargar({"PREGONERO_HILOS": "8"}, archivo=tmp_path / ".env").ajustes()
    assert (ajustes.hilos, ajustes.zona) == (8, "America/Tijuana")


def test_no_se_cambian_despues_de_leidos() -> None:
    with pytest.raises(ValidationError):
        Ajustes().hilos = 3  # type: ignore[misc] # es justo lo que no se puede


@pytest.mark.parametrize(
    ("nombre", "valor", "dice"),
    [
        ("HILOS", "muchos", "PREGONERO_HILOS: debe ser un número entero."),
        ("HILOS", "0", "PREGONERO_HILOS: debe ser 1 o más."),
        ("HILOS", "999", "PREGONERO_HILOS: debe ser 256 o menos."),
        ("ARRIENDO_S", "0", "PREGONERO_ARRIENDO_S: debe ser mayor que 0.0."),
        ("ARRIENDO_S", "inf", "PREGONERO_ARRIENDO_S: debe ser un número."),
        ("ZONA", "Mexico/Toluca", "PREGONERO_ZONA: la zona «Mexico/Toluca» no existe; escriba una como"),
        ("TEXTO_ALTERNATIVO", "quizá", "PREGONERO_TEXTO_ALTERNATIVO: no es una de las opciones. Imagen sin texto"),
        ("BITACORA", "xml", "PREGONERO_BITACORA: no es una de las opciones."),
        ("SMTP_CIFRADO", "ssl", "PREGONERO_SMTP_CIFRADO: no es una de las opciones. starttls (587), tls (465)"),
        ("CORREO_COORDINACION", "ana@x.mx; luis@x.mx", "no parece una dirección de correo; separe varias con comas"),
        ("CORREO_REMITENTE", "Pregonero", "«Pregonero» no parece una dirección de correo"),
    ],
)
def test_un_ajuste_mal_escrito_dice_cual_y_como_corregirlo(nombre: str, valor: str, dice: str) -> None:
    with pytest.raises(AjusteInvalido) as error:
        variables(**{nombre: valor}).ajustes()
    assert dice in str(error.value)
    assert "corríjalos en .env" in str(error.value)


def test_se_dicen_todos_los_que_estan_mal_de_una_vez() -> None:
    with pytest.raises(AjusteInvalido, match=r"PREGONERO_ZONA.*PREGONERO_HILOS"):
        variables(HILOS="x", ZONA="y").ajustes()


# ── secretos en archivos ─────────────────────────────────────────────────────────────────────────────────────────


def test_un_secreto_puede_estar_en_un_archivo(tmp_path: Path) -> None:
    (tmp_path / "clave").write_text("la-clave-smtp\n", encoding="utf-8")
    leidas = variables(SMTP_CLAVE_FILE=str(tmp_path / "clave"), X_ACCESS_TOKEN_FILE=str(tmp_path / "clave"))
    assert leidas.ajustes().smtp_clave.get_secret_value() == "la-clave-smtp"
    assert leidas.credencial("x", "access_token") == "la-clave-smtp"


@pytest.mark.parametrize("que", ["no existe", "carpeta", "no es texto"])
def test_un_archivo_que_no_se_lee_se_dice_sin_ensenar_lo_que_lleva(tmp_path: Path, que: str) -> None:
    ruta = tmp_path / "clave"
    if que == "carpeta":
        ruta.mkdir()
    elif que == "no es texto":
        ruta.write_bytes(b"\xff\xfesecreto")
    with pytest.raises(
        AjusteInvalido, match="PREGONERO_SMTP_CLAVE_FILE señala un archivo que no se puede leer"
    ) as error:
        variables(SMTP_CLAVE_FILE=str(ruta))
    assert "secreto" not in repr(error.value)


# ── credenciales ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_perfil_puede_tener_su_propia_credencial() -> None:
    leidas = variables(X_ACCESS_TOKEN="general", X_ACCESS_TOKEN__X_DIF="la del dif")
    assert leidas.credencial("x", "access_token", perfil="x-dif") == "la del dif"
    assert leidas.credencial("x", "access_token", perfil="x-otra") == "general"
    assert leidas.credencial("facebook", "access_token") == ""


def test_la_direccion_de_una_red_se_puede_cambiar() -> None:
    assert variables(X_URL="http://127.0.0.1:9").url_de("x") == "http://127.0.0.1:9"
    assert variables().url_de("x") == ""


def test_nada_de_esto_ensena_un_secreto_al_imprimirse() -> None:
    leidas = variables(
        BASE="postgresql://pregonero:clave-de-la-base@servidor/base",
        SMTP_CLAVE="clave-del-correo",
        CLAVE_DE_FIRMA="clave-de-la-firma",
        X_ACCESS_TOKEN="clave-de-x",
    )
    impreso = f"{leidas!r} {leidas} {leidas.ajustes()!r} {leidas.ajustes()}"
    assert "clave-de" not in impreso


# ── las desigualdades ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cambios", "dice"),
    [
        # por omisión: arriendo 60 > envío 10 + HTTP 30 + margen (5, o un décimo del arriendo); cuarentena 60 > 10 + 30
        ({"ARRIENDO_S": "44.4"}, "suba PREGONERO_ARRIENDO_S o baje PREGONERO_PLAZO_HTTP_S"),
        ({"ARRIENDO_S": "44.5"}, ""),
        ({"PLAZO_HTTP_S": "50"}, "suba PREGONERO_ARRIENDO_S"),
        ({"CUARENTENA_S": "40"}, "suba PREGONERO_CUARENTENA_S"),
        ({"CUARENTENA_S": "40.5"}, ""),
        # en un banco de pruebas todo es más corto, y el margen también: 10 > 1 + 5 + 1
        ({"ARRIENDO_S": "10", "LIMITE_ENVIO_S": "1", "PLAZO_HTTP_S": "5", "CUARENTENA_S": "7"}, ""),
    ],
    ids=str,
)
def test_con_plazos_que_permitirian_publicar_dos_veces_se_dice_cual_cambiar(cambios: dict[str, str], dice: str) -> None:
    faltas = incumplidas(reglas_de(variables(**cambios).ajustes()))
    assert (not faltas) if not dice else any(dice in f for f in faltas)


def test_cada_ajuste_llega_a_su_regla() -> None:
    reglas = reglas_de(
        variables(TOLERANCIA_MIN="15", SEPARACION_S="0", HILOS="3", DOMINIOS_PROPIOS="A.mx, b.mx").ajustes()
    )
    assert (reglas.tolerancia, reglas.separacion, reglas.hilos) == (timedelta(minutes=15), timedelta(), 3)
    assert reglas.dominios_propios == ("a.mx", "b.mx")
