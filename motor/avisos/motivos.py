"""Por qué no se pudo mandar un correo, en español y con lo que hay que mirar. Puro."""

import smtplib
import socket
import ssl


def motivo_de_la_caida(error: Exception) -> str:
    """Lo que significa, y al final lo que dijo el sistema, para quien lo busque."""
    dicho = " ".join(str(error).split()) or type(error).__name__
    return f"{_significa(error)} ({dicho})"


def _significa(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return "El servidor de correo no aceptó el usuario o la clave."
        case smtplib.SMTPSenderRefused():
            return "El servidor de correo no acepta ese remitente: revise PREGONERO_CORREO_REMITENTE."
        case smtplib.SMTPNotSupportedError():
            return "El servidor de correo no ofrece ese cifrado o no pide clave: revise PREGONERO_SMTP_CIFRADO."
        case ssl.SSLCertVerificationError():
            return "El certificado del servidor de correo no es de confianza: revise PREGONERO_SMTP_CERTIFICADOS."
        case ssl.SSLError():
            return "El cifrado no es el que espera el servidor de correo: revise PREGONERO_SMTP_CIFRADO y el puerto."
        case socket.gaierror():
            return "No existe un servidor de correo con ese nombre, o no hay internet."
        case ConnectionRefusedError():
            return "Nadie contesta en ese puerto: el servidor de correo está apagado o el puerto no es ése."
        case TimeoutError():
            return "El servidor de correo no contestó a tiempo."
        case smtplib.SMTPServerDisconnected() | ConnectionError():
            return "El servidor de correo cortó la conexión."
        case _:
            return "No se pudo hablar con el servidor de correo."
