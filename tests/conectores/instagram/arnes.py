from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from conectores.contrato import Acceso
from simulador.en_hilo import Simulador
from tests.conectores.simulada import encender
from tests.contrato.arnes import SIN_NADIE, Muestra, con_foto
from tests.contrato.arnes_de_escucha import ExtremoDeEscucha, MuestraDeEscucha

CUENTA = "17841400000000001"
_ACCESO = Acceso(
    perfil="instagram-sanjacinto",
    id_externo=CUENTA,
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


@contextmanager
def _que_oye() -> Iterator[ExtremoDeEscucha]:
    """El Instagram imitado, con dos publicaciones nuestras de hoy, otra cuenta profesional y una personal."""
    with Simulador(semilla=1) as sim:
        nuestras = [sim.publicar_como("instagram", CUENTA, "Aviso", hace=timedelta(hours=h)).id for h in (2, 5)]
        sim.perfil("instagram", "17841400000000077", usuario="metepec")
        sim.publicar_como("instagram", "17841400000000077", "Feria de Metepec")
        sim.perfil("instagram", "17841400000000088", usuario="vecina", personal=True)

        def decir(canal: str, texto: str) -> str:
            match canal:
                case "comentarios":
                    return sim.comentar("instagram", nuestras[1], texto).id
                case "menciones":
                    return sim.mencionar("instagram", CUENTA, texto).id
            return f"m_{sim.mensaje('instagram', CUENTA, texto).id}"

        yield ExtremoDeEscucha(
            acceso=replace(_ACCESO, url=sim.url_de("instagram")),
            decir=decir,
            publicaciones=tuple(nuestras),
            quitar=lambda id_externo: sim.borrar_voz("instagram", id_externo),
        )


ESCUCHA = MuestraDeEscucha(
    acceso=_ACCESO,
    rechazadas=MUESTRA.rechazadas,
    encender=_que_oye,
    cuenta_visible="@metepec",
    cuenta_ilegible="vecina",
)
