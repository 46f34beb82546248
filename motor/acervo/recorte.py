"""Recortar una imagen del acervo: la original se queda como estaba, y el recorte es otra con su misma ficha."""

from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image
from sqlmodel import Session

from conectores.contrato import LimiteDeImagen
from modelos import Medio
from motor.acervo import imagenes
from motor.acervo.ficha import palabras_de
from motor.acervo.ingreso import Ingresado, Preparado, ingresar, llegando, preparar
from motor.entorno import Entorno

LADO_MINIMO = 16
_CALIDAD = 95
_FORMATOS = {"image/png": "PNG", "image/webp": "WEBP"}
_COPIADOS = ("descripcion", "evento", "lugar", "tomado", "autoria", "derechos", "vence_en")


class NoSeRecorta(Exception):
    """No es una imagen, o el recorte no cabe en ella; el mensaje lo dice."""


@dataclass(frozen=True, slots=True)
class Recuadro:
    """En partes de la imagen, de 0 a 1: dónde empieza y cuánto mide."""

    x: float
    y: float
    ancho: float
    alto: float

    def en_pixeles(self, ancho: int, alto: int) -> tuple[int, int, int, int]:
        """Lo que cae dentro de la imagen. Lanza NoSeRecorta si no queda casi nada."""
        izquierda, arriba = (round(max(0.0, v) * lado) for v, lado in ((self.x, ancho), (self.y, alto)))
        derecha = min(ancho, round((self.x + self.ancho) * ancho))
        abajo = min(alto, round((self.y + self.alto) * alto))
        if derecha - izquierda < LADO_MINIMO or abajo - arriba < LADO_MINIMO:
            raise NoSeRecorta("Ese recorte es demasiado pequeño.")
        return izquierda, arriba, derecha, abajo


@dataclass(frozen=True, slots=True)
class Razon:
    """Una proporción que se ofrece. dicha: «4:5», como se escribe."""

    dicha: str
    valor: float


RAZONES = (
    Razon("1:1", 1.0),
    Razon("4:5", 0.8),
    Razon("2:3", 2 / 3),
    Razon("3:2", 1.5),
    Razon("16:9", 16 / 9),
    Razon("1.91:1", 1.91),
)
_TOLERANCIA = 0.005


def admitidas(limites: Iterable[LimiteDeImagen]) -> tuple[Razon, ...]:
    """Las proporciones que caben en todas esas redes."""
    todos = list(limites)
    return tuple(
        r
        for r in RAZONES
        if all(lim.razon_minima - _TOLERANCIA <= r.valor <= lim.razon_maxima + _TOLERANCIA for lim in todos)
    )


def al_centro(medio: Medio, razon: float) -> Recuadro:
    """El recuadro más grande de esa proporción, en medio."""
    suya = medio.ancho / medio.alto if medio.alto else 1.0
    if suya > razon:
        ancho = razon / suya
        return Recuadro((1 - ancho) / 2, 0.0, ancho, 1.0)
    alto = suya / razon
    return Recuadro(0.0, (1 - alto) / 2, 1.0, alto)


def cortar(entorno: Entorno, medio: Medio, recuadro: Recuadro) -> Preparado:
    """El recorte, ya en el acervo y sin su fila. Lanza NoSeRecorta. Tarda: fuera de toda transacción."""
    if medio.tipo != "imagen":
        raise NoSeRecorta("Sólo se recortan imágenes.")
    try:
        with imagenes.abierta(entorno.acervo / medio.ruta, 0) as imagen, llegando(entorno.acervo) as (salida, ruta):
            cortada = imagen.crop(recuadro.en_pixeles(imagen.width, imagen.height))
            _guardar(cortada, salida, _FORMATOS.get(medio.mime, "JPEG"))
            salida.flush()
            return preparar(entorno, ruta, medio.nombre)
    except (imagenes.ImagenIlegible, OSError) as error:
        raise NoSeRecorta(f"No se pudo leer la imagen: {error}") from None


def _guardar(imagen: Image.Image, salida: object, formato: str) -> None:
    limpia = imagen if formato != "JPEG" or imagen.mode in ("RGB", "L") else imagen.convert("RGB")
    limpia.save(salida, format=formato, quality=_CALIDAD, exif=b"")  # type: ignore[arg-type] # es un archivo abierto


def guardar(sesion: Session, entorno: Entorno, original: Medio, preparado: Preparado, *, quien: str) -> Ingresado:
    """La fila del recorte, con la ficha de la original: también vencen sus derechos el mismo día."""
    ingresado = ingresar(sesion, entorno, preparado, quien=quien)
    if not ingresado.repetido:
        medio = ingresado.medio
        for campo in _COPIADOS:
            setattr(medio, campo, getattr(original, campo))
        medio.personas, medio.etiquetas = list(original.personas), list(original.etiquetas)
        medio.buscable = palabras_de(medio)
        sesion.add(medio)
    return ingresado
