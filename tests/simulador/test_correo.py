"""El buzón que recibe los avisos por SMTP de verdad."""

import smtplib
from email.message import EmailMessage

import pytest

from simulador.correo import BuzonDePrueba


def carta(asunto: str = "⚠️ Por decidir: calle Ñandú") -> EmailMessage:
    mensaje = EmailMessage()
    mensaje["From"] = "Pregonero <pregonero@sanjacinto.gob.mx>"
    mensaje["To"] = "prensa@sanjacinto.gob.mx"
    mensaje["Subject"] = asunto
    mensaje.set_content("La publicación 42 no se sabe si salió.")
    mensaje.add_alternative("<p>La publicación <b>42</b></p>", subtype="html")
    return mensaje


def enviar(buzon: BuzonDePrueba, mensaje: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", buzon.puerto, timeout=5) as smtp:
        smtp.send_message(mensaje)


def test_un_correo_llega_con_su_asunto_y_su_texto() -> None:
    with BuzonDePrueba() as buzon:
        enviar(buzon, carta())
        [recibido] = buzon.esperar()
    assert (recibido.de, recibido.para) == ("pregonero@sanjacinto.gob.mx", ("prensa@sanjacinto.gob.mx",))
    assert recibido.asunto == "⚠️ Por decidir: calle Ñandú"
    assert recibido.texto.strip() == "La publicación 42 no se sabe si salió."


def test_se_puede_entrar_con_usuario_y_clave() -> None:
    with BuzonDePrueba() as buzon, smtplib.SMTP("127.0.0.1", buzon.puerto, timeout=5) as smtp:
        smtp.login("avisos", "clave")
        smtp.send_message(carta())
        assert len(buzon.correos) == 1


def test_el_buzon_puede_rechazar_por_un_rato() -> None:
    with BuzonDePrueba() as buzon:
        buzon.rechazar("451 4.3.0 Ahora no", veces=1)
        with pytest.raises(smtplib.SMTPDataError, match="Ahora no"):
            enviar(buzon, carta())
        enviar(buzon, carta("segunda"))
        assert [c.asunto for c in buzon.correos] == ["segunda"]


def test_esperar_lo_que_no_llega_lo_dice() -> None:
    with BuzonDePrueba() as buzon, pytest.raises(TimeoutError, match="se esperaban 1"):
        buzon.esperar(plazo_s=0.05)
