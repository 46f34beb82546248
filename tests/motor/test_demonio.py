"""El demonio entero, con el reloj de verdad y una red en memoria."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from freezegun import freeze_time
from sqlmodel import select

from conectores.memoria.conector import RedEnMemoria, red_en_memoria
from modelos import Base, Correo, Entrega, Estado, Perfil
from motor.avisos.correo import Cartero
from motor.demonio import Demonio
from motor.entorno import Entorno
from motor.entrada.recorrido import Recorrido
from motor.publicacion.alta import registrar
from motor.publicacion.propuesta import Propuesta
from motor.publicacion.reclamo import reclamar
from motor.reloj import Reloj, RelojReal
from tests.servidores.postgresql import ServidorPostgreSQL

S = timedelta(seconds=1)
MEXICO = "America/Mexico_City"


class RelojQueSalta(RelojReal):
    """El de verdad, con dos mandos: `saltar` mueve la hora; `suspender`, la hora y el reloj de arranque."""

    def __init__(self) -> None:
        self._hora, self._arranque_s = timedelta(), 0.0

    def ahora(self) -> datetime:
        return super().ahora() + self._hora

    def desde_el_arranque(self) -> float:
        return super().desde_el_arranque() + self._arranque_s

    def saltar(self, cuanto: timedelta) -> None:
        self._hora += cuanto

    def suspender(self, cuanto: timedelta) -> None:
        self._hora += cuanto
        self._arranque_s += cuanto.total_seconds()


class RecorridoContado(Recorrido):
    veces = 0

    def recorrer(self) -> object:  # type: ignore[override] # sólo se cuenta
        self.veces += 1
        return super().recorrer()


@dataclass
class Casa:
    """Un demonio que se enciende y se apaga, y lo que la prueba quiere mirar de él."""

    entorno: Entorno
    red: RedEnMemoria
    hilos: list[threading.Thread] = field(default_factory=list)

    def demonio(self, *, solos: bool = False, cierre_s: float = 1.0) -> Demonio:
        self.recorrido = RecorridoContado(self.entorno, reposo=0.1 * S)
        cartero = Cartero(self.entorno.base, self.entorno.reloj, None)
        return Demonio(self.entorno, cartero, self.recorrido, recorrido_s=0.2, solos=solos, cierre_s=cierre_s)

    @contextmanager
    def encendida(self, *, solos: bool = False, cierre_s: float = 1.0) -> Iterator[Demonio]:
        demonio = self.demonio(solos=solos, cierre_s=cierre_s)
        hilo = threading.Thread(target=demonio.correr, name="demonio")
        hilo.start()
        try:
            yield demonio
        finally:
            demonio.parar()
            hilo.join(20)
            assert not hilo.is_alive()

    def programar(self, texto: str, *, en: timedelta = timedelta(), perfil: str = "memoria") -> Entrega:
        ahora = self.entorno.reloj.ahora()
        propuesta = Propuesta(texto=texto, perfiles=(perfil,), programada_en=ahora + en, zona=MEXICO)
        with self.entorno.base.escribir() as sesion:
            registrar(sesion, self.entorno, propuesta, ahora=ahora)
            return sesion.exec(select(Entrega).where(Entrega.texto == texto)).one()

    def estado(self, entrega: Entrega) -> Estado:
        with self.entorno.base.leer() as sesion:
            return sesion.exec(select(Entrega.estado).where(Entrega.id == entrega.id)).one()

    def correos(self) -> list[Correo]:
        with self.entorno.base.leer() as sesion:
            return list(sesion.exec(select(Correo)))


@pytest.fixture
def red(request: pytest.FixtureRequest) -> RedEnMemoria:
    return red_en_memoria(request.node.nodeid)


@pytest.fixture
def casa(entorno: Entorno, red: RedEnMemoria, perfil_de: Callable[..., Perfil]) -> Iterator[Casa]:
    antes = set(threading.enumerate())
    perfil_de(separacion_s=0)
    for carpeta in ("entrada", "procesando", "publicadas", "rechazadas"):
        (entorno.buzon / carpeta).mkdir(parents=True)
    yield Casa(con_reloj(entorno, RelojReal()), red)
    esperar(lambda: set(threading.enumerate()) <= antes)  # que nadie use la base después de cerrada


def con_reloj(entorno: Entorno, reloj: Reloj) -> Entorno:
    return replace(entorno, reloj=reloj, reglas=replace(entorno.reglas, separacion=timedelta(), hilos=4))


def esperar(condicion: Callable[[], bool], *, s: float = 8.0) -> None:
    limite = time.monotonic() + s
    while not condicion():
        assert time.monotonic() < limite, "No pasó a tiempo."
        time.sleep(0.01)


# ── publicar ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_publica_en_su_instante_sin_esperar_al_tick(casa: Casa) -> None:
    """Tres instantes en puntos distintos del segundo: con sólo un tick, alguno saldría medio segundo tarde."""
    with casa.encendida():
        entregas = [casa.programar(f"Aviso {n}", en=1.5 * S + n * 0.33 * S) for n in range(3)]
        esperar(lambda: len(casa.red.vistas) == 3)
        esperar(lambda: [casa.estado(e) for e in entregas] == [Estado.PUBLICADA] * 3)
    retrasos = [v.aceptada_en - e.no_antes_de for v, e in zip(casa.red.vistas, entregas, strict=True)]
    assert all(timedelta() <= r < 0.3 * S for r in retrasos), retrasos


def test_al_arrancar_recoge_lo_que_dejo_el_anterior(casa: Casa) -> None:
    """Una muerte tras publicar: el arriendo vale todavía un minuto, pero con el cerrojo no hace falta esperar."""
    entrega = casa.programar("Quedó a medias")
    (reclamo,) = reclamar(
        casa.entorno.base, ahora=RelojReal().ahora(), reglas=casa.entorno.reglas, trabajador="el de antes", limite=1
    )

    class Muere(BaseException):
        pass

    def morir(_perfil: str) -> None:
        raise Muere

    casa.red.al_publicar = morir
    with pytest.raises(Muere):
        casa.demonio()._despacho.procesar(reclamo)
    casa.red.al_publicar = None
    with casa.encendida(solos=True):
        esperar(lambda: casa.estado(entrega) is Estado.PUBLICADA)
    assert len(casa.red.vistas) == 1


def test_lo_que_llega_por_otro_lado_sale_en_el_proximo_tick(casa: Casa) -> None:
    """Un perfil reanudado desde la línea de órdenes: nadie despierta al demonio, y no hace falta."""
    with casa.encendida():
        esperar(lambda: casa.recorrido.veces > 0)
        casa.programar("De repente")
        esperar(lambda: len(casa.red.vistas) == 1, s=3)


# ── parar ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_para_en_segundos_aunque_una_red_no_conteste(casa: Casa, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    soltar, colgada = threading.Event(), threading.Event()

    def colgarse(_perfil: str) -> None:
        colgada.set()
        soltar.wait(20)

    casa.red.al_publicar = colgarse
    entrega = casa.programar("Colgada")
    with casa.encendida(cierre_s=0.5) as demonio:
        assert colgada.wait(5)
        inicio = time.monotonic()
        demonio.parar()
    assert time.monotonic() - inicio < 4
    assert casa.estado(entrega) is Estado.ENVIANDO  # al arrancar será una duda
    assert "cierre_con_prisa" in [r.__dict__.get("accion") for r in caplog.records]
    soltar.set()
    esperar(lambda: casa.estado(entrega) is Estado.PUBLICADA)  # y si contesta antes de morir, se anota


def test_al_parar_lo_que_no_empezo_queda_para_otro(casa: Casa, perfil_de: Callable[..., Perfil]) -> None:
    soltar, colgada = threading.Event(), threading.Event()

    def colgarse(_perfil: str) -> None:
        colgada.set()
        soltar.wait(20)

    casa.red.al_publicar = colgarse
    casa.entorno = replace(casa.entorno, reglas=replace(casa.entorno.reglas, hilos=2))
    entregas = [casa.programar(f"Aviso {n}", perfil=perfil_de(nombre=f"p{n}").nombre) for n in range(4)]
    with casa.encendida(cierre_s=0.1):
        esperar(lambda: Estado.PROGRAMADA not in [casa.estado(e) for e in entregas])
        assert colgada.wait(5)
    a_medias_y_devueltas = [Estado.ENVIANDO] * 2 + [Estado.PROGRAMADA] * 2
    esperar(lambda: sorted(casa.estado(e) for e in entregas) == a_medias_y_devueltas, s=2)
    soltar.set()
    esperar(lambda: [casa.estado(e) for e in entregas].count(Estado.PUBLICADA) == 2)


# ── la base se cae ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.servidor
@pytest.mark.parametrize("gestor", ["postgresql"], indirect=True)
def test_sobrevive_a_que_la_base_se_apague_un_rato(
    casa: Casa, servidor_postgresql: ServidorPostgreSQL, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with casa.encendida():
        casa.programar("Antes")
        esperar(lambda: len(casa.red.vistas) == 1)
        despues = casa.programar("Después", en=1.5 * S)
        servidor_postgresql.apagar()
        try:
            esperar(lambda: "base_caida" in [r.__dict__.get("accion") for r in caplog.records])
            time.sleep(1.2)  # otro tick con la base apagada
        finally:
            servidor_postgresql.encender()
        esperar(lambda: casa.estado(despues) is Estado.PUBLICADA)
    acciones = [r.__dict__.get("accion") for r in caplog.records]
    assert (acciones.count("base_caida"), acciones.count("base_vuelve")) == (1, 1)
    assert len(casa.red.vistas) == 2


# ── la hora salta ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("salto", [timedelta(days=1), -timedelta(hours=1)], ids=["adelante", "atrás"])
def test_si_la_hora_salta_no_publica_nada_durante_un_minuto(
    casa: Casa, salto: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    reloj = RelojQueSalta()
    casa.entorno = con_reloj(casa.entorno, reloj)
    with casa.encendida():
        esperar(lambda: casa.recorrido.veces > 0)
        time.sleep(0.2)  # ya midió la hora buena
        reloj.saltar(salto)
        casa.programar("Con la hora nueva")
        esperar(lambda: "reloj_salta" in [r.__dict__.get("accion") for r in caplog.records])
        time.sleep(1.2)
        assert casa.red.vistas == []
        reloj.suspender(61 * S)  # pasa el minuto
        esperar(lambda: len(casa.red.vistas) == 1)
    assert [r.__dict__.get("accion") for r in caplog.records].count("reloj_salta") == 1


def test_un_servidor_suspendido_no_es_un_salto(casa: Casa, caplog: pytest.LogCaptureFixture) -> None:
    """El reloj de arranque cuenta lo que se durmió: al despertar se publica lo pendiente, sin esperar."""
    reloj = RelojQueSalta()
    casa.entorno = con_reloj(casa.entorno, reloj)
    with casa.encendida():
        casa.programar("En diez minutos", en=600 * S)
        time.sleep(0.2)
        reloj.suspender(600 * S)
        esperar(lambda: len(casa.red.vistas) == 1, s=3)
    assert "reloj_salta" not in [r.__dict__.get("accion") for r in caplog.records]


def test_si_la_hora_retrocede_el_metronomo_no_se_duerme(casa: Casa) -> None:
    """APScheduler espera hasta su próxima hora de pared: con una hora menos, dormiría una hora."""
    with freeze_time(datetime.now(UTC), tick=True) as congelado, casa.encendida():
        esperar(lambda: casa.recorrido.veces > 1)
        congelado.move_to(datetime.now(UTC) - timedelta(hours=1))
        time.sleep(0.3)
        antes = casa.recorrido.veces
        esperar(lambda: casa.recorrido.veces > antes + 2, s=6)


# ── lo demás ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_perfil_que_no_abre_no_impide_arrancar(
    casa: Casa, perfil_de: Callable[..., Perfil], caplog: pytest.LogCaptureFixture
) -> None:
    perfil_de(nombre="roto", red="desconocida")
    with casa.encendida():
        casa.programar("Sana")
        esperar(lambda: len(casa.red.vistas) == 1)
    assert any(r.__dict__.get("perfil") == "roto" for r in caplog.records)


@pytest.mark.dos_bases
def test_dos_demonios_en_una_base_no_publican_dos_veces(
    casa: Casa, perfil_de: Callable[..., Perfil], tmp_path: Path
) -> None:
    """En PostgreSQL caben varios; aquí, dos procesos fingidos sobre la misma base."""
    otra = Casa(
        replace(
            casa.entorno,
            base=Base(casa.entorno.base.url.render_as_string(hide_password=False)),
            trabajador="otro",
            buzon=tmp_path / "otro",
        ),
        casa.red,
    )
    (otra.entorno.buzon / "entrada").mkdir(parents=True)
    nombres = [perfil_de(nombre=f"p{n}").nombre for n in range(10)]
    entregas = [casa.programar(f"Aviso {n}", perfil=nombre, en=S) for n, nombre in enumerate(nombres)]
    with casa.encendida(), otra.encendida():
        esperar(lambda: [casa.estado(e) for e in entregas] == [Estado.PUBLICADA] * 10)
    otra.entorno.base.cerrar()
    assert len(casa.red.vistas) == 10
