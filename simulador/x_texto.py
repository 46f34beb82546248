"""El texto de un post de X: cuánto pesa y cómo queda publicado, con sus enlaces acortados a t.co.

Trampas reales que se imitan, porque quien busque su post entre los publicados tropieza con ellas:
- todo enlace se acorta, también el dominio suelto («leon.gob.mx»), y el original queda en `entities.urls`;
- al dominio suelto X le antepone «http://» en `expanded_url`;
- cada medio añade al final un enlace t.co más, con `media_key` en su entidad;
- `&`, `<` y `>` vuelven como entidades de HTML.
"""

import hashlib
import html
import unicodedata
from typing import Any

from twitter_text import extract_urls_with_indices, parse_tweet

LARGO_MAXIMO = 280
_T_CO = "https://t.co/"
_LETRAS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def normal(texto: str) -> str:
    return unicodedata.normalize("NFC", texto).strip()


def cabe(texto: str) -> bool:
    """Si el texto pesa a lo más 280.

    Cada carácter pesa a lo más 2 y cada punto trae a lo más un enlace, que pesa 23: si con eso ya cabe, no hace
    falta la cuenta entera, que es lenta.
    """
    if len(texto) * 2 + texto.count(".") * 23 <= LARGO_MAXIMO:
        return True
    return bool(parse_tweet(texto).weightedLength <= LARGO_MAXIMO)


def _corto(semilla: str) -> str:
    numero = int.from_bytes(hashlib.sha256(semilla.encode()).digest()[:8], "big")
    letras = []
    for _ in range(10):
        numero, resto = divmod(numero, len(_LETRAS))
        letras.append(_LETRAS[resto])
    return _T_CO + "".join(letras)


def _entidad(corto: str, inicio: int, largo: str, **demas: Any) -> dict[str, Any]:
    visible = largo.split("://", 1)[-1]
    return {
        "start": inicio,
        "end": inicio + len(corto),
        "url": corto,
        "expanded_url": largo,
        "display_url": visible if len(visible) <= 27 else visible[:26] + "…",
        **demas,
    }


def publicar_texto(texto: str, *, id_externo: str, usuario: str, medios: list[tuple[str, bool]]) -> dict[str, Any]:
    """`{"text", "entities"?}` de un post, como los devuelve la API. medios: pares (media_key, es_video)."""
    trozos: list[str] = []
    urls: list[dict[str, Any]] = []
    desde = largo = 0
    for hallada in extract_urls_with_indices(texto) if "." in texto else ():
        inicio, fin = hallada["indices"]
        antes = html.escape(texto[desde:inicio], quote=False)
        corto, original = _corto(f"{id_externo}/{inicio}"), hallada["url"]
        urls.append(_entidad(corto, largo + len(antes), original if "://" in original else f"http://{original}"))
        trozos += [antes, corto]
        largo += len(antes) + len(corto)
        desde = fin
    trozos.append(html.escape(texto[desde:], quote=False))
    if medios:
        corto = _corto(f"{id_externo}/medios")
        previo = "".join(trozos)
        trozos = [f"{previo} {corto}" if previo else corto]
        inicio = len(trozos[0]) - len(corto)
        for i, (media_key, es_video) in enumerate(medios, start=1):
            clase = "video" if es_video else "photo"
            entera = f"https://x.com/{usuario}/status/{id_externo}/{clase}/{i}"
            urls.append(
                {**_entidad(corto, inicio, entera, media_key=media_key), "display_url": f"pic.x.com/{corto[-10:]}"}
            )
    publicado: dict[str, Any] = {"text": "".join(trozos)}
    if urls:
        publicado["entities"] = {"urls": urls}
    return publicado
