"""El proxy del banco, como proceso: entrega la petición y corta la respuesta, a ratos y al azar.

Con SIGUSR1 deja de hacerlo.

Uso: python -m bench.proxy http://127.0.0.1:PUERTO CADA_S SEMILLA
"""

import random
import signal
import sys
import threading
import time
from urllib.parse import urlsplit

from simulador.proxy import ProxyCaos

ABIERTA_S = 0.04
"""Lo que dura cada avería: con la espera entre una y otra, se corta una de cada cinco peticiones, más o menos."""


def correr(destino: str, cada_s: float, semilla: int) -> None:
    azar, sana = random.Random(semilla), threading.Event()
    partes = urlsplit(destino)
    assert partes.hostname and partes.port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGUSR1, lambda *_: sana.set())
    with ProxyCaos((partes.hostname, partes.port)) as proxy:
        print(proxy.url, flush=True)
        while not sana.wait(azar.uniform(0, 2 * cada_s)):
            # Sólo lo que escribe: lo que lee se vuelve a pedir y no enseña nada. Todas las redes escriben con POST.
            proxy.fallar(azar.choice(("tras_enviar", "mudo")), veces=1, cuando=b"POST ")
            time.sleep(ABIERTA_S)
            proxy.sanar()
        while True:
            signal.pause()


if __name__ == "__main__":
    correr(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
