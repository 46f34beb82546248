"""Decidir dónde es un mensaje. Puro.

Por orden: el punto que dio la red; el recuadro del lugar que dio la red; los lugares que nombra el texto; el lugar que
el autor puso en su perfil. Un recuadro enorme (un país) casi no dice nada, y cede ante lo que diga el texto.

Del texto, cada nombre se pesa por lo que lo rodea (`contexto`), por si es una palabra de todos los días (`comunes`) y
por lo cerca que está; de los que quedan, gana el más preciso: la colonia sobre la ciudad, la avenida sobre la colonia.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conectores.contrato_escucha import LugarDicho
from motor.escucha.lugares.contexto import VIAS, Contexto, Previa, contexto
from motor.escucha.lugares.donde import Donde, Por
from motor.escucha.lugares.lugar import PRECISION, Lugar, Tipo, del_recuadro
from motor.escucha.lugares.palabras import Frase, clave, frase

if TYPE_CHECKING:
    from motor.escucha.lugares.catalogo import Catalogo

BASTA = 0.25
"""Un nombre con menos confianza que ésta no se toma por un lugar."""
_RECUADROS = ((2, 0.95), (10, 0.85), (30, 0.7), (100, 0.4), (400, 0.2))
_DIFUSO_KM = 100.0
_AL_OIDO = 0.6
_DEL_AUTOR = 0.35


@dataclass(frozen=True, slots=True)
class Mencion:
    """Un lugar nombrado en un texto: de qué palabra a qué palabra, y cuánto se cree que es él. destino: sólo se va a
    él.
    """

    lugar: Lugar
    confianza: float
    desde: int
    hasta: int
    destino: bool = False


def donde_es(
    catalogo: "Catalogo", texto: str, *, dicho: LugarDicho | None = None, lugar_del_autor: str = ""
) -> Donde | None:
    """Dónde es un mensaje; None si nada lo dice."""
    de_la_red = _de_la_red(catalogo, dicho) if dicho else None
    if de_la_red and de_la_red.radio_km <= _DIFUSO_KM:
        return de_la_red
    mencion = elegir(menciones(catalogo, frase(texto))) if texto else None
    if mencion:
        return _donde(catalogo, mencion, Por.TEXTO)
    if de_la_red:
        return de_la_red
    if lugar_del_autor:
        # Lo que alguien pone en su perfil es un lugar entero: se lee como si dijera «en …».
        mencion = elegir(menciones(catalogo, frase(f"en {lugar_del_autor}")))
        if mencion:
            return _donde(catalogo, replace(mencion, confianza=mencion.confianza * _DEL_AUTOR), Por.AUTOR)
    return None


def _de_la_red(catalogo: "Catalogo", dicho: LugarDicho) -> Donde | None:
    if dicho.punto:
        latitud, longitud = dicho.punto
        return Donde(latitud=latitud, longitud=longitud, por=Por.COORDENADAS, confianza=1.0, nombre=dicho.nombre)
    if dicho.recuadro:
        latitud, longitud, radio = del_recuadro(*dicho.recuadro)
        return Donde(
            latitud=latitud,
            longitud=longitud,
            por=Por.RECUADRO,
            confianza=next((c for hasta, c in _RECUADROS if radio <= hasta), 0.1),
            nombre=dicho.nombre,
            radio_km=round(radio, 2),
        )
    mencion = elegir(menciones(catalogo, frase(f"en {dicho.nombre}"))) if dicho.nombre else None
    return _donde(catalogo, replace(mencion, confianza=0.6), Por.RECUADRO) if mencion else None


def _donde(catalogo: "Catalogo", mencion: Mencion, por: Por) -> Donde:
    lugar = mencion.lugar
    de_aqui = lugar.tipo is Tipo.ESTADO or (catalogo.nuestro is not None and lugar.estado == catalogo.nuestro.estado)
    return Donde(
        latitud=lugar.latitud,
        longitud=lugar.longitud,
        por=por,
        confianza=round(mencion.confianza, 2),
        nombre=lugar.nombre if de_aqui or lugar.nombre == lugar.estado else f"{lugar.nombre}, {lugar.estado}",
        radio_km=lugar.radio_km,
    )


# ── Los lugares que nombra un texto ──────────────────────────────────────────────────────────────────────────


def menciones(catalogo: "Catalogo", leida: Frase) -> list[Mencion]:
    """Los lugares que nombra una frase, en su orden, sin los que seguramente son otra cosa."""
    hallados = list(catalogo.nombrados(leida.linea))
    if hallados:
        vistas = _exactas(catalogo, leida, hallados)
        if vistas:
            return vistas
    return _al_oido(catalogo, leida)


def _exactas(catalogo: "Catalogo", leida: Frase, hallados: Sequence[tuple[str, int]]) -> list[Mencion]:
    inicios = _inicios(leida)
    vistas: list[Mencion] = []
    usadas_hasta = 0
    for nombre, inicio in hallados:
        desde = inicios[inicio + 1]
        hasta = desde + nombre.count(" ") + 1
        if desde < usadas_hasta:  # ya sirvió de apellido: la «Hidalgo» de «Metepec, Hidalgo»
            continue
        estado, despues = _estado_detras(catalogo, leida, hasta)
        mencion = _la_mejor(catalogo, leida, nombre, desde, hasta, estado)
        if mencion:
            vistas.append(mencion)
            usadas_hasta = despues if estado else hasta
    return vistas


def _inicios(leida: Frase) -> dict[int, int]:
    """En qué letra de la línea empieza cada palabra."""
    inicios, aqui = {}, 1
    for numero, palabra in enumerate(leida.palabras):
        inicios[aqui] = numero
        aqui += len(palabra) + 2
    return inicios


def _estado_detras(catalogo: "Catalogo", leida: Frase, hasta: int) -> tuple[str, int]:
    """El estado que sigue a un lugar («Metepec, Hidalgo», «Toluca, Edo. de Méx.») y dónde acaba; "" si no hay."""
    if hasta >= len(leida.palabras) or leida.separacion(hasta).strip() not in ("", ",", "(", "-", "."):
        return "", hasta
    for cuantas in (5, 4, 3, 2, 1):
        palabras = leida.palabras[hasta : hasta + cuantas]
        estado = catalogo.estados.get(" ".join(palabras))
        if len(palabras) == cuantas and estado and not any(leida.corta(hasta + k) for k in range(1, cuantas)):
            return estado, hasta + cuantas
    return "", hasta


@dataclass(frozen=True, slots=True)
class _Llamado:
    """Un nombre, doblado. comun: es también una palabra de todos los días. con_via: dice «avenida», «calle»…
    con_estado: le sigue el estado del lugar. es_avenida: también se llama así una avenida nuestra.
    """

    nombre: str
    comun: bool
    con_via: bool
    con_estado: bool = False
    es_avenida: bool = False


def _la_mejor(catalogo: "Catalogo", leida: Frase, nombre: str, desde: int, hasta: int, estado: str) -> Mencion | None:
    """El más probable de los que se llaman así, con lo que se le cree; None si no parece un lugar."""
    alrededor = contexto(leida, desde, hasta)
    candidatos, vias = catalogo.candidatos(nombre), catalogo.vias(nombre)
    de_ese_estado = [c for c in candidatos if c.estado == estado and c.tipo is not Tipo.ESTADO]
    llamado = _Llamado(
        nombre=nombre,
        comun=catalogo.es_comun(nombre),
        con_via=nombre.split()[0] in VIAS,
        con_estado=bool(de_ese_estado),
        es_avenida=bool(vias),
    )
    if de_ese_estado:
        candidatos = de_ese_estado
    elif llamado.comun and vias:  # «en Lerdo» es nuestra avenida antes que Durango
        candidatos = [c for c in candidatos if c.tipo is Tipo.ESTADO or catalogo.es_de_aqui(c)]
    if alrededor.previa is Previa.VIA or alrededor.la or not llamado.comun:
        candidatos = vias + candidatos
    creidos = [
        (catalogo.peso(c), creo, c) for c in candidatos if (creo := _creer(catalogo, c, alrededor, llamado)) >= BASTA
    ]
    if not creidos:
        return None
    creidos.sort(key=lambda c: (c[0], c[1]), reverse=True)
    peso, creo, lugar = creidos[0]
    if len(creidos) > 1 and peso - creidos[1][0] < 0.5 and lugar.a_km(creidos[1][2]) > 10:
        creo *= 0.8  # hay otro casi igual de probable, y lejos
    return Mencion(lugar, creo, desde, hasta, alrededor.destino)


def _creer(catalogo: "Catalogo", lugar: Lugar, alrededor: Contexto, llamado: _Llamado) -> float:
    """Cuánto se cree, de 0 a 1, que un nombre así rodeado es ese lugar."""
    if lugar.tipo is Tipo.VIA:
        return _creer_via(alrededor, llamado)
    if alrededor.previa is Previa.VIA or alrededor.previa is Previa.TRATO:
        return 0.0
    if lugar.tipo is Tipo.ESTADO:
        return _creer_estado(alrededor, comun=llamado.comun)
    if alrededor.previa is Previa.ESTADO:
        return 0.0
    if llamado.con_estado:
        return 0.9
    conocido = catalogo.es_conocido(lugar)
    if alrededor.previa is Previa.ASENTAMIENTO:
        return _creer_asentamiento(lugar, comun=llamado.comun, conocido=conocido)
    if llamado.comun:
        return _creer_comun(lugar, alrededor, llamado) if conocido else 0.0
    if alrededor.equipo and lugar.tipo is Tipo.LOCALIDAD:
        return 0.1
    con_mayuscula = alrededor.con_caja and alrededor.mayuscula
    if not con_mayuscula and not catalogo.es_inconfundible(lugar, llamado.nombre):
        return 0.4 if alrededor.rumbo and conocido else 0.0  # «raíces» con minúscula es una planta antes que un pueblo
    if not conocido:
        return 0.45 if alrededor.rumbo and con_mayuscula else 0.0
    if alrededor.previa is Previa.INSTITUCION:
        return 0.55
    return 0.85 if alrededor.rumbo else 0.7


def _creer_via(alrededor: Contexto, llamado: _Llamado) -> float:
    if llamado.con_via or alrededor.previa is Previa.VIA:
        return 0.85
    if alrededor.persona or alrededor.previa is Previa.INSTITUCION:
        return 0.0
    if llamado.comun:
        if alrededor.la:
            return 0.5 if alrededor.mayuscula and alrededor.con_caja and not alrededor.mas_largo else 0.0
        return 0.3 if alrededor.rumbo and alrededor.mayuscula else 0.0
    return 0.75 if alrededor.rumbo else 0.55


def _creer_estado(alrededor: Contexto, *, comun: bool) -> float:
    if alrededor.previa is Previa.ESTADO:
        return 0.65
    if comun:
        return 0.4 if alrededor.rumbo and alrededor.mayuscula and not alrededor.persona else 0.0
    return 0.6


def _creer_asentamiento(lugar: Lugar, *, comun: bool, conocido: bool) -> float:
    if not comun:
        return 0.9 if conocido else 0.45
    if lugar.propio:
        return 0.8
    return 0.4 if conocido else 0.0


def _creer_comun(lugar: Lugar, alrededor: Contexto, llamado: _Llamado) -> float:
    if alrededor.persona or alrededor.previa is Previa.INSTITUCION:
        return 0.0
    if alrededor.mas_largo and not lugar.propio:
        return 0.0
    if lugar.tipo is Tipo.SITIO:
        if alrededor.rumbo or alrededor.previa is Previa.SITIO:
            return 0.7
        return 0.45 if alrededor.mayuscula and alrededor.con_caja else 0.0
    if alrededor.articulo or not alrededor.rumbo or not alrededor.mayuscula:
        return 0.0
    if llamado.es_avenida:  # «desde Morelos hasta Hidalgo»: la colonia o la avenida
        return 0.3
    return 0.5 if alrededor.con_caja else 0.35


def _al_oido(catalogo: "Catalogo", leida: Frase) -> list[Mencion]:
    """Lo mal escrito, si nada bien escrito se halló: lo que suena como un lugar de cerca."""
    vistas = []
    for lugar, desde, cuantas in catalogo.al_oido(leida.palabras):
        alrededor = contexto(leida, desde, desde + cuantas)
        llamado = _Llamado(clave(lugar.nombre), comun=False, con_via=False)
        creo = _creer(catalogo, lugar, alrededor, llamado) * _AL_OIDO
        if creo >= BASTA:
            vistas.append(Mencion(lugar, creo, desde, desde + cuantas))
    return vistas


# ── Cuál de ellos ────────────────────────────────────────────────────────────────────────────────────────────


def elegir(vistas: Sequence[Mencion]) -> Mencion | None:
    """El más preciso de los nombrados; entre iguales, el más creíble y, luego, el primero."""
    if not vistas:
        return None
    firmes = [m for m in vistas if not any(_desmiente(otra, m) for otra in vistas)]
    mejor = max(firmes or vistas, key=lambda m: (_orden(m), m.confianza, -m.desde))
    if any(_confirma(otra, mejor) for otra in vistas):
        return replace(mejor, confianza=min(0.95, mejor.confianza + 0.1))
    iguales = [m for m in vistas if _orden(m) == _orden(mejor) and m.lugar.a_km(mejor.lugar) > 15]
    return replace(mejor, confianza=mejor.confianza * 0.85) if iguales else mejor


def _orden(mencion: Mencion) -> int:
    """La precisión de su clase; lo que apenas se cree no le gana a lo seguro."""
    return PRECISION[mencion.lugar.tipo] if mencion.confianza >= 0.4 else 0


def _desmiente(general: Mencion, preciso: Mencion) -> bool:
    """«Av. Hidalgo, en Metepec» no es la avenida Hidalgo de Toluca."""
    if general.destino or general.lugar.tipo is not Tipo.LOCALIDAD:
        return False
    if PRECISION[preciso.lugar.tipo] <= PRECISION[Tipo.LOCALIDAD]:
        return False
    if general.lugar.nombre == preciso.lugar.municipio or general.confianza < 0.5:
        return False
    juntas = general.desde - preciso.hasta <= 3 and preciso.desde - general.hasta <= 3
    return juntas and general.lugar.a_km(preciso.lugar) > general.lugar.radio_km + preciso.lugar.radio_km


def _confirma(general: Mencion, preciso: Mencion) -> bool:
    """«Seminario, Toluca»: lo general contiene a lo preciso."""
    return (
        PRECISION[general.lugar.tipo] < PRECISION[preciso.lugar.tipo]
        and general.lugar.tipo is not Tipo.ESTADO
        and general.lugar.a_km(preciso.lugar) <= general.lugar.radio_km + 5
    )
