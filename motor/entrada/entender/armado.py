"""De una Solicitud a una Propuesta completa, o a la lista de lo que le falta. Puro."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from conectores.contrato import Gravedad, Problema
from motor.entrada.entender import campos
from motor.entrada.entender.directorio import Directorio
from motor.entrada.entender.medios_nombrados import (
    MEDIOS_MAXIMOS,
    MedioNombrado,
    ausente,
    buscar,
    nombre_prohibido,
    pedidos,
)
from motor.entrada.entender.solicitud import Celda, Solicitud, como_texto
from motor.fechas.escritas import Anclaje, FechaIlegible, leer_fecha, leer_vencimiento
from motor.fechas.mejor_hora import leer_mejor_hora
from motor.horarios.reglas import ReglasDeHorarios
from motor.horarios.ventana import Ventana
from motor.publicacion.propuesta import EncuestaPropuesta, MedioPropuesto, Propuesta

_LARGOS = {"titulo": 300, "enlace": 2048, "tipo": 40, "campana": 200, "autor": 200}
"""Lo más que cabe en la base; las redes admiten menos y lo dicen ellas."""

_SI = frozenset({"si", "s", "x", "true", "verdadero", "1", "yes", "hilo"})
_NO = frozenset({"", "no", "n", "false", "falso", "0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexto:
    """Con qué se lee.

    referencia: el «hoy» de quien escribió «mañana»: cuándo apareció el archivo. medios: los que hay, por nombre.
    horarios: hasta cuándo se busca la mejor hora si no se dice.
    """

    ahora: datetime
    referencia: datetime
    zona: ZoneInfo
    directorio: Directorio
    medios: Mapping[str, Path]
    origen: str
    nombre: str
    fila: int = 0
    huella: str = ""
    horarios: ReglasDeHorarios = field(default_factory=ReglasDeHorarios)


@dataclass(frozen=True, slots=True)
class Armada:
    """propuesta: None si hay algún ERROR. anclaje: de qué depende su fecha. faltan: medios nombrados que no están."""

    propuesta: Propuesta | None
    problemas: tuple[Problema, ...] = ()
    anclaje: Anclaje = Anclaje.MOMENTO
    faltan: tuple[str, ...] = ()


def armar(solicitud: Solicitud, contexto: Contexto, *, sin_nombrar: tuple[str, ...] = ()) -> Armada:
    """La propuesta que pide la solicitud. sin_nombrar: los medios que la acompañan si ella no nombra ninguno."""
    problemas = list(solicitud.problemas)
    de_perfiles: list[Problema] = []
    perfiles = _perfiles(solicitud, contexto, de_perfiles)
    cuando = _cuando(solicitud, contexto, perfiles, problemas)
    vence = _vence(solicitud, contexto, problemas)
    problemas += de_perfiles
    medios, faltan = _medios(pedidos(solicitud, sin_nombrar), contexto, problemas)
    encuesta = _encuesta(solicitud, contexto, problemas)
    hilo = _hilo(solicitud, problemas)
    variantes = {quien: como_texto(dato.valor) for quien, dato in solicitud.variantes.items()}
    problemas += _de_textos(solicitud, contexto, perfiles, variantes, tiene_medios=bool(medios or faltan))
    problemas += _de_largos(solicitud)
    prioridad = _prioridad(solicitud, problemas)
    if cuando is None or any(p.gravedad is Gravedad.ERROR for p in problemas):
        return Armada(None, tuple(problemas), cuando.anclaje if cuando else Anclaje.MOMENTO, faltan)
    cuando, vence = _acotado(cuando, vence)
    propuesta = Propuesta(
        texto=solicitud.texto_de("texto"),
        perfiles=perfiles,
        programada_en=cuando.instante,
        fecha_local=cuando.local,
        ventana=cuando.ventana,
        prioridad=prioridad,
        zona=contexto.zona.key,
        titulo=solicitud.texto_de("titulo"),
        variantes=variantes,
        enlace=solicitud.texto_de("enlace"),
        medios=medios,
        encuesta=encuesta,
        hilo=hilo,
        tipo=_tipo(solicitud),
        campana=solicitud.texto_de("campana"),
        etiquetas=_etiquetas(solicitud),
        opciones=_opciones(solicitud, contexto, perfiles),
        vence_en=vence,
        autor=solicitud.texto_de("autor"),
        origen=contexto.origen,
        origen_nombre=contexto.nombre[:300],
        origen_fila=contexto.fila,
        origen_huella=contexto.huella,
    )
    return Armada(propuesta, tuple(problemas), cuando.anclaje, faltan)


# ── cuándo ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Cuando:
    """instante, local: la hora pedida o, si pidió la mejor, desde cuándo se elige. limite: dijo hasta cuándo sirve."""

    instante: datetime
    local: str
    anclaje: Anclaje
    ventana: Ventana | None = None
    limite: bool = False


def _cuando(
    solicitud: Solicitud, contexto: Contexto, perfiles: tuple[str, ...], problemas: list[Problema]
) -> _Cuando | None:
    escrita = _fecha_escrita(solicitud)
    try:
        if isinstance(escrita, str) and (elegible := _mejor_hora(escrita, contexto, perfiles)) is not None:
            return elegible
        return _fecha(escrita, contexto)
    except FechaIlegible as error:
        donde = solicitud.donde("fecha" if "fecha" in solicitud.datos else "hora")
        problemas.append(Problema(error.mensaje, error.remedio, donde))
        return None


def _fecha(escrita: str | datetime | date | None, contexto: Contexto) -> _Cuando:
    """Sin fecha es «ya»: quien la suelta quiere que salga. «ya» es ahora; «mañana», desde que apareció el archivo."""
    leida = leer_fecha("ya" if escrita is None else escrita, ahora=contexto.referencia, zona=contexto.zona)
    if leida.anclaje is Anclaje.MOMENTO and (escrita is None or leida.instante < contexto.ahora):
        leida = leer_fecha("ya", ahora=contexto.ahora, zona=contexto.zona)
    return _Cuando(leida.instante, leida.local, leida.anclaje)


def _mejor_hora(escrita: str, contexto: Contexto, perfiles: tuple[str, ...]) -> _Cuando | None:
    """«mejor hora mañana» cuenta desde que apareció el archivo, y «mejor hora» sin más, desde ahora."""
    plazo = min((contexto.horarios.de(p).plazo for p in perfiles), default=contexto.horarios.generales.plazo)
    leida = leer_mejor_hora(escrita, ahora=contexto.referencia, zona=contexto.zona, plazo=plazo)
    if leida is None:
        return None
    if leida.anclaje is Anclaje.MOMENTO:
        leida = leer_mejor_hora(escrita, ahora=contexto.ahora, zona=contexto.zona, plazo=plazo) or leida
    ventana = replace(leida.ventana, desde=max(leida.ventana.desde, contexto.ahora))
    if ventana.hasta <= ventana.desde:
        raise FechaIlegible(f"«{ventana.dicha}» ya pasó.", "Ponga un plazo futuro, o «mejor hora» sin más.")
    local = f"{ventana.desde.astimezone(contexto.zona):%Y-%m-%d %H:%M}"
    return _Cuando(ventana.desde, local, leida.anclaje, ventana, leida.limite)


def _acotado(cuando: _Cuando, vence: datetime | None) -> tuple[_Cuando, datetime | None]:
    """La mejor hora se busca antes de que venza; y lo que se pidió «antes de» algo vence entonces."""
    ventana = cuando.ventana
    if ventana is None:
        return cuando, vence
    if vence is not None and ventana.desde < vence < ventana.hasta:
        return replace(cuando, ventana=replace(ventana, hasta=vence)), vence
    return cuando, ventana.hasta if cuando.limite and vence is None else vence


def _fecha_escrita(solicitud: Solicitud) -> str | datetime | date | None:
    fecha, hora = (_celda(solicitud, nombre) for nombre in ("fecha", "hora"))
    if hora is None:
        return fecha if isinstance(fecha, str | datetime | date | None) else como_texto(fecha)
    if isinstance(fecha, datetime) and fecha.time() == time(0, 0):
        fecha = fecha.date()
    if isinstance(hora, datetime):
        hora = hora.time()
    if isinstance(hora, timedelta | float | int) and not isinstance(hora, bool):
        hora = _hora_de_numero(hora)
    if isinstance(fecha, date) and not isinstance(fecha, datetime) and isinstance(hora, time):
        return datetime.combine(fecha, hora)
    escrita = f"{hora:%H:%M:%S}" if isinstance(hora, time) else como_texto(hora)
    return f"{como_texto(fecha) if fecha is not None else ''} {escrita}".strip()


def _celda(solicitud: Solicitud, nombre: str) -> Celda | None:
    dato = solicitud.datos.get(nombre)
    return None if dato is None or dato.valor == "" else dato.valor


def _hora_de_numero(valor: timedelta | float | int) -> time | str:
    """Excel guarda una hora como fracción del día; quien escribe «9» en la columna de la hora quiere decir 9:00."""
    if not isinstance(valor, timedelta) and valor >= 1:
        return como_texto(valor)
    dia = valor if isinstance(valor, timedelta) else timedelta(days=valor)
    segundos = round(dia.total_seconds())
    if not 0 <= segundos < 86_400:
        return f"{segundos // 3600}:{segundos // 60 % 60:02}"
    return time(segundos // 3600, segundos // 60 % 60, segundos % 60)


def _vence(solicitud: Solicitud, contexto: Contexto, problemas: list[Problema]) -> datetime | None:
    valor = _celda(solicitud, "vence")
    if valor is None:
        return None
    escrito = valor if isinstance(valor, str | datetime | date) else como_texto(valor)
    try:
        return leer_vencimiento(escrito, ahora=contexto.referencia, zona=contexto.zona).instante
    except FechaIlegible as error:
        problemas.append(Problema(error.mensaje, error.remedio, solicitud.donde("vence")))
        return None


# ── dónde ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _perfiles(solicitud: Solicitud, contexto: Contexto, problemas: list[Problema]) -> tuple[str, ...]:
    dato = solicitud.datos.get("redes")
    directorio = contexto.directorio
    if dato is None or not como_texto(dato.valor):
        activos = directorio.activos()
        if not activos:
            problemas.append(
                Problema(
                    "no hay ningún perfil en que publicar.", "Añada uno con «pregonero perfiles agregar».", "redes"
                )
            )
        return activos
    escritos = [como_texto(v) for v in dato.valor] if isinstance(dato.valor, list) else [como_texto(dato.valor)]
    destinos = directorio.resolver(escritos, donde=dato.donde)
    problemas += destinos.problemas
    return destinos.perfiles


def _opciones(solicitud: Solicitud, contexto: Contexto, perfiles: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Lo que sólo entiende una red. Un dato suelto (`tablero`) se ofrece a todas: lo usa la que lo conozca."""
    redes = contexto.directorio.redes_de(perfiles)
    opciones: dict[str, dict[str, Any]] = {}
    if tablero := solicitud.texto_de("tablero"):
        opciones = {red: {"tablero": tablero} for red in redes}
    for quien, suyas in solicitud.opciones.items():
        for red in contexto.directorio.redes_de([quien]) or (quien,):
            opciones[red] = opciones.get(red, {}) | suyas
    return opciones


