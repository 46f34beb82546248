"""De lo que trae el formulario de un flujo a lo que se guarda, y al revés. Puro."""

from dataclasses import dataclass, field

from starlette.datastructures import FormData

from modelos import Flujo
from motor.aprobaciones.edicion import PASOS_MAXIMOS, FlujoPedido
from motor.aprobaciones.flujo import Condiciones, Cuantos, Paso, pasos_de


@dataclass(frozen=True, slots=True, kw_only=True)
class Escrito:
    """Lo que hay en el formulario, tal como se escribió. pasos: siempre los que caben; `usados` dice cuántos valen."""

    nombre: str = ""
    condiciones: Condiciones = field(default_factory=Condiciones)
    pasos: tuple[Paso, ...] = (Paso(),)
    autor_aprueba: bool = False
    alcanzar: bool = False

    @property
    def casillas(self) -> tuple[tuple[bool, Paso], ...]:
        """Los pasos que se enseñan: los usados y los que aún caben."""
        sobran = PASOS_MAXIMOS - len(self.pasos)
        return (*((True, p) for p in self.pasos), *((False, Paso()) for _ in range(sobran)))

    @property
    def pedido(self) -> FlujoPedido:
        return FlujoPedido(nombre=self.nombre, condiciones=self.condiciones, pasos=self.pasos)


def de_flujo(flujo: Flujo) -> Escrito:
    pasos = pasos_de(flujo.pasos)
    return Escrito(
        nombre=flujo.nombre,
        condiciones=Condiciones.de(flujo.condiciones),
        pasos=pasos,
        autor_aprueba=all(p.autor_aprueba for p in pasos),
    )


def leido(datos: FormData) -> Escrito:
    autor = "autor_aprueba" in datos
    pasos = tuple(_paso(datos, n, autor) for n in range(PASOS_MAXIMOS) if n == 0 or f"paso{n}" in datos)
    return Escrito(
        nombre=_texto(datos, "nombre"),
        condiciones=Condiciones(
            perfiles=_numeros(datos, "perfiles"),
            redes=_textos(datos, "redes"),
            tipos=_separados(datos, "tipos"),
            etiquetas=_separados(datos, "etiquetas"),
            campanas=_separados(datos, "campanas"),
            origenes=_textos(datos, "origenes"),
        ),
        pasos=pasos,
        autor_aprueba=autor,
        alcanzar="alcanzar" in datos,
    )


def _paso(datos: FormData, n: int, autor_aprueba: bool) -> Paso:
    horas = _texto(datos, f"tras{n}")
    return Paso(
        nombre=_texto(datos, f"nombre{n}")[:80],
        aprobadores=_numeros(datos, f"aprobadores{n}"),
        cuantos=Cuantos.TODOS if _texto(datos, f"cuantos{n}") == Cuantos.TODOS else Cuantos.UNO,
        suplentes=_numeros(datos, f"suplentes{n}"),
        suplentes_tras_h=int(horas) if horas.isascii() and horas.isdigit() and len(horas) < 6 else 0,
        autor_aprueba=autor_aprueba,
    )


def _texto(datos: FormData, nombre: str) -> str:
    return str(datos.get(nombre) or "").strip()[:500]


def _textos(datos: FormData, nombre: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(v).strip()[:200] for v in datos.getlist(nombre) if str(v).strip()))[:200]


def _separados(datos: FormData, nombre: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.strip() for v in _texto(datos, nombre).split(",") if v.strip()))


def _numeros(datos: FormData, nombre: str) -> tuple[int, ...]:
    return tuple(int(v) for v in _textos(datos, nombre) if v.isascii() and v.isdigit() and len(v) < 10)
