"""De un archivo a la base: primero se mira entero sin escribir nada, y después se lee por lotes.

Lo que impide importar una tabla (no se reconoce, no se sabe de qué perfil es, Excel la estropeó) se sabe antes de
guardar el primer renglón.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from conectores.contrato_exportacion import Exportaciones, Grano
from modelos import Perfil
from motor.entorno import Entorno
from motor.entrada.leer.codificacion import mostrable
from motor.entrada.leer.hoja import HojaIlegible
from motor.importacion.apartadas import Copia, destino_de
from motor.importacion.cuentas import NINGUNA, Cuenta, NoSeSabeDeQuien, PerfilConocido, repartir
from motor.importacion.guardar import LOTE, Guardador, Importacion
from motor.importacion.hojas import abrir, huella
from motor.importacion.mirar import Mirada, mirar, que_no_se_reconoce
from motor.importacion.propia import HOJA_DE_EJEMPLO, PROPIA
from motor.importacion.reconocer import Reconocida
from motor.importacion.renglones import Apartada, DelDia, Modo, Publicada, leer_renglones

ENSENADAS = 12
_DESFASE_QUE_SE_NOTA = timedelta(minutes=20)


class NoSeImporta(Exception):
    """Nada de esta tabla entra; el mensaje dice por qué y qué hacer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opciones:
    """perfil: vacío si lo dice la tabla. fecha: de cuándo son los números; None si de cuando se descargó el archivo.

    desde: el primer día de una tabla que sólo cuenta un periodo. ensayo: mirar sin guardar.
    """

    perfil: str = ""
    fecha: datetime | None = None
    zona: ZoneInfo
    desde: date | None = None
    ensayo: bool = False


@dataclass(slots=True, kw_only=True)
class Resumen:
    """Lo que se hizo con una tabla. apartadas: las primeras; `cuantas_apartadas`, todas. copia: dónde quedaron."""

    archivo: str
    hoja: str
    que: str
    leidas_en: datetime
    perfiles: tuple[str, ...] = ()
    renglones: int = 0
    nuevas: int = 0
    conocidas: int = 0
    nuestras: int = 0
    dias: int = 0
    lecturas: int = 0
    repetidas: int = 0
    numeros: Counter[str] = field(default_factory=Counter)
    apartadas: list[Apartada] = field(default_factory=list)
    cuantas_apartadas: int = 0
    copia: Path | None = None
    sin_usar: tuple[str, ...] = ()
    avisos: list[str] = field(default_factory=list)


Avance = Callable[[int, int], None]
"""(renglones hechos, renglones en total) de la tabla que se está leyendo."""


def importar_archivo(
    entorno: Entorno, ruta: Path, opciones: Opciones, *, avance: Avance = lambda _h, _t: None
) -> list[Resumen]:
    """Importar cada tabla de un archivo. Lanza NoSeImporta, u OSError si no se puede leer."""
    oficina: dict[str, Exportaciones] = {**entorno.exportaciones(), "": PROPIA}
    perfiles = perfiles_de(entorno)
    try:
        miradas = [mirar(hoja, oficina) for hoja in abrir(ruta) if hoja.nombre != HOJA_DE_EJEMPLO]
        reconocidas = [m for m in miradas if m.candidatas]
        if not reconocidas:
            raise NoSeImporta(que_no_se_reconoce(miradas, oficina))
        importacion = _importacion(entorno, ruta, opciones)
        trabajos = [_Trabajo(entorno, ruta, m, perfiles, opciones, importacion) for m in reconocidas]
        return [trabajo.hacer(avance, varias=len(trabajos) > 1) for trabajo in trabajos]
    except HojaIlegible as error:
        raise NoSeImporta(f"{error.problema.mensaje} {error.problema.remedio}") from error
    except NoSeSabeDeQuien as error:
        raise NoSeImporta(str(error)) from error


def perfiles_de(entorno: Entorno) -> list[PerfilConocido]:
    with entorno.base.leer() as sesion:
        perfiles = sesion.exec(select(Perfil).order_by(col(Perfil.nombre))).all()
    return [
        PerfilConocido(
            id=p.id,
            nombre=p.nombre,
            red=p.red,
            nombre_de_red=_nombre_de_red(entorno, p.red),
            titulo=p.titulo,
            id_externo=p.id_externo,
        )
        for p in perfiles
    ]


def _nombre_de_red(entorno: Entorno, red: str) -> str:
    try:
        return entorno.capacidades_de(red).nombre
    except (ImportError, KeyError):  # sin su biblioteca no se publica, pero sus tablas se pueden importar
        return red


