"""Qué dicen de un nombre las palabras que lo rodean: si es un lugar, una calle, una persona o un equipo. Puro."""

from dataclasses import dataclass
from enum import Enum, auto

from motor.escucha.lugares.palabras import Frase


def _lista(palabras: str) -> frozenset[str]:
    return frozenset(palabras.split())


ENLACES = _lista("de del la el los las")
ARTICULOS = _lista("el la los las al del")
VIAS = _lista(
    "avenida calle calzada bulevar paseo andador privada callejon prolongacion via eje circuito retorno cerrada "
    "lateral periferico esquina vialidad libramiento"
)
_ASENTAMIENTOS = _lista(
    "colonia barrio pueblo comunidad localidad delegacion subdelegacion fraccionamiento unidad habitacional ejido "
    "rancheria conjunto urbano residencial municipio ciudad alcaldia cabecera poblado zona sector condominio colonias "
    "barrios pueblos comunidades delegaciones municipios sub"
)
_INSTITUCIONES = _lista(
    "escuela primaria secundaria preparatoria prepa kinder jardin hospital clinica instituto colegio fundacion banco "
    "facultad premio equipo grupo banda restaurante tienda hotel parroquia iglesia capilla templo santuario virgen "
    "fiesta señora cerveza telesecundaria biblioteca auditorio teatro museo gimnasio club deportivo cantina farmacia "
    "muebleria batalla ley plan tratado abogados notaria universidad"
)
_TRATOS = _lista(
    "señor señora sr sra srta don doña lic licenciado licenciada ing ingeniero ingeniera dr dra doctor doctora maestro "
    "maestra profe profesor profesora presidente presidenta gobernador gobernadora alcalde alcaldesa regidor regidora "
    "diputado diputada senador senadora secretario secretaria compañero compañera hermano hermana tio tia primo prima "
    "compadre comadre amigo amiga joven niño niña general capitan comandante padre madre abuelo abuela c mi tu su soy "
    "gracias felicidades cura poeta actriz actor cantante candidato candidata director directora santo"
)
_DE_ESTADO = _lista("estado gobernador gobernadora congreso entidad gubernatura legislatura")
_RUMBOS = _lista(
    "en desde hacia hasta rumbo entre sobre por aqui aca alla cerca altura afueras inmediaciones vecinos vecinas "
    "habitantes pobladores ayuntamiento gobierno centro norte sur oriente poniente entrada salida calles frente "
    "carretera autopista camino glorieta puente cruce tramo parada visita visitando policia policias bomberos gente "
    "presidente presidenta alcalde alcaldesa habitante vecino vecina territorio region va vamos voy ir llegar llegue "
    "llego llegaron visite visito visitar conoci conocer vivo vive vivir viven viajar viaje regreso regresar fui pase"
)
_DESTINOS = _lista("direccion hacia rumbo a hasta salida para con contra destino sentido")
_SITIOS = _lista("plaza mercado parque estadio terminal central cerro nevado tianguis panteon crucero alameda")
_DICHOS = _lista(
    "dijo dice declaro anuncio afirmo informo respondio pidio aseguro comento explico señalo opino nacio murio cumplio "
    "canto escribio gano perdio firmo lucho fue es sera tiene quiere puede"
)
_DE_EQUIPO = _lista("vs fc cf contra")


class Previa(Enum):
    """Qué clase de palabra lo introduce."""

    NADA = auto()
    ASENTAMIENTO = auto()  # «colonia», «municipio de»
    VIA = auto()  # «avenida», «calle»
    SITIO = auto()  # «mercado», «plaza»
    ESTADO = auto()  # «estado de», «gobernador de»
    INSTITUCION = auto()  # «hospital», «primaria»
    TRATO = auto()  # «la señora», «mi»


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexto:
    """rumbo: lo introduce un «en», un «hacia», un «vecinos de». articulo: lleva uno que no es suyo. la: va pegado a un
    «la», como se les dice a las avenidas («la Juárez»). persona: parece el nombre de alguien. equipo: parece un club.
    destino: es a donde se va («dirección CDMX»). mas_largo: parece el comienzo de otro nombre («Palacio de Gobierno»).
    mayuscula: va con ella, o no se puede saber. con_caja: si en el texto las mayúsculas dicen algo.
    """

    previa: Previa
    rumbo: bool
    articulo: bool
    la: bool
    persona: bool
    equipo: bool
    destino: bool
    mas_largo: bool
    mayuscula: bool
    con_caja: bool


