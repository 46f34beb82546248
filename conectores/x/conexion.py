"""Conectar una cuenta de X: la aplicación, su permiso de escritura y lo que cuesta."""

from datetime import date

from conectores.contrato_conexion import Conexion, Dato, Paso, PermisoDeRed

CONEXION = Conexion(
    id_externo=Dato(
        nombre="id_externo",
        titulo="Número de la cuenta",
        ayuda="Puede dejarse vacío: X lo dice al comprobar. Si se escribe, se vigila que las credenciales sean "
        "de esa cuenta.",
        patron=r"\d{1,20}",
        ejemplo="1234567890",
    ),
    opciones=(
        Dato(
            nombre="aplicacion_propia",
            titulo="¿La aplicación es de esta misma cuenta?",
            ayuda="Si la aplicación de X se creó con la cuenta del municipio, leer lo propio cuesta cinco veces menos.",
            patron="si|no",
            opciones=("si", "no"),
        ),
    ),
    pasos=(
        Paso(
            "Entre en la consola de X con la cuenta del propio municipio y cree ahí la aplicación: así leer lo "
            "propio cuesta menos.",
            "https://console.x.com",
        ),
        Paso(
            "Compre crédito y póngale un límite de gasto. Publicar cuesta 0.015 dólares; con un enlace, 0.200 "
            "(precios del 2026-11-22).",
            "https://docs.x.com/x-api/getting-started/pricing",
        ),
        Paso("En los permisos de la aplicación elija «Read and write», antes de generar el token de acceso."),
        Paso(
            "En «Keys and tokens» copie las cuatro: API Key, API Key Secret, Access Token y Access Token Secret. "
            "No vencen mientras nadie las revoque.",
        ),
    ),
    permisos=(
        PermisoDeRed(
            nombre="Read and write",
            para="Publicar. Con «Read» sólo se puede leer.",
            pedir="The municipal government schedules and publishes public-service notices on its own account, after a "
            "person approves each one.",
        ),
    ),
    tramite=(
        Paso(
            "En la consola de X abra la aplicación, «User authentication settings», y cambie el permiso a «Read "
            "and write». No hay que esperar a nadie.",
            "https://console.x.com",
        ),
        Paso("Genere otra vez Access Token y Access Token Secret: los de antes se quedan con el permiso viejo."),
        Paso("Ponga los dos nuevos en Credenciales y compruebe otra vez."),
        Paso(
            "Leer menciones es otra cosa: los contratos de X piden un plan Enterprise cuando lo lee un gobierno. "
            "Que lo vea el área jurídica antes de encender la escucha.",
            "https://docs.x.com/developer-terms/agreement",
        ),
    ),
    fuente="https://docs.x.com/x-api/getting-started/pricing",
    verificado=date(2026, 11, 22),
)
