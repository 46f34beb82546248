"""Las llaves de la oficina: archivos fuera de la base, que nacen al instalar y sólo lee la cuenta de Pregonero.

Quien se lleve una copia de la base no se lleva con ella las credenciales de las redes. Piérdanse y habrá que volver a
escribirlas: por eso van en el respaldo, pero no en el mismo sitio que la base.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

ARCHIVO = "secretos.key"
VAPID = "vapid.pem"

_Llaves = tuple[bytes, ...]
_Marca = tuple[int, int, int]


class LlaveEquivocada(Exception):
    """Lo cifrado no se abre con las llaves que hay; el mensaje dice qué hacer."""


class Llavero:
    """Cifrar y firmar con lo que diga ahora `secretos.key`: se relee si otro proceso lo cambió. Su repr no enseña nada.

    La primera línea cifra; las demás, viejas, sólo descifran.
    """

    def __init__(self, carpeta: Path) -> None:
        """Lanza LlaveEquivocada si el archivo no lleva llaves. Lanza OSError si no se puede leer."""
        self.carpeta = carpeta
        self._candado = threading.Lock()
        self._marca = _marca_de(self._archivo)
        self._llaves = _leer(self._archivo)

    @classmethod
    def abrir(cls, carpeta: Path) -> "Llavero":
        """Crear lo que falte. Lanza LlaveEquivocada u OSError."""
        carpeta.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            _escribir_en_privado(carpeta / ARCHIVO, Fernet.generate_key() + b"\n")
        return cls(carpeta)

    def __repr__(self) -> str:
        return f"Llavero({self.carpeta})"

    def cifrar(self, texto: str) -> str:
        return self._fernet().encrypt(texto.encode()).decode()

    def descifrar(self, cifrado: str) -> str:
        """Lanza LlaveEquivocada si se cifró con otra llave."""
        return _descifrar(self._fernet(), cifrado, self._archivo)

    def recifrar(self, cifrado: str) -> str:
        """Lo mismo, cifrado con la primera llave. Lanza LlaveEquivocada."""
        return self.cifrar(self.descifrar(cifrado))

    def para(self, uso: str) -> bytes:
        """Una clave de 32 bytes sólo para ese uso («csrf»): lo firmado en uno no vale en otro."""
        return hmac.digest(self._vigentes()[0], uso.encode(), hashlib.sha256)

    # ── girar ──

    def estrenar(self) -> None:
        """Poner una llave nueva delante de las que hay. Lo cifrado con las viejas se sigue abriendo."""
        self._reescribir((Fernet.generate_key(), *self._vigentes()))

    def abre_con_la_primera(self, cifrado: str) -> bool:
        """Si ya no le hacen falta las viejas."""
        try:
            _descifrar(MultiFernet([Fernet(self._vigentes()[0])]), cifrado, self._archivo)
        except LlaveEquivocada:
            return False
        return True

    def tirar_viejas(self) -> int:
        """Quedarse sólo con la primera; cuántas se tiraron. Antes hay que haberlo vuelto a cifrar todo."""
        primera, *viejas = self._vigentes()
        self._reescribir((primera,))
        return len(viejas)

    def _reescribir(self, llaves: _Llaves) -> None:
        temporal = _temporal(self._archivo, b"\n".join(llaves) + b"\n")
        temporal.replace(self._archivo)
        _asegurar(self.carpeta)
        self._vigentes()

    # ── leer ──

    @property
    def _archivo(self) -> Path:
        return self.carpeta / ARCHIVO

    def guardado(self, nombre: str, crear: Callable[[], bytes]) -> bytes:
        """Lo que lleva ese archivo de la carpeta; si falta, se crea. Lanza OSError si no se puede leer o escribir."""
        archivo = self.carpeta / nombre
        if not archivo.exists():
            with contextlib.suppress(FileExistsError):
                _escribir_en_privado(archivo, crear())
        return archivo.read_bytes()

    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(llave) for llave in self._vigentes()])

    def _vigentes(self) -> _Llaves:
        """Las del archivo tal como está; si alguien lo quitó o lo dañó con esto en marcha, las que se leyeron."""
        with self._candado, contextlib.suppress(OSError, LlaveEquivocada):
            marca = _marca_de(self._archivo)
            if marca != self._marca:
                self._llaves, self._marca = _leer(self._archivo), marca
        return self._llaves


def _leer(archivo: Path) -> _Llaves:
    llaves = tuple(archivo.read_bytes().split())
    try:
        MultiFernet([Fernet(llave) for llave in llaves])
    except ValueError:
        raise LlaveEquivocada(
            f"{archivo} no lleva una llave que sirva. Recupérelo del respaldo; si no lo hay, bórrelo y vuelva a "
            "escribir las credenciales de cada perfil en el panel."
        ) from None
    return llaves


def _descifrar(fernet: MultiFernet, cifrado: str, archivo: Path) -> str:
    try:
        return fernet.decrypt(cifrado.encode()).decode()
    except InvalidToken:
        raise LlaveEquivocada(
            f"Esto se cifró con otra llave. Recupere {archivo} del respaldo, o escriba otra vez "
            "las credenciales en el panel."
        ) from None


def _marca_de(archivo: Path) -> _Marca:
    """Cambia en cuanto se sustituye el archivo, aunque mida lo mismo y sea el mismo instante."""
    estado = archivo.stat()
    return estado.st_ino, estado.st_mtime_ns, estado.st_size


def _escribir_en_privado(ruta: Path, contenido: bytes) -> None:
    """Lanza FileExistsError si ya estaba: dos procesos que arrancan a la vez se quedan con la misma."""
    temporal = _temporal(ruta, contenido)
    try:
        os.link(temporal, ruta)  # entero o nada, y nunca encima de la que haya
    finally:
        temporal.unlink()


def _temporal(ruta: Path, contenido: bytes) -> Path:
    """Un archivo privado junto a ese, ya en el disco aunque se vaya la luz."""
    temporal = ruta.with_name(f".{ruta.name}.{secrets.token_hex(6)}")
    descriptor = os.open(temporal, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as salida:
        salida.write(contenido)
        salida.flush()
        os.fsync(salida.fileno())
    return temporal


def _asegurar(carpeta: Path) -> None:
    """Que el cambio de nombre sobreviva a un corte de luz."""
    descriptor = os.open(carpeta, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
