"""El resumen: a su hora, una vez, tarde si hizo falta, y sin inventar lo que nadie midió."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from modelos import Entrega, Estado, Historia, Lectura, Medicion, Perfil, Publicacion
from modelos.escucha import Laguna
from motor.avisos.avisador import Avisador
from motor.avisos.resumen import Debido, debidos, juntar
from motor.reglas import ReglasDeAvisos
from tests.motor.avisos.conftest import Pueblo, hora_local

pytestmark = pytest.mark.usefixtures("sin_dibujar")

MEXICO = ZoneInfo("America/Mexico_City")
DIA = timedelta(days=1)


def local(dia: int, hora: int, minuto: int = 0) -> datetime:
    return datetime(2026, 11, dia, hora, minuto, tzinfo=MEXICO)


@pytest.mark.parametrize(
    ("ahora", "tocan"),
    [
        (local(25, 7, 59), {(7, 23)}),  # un miércoles: la semana, todavía
        (local(25, 8), {(1, 25), (7, 23)}),
        (local(23, 8), {(1, 23), (7, 23)}),  # lunes
        (local(23, 7), set()),
        (local(25, 23, 59), {(1, 25), (7, 23)}),
        (local(26, 9), {(1, 26)}),  # de la semana ya pasaron tres días: no se manda
    ],
)
def test_cuándo_toca(ahora: datetime, tocan: set[tuple[int, int]]) -> None:
    assert {(d.dias, d.hasta.day) for d in debidos(ReglasDeAvisos(), ahora, MEXICO)} == tocan


def test_se_pueden_apagar() -> None:
    reglas = ReglasDeAvisos(resumen_diario=None, resumen_semanal=None)
    assert debidos(reglas, local(23, 9), MEXICO) == []
    solo_semanal = ReglasDeAvisos(resumen_diario=None)
    assert [d.dias for d in debidos(solo_semanal, local(23, 9), MEXICO)] == [7]


def test_sale_una_vez_aunque_llegue_tarde(pueblo: Pueblo, con_callar: Callable[..., Avisador]) -> None:
    avisador = con_callar(resumen_semanal=None)
    agua = pueblo.monitor("agua", "Agua potable")
    pueblo.quincena(agua, dias=32)
    hora_local(pueblo, 15)  # Pregonero estuvo detenido a las ocho
    assert avisador.resumenes() == 1
    assert avisador.resumenes() == 0
    assert Avisador(pueblo.escucha).resumenes() == 0
    (correo,) = pueblo.correos()
    assert correo.clave == "resumen:dia:2026-11-22"
    assert correo.asunto == "Resumen del sábado 21: 29 mensajes, ninguna alza, 0 publicaciones"
    assert "Agua potable: 29 (lo normal: 28)" in correo.texto
    assert correo.html


def test_un_día_sin_nada_no_manda_correo(pueblo: Pueblo, con_callar: Callable[..., Avisador]) -> None:
    avisador = con_callar(resumen_semanal=None)
    assert avisador.resumenes() == 0
    assert pueblo.correos() == []


def test_la_semana_se_cuenta_siempre(pueblo: Pueblo, avisador: Avisador) -> None:
    hora_local(pueblo, 8)  # lunes 23
    assert avisador.resumenes() == 1
    assert pueblo.correos()[0].asunto.startswith("Semana del 16 al 22 de noviembre: 0 mensajes")


@pytest.mark.dos_bases
def test_junta_lo_de_las_dos_bases_y_dice_lo_que_no_sabe(
    pueblo: Pueblo, avisador: Avisador, perfil_de: Callable[..., Perfil]
) -> None:
    ahora = pueblo.reloj.ahora()
    medido, sin_medir = perfil_de(nombre="m1", titulo="Con números"), perfil_de(nombre="m2", titulo="Sin números")
    with pueblo.escucha.principal.base.escribir() as sesion:
        publicacion = publicacion_de(ahora)
        lectura = Lectura(perfil_id=medido.id, leida_en=ahora, version="v1")
        sesion.add_all([publicacion, lectura])
        sesion.flush()
        for estado, hace in ((Estado.PUBLICADA, DIA), (Estado.FALLIDA, DIA), (Estado.PROGRAMADA, -DIA / 24)):
            sesion.add(entrega(publicacion, medido, estado, ahora - hace))
        for valor, hace in ((100, 2 * DIA), (137, DIA / 2)):
            sesion.add(
                Medicion(
                    perfil_id=medido.id,
                    lectura_id=lectura.id,
                    metrica="seguidores",
                    valor=valor,
                    medida_en=ahora - hace,
                )
            )
        sesion.add(
            Historia(clase="pico", clave="monitor:1", asunto="Agua", abierta_en=ahora - DIA, ultima_en=ahora - DIA)
        )
    pueblo.fuente(nombre="Números de un perfil", trabajo="medir", fallos=3, oida_en=ahora - DIA)
    fuente = pueblo.fuente(nombre="Menciones del pueblo", fallos=3, detalle="La red no contesta.", oida_en=ahora - DIA)
    with pueblo.escucha.base.escribir() as sesion:
        sesion.add(Laguna(fuente_id=fuente, desde=ahora - DIA, hasta=ahora - DIA + timedelta(hours=2)))
    resumen = juntar(pueblo.escucha, Debido(1, date(2026, 11, 22)), ahora)
    assert (resumen.publicadas, resumen.por_salir, resumen.por_atender) == (1, 1, 1)
    assert [h.asunto for h in resumen.historias] == ["Agua"]
    assert [(s.perfil, s.total, s.cambio) for s in resumen.seguidores] == [
        ("Con números", 137, 37),
        ("Sin números", None, None),
    ]
    assert [(f.nombre, f.motivo) for f in resumen.fuera] == [("Menciones del pueblo", "La red no contesta.")]
    avisador.resumenes()
    texto = pueblo.correos()[0].texto
    assert "Con números: 137 (cambio: +37)" in texto
    assert "Sin números: sin dato (cambio: sin dato)" in texto
    assert "LO QUE NO SE PUDO OÍR\n  · Menciones del pueblo:" in texto
    assert sin_medir.titulo in texto


def test_un_monitor_nuevo_no_tiene_con_qué_compararse(pueblo: Pueblo) -> None:
    from modelos import Monitor

    nuevo = pueblo.monitor("nuevo")
    with pueblo.escucha.principal.base.escribir() as sesion:
        sesion.get_one(Monitor, nuevo).desde = pueblo.reloj.ahora() - 3 * DIA
    pueblo.dicen("Hola", nuevo, hace=DIA)
    (renglon,) = juntar(pueblo.escucha, Debido(1, date(2026, 11, 22)), pueblo.reloj.ahora()).renglones
    assert (renglon.mensajes, renglon.normal) == (1, None)


def publicacion_de(ahora: datetime) -> Publicacion:
    return Publicacion(
        texto="x",
        origen="prueba",
        zona="America/Mexico_City",
        programada_en=ahora,
        creada_en=ahora,
        actualizada_en=ahora,
    )


def entrega(publicacion: Publicacion, perfil: Perfil, estado: Estado, hora: datetime) -> Entrega:
    return Entrega(
        publicacion_id=publicacion.id,
        perfil_id=perfil.id,
        parte=list(Estado).index(estado),
        texto="x",
        clave=f"c-{estado}",
        huella=f"h-{estado}",
        estado=estado,
        no_antes_de=hora,
        despertar_en=hora,
        creada_en=hora,
        publicada_en=hora if estado is Estado.PUBLICADA else None,
    )


# ── metas ────────────────────────────────────────────────────────────────────────────────────────────────────

META = """
[meta.tres]
nombre = "Tres por semana"
publicaciones = 3
desde_el = "jueves"
"""


@pytest.fixture
def con_meta(pueblo: Pueblo, con_callar: Callable[..., Avisador]) -> Avisador:
    avisador = con_callar(resumen_diario=None, resumen_semanal=None)
    (pueblo.escucha.archivos / "avisos.toml").write_text(META, encoding="utf-8")
    return avisador


@pytest.mark.dos_bases
def test_una_meta_atrasada_se_avisa_una_vez_por_semana(pueblo: Pueblo, con_meta: Avisador) -> None:
    assert con_meta.resumenes() == 1  # es domingo
    assert con_meta.resumenes() == 0
    (correo,) = pueblo.correos()
    assert correo.asunto == "Meta Tres por semana: van 0 de 3"
    assert "Hoy domingo, de 3 publicaciones de esta semana han salido 0 y hay 0 programadas: faltan 3." in correo.texto
    hora_local(pueblo, 12)
    pueblo.reloj.avanzar(DIA)  # lunes: otra semana, todavía no toca
    assert con_meta.resumenes() == 0
    assert pueblo.historias()[0].cerrada_en is not None
    pueblo.reloj.avanzar(3 * DIA)  # jueves
    assert con_meta.resumenes() == 1


def test_lo_programado_cuenta(pueblo: Pueblo, con_meta: Avisador, perfil_de: Callable[..., Perfil]) -> None:
    ahora = pueblo.reloj.ahora()
    perfil = perfil_de()
    with pueblo.escucha.principal.base.escribir() as sesion:
        for n, (estado, hora) in enumerate(
            [(Estado.PUBLICADA, ahora - DIA), (Estado.PUBLICADA, ahora - 2 * DIA), (Estado.PROGRAMADA, ahora + DIA / 4)]
        ):
            publicacion = publicacion_de(ahora)
            sesion.add(publicacion)
            sesion.flush()
            fila = entrega(publicacion, perfil, estado, hora)
            fila.clave = fila.huella = f"e{n}"
            sesion.add(fila)
    assert con_meta.resumenes() == 0


def test_las_horas_del_resumen_son_locales() -> None:
    reglas = ReglasDeAvisos(resumen_diario=time(8, 0), resumen_semanal=None)
    en_utc = datetime(2026, 11, 22, 13, 59, tzinfo=ZoneInfo("UTC"))  # 7:59 en México
    assert debidos(reglas, en_utc, MEXICO) == []
    assert len(debidos(reglas, en_utc + timedelta(minutes=1), MEXICO)) == 1
