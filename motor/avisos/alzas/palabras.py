"""Las palabras detrás de un alza: las que se dicen ahora y antes no. Puro."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_PALABRA = re.compile(r"#?[^\W\d_][\w'’-]{2,}")
_ENLACE = re.compile(r"https?://\S+|www\.\S+|@[\w.]+")
MINIMO = 3
"""En cuántos mensajes debe estar una palabra para nombrarla: con menos es cosa de uno o dos."""

VACIAS = frozenset(
    """
    a acá ahí ahora al algo alguien algún alguna algunas alguno algunos allá allí ante antes aquel aquella
    aquellos aquí así aun aún aunque bajo bien cada casi como cómo con contra cosa creo cual cuál cuales
    cualquier cuando cuándo cuanto da dan de del demás desde después día días dice dicen dijo donde dónde dos
    durante e el él ella ellas ellos en entonces entre era eran eres es esa esas ese eso esos esta está están
    estaba estar estas este esto estos estoy fin fue fueron gente gran ha hace hacen hacer hacia han has hasta
    hay haya he hemos hola hoy igual ir la las le les lo los luego más mas me mejor menos mi mis mismo mientras
    mucha muchas mucho muchos muy nada nadie ni ningún ninguna no nos nosotros nuestra nuestro nuestros nunca o
    otra otras otro otros para parece pero poco por porque pues puede pueden que qué queda quién quien quiere
    saber se sea ser si sí sido siempre sin sino sobre solo sólo somos son soy su sus también tampoco tan tanto
    te tener tengo tiene tienen toda todas todavía todo todos tras tu tus tú un una unas uno unos usted ustedes
    va vamos van ver vez veces ya yo y buenas buenos tardes noches días favor gracias señor señora porfa xfa the
    and rt vía https http www com
    """.split()  # noqa: SIM905 # trescientas palabras en una lista no se leen
)


def en_cuantos(textos: Iterable[str]) -> Counter[str]:
    """Cada palabra, en cuántos mensajes está (una por mensaje, aunque la repita)."""
    cuenta: Counter[str] = Counter()
    for texto in textos:
        cuenta.update({p for p in _PALABRA.findall(_ENLACE.sub(" ", texto.lower())) if p not in VACIAS})
    return cuenta


def del_alza(ahora: Sequence[str], antes: Sequence[str], *, cuantas: int = 8) -> list[tuple[str, int]]:
    """Las palabras que más crecieron y en cuántos mensajes de ahora están, de más a menos.

    Se comparan proporciones suavizadas (medio mensaje de más en cada lado): lo que se dice siempre no aparece, aunque
    sea la palabra del propio monitor. Sin nada de antes con qué comparar, son las más dichas.
    """
    hoy, ayer = en_cuantos(ahora), en_cuantos(antes)
    n, m = len(ahora), len(antes)
    pesos = {}
    for palabra, veces in hoy.items():
        if veces < MINIMO:
            continue
        parte, normal = veces / n, (ayer[palabra] + 0.5) / (m + 1) if m else 0.0
        if parte > 1.5 * normal:
            pesos[palabra] = (parte - normal) * min(parte / normal if normal else 10.0, 10.0)
    mejores = sorted(pesos, key=lambda p: (-pesos[p], p))
    return [(p, hoy[p]) for p in _sin_repetidas(mejores)[:cuantas]]


def _sin_repetidas(palabras: list[str]) -> list[str]:
    """Sin la etiqueta de una palabra que ya está («#tollocan», «tollocan»), ni el plural de la que va antes."""
    vistas: list[str] = []
    raices: set[str] = set()
    for palabra in palabras:
        raiz = palabra.lstrip("#").rstrip("s")
        if raiz not in raices:
            raices.add(raiz)
            vistas.append(palabra)
    return vistas