# ── qué ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _medios(
    medios_pedidos: tuple[MedioNombrado, ...], contexto: Contexto, problemas: list[Problema]
) -> tuple[tuple[MedioPropuesto, ...], tuple[str, ...]]:
    medios: list[MedioPropuesto] = []
    faltan: list[str] = []
    if len(medios_pedidos) > MEDIOS_MAXIMOS:
        problemas.append(
            Problema(
                f"lleva {len(medios_pedidos)} archivos; ninguna red admite tantos.", "Deje los mejores.", "imágenes"
            )
        )
        return (), ()
    for pedido in medios_pedidos:
        if prohibido := nombre_prohibido(pedido.nombre, pedido.donde):
            problemas.append(prohibido)
        elif (hallado := buscar(pedido.nombre, contexto.medios)) is None:
            problemas.append(ausente(pedido, contexto.medios))
            faltan.append(pedido.nombre)
        else:
            medios.append(MedioPropuesto(ruta=contexto.medios[hallado], donde=hallado, texto_alternativo=pedido.alt))
    return tuple(medios), tuple(faltan)


def _de_textos(
    solicitud: Solicitud,
    contexto: Contexto,
    perfiles: tuple[str, ...],
    variantes: dict[str, str],
    *,
    tiene_medios: bool,
) -> Iterator[Problema]:
    if not solicitud.texto_de("texto") and not any(variantes.values()) and not tiene_medios and not solicitud.problemas:
        yield Problema("no dice nada.", "Escriba el texto que se publicará.", "texto")
    redes = contexto.directorio.redes_de(perfiles)
    for quien, dato in solicitud.variantes.items():
        if quien not in perfiles and quien not in redes:
            yield Problema(
                "este texto no se usará: no se publica ahí.", "Añádala a «redes».", dato.donde, Gravedad.AVISO
            )
        elif not variantes[quien]:
            yield Problema("está vacío: se usará el texto general.", "", dato.donde, Gravedad.AVISO)


