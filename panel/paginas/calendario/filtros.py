"""Lo que dice la dirección del calendario: qué vista, qué día y qué se deja ver. Puro."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from modelos import Estado

_MAS_LEJOS = timedelta(days=20 * 366)
_DIAS_DE_LISTA = (1, 7, 30)


class Vista(StrEnum):
    MES = "mes"
    SEMANA = "semana"
    LISTA = "lista"


GRUPOS: Mapping[str, frozenset[Estado]] = {
    "": frozenset(Estado) - {Estado.CANCELADA},
    "por_salir": frozenset({Estado.PROGRAMADA, Estado.RECLAMADA, Estado.ENVIANDO}),
    "retenidas": frozenset({Estado.RETENIDA}),
    "por_atender": frozenset({Estado.POR_DECIDIR, Estado.EN_DUDA, Estado.FALLIDA, Estado.VENCIDA}),
    "publicadas": frozenset({Estado.PUBLICADA}),
    "canceladas": frozenset({Estado.CANCELADA}),
}
"""Los estados que abarca cada opción del filtro. Lo cancelado no estorba: sólo se ve si se pide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtros:
    """perfiles: ids; vacío, todos los que se pueden ver. dias: los que abarca la lista. pagina: la suya, desde 1."""

    vista: Vista
    dia: date
    perfiles: tuple[int, ...] = ()
    etiqueta: str = ""
    campana: str = ""
    estado: str = ""
    dias: int = 30
    pagina: int = 1
    hoy: date = field(compare=False)

    @property
    def tramo(self) -> tuple[date, date]:
        """El primer día que se enseña, y el siguiente al último."""
        match self.vista:
            case Vista.MES:
                primero = _lunes(self.dia.replace(day=1))
                return primero, _lunes(_mes_siguiente(self.dia) + timedelta(days=6))
            case Vista.SEMANA:
                return _lunes(self.dia), _lunes(self.dia) + timedelta(days=7)
            case Vista.LISTA:
                return self.dia, self.dia + timedelta(days=self.dias)

    @property
    def anterior(self) -> "Filtros":
        return self._mover(-1)

    @property
    def siguiente(self) -> "Filtros":
        return self._mover(1)

    def _mover(self, hacia: int) -> "Filtros":
        if self.vista is Vista.MES:
            dia = (
                _mes_siguiente(self.dia) if hacia > 0 else (self.dia.replace(day=1) - timedelta(days=1)).replace(day=1)
            )
        else:
            dia = self.dia + timedelta(days=hacia * (7 if self.vista is Vista.SEMANA else self.dias))
        return replace(self, dia=dia, pagina=1)

    @property
    def con_filtro(self) -> bool:
        return bool(self.perfiles or self.etiqueta or self.campana or self.estado)

    def con(self, **cambios: object) -> "Filtros":
        """Lo mismo con algo cambiado, desde la primera página. Lo llaman las plantillas: la vista llega como texto."""
        if "vista" in cambios:
            cambios["vista"] = Vista(str(cambios["vista"]))
        return replace(self, **{"pagina": 1, **cambios})  # type: ignore[arg-type] # los campos, por nombre

    def sin_filtro(self) -> "Filtros":
        return replace(self, perfiles=(), etiqueta="", campana="", estado="", pagina=1)

    @property
    def direccion(self) -> str:
        """«/calendario?vista=mes&dia=2026-11-23»: lo que se guarda, se comparte y se vuelve a abrir."""
        partes: list[tuple[str, str]] = [("vista", self.vista), ("dia", self.dia.isoformat())]
        if self.vista is Vista.LISTA and self.dias != 30:
            partes.append(("dias", str(self.dias)))
        partes += [("perfil", str(p)) for p in self.perfiles]
        suyos = {"etiqueta": self.etiqueta, "campana": self.campana, "estado": self.estado}
        partes += [(nombre, valor) for nombre, valor in suyos.items() if valor]
        if self.pagina > 1:
            partes.append(("pagina", str(self.pagina)))
        return f"/calendario?{urlencode(partes)}"


def leer_filtros(
    *,
    hoy: date,
    en_telefono: bool,
    vista: str = "",
    dia: str = "",
    perfil: Sequence[str] = (),
    etiqueta: str = "",
    campana: str = "",
    estado: str = "",
    dias: str = "",
    pagina: str = "",
) -> Filtros:
    """Lo que no se entiende se toma como no dicho: una dirección vieja o mal copiada enseña el calendario de hoy."""
    preferida = Vista.SEMANA if en_telefono else Vista.MES
    return Filtros(
        vista=Vista(vista) if vista in set(Vista) else preferida,
        dia=_dia(dia, hoy),
        perfiles=tuple(dict.fromkeys(int(p) for p in perfil if _es_entero(p)))[:50],
        etiqueta=etiqueta.strip()[:100],
        campana=campana.strip()[:200],
        estado=estado if estado in GRUPOS else "",
        dias=int(dias) if _es_entero(dias) and int(dias) in _DIAS_DE_LISTA else 30,
        pagina=min(max(int(pagina), 1), 1000) if _es_entero(pagina) else 1,
        hoy=hoy,
    )


def _es_entero(escrito: str) -> bool:
    return escrito.isascii() and escrito.isdigit() and len(escrito) < 10


def _dia(escrito: str, hoy: date) -> date:
    try:
        dia = date.fromisoformat(escrito)
    except ValueError:
        return hoy
    return dia if abs(dia - hoy) < _MAS_LEJOS else hoy


def _lunes(dia: date) -> date:
    return dia - timedelta(days=dia.weekday())


def _mes_siguiente(dia: date) -> date:
    return (dia.replace(day=1) + timedelta(days=32)).replace(day=1)


def comienzo(dia: date, zona: ZoneInfo) -> datetime:
    """La medianoche con que empieza ese día en la oficina."""
    return datetime.combine(dia, time(), zona)
