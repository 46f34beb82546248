"""Conectar una cuenta profesional de Instagram: qué se necesita, para qué es cada permiso y cómo pedirlo."""

from conectores.contrato_conexion import Conexion, Dato, Paso, PermisoDeRed
from conectores.grafo_conexion import APLICACION, FUENTE, NUMERO, PAGINA, TRAMITE, VERIFICADO

CONEXION = Conexion(
    id_externo=Dato(
        nombre="id_externo",
        titulo="Número de la cuenta de Instagram",
        ayuda="Empieza por 17841 y está en la configuración del portafolio comercial, en las cuentas de "
        "Instagram. No es el nombre de usuario.",
        patron=NUMERO,
        ejemplo="17841400000000000",
        obligatorio=True,
    ),
    opciones=(PAGINA,),
    pasos=(
        Paso("La cuenta debe ser profesional (de empresa o de creador) y estar unida a una página de Facebook."),
        *APLICACION,
    ),
    permisos=(
        PermisoDeRed(
            nombre="instagram_basic",
            para="Reconocer la cuenta y lo que ya tiene publicado.",
            pedir="El sistema identifica la cuenta de Instagram del ayuntamiento y confirma que cada aviso salió "
            "una sola vez.",
        ),
        PermisoDeRed(
            nombre="instagram_content_publish",
            para="Publicar imágenes, carruseles y videos.",
            pedir="El ayuntamiento programa y publica en su propia cuenta avisos con imágenes y videos, después "
            "de que una persona los aprueba.",
        ),
        PermisoDeRed(
            nombre="pages_read_engagement",
            para="Llegar a la cuenta a través de su página de Facebook.",
            pedir="La cuenta de Instagram está unida a la página del ayuntamiento y el sistema la lee a través "
            "de ella.",
        ),
        PermisoDeRed(
            nombre="pages_manage_posts",
            para="Subir las imágenes a la página, sin publicarlas, para que Instagram las recoja. Sólo hace "
            "falta si este servidor no tiene dirección pública.",
            pedir="Instagram descarga las imágenes de una dirección pública; el sistema las deja sin publicar en "
            "la página del propio ayuntamiento para que pueda hacerlo.",
        ),
        PermisoDeRed(
            nombre="instagram_manage_comments",
            para="Leer los comentarios y a quien etiqueta a la cuenta.",
            pedir="El personal de atención lee los comentarios y las menciones en la cuenta del ayuntamiento "
            "para atender reportes y dudas.",
            para_publicar=False,
        ),
        PermisoDeRed(
            nombre="instagram_manage_insights",
            para="Medir cuánta gente vio lo publicado.",
            pedir="El sistema muestra al equipo de comunicación cuántas personas vieron cada aviso.",
            para_publicar=False,
        ),
        PermisoDeRed(
            nombre="instagram_manage_messages",
            para="Leer los mensajes directos.",
            pedir="El personal de atención lee los mensajes que la ciudadanía manda a la cuenta del ayuntamiento.",
            para_publicar=False,
        ),
        PermisoDeRed(
            nombre="pages_messaging",
            para="Leer los mensajes directos, que llegan a través de la página.",
            pedir="El personal de atención lee los mensajes que la ciudadanía manda a la cuenta del "
            "ayuntamiento, que está unida a su página.",
            para_publicar=False,
        ),
    ),
    tramite=TRAMITE,
    fuente=FUENTE,
    verificado=VERIFICADO,
)
