"""Un intermediario TCP que entrega la petición al servidor y corta antes de devolver la respuesta."""

import contextlib
import socket
import struct
import threading
from typing import Self
from urllib.parse import urlsplit


class Corte:
    """Delante de `url` mientras dure el `with`. Deja pasar todo salvo las próximas `cortar(veces)` respuestas."""

    def __init__(self, url: str) -> None:
        partes = urlsplit(url)
        self._destino = (str(partes.hostname), int(partes.port or 80))
        self._oreja = socket.create_server(("127.0.0.1", 0))
        self._por_cortar = 0
        self.url = f"http://127.0.0.1:{self._oreja.getsockname()[1]}"

    def cortar(self, veces: int = 1) -> None:
        self._por_cortar = veces

    def __enter__(self) -> Self:
        threading.Thread(target=self._atender, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Despertar al hilo que acepta: cerrar el enchufe no basta.
        with contextlib.suppress(OSError):
            self._oreja.shutdown(socket.SHUT_RDWR)
        self._oreja.close()

    def _atender(self) -> None:
        while True:
            try:
                cliente, _ = self._oreja.accept()
            except OSError:
                return
            threading.Thread(target=self._pasar, args=(cliente,), daemon=True).start()

    def _pasar(self, cliente: socket.socket) -> None:
        with cliente, socket.create_connection(self._destino) as servidor:
            ida = threading.Thread(target=_copiar, args=(cliente, servidor), daemon=True)
            ida.start()
            primero = servidor.recv(65536)  # el servidor ya contestó: la petición está aceptada
            if self._por_cortar > 0:
                self._por_cortar -= 1
                cliente.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                cliente.shutdown(socket.SHUT_RD)  # despierta al otro hilo: mientras lea, el enchufe no se cierra
                ida.join()
                return  # al cerrarlo así, quien espera recibe un RST
            with contextlib.suppress(OSError):
                cliente.sendall(primero)
            _copiar(servidor, cliente)


def _copiar(de: socket.socket, a: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while datos := de.recv(65536):
            a.sendall(datos)
        a.shutdown(socket.SHUT_WR)
