"""Juntar lo que va junto: un texto con sus fotos, una carpeta, un calendario. Puro: pregunta qué nombra cada uno.

    texto suelto       aviso.md con las fotos que nombra; si no nombra ninguna, las que se llaman como él (aviso.jpg)
    carpeta            exactamente un texto (o un calendario) y sus fotos
    calendario suelto  agenda.xlsx con las fotos que nombran sus filas

Nada se toma a medias: si falta algo de lo que se nombra, se espera. Dos textos pueden compartir una foto: el primero
se lleva una copia y el último, el archivo.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from conectores.contrato import Problema
from motor.entrada.entender.medios_nombrados import buscar, llave
from motor.entrada.mirar.inventario import Clase, Hallado, remedio_de_ajeno
from motor.entrada.mirar.vigia import Observado


@dataclass(frozen=True, slots=True)
class Miembro:
    """copiar: otro texto también la usa, así que el archivo se queda para él."""

    ruta: Path
    nombre: str
    copiar: bool = False


@dataclass(frozen=True, slots=True)
class Unidad:
    """Lo que se toma de una vez. principal: el nombre del texto o calendario. sin_nombrar: fotos que lo acompañan."""

    nombre: str
    clase: Clase
    principal: str
    miembros: tuple[Miembro, ...]
    vista_en: datetime
    es_carpeta: bool = False
    sin_nombrar: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rechazo:
    hallado: Hallado
    problema: Problema


@dataclass(frozen=True, slots=True, kw_only=True)
class Preguntas:
    """nombrados: los medios que nombra un texto o calendario. conocidos: los que ya tenemos de su versión anterior."""

    nombrados: Callable[[Hallado], tuple[str, ...]]
    conocidos: Callable[[str], Collection[str]]
    abiertos: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Pedido:
    """Un texto suelto, los archivos sueltos que reclama y si ya se puede tomar."""

    observado: Observado
    reclama: tuple[str, ...]
    sin_nombrar: tuple[str, ...]
    listo: bool


def decidir(observados: list[Observado], preguntas: Preguntas) -> list[Unidad | Rechazo]:
    """Qué tomar y qué rechazar ahora; lo demás espera a la próxima mirada."""
    pasos: list[Unidad | Rechazo] = []
    pedidos = _pedidos(observados, preguntas)
    reclamados = {nombre for pedido in pedidos for nombre in pedido.reclama}
    # Un texto que aún llega puede nombrar cualquiera de los archivos sueltos.
    llegan_textos = any(_es_texto(o.hallado) and not o.quieto for o in observados)
    for observado in observados:
        hallado = observado.hallado
        if hallado.reparo is not None:
            if observado.quieto:
                pasos.append(Rechazo(hallado, hallado.reparo))
        elif hallado.clase is Clase.CARPETA:
            pasos += _de_carpeta(observado, preguntas)
        elif not _es_texto(hallado) and hallado.nombre not in reclamados and not llegan_textos:
            pasos += _sin_dueno(observado)
    return [*pasos, *_tomar(pedidos, observados, llegan_textos)]


def _es_texto(hallado: Hallado) -> bool:
    return hallado.clase in (Clase.TEXTO, Clase.CALENDARIO) and hallado.reparo is None


def _sin_dueno(observado: Observado) -> Iterator[Rechazo]:
    hallado = observado.hallado
    if hallado.clase is Clase.AJENO and observado.quieto:
        yield Rechazo(hallado, Problema("no sabemos publicar este tipo de archivo.", remedio_de_ajeno(hallado.nombre)))
    elif hallado.clase is Clase.MEDIO and observado.agotado:
        yield Rechazo(
            hallado,
            Problema(
                "ningún texto la nombra, así que no sabemos qué decir con ella.",
                f"Suéltela junto a un texto que diga «imagen: {hallado.nombre}», o que se llame como ella.",
            ),
        )


# ── textos y calendarios sueltos ─────────────────────────────────────────────────────────────────────────────────


def _pedidos(observados: list[Observado], preguntas: Preguntas) -> list[_Pedido]:
    sueltos = {
        o.hallado.nombre: o
        for o in observados
        if o.hallado.reparo is None and o.hallado.clase in (Clase.MEDIO, Clase.AJENO)
    }
    return [_pedido(o, sueltos, preguntas) for o in observados if _es_texto(o.hallado) and o.quieto]


def _pedido(observado: Observado, sueltos: dict[str, Observado], preguntas: Preguntas) -> _Pedido:
    hallado = observado.hallado
    nombrados = preguntas.nombrados(hallado)
    suyos = {n for nombre in nombrados if (n := buscar(nombre, sueltos)) is not None}
    sin_nombrar = () if nombrados or hallado.clase is Clase.CALENDARIO else _tocayos(hallado, sueltos)
    suyos.update(sin_nombrar)
    faltan = _faltan(nombrados, [*sueltos, *preguntas.conocidos(hallado.nombre)])
    listo = all(sueltos[n].quieto for n in suyos) and (observado.agotado or not faltan)
    return _Pedido(observado, tuple(sorted(suyos)), sin_nombrar, listo and not _en_uso(observado, preguntas))


def _tocayos(hallado: Hallado, sueltos: dict[str, Observado]) -> tuple[str, ...]:
    nombre = llave(Path(hallado.nombre).stem)
    return tuple(n for n, o in sueltos.items() if o.hallado.clase is Clase.MEDIO and llave(Path(n).stem) == nombre)


def _faltan(nombrados: tuple[str, ...], disponibles: Collection[str]) -> bool:
    return any(buscar(nombre, disponibles) is None for nombre in nombrados)


def _en_uso(observado: Observado, preguntas: Preguntas) -> bool:
    """Vacío (muchos programas crean el archivo y luego lo llenan) o abierto en Excel: se espera, pero no siempre."""
    hallado = observado.hallado
    return not observado.agotado and (hallado.peso_bytes == 0 or hallado.nombre in preguntas.abiertos)


def _tomar(pedidos: list[_Pedido], observados: list[Observado], llegan_textos: bool) -> Iterator[Unidad]:
    rutas = {o.hallado.nombre: o.hallado.ruta for o in observados}
    listos = [p for p in pedidos if p.listo and not (p.reclama and llegan_textos and not p.observado.agotado)]
    pendientes = {n for p in pedidos if p not in listos for n in p.reclama}
    for i, pedido in enumerate(listos):
        despues = pendientes.union(*(p.reclama for p in listos[i + 1 :]))
        hallado = pedido.observado.hallado
        yield Unidad(
            nombre=hallado.nombre,
            clase=hallado.clase,
            principal=hallado.nombre,
            miembros=(
                *(Miembro(rutas[n], n, copiar=n in despues) for n in pedido.reclama),
                Miembro(hallado.ruta, hallado.nombre),  # el texto, al final: sin él, lo demás no es nada
            ),
            vista_en=pedido.observado.vista_en,
            sin_nombrar=pedido.sin_nombrar,
        )


# ── carpetas ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _de_carpeta(observado: Observado, preguntas: Preguntas) -> Iterator[Unidad | Rechazo]:
    carpeta = observado.hallado
    if not observado.quieto or not carpeta.hijos:
        return
    textos = [h for h in carpeta.hijos if _es_texto(h)]
    if not textos:
        if observado.agotado:
            remedio = "Añada un .md o .txt con lo que se publicará y suéltela otra vez."
            yield Rechazo(carpeta, Problema("la carpeta no tiene ningún texto.", remedio))
        return
    if len(textos) > 1:
        nombres = ", ".join(f"«{h.nombre}»" for h in textos[:5])
        remedio = "Deje uno por carpeta, o suéltelos fuera de ella."
        yield Rechazo(carpeta, Problema(f"la carpeta tiene {len(textos)} textos: {nombres}.", remedio))
        return
    texto = textos[0]
    medios = tuple(h.nombre for h in carpeta.hijos if h.clase in (Clase.MEDIO, Clase.AJENO))
    nombrados = preguntas.nombrados(texto)
    faltan = _faltan(nombrados, [*medios, *preguntas.conocidos(carpeta.nombre)]) or texto.peso_bytes == 0
    if faltan and not observado.agotado:
        return
    yield Unidad(
        nombre=carpeta.nombre,
        clase=texto.clase,
        principal=texto.nombre,
        miembros=(Miembro(carpeta.ruta, carpeta.nombre),),
        vista_en=observado.vista_en,
        es_carpeta=True,
        sin_nombrar=tuple(h.nombre for h in carpeta.hijos if h.clase is Clase.MEDIO),
    )
