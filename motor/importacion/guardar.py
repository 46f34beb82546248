"""Guardar lo importado: las publicaciones como vistas, cada renglón como una lectura y sus números como mediciones.

Nada se repite: una publicación se busca por su identificador y su dirección entre las que ya se conocen, y el mismo
contenido importado otra vez no deja lectura nueva. Un ensayo hace lo mismo y lo deshace: así dice lo que pasaría.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, or_, select, update
from sqlmodel import Session, col

from conectores.contrato_escucha import Mediciones
from conectores.contrato_exportacion import Exportaciones
from modelos import Base, Lectura, Medicion, Vista, tabla
from motor.escucha.recoleccion.cadencia import proxima_medida
from motor.escucha.recoleccion.lecturas import IMPORTADA, Leida, como_datos, guardar_lecturas
from motor.importacion.celdas import SIN_EXCEL, fin_del_dia
from motor.importacion.conocidas import Conocida, Conocidas, cargar
from motor.importacion.cuentas import PerfilConocido
from motor.importacion.renglones import Apartada, DelDia, Publicada

LOTE = 1000
DIFERENCIAS_MAXIMAS = 10_000


@dataclass(slots=True)
class Cuenta:
    """Lo que se hizo (o se haría). desfases: la hora de la tabla menos la de Pregonero, de las que publicó él."""

    nuevas: int = 0
    conocidas: int = 0
    nuestras: int = 0
    dias: int = 0
    lecturas: int = 0
    repetidas: int = 0
    numeros: Counter[str] = field(default_factory=Counter)
    desfases: list[timedelta] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Importacion:
    """leidas_en: de cuándo son los números. version: qué archivo. huella: de su contenido. zona: la de los días.

    desde: el primer día de una tabla que sólo cuenta un periodo; None si cuenta toda la vida.
    """

    leidas_en: datetime
    ahora: datetime
    version: str
    huella: str
    zona: ZoneInfo
    desde: datetime | None = None
    ensayo: bool = False


class Guardador:
    """Lo de un perfil, por lotes: cada uno entra entero o no entra, y repetirlo no hace nada."""

    def __init__(
        self, base: Base, perfil: PerfilConocido, exportaciones: Exportaciones, importacion: Importacion
    ) -> None:
        self._base = base
        self._perfil = perfil
        self._exportaciones = exportaciones
        self._importacion = importacion
        self.cuenta = Cuenta()
        self._vistas: dict[int, int] = {}  # la publicación (por su `Conocida`) y el renglón en que salió
        self._dias: dict[tuple[str, datetime], int] = {}
        with base.leer() as sesion:
            self._conocidas: Conocidas = cargar(sesion, perfil.id, exportaciones)

    # ── publicaciones ────────────────────────────────────────────────────────────────────────────────────────

    def publicaciones(self, lote: Sequence[Publicada]) -> list[Apartada]:
        """Guardarlas; devuelve las que no pueden entrar."""
        apartadas: list[Apartada] = []
        juntas: list[tuple[Publicada, Conocida]] = []
        for publicada in lote:
            resuelta = self._resolver(publicada)
            if isinstance(resuelta, Apartada):
                apartadas.append(resuelta)
            else:
                juntas.append((publicada, resuelta))
        if not juntas:
            return apartadas
        with self._base.escribir() as sesion:
            self._poner_vistas(sesion, juntas)
            self._poner_lecturas(sesion, juntas)
            if self._importacion.ensayo:
                sesion.rollback()
        return apartadas

    def _resolver(self, publicada: Publicada) -> Conocida | Apartada:
        ids = self._exportaciones.ids(publicada.identificador, publicada.url, self._perfil.id_externo)
        hallada = self._conocidas.hallar(ids, publicada.url)
        conocida = hallada if hallada is not None else self._nueva(publicada, ids)
        if isinstance(conocida, Apartada):
            return conocida
        desde = self._importacion.desde
        if desde is not None and (conocida.publicada_en is None or conocida.publicada_en < desde):
            return _apartar(
                publicada,
                "se publicó antes del periodo de la tabla, y sus números son sólo los de ese periodo.",
                "Exporte un periodo que empiece antes de que se publicara.",
            )
        if (antes := self._vistas.setdefault(id(conocida), publicada.numero)) != publicada.numero:
            return _apartar(publicada, f"repite la publicación del renglón {antes}.", "Deje uno solo.")
        if conocida.vista_id is None and conocida.entrega_id is None:
            self.cuenta.nuevas += 1
            self._conocidas.agregar(conocida)
        else:
            self.cuenta.conocidas += 1
        self._contar_nuestra(publicada, conocida)
        return conocida

    def _contar_nuestra(self, publicada: Publicada, conocida: Conocida) -> None:
        if conocida.con_entrega or conocida.entrega_id is not None:
            self.cuenta.nuestras += 1
        if (
            conocida.exacta is not None
            and publicada.publicada_en is not None
            and len(self.cuenta.desfases) < DIFERENCIAS_MAXIMAS
        ):
            self.cuenta.desfases.append(publicada.publicada_en - conocida.exacta)

    def _nueva(self, publicada: Publicada, ids: Sequence[str]) -> Conocida | Apartada:
        if publicada.estropeado and not ids:
            return _apartar(publicada, publicada.estropeado, SIN_EXCEL)
        if not ids and not publicada.url:
            return _apartar(publicada, "no dice qué publicación es.", "Ponga su identificador o su enlace.")
        id_externo = ids[0] if ids else self._exportaciones.clave_de_url(publicada.url)[:500]
        nacio = self._exportaciones.nacio(id_externo)
        if nacio is not None and nacio > self._importacion.leidas_en:
            return _apartar(
                publicada, "se publicó después de la fecha de la exportación.", "Diga de cuándo es con --fecha."
            )
        publicada_en = nacio or publicada.publicada_en
        if publicada_en is None:
            return _apartar(
                publicada,
                "no dice a qué hora se publicó, y Pregonero no la conocía.",
                "Escriba la fecha con su hora, por ejemplo «2026-12-01 09:00».",
            )
        return Conocida(id_externo, publicada_en, url=_direccion(publicada.url), texto=publicada.texto)

    def _poner_vistas(self, sesion: Session, juntas: Sequence[tuple[Publicada, Conocida]]) -> None:
        """Las que no están; el recolector pudo traer alguna entre tanto, y entonces es la suya."""
        faltan = [(p, c) for p, c in juntas if c.vista_id is None]
        suyas = select(col(Vista.id_externo), col(Vista.id)).where(
            col(Vista.perfil_id) == self._perfil.id, col(Vista.id_externo).in_([c.id_externo for _, c in faltan])
        )
        ya = {externo: vista_id for externo, vista_id in sesion.execute(suyas)} if faltan else {}
        nuevas = [(p, c) for p, c in faltan if c.id_externo not in ya]
        filas = [self._fila(p, c) for p, c in nuevas]
        if filas:
            vista = tabla(Vista)
            ids = sesion.scalars(insert(vista).returning(vista.c.id, sort_by_parameter_order=True), filas).all()
            ya |= {c.id_externo: vista_id for (_, c), vista_id in zip(nuevas, ids, strict=True)}
        for _, conocida in faltan:
            conocida.vista_id = ya[conocida.id_externo]
        promocionadas = [c.vista_id for p, c in juntas if p.promocionada]
        if promocionadas:  # una tabla que no lo dice no lo desmiente
            sesion.execute(update(Vista).where(col(Vista.id).in_(promocionadas)).values(promocionada=True))
        for _, conocida in juntas:
            if conocida.entrega_id is not None and not conocida.con_entrega:
                sesion.execute(
                    update(Vista).where(col(Vista.id) == conocida.vista_id).values(entrega_id=conocida.entrega_id)
                )
                conocida.con_entrega = True

    def _fila(self, publicada: Publicada, conocida: Conocida) -> dict[str, object]:
        """medir_en: sólo si su identificador es el de la red; con uno hecho de la dirección no se puede preguntar."""
        ahora = self._importacion.ahora
        publicada_en = conocida.publicada_en or publicada.publicada_en or self._importacion.leidas_en
        se_puede = bool(publicada.identificador or conocida.entrega_id)
        return {
            "perfil_id": self._perfil.id,
            "entrega_id": conocida.entrega_id,
            "id_externo": conocida.id_externo,
            "url": conocida.url or _direccion(publicada.url),
            "texto": conocida.texto or publicada.texto,
            "tipo": publicada.tipo[:40],
            "promocionada": publicada.promocionada,
            "origen": IMPORTADA,
            "publicada_en": publicada_en,
            "vista_en": ahora,
            "medir_en": proxima_medida(publicada_en, ahora) if se_puede else None,
        }

    def _poner_lecturas(self, sesion: Session, juntas: Sequence[tuple[Publicada, Conocida]]) -> None:
        este = self._importacion
        vistas = [c.vista_id for _, c in juntas if c.vista_id is not None]
        iguales = select(col(Lectura.vista_id), col(Lectura.version), col(Lectura.datos)).where(
            col(Lectura.vista_id).in_(vistas),
            or_(col(Lectura.version).endswith(este.huella), col(Lectura.leida_en) == este.leidas_en),
        )
        ya: set[tuple[int | None, str]] = set()
        for vista_id, version, datos in sesion.execute(iguales):
            ya.add((vista_id, "" if version.endswith(este.huella) else datos))
        leidas = []
        for publicada, conocida in juntas:
            medidas = Mediciones(valores=publicada.valores, version=este.version, crudo=publicada.crudo)
            if (conocida.vista_id, "") in ya or (conocida.vista_id, como_datos(medidas)) in ya:
                self.cuenta.repetidas += 1
                continue
            leidas.append(self._leida(medidas, conocida.vista_id, None))
        self._guardar(sesion, leidas)

    # ── días ─────────────────────────────────────────────────────────────────────────────────────────────────

    def dias(self, lote: Sequence[DelDia]) -> list[Apartada]:
        """Los números del perfil de cada día; los que ya estaban iguales no se repiten."""
        apartadas: list[Apartada] = []
        if not lote:
            return apartadas
        with self._base.escribir() as sesion:
            guardados = self._guardados(sesion, lote)
            leidas = []
            for del_dia in lote:
                cuando = self._fin(del_dia)
                nuevos = {m: v for m, v in del_dia.valores.items() if guardados.get((m, cuando)) != v}
                if choca := next((m for m in nuevos if self._dias.get((m, cuando), nuevos[m]) != nuevos[m]), None):
                    apartadas.append(
                        _apartar(del_dia, f"repite el {del_dia.dia} con otro número de {choca}.", "Deje uno solo.")
                    )
                    continue
                self._dias |= {(m, cuando): v for m, v in nuevos.items()}
                guardados |= {(m, cuando): v for m, v in nuevos.items()}
                self.cuenta.dias += 1
                if not nuevos:
                    self.cuenta.repetidas += bool(del_dia.valores)
                    continue
                medidas = Mediciones(valores=nuevos, version=self._importacion.version, crudo=del_dia.crudo)
                leidas.append(self._leida(medidas, None, cuando))
            self._guardar(sesion, leidas)
            if self._importacion.ensayo:
                sesion.rollback()
        return apartadas

    def _fin(self, del_dia: DelDia) -> datetime:
        """El día de la exportación está a medias: sus números son los de ese momento."""
        return min(fin_del_dia(del_dia.dia, self._importacion.zona), self._importacion.leidas_en)

    def _guardados(self, sesion: Session, lote: Sequence[DelDia]) -> dict[tuple[str, datetime], int]:
        cuandos = [self._fin(d) for d in lote]
        orden = (
            select(col(Medicion.metrica), col(Medicion.medida_en), col(Medicion.valor))
            .where(
                col(Medicion.perfil_id) == self._perfil.id,
                col(Medicion.vista_id).is_(None),
                col(Medicion.medida_en) >= min(cuandos),
                col(Medicion.medida_en) <= max(cuandos),
            )
            .order_by(col(Medicion.id))  # de dos, vale la última que se supo
        )
        return {(metrica, cuando): valor for metrica, cuando, valor in sesion.execute(orden)}

    # ── lo común ─────────────────────────────────────────────────────────────────────────────────────────────

    def _leida(self, medidas: Mediciones, vista_id: int | None, medida_en: datetime | None) -> Leida:
        return Leida(
            perfil_id=self._perfil.id,
            vista_id=vista_id,
            mediciones=medidas,
            leida_en=self._importacion.leidas_en,
            medida_en=medida_en,
        )

    def _guardar(self, sesion: Session, leidas: Sequence[Leida]) -> None:
        guardar_lecturas(sesion, leidas)
        self.cuenta.lecturas += len(leidas)
        for leida in leidas:
            self.cuenta.numeros.update(leida.mediciones.valores.keys())


def _apartar(renglon: Publicada | DelDia, mensaje: str, remedio: str) -> Apartada:
    return Apartada(numero=renglon.numero, columna="", mensaje=mensaje, remedio=remedio, crudo=renglon.crudo)


def _direccion(url: str) -> str:
    """Sólo la que se puede enseñar y abrir; la otra queda en lo crudo."""
    return url if url.lower().startswith(("https://", "http://")) and len(url) <= 2048 else ""
