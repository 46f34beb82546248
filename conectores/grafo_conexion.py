"""Cómo se le pide a Meta lo que hace falta: lo común a una página de Facebook y a una cuenta de Instagram.

De la documentación leída el 2026-11-22. El nombre exacto de los botones puede haber cambiado: no se probó en vivo.
"""

from datetime import date

from conectores.contrato_conexion import Dato, Paso

FUENTE = "https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived"
VERIFICADO = date(2026, 11, 22)

NUMERO = r"\d{5,20}"

PAGINA = Dato(
    nombre="pagina",
    titulo="Número de la página de Facebook",
    ayuda="El de la página unida a esta cuenta. Hace falta si este servidor no tiene dirección pública: por ella pasan "
    "las imágenes.",
    patron=NUMERO,
    ejemplo="100200300400500",
)

APLICACION = (
    Paso(
        "Con una cuenta que administre el portafolio comercial del ayuntamiento, entre en "
        "developers.facebook.com y cree una aplicación de tipo empresa. Si el ayuntamiento ya tiene una, use ésa.",
        "https://developers.facebook.com/apps",
    ),
    Paso(
        "En la configuración básica de la aplicación copie su número (app_id) y su clave secreta (app_secret). "
        "Con ellas Pregonero firma lo que pide y avisa antes de que venza el token.",
    ),
    Paso(
        "En la configuración del portafolio comercial cree un usuario del sistema, asígnele la aplicación y el activo "
        "(la página o la cuenta de Instagram) con permiso para crear contenido.",
        "https://business.facebook.com/settings/system-users",
    ),
    Paso(
        "Genere el token de ese usuario del sistema para la aplicación, marque los permisos de abajo y cópielo "
        "entero. Un token de persona también sirve, pero muere con su contraseña o si deja el puesto.",
        FUENTE,
    ),
    Paso(
        "Ponga la aplicación en modo activo. En modo de desarrollo Meta acepta lo que se publica, pero sólo lo ven "
        "quienes tienen un papel en la aplicación.",
    ),
)

TRAMITE = (
    Paso(
        "Mire primero si el token se generó con el permiso marcado: es lo más común. Si no, genere otro y póngalo en "
        "Credenciales.",
    ),
    Paso(
        "Verifique al ayuntamiento: configuración del portafolio comercial, centro de seguridad, «Verificación "
        "del negocio». Pide el nombre oficial, el domicilio y el teléfono con un documento que los pruebe "
        "(constancia de situación fiscal, recibo de luz o teléfono a nombre del municipio).",
        "https://business.facebook.com/settings/security",
    ),
    Paso(
        "En la aplicación, «Revisión de la aplicación», «Permisos y funciones»: busque cada permiso que falta y "
        "pida acceso avanzado.",
        "https://developers.facebook.com/docs/app-review",
    ),
    Paso(
        "Meta pide decir para qué se usa cada uno y un video de la pantalla. Copie el texto que acompaña a cada "
        "permiso y grabe: entrar al panel, escribir una publicación, programarla y verla ya publicada en la "
        "página.",
    ),
    Paso(
        "Cuando lo concedan, genere un token nuevo con el permiso marcado: el de antes no lo gana solo. Póngalo en "
        "Credenciales y compruebe otra vez.",
    ),
)
