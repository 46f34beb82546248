"""Qué fuentes debe haber: de los perfiles, de los términos de los monitores y del archivo de la oficina. Puro."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from conectores.contrato_escucha import (
    Buscador,
    Canal,
    Clase,
    Competidor,
    Escucha,
    HechosDeEscucha,
    Medidor,
    MedidorDePago,
    Revisor,
)
from modelos.perfil import Perfil
from motor.escucha.monitores.definicion import Definicion
from motor.escucha.recoleccion.archivo import Ajena, Dichas

SIN_HECHOS = HechosDeEscucha(canales=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevista:
    """Una fuente que debe haber. apagada_porque: vacío si se puede atender."""

    clave: str
    red: str
    nombre: str
    trabajo: str = "oir"
    canal: str = ""
    perfil_id: int = 0
    direccion: str = ""
    apagada_porque: str = ""


@dataclass(frozen=True, slots=True)
class Perfilado:
    """Un perfil y quien contesta por él."""

    perfil: Perfil
    conector: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Permisos:
    """Lo que la oficina permite. hechos_de, encendida, presupuesto: como en el entorno."""

    hechos_de: Callable[[str], HechosDeEscucha | None]
    encendida: Callable[[str], bool]
    presupuesto: Callable[[str], Decimal]
    red_de_medios: str

    def motivo(self, red: str, *, costo: Decimal = Decimal(0)) -> str:
        """Por qué no se puede atender algo de esa red; vacío si se puede."""
        hechos = self.hechos_de(red) or SIN_HECHOS
        if hechos.apagada_porque and not self.encendida(red):
            encender = f"PREGONERO_{red.upper()}_ESCUCHA=si"
            if encender in hechos.apagada_porque:
                return hechos.apagada_porque
            return f"{hechos.apagada_porque} Para encenderla: {encender} en .env."
        if costo > 0 and self.presupuesto(red) <= 0:
            return (
                f"Esta red cobra por leer y no tiene presupuesto: ponga PREGONERO_{red.upper()}_PRESUPUESTO_USD en "
                f".env con lo más que puede gastar al mes."
            )
        if costo > self.presupuesto(red):
            return (
                f"Una sola pregunta puede costar hasta {costo:f} dólares y el presupuesto es de "
                f"{self.presupuesto(red):f} al mes: suba PREGONERO_{red.upper()}_PRESUPUESTO_USD en .env."
            )
        return ""


def de_un_perfil(uno: Perfilado, permisos: Permisos) -> list[Prevista]:
    """Sus canales, sus números y los de lo que publica."""
    perfil, conector = uno.perfil, uno.conector
    titulo = perfil.titulo or perfil.nombre
    previstas = []
    hechos = permisos.hechos_de(perfil.red) or SIN_HECHOS
    if isinstance(conector, Escucha):
        previstas += [
            Prevista(
                clave=f"perfil:{perfil.id}:{canal.nombre}",
                red=perfil.red,
                nombre=f"{titulo}: {canal.nombre}",
                canal=canal.nombre,
                perfil_id=perfil.id,
                apagada_porque=permisos.motivo(perfil.red, costo=canal.costo),
            )
            for canal in hechos.canales
        ]
    if isinstance(conector, Medidor):
        for trabajo, que, costo in (
            ("medir", "interacciones de lo publicado", conector.costo_de_medida),
            ("seguir", "seguidores y números del perfil", costo_de_perfil(conector)),
        ):
            previstas.append(
                Prevista(
                    clave=f"{trabajo}:{perfil.id}",
                    red=perfil.red,
                    nombre=f"{titulo}: {que}",
                    trabajo=trabajo,
                    perfil_id=perfil.id,
                    apagada_porque=permisos.motivo(perfil.red, costo=costo),
                )
            )
    return previstas


def costo_de_perfil(medidor: Medidor) -> Decimal:
    return medidor.costo_de_perfil if isinstance(medidor, MedidorDePago) else medidor.costo_de_medida


def de_una_red(suyos: Sequence[Perfilado], definiciones: Iterable[Definicion], permisos: Permisos) -> list[Prevista]:
    """Lo que se hace una vez por red, con el primero de sus perfiles que pueda: buscar, y revisar lo guardado."""
    red = suyos[0].perfil.red
    hechos = permisos.hechos_de(red) or SIN_HECHOS
    previstas = []
    busca = next((u for u in suyos if isinstance(u.conector, Buscador)), None)
    if busca is not None and hechos.busqueda is not None:
        previstas += _busquedas(busca, hechos.busqueda, definiciones, permisos)
    revisa = next((u for u in suyos if isinstance(u.conector, Revisor)), None)
    if revisa is not None and hechos.purga is not None and isinstance(revisa.conector, Revisor):
        previstas.append(
            Prevista(
                clave=f"revisar:{red}",
                red=red,
                nombre=f"{red}: si lo guardado sigue publicado",
                trabajo="revisar",
                perfil_id=revisa.perfil.id,
                apagada_porque=permisos.motivo(red, costo=revisa.conector.costo_de_revision),
            )
        )
    return previstas


def _busquedas(uno: Perfilado, canal: Canal, definiciones: Iterable[Definicion], permisos: Permisos) -> list[Prevista]:
    perfil, buscador = uno.perfil, uno.conector
    assert isinstance(buscador, Buscador)  # noqa: S101 # lo eligió quien llama
    terminos = terminos_que_buscar(definiciones, perfil.red)
    return [
        Prevista(
            clave=f"busqueda:{perfil.id}:{hashlib.sha256(consulta.encode()).hexdigest()[:16]}",
            red=perfil.red,
            nombre=f"Búsqueda en {perfil.red}: {_recortada(consulta)}",
            canal=canal.nombre,
            perfil_id=perfil.id,
            direccion=consulta,
            apagada_porque=permisos.motivo(perfil.red, costo=canal.costo),
        )
        for consulta in (buscador.consultas(terminos) if terminos else ())
    ]


def terminos_que_buscar(definiciones: Iterable[Definicion], red: str) -> list[str]:
    """Los menos términos con que se halla todo lo que cuentan los monitores; ordenados, para que no cambie la consulta.

    De un monitor que los pide todos basta uno (el más largo): lo demás lo decide el monitor con el texto en la mano.
    """
    buscar: set[str] = set()
    for definicion in definiciones:
        if Clase.BUSQUEDA not in definicion.clases or (definicion.redes and red not in definicion.redes):
            continue
        if definicion.todas:
            elegidos = [max(definicion.todas, key=lambda t: (len(t.escrito), t.escrito))]
        else:
            elegidos = list(definicion.alguna)
        for termino in elegidos:
            buscar.add(termino.escrito)
            if termino.flexion and " " not in termino.escrito:
                buscar.add(_plural(termino.escrito))
    return sorted(buscar)


def _plural(palabra: str) -> str:
    """«baches», «inundaciones»: las redes buscan la palabra exacta."""
    if palabra.endswith("s"):
        return palabra
    if palabra.endswith("ión"):
        return palabra.removesuffix("ión") + "iones"
    if palabra.endswith("z"):
        return palabra.removesuffix("z") + "ces"
    return palabra + ("s" if palabra[-1] in "aeiouáéó" else "es")


def de_los_medios(dichas: Dichas, permisos: Permisos) -> tuple[list[Prevista], list[str]]:
    """(las que se pueden, las faltas). Con qué se leen lo dice la instalación, si no lo dice el archivo."""
    previstas, faltas = [], []
    for medio in dichas.medios:
        red = medio.red or permisos.red_de_medios
        hechos = permisos.hechos_de(red) if red else None
        if not red or hechos is None or not hechos.canales:
            faltas.append(f"medio «{medio.nombre}»: no hay con qué leerlo; revise «red» o instale lo que falta.")
            continue
        previstas.append(
            Prevista(
                clave=f"medio:{medio.direccion}",
                red=red,
                nombre=medio.nombre,
                canal=hechos.canales[0].nombre,
                direccion=medio.direccion,
                apagada_porque=permisos.motivo(red),
            )
        )
    return previstas, faltas


def de_las_ajenas(dichas: Dichas, perfiles: Mapping[str, Sequence[Perfilado]], permisos: Permisos) -> list[Prevista]:
    """Las cuentas con las que nos comparamos: con un perfil nuestro de su red, o por otra vía."""
    return [_ajena(a, perfiles.get(a.red, ()), permisos) for a in dichas.ajenas]


def _ajena(ajena: Ajena, suyos: Sequence[Perfilado], permisos: Permisos) -> Prevista:
    quien = next((u for u in suyos if isinstance(u.conector, Competidor)), None)
    red = ajena.via or ajena.red
    hechos = permisos.hechos_de(red)
    if ajena.via and hechos is None:
        motivo = f"No hay con qué leer por «{ajena.via}»: revise «via» o instale lo que falta."
    elif not ajena.via and quien is None:
        motivo = f"Hace falta un perfil nuestro en {ajena.red} que permita ver otras cuentas."
    else:
        motivo = permisos.motivo(red, costo=costo_de_retrato(hechos or SIN_HECHOS))
    return Prevista(
        clave=f"competidor:{ajena.red}:{ajena.cuenta.lower()}",
        red=red,
        nombre=f"{ajena.nombre} ({ajena.red})",
        trabajo="retratar",
        perfil_id=0 if ajena.via or quien is None else quien.perfil.id,
        direccion=ajena.cuenta,
        apagada_porque=motivo,
    )


def costo_de_retrato(hechos: HechosDeEscucha) -> Decimal:
    """Lo más que puede costar: el contrato no lo dice, y ninguna petición de esa red cuesta más que la más cara."""
    todos = [*hechos.canales, *([hechos.busqueda] if hechos.busqueda is not None else [])]
    return max((c.costo for c in todos), default=Decimal(0))


def _recortada(consulta: str, largo: int = 80) -> str:
    return consulta if len(consulta) <= largo else consulta[: largo - 1] + "…"
