"""El encabezado de una publicación: lo que va entre dos renglones de tres guiones, en un YAML sin trampas. Puro.

Del YAML sólo se admiten textos, listas y fichas «clave: valor», a poca profundidad: ni anclas, ni alias, ni tipos.
Todo valor es texto tal como se escribió: «no» no es falso, ni 2026-12-01 una fecha que ya eligió una zona.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from conectores.contrato import Problema

Valor = str | list["Valor"] | dict[str, "Valor"]

LARGO_MAXIMO = 65_536
_PROFUNDIDAD_MAXIMA = 4
_NODOS_MAXIMOS = 1000
_RENGLON = re.compile(r"(?m)^(?:---|\.\.\.)[ \t]*$")
_COMILLAS = 'Ponga el valor entre comillas: clave: "valor".'


@dataclass(frozen=True, slots=True)
class Campo:
    """clave: como la escribió el editor. linea: la del archivo, desde 1."""

    clave: str
    valor: Valor
    linea: int


@dataclass(frozen=True, slots=True)
class Partes:
    """Un archivo en dos: su encabezado y su cuerpo, que empieza en la línea `linea_del_cuerpo`."""

    campos: tuple[Campo, ...]
    cuerpo: str
    linea_del_cuerpo: int = 1


class EncabezadoIlegible(Exception):
    def __init__(self, mensaje: str, remedio: str, *, linea: int) -> None:
        super().__init__(mensaje)
        self.problema = Problema(mensaje, remedio, f"línea {linea}")


def partir(texto: str) -> Partes:
    """El encabezado, si lo hay, y el cuerpo. Lanza EncabezadoIlegible."""
    vacias = len(texto) - len(texto.lstrip("\n"))
    comienzo = _RENGLON.match(texto, vacias)
    if comienzo is None or not comienzo[0].startswith("---"):
        return Partes((), texto)
    fin = _RENGLON.search(texto, comienzo.end() + 1)
    if fin is None:
        raise EncabezadoIlegible(
            "el encabezado empieza con tres guiones pero no termina.",
            "Ponga otro renglón con tres guiones (---) debajo del último dato.",
            linea=vacias + 1,
        )
    bruto = texto[comienzo.end() + 1 : fin.start()]
    if len(bruto) > LARGO_MAXIMO:
        raise EncabezadoIlegible("el encabezado es demasiado largo.", "Deje en él sólo los datos.", linea=vacias + 1)
    primera = vacias + 2
    cuerpo = texto[fin.end() + 1 :]
    return Partes(tuple(_campos(bruto, primera)), cuerpo, texto.count("\n", 0, fin.end()) + 2)


def _campos(bruto: str, primera: int) -> Iterator[Campo]:
    try:
        yield from _Lector(bruto, primera).campos()
    except yaml.YAMLError as error:
        raise _explicado(error, bruto, primera) from None
    except (ValueError, OverflowError, RecursionError):
        raise EncabezadoIlegible("el encabezado no se entiende.", _COMILLAS, linea=primera) from None


class _Lector:
    """Arma los valores mientras PyYAML lee, para poder parar antes de que una bomba crezca."""

    def __init__(self, bruto: str, primera: int) -> None:
        self._renglones = bruto.split("\n")
        self._primera = primera
        self._eventos = yaml.parse(bruto, Loader=yaml.SafeLoader)
        self._nodos = 0

    def campos(self) -> Iterator[Campo]:
        next(self._eventos)  # principio del flujo
        if isinstance(next(self._eventos), yaml.StreamEndEvent):
            return
        raiz = next(self._eventos)
        if isinstance(raiz, yaml.ScalarEvent) and not raiz.value:
            return
        if not isinstance(raiz, yaml.MappingStartEvent):
            raise self._falla("el encabezado no tiene la forma «clave: valor».", "Por ejemplo: redes: facebook", raiz)
        vistas: dict[str, int] = {}
        for clave, valor, evento in self._pares(raiz, 1):
            linea = self._linea(evento)
            if clave in vistas:
                raise self._falla(f"«{clave}» ya estaba en la línea {vistas[clave]}.", "Deje una sola.", evento)
            vistas[clave] = linea
            yield Campo(clave, valor, linea)

    def _pares(self, comienzo: yaml.Event, profundidad: int) -> Iterator[tuple[str, Valor, yaml.Event]]:
        self._sin_trampas(comienzo)
        while not isinstance(evento := next(self._eventos), yaml.MappingEndEvent):
            self._sin_trampas(evento)
            if not isinstance(evento, yaml.ScalarEvent):
                raise self._falla("una clave debe ser una palabra.", _COMILLAS, evento)
            yield evento.value, self._valor_desde(next(self._eventos), profundidad), evento

    def _valor_desde(self, evento: yaml.Event, profundidad: int) -> Valor:
        self._sin_trampas(evento)
        if isinstance(evento, yaml.ScalarEvent):
            self._sin_numeral_perdido(evento)
            return str(evento.value)
        if profundidad >= _PROFUNDIDAD_MAXIMA:
            raise self._falla(
                "el encabezado tiene listas dentro de listas.", "Escriba los datos más sencillos.", evento
            )
        if isinstance(evento, yaml.MappingStartEvent):
            return {clave: valor for clave, valor, _ in self._pares(evento, profundidad + 1)}
        lista: list[Valor] = []
        while not isinstance(siguiente := next(self._eventos), yaml.SequenceEndEvent):
            lista.append(self._valor_desde(siguiente, profundidad + 1))
        return lista

    def _sin_trampas(self, evento: yaml.Event) -> None:
        self._nodos += 1
        if self._nodos > _NODOS_MAXIMOS:
            raise self._falla("el encabezado tiene demasiados datos.", "Deje en él sólo los de la publicación.", evento)
        if isinstance(evento, yaml.AliasEvent) or getattr(evento, "anchor", None) or getattr(evento, "tag", None):
            raise self._falla("el encabezado usa «&», «*» o «!» de YAML, que no admitimos.", _COMILLAS, evento)

    def _sin_numeral_perdido(self, evento: yaml.ScalarEvent) -> None:
        """YAML toma por comentario lo que sigue a « #»: una etiqueta escrita así se perdería sin avisar."""
        if evento.style is not None:
            return
        fin = evento.end_mark
        if fin is None or fin.line >= len(self._renglones):
            return
        renglon = self._renglones[fin.line]
        resto = renglon[fin.column :].strip() if evento.value else renglon.partition(":")[2].strip()
        if re.match(r"#\w", resto):
            raise self._falla(f"lo que sigue a «{resto.split()[0]}» se perdería.", _COMILLAS, evento)

    def _linea(self, evento: yaml.Event) -> int:
        return (evento.start_mark.line if evento.start_mark else 0) + self._primera

    def _falla(self, mensaje: str, remedio: str, evento: yaml.Event) -> EncabezadoIlegible:
        return EncabezadoIlegible(mensaje, remedio, linea=self._linea(evento))


def _explicado(error: yaml.YAMLError, bruto: str, primera: int) -> EncabezadoIlegible:
    renglones = bruto.split("\n")
    marca, comienzo = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if comienzo is not None and (marca is None or marca.line >= len(renglones) - 1):
        marca = comienzo  # algo que no se cerró: interesa dónde se abrió
    numero = marca.line if marca is not None else 0
    renglon = renglones[min(numero, len(renglones) - 1)].strip()[:80]
    causa = str(getattr(error, "problem", "") or "")
    if "\\t" in causa or "\t" in renglones[min(numero, len(renglones) - 1)]:
        remedio = "Use espacios en lugar del tabulador."
    elif "found character" in causa or "mapping values" in causa:
        remedio = f"Si el valor lleva «:», «@», «%» o comillas, {_COMILLAS[0].lower()}{_COMILLAS[1:]}"
    else:
        remedio = "Cada dato va en su renglón, con la forma «clave: valor»; lo que lleve signos, entre comillas."
    return EncabezadoIlegible(f"no se entiende el encabezado: «{renglon}».", remedio, linea=numero + primera)
