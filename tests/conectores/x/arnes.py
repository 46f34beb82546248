from datetime import timedelta

from conectores.contrato import Acceso
from tests.conectores.simulada import encender
from tests.contrato.arnes import SIN_NADIE, Muestra, con_foto

_CREDENCIALES = {
    "api_key": "llave-de-la-aplicacion",
    "api_secret": "secreto-de-la-aplicacion",
    "access_token": "token-x",
    "access_secret": "secreto-del-acceso",
}
_ACCESO = Acceso(
    perfil="x-sanjacinto",
    id_externo="2244994945",
    url=SIN_NADIE,
    credenciales=_CREDENCIALES,
    plazo_total=timedelta(seconds=5),
)

MUESTRA = Muestra(
    acceso=_ACCESO,
    rechazadas=_CREDENCIALES | {"access_token": "token-x-vencido"},
    pieza=con_foto,
    es_visible=lambda r: r.metodo == "POST" and r.ruta.endswith("/2/tweets"),
    encender=encender(_ACCESO, "x"),
)