def _de_largos(solicitud: Solicitud) -> Iterator[Problema]:
    for nombre, maximo in _LARGOS.items():
        if len(solicitud.texto_de(nombre)) > maximo:
            yield Problema(f"es demasiado largo: caben {maximo} caracteres.", "Acórtelo.", solicitud.donde(nombre))
    enlace = solicitud.texto_de("enlace")
    if enlace and not re.fullmatch(r"https?://[^\s/]+\S*", enlace):
        yield Problema(
            f"«{enlace[:80]}» no es una dirección completa.",
            "Cópiela del navegador: empieza con «https://».",
            solicitud.donde("enlace"),
        )


def _tipo(solicitud: Solicitud) -> str:
    return campos.llano(solicitud.texto_de("tipo")) or "publicacion"


def _etiquetas(solicitud: Solicitud) -> tuple[str, ...]:
    partes = re.split(r"[,;\n]|\s+(?=#)", solicitud.texto_de("etiquetas"))
    return tuple(dict.fromkeys(limpia for p in partes if (limpia := p.strip().lstrip("#").strip())))


def _hilo(solicitud: Solicitud, problemas: list[Problema]) -> bool:
    escrito = campos.llano(solicitud.texto_de("hilo"))
    if escrito not in _SI | _NO:
        problemas.append(Problema("no entendemos si va en hilo.", "Escriba «sí» o «no».", solicitud.donde("hilo")))
    return escrito in _SI