def contexto(frase: Frase, desde: int, hasta: int) -> Contexto:
    """El de las palabras `desde` … `hasta` (sin incluirla) de una frase."""
    k = desde - 1
    while k >= 0 and desde - k <= 3 and frase.palabras[k] in ENLACES and frase.sigue(k + 1):
        k -= 1
    pegada = k >= 0 and not frase.corta(k + 1)
    ancla = frase.palabras[k] if pegada else ""
    directo = k == desde - 1
    anterior = frase.palabras[desde - 1] if desde and frase.sigue(desde) else ""
    articulo = anterior in ARTICULOS or (not directo and frase.palabras[desde - 1] in ARTICULOS)
    previa = _previa(ancla, directo=directo)
    if frase.palabras[desde] in _ASENTAMIENTOS and hasta - desde > 1:  # «Unidad Victoria» ya dice lo que es
        previa = Previa.ASENTAMIENTO
    return Contexto(
        previa=previa,
        rumbo=ancla in _RUMBOS or previa is Previa.ASENTAMIENTO or anterior == "a",
        articulo=articulo,
        la=anterior == "la",
        persona=previa is Previa.TRATO or _parece_persona(frase, desde, hasta),
        equipo=_parece_equipo(frase, desde, hasta),
        destino=ancla in _DESTINOS or anterior in _DESTINOS,
        mas_largo=frase.sigue(hasta)
        and frase.palabras[hasta] in {"de", "del"}
        and frase.sigue(hasta + 1)
        and frase.es_mayuscula(hasta + 1),
        mayuscula=not frase.con_caja or _lleva_mayuscula(frase, desde, hasta),
        con_caja=frase.con_caja,
    )


def _lleva_mayuscula(frase: Frase, desde: int, hasta: int) -> bool:
    """La de su primera palabra que no es un artículo: «los Sauces» la lleva."""
    return next((frase.es_mayuscula(i) for i in range(desde, hasta) if frase.palabras[i] not in ENLACES), False)


def _previa(ancla: str, *, directo: bool) -> Previa:
    if ancla in VIAS:
        return Previa.VIA
    if ancla in _DE_ESTADO and not directo:
        return Previa.ESTADO
    if directo and ancla in _TRATOS:
        return Previa.TRATO
    for palabras, previa in (
        (_ASENTAMIENTOS, Previa.ASENTAMIENTO),
        (_SITIOS, Previa.SITIO),
        (_INSTITUCIONES, Previa.INSTITUCION),
    ):
        if ancla in palabras:
            return previa
    return Previa.NADA


def _parece_persona(frase: Frase, desde: int, hasta: int) -> bool:
    """«Guadalupe Victoria», «Victoria Ruffo», «Juárez dijo»: otro nombre pegado, o lo que sólo hace una persona."""
    if frase.sigue(hasta) and frase.palabras[hasta] in _DICHOS:
        return True
    if frase.sigue(hasta) and frase.es_mayuscula(hasta) and frase.palabras[hasta] not in ENLACES:
        return True
    antes = desde - 1
    return (
        frase.sigue(desde)
        and not frase.corta(antes)  # la que abre la oración va con mayúscula sin ser nombre
        and frase.es_mayuscula(antes)
        and not _introduce(frase.palabras[antes])
    )


def _introduce(palabra: str) -> bool:
    return any(palabra in clase for clase in (ENLACES, ARTICULOS, VIAS, _ASENTAMIENTOS, _RUMBOS, _SITIOS))


def _parece_equipo(frase: Frase, desde: int, hasta: int) -> bool:
    """«El Toluca ganó», «Toluca vs. Pumas», «Toluca 3-1»: una ciudad no lleva artículo; un equipo, sí."""
    anterior = frase.palabras[desde - 1] if desde and frase.sigue(desde) else ""
    siguiente = frase.palabras[hasta] if frase.sigue(hasta) else ""
    return anterior in {"el", "al", "del", "vs", "deportivo"} or siguiente in _DE_EQUIPO or siguiente.isdigit()