def _importacion(entorno: Entorno, ruta: Path, opciones: Opciones) -> Importacion:
    ahora, contenido = entorno.reloj.ahora(), huella(ruta)
    leidas_en = opciones.fecha or min(datetime.fromtimestamp(int(ruta.stat().st_mtime), UTC), ahora)
    if leidas_en > ahora:
        raise NoSeImporta("la fecha de los números está en el futuro. Corrija --fecha.")
    desde = datetime.combine(opciones.desde, time(), opciones.zona) if opciones.desde else None
    return Importacion(
        leidas_en=leidas_en,
        ahora=ahora,
        version=f"{mostrable(ruta.name)[:105]} · {contenido}",
        huella=contenido,
        zona=opciones.zona,
        desde=desde,
        ensayo=opciones.ensayo,
    )


# ── hacer ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Trabajo:
    """Una tabla reconocida, con el perfil de cada renglón decidido."""

    def __init__(
        self,
        entorno: Entorno,
        ruta: Path,
        mirada: Mirada,
        perfiles: Sequence[PerfilConocido],
        opciones: Opciones,
        importacion: Importacion,
    ) -> None:
        self._entorno, self._ruta, self._mirada, self._perfiles = entorno, ruta, mirada, perfiles
        self._opciones = opciones
        self._propia = mirada.candidatas[0].red == ""
        self._reparto = {} if self._propia else self._repartir()
        self.tabla = self._elegida()
        zona = ZoneInfo(self.tabla.tipo.zona) if self.tabla.tipo.zona else opciones.zona
        self._importacion = replace(importacion, zona=zona)
        self._modo = Modo(zona=zona, leidas_en=importacion.leidas_en, dia_primero=mirada.dia_primero)
        self._guardadores: dict[int, Guardador] = {}
        if self.tabla.tipo.de_un_periodo and self.tabla.tipo.grano is Grano.PUBLICACION and opciones.desde is None:
            raise NoSeImporta(
                f"los números de esta tabla ({self.tabla.tipo.nombre}) son los del periodo elegido al exportarla. "
                "Diga en qué día empieza: --desde 2026-10-01"
            )

    def _repartir(self) -> dict[Cuenta, PerfilConocido]:
        candidatas = self._mirada.candidatas
        redes = [_nombre_de_red(self._entorno, c.red) for c in candidatas]
        que = candidatas[0].tipo.nombre if len(candidatas) == 1 else "números por día"
        cuentas = list(self._mirada.cuentas)
        return dict(repartir(cuentas, self._perfiles, que=que, redes=redes, pedido=self._opciones.perfil))

    def _elegida(self) -> Reconocida:
        """La candidata de la red del perfil: «Visualizaciones» puede ser de dos."""
        redes = {p.red for p in self._reparto.values()}
        return next((c for c in self._mirada.candidatas if c.red in redes), self._mirada.candidatas[0])

    def hacer(self, avance: Avance, *, varias: bool) -> Resumen:
        """varias: el archivo tiene más de una tabla, y hay que decir cuál es ésta."""
        tabla, total, hoja = self.tabla, self._mirada.renglones, self._mirada.hoja.nombre if varias else ""
        resumen = Resumen(
            archivo=mostrable(self._ruta.name),
            hoja=hoja,
            que=tabla.tipo.nombre,
            leidas_en=self._importacion.leidas_en,
            renglones=total,
            sin_usar=tabla.sin_usar,
        )
        titulos = ("serie", "fecha", "valor") if tabla.tipo.grano is Grano.SERIE else tabla.titulos
        copia = None if self._importacion.ensayo else Copia(titulos)
        lotes: dict[int, list[Publicada | DelDia]] = {}
        renglones = leer_renglones(tabla, self._mirada.hoja.filas(), self._modo)
        for hechos, renglon in enumerate(renglones, 1):
            if hechos % LOTE == 0:
                avance(min(hechos, total), total)
            if isinstance(renglon, Apartada):
                _apartar(resumen, copia, [renglon])
                continue
            perfil = self._de_quien(renglon)
            if isinstance(perfil, Apartada):
                _apartar(resumen, copia, [perfil])
                continue
            lote = lotes.setdefault(perfil.id, [])
            lote.append(renglon)
            if len(lote) >= LOTE:
                _apartar(resumen, copia, self._guardar(perfil, lote))
                lote.clear()
        for perfil in self._perfiles:
            _apartar(resumen, copia, self._guardar(perfil, lotes.get(perfil.id, [])))
        self._cerrar(resumen)
        if copia is not None and copia.escribir(destino := destino_de(self._ruta, hoja)):
            resumen.copia = destino
        avance(total, total)
        return resumen

    def _de_quien(self, renglon: Publicada | DelDia) -> PerfilConocido | Apartada:
        if self._propia:
            nombre = renglon.perfil or self._opciones.perfil
            perfil = next((p for p in self._perfiles if p.nombre == nombre), None)
            hay = ", ".join(p.nombre for p in self._perfiles) or "ninguno todavía"
            falta = f"no hay un perfil «{nombre}»." if nombre else "no dice de qué perfil es."
            return perfil or _fuera(renglon, "Perfil", falta, f"Los que hay: {hay}.")
        cuenta = NINGUNA
        if isinstance(renglon, Publicada):
            cuenta = (renglon.cuenta, renglon.nombre_de_cuenta)
        perfil = self._reparto.get(cuenta)
        quien = cuenta[1] or cuenta[0] or "otra cuenta"
        return perfil or _fuera(
            renglon, "", f"es de «{quien}», que no es el perfil.", "Impórtela con el perfil que le toca (--perfil)."
        )

    def _guardar(self, perfil: PerfilConocido, lote: Sequence[Publicada | DelDia]) -> list[Apartada]:
        if not lote:
            return []
        if perfil.id not in self._guardadores:
            exportaciones = self.tabla.exportaciones
            if self._propia:
                exportaciones = self._entorno.exportaciones().get(perfil.red, exportaciones)
            self._guardadores[perfil.id] = Guardador(self._entorno.base, perfil, exportaciones, self._importacion)
        guardador = self._guardadores[perfil.id]
        return [
            *guardador.publicaciones([r for r in lote if isinstance(r, Publicada)]),
            *guardador.dias([r for r in lote if isinstance(r, DelDia)]),
        ]

    def _cerrar(self, resumen: Resumen) -> None:
        resumen.apartadas.sort(key=lambda a: a.numero)
        resumen.perfiles = tuple(p.nombre for p in self._perfiles if p.id in self._guardadores)
        desfases: list[timedelta] = []
        for guardador in self._guardadores.values():
            cuenta = guardador.cuenta
            for campo in ("nuevas", "conocidas", "nuestras", "dias", "lecturas", "repetidas"):
                setattr(resumen, campo, getattr(resumen, campo) + getattr(cuenta, campo))
            resumen.numeros.update(cuenta.numeros)
            desfases += cuenta.desfases
        if self._mirada.dia_primero:
            resumen.avisos.append("Las fechas van con el día primero: el archivo pasó por Excel. Se leyeron así.")
        if aviso := aviso_de_zona(desfases, self._modo.zona):
            resumen.avisos.append(aviso)
        for cuenta_ajena, perfil in self._reparto.items():
            if cuenta_ajena != NINGUNA and not perfil.es(cuenta_ajena):
                quien = cuenta_ajena[1] or cuenta_ajena[0]
                resumen.avisos.append(f"La tabla dice que es de «{quien}»; va a «{perfil.nombre}» porque así se pidió.")


