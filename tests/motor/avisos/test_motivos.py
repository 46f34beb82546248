"""Por qué no sale el correo, dicho a quien lo va a arreglar."""

import smtplib
import socket
import ssl

import pytest

from motor.avisos.motivos import motivo_de_la_caida


@pytest.mark.parametrize(
    ("error", "dice"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "Nadie contesta en ese puerto"),
        (socket.gaierror(-2, "Name or service not known"), "No existe un servidor de correo con ese nombre"),
        (TimeoutError("timed out"), "no contestó a tiempo"),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 no"), "no aceptó el usuario o la clave"),
        (smtplib.SMTPSenderRefused(550, b"no", "pregonero@localhost"), "PREGONERO_CORREO_REMITENTE"),
        (smtplib.SMTPNotSupportedError("STARTTLS no"), "PREGONERO_SMTP_CIFRADO"),
        (ssl.SSLCertVerificationError("self-signed"), "PREGONERO_SMTP_CERTIFICADOS"),
        (ssl.SSLError("WRONG_VERSION_NUMBER"), "PREGONERO_SMTP_CIFRADO"),
        (smtplib.SMTPServerDisconnected("cerrado"), "cortó la conexión"),
        (OSError("raro"), "No se pudo hablar con el servidor de correo"),
    ],
)
def test_se_dice_que_mirar_y_al_final_lo_que_dijo_el_sistema(error: Exception, dice: str) -> None:
    motivo = motivo_de_la_caida(error)
    assert dice in motivo
    assert motivo.endswith(")")
