"""Conectar una cuenta de Pinterest: la aplicación, su acceso «Standard» y el tablero."""

from datetime import date

from conectores.contrato_conexion import Conexion, Dato, Paso, PermisoDeRed

_TABLEROS = (
    "El ayuntamiento publica avisos e infografías en los tableros de su propia cuenta, después de que una persona los "
    "aprueba."
)

CONEXION = Conexion(
    id_externo=Dato(
        nombre="id_externo",
        titulo="Número de la cuenta",
        ayuda="Puede dejarse vacío: Pinterest lo dice al comprobar.",
        patron=r"\d{1,20}",
    ),
    opciones=(
        Dato(
            nombre="tablero",
            titulo="Número del tablero",
            ayuda="Donde se publica si la publicación no dice otro. Sólo cifras; no es el nombre.",
            patron=r"\d{1,30}",
            ejemplo="549755885175",
        ),
    ),
    pasos=(
        Paso("La cuenta debe ser de empresa. Convertirla es gratis y no cambia lo que ya tiene."),
        Paso(
            "En developers.pinterest.com cree una aplicación con esa cuenta y copie su App id y su App secret key.",
            "https://developers.pinterest.com/apps/",
        ),
        Paso(
            "Pida acceso «Standard». Con el de prueba («Trial») parece que todo sale bien, pero sólo ve los "
            "pines quien los crea.",
            "https://developers.pinterest.com/docs/key-concepts/access-tiers/",
        ),
        Paso(
            "Autorice la aplicación con la cuenta y marque boards:read, boards:write, pins:read, pins:write y "
            "user_accounts:read. Copie el access token y el refresh token.",
        ),
        Paso(
            "Ponga las cuatro credenciales: el token vive 30 días, y con las otras tres Pregonero lo renueva "
            "solo. Si pasa 60 días apagado, hay que autorizar otra vez.",
        ),
    ),
    permisos=(
        PermisoDeRed(nombre="pins:write", para="Publicar y borrar pines.", pedir=_TABLEROS),
        PermisoDeRed(nombre="boards:write", para="Publicar en los tableros de la cuenta.", pedir=_TABLEROS),
        PermisoDeRed(
            nombre="pins:read",
            para="Comprobar que algo salió una sola vez, y medirlo.",
            pedir="El sistema lee los pines propios para confirmar que cada aviso salió una sola vez y cuánta "
            "gente lo vio.",
        ),
        PermisoDeRed(
            nombre="boards:read",
            para="Reconocer el tablero, y si es secreto.",
            pedir="El sistema lee los tableros propios para confirmar en cuál se publica.",
        ),
        PermisoDeRed(
            nombre="user_accounts:read",
            para="Reconocer la cuenta.",
            pedir="El sistema identifica la cuenta del ayuntamiento a la que pertenece el token.",
        ),
    ),
    tramite=(
        Paso(
            "En developers.pinterest.com abra la aplicación y pida acceso «Standard». Piden un video: entrar al "
            "panel, escribir un pin, programarlo y verlo publicado en el tablero.",
            "https://developers.pinterest.com/docs/key-concepts/access-tiers/",
        ),
        Paso(
            "Al concederlo, autorice otra vez con todos los permisos marcados y ponga los tokens nuevos en "
            "Credenciales."
        ),
    ),
    fuente="https://developers.pinterest.com/docs/key-concepts/access-tiers/",
    verificado=date(2026, 11, 22),
)
