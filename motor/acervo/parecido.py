"""Dos fotos que son la misma con otro tamaño, otra calidad o un sello: se parece su huella visual.

Es la de diferencias (`dhash`) de imagehash: 64 bits que dicen, de 9×8 cuadritos, cuál es más claro que el que sigue.
La de coseno (`phash`) reconoce lo mismo, pierde la foto en cuanto le ponen un logotipo, y carga scipy (0.3 s, 27 MB).
Medida con 400 escenas: entre ajenas, la menor distancia fue 13 de 64; al achicar o recomprimir, a lo más 3; con un
sello en una esquina, 4; con un recorte parejo de 3 %, la mitad queda en 5. Un recorte de 8 % ya no se reconoce.
"""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from modelos import BandaDeMedio, Medio, tabla
from motor.acervo import imagenes

LISA = "-"
DISTANCIA = 7
"""Con ocho bandas y siete bits distintos, al menos una banda es igual: no se escapa ninguna."""
_LADO, _BANDAS = 64, 8
_POCOS = 4
"""Con menos unos (o ceros) que esto la imagen es lisa, y se parecería a cualquier otra lisa."""


def huella_visual(ruta: Path) -> str:
    """En 16 letras hexadecimales; `LISA` si lo es o no se puede leer."""
    import imagehash  # numpy sólo hace falta aquí

    try:
        with imagenes.abierta(ruta, 8 * _LADO) as imagen:
            huella = str(imagehash.dhash(imagen.convert("RGB")))
    except (imagenes.ImagenIlegible, OSError):
        return LISA
    unos = int(huella, 16).bit_count()
    return huella if _POCOS <= unos <= 64 - _POCOS else LISA


def distancia(una: str, otra: str) -> int:
    return (int(una, 16) ^ int(otra, 16)).bit_count()


def bandas(huella: str) -> list[int]:
    return [banda << 8 | octeto for banda, octeto in enumerate(bytes.fromhex(huella))]


def anotar(sesion: Session, medio: Medio, huella: str) -> None:
    """Poner la huella de un medio, y las bandas por las que se hallará."""
    medio.huella_visual = huella
    sesion.add(medio)
    sesion.flush()
    sesion.execute(delete(BandaDeMedio).where(col(BandaDeMedio.medio_id) == medio.id))
    if huella != LISA:
        filas = [{"clave": clave, "medio_id": medio.id} for clave in bandas(huella)]
        sesion.execute(insert(tabla(BandaDeMedio)), filas)


def parecidos(sesion: Session, huella: str, *, menos: Collection[int] = (), limite: int = 6) -> list[int]:
    """Los medios cuya huella está a `DISTANCIA` o menos, del más parecido al menos."""
    if huella in ("", LISA):
        return []
    orden = (
        select(col(Medio.id), col(Medio.huella_visual))
        .join(BandaDeMedio, col(BandaDeMedio.medio_id) == col(Medio.id))
        .where(col(BandaDeMedio.clave).in_(bandas(huella)))
        .distinct()
    )
    cercanos = [(distancia(huella, suya), id_) for id_, suya in sesion.execute(orden) if id_ not in menos]
    return [id_ for lejos, id_ in sorted(cercanos) if lejos <= DISTANCIA][:limite]
