"""Conectar una página de Facebook: qué se necesita, para qué es cada permiso y cómo pedirlo."""

from conectores.contrato_conexion import Conexion, Dato, PermisoDeRed
from conectores.grafo_conexion import APLICACION, FUENTE, NUMERO, TRAMITE, VERIFICADO

CONEXION = Conexion(
    id_externo=Dato(
        nombre="id_externo",
        titulo="Número de la página",
        ayuda="Está en la página: Información, Transparencia de la página. Sólo cifras.",
        patron=NUMERO,
        ejemplo="100200300400500",
        obligatorio=True,
    ),
    pasos=APLICACION,
    permisos=(
        PermisoDeRed(
            nombre="pages_manage_posts",
            para="Publicar, y borrar lo publicado.",
            pedir="El ayuntamiento programa y publica en su propia página los avisos a la ciudadanía desde su sistema "
            "interno, después de que una persona los aprueba.",
        ),
        PermisoDeRed(
            nombre="pages_read_engagement",
            para="Comprobar que algo salió una sola vez, y leer los comentarios.",
            pedir="El sistema lee lo publicado por la propia página para confirmar que cada aviso salió una sola "
            "vez, y los comentarios que la gente deja en él.",
        ),
        PermisoDeRed(
            nombre="pages_show_list",
            para="Reconocer la página a la que pertenece el token.",
            pedir="El sistema identifica cuál de las páginas del ayuntamiento corresponde a cada perfil conectado.",
        ),
        PermisoDeRed(
            nombre="pages_read_user_content",
            para="Saber quién comenta, y oír a quien etiqueta a la página o escribe en su muro.",
            pedir="El personal de atención lee los comentarios, las menciones y las publicaciones de visitantes en la "
            "página del ayuntamiento para atender reportes y dudas.",
            para_publicar=False,
        ),
        PermisoDeRed(
            nombre="read_insights",
            para="Medir cuánta gente vio lo publicado.",
            pedir="El sistema muestra al equipo de comunicación cuántas personas vieron cada aviso, para saber a "
            "qué hora conviene publicar.",
            para_publicar=False,
        ),
        PermisoDeRed(
            nombre="pages_messaging",
            para="Leer lo que la gente escribe por Messenger.",
            pedir="El personal de atención lee los mensajes que la ciudadanía manda a la página del ayuntamiento.",
            para_publicar=False,
        ),
    ),
    tramite=TRAMITE,
    fuente=FUENTE,
    verificado=VERIFICADO,
)
