"""Conectar una cuenta de Bluesky: una clave de aplicación, y ya."""

from datetime import date

from conectores.contrato_conexion import Conexion, Dato, Paso

CONEXION = Conexion(
    id_externo=Dato(
        nombre="id_externo",
        titulo="DID de la cuenta",
        ayuda="Puede dejarse vacío: Bluesky lo dice al comprobar. Si se escribe, se vigila que la clave sea de "
        "esa cuenta.",
        patron=r"did:(plc:[a-z2-7]{24}|web:[a-z0-9.-]{3,180})",
        ejemplo="did:plc:abcdefghijklmnopqrstuvwx",
    ),
    pasos=(
        Paso("Entre en bsky.app con la cuenta del municipio.", "https://bsky.app"),
        Paso(
            "Configuración, Privacidad y seguridad, Claves de aplicación: añada una con el nombre «Pregonero» y "
            "cópiela. No es la contraseña de la cuenta, y se puede quitar sin cambiarla.",
            "https://bsky.app/settings/app-passwords",
        ),
        Paso("No hay permisos que pedir ni nada que esperar, y no cuesta."),
    ),
    tramite=(
        Paso("Si la clave no sirve, bórrela en bsky.app, añada otra y póngala en Credenciales."),
        Paso(
            "Si la cuenta está en un servidor propio, quien administra Pregonero lo escribe en PREGONERO_BLUESKY_URL."
        ),
    ),
    fuente="https://docs.bsky.app/docs/advanced-guides/rate-limits",
    verificado=date(2026, 11, 22),
)
