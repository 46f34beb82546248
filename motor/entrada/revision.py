"""`pregonero revisar`: el mismo veredicto que daría la carpeta, sin tomar ni mover nada."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from conectores.contrato import Gravedad, Problema
from motor.acervo.ajuste import en_megas
from motor.acervo.medios import MedioInadmisible, inspeccionar
from motor.entorno import Entorno
from motor.entrada.decidir.dictamen import (
    Dictamen,
    NoSePuedeLeer,
    dictaminar,
    directorio_de,
    leer_archivo,
    revisada,
    sin_reabrir,
)
from motor.entrada.decidir.filas_recibidas import armar_filas
from motor.entrada.entender.medios_nombrados import llave
from motor.entrada.leer.calendario import interpretar
from motor.entrada.leer.codificacion import mostrable
from motor.entrada.leer.hoja import PESO_MAXIMO_BYTES, HojaIlegible, leer_hojas
from motor.entrada.mirar.inventario import Clase, Hallado, clase_de, inventariar, remedio_de_ajeno
from motor.fechas.escritas import fecha_larga
from motor.horarios.ventana import Ventana
from motor.publicacion.horas_elegidas import SinHueco, previstas, problema_de
from motor.publicacion.propuesta import Propuesta


@dataclass(frozen=True, slots=True, kw_only=True)
class HoraPrevista:
    """La hora que se elegiría ahora mismo en un perfil. dicha: como la lee una persona. por_que: lo que se espera.

    En un calendario, la de cada fila es como si llegara sola: al soltarlo se reparten.
    """

    perfil: str
    en: datetime
    dicha: str
    por_que: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VeredictoDeArchivo:
    """resumen: qué se haría con él, en una frase. En un calendario hay uno por fila (`fila`: su número; si no, 0).

    horas: si pidió la mejor hora, la que se elegiría en cada perfil.
    """

    ruta: Path
    problemas: tuple[Problema, ...] = ()
    arreglos: tuple[str, ...] = ()
    resumen: str = ""
    perfiles: tuple[str, ...] = ()
    programada_en: datetime | None = None
    horas: tuple[HoraPrevista, ...] = ()
    fila: int = 0

    @property
    def admisible(self) -> bool:
        return all(p.gravedad is not Gravedad.ERROR for p in self.problemas)

    def texto(self) -> str:
        """El veredicto como lo lee una persona: una línea, y debajo lo que está mal o conviene saber."""
        nombre = f"{mostrable(self.ruta.name)}, fila {self.fila}" if self.fila else mostrable(self.ruta.name)
        sobra = f"fila {self.fila}, "
        renglones = [f"{nombre}: {self.resumen}"]
        renglones += [f"    {hora.perfil}: el {hora.dicha}. Mejor hora: {hora.por_que}" for hora in self.horas]
        for problema in self.problemas:
            dicho = replace(problema, donde=problema.donde.removeprefix(sobra))
            renglones.append(f"    {'aviso: ' if problema.gravedad is Gravedad.AVISO else ''}{dicho}")
        return "\n".join([*renglones, *(f"    arreglado: {arreglo}" for arreglo in self.arreglos)])

    def como_json(self) -> dict[str, Any]:
        return {
            "archivo": mostrable(str(self.ruta)),
            "fila": self.fila,
            "admisible": self.admisible,
            "resumen": self.resumen,
            "perfiles": list(self.perfiles),
            "programada_en": self.programada_en.isoformat() if self.programada_en else None,
            "mejores_horas": [{"perfil": h.perfil, "en": h.en.isoformat(), "por_que": h.por_que} for h in self.horas],
            "problemas": [
                {"donde": p.donde, "mensaje": p.mensaje, "remedio": p.remedio, "gravedad": p.gravedad.value}
                for p in self.problemas
            ],
            "arreglos": list(self.arreglos),
        }


_SE_REPARTEN = "La mejor hora de cada una es como si llegara sola: al soltar el calendario se reparten."


def revisar_archivos(entorno: Entorno, rutas: Iterable[Path]) -> list[VeredictoDeArchivo]:
    """El veredicto de cada archivo o carpeta, en el orden en que se dieron."""
    ahora = entorno.reloj.ahora()
    return [veredicto for ruta in rutas for veredicto in _de_ruta(entorno, Path(ruta), ahora)]


def _de_ruta(entorno: Entorno, ruta: Path, ahora: datetime) -> list[VeredictoDeArchivo]:
    try:
        vecinos = {h.nombre: h for h in inventariar(ruta.absolute().parent).hallados}
    except OSError as error:
        return [_malo(ruta, Problema(f"no se puede abrir su carpeta ({error.strerror}).", "Revise la ruta."))]
    hallado = vecinos.get(ruta.absolute().name)
    if hallado is None:
        return [_malo(ruta, Problema("no existe, o es un archivo que se ignora.", "Revise el nombre."))]
    if hallado.reparo is not None:
        return [_malo(ruta, hallado.reparo)]
    if hallado.clase is Clase.CARPETA:
        return _de_carpeta(entorno, ruta, hallado, ahora)
    return _de_archivo(entorno, ruta, hallado, list(vecinos.values()), ahora)


def _malo(ruta: Path, problema: Problema) -> VeredictoDeArchivo:
    return VeredictoDeArchivo(ruta=ruta, problemas=(problema,), resumen="No se aceptaría.")


def _de_carpeta(entorno: Entorno, ruta: Path, carpeta: Hallado, ahora: datetime) -> list[VeredictoDeArchivo]:
    textos = [h for h in carpeta.hijos if h.clase in (Clase.TEXTO, Clase.CALENDARIO)]
    if len(textos) != 1:
        cuantos = f"tiene {len(textos)} textos" if textos else "no tiene ningún texto"
        return [_malo(ruta, Problema(f"la carpeta {cuantos}.", "Deje en ella una publicación con sus fotos."))]
    return _de_archivo(entorno, ruta, textos[0], list(carpeta.hijos), ahora, en_carpeta=True)


def _de_archivo(
    entorno: Entorno,
    ruta: Path,
    hallado: Hallado,
    vecinos: list[Hallado],
    ahora: datetime,
    *,
    en_carpeta: bool = False,
) -> list[VeredictoDeArchivo]:
    medios = {h.nombre: h.ruta for h in vecinos if h.reparo is None and h.clase in (Clase.MEDIO, Clase.AJENO)}
    match hallado.clase:
        case Clase.TEXTO:
            return [_de_texto(entorno, ruta, hallado, medios, ahora, en_carpeta)]
        case Clase.CALENDARIO:
            return _de_calendario(entorno, ruta, hallado, medios, ahora)
        case Clase.MEDIO:
            return [_de_medio(ruta, hallado)]
        case _:
            remedio = remedio_de_ajeno(hallado.nombre)
            return [_malo(ruta, Problema("no sabemos publicar este tipo de archivo.", remedio))]


def _de_texto(
    entorno: Entorno, ruta: Path, hallado: Hallado, medios: dict[str, Path], ahora: datetime, en_carpeta: bool
) -> VeredictoDeArchivo:
    suyos = [n for n in medios if clase_de(n) is Clase.MEDIO]
    if not en_carpeta:
        suyos = [n for n in suyos if llave(Path(n).stem) == llave(Path(hallado.nombre).stem)]
    try:
        contenido = leer_archivo(hallado.ruta)
    except NoSePuedeLeer as error:
        return _malo(ruta, error.problema)
    dictamen = dictaminar(
        entorno,
        contenido,
        nombre=mostrable(ruta.name),
        medios=medios,
        sin_nombrar=tuple(suyos),
        ahora=ahora,
        referencia=ahora,
    )
    return _veredicto(entorno, ruta, dictamen)


def _de_calendario(
    entorno: Entorno, ruta: Path, hallado: Hallado, medios: dict[str, Path], ahora: datetime
) -> list[VeredictoDeArchivo]:
    directorio, entorno = directorio_de(entorno), sin_reabrir(entorno)
    try:
        contenido = leer_archivo(hallado.ruta, maximo_bytes=PESO_MAXIMO_BYTES)
        calendario = interpretar(leer_hojas(contenido, hallado.nombre), directorio)
    except (NoSePuedeLeer, HojaIlegible) as error:
        return [_malo(ruta, error.problema)]
    armadas = armar_filas(
        entorno, calendario, directorio, medios, nombre=mostrable(ruta.name), ahora=ahora, referencia=ahora
    )
    veredictos = [
        VeredictoDeArchivo(ruta=ruta, fila=fila.numero, resumen=f"No se tomaría: su estado es «{fila.omitida}».")
        if fila.omitida
        else _veredicto(
            entorno, ruta, revisada(entorno, armadas[fila.numero], ahora=ahora, sha256=fila.huella), fila.numero
        )
        for fila in calendario.filas
    ]
    eligen = sum(bool(v.horas) for v in veredictos)
    if calendario.avisos or eligen > 1:
        reparto = f" {_SE_REPARTEN}" if eligen > 1 else ""
        resumen = f"{len(calendario.filas)} filas.{reparto}"
        veredictos.insert(0, VeredictoDeArchivo(ruta=ruta, problemas=calendario.avisos, resumen=resumen))
    return veredictos


def _de_medio(ruta: Path, hallado: Hallado) -> VeredictoDeArchivo:
    try:
        datos = inspeccionar(hallado.ruta)
    except MedioInadmisible as error:
        return _malo(ruta, error.problema)
    dura = f", {datos.duracion_s:.0f} s" if datos.duracion_s else ""
    medidas = f"{datos.mime}, {datos.ancho}×{datos.alto}{dura}, {en_megas(datos.peso_bytes)}"
    return VeredictoDeArchivo(ruta=ruta, resumen=f"Se puede leer ({medidas}). Se publica con el texto que la nombre.")


def _veredicto(entorno: Entorno, ruta: Path, dictamen: Dictamen, fila: int = 0) -> VeredictoDeArchivo:
    propuesta, problemas = dictamen.propuesta, dictamen.problemas
    horas: tuple[HoraPrevista, ...] = ()
    if propuesta is not None and dictamen.admisible:
        try:
            horas = _horas(entorno, propuesta)
        except SinHueco as error:
            problemas = (*problemas, problema_de(error))
    if propuesta is None or any(p.gravedad is Gravedad.ERROR for p in problemas):
        return VeredictoDeArchivo(
            ruta=ruta, problemas=problemas, arreglos=dictamen.arreglos, resumen="No se aceptaría.", fila=fila
        )
    return VeredictoDeArchivo(
        ruta=ruta,
        problemas=problemas,
        arreglos=dictamen.arreglos,
        resumen=_resumen(entorno, propuesta, sin_fecha=dictamen.sin_fecha),
        perfiles=propuesta.perfiles,
        programada_en=min((h.en for h in horas), default=propuesta.programada_en),
        horas=horas,
        fila=fila,
    )


def _horas(entorno: Entorno, propuesta: Propuesta) -> tuple[HoraPrevista, ...]:
    """Lanza SinHueco si en algún perfil no cabe."""
    zona = entorno.reglas.zona
    return tuple(
        HoraPrevista(perfil=perfil, en=hora.en, dicha=fecha_larga(hora.en, zona), por_que=hora.frase)
        for perfil, hora in previstas(entorno, propuesta, ahora=entorno.reloj.ahora()).items()
    )


def _resumen(entorno: Entorno, propuesta: Propuesta, *, sin_fecha: bool) -> str:
    cuando = "en cuanto llegara" if sin_fecha else f"el {fecha_larga(propuesta.programada_en, entorno.reglas.zona)}"
    if propuesta.ventana is not None:
        cuando = f"a la mejor hora entre {_plazo(propuesta.ventana, entorno)}"
    return f"Se publicaría {cuando} en {', '.join(propuesta.perfiles)}."


def _plazo(ventana: Ventana, entorno: Entorno) -> str:
    desde, hasta = (fecha_larga(instante, entorno.reglas.zona) for instante in (ventana.desde, ventana.hasta))
    return f"el {desde} y el {hasta}"
