from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from conectores.contrato import Acceso
from simulador.en_hilo import Simulador
from tests.conectores.simulada import encender
from tests.contrato.arnes import SIN_NADIE, Muestra, con_foto
from tests.contrato.arnes_de_escucha import ExtremoDeEscucha, MuestraDeEscucha

_CREDENCIALES = {
    "api_key": "llave-de-la-aplicacion",
    "api_secret": "secreto-de-la-aplicacion",
    "access_token": "token-x",
    "access_secret": "secreto-del-acceso",
}
YO = "2244994945"
_ACCESO = Acceso(
    perfil="x-sanjacinto",
    id_externo=YO,
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


@contextmanager
def _que_oye() -> Iterator[ExtremoDeEscucha]:
    """La X imitada, con dos publicaciones nuestras de ayer."""
    with Simulador(semilla=1) as sim:
        hace = (timedelta(hours=2), timedelta(hours=5))
        nuestras = [sim.publicar_como("x", YO, f"Aviso de hace {h}", hace=h).id for h in hace]

        def decir(canal: str, texto: str) -> str:
            match canal:
                case "menciones":
                    return sim.mencionar("x", YO, f"@SanJacintoGob {texto}").id
                case "mensajes":
                    return f"dm-{sim.mensaje('x', YO, texto).id}"
            return sim.hablar("x", texto).id

        yield ExtremoDeEscucha(
            acceso=replace(_ACCESO, url=sim.url_de("x")),
            decir=decir,
            publicaciones=tuple(nuestras),
            quitar=lambda id_externo: sim.borrar_voz("x", id_externo),
        )


ESCUCHA = MuestraDeEscucha(acceso=_ACCESO, rechazadas=MUESTRA.rechazadas, encender=_que_oye)