_PRIORIDADES = {"alta": 1, "urgente": 1, "": 0, "normal": 0, "media": 0, "baja": -1}


def _prioridad(solicitud: Solicitud, problemas: list[Problema]) -> int:
    """Quién elige hora primero. Lo que no se entiende es normal: muchos calendarios ya traían esa columna."""
    escrita = solicitud.texto_de("prioridad")
    if (prioridad := _PRIORIDADES.get(campos.llano(escrita))) is None:
        mensaje = f"no entendemos la prioridad «{escrita[:40]}»: se toma como normal."
        donde = solicitud.donde("prioridad")
        problemas.append(Problema(mensaje, "Escriba «alta», «normal» o «baja».", donde, Gravedad.AVISO))
    return prioridad or 0


def _encuesta(solicitud: Solicitud, contexto: Contexto, problemas: list[Problema]) -> EncuestaPropuesta | None:
    dato = solicitud.datos.get("encuesta")
    if dato is None or not como_texto(dato.valor):
        return None
    valor, duracion = dato.valor, solicitud.texto_de("duracion")
    if isinstance(valor, dict):
        por_clave = {campos.reconocer(clave): v for clave, v in valor.items()}
        duracion = como_texto(por_clave.get("duracion", duracion))
        valor = por_clave.get("encuesta", "")
    opciones = valor if isinstance(valor, list) else re.split(r"[|;\n]|,\s", como_texto(valor))
    limpias = tuple(texto for opcion in opciones if (texto := como_texto(opcion)))
    if len(limpias) < 2:
        problemas.append(Problema("una encuesta lleva al menos dos opciones.", "Sepárelas con comas.", dato.donde))
        return None
    if not duracion:
        return EncuestaPropuesta(opciones=limpias)
    try:
        fin = leer_fecha(f"en {duracion}", ahora=contexto.ahora, zona=contexto.zona)
    except FechaIlegible:
        problemas.append(
            Problema("no entendemos cuánto dura la encuesta.", "Escriba, por ejemplo, «2 días».", dato.donde)
        )
        return None
    return EncuestaPropuesta(opciones=limpias, duracion=fin.instante - contexto.ahora)
