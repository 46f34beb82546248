"""El proxy del banco, como proceso: entrega la petición y corta la respuesta, a ratos y al azar.

Uso: python -m bench.proxy http://127.0.0.1:PUERTO CADA_S SEMILLA
"""

import random
import signal
import sys
import time
from urllib.parse import urlsplit

from simulador.proxy import ProxyCaos


def correr(destino: str, cada_s: float, semilla: int) -> None:
    azar = random.Random(semilla)
    partes = urlsplit(destino)
    assert partes.hostname and partes.port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ProxyCaos((partes.hostname, partes.port)) as proxy:
        print(proxy.url, flush=True)
        while True:
            time.sleep(azar.uniform(0, 2 * cada_s))
            # Sólo lo que escribe: lo que lee se vuelve a pedir y no enseña nada. Bluesky y el resto escriben con POST.
            proxy.fallar(azar.choice(("tras_enviar", "mudo")), veces=1, cuando=b"POST ")


if __name__ == "__main__":
    correr(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
