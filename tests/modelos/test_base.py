"""La base: instantes siempre UTC, enumerados por su valor, y las reglas que hace cumplir ella misma."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from modelos import Base, Entrega, Estado, Lectura, Medicion, Perfil, Publicacion, Vista
from modelos.consultas import agenda, cuentas_por_estado, enesimo_intento, perfiles, serie_de
from tests.conftest import COMIENZO

pytestmark = pytest.mark.dos_bases


def perfil(nombre: str = "p", **columnas: object) -> Perfil:
    return Perfil(**({"nombre": nombre, "red": "memoria", "creado_en": COMIENZO} | columnas))


def publicacion(**columnas: object) -> Publicacion:
    obligadas = {"texto": "x", "programada_en": COMIENZO, "zona": "UTC", "origen": "orden"}
    return Publicacion(**(obligadas | {"creada_en": COMIENZO, "actualizada_en": COMIENZO} | columnas))


def entrega(clave: str, **columnas: object) -> Entrega:
    obligadas = {"texto": "x", "huella": "h", "clave": clave, "no_antes_de": COMIENZO, "despertar_en": COMIENZO}
    return Entrega(**(obligadas | {"creada_en": COMIENZO, "publicacion_id": 1, "perfil_id": 1} | columnas))


@pytest.fixture
def con_una(base: Base) -> Base:
    with base.escribir() as sesion:
        sesion.add_all([perfil(), publicacion()])
        sesion.flush()
        sesion.add(entrega("uno"))
    return base


@pytest.mark.parametrize(
    "instante",
    [
        COMIENZO,
        COMIENZO.replace(microsecond=1),
        datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("America/Mexico_City")),
        datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Tijuana"), fold=1),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    ],
    ids=str,
)
def test_un_instante_vuelve_igual_y_en_utc(base: Base, instante: datetime) -> None:
    with base.escribir() as sesion:
        sesion.add(perfil(pausado_en=instante))
    with base.leer() as sesion:
        leido = sesion.exec(select(Perfil.pausado_en)).one()
    assert leido == instante.astimezone(UTC)  # una hora repetida nunca es igual a la de otra zona (PEP 495)
    assert leido is not None
    assert leido.utcoffset() == timedelta()


def test_un_instante_sin_zona_no_se_guarda(base: Base) -> None:
    with pytest.raises(StatementError, match="no dice su zona"), base.escribir() as sesion:
        sesion.add(perfil(pausado_en=datetime(2026, 11, 22, 9)))  # noqa: DTZ001 # es lo que se prueba


def test_los_instantes_se_comparan_en_la_base_por_su_orden(con_una: Base) -> None:
    en_tijuana = COMIENZO.astimezone(ZoneInfo("America/Tijuana"))
    with con_una.leer() as sesion:
        for retraso, halla in ((timedelta(microseconds=-1), 0), (timedelta(), 1)):
            orden = select(Entrega).where(Entrega.no_antes_de <= en_tijuana + retraso)
            assert len(sesion.exec(orden).all()) == halla


def test_los_estados_se_guardan_por_su_valor_y_la_base_no_admite_otros(con_una: Base) -> None:
    with con_una.leer() as sesion:
        assert sesion.execute(text("SELECT estado FROM entrega")).scalar() == "programada"
    with pytest.raises(IntegrityError), con_una.escribir() as sesion:
        sesion.execute(text("UPDATE entrega SET estado = 'PROGRAMADA'"))


@pytest.mark.parametrize(
    "fila",
    [
        lambda: perfil("p"),  # dos perfiles con el mismo nombre
        lambda: entrega("uno", parte=1),  # la misma clave de idempotencia
        lambda: entrega("dos"),  # la misma publicación en el mismo perfil
        lambda: entrega("dos", parte=1, perfil_id=99),  # un perfil que no existe
        lambda: entrega("dos", parte=1, publicacion_id=99),
    ],
    ids=["nombre", "clave", "publicación", "perfil ajeno", "publicación ajena"],
)
def test_la_base_misma_rechaza_lo_imposible(con_una: Base, fila: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), con_una.escribir() as sesion:
        sesion.add(fila())


def test_un_identificador_de_la_red_es_de_una_sola_entrega_del_perfil(con_una: Base) -> None:
    with con_una.escribir() as sesion:
        sesion.add(perfil("q"))
        sesion.flush()
        sesion.add(entrega("dos", parte=1, id_externo="m1"))
        sesion.add(entrega("tres", perfil_id=2, id_externo="m1"))  # en otro perfil sí puede
        sesion.add(entrega("cuatro", parte=2))  # y sin identificador, cuantas haya
    with pytest.raises(IntegrityError), con_una.escribir() as sesion:
        sesion.add(entrega("cinco", parte=3, id_externo="m1"))


def test_una_transaccion_que_lanza_no_deja_nada(base: Base) -> None:
    with pytest.raises(RuntimeError), base.escribir() as sesion:
        sesion.add(perfil())
        sesion.flush()
        raise RuntimeError("a medias")
    with base.leer() as sesion:
        assert perfiles(sesion) == []


def test_lo_leido_sigue_sirviendo_al_cerrar_la_sesion(con_una: Base) -> None:
    with con_una.leer() as sesion:
        (una,) = perfiles(sesion)
    assert una.nombre == "p"


def test_treinta_y_dos_hilos_escriben_y_leen_a_la_vez(base: Base) -> None:
    fallos: list[BaseException] = []

    def trabajar(n: int) -> None:
        try:
            for vuelta in range(3):
                with base.escribir() as sesion:
                    sesion.add(perfil(f"p{n}-{vuelta}"))
                with base.leer() as sesion:
                    perfiles(sesion)
        except BaseException as error:
            fallos.append(error)

    hilos = [threading.Thread(target=trabajar, args=(n,)) for n in range(32)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    assert fallos == []
    with base.leer() as sesion:
        assert len(perfiles(sesion)) == 96


def test_sqlite_sobrevive_a_un_corte_de_luz(base: Base) -> None:
    """`synchronous=FULL` (2) y WAL: la intención de publicar está en el disco antes de la llamada visible."""
    if not base.es_sqlite:
        pytest.skip("PostgreSQL ya lo hace así por omisión.")
    with base.leer() as sesion:
        valores = {n: sesion.execute(text(f"PRAGMA {n}")).scalar() for n in ("journal_mode", "synchronous")}
        ajena = sesion.execute(text("PRAGMA foreign_keys")).scalar()
    assert (valores, ajena) == ({"journal_mode": "wal", "synchronous": 2}, 1)


def test_la_clave_de_la_base_no_se_ve_al_imprimirla() -> None:
    assert "secreta" not in repr(Base("postgresql+psycopg://u:secreta@127.0.0.1:1/b").motor)


# ── las lecturas ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_agenda_filtra_y_ordena(con_una: Base) -> None:
    with con_una.escribir() as sesion:
        sesion.add(perfil("q"))
        sesion.flush()
        dia = timedelta(days=1)
        sesion.add(entrega("dos", parte=1, no_antes_de=COMIENZO - dia, estado=Estado.PUBLICADA))
        sesion.add(entrega("tres", perfil_id=2, no_antes_de=COMIENZO + dia))
    with con_una.leer() as sesion:

        def claves(**filtros: object) -> list[str]:
            return [e.clave for e, _, _ in agenda(sesion, **filtros)]  # type: ignore[arg-type] # filtros sueltos

        assert claves() == ["dos", "uno", "tres"]
        assert claves(desde=COMIENZO, hasta=COMIENZO + dia) == ["uno"]
        assert claves(estados=[Estado.PUBLICADA]) == ["dos"]
        assert claves(perfil="q") == ["tres"]
        assert claves(limite=1) == ["dos"]
        assert cuentas_por_estado(sesion) == {Estado.PROGRAMADA: 2, Estado.PUBLICADA: 1}


def test_una_serie_va_de_lo_viejo_a_lo_nuevo_y_sin_ceros_inventados(con_una: Base) -> None:
    with con_una.escribir() as sesion:
        sesion.add(Vista(id=1, perfil_id=1, id_externo="e1", publicada_en=COMIENZO, vista_en=COMIENZO))
        sesion.flush()
        sesion.add(Lectura(id=1, perfil_id=1, vista_id=1, leida_en=COMIENZO, version="v1"))
        sesion.flush()
        for horas, valor in ((2, 7), (0, 3)):
            suya = {"vista_id": 1, "perfil_id": 1, "lectura_id": 1, "metrica": "alcance"}
            sesion.add(Medicion(**suya, valor=valor, medida_en=COMIENZO + timedelta(hours=horas)))
    with con_una.leer() as sesion:
        assert [valor for _, valor in serie_de(sesion, 1, "alcance")] == [3, 7]
        assert serie_de(sesion, 1, "interacciones") == []
        assert enesimo_intento(sesion, 1, n=1, desde=COMIENZO) is None
