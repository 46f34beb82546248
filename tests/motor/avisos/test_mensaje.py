"""El mensaje que viaja: sus partes, el hilo, y el mismo identificador si se manda otra vez."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from modelos import Correo, ImagenDeCorreo
from motor.avisos.mensaje import Anexos, clave_para, identificador, redactar_mensaje
from tests.conftest import COMIENZO

REMITENTE = "pregonero@municipio.gob.mx"


def correo(clave: str = "pico:1", **cambios: object) -> Correo:
    base: dict[str, object] = {
        "id": 1,
        "clave": clave,
        "grupo": "historia",
        "para": "a@x.mx",
        "asunto": "Sube Ñandú: 63",
        "texto": "Qué pasó",
        "html": '<p>Qué pasó <img src="cid:grafica@pregonero"></p>',
        "no_antes_de": COMIENZO,
        "creado_en": COMIENZO,
    }
    return Correo(**(base | cambios))


IMAGEN = ImagenDeCorreo(correo_id=1, cid="grafica@pregonero", nombre="grafica.png", datos=b"\x89PNG datos")


def leido(mensaje: EmailMessage) -> EmailMessage:
    """Como lo ve quien lo recibe: pasado por bytes."""
    vuelto = message_from_bytes(mensaje.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(vuelto, EmailMessage)
    return vuelto


def test_lleva_texto_html_y_la_imagen_dentro() -> None:
    mensaje = leido(redactar_mensaje([correo()], REMITENTE, COMIENZO, anexos=Anexos(imagenes=(IMAGEN,))))
    assert mensaje.get_content_type() == "multipart/alternative"
    partes = list(mensaje.iter_parts())
    assert [p.get_content_type() for p in partes] == ["text/plain", "multipart/related"]
    html, imagen = partes[1].iter_parts()
    assert (html.get_content_type(), imagen.get_content_type()) == ("text/html", "image/png")
    assert imagen["Content-ID"] == "<grafica@pregonero>"
    assert imagen.get_content_disposition() == "inline"
    assert imagen.get_content() == b"\x89PNG datos"
    assert "cid:grafica@pregonero" in html.get_content()
    cuerpo = mensaje.get_body(preferencelist=("plain",))
    assert cuerpo is not None
    assert cuerpo.get_content().splitlines()[:3] == ["Qué pasó", "", "-- "]


def test_ningún_renglón_pasa_de_lo_que_admite_el_correo() -> None:
    largo = correo(html=f"<p>{'ñ' * 5000}</p>", texto="á" * 5000)
    crudo = redactar_mensaje([largo], REMITENTE, COMIENZO).as_bytes(policy=policy.SMTP)
    assert max(len(renglon) for renglon in crudo.split(b"\r\n")) <= 998


def test_una_respuesta_contesta_al_primero_de_su_historia() -> None:
    raiz, respuesta = correo(), correo("pico:2", id=2)
    primero = redactar_mensaje([raiz], REMITENTE, COMIENZO, anexos=Anexos())
    segundo = redactar_mensaje([respuesta], REMITENTE, COMIENZO, anexos=Anexos(raiz=raiz))
    assert primero["In-Reply-To"] is None
    assert segundo["In-Reply-To"] == segundo["References"] == primero["Message-ID"]
    assert segundo["Message-ID"] != primero["Message-ID"]


def test_mandado_otra_vez_lleva_el_mismo_identificador() -> None:
    despues = redactar_mensaje([correo(intentos=3)], REMITENTE, COMIENZO + timedelta(hours=5))
    assert despues["Message-ID"] == redactar_mensaje([correo()], REMITENTE, COMIENZO)["Message-ID"]


def test_el_que_se_repite_sólo_para_uno_es_el_mismo_mensaje() -> None:
    original = correo()
    copia = correo(clave_para(original, "b@x.mx"), id=9, para="b@x.mx")
    assert identificador([copia], REMITENTE) == identificador([original], REMITENTE)


@pytest.mark.parametrize(
    "otro",
    [correo("pico:2"), correo(creado_en=COMIENZO + timedelta(seconds=1))],
    ids=["otra clave", "otra instalación"],
)
def test_otro_correo_es_otro_mensaje(otro: Correo) -> None:
    assert identificador([otro], REMITENTE) != identificador([correo()], REMITENTE)


def test_si_a_los_que_esperaban_se_suma_otro_es_otro_mensaje() -> None:
    """Con el mismo identificador, quien lee se quedaría con el de antes y no vería el que se sumó."""
    uno, dos = correo("a", html=""), correo("b", html="")
    assert identificador([uno, dos], REMITENTE) != identificador([uno], REMITENTE)
