"""Las llaves de la oficina: archivos fuera de la base, que nacen al instalar y sólo lee la cuenta de Pregonero.

Quien se lleve una copia de la base no se lleva con ella las credenciales de las redes. Piérdanse y habrá que volver a
escribirlas: por eso van en el respaldo, pero no en el mismo sitio que la base.
"""

import contextlib
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

ARCHIVO = "secretos.key"
VAPID = "vapid.pem"


class LlaveEquivocada(Exception):
    """Lo cifrado no se abre con las llaves que hay; el mensaje dice qué hacer."""


@dataclass(frozen=True, slots=True)
class Llavero:
    """carpeta: dónde están. Su repr no enseña ninguna."""

    carpeta: Path
    _llaves: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def abrir(cls, carpeta: Path) -> "Llavero":
        """Crear lo que falte. La primera línea de `secretos.key` cifra; las demás, viejas, sólo descifran.

        Lanza LlaveEquivocada si el archivo no lleva llaves. Lanza OSError si no se puede leer o escribir.
        """
        carpeta.mkdir(parents=True, exist_ok=True, mode=0o700)
        archivo = carpeta / ARCHIVO
        with contextlib.suppress(FileExistsError):
            _escribir_en_privado(archivo, Fernet.generate_key() + b"\n")
        llaves = tuple(archivo.read_bytes().split())
        try:
            MultiFernet([Fernet(llave) for llave in llaves])
        except ValueError:
            raise LlaveEquivocada(
                f"{archivo} no lleva una llave que sirva. Recupérelo del respaldo; si no lo hay, bórrelo y vuelva a "
                "escribir las credenciales de cada perfil en el panel."
            ) from None
        return cls(carpeta, llaves)

    def cifrar(self, texto: str) -> str:
        return self._fernet().encrypt(texto.encode()).decode()

    def descifrar(self, cifrado: str) -> str:
        """Lanza LlaveEquivocada si se cifró con otra llave."""
        try:
            return self._fernet().decrypt(cifrado.encode()).decode()
        except InvalidToken:
            raise LlaveEquivocada(
                f"Esto se cifró con otra llave. Recupere {self.carpeta / ARCHIVO} del respaldo, o escriba otra vez "
                "las credenciales en el panel."
            ) from None

    def para(self, uso: str) -> bytes:
        """Una clave de 32 bytes sólo para ese uso («csrf»): lo firmado en uno no vale en otro."""
        return hmac.digest(self._llaves[0], uso.encode(), hashlib.sha256)

    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(llave) for llave in self._llaves])


def _escribir_en_privado(ruta: Path, contenido: bytes) -> None:
    """Lanza FileExistsError si ya estaba: dos procesos que arrancan a la vez se quedan con la misma."""
    temporal = ruta.with_name(f".{ruta.name}.{os.getpid()}")
    descriptor = os.open(temporal, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as salida:
        salida.write(contenido)
    try:
        os.link(temporal, ruta)  # entero o nada, y nunca encima de la que haya
    finally:
        temporal.unlink()
