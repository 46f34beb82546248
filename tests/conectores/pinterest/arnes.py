from datetime import timedelta

from conectores.contrato import Acceso
from tests.conectores.simulada import encender
from tests.contrato.arnes import SIN_NADIE, Muestra, con_foto

_CREDENCIALES = {"token": "token-pinterest"}
_ACCESO = Acceso(
    perfil="pinterest-sanjacinto",
    id_externo="850000000000000001",
    url=SIN_NADIE,
    credenciales=_CREDENCIALES,
    opciones={"tablero": "850000000000000101"},
    plazo_total=timedelta(seconds=5),
)

MUESTRA = Muestra(
    acceso=_ACCESO,
    rechazadas={"token": "token-pinterest-vencido"},
    pieza=con_foto,
    es_visible=lambda r: r.metodo == "POST" and r.ruta.endswith("/v5/pins"),
    encender=encender(_ACCESO, "pinterest"),
    prepara_en_la_red=False,
)
