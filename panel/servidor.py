"""Atender el panel por HTTP: en un hilo junto al demonio, o solo en su proceso."""

import contextlib
import gc
import logging
import socket
import threading
import time
from collections.abc import Iterator

import uvicorn
from anyio import to_thread

from motor.arranque import Oficina
from panel import vivo
from panel.aplicacion import crear

logger = logging.getLogger(__name__)

ARRANQUE_MAXIMO_S = 15.0
CIERRE_S = 3
"""Lo que se espera a las páginas a medias al cerrar; las conexiones en vivo se cortan y vuelven solas."""
HILOS = 12
"""Más que páginas a la vez (`guardias.Turnos`): un formulario puede esperar a una red sin detener a los demás."""


class PanelNoArranca(Exception):
    """El puerto está ocupado o no se puede usar; el mensaje lo dice."""


class Servidor(uvicorn.Server):
    """Con sus hilos contados; y al cerrar, uvicorn esperaría a las que van en vivo, que no acaban solas."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        to_thread.current_default_thread_limiter().total_tokens = HILOS
        await super().startup(sockets)
        # Lo que ya está no se irá. Sin esto, repasarlo en busca de basura detiene una página de cada tantas 200 ms.
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        vivo.de(self.config.app).cerrar()  # type: ignore[arg-type] # es la nuestra
        await super().shutdown(sockets)


def servidor(oficina: Oficina) -> uvicorn.Server:
    """Sin atender todavía. Las cabeceras del proxy sólo se le creen si está en esta máquina."""
    return Servidor(
        uvicorn.Config(
            crear(oficina),
            host=oficina.panel.direccion,
            port=oficina.panel.puerto,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1",
            timeout_graceful_shutdown=CIERRE_S,
            limit_concurrency=400,
        )
    )


@contextlib.contextmanager
def en_hilo(oficina: Oficina) -> Iterator[None]:
    """Atender mientras dura el bloque; sin puerto, no atiende. Lanza PanelNoArranca."""
    if not oficina.panel.puerto:
        yield
        return
    suyo = servidor(oficina)
    hilo = threading.Thread(target=_correr, args=(suyo,), name="panel", daemon=True)
    hilo.start()
    limite = time.monotonic() + ARRANQUE_MAXIMO_S
    while not suyo.started and hilo.is_alive() and time.monotonic() < limite:
        time.sleep(0.02)
    if not suyo.started:
        raise PanelNoArranca(
            f"El panel no pudo usar el puerto {oficina.panel.puerto}: quizá lo tiene otro programa. Cambie "
            "PREGONERO_PANEL_PUERTO, o póngalo en 0 para no tener panel."
        )
    logger.info("El panel atiende en %s", oficina.panel.url, extra={"accion": "panel_atiende"})
    try:
        yield
    finally:
        suyo.should_exit = True
        hilo.join(CIERRE_S + 2)


def _correr(suyo: uvicorn.Server) -> None:
    with contextlib.suppress(SystemExit):  # así dice uvicorn que el puerto está ocupado
        suyo.run()
