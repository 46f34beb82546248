"""De cada renglón, una publicación o un día con sus números; o qué le falla y qué hay que cambiar. Puro."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from conectores.contrato_exportacion import Dato, Grano
from motor.entrada.leer.hoja import SinCalcular, letra
from motor.importacion import celdas as leer
from motor.importacion.celdas import CeldaIlegible, IdEstropeado
from motor.importacion.hojas import Fila, Valor
from motor.importacion.reconocer import Reconocida, es_alguno, serie_de, titulo_suelto

_SI = frozenset({"sí", "si", "yes", "true", "verdadero"})
SIN_PERIODO = "Al exportar, elija los números de toda la vida de cada publicación («Total» o «Lifetime»), no por día."


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicada:
    """Lo que dice un renglón de una publicación.

    identificador: tal cual; vacío si no lo dice o si Excel lo estropeó (`estropeado`). publicada_en: None si la
    tabla no dice la hora.
    """

    numero: int
    identificador: str
    estropeado: str = ""
    url: str = ""
    cuenta: str = ""
    nombre_de_cuenta: str = ""
    perfil: str = ""
    publicada_en: datetime | None = None
    texto: str = ""
    tipo: str = ""
    promocionada: bool = False
    valores: Mapping[str, int] = field(default_factory=dict)
    crudo: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelDia:
    """Los números del perfil en un día."""

    numero: int
    dia: date
    perfil: str = ""
    valores: Mapping[str, int] = field(default_factory=dict)
    crudo: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apartada:
    """Un renglón que no entra. columna: vacía si no es de una sola. crudo: lo que traía, por sus títulos."""

    numero: int
    columna: str
    mensaje: str
    remedio: str
    crudo: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        donde = f"renglón {self.numero}" + (f", {self.columna}" if self.columna else "")
        return f"{donde}: {self.mensaje} {self.remedio}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Modo:
    """Con qué se leen las fechas. leidas_en: de cuándo es la exportación; nada puede haberse publicado después."""

    zona: ZoneInfo
    leidas_en: datetime
    dia_primero: bool = False


Renglon = Publicada | DelDia | Apartada


def leer_renglones(tabla: Reconocida, filas: Iterable[Fila], modo: Modo) -> Iterator[Renglon]:
    """Uno por renglón con datos, en orden."""
    if tabla.tipo.grano is Grano.SERIE:
        yield from _de_series(tabla, filas, modo)
        return
    for numero, celdas in filas:
        if numero <= tabla.encabezado or _repite_el_encabezado(tabla, celdas):
            continue
        try:
            leido: Renglon = (
                _publicada(tabla, numero, celdas, modo)
                if tabla.tipo.grano is Grano.PUBLICACION
                else _del_dia(tabla, numero, celdas, modo)
            )
        except _Falla as falla:
            leido = falla.de(numero, crudo_de(tabla.titulos, celdas))
        yield leido


class _Falla(Exception):
    def __init__(self, columna: str, mensaje: str, remedio: str) -> None:
        super().__init__(mensaje)
        self._que = (columna, mensaje, remedio)

    def de(self, numero: int, crudo: Mapping[str, str]) -> Apartada:
        columna, mensaje, remedio = self._que
        return Apartada(numero=numero, columna=columna, mensaje=mensaje, remedio=remedio, crudo=crudo)


def _repite_el_encabezado(tabla: Reconocida, celdas: tuple[Valor, ...]) -> bool:
    """Quien pega varias exportaciones en una hoja se trae también sus títulos."""
    return sum(leer.texto_de(c) == t for c, t in zip(celdas, tabla.titulos, strict=False)) * 2 > len(tabla.titulos)


# ── una publicación ──────────────────────────────────────────────────────────────────────────────────────────


def _publicada(tabla: Reconocida, numero: int, celdas: tuple[Valor, ...], modo: Modo) -> Publicada:
    if len(celdas) > len(tabla.titulos) and any(c is not None for c in celdas[len(tabla.titulos) :]):
        raise _Falla("", "tiene más columnas que títulos.", "Entrecomille el texto que lleva el separador.")
    _exigir_toda_la_vida(tabla, celdas)
    identificador, estropeado = _identificador(tabla, celdas)
    return Publicada(
        numero=numero,
        identificador=identificador,
        estropeado=estropeado,
        url=_texto(tabla, celdas, Dato.URL),
        cuenta=_cuenta(tabla, celdas),
        nombre_de_cuenta=_texto(tabla, celdas, Dato.NOMBRE_DE_CUENTA),
        perfil=_texto(tabla, celdas, Dato.PERFIL),
        publicada_en=_publicada_en(tabla, celdas, modo),
        texto=_texto_mas_largo(tabla, celdas),
        tipo=_texto(tabla, celdas, Dato.TIPO),
        promocionada=_promocionada(tabla, celdas),
        valores=_valores(tabla, celdas),
        crudo=crudo_de(tabla.titulos, celdas),
    )


def _exigir_toda_la_vida(tabla: Reconocida, celdas: tuple[Valor, ...]) -> None:
    for i, celda in _celdas(tabla, celdas, Dato.PERIODO):
        if celda is not None and not es_alguno(leer.texto_de(celda), tabla.tipo.de_toda_la_vida):
            dicho = leer.texto_de(celda)[:40]
            raise _Falla(tabla.titulos[i], f"son los números de un solo día («{dicho}»).", SIN_PERIODO)


def _identificador(tabla: Reconocida, celdas: tuple[Valor, ...]) -> tuple[str, str]:
    """(identificador, por qué no se puede usar)."""
    for _, celda in _celdas(tabla, celdas, Dato.ID):
        try:
            if escrito := leer.id_de(celda):
                return escrito[:500], ""
        except IdEstropeado as error:
            return "", error.mensaje
    return "", ""


def _cuenta(tabla: Reconocida, celdas: tuple[Valor, ...]) -> str:
    for _, celda in _celdas(tabla, celdas, Dato.CUENTA):
        try:
            return leer.id_de(celda)
        except IdEstropeado:
            return ""
    return ""


def _publicada_en(tabla: Reconocida, celdas: tuple[Valor, ...], modo: Modo) -> datetime | None:
    for i, celda in _celdas(tabla, celdas, Dato.CUANDO):
        try:
            cuando = leer.instante_de(
                celda, formas=tabla.tipo.fechas, zona=modo.zona, ahora=modo.leidas_en, dia_primero=modo.dia_primero
            )
        except CeldaIlegible as error:
            raise _Falla(tabla.titulos[i], error.mensaje, error.remedio) from None
        if cuando is not None and cuando > modo.leidas_en:
            raise _Falla(
                tabla.titulos[i],
                "se publicó después de la fecha de la exportación.",
                "Diga de cuándo es la tabla con --fecha, o revise la hora y la zona (--zona).",
            )
        if cuando is not None:
            return cuando
    return None


def _texto_mas_largo(tabla: Reconocida, celdas: tuple[Valor, ...]) -> str:
    """Hay redes que ponen lo mismo en el título y en la descripción, cortado en uno de los dos."""
    return max((leer.texto_de(c) for _, c in _celdas(tabla, celdas, Dato.TEXTO)), key=len, default="")


def _promocionada(tabla: Reconocida, celdas: tuple[Valor, ...]) -> bool:
    """Un sí, o un número mayor que cero; lo demás no se toma por tal."""
    dichas = (leer.texto_de(celda).casefold() for _, celda in _celdas(tabla, celdas, Dato.PROMOCION))
    return any(d in _SI or (d[:1].isdecimal() and d.strip("0.,") != "") for d in dichas)


# ── un día ───────────────────────────────────────────────────────────────────────────────────────────────────


def _del_dia(tabla: Reconocida, numero: int, celdas: tuple[Valor, ...], modo: Modo) -> DelDia:
    columna = tabla.datos[Dato.CUANDO][0]
    celda = celdas[columna] if columna < len(celdas) else None
    return DelDia(
        numero=numero,
        dia=_dia(tabla, celda, modo, columna=tabla.titulos[columna]),
        perfil=_texto(tabla, celdas, Dato.PERFIL),
        valores=_valores(tabla, celdas),
        crudo=crudo_de(tabla.titulos, celdas),
    )


def _dia(tabla: Reconocida, celda: Valor, modo: Modo, *, columna: str) -> date:
    try:
        dia = leer.dia_de(
            celda, formas=tabla.tipo.fechas, zona=modo.zona, ahora=modo.leidas_en, dia_primero=modo.dia_primero
        )
    except CeldaIlegible as error:
        raise _Falla(columna, error.mensaje, error.remedio) from None
    if dia is None:
        raise _Falla(columna, "no dice de qué día es.", "Escriba el día.")
    if dia > modo.leidas_en.astimezone(modo.zona).date():
        raise _Falla(columna, f"el {dia} es posterior a la exportación.", "Diga de cuándo es la tabla con --fecha.")
    return dia


def _de_series(tabla: Reconocida, filas: Iterable[Fila], modo: Modo) -> Iterator[Renglon]:
    """Un título suelto dice qué se cuenta hasta el siguiente; el que no se conoce se salta con todos sus días."""
    metrica: str | None = None
    titulo = ""
    con_encabezado = False
    for numero, celdas in filas:
        if numero < tabla.encabezado:
            continue
        if suelto := titulo_suelto(celdas):
            metrica, titulo, con_encabezado = serie_de(tabla.tipo, suelto), suelto, False
            if metrica is None:
                yield Apartada(
                    numero=numero,
                    columna="",
                    mensaje=f"no conocemos la serie «{suelto[:60]}».",
                    remedio="Se deja fuera con sus días; las demás entran.",
                    crudo={"serie": suelto},
                )
        elif not con_encabezado and es_alguno(leer.texto_de(celdas[0]), tabla.tipo.senas[0]):
            con_encabezado = True
        elif metrica is not None:
            yield _punto(tabla, numero, celdas, modo, metrica=metrica, titulo=titulo)


def _punto(
    tabla: Reconocida, numero: int, celdas: tuple[Valor, ...], modo: Modo, *, metrica: str, titulo: str
) -> Renglon:
    crudo = {"serie": titulo, **crudo_de(("fecha", "valor"), celdas)}
    try:
        dia = _dia(tabla, celdas[0], modo, columna="fecha")
        valor = _cuenta_en(celdas[1] if len(celdas) > 1 else None, columna=titulo)
    except _Falla as falla:
        return falla.de(numero, crudo)
    valores = {} if valor is None else {metrica: valor}
    return DelDia(numero=numero, dia=dia, valores=valores, crudo=crudo)


# ── las celdas ───────────────────────────────────────────────────────────────────────────────────────────────


def _celdas(tabla: Reconocida, celdas: tuple[Valor, ...], dato: Dato) -> Iterator[tuple[int, Valor]]:
    return ((i, celdas[i]) for i in tabla.datos.get(dato, ()) if i < len(celdas))


def _texto(tabla: Reconocida, celdas: tuple[Valor, ...], dato: Dato) -> str:
    return next((t for _, celda in _celdas(tabla, celdas, dato) if (t := leer.texto_de(celda))), "")


def _valores(tabla: Reconocida, celdas: tuple[Valor, ...]) -> dict[str, int]:
    valores = {}
    for metrica, columnas in tabla.metricas.items():
        for i in columnas:
            valor = _cuenta_en(celdas[i], columna=tabla.titulos[i]) if i < len(celdas) else None
            if valor is not None:
                valores[metrica] = valor
                break
    return valores


def _cuenta_en(celda: Valor, *, columna: str) -> int | None:
    try:
        return leer.cuenta_de(celda)
    except CeldaIlegible as error:
        raise _Falla(columna, error.mensaje, error.remedio) from None


def crudo_de(titulos: tuple[str, ...], celdas: tuple[Valor, ...]) -> dict[str, str]:
    """Todo lo que traía el renglón, por sus títulos; lo vacío no se guarda."""
    crudo = {}
    for i, (titulo, celda) in enumerate(zip_longest(titulos, celdas), 1):
        if celda is not None:
            escrito = celda.formula if isinstance(celda, SinCalcular) else str(celda)
            crudo[titulo or f"columna {letra(i)}"] = escrito
    return crudo
