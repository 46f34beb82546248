"""Las direcciones que escriben muchas páginas. Puro."""

from motor.acervo.miniaturas import Tamano

API = "/api/v1"
"""Donde se monta la API."""


def de_medio(medio_id: int, tamano: str = "mini") -> str:
    """Para `<img src>`; tamano: estampilla (128 px), mini (320 px), media (1080 px) u original."""
    return f"/medio/{medio_id}/{Tamano(tamano)}"
