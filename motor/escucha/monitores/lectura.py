"""De un diccionario (TOML o JSON) a una `Definicion`, con cada error dicho para quien lo escribió. Puro."""

import re
from collections.abc import Callable, Mapping, Sequence

from conectores.contrato_escucha import Clase
from motor.escucha.lugares.rangos import Circulo, Lugares, Poligono, Rango, RangoInvalido
from motor.escucha.monitores.definicion import CLASES, Definicion, DefinicionInvalida, Termino, Zona
from motor.escucha.monitores.normalizar import BARRERA, normalizar, plegar_etiqueta
from motor.escucha.monitores.raices import raices
from motor.renglones import cercana

LISTAS = ("todas", "alguna", "ninguna")
CLAVES = ("nombre", *LISTAS, "flexion", "redes", "idiomas", "clases", "lugar")
CLAVES_DE_LUGAR = ("centro", "radio_km", "poligono", "lugares", "confianza_minima", "sin_lugar")
SIN_LUGAR = ("excluir", "incluir")

_CLAVE = re.compile(r"[a-z0-9][a-z0-9-]{0,78}")
_IDIOMA = re.compile(r"[a-z]{2,3}")
_ETIQUETA = re.compile(r"\w+")
_CUENTA = re.compile(r"\w[\w.\-]*(?:@\w[\w.\-]*)?")

Dicho = Mapping[str, object]
Anotar = Callable[[str], None]


def definir(clave: str, datos: Dicho, *, reconocer_red: Callable[[str], str | None] | None = None) -> Definicion:
    """La definición de un monitor. Lanza DefinicionInvalida con todo lo que hay que cambiar.

    reconocer_red: el slug de una red escrita por una persona («Twitter»), o None; sin ella, vale cualquier slug.
    El polígono va dentro, como GeoJSON: los archivos los lee `archivo`.
    """
    faltas: list[str] = []
    anotar = faltas.append
    if not _CLAVE.fullmatch(clave):
        anotar(f"La clave «{clave}» sólo lleva minúsculas sin acento, números y guiones: por ejemplo «fugas-de-agua».")
    _sobrantes(datos, CLAVES, anotar)
    flexion = _si_o_no(datos, "flexion", anotar)
    listas = {lista: _terminos(lista, datos.get(lista, ()), flexion, anotar) for lista in LISTAS}
    _contradicciones(listas, anotar)
    definicion = Definicion(
        clave=clave,
        nombre=_nombre(datos, clave, anotar),
        **listas,
        redes=_redes(datos.get("redes", ()), reconocer_red, anotar),
        idiomas=_idiomas(datos.get("idiomas", ()), anotar),
        clases=_clases(datos.get("clases", ()), anotar),
        zona=_zona(datos["lugar"], anotar) if "lugar" in datos else None,
    )
    if not any(datos.get(c) for c in ("todas", "alguna", "lugar", "redes", "clases")):
        anotar('No dice qué busca. Escriba sus palabras: alguna = ["bache", "pavimento roto"].')
    if faltas:
        raise DefinicionInvalida(clave, tuple(faltas))
    return definicion


def _sobrantes(datos: Dicho, validas: Sequence[str], anotar: Anotar, *, dentro: str = "") -> None:
    for clave in datos:
        if clave not in validas:
            anotar(f"No existe la clave «{dentro}{clave}». {cercana(clave, validas)}")


def _nombre(datos: Dicho, clave: str, anotar: Anotar) -> str:
    nombre = datos.get("nombre", clave)
    if not isinstance(nombre, str) or not nombre.strip() or len(nombre) > 200:
        anotar("La clave «nombre» debe ser un texto entre comillas, de 200 letras a lo más.")
        return clave
    return nombre.strip()


def _si_o_no(datos: Dicho, clave: str, anotar: Anotar, *, omision: bool = False) -> bool:
    valor = datos.get(clave, omision)
    if not isinstance(valor, bool):
        anotar(f"La clave «{clave}» debe ser true o false, sin comillas.")
        return omision
    return valor


