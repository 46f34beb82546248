"""Entender lo que se oye: dónde es cada mensaje y qué monitores lo cuentan.

cargar           uno con los monitores de ahora, que no cambia
EntendedorAlDia  uno que se rehace solo cuando cambian los monitores o los archivos de lugares: el del demonio
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from conectores.contrato_escucha import Oido
from motor.escucha.entendido import Entendido
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.archivos import ArchivoDeLugaresInvalido
from motor.escucha.lugares.catalogo import Catalogo
from motor.escucha.lugares.donde import Donde
from motor.escucha.lugares.lugar import Lugar
from motor.escucha.lugares.rangos import Lugares, Rangos, faltas_de
from motor.escucha.monitores.definicion import Definicion
from motor.escucha.monitores.explicacion import Motivo, motivos
from motor.escucha.monitores.guardados import Version, definiciones_activas, version_de_los_monitores
from motor.escucha.monitores.vigia import Vigia

logger = logging.getLogger(__name__)


class Entendedor:
    """Un `Entender` (véase `entendido`). No cambia; se puede usar desde varios hilos."""

    def __init__(self, vigia: Vigia, catalogo: Catalogo) -> None:
        self.vigia = vigia
        self.catalogo = catalogo

    def __call__(self, red: str, oidos: Sequence[Oido]) -> list[Entendido]:
        return [self._entender(red, oido) for oido in oidos]

    def _entender(self, red: str, oido: Oido) -> Entendido:
        donde = None
        try:
            donde = self._donde(oido)
            return Entendido(donde, self._cuentan(red, oido, donde))
        except Exception:  # uno raro no hunde a los de su tanda: se guarda, y al recontar se vuelve a intentar
            logger.exception("No se entendió un mensaje de %s.", red, extra={"accion": "mensaje_sin_entender"})
            return Entendido(donde, ())

    def explicar(self, red: str, oido: Oido) -> tuple[Donde | None, list[Motivo]]:
        """Dónde es un mensaje, qué monitores lo cuentan y por qué, y cuáles casi."""
        donde = self._donde(oido)
        hallados = motivos(
            self.vigia,
            oido.texto,
            titulo=oido.titulo,
            red=red,
            clase=oido.clase,
            idioma=oido.idioma,
            autor=oido.autor.usuario,
            donde=donde,
        )
        return donde, hallados

    def _donde(self, oido: Oido) -> Donde | None:
        texto = f"{oido.titulo}. {oido.texto}" if oido.titulo else oido.texto
        return self.catalogo.ubicar(texto, dicho=oido.lugar, lugar_del_autor=oido.autor.lugar)

    def _cuentan(self, red: str, oido: Oido, donde: Donde | None) -> tuple[int, ...]:
        return self.vigia.coinciden(
            oido.texto,
            titulo=oido.titulo,
            red=red,
            clase=oido.clase,
            idioma=oido.idioma,
            autor=oido.autor.usuario,
            donde=donde,
        )


def lugares_de(escucha: EntornoDeEscucha) -> Catalogo:
    """Los lugares de esta oficina. Lanza ArchivoDeLugaresInvalido si uno de sus archivos está mal escrito.

    Abrirlos tarda medio segundo: mientras no cambien sus archivos son los mismos, para todo el proceso.
    """
    carpeta = escucha.archivos / "lugares"
    return _abiertos(carpeta, _marca_de(carpeta))


@lru_cache(maxsize=1)
def _abiertos(carpeta: Path, _marca: tuple[tuple[str, int], ...]) -> Catalogo:
    return Catalogo.abrir(carpeta)


def componer(definiciones: Mapping[int, Definicion], catalogo: Catalogo | None) -> Vigia:
    """Los monitores con sus rangos, listos para preguntar. catalogo: sólo hace falta si alguno nombra lugares."""
    zonas = {monitor: d.zona.rango for monitor, d in definiciones.items() if d.zona is not None}
    return Vigia(definiciones, Rangos(zonas, catalogo or _NadaConocido()))


class _NadaConocido:
    """Un catálogo sin lugares."""

    def lugares_de(self, nombre: str) -> tuple[Lugar, ...]:  # noqa: ARG002 # la firma es de `Conocedor`
        return ()

    def parecidos(self, nombre: str) -> tuple[str, ...]:  # noqa: ARG002 # ídem
        return ()


def vigia_de(escucha: EntornoDeEscucha, definiciones: Mapping[int, Definicion]) -> Vigia:
    """Lo mismo, abriendo los lugares (medio segundo) sólo si alguno los nombra. Lanza ArchivoDeLugaresInvalido."""
    nombran = any(d.zona is not None and isinstance(d.zona.rango, Lugares) for d in definiciones.values())
    return componer(definiciones, lugares_de(escucha) if nombran else None)


def falta_en_el_lugar(definicion: Definicion, catalogo: Catalogo) -> str:
    """Los lugares de un monitor que no conocemos, dichos para quien lo escribió; vacío si no falta ninguno."""
    return "" if definicion.zona is None else " ".join(faltas_de(definicion.zona.rango, catalogo))


def falta_en_sus_lugares(escucha: EntornoDeEscucha, definicion: Definicion) -> str:
    """Lo mismo, abriendo los lugares sólo si los nombra."""
    if definicion.zona is None or not isinstance(definicion.zona.rango, Lugares):
        return ""
    try:
        return falta_en_el_lugar(definicion, lugares_de(escucha))
    except ArchivoDeLugaresInvalido as error:
        return f"Sus lugares no se pudieron leer: {error.faltas[0]}"


def cargar(escucha: EntornoDeEscucha) -> Entendedor:
    """Con los monitores que se vigilan ahora. Lanza ArchivoDeLugaresInvalido."""
    return _con(escucha, lugares_de(escucha))


def _con(escucha: EntornoDeEscucha, catalogo: Catalogo) -> Entendedor:
    with escucha.principal.base.leer() as sesion:
        definiciones = definiciones_activas(sesion, escucha.principal.reconocer_red)
    return Entendedor(componer(definiciones, catalogo), catalogo)


class EntendedorAlDia:
    """Un `Entender` que, antes de cada tanda, mira si cambiaron los monitores (una consulta corta) o los lugares.

    Con los archivos de lugares mal escritos sigue con los de antes; si nunca los hubo buenos, con los que trae
    Pregonero. Se puede usar desde varios hilos.
    """

    def __init__(self, escucha: EntornoDeEscucha) -> None:
        self._escucha = escucha
        self._candado = threading.Lock()
        self._catalogo: Catalogo | None = None
        self._lugares: tuple[tuple[str, int], ...] | None = None
        self._de: tuple[Version, int] | None = None
        self._entendedor: Entendedor | None = None

    def __call__(self, red: str, oidos: Sequence[Oido]) -> list[Entendido]:
        return self.ahora()(red, oidos)

    def ahora(self) -> Entendedor:
        """El de los monitores de este momento."""
        with self._escucha.principal.base.leer() as sesion:
            version = version_de_los_monitores(sesion)
        with self._candado:
            catalogo = self._catalogo_de_ahora()
            marca = (version, id(catalogo))
            if self._entendedor is None or marca != self._de:
                self._entendedor, self._de = _con(self._escucha, catalogo), marca
                logger.info("Se vigilan %d monitores.", len(self._entendedor.vigia), extra={"accion": "vigilar"})
            return self._entendedor

    def _catalogo_de_ahora(self) -> Catalogo:
        lugares = _marca_de(self._escucha.archivos / "lugares")
        if self._catalogo is None or lugares != self._lugares:
            self._lugares = lugares
            try:
                self._catalogo = lugares_de(self._escucha)
            except (ArchivoDeLugaresInvalido, OSError) as error:
                logger.error("Los lugares no se leyeron. %s", error, extra={"accion": "lugares_con_error"})
                self._catalogo = self._catalogo or Catalogo.abrir(None)
        return self._catalogo


def _marca_de(carpeta: Path) -> tuple[tuple[str, int], ...]:
    """Cambia si cambia un archivo de la carpeta."""
    if not carpeta.is_dir():
        return ()
    return tuple(sorted((a.name, a.stat().st_mtime_ns) for a in carpeta.glob("*.toml")))