def _apartar(resumen: Resumen, copia: Copia | None, apartadas: Sequence[Apartada]) -> None:
    for apartada in apartadas:
        resumen.cuantas_apartadas += 1
        if copia is not None:
            copia.agregar(apartada)
        if len(resumen.apartadas) < ENSENADAS:
            resumen.apartadas.append(apartada)


def _fuera(renglon: Publicada | DelDia, columna: str, mensaje: str, remedio: str) -> Apartada:
    return Apartada(numero=renglon.numero, columna=columna, mensaje=mensaje, remedio=remedio, crudo=renglon.crudo)


def aviso_de_zona(desfases: Sequence[timedelta], zona: ZoneInfo) -> str:
    """Si las horas de la tabla no son las que sabe Pregonero de lo que publicó él: la zona es otra. Vacío si coinciden.

    Importa porque de estas horas se aprende a qué hora conviene publicar.
    """
    if len(desfases) < 3:
        return ""
    minutos = sorted(d.total_seconds() / 60 for d in desfases)
    comun = median(minutos)
    iguales = sum(abs(m - comun) <= 5 for m in minutos)
    if abs(comun) < _DESFASE_QUE_SE_NOTA.total_seconds() / 60 or iguales < len(minutos) * 0.8:
        return ""
    horas = f"{abs(comun) / 60:.1f}".rstrip("0").rstrip(".")
    hacia = "adelantadas" if comun > 0 else "atrasadas"
    return (
        f"Las horas de la tabla van {horas} h {hacia} respecto de lo que publicó Pregonero: no están en {zona.key}. "
        "Importe otra vez con la zona de la cuenta, por ejemplo: --zona America/Los_Angeles"
    )
