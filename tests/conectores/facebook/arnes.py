from datetime import timedelta

from conectores.contrato import Acceso
from tests.conectores.simulada import encender
from tests.contrato.arnes import SIN_NADIE, Muestra, con_foto

_ACCESO = Acceso(
    perfil="facebook-sanjacinto",
    id_externo="100200300400500",
    url=SIN_NADIE,
    credenciales={"token": "token-facebook", "app_secret": "secreto-de-la-aplicacion"},
    plazo_total=timedelta(seconds=5),
)

MUESTRA = Muestra(
    acceso=_ACCESO,
    rechazadas={"token": "token-facebook-vencido", "app_secret": "secreto-de-la-aplicacion"},
    pieza=con_foto,
    es_visible=lambda r: r.metodo == "POST" and b"is_published" in r.cuerpo and b"true" in r.cuerpo,
    encender=encender(_ACCESO, "facebook"),
)
