"""Los flujos: a qué publicaciones tocan, y qué significan las firmas que se llevan. Puro.

    paso 0 ─► paso 1 ─► … ─► APROBADA        un «no» en cualquiera: RECHAZADA

En cada paso firman sus aprobadores (o cualquiera que apruebe en esos perfiles), uno o todos; si alguno no puede, o ya
se esperó bastante, un suplente en su lugar. Quien la escribió no se aprueba a sí mismo, salvo que el flujo lo diga.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from motor.letras import sin_acentos

# ── a qué toca ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Asunto:
    """Una publicación en un perfil, como la mira un flujo."""

    perfil_id: int
    red: str
    tipo: str = "publicacion"
    etiquetas: tuple[str, ...] = ()
    campana: str = ""
    origen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condiciones:
    """A qué publicaciones toca; lo que está vacío no se mira. De las etiquetas basta una. Sin acentos ni mayúsculas."""

    perfiles: tuple[int, ...] = ()
    redes: tuple[str, ...] = ()
    tipos: tuple[str, ...] = ()
    etiquetas: tuple[str, ...] = ()
    campanas: tuple[str, ...] = ()
    origenes: tuple[str, ...] = ()

    @classmethod
    def de(cls, datos: Mapping[str, Any]) -> "Condiciones":
        textos = {n: tuple(map(str, datos.get(n) or ())) for n in _DE_TEXTO}
        return cls(perfiles=tuple(map(int, datos.get("perfiles") or ())), **textos)

    def en_datos(self) -> dict[str, Any]:
        return {n: list(getattr(self, n)) for n in ("perfiles", *_DE_TEXTO) if getattr(self, n)}

    def toca(self, asunto: Asunto) -> bool:
        return (
            (not self.perfiles or asunto.perfil_id in self.perfiles)
            and _entre((asunto.red,), self.redes)
            and _entre((asunto.tipo,), self.tipos)
            and _entre(asunto.etiquetas, self.etiquetas)
            and _entre((asunto.campana,), self.campanas)
            and _entre((asunto.origen,), self.origenes)
        )


_DE_TEXTO = ("redes", "tipos", "etiquetas", "campanas", "origenes")


def _entre(suyas: Iterable[str], pedidas: Collection[str]) -> bool:
    return not pedidas or not {_llano(s) for s in suyas}.isdisjoint(_llano(p) for p in pedidas)


def _llano(texto: str) -> str:
    return " ".join(sin_acentos(texto).split()).lstrip("#")


# ── los pasos ────────────────────────────────────────────────────────────────────────────────────────────────────


class Cuantos(StrEnum):
    UNO = "uno"
    TODOS = "todos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paso:
    """aprobadores: ids de usuario; vacío: cualquiera que apruebe en esos perfiles (y basta uno). suplentes: firman en
    lugar de quien no puede, o de cualquiera pasadas `suplentes_tras_h` horas. autor_aprueba: quien la escribió puede.
    """

    nombre: str = ""
    aprobadores: tuple[int, ...] = ()
    cuantos: Cuantos = Cuantos.UNO
    suplentes: tuple[int, ...] = ()
    suplentes_tras_h: int = 0
    autor_aprueba: bool = False

    @classmethod
    def de(cls, datos: Mapping[str, Any]) -> "Paso":
        return cls(
            nombre=str(datos.get("nombre") or ""),
            aprobadores=tuple(map(int, datos.get("aprobadores") or ())),
            cuantos=Cuantos(datos.get("cuantos") or Cuantos.UNO),
            suplentes=tuple(map(int, datos.get("suplentes") or ())),
            suplentes_tras_h=int(datos.get("suplentes_tras_h") or 0),
            autor_aprueba=bool(datos.get("autor_aprueba")),
        )

    def en_datos(self) -> dict[str, Any]:
        return {
            "nombre": self.nombre,
            "aprobadores": list(self.aprobadores),
            "cuantos": self.cuantos.value,
            "suplentes": list(self.suplentes),
            "suplentes_tras_h": self.suplentes_tras_h,
            "autor_aprueba": self.autor_aprueba,
        }


def pasos_de(datos: Iterable[Mapping[str, Any]]) -> tuple[Paso, ...]:
    """Los pasos guardados. Sin ninguno es uno abierto: un flujo nunca deja pasar sin firma."""
    return tuple(Paso.de(d) for d in datos) or (Paso(),)


# ── las firmas ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmaDada:
    paso: int
    usuario: int
    aprueba: bool
    en_lugar_de: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hechos:
    """habilitados: quienes hoy pueden aprobar en todos sus perfiles. autores: quienes la escribieron. esperado: cuánto
    lleva en el paso en que va.
    """

    habilitados: frozenset[int]
    autores: frozenset[int] = frozenset()
    esperado: timedelta = timedelta()


class Como(StrEnum):
    PENDIENTE = "pendiente"
    APROBADA = "aprobada"
    RECHAZADA = "rechazada"


@dataclass(frozen=True, slots=True, kw_only=True)
class Avance:
    """paso: en cuál va (el último, si ya acabó). pueden: quién puede firmar ahora, y en lugar de quién (None: por sí
    mismo). titulares: de quién se espera la firma; vacío si de cualquiera.
    """

    como: Como
    paso: int
    pueden: Mapping[int, int | None] = field(default_factory=dict)
    titulares: tuple[int, ...] = ()


def mirar(pasos: Sequence[Paso], firmas: Collection[FirmaDada], hechos: Hechos) -> Avance:
    """Qué significan esas firmas en esos pasos."""
    for numero, paso in enumerate(pasos):
        suyas = [f for f in firmas if f.paso == numero]
        if any(not f.aprueba for f in suyas):
            return Avance(como=Como.RECHAZADA, paso=numero)
        if not _completo(paso, suyas, hechos):
            return Avance(
                como=Como.PENDIENTE,
                paso=numero,
                pueden=_pueden(paso, suyas, hechos),
                titulares=_por_firmar(_titulares(paso, hechos), suyas),
            )
    return Avance(como=Como.APROBADA, paso=max(len(pasos) - 1, 0))


def desde_cuando(firmas: Iterable[tuple[int, datetime]], paso: int, *, pedida_en: datetime) -> datetime:
    """Desde cuándo se está en un paso: la última firma del anterior, o cuando se pidió."""
    return max((en for suyo, en in firmas if suyo == paso - 1), default=pedida_en)


def _titulares(paso: Paso, hechos: Hechos) -> tuple[int, ...]:
    """De quiénes se espera; vacío: de cualquiera. El autor no cuenta, si no puede aprobarse."""
    return tuple(dict.fromkeys(a for a in paso.aprobadores if paso.autor_aprueba or a not in hechos.autores))


def _completo(paso: Paso, suyas: Sequence[FirmaDada], hechos: Hechos) -> bool:
    titulares = _titulares(paso, hechos)
    if paso.cuantos is Cuantos.TODOS and titulares:
        return not _por_firmar(titulares, suyas)
    return bool(suyas)


def _por_firmar(titulares: Sequence[int], suyas: Collection[FirmaDada]) -> tuple[int, ...]:
    cubiertos = {f.en_lugar_de or f.usuario for f in suyas}
    return tuple(t for t in titulares if t not in cubiertos)


def _pueden(paso: Paso, suyas: Sequence[FirmaDada], hechos: Hechos) -> dict[int, int | None]:
    """Primero los titulares; si no, los suplentes; y si de alguien no queda quien firme, cualquiera que apruebe ahí."""
    libres = hechos.habilitados - (frozenset() if paso.autor_aprueba else hechos.autores) - {f.usuario for f in suyas}
    faltan = _por_firmar(_titulares(paso, hechos), suyas)
    if not faltan:
        return dict.fromkeys(sorted(libres))
    pueden: dict[int, int | None] = {t: None for t in faltan if t in libres}
    ausentes = [t for t in faltan if t not in hechos.habilitados]
    ya_se_espero = hechos.esperado >= timedelta(hours=paso.suplentes_tras_h)
    nadie = not pueden if paso.cuantos is Cuantos.UNO else bool(ausentes)
    if ya_se_espero or nadie:
        a_quien = (ausentes or list(faltan))[0]
        for suplente in (s for s in paso.suplentes if s in libres):
            pueden.setdefault(suplente, a_quien)
    if nadie and not any(en_lugar is not None for en_lugar in pueden.values()):
        for cualquiera in sorted(libres):
            pueden.setdefault(cualquiera, ausentes[0] if ausentes else faltan[0])
    return pueden
