"""El sha256 de todo lo que se dirá y se enseñará en una entrega. La hora no cuenta. Puro.

Se calcula igual al darla de alta, al pedir que la aprueben y un instante antes de enviarla, siempre de la pieza que
se va a enviar: si algo cambió por donde fuera, no coincide.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conectores.contrato import Pieza

_LUGAR_DE_LA_CLAVE = "{clave}"


@dataclass(frozen=True, slots=True)
class MedioVisto:
    """sha256: del archivo guardado, tal como está en el disco."""

    sha256: str
    texto_alternativo: str = ""


def contenido_de(pieza: Pieza, medios: Sequence[MedioVisto], *, perfil_id: int, clave: str) -> str:
    """El sha256 de una pieza con sus medios, en ese perfil.

    clave: la de la entrega. Va dentro de los enlaces nuestros y cambia con cada edición sin que cambie lo que se lee;
    por eso no cuenta. pieza: sus adjuntos no se miran: se miran los archivos de que salen.
    """
    raiz = clave.partition("-")[0]
    encuesta = pieza.encuesta
    dicho: Mapping[str, Any] = {
        "perfil": perfil_id,
        "texto": _sin_clave(pieza.texto, raiz),
        "titulo": pieza.titulo,
        "enlace": _sin_clave(pieza.enlace, raiz),
        "tipo": pieza.tipo,
        "encuesta": [list(encuesta.opciones), encuesta.duracion.total_seconds()] if encuesta else None,
        "opciones": sorted(pieza.opciones.items()),
        "medios": [[m.sha256, m.texto_alternativo] for m in medios],
    }
    return hashlib.sha256(json.dumps(dicho, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def huella_de(alcance: Mapping[str, str]) -> str:
    """Lo que abarca una solicitud, de un golpe: la lleva el formulario de quien firma, y dice qué estaba viendo."""
    return hashlib.sha256(json.dumps(sorted(alcance.items())).encode()).hexdigest()


def _sin_clave(texto: str, clave: str) -> str:
    return texto.replace(clave, _LUGAR_DE_LA_CLAVE) if clave else texto
