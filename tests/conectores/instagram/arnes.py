from datetime import timedelta

from conectores.contrato import Acceso
from tests.conectores.simulada import encender
from tests.contrato.arnes import SIN_NADIE, Muestra, con_foto

_ACCESO = Acceso(
    perfil="instagram-sanjacinto",
    id_externo="17841400000000001",
    url=SIN_NADIE,
    credenciales={"token": "token-instagram", "app_secret": "secreto-de-la-aplicacion"},
    opciones={"pagina": "100200300400500"},
    plazo_total=timedelta(seconds=5),
)

MUESTRA = Muestra(
    acceso=_ACCESO,
    rechazadas={"token": "token-instagram-vencido", "app_secret": "secreto-de-la-aplicacion"},
    pieza=con_foto,
    es_visible=lambda r: r.metodo == "POST" and r.ruta.endswith("/media_publish"),
    encender=encender(_ACCESO, "instagram"),
)
