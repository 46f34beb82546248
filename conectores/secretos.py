"""Que ningún secreto llegue a una bitácora, a un error ni a un correo. Sólo biblioteca estándar.

`recordar` cada credencial al leerla; `redactar` todo texto que vaya a leer alguien. Además de lo recordado se
tapa lo que tiene forma de credencial, porque una red puede devolver en un error una que no conocíamos.
"""

import json
import re
import threading
from urllib.parse import quote, quote_plus

TAPADO = "•••"
_LARGO_MINIMO = 6  # más corto taparía palabras corrientes

_recordados: set[str] = set()
_candado = threading.Lock()

_FORMAS = (
    re.compile(
        r"(?i)\b(access_?token|appsecret_proof|client_secret|refresh_token|input_token|oauth_[a-z_]+|api_?key|"
        r"accessJwt|refreshJwt|password|firma|sig|signature)\b(['\"]?\s*[=:]\s*['\"]?)([^\s&'\",;}<>]+)"
    ),
    re.compile(r"(?i)\b(bearer|oauth|basic)(\s+)([A-Za-z0-9._~+/=%|-]{8,})"),
    re.compile(r"(://)([^/\s:@]+:)([^/\s@]+)(?=@)"),
)


def recordar(secreto: str) -> None:
    """Tapar este valor, y sus formas dentro de una URL, de un JSON o de un repr, en lo que se redacte desde ahora."""
    if len(secreto) < _LARGO_MINIMO:
        return
    escapados = {json.dumps(secreto)[1:-1], json.dumps(secreto, ensure_ascii=False)[1:-1], repr(secreto)[1:-1]}
    with _candado:
        _recordados.update({secreto, quote(secreto, safe=""), quote_plus(secreto)} | escapados)


def redactar(texto: str) -> str:
    """El mismo texto sin secretos."""
    with _candado:
        conocidos = sorted(_recordados, key=len, reverse=True)
    for secreto in conocidos:
        texto = texto.replace(secreto, TAPADO)
    for forma in _FORMAS:
        texto = forma.sub(lambda m: f"{m[1]}{m[2]}{TAPADO}", texto)
    return texto
