"""De los renglones de un historial, lo que ha publicado cada perfil; y los que no se entienden, con su porqué. Puro.

Un renglón que sólo dice el perfil y la red es un perfil que empieza: se le contesta con la curva pública.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from motor.horarios.modelo import Historial
from motor.horarios.publicada import Publicada
from motor.horarios.tabla.celdas import CeldaIlegible, bandera_de, instante_local, largo_de, respuesta_de
from motor.letras import sin_acentos

OBLIGADAS = ("perfil", "red", "publicada_en", "interacciones")
BANDERAS = ("url", "hashtag", "mencion", "pregunta", "pagado")
OPCIONALES = ("tipo", "largo", *BANDERAS, "organizacion")
SEPARADORES = (",", ";", "\t")

_PELIGROSO = re.compile(r"[\x00-\x1f\x7f-\x9f]|^=|^[-+@].*[(|!]")
"""El nombre vuelve en la respuesta, y quien la abra en una hoja de cálculo ejecutaría la fórmula. «@toluca» y «+52…» no
lo son.
"""

Renglon = tuple[int, Sequence[str]]
"""Su número en el archivo (el encabezado es el 1) y sus celdas."""


class TablaIlegible(Exception):
    """El archivo entero no se puede usar; el mensaje dice qué cambiar."""


@dataclass(frozen=True, slots=True)
class Apartado:
    """Un renglón que no entra. columna: vacía si no es de una sola."""

    numero: int
    columna: str
    mensaje: str
    remedio: str

    def __str__(self) -> str:
        donde = f"renglón {self.numero}" + (f", {self.columna}" if self.columna else "")
        return f"{donde}: {self.mensaje} {self.remedio}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leido:
    """historiales: en orden de hora, sin que importe el de los renglones. renglones: cuántos, con los apartados.

    primeros: los primeros apartados; apartados: cuántos en total. sin_usar: columnas que no conocemos.
    """

    historiales: Mapping[str, Historial]
    renglones: int
    apartados: int = 0
    primeros: tuple[Apartado, ...] = ()
    sin_usar: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Encabezado:
    """columnas: dónde está cada una de las que conocemos."""

    columnas: Mapping[str, int]
    cuantas: int
    sin_usar: tuple[str, ...]


def leer_encabezado(celdas: Sequence[str]) -> Encabezado:
    """Sin que importen acentos, mayúsculas ni el orden. Lanza TablaIlegible si falta alguna obligada."""
    titulos = [_llano(c) for c in celdas]
    conocidas = (*OBLIGADAS, *OPCIONALES)
    repetidas = sorted({t for t in titulos if t in conocidas and titulos.count(t) > 1})
    if repetidas:
        raise TablaIlegible(f"La columna «{repetidas[0]}» está dos veces. Deje una.")
    if faltan := [c for c in OBLIGADAS if c not in titulos]:
        dice = f"el primer renglón dice «{', '.join(celdas)[:200]}»" if any(titulos) else "el archivo está vacío"
        raise TablaIlegible(
            f"Falta la columna «{'» y la columna «'.join(faltan)}»: {dice}. El primer renglón debe llevar, en "
            f"cualquier orden, {', '.join(OBLIGADAS)}; si se saben, también {', '.join(OPCIONALES)}."
        )
    sin_usar = tuple(c.strip() for c, t in zip(celdas, titulos, strict=True) if t and t not in conocidas)
    return Encabezado({t: i for i, t in enumerate(titulos) if t in conocidas}, len(titulos), sin_usar)


def separador_de(encabezado: str) -> str:
    """Con el que el encabezado trae más columnas de las nuestras: comas, si da igual."""
    conocidas = {*OBLIGADAS, *OPCIONALES}
    return max(SEPARADORES, key=lambda s: sum(_llano(t) in conocidas for t in encabezado.split(s)))


def leer_historial(
    encabezado: Encabezado,
    renglones: Iterable[Renglon],
    *,
    zona: ZoneInfo,
    reconocer_red: Callable[[str], str | None],
    ensenados: int = 10,
) -> Leido:
    """zona: la de las horas locales. reconocer_red: el slug de una red escrita por una persona, o None.

    Quien no es de ninguna organización aprende solo: no se supone que dos perfiles de un archivo sean parientes.
    """
    lector = _Lector(encabezado, zona, reconocer_red)
    apartados: list[Apartado] = []
    cuantos = malos = 0
    for numero, celdas in renglones:
        cuantos += 1
        try:
            lector.leer(celdas)
        except _Falla as falla:
            malos += 1
            if malos <= ensenados:
                apartados.append(Apartado(numero, *falla.que))
    return Leido(
        historiales=lector.historiales(),
        renglones=cuantos,
        apartados=malos,
        primeros=tuple(apartados),
        sin_usar=encabezado.sin_usar,
    )


class _Falla(Exception):
    def __init__(self, columna: str, mensaje: str, remedio: str) -> None:
        super().__init__(mensaje)
        self.que = (columna, mensaje, remedio)


class _Lector:
    """Va juntando lo de cada perfil. La red y la organización son las de su primer renglón que las diga."""

    def __init__(self, encabezado: Encabezado, zona: ZoneInfo, reconocer_red: Callable[[str], str | None]) -> None:
        donde = encabezado.columnas
        self._cuantas = encabezado.cuantas
        self._zona = zona
        self._reconocer = reconocer_red
        self._perfil, self._red, self._cuando, self._valor = (donde[c] for c in OBLIGADAS)
        self._tipo, self._largo = donde.get("tipo"), donde.get("largo")
        self._organizacion = donde.get("organizacion")
        self._banderas = [(nombre, donde[nombre]) for nombre in BANDERAS if nombre in donde]
        self._publicadas: defaultdict[str, list[Publicada]] = defaultdict(list)
        self._redes: dict[str, str] = {}
        self._organizaciones: dict[str, str] = {}

    def leer(self, celdas: Sequence[str]) -> None:
        if len(celdas) != self._cuantas:
            self._exigir_columnas(celdas)
        perfil = celdas[self._perfil].strip()
        if not perfil:
            raise _Falla("perfil", "está vacía.", "Escriba de qué perfil es.")
        if perfil not in self._publicadas and _PELIGROSO.search(perfil):
            raise _Falla(
                "perfil", "no es el nombre de un perfil.", "Lleva una fórmula, o letras que no se ven: quítelas."
            )
        self._es_el_mismo(self._redes, perfil, celdas[self._red].strip(), "red")
        if self._organizacion is not None and (organizacion := celdas[self._organizacion].strip()):
            self._es_el_mismo(self._organizaciones, perfil, organizacion, "organizacion")
        suyas = self._publicadas[perfil]  # aunque sus renglones fallen, al perfil se le contesta
        cuando, valor = celdas[self._cuando].strip(), celdas[self._valor].strip()
        if cuando or valor:
            suyas.append(self._publicada(celdas, cuando, valor))

    def _exigir_columnas(self, celdas: Sequence[str]) -> None:
        raise _Falla(
            "",
            f"tiene {len(celdas)} columnas y el encabezado {self._cuantas}.",
            "Quite o añada separadores; el texto que lleve uno dentro va entre comillas.",
        )

    def _es_el_mismo(self, sabido: dict[str, str], perfil: str, dicho: str, columna: str) -> None:
        if not dicho:
            raise _Falla(columna, "está vacía.", "Escriba de qué red es el perfil.")
        antes = sabido.setdefault(perfil, dicho)
        if antes != dicho and antes.casefold() != dicho.casefold():
            raise _Falla(
                columna,
                f"dice «{dicho[:40]}», y antes «{perfil[:80]}» era de «{antes[:40]}».",
                "Use un nombre de perfil distinto para cada cuenta.",
            )

    def _publicada(self, celdas: Sequence[str], cuando: str, valor: str) -> Publicada:
        columna = "publicada_en"
        try:
            local: datetime = instante_local(cuando, self._zona)
            columna = "interacciones"
            respuesta = respuesta_de(valor)
            columna = "largo"
            largo = 0 if self._largo is None else largo_de(celdas[self._largo].strip())
            banderas = {}
            for columna, i in self._banderas:
                banderas[columna] = bandera_de(celdas[i])
        except CeldaIlegible as error:
            raise _Falla(columna, error.mensaje, error.remedio) from None
        tipo = "" if self._tipo is None else celdas[self._tipo].strip()
        return Publicada(local=local, valor=respuesta, tipo=tipo, largo=largo, **banderas)

    def historiales(self) -> dict[str, Historial]:
        return {
            perfil: Historial(
                red=self._reconocer(self._redes[perfil]) or self._redes[perfil].casefold(),
                publicadas=sorted(self._publicadas[perfil], key=_orden),
                organizacion=self._organizaciones.get(perfil, ""),
            )
            for perfil in sorted(self._publicadas)
        }


def _orden(p: Publicada) -> tuple[object, ...]:
    return (p.local, p.valor, p.tipo, p.largo, p.url, p.hashtag, p.mencion, p.pregunta, p.pagado)


def _llano(titulo: str) -> str:
    return sin_acentos(titulo.strip().strip('"')).replace(" ", "_")
