"""De los conteos a los picos: se avisa mientras pasa, una vez, y de lo viejo no se avisa."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, insert, update
from sqlmodel import Session, col, delete, select

from conectores.contrato_escucha import Clase, Oido, Tanda
from modelos import Monitor
from modelos.escucha import Conteo, Fuente, Laguna, Pico, Ritmo
from motor.escucha.almacen.contar import anadir, sumar
from motor.escucha.almacen.guardar import guardar
from motor.escucha.deteccion import NOTICIA, Deteccion
from motor.escucha.entendido import Entendido
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.picos import de_bytes
from tests.conftest import RelojFijo

pytestmark = pytest.mark.dos_bases
HORA = timedelta(hours=1)
CINCO = timedelta(minutes=5)


@pytest.fixture
def monitor(escucha: EntornoDeEscucha, reloj: RelojFijo) -> Monitor:
    hace_20_dias = reloj.ahora() - timedelta(days=20)
    with escucha.principal.base.escribir() as sesion:
        monitor = Monitor(clave="agua", nombre="Agua", desde=hace_20_dias, creado_en=hace_20_dias)
        sesion.add(monitor)
    with escucha.base.escribir() as sesion:
        fuente = {"clave": "perfil:1:menciones", "red": "memoria", "trabajo": "oir", "canal": "menciones"}
        sesion.add(Fuente(**fuente, desde=hace_20_dias, proxima_en=reloj.ahora() + HORA, cubierta_hasta=reloj.ahora()))
    return monitor


@pytest.fixture
def decir(escucha: EntornoDeEscucha, monitor: Monitor) -> Callable[[datetime, int], None]:
    """Que el monitor haya contado tantos en la hora de un instante."""

    def _decir(instante: datetime, cuantos: int) -> None:
        inicio = instante.replace(minute=0, second=0, microsecond=0)
        with escucha.base.escribir() as sesion:
            hay = sesion.get(Conteo, (monitor.id, 3600, inicio))
            if hay is None:
                sesion.add(Conteo(monitor_id=monitor.id, paso_s=3600, inicio=inicio, cuenta=cuantos))
            else:
                hay.cuenta += cuantos

    return _decir


def lo_de_siempre(escucha: EntornoDeEscucha, monitor: Monitor, *, hasta: datetime, dias: int = 20) -> None:
    """De día tres o cuatro por hora; de noche casi ninguno."""
    horas = [hasta - HORA * n for n in range(1, 24 * dias)]
    filas = [{"monitor_id": monitor.id, "paso_s": 3600, "inicio": h, "cuenta": _cuantos(h)} for h in horas]
    with escucha.base.escribir() as sesion:
        sesion.execute(insert(Conteo), [f for f in filas if f["cuenta"]])


def _cuantos(hora: datetime) -> int:
    despierto = max(0.0, math.sin((hora.hour - 12) / 24 * 2 * math.pi))
    return round(4 * despierto) + (hora.day * 7 + hora.hour * 3) % 2


def picos(sesion: Session) -> Iterable[Pico]:
    return sesion.scalars(select(Pico).order_by(col(Pico.desde))).all()


def avanzar(escucha: EntornoDeEscucha, reloj: RelojFijo, cuanto: timedelta) -> None:
    """Que pase el tiempo con la fuente al corriente."""
    reloj.avanzar(cuanto)
    with escucha.base.escribir() as sesion:
        (fuente,) = sesion.scalars(select(Fuente)).all()
        fuente.cubierta_hasta, fuente.proxima_en = reloj.ahora(), reloj.ahora() + HORA


def test_un_lunes_como_cualquiera_no_alerta(escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    deteccion = Deteccion(escucha)
    assert deteccion.detectar() == 0
    with escucha.base.leer() as sesion:
        ritmo = sesion.get(Ritmo, (monitor.id, 3600))
        assert ritmo is not None
        assert ritmo.hasta == reloj.ahora()
        assert len(ritmo.estado) <= 8192


def test_se_avisa_a_media_hora_sin_esperar_a_que_acabe(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo, decir: Callable[[datetime, int], None]
) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    deteccion = Deteccion(escucha)
    deteccion.detectar()
    inundacion = reloj.ahora()
    avanzar(escucha, reloj, 2 * CINCO)
    decir(reloj.ahora(), 45)
    assert deteccion.detectar() == 1
    with escucha.base.leer() as sesion:
        (pico,) = picos(sesion)
        assert pico.desde == inundacion
        assert pico.visto_en == reloj.ahora()
        assert pico.valor == 45
        assert pico.esperado < 8
        assert pico.avisado_en is None


def test_lo_mismo_no_se_nota_dos_veces_ni_al_cerrar_la_hora_ni_al_reiniciar(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo, decir: Callable[[datetime, int], None]
) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    Deteccion(escucha).detectar()
    avanzar(escucha, reloj, 2 * CINCO)
    decir(reloj.ahora(), 45)
    assert Deteccion(escucha).detectar() == 1
    avanzar(escucha, reloj, CINCO)
    decir(reloj.ahora(), 4)
    assert Deteccion(escucha).detectar() == 0
    avanzar(escucha, reloj, HORA)
    assert Deteccion(escucha).detectar() == 0
    with escucha.base.leer() as sesion:
        assert len(list(picos(sesion))) == 1


def test_cuando_vuelve_a_lo_normal_se_anota(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo, decir: Callable[[datetime, int], None]
) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    deteccion = Deteccion(escucha)
    deteccion.detectar()
    avanzar(escucha, reloj, CINCO)
    decir(reloj.ahora(), 45)
    deteccion.detectar()
    for _ in range(24):
        avanzar(escucha, reloj, HORA)
        deteccion.detectar()
    with escucha.base.leer() as sesion:
        (pico,) = picos(sesion)
        assert pico.hasta is not None
        assert pico.desde < pico.hasta <= reloj.ahora()


def test_un_alza_de_hace_dias_se_anota_y_no_es_noticia(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo, decir: Callable[[datetime, int], None]
) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    decir(reloj.ahora() - timedelta(days=4), 60)
    assert Deteccion(escucha).detectar() == 1
    with escucha.base.leer() as sesion:
        (pico,) = picos(sesion)
        assert reloj.ahora() - pico.visto_en > NOTICIA
        assert pico.avisado_en is not None


def test_al_volver_a_aprender_no_se_repiten_los_picos(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo, decir: Callable[[datetime, int], None]
) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    decir(reloj.ahora() - timedelta(days=4), 60)
    Deteccion(escucha).detectar()
    with escucha.base.escribir() as sesion:
        sesion.execute(delete(Ritmo))
    assert Deteccion(escucha).detectar() == 0
    with escucha.base.leer() as sesion:
        assert len(list(picos(sesion))) == 1


def test_un_monitor_nuevo_calla_una_semana(escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora(), dias=3)
    with escucha.principal.base.escribir() as sesion:
        suyo = sesion.get(Monitor, monitor.id)
        assert suyo is not None
        suyo.desde = reloj.ahora() - timedelta(days=3)
    avanzar(escucha, reloj, CINCO)
    with escucha.base.escribir() as sesion:
        inicio = reloj.ahora().replace(minute=0)
        sesion.add(Conteo(monitor_id=monitor.id, paso_s=3600, inicio=inicio, cuenta=60))
    assert Deteccion(escucha).detectar() == 0


def test_lo_que_no_se_oyo_no_se_aprende_como_silencio(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo, decir: Callable[[datetime, int], None]
) -> None:
    """Dos días sin poder oír no vuelven raro lo que se dice siempre."""
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    deteccion = Deteccion(escucha)
    deteccion.detectar()
    with escucha.base.escribir() as sesion:
        (fuente,) = sesion.scalars(select(Fuente)).all()
        fuente.fallos = 9
    reloj.avanzar(timedelta(hours=20))
    deteccion.detectar()
    with escucha.base.escribir() as sesion:
        (fuente,) = sesion.scalars(select(Fuente)).all()
        fuente.fallos, fuente.cubierta_hasta = 0, reloj.ahora()
        fuente.proxima_en = reloj.ahora() + HORA
    decir(reloj.ahora(), 4)
    assert deteccion.detectar() == 0


def test_con_mucho_que_contar_se_mira_cada_cinco_minutos(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo
) -> None:
    ahora = reloj.ahora()
    with escucha.base.escribir() as sesion:
        filas = [
            {"monitor_id": monitor.id, "paso_s": paso_s, "inicio": ahora - n * timedelta(seconds=paso_s), "cuenta": c}
            for paso_s, cuantos, c in ((3600, 24 * 8, 120), (300, 12 * 24 * 8, 10))
            for n in range(1, cuantos)
        ]
        sesion.execute(insert(Conteo), filas)
    Deteccion(escucha).detectar()
    with escucha.base.leer() as sesion:
        assert sesion.get(Ritmo, (monitor.id, 300)) is not None
        assert sesion.get(Ritmo, (monitor.id, 3600)) is None


# ── Lo que no debe detener a nadie ───────────────────────────────────────────────────────────────────────────────


def test_un_monitor_nuevo_del_que_se_habla_muchisimo_tambien_calla_una_semana(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo
) -> None:
    ahora = reloj.ahora()
    with escucha.base.escribir() as sesion:
        filas = [
            {"monitor_id": monitor.id, "paso_s": paso_s, "inicio": ahora - n * timedelta(seconds=paso_s), "cuenta": c}
            for paso_s, cuantos, c in ((3600, 24 * 4, 600), (300, 12 * 24 * 4, 50))
            for n in range(1, cuantos)
        ]
        sesion.execute(insert(Conteo), filas)
    Deteccion(escucha).detectar()
    assert ritmo_de(escucha, monitor, 300) is None


def otro_monitor(escucha: EntornoDeEscucha, reloj: RelojFijo, clave: str, **columnas: object) -> Monitor:
    hace_20_dias = reloj.ahora() - timedelta(days=20)
    with escucha.principal.base.escribir() as sesion:
        propias = {"clave": clave, "nombre": clave, "desde": hace_20_dias, "creado_en": hace_20_dias}
        monitor = Monitor(**(propias | columnas))
        sesion.add(monitor)
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    return monitor


def ritmo_de(escucha: EntornoDeEscucha, monitor: Monitor, paso_s: int = 3600) -> Ritmo | None:
    with escucha.base.leer() as sesion:
        return sesion.get(Ritmo, (monitor.id, paso_s))


def test_un_monitor_que_no_se_deja_mirar_no_tapa_a_los_demas_y_se_repone(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo
) -> None:
    sano = otro_monitor(escucha, reloj, "sano")
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    deteccion = Deteccion(escucha)
    deteccion.detectar()
    with escucha.base.escribir() as sesion:
        sesion.execute(update(Ritmo).where(col(Ritmo.monitor_id) == monitor.id).values(estado=b"roto"))
    avanzar(escucha, reloj, HORA)
    deteccion.detectar()
    ritmo = ritmo_de(escucha, sano)
    assert ritmo is not None
    assert ritmo.hasta == reloj.ahora()
    avanzar(escucha, reloj, CINCO)
    deteccion.detectar()
    repuesto = ritmo_de(escucha, monitor)
    assert repuesto is not None
    assert repuesto.hasta == ritmo.hasta


@pytest.mark.parametrize("salto", [timedelta(hours=2), -timedelta(hours=2)], ids=["adelante", "atrás"])
def test_un_salto_de_la_hora_ni_repite_ni_deja_ciego(
    escucha: EntornoDeEscucha,
    monitor: Monitor,
    reloj: RelojFijo,
    decir: Callable[[datetime, int], None],
    salto: timedelta,
) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    deteccion = Deteccion(escucha)
    deteccion.detectar()
    avanzar(escucha, reloj, 2 * CINCO)
    decir(reloj.ahora(), 45)
    assert deteccion.detectar() == 1
    reloj.saltar(salto)
    avanzar(escucha, reloj, 3 * CINCO)
    assert deteccion.detectar() == 0
    reloj.saltar(-salto)
    avanzar(escucha, reloj, HORA)
    assert deteccion.detectar() == 0
    with escucha.base.leer() as sesion:
        assert len(list(picos(sesion))) == 1
    ritmo = ritmo_de(escucha, monitor)
    assert ritmo is not None
    assert timedelta() <= reloj.ahora() - ritmo.hasta <= 2 * HORA


def test_tras_tres_dias_apagado_se_espera_a_las_fuentes_y_solo_lo_de_hoy_es_noticia(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo, decir: Callable[[datetime, int], None]
) -> None:
    """El mismo proceso, dormido con su servidor: al despertar no decide sin preguntar, ni da por cero lo no oído."""
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    deteccion = Deteccion(escucha)
    deteccion.detectar()
    antes = reloj.ahora()
    reloj.avanzar(timedelta(days=3))
    assert deteccion.detectar() == 0
    ritmo = ritmo_de(escucha, monitor)
    assert ritmo is not None
    assert ritmo.hasta == antes, "nadie ha preguntado todavía"
    decir(antes + 6 * HORA, 60)
    decir(reloj.ahora() - 2 * HORA, 60)
    avanzar(escucha, reloj, CINCO)  # la red dio todo lo de estos días
    assert deteccion.detectar() == 2
    with escucha.base.leer() as sesion:
        viejo, nuevo = picos(sesion)
    assert viejo.avisado_en is not None
    assert viejo.hasta is not None
    assert nuevo.avisado_en is None


def test_lo_que_la_red_ya_no_da_tras_el_apagon_no_se_aprende_como_silencio(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo
) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    deteccion, antes = Deteccion(escucha), reloj.ahora()
    deteccion.detectar()
    aprendido = ritmo_de(escucha, monitor)
    reloj.avanzar(timedelta(days=3))
    with escucha.base.escribir() as sesion:
        (fuente,) = sesion.scalars(select(Fuente)).all()
        sesion.add(Laguna(fuente_id=fuente.id, desde=antes, hasta=reloj.ahora()))
    avanzar(escucha, reloj, timedelta())
    deteccion.detectar()
    ritmo = ritmo_de(escucha, monitor)
    assert aprendido is not None
    assert ritmo is not None
    assert ritmo.hasta == reloj.ahora()
    assert de_bytes(ritmo.estado).observados == de_bytes(aprendido.estado).observados


def test_un_monitor_que_solo_mira_una_red_aprende_aunque_la_escriba_como_la_gente(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo
) -> None:
    suyo = otro_monitor(escucha, reloj, "suyo", definicion={"redes": ["Memoria"]})
    otra = replace(escucha, principal=replace(escucha.principal, reconocer_red=str.lower))
    Deteccion(otra).detectar()
    ritmo = ritmo_de(escucha, suyo)
    assert ritmo is not None
    assert de_bytes(ritmo.estado).observados == 20 * 24


def sumar_fino(escucha: EntornoDeEscucha, monitor: Monitor, desde: datetime, cuantos: int, *, veces: int) -> None:
    """Tantos en cada cinco minutos desde ahí, contados también por hora."""
    suma: Counter[tuple[int, int, datetime]] = Counter()
    for n in range(veces):
        anadir(suma, [monitor.id], desde + n * CINCO, cuanto=cuantos, ahora=desde)
    with escucha.base.escribir() as sesion:
        sumar(sesion, suma)


def test_un_pico_de_cada_hora_no_se_repite_al_pasar_a_mirar_cada_cinco_minutos(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo
) -> None:
    """Se notó por hora; al acabar la hora ya se habla tanto que se mira más seguido, y es quien ve que termina."""
    comienzo = reloj.ahora() - timedelta(days=8)
    with escucha.principal.base.escribir() as sesion:
        sesion.execute(update(Monitor).values(desde=comienzo))
    filas = Counter[tuple[int, int, datetime]]()
    for n in range(1, 8 * 24 * 12):
        anadir(filas, [monitor.id], comienzo + n * CINCO, cuanto=3 + n * 7 % 4, ahora=comienzo)
    with escucha.base.escribir() as sesion:
        sumar(sesion, filas)
    deteccion = Deteccion(escucha)
    deteccion.detectar()
    assert ritmo_de(escucha, monitor, 300) is None
    sumar_fino(escucha, monitor, reloj.ahora(), 200, veces=12)
    avanzar(escucha, reloj, 2 * CINCO)
    assert deteccion.detectar() == 1
    for _ in range(18):
        avanzar(escucha, reloj, 10 * CINCO)
        sumar_fino(escucha, monitor, reloj.ahora(), 5, veces=10)
        assert deteccion.detectar() == 0
    assert ritmo_de(escucha, monitor, 300) is not None
    with escucha.base.leer() as sesion:
        (pico,) = picos(sesion)
    assert pico.paso_s == 3600
    assert pico.hasta is not None


def test_mirar_a_cien_monitores_no_cuesta_cien_consultas(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo
) -> None:
    with escucha.principal.base.escribir() as sesion:
        for n in range(100):
            ayer = reloj.ahora() - timedelta(days=1)
            sesion.add(Monitor(clave=f"m{n}", nombre=f"M {n}", desde=ayer, creado_en=ayer))
    deteccion = Deteccion(escucha)
    deteccion.detectar()
    avanzar(escucha, reloj, HORA)
    consultas: list[str] = []

    def anotar(_conexion: object, _cursor: object, orden: str, *_: object) -> None:
        consultas.append(orden)

    event.listen(escucha.base.motor, "before_cursor_execute", anotar)
    if escucha.base.es_sqlite:
        event.listen(escucha.base._lectura, "before_cursor_execute", anotar)
    deteccion.detectar()
    assert 0 < len(consultas) < 60


def test_dos_procesos_a_la_vez_notan_un_solo_pico(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo, decir: Callable[[datetime, int], None]
) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    dos = [Deteccion(escucha), Deteccion(escucha)]
    with ThreadPoolExecutor(2) as hilos:
        list(hilos.map(lambda d: d.detectar(), dos))
        for _ in range(6):
            avanzar(escucha, reloj, CINCO)
            decir(reloj.ahora(), 25)
            list(hilos.map(lambda d: d.detectar(), dos))
    with escucha.base.leer() as sesion:
        assert len(list(picos(sesion))) == 1


def test_un_alza_que_llega_tarde_porque_la_red_estaba_caida_tambien_se_nota_y_una_sola_vez(
    escucha: EntornoDeEscucha, monitor: Monitor, reloj: RelojFijo
) -> None:
    lo_de_siempre(escucha, monitor, hasta=reloj.ahora())
    deteccion = Deteccion(escucha)
    deteccion.detectar()
    avanzar(escucha, reloj, 3 * HORA)
    assert deteccion.detectar() == 0
    with escucha.base.leer() as sesion:
        fuente = sesion.scalars(select(Fuente)).one()
    hace_dos_horas = reloj.ahora() - 2 * HORA
    tarde = tuple(
        Oido(id_externo=f"t{n}", clase=Clase.MENCION, texto="Sin agua", publicado_en=hace_dos_horas) for n in range(40)
    )
    guardar(
        escucha, fuente, Tanda(oidos=tarde), entender=lambda _, oidos: [Entendido(None, (monitor.id,))] * len(oidos)
    )
    avanzar(escucha, reloj, CINCO)
    assert deteccion.detectar() == 1
    assert Deteccion(escucha).detectar() == 0
    with escucha.base.leer() as sesion:
        (pico,) = picos(sesion)
        assert pico.desde == hace_dos_horas
        assert pico.avisado_en is None