def _lista(clave: str, valor: object, anotar: Anotar) -> Sequence[object]:
    if isinstance(valor, str):
        anotar(f'La clave «{clave}» es una lista: escriba {clave} = ["{valor}"].')
        return ()
    if not isinstance(valor, list | tuple):
        anotar(f'La clave «{clave}» es una lista de textos: {clave} = ["uno", "otro"].')
        return ()
    return valor


def _textos(clave: str, valor: object, anotar: Anotar) -> list[str]:
    textos = []
    for cosa in _lista(clave, valor, anotar):
        if isinstance(cosa, str) and cosa.strip():
            textos.append(cosa.strip())
        else:
            anotar(f"En «{clave}» sobra {cosa!r}: sólo van textos entre comillas.")
    return textos


# ── Los términos ─────────────────────────────────────────────────────────────────────────────────────────────


def _terminos(lista: str, valor: object, flexion: bool, anotar: Anotar) -> tuple[Termino, ...]:
    leidos: dict[Termino, None] = {}
    for cosa in _lista(lista, valor, anotar):
        escrito, suya = cosa, flexion
        if isinstance(cosa, Mapping):
            _sobrantes(cosa, ("termino", "flexion"), anotar, dentro=f"{lista}.")
            escrito, suya = cosa.get("termino"), _si_o_no(cosa, "flexion", anotar, omision=flexion)
        if not isinstance(escrito, str):
            anotar(f'En «{lista}» sobra {cosa!r}: va "bache" o {{ termino = "bache", flexion = true }}.')
            continue
        try:
            leidos[termino(escrito, flexion=suya)] = None
        except ValueError as error:
            anotar(f"En «{lista}»: {error}")
    return tuple(leidos)


def termino(escrito: str, *, flexion: bool = False) -> Termino:
    """Un término como lo escribió una persona. Lanza ValueError si no se puede buscar, diciendo por qué."""
    limpio = escrito.strip()
    de_autor = limpio[:3].casefold() == "de:"
    cuenta = limpio[3:].strip() if de_autor else limpio
    if limpio.startswith(("#", "＃")):
        if not _ETIQUETA.fullmatch(limpio[1:]):
            raise ValueError(f"«{escrito}» no es una etiqueta: va junta y sin signos, como #SinAgua.")
        return Termino(limpio, f"#{plegar_etiqueta(limpio[1:])}")
    if de_autor or cuenta.startswith(("@", "＠")):
        if not _CUENTA.fullmatch(cuenta[1:]) or not cuenta.startswith(("@", "＠")):
            raise ValueError(f"«{escrito}» no es una cuenta: se escribe @TolucaGob, o de:@TolucaGob si es quien habla.")
        return Termino(limpio, f"{'de:' if de_autor else ''}@{plegar_etiqueta(cuenta[1:])}")
    return _palabras(limpio, escrito, flexion)


def _palabras(limpio: str, escrito: str, flexion: bool) -> Termino:
    if "*" in limpio:
        raise ValueError(f"«{escrito}»: el asterisco no sirve aquí. Para hallar sus variantes, flexion = true.")
    linea = normalizar(limpio)
    if not linea.strip():
        raise ValueError(f"«{escrito}» no tiene letras ni números que buscar.")
    if BARRERA in linea.split():
        raise ValueError(f"«{escrito}» mezcla palabras con una etiqueta o una cuenta: escriba cada una entre comillas.")
    return Termino(limpio, (raices(linea) if flexion else linea).strip(), flexion)


def _contradicciones(listas: Mapping[str, tuple[Termino, ...]], anotar: Anotar) -> None:
    prohibidos = {(t.patron, t.flexion) for t in listas["ninguna"]}
    for lista in ("todas", "alguna"):
        for uno in listas[lista]:
            if (uno.patron, uno.flexion) in prohibidos:
                anotar(f"«{uno.escrito}» está en «{lista}» y también en «ninguna»: quítelo de una.")


# ── Redes, idiomas, clases ───────────────────────────────────────────────────────────────────────────────────


