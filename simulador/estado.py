"""Lo que recuerdan las redes imitadas: perfiles, publicaciones, medios, ajustes y cupos. Todo en memoria.

Vive entero en el hilo del servidor; quien esté en otro hilo pregunta por `Simulador` o por `/_control/`.
"""

import hashlib
import io
import itertools
import random
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image, UnidentifiedImageError

from simulador.voces import Voces
from simulador.x_cobros import Cobros

REDES = ("x", "facebook", "instagram", "pinterest")

_EPOCA_X_MS = 1288834974657  # de los identificadores «snowflake»
_BLOB_MAXIMO_BYTES = 32 * 2**20
_BLOBS_MAXIMO_BYTES = 512 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Medio:
    """Una imagen o un video que la red recibió. huella: 16 hexadecimales del contenido; 0 si no se supo medir."""

    huella: str
    mime: str
    peso_bytes: int
    ancho: int = 0
    alto: int = 0
    texto_alternativo: str = ""

    @property
    def es_video(self) -> bool:
        return self.mime.startswith("video/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Perfil:
    """Una cuenta de una red. `permisos` vacío significa todos. `pagina`: la de Facebook a la que va un Instagram.

    personal: un Instagram que no es profesional, y que las demás cuentas no pueden mirar.
    """

    red: str
    id: str
    nombre: str = ""
    usuario: str = ""
    token: str = field(default="", repr=False)
    vence_en: datetime | None = None
    permisos: tuple[str, ...] = ()
    pagina: str = ""
    personal: bool = False
    tableros: tuple[tuple[str, str], ...] = ()

    def puede(self, permiso: str) -> bool:
        return not self.permisos or permiso in self.permisos


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicada:
    """Algo que la red aceptó y la gente ve.

    texto: tal como llegó, con sus enlaces enteros. instante: cuándo se aceptó. visible_en: desde cuándo sale en
    los listados. orden: cuenta de todas las aceptadas, desde 1. clave: la cabecera Idempotency-Key, si la hubo.
    extra: lo que sólo entiende su red.
    """

    red: str
    perfil: str
    id: str
    texto: str
    instante: datetime
    visible_en: datetime
    orden: int
    titulo: str = ""
    enlace: str = ""
    tipo: str = "publicacion"
    url: str = ""
    clave: str = ""
    medios: tuple[Medio, ...] = ()
    borrada: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ajustes:
    """Cómo se porta una red.

    latencia_s, latencia_azar_s: demora fija y demora al azar (uniforme) de cada respuesta, mitad antes y mitad
    después de aceptar. retraso_listado_s (y _azar_s): cuánto tarda lo aceptado en salir en los listados.
    proceso_imagen_s, proceso_video_s: cuánto pasa IN_PROGRESS un medio. cupo: publicaciones por perfil en
    `ventana_cupo_s`; 0 es sin límite. duplicados: si se rechaza el texto repetido; ventana_duplicados_s: cuánto
    tiempo se recuerda. dialecto (X): «pide» contesta con los nombres que pide el cliente; «viejo» o «nuevo» los
    impone. estricto: sólo valen los perfiles y tokens registrados. saldo_usd (X): lo que queda por gastar en leer; 0
    es sin tope. lectura_propia (X): la aplicación es de la cuenta, y leer lo suyo cuesta menos.
    retraso_metricas_s (Meta, Pinterest): cuánto tarda una publicación en tener métricas. metricas_muertas (Meta): las
    que ya no da, separadas por comas. uso_pct, regreso_min (Meta): lo que dicen las cabeceras de uso. limite_codigo
    (Meta): con qué código se dice el límite (4, 17, 32, 80001…).
    """

    latencia_s: float = 0.0
    latencia_azar_s: float = 0.0
    retraso_listado_s: float = 0.0
    retraso_listado_azar_s: float = 0.0
    proceso_imagen_s: float = 0.0
    proceso_video_s: float = 1.0
    vida_contenedor_s: float = 86_400.0
    cupo: int = 0
    ventana_cupo_s: float = 900.0
    duplicados: bool = True
    ventana_duplicados_s: float = 86_400.0
    dialecto: str = "pide"
    estricto: bool = False
    saldo_usd: float = 0.0
    lectura_propia: bool = False
    retraso_metricas_s: float = 0.0
    metricas_muertas: str = ""
    uso_pct: int = 0
    regreso_min: int = 0
    limite_codigo: int = 4


# Instagram: cuántas publicaciones en 24 h, según su guía (las páginas de Meta se contradicen: 25, 50 y 100).
# Fuente: https://developers.facebook.com/docs/instagram-platform/content-publishing, consultada 2026-11-22.
AJUSTES_INICIALES: Mapping[str, Ajustes] = {
    "x": Ajustes(),
    "facebook": Ajustes(ventana_cupo_s=3600),
    "instagram": Ajustes(cupo=100, ventana_cupo_s=86_400),
    "pinterest": Ajustes(ventana_cupo_s=60),
}

# Lo que va en cada perfil de la casa, además de llamarse igual en todas las redes; su token es `token-<red>`.
_DE_LA_CASA: Mapping[str, Mapping[str, Any]] = {
    "x": {"id": "2244994945", "usuario": "SanJacintoGob"},
    "facebook": {"id": "100200300400500", "usuario": "sanjacintogob"},
    "instagram": {"id": "17841400000000001", "usuario": "sanjacintogob", "pagina": "100200300400500"},
    "pinterest": {
        "id": "850000000000000001",
        "usuario": "sanjacintogob",
        "tableros": (("850000000000000101", "Avisos"), ("850000000000000102", "Turismo")),
    },
}


def perfiles_de_la_casa() -> list[Perfil]:
    """Uno por red, para que el simulador sirva sin configurar nada."""
    nombre = "Municipio de San Jacinto"
    return [Perfil(red=red, nombre=nombre, token=f"token-{red}", **datos) for red, datos in _DE_LA_CASA.items()]


def ahora() -> datetime:
    return datetime.now(UTC)


def mirar_medio(datos: bytes, mime: str = "", *, texto_alternativo: str = "") -> Medio:
    """Qué es un archivo de verdad, diga lo que diga quien lo manda. mime vacío si no es imagen ni video."""
    huella = hashlib.sha256(datos).hexdigest()[:16]
    ancho = alto = 0
    real = ""
    if datos[4:8] == b"ftyp":
        real = "video/quicktime" if datos[8:12] == b"qt  " else "video/mp4"
    else:
        try:
            with Image.open(io.BytesIO(datos)) as imagen:
                ancho, alto = imagen.size
                real = Image.MIME.get(imagen.format or "", "")
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            real = mime if mime.startswith("video/") else ""
    return Medio(
        huella=huella,
        mime=real,
        peso_bytes=len(datos),
        ancho=ancho,
        alto=alto,
        texto_alternativo=texto_alternativo,
    )


class Estado:
    def __init__(self, *, semilla: int | None = None) -> None:
        self.azar = random.Random(semilla)
        self.ajustes: dict[str, Ajustes] = dict(AJUSTES_INICIALES)
        self._perfiles: dict[tuple[str, str], Perfil] = {}
        self._por_token: dict[tuple[str, str], str] = {}
        self._serie = itertools.count(1)
        self._ultimo_id = 0
        self._blobs: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._peso_blobs = 0
        self.olvidar()
        for perfil in perfiles_de_la_casa():
            self.registrar(perfil)

    def olvidar(self) -> None:
        """Borrar lo publicado, lo dicho y los cupos; quedan los perfiles, los ajustes y los medios."""
        self.voces, self.cobros = Voces(), Cobros()
        self._publicadas: dict[tuple[str, str], Publicada] = {}
        self._por_perfil: dict[tuple[str, str], list[str]] = {}
        self._cupos: dict[tuple[str, str], tuple[float, int]] = {}
        self._orden = itertools.count(1)

    # ── Perfiles ─────────────────────────────────────────────────────────────────────────────────────────────

    def registrar(self, perfil: Perfil) -> Perfil:
        anterior = self._perfiles.get((perfil.red, perfil.id))
        if anterior is not None:
            self._por_token.pop((perfil.red, anterior.token), None)
        self._perfiles[perfil.red, perfil.id] = perfil
        if perfil.token:
            self._por_token[perfil.red, perfil.token] = perfil.id
        return perfil

    def perfil(self, red: str, id_externo: str) -> Perfil | None:
        return self._perfiles.get((red, id_externo))

    def perfil_de_token(self, red: str, token: str) -> Perfil | None:
        id_externo = self._por_token.get((red, token))
        return self._perfiles.get((red, id_externo)) if id_externo else None

    def perfiles(self, red: str = "") -> list[Perfil]:
        return [p for p in self._perfiles.values() if red in ("", p.red)]

    # ── Publicaciones ────────────────────────────────────────────────────────────────────────────────────────

    def nuevo_id(self) -> str:
        """Un número que sólo crece y lleva la hora dentro, como los «snowflake» de X."""
        candidato = (int(time.time() * 1000) - _EPOCA_X_MS) << 22
        self._ultimo_id = max(candidato, self._ultimo_id + 1)
        return str(self._ultimo_id)

    def aceptar(
        self, red: str, perfil: str, id_externo: str, texto: str, *, instante: datetime | None = None, **demas: Any
    ) -> Publicada:
        """Publicar: desde este instante la gente lo ve (y los listados, pasado el retraso de la red)."""
        ajustes, instante = self.ajustes[red], instante or ahora()
        retraso_s = ajustes.retraso_listado_s + self.azar.uniform(0, ajustes.retraso_listado_azar_s)
        publicada = Publicada(
            red=red,
            perfil=perfil,
            id=id_externo,
            texto=texto,
            instante=instante,
            visible_en=instante + timedelta(seconds=retraso_s),
            orden=next(self._orden),
            **demas,
        )
        self._publicadas[red, id_externo] = publicada
        self._por_perfil.setdefault((red, perfil), []).append(id_externo)
        return publicada

    def sembrar(self, red: str, perfil: str, texto: str, *, instante: datetime, **demas: Any) -> Publicada:
        """Una publicación que ya estaba: sin pasar por la API de su red, y con su fecha."""
        numero = self.voces.nuevo_id(red, instante) if red == "x" else self.nuevo_id()
        id_externo = f"{perfil}_{numero}" if red == "facebook" else numero
        return self.aceptar(red, perfil, id_externo, texto, instante=instante, **demas)

    def publicada(self, red: str, id_externo: str) -> Publicada | None:
        """Una publicación que sigue en pie."""
        hallada = self._publicadas.get((red, id_externo))
        return None if hallada is None or hallada.borrada else hallada

    def corregir(self, publicada: Publicada, **cambios: Any) -> None:
        self._publicadas[publicada.red, publicada.id] = replace(publicada, **cambios)

    def borrar(self, publicada: Publicada) -> None:
        self.corregir(publicada, borrada=True)

    def recorrer(self, red: str, perfil: str) -> Iterator[Publicada]:
        """Lo que sigue en pie de un perfil, de lo más nuevo a lo más viejo, se enseñe ya o no en los listados."""
        for id_externo in reversed(self._por_perfil.get((red, perfil), [])):
            publicada = self._publicadas[red, id_externo]
            if not publicada.borrada:
                yield publicada

    def listar(self, red: str, perfil: str) -> Iterator[Publicada]:
        """Lo que enseña un listado de la red en este instante."""
        corte = ahora()
        return (p for p in self.recorrer(red, perfil) if p.visible_en <= corte)

    def publicadas(self, red: str = "", *, desde: int = 0) -> list[Publicada]:
        """Todo lo aceptado, borrado o no, en orden; sólo lo de `orden` mayor que `desde`."""
        return [p for p in self._publicadas.values() if red in ("", p.red) and p.orden > desde]

    # ── Medios, cupos, ajustes ───────────────────────────────────────────────────────────────────────────────

    def guardar_medio(self, datos: bytes, mime: str = "", *, texto_alternativo: str = "") -> Medio:
        """Mirar un medio y quedarse con sus bytes para enseñarlos (los más viejos se olvidan si no caben)."""
        medio = mirar_medio(datos, mime, texto_alternativo=texto_alternativo)
        if medio.huella not in self._blobs and len(datos) <= _BLOB_MAXIMO_BYTES:
            self._blobs[medio.huella] = (medio.mime or "application/octet-stream", datos)
            self._peso_blobs += len(datos)
            while self._peso_blobs > _BLOBS_MAXIMO_BYTES:
                self._peso_blobs -= len(self._blobs.popitem(last=False)[1][1])
        return medio

    def blob(self, huella: str) -> tuple[str, bytes] | None:
        return self._blobs.get(huella)

    def gastar_cupo(self, red: str, que: str, *, cupo: int, ventana_s: float, gasta: bool) -> tuple[int, float]:
        """Cuánto queda (negativo: pasado) y cuándo se renueva, en segundos de época. Ventana fija."""
        momento = time.time()
        inicio, usadas = self._cupos.get((red, que), (momento, 0))
        if momento - inicio >= ventana_s:
            inicio, usadas = momento, 0
        if gasta:
            usadas += 1
            self._cupos[red, que] = (inicio, usadas)
        return cupo - usadas, inicio + ventana_s

    def ajustar(self, red: str, cambios: Mapping[str, Any]) -> None:
        """Cambiar ajustes de una red, o de todas si `red` está vacía. Lanza ValueError si alguno no existe."""
        if red and red not in REDES:
            raise ValueError(f"No hay ninguna red «{red}»: {', '.join(REDES)}.")
        conocidos = {c.name: type(getattr(Ajustes(), c.name)) for c in fields(Ajustes)}
        if ajenos := [nombre for nombre in cambios if nombre not in conocidos]:
            raise ValueError(f"No hay ningún ajuste «{ajenos[0]}»: {', '.join(conocidos)}.")
        limpios = {nombre: conocidos[nombre](valor) for nombre, valor in cambios.items()}
        for una in [red] if red else REDES:
            self.ajustes[una] = replace(self.ajustes[una], **limpios)
