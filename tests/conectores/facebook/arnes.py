from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from conectores.contrato import Acceso
from simulador.en_hilo import Simulador
from tests.conectores.simulada import encender
from tests.contrato.arnes import SIN_NADIE, Muestra, con_foto
from tests.contrato.arnes_de_escucha import ExtremoDeEscucha, MuestraDeEscucha

PAGINA = "100200300400500"
_ACCESO = Acceso(
    perfil="facebook-sanjacinto",
    id_externo=PAGINA,
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


@contextmanager
def _que_oye() -> Iterator[ExtremoDeEscucha]:
    """El Facebook imitado, con dos publicaciones nuestras de hoy y otra página."""
    with Simulador(semilla=1) as sim:
        nuestras = [sim.publicar_como("facebook", PAGINA, "Aviso", hace=timedelta(hours=h)).id for h in (2, 5)]
        sim.seguidores("facebook", PAGINA, 1500)
        sim.perfil("facebook", "900900900", usuario="metepecgob")
        sim.publicar_como("facebook", "900900900", "Feria de Metepec")

        def decir(canal: str, texto: str) -> str:
            match canal:
                case "comentarios":
                    return sim.comentar("facebook", nuestras[1], texto).id
                case "menciones":
                    return sim.mencionar("facebook", PAGINA, texto).id
                case "visitantes":
                    return sim.visitar("facebook", PAGINA, texto).id
            return f"m_{sim.mensaje('facebook', PAGINA, texto).id}"

        yield ExtremoDeEscucha(
            acceso=replace(_ACCESO, url=sim.url_de("facebook")),
            decir=decir,
            publicaciones=tuple(nuestras),
            quitar=lambda id_externo: sim.borrar_voz("facebook", id_externo),
        )


ESCUCHA = MuestraDeEscucha(
    acceso=_ACCESO,
    rechazadas=MUESTRA.rechazadas,
    encender=_que_oye,
    cuenta_visible="900900900",
    cuenta_ilegible="900900900_1",
)