def _redes(valor: object, reconocer: Callable[[str], str | None] | None, anotar: Anotar) -> frozenset[str]:
    redes = set()
    for escrita in _textos("redes", valor, anotar):
        conocida = reconocer(escrita) if reconocer is not None else escrita.casefold()
        if conocida is None:
            anotar(f"En «redes»: no conozco la red «{escrita}». Vea las que hay en el README.")
        else:
            redes.add(conocida)
    return frozenset(redes)


def _idiomas(valor: object, anotar: Anotar) -> frozenset[str]:
    idiomas = set()
    for escrito in _textos("idiomas", valor, anotar):
        if _IDIOMA.fullmatch(escrito.casefold()):
            idiomas.add(escrito.casefold())
        else:
            anotar(f'En «idiomas»: «{escrito}» se escribe con sus dos o tres letras: "es", "en", "nah" (náhuatl).')
    return frozenset(idiomas)


def _clases(valor: object, anotar: Anotar) -> frozenset[Clase]:
    clases = set()
    for escrita in _textos("clases", valor, anotar):
        try:
            clases.add(Clase(escrita.casefold()))
        except ValueError:
            anotar(f"En «clases»: no existe «{escrita}». {cercana(escrita, list(Clase))}")
    return frozenset(clases) or CLASES


# ── El lugar ─────────────────────────────────────────────────────────────────────────────────────────────────


def _zona(valor: object, anotar: Anotar) -> Zona | None:
    if not isinstance(valor, Mapping):
        anotar("La clave «lugar» es una tabla: lugar = { centro = [19.29, -99.66], radio_km = 10 }.")
        return None
    _sobrantes(valor, CLAVES_DE_LUGAR, anotar, dentro="lugar.")
    minima = valor.get("confianza_minima", 0.0)
    if not _es_numero(minima) or not 0 <= minima <= 1:
        anotar("«lugar.confianza_minima» es un número de 0 a 1: por ejemplo 0.5.")
        minima = 0.0
    sin_lugar = valor.get("sin_lugar", "excluir")
    if sin_lugar not in SIN_LUGAR:
        anotar('«lugar.sin_lugar» es "excluir" o "incluir": qué hacer con lo que no se sabe de dónde es.')
    rango = _rango(valor, anotar)
    if rango is None:
        return None
    return Zona(rango=rango, confianza_minima=float(minima), incluir_sin_lugar=sin_lugar == "incluir")


def _es_numero(valor: object) -> bool:
    return isinstance(valor, int | float) and not isinstance(valor, bool)


def _rango(valor: Dicho, anotar: Anotar) -> Rango | None:
    dichos = [c for c in ("centro", "poligono", "lugares") if c in valor]
    if len(dichos) != 1 or ("radio_km" in valor and dichos != ["centro"]):
        anotar("«lugar» lleva una de tres cosas: «centro» con «radio_km», «poligono» o «lugares».")
        return None
    try:
        match dichos[0]:
            case "centro":
                return _circulo(valor, anotar)
            case "poligono":
                return _poligono(valor["poligono"])
        return Lugares(tuple(_textos("lugar.lugares", valor["lugares"], anotar)))
    except RangoInvalido as error:
        anotar(f"En «lugar»: {error}")
        return None


def _circulo(valor: Dicho, anotar: Anotar) -> Circulo | None:
    centro, radio = valor["centro"], valor.get("radio_km")
    if not isinstance(centro, list | tuple) or len(centro) != 2 or not all(_es_numero(n) for n in centro):
        anotar("«lugar.centro» son dos números, latitud y longitud: [19.29, -99.66].")
        return None
    if not isinstance(radio, int | float) or isinstance(radio, bool):
        anotar("«lugar.radio_km» son los kilómetros alrededor del centro: por ejemplo 5.")
        return None
    return Circulo(float(centro[0]), float(centro[1]), float(radio))


def _poligono(valor: object) -> Poligono:
    if not isinstance(valor, Mapping):
        raise RangoInvalido(
            "«poligono» es la ruta de un GeoJSON que esté en la carpeta de configuración, como "
            '"lugares/centro.geojson", o el GeoJSON mismo.'
        )
    return Poligono(valor)
