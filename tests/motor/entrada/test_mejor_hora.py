"""«fecha: mejor hora» en la carpeta y en el calendario. «Ahora» es el domingo 22 de noviembre de 2026, 9:00."""

import csv
import io
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import select

from modelos import Eleccion, Entrega, Estado
from motor.entorno import Entorno
from motor.entrada.recorrido import Recorrido
from motor.entrada.revision import revisar_archivos
from motor.horarios.reglas import ReglasDeHorarios
from motor.publicacion.transiciones import transitar
from tests.motor.entrada.conftest import Carpeta
from tests.motor.lo_aprendido import JUEVES, MARTES, MIERCOLES, SIN_AZAR, aprender, hora, sin_azar

MIERCOLES_20 = datetime(2026, 11, 26, 2, tzinfo=UTC)
JUEVES_13 = datetime(2026, 11, 26, 19, tzinfo=UTC)
MARTES_10 = datetime(2026, 11, 24, 16, tzinfo=UTC)
DIA = timedelta(days=1)


@pytest.fixture
def entorno(entorno: Entorno) -> Entorno:
    return sin_azar(entorno)


@pytest.fixture
def carpeta(carpeta: Carpeta) -> Carpeta:
    """La mejor hora de «memoria» es el miércoles a las 20:00; la de «memoria-2», el jueves a la 13:00."""
    base, reloj = carpeta.entorno.base, carpeta.entorno.reloj
    aprender(base, reloj, {hora(MIERCOLES, 20): 50.0, hora(MARTES, 10): 20.0})
    aprender(base, reloj, {hora(JUEVES, 13): 30.0}, perfil="memoria-2")
    return carpeta


def aviso(fecha: str = "mejor hora", texto: str = "Mañana no hay clases.", **mas: str) -> str:
    datos = {"fecha": fecha, "redes": "memoria"} | mas
    return "\n".join(["---", *(f"{k}: {v}" for k, v in datos.items()), "---", texto, ""])


def horas(carpeta: Carpeta) -> list[datetime]:
    return [e.no_antes_de for e in carpeta.entregas()]


def reprogramar(carpeta: Carpeta, entrega: Entrega, a: datetime) -> None:
    with carpeta.entorno.base.escribir() as sesion:
        ahora = carpeta.entorno.reloj.ahora()
        de = {Estado.PROGRAMADA}
        assert transitar(sesion, entrega.id, de=de, a=Estado.PROGRAMADA, ahora=ahora, accion="prueba", no_antes_de=a)


# ── un archivo ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_cada_red_a_su_mejor_hora_y_la_nota_dice_cual_y_por_que(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso("mejor hora antes del viernes 18:00", redes="memoria, memoria-2"))
    assert carpeta.esperar().aceptadas == ["aviso.md"]
    assert horas(carpeta) == [MIERCOLES_20, JUEVES_13]
    nota = carpeta.nota("procesando/aviso.md.estado.txt")
    assert (
        "memoria (Memoria): el miércoles 25 de noviembre de 2026 a las 20:00. Mejor hora: miércoles 20:00, +50 % "
        "(entre +45 y +55), 212 publicaciones, aprendido el 22 de noviembre" in nota
    )
    assert "memoria-2 (Memoria): el jueves 26 de noviembre de 2026 a las 13:00. Mejor hora: jueves 13:00" in nota
    (publicacion,) = carpeta.publicaciones()
    assert publicacion.mejor_hora == "mejor hora antes del viernes 18:00"
    assert publicacion.vence_en == publicacion.mejor_hora_hasta == datetime(2026, 11, 28, tzinfo=UTC)


def test_si_vence_se_busca_antes(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso(vence="miércoles 12:00"))
    carpeta.esperar()
    assert horas(carpeta) == [MARTES_10]


@pytest.mark.parametrize(
    "fecha", ["mejor hora", "mejor hora esta semana", "mejor hora hoy", "mejor hora mañana", "mejor hora en diciembre"]
)
def test_el_mismo_archivo_otra_vez_no_publica_otra_ni_mueve_nada(carpeta: Carpeta, fecha: str) -> None:
    carpeta.soltar("aviso.md", aviso(fecha))
    carpeta.esperar()
    antes = horas(carpeta)
    for nombre in ("aviso.md", "otro.md"):
        carpeta.soltar(nombre, aviso(fecha))
        assert carpeta.esperar().rechazadas == [nombre]
    assert horas(carpeta) == antes
    carpeta.publicar()
    carpeta.esperar()
    for nombre in ("aviso.md", "otro.md"):
        carpeta.soltar(nombre, aviso(fecha))
        assert carpeta.esperar().rechazadas == [nombre]
    assert len(carpeta.entregas()) == 1


def test_la_nota_de_la_repetida_dice_para_cuando_esta(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso())
    carpeta.esperar()
    carpeta.soltar("otro.md", aviso())
    carpeta.esperar()
    assert "el miércoles 25 de noviembre de 2026 a las 20:00" in carpeta.nota("rechazadas/otro.md.motivo.txt")


def test_manana_dicho_otro_dia_es_otra(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso("mejor hora mañana"))
    carpeta.esperar()
    carpeta.publicar()
    carpeta.esperar()
    carpeta.entorno.reloj.avanzar(DIA)
    carpeta.soltar("aviso.md", aviso("mejor hora mañana"))
    assert carpeta.esperar().aceptadas == ["aviso.md"]
    assert len(carpeta.entregas()) == 2


def test_corregir_el_texto_no_mueve_la_hora_dicha(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso())
    carpeta.esperar()
    aprender(carpeta.entorno.base, carpeta.entorno.reloj, {hora(MARTES, 10): 90.0})
    carpeta.soltar("aviso.md", aviso(texto="Mañana sí hay clases."))
    assert carpeta.esperar().cambiadas == ["aviso.md"]
    (entrega,) = carpeta.entregas()
    assert (entrega.texto, entrega.no_antes_de) == ("Mañana sí hay clases.", MIERCOLES_20)
    assert ". Mejor hora: miércoles 20:00, +50 %" in carpeta.nota("procesando/aviso.md.estado.txt")


def test_pedir_otro_plazo_elige_otra_y_la_nota_dice_cual_deja(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso())
    carpeta.esperar()
    carpeta.soltar("aviso.md", aviso("mejor hora antes del miércoles"))
    assert carpeta.esperar().cambiadas == ["aviso.md"]
    assert horas(carpeta) == [MARTES_10]
    nota = carpeta.nota("procesando/aviso.md.estado.txt")
    assert "Mejor hora, en lugar del miércoles 25 de noviembre de 2026 a las 20:00: martes 10:00, +20 %" in nota


def test_corregir_despues_de_que_salio_no_la_publica_otra_vez(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso("mejor hora esta semana"))
    carpeta.esperar()
    carpeta.publicar()
    carpeta.esperar()
    for fecha in ("mejor hora esta semana", "mejor hora", "mejor hora antes del viernes"):
        carpeta.soltar("aviso.md", aviso(fecha, "Mañana sí hay clases."))
        assert carpeta.esperar().rechazadas == ["aviso.md"], fecha
    assert len(carpeta.entregas()) == 1
    carpeta.soltar("aviso.md", aviso("mejor hora entre el 3 y el 5 de diciembre", "Mañana sí hay clases."))
    assert carpeta.esperar().aceptadas == ["aviso.md"]


def test_si_no_cabe_se_rechaza_con_su_motivo_y_no_se_pierde(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso("mejor hora hoy entre las 23:00 y las 23:45"))
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert carpeta.hay("rechazadas") == ["aviso.md", "aviso.md.motivo.txt"]
    assert "Cómo arreglarlo" in carpeta.nota("rechazadas/aviso.md.motivo.txt")
    assert carpeta.publicaciones() == []


def test_si_el_cambio_no_cabe_la_anterior_sigue_como_estaba(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso())
    carpeta.esperar()
    carpeta.soltar("aviso.md", aviso("mejor hora hoy entre las 23:00 y las 23:45"))
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert horas(carpeta) == [MIERCOLES_20]
    assert "sigue como estaba" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


@pytest.mark.parametrize(
    "fecha", ["mejor hora ayer", "mejor hora viernes 18:00", "best time", "mejor hora antes de hoy"]
)
def test_lo_que_no_se_entiende_se_dice(carpeta: Carpeta, fecha: str) -> None:
    carpeta.soltar("aviso.md", aviso(fecha))
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert "línea 2, fecha" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


def test_el_dia_en_fecha_y_la_mejor_hora_en_hora(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso("miércoles", hora="mejor hora"))
    carpeta.esperar()
    assert horas(carpeta) == [MIERCOLES_20]


@pytest.mark.parametrize(
    ("escrita", "prioridad", "aviso_"), [("alta", 1, False), ("Baja", -1, False), ("normal", 0, False), ("A1", 0, True)]
)
def test_la_prioridad_que_no_se_entiende_es_normal_y_se_dice(
    carpeta: Carpeta, escrita: str, prioridad: int, aviso_: bool
) -> None:
    carpeta.soltar("aviso.md", aviso(prioridad=escrita))
    assert carpeta.esperar().aceptadas == ["aviso.md"]
    assert [p.prioridad for p in carpeta.publicaciones()] == [prioridad]
    assert ("se toma como normal" in carpeta.nota("procesando/aviso.md.estado.txt")) is aviso_


def test_una_hora_que_cambio_una_persona_ya_no_se_explica_como_elegida(carpeta: Carpeta) -> None:
    carpeta.soltar("aviso.md", aviso())
    carpeta.esperar()
    reprogramar(carpeta, carpeta.entregas()[0], JUEVES_13)
    carpeta.recorrido.recorrer()
    nota = carpeta.nota("procesando/aviso.md.estado.txt")
    assert "el jueves 26 de noviembre" in nota
    assert "Mejor hora" not in nota


# ── revisar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_revisar_dice_entre_que_y_la_hora_que_elegiria_ahora(carpeta: Carpeta, tmp_path: Path) -> None:
    ruta = tmp_path / "aviso.md"
    ruta.write_text(aviso("mejor hora antes del viernes 18:00", redes="memoria, memoria-2"), encoding="utf-8")
    (veredicto,) = revisar_archivos(carpeta.entorno, [ruta])
    texto = veredicto.texto()
    assert "a la mejor hora entre el domingo 22 de noviembre de 2026 a las 9:00 y el viernes 27" in texto
    assert "memoria: el miércoles 25 de noviembre de 2026 a las 20:00. Mejor hora: miércoles 20:00, +50 %" in texto
    assert [h["perfil"] for h in veredicto.como_json()["mejores_horas"]] == ["memoria", "memoria-2"]
    assert carpeta.publicaciones() == []


def test_revisar_lo_que_no_cabe_dice_que_no_se_aceptaria(carpeta: Carpeta, tmp_path: Path) -> None:
    ruta = tmp_path / "aviso.md"
    ruta.write_text(aviso("mejor hora hoy entre las 23:00 y las 23:45"), encoding="utf-8")
    (veredicto,) = revisar_archivos(carpeta.entorno, [ruta])
    assert not veredicto.admisible
    assert veredicto.resumen == "No se aceptaría."


def test_revisar_un_calendario_dice_que_las_horas_se_reparten_al_soltarlo(carpeta: Carpeta, tmp_path: Path) -> None:
    ruta = tmp_path / "agenda.xlsx"
    ruta.write_bytes(libro(*DOS))
    todo, *filas = revisar_archivos(carpeta.entorno, [ruta])
    assert todo.resumen.startswith("2 filas. La mejor hora de cada una es como si llegara sola")
    assert [len(f.horas) for f in filas] == [1, 1]
    ruta.write_bytes(libro(DOS[0]))
    assert len(revisar_archivos(carpeta.entorno, [ruta])) == 1


# ── el calendario ────────────────────────────────────────────────────────────────────────────────────────────────

ENCABEZADO = ("Fecha", "Hora", "Red", "Texto", "Prioridad")


def libro(*filas: tuple[object, ...]) -> bytes:
    nuevo = Workbook()
    for fila in (ENCABEZADO, *filas):
        nuevo.active.append(list(fila))
    salida = io.BytesIO()
    nuevo.save(salida)
    return salida.getvalue()


def resultados(carpeta: Carpeta) -> list[str]:
    hoja = load_workbook(carpeta.buzon / "procesando/agenda.resultado.xlsx").worksheets[0]
    columna = [c.value for c in hoja[1]].index("resultado") + 1
    return [hoja.cell(n, columna).value for n in range(2, hoja.max_row + 1)]


def fila(
    texto: str, fecha: object = "mejor hora", h: object = None, prioridad: str | None = None
) -> tuple[object, ...]:
    return (fecha, h, "memoria", texto, prioridad)


DOS = (fila("Feria del libro."), fila("Corte de agua.", "mejor hora hasta el lunes 30 de noviembre"))
"""En el orden en que eligen: la primera deja de servir antes."""


def test_la_copia_dice_por_fila_la_hora_y_por_que(carpeta: Carpeta) -> None:
    carpeta.soltar("agenda.xlsx", libro(*DOS))
    carpeta.esperar()
    assert resultados(carpeta)[0] == (
        "Programada para el miércoles 25 de noviembre de 2026 a las 20:00 en memoria. Mejor hora: miércoles 20:00, "
        "+50 % (entre +45 y +55), 212 publicaciones, aprendido el 22 de noviembre."
    )
    una, otra = horas(carpeta)
    assert abs(una - otra) >= timedelta(hours=2)


@pytest.mark.dos_bases
def test_el_mismo_calendario_y_su_copia_otra_vez_no_publican_ni_mueven_nada(carpeta: Carpeta) -> None:
    carpeta.soltar("agenda.xlsx", libro(*DOS))
    carpeta.esperar()
    antes = horas(carpeta)
    copia = (carpeta.buzon / "procesando/agenda.resultado.xlsx").read_bytes()
    aprender(carpeta.entorno.base, carpeta.entorno.reloj, {hora(MARTES, 10): 90.0})
    for nombre, contenido in (
        ("agenda.xlsx", libro(*DOS)),  # la misma
        ("agenda.resultado.xlsx", copia),
        ("agenda (2).xlsx", libro(*DOS)),  # con otro nombre
        ("agenda.xlsx", libro(*DOS, fila("Tercera.", "1/12/2026", "9:00"))),
    ):
        carpeta.soltar(nombre, contenido)
        carpeta.esperar()
        assert horas(carpeta)[:2] == antes, nombre
    assert [p.texto for p in carpeta.publicaciones()] == ["Feria del libro.", "Corte de agua.", "Tercera."]


def test_las_mismas_filas_en_otro_calendario_no_se_publican_dos_veces(carpeta: Carpeta) -> None:
    carpeta.soltar("agenda.xlsx", libro(*DOS))
    carpeta.esperar()
    carpeta.publicar()
    carpeta.esperar()
    carpeta.soltar("otra agenda.xlsx", libro(*DOS, fila("Nueva.")))
    carpeta.esperar()
    assert [p.texto for p in carpeta.publicaciones()] == ["Feria del libro.", "Corte de agua.", "Nueva."]


@pytest.mark.parametrize("con_id", [True, False])
def test_una_fila_corregida_cambia_y_guarda_su_hora(carpeta: Carpeta, con_id: bool) -> None:
    carpeta.soltar("agenda.xlsx", libro(*DOS))
    carpeta.esperar()
    antes = horas(carpeta)
    if con_id:
        corregido = load_workbook(carpeta.buzon / "procesando/agenda.resultado.xlsx")
        corregido.worksheets[0]["D2"] = "Feria del libro y del café."
        corregido.save(carpeta.entrada / "agenda.resultado.xlsx")
    else:
        carpeta.soltar("agenda.xlsx", libro(fila("Feria del libro y del café."), DOS[1]))
    carpeta.esperar()
    assert [p.texto for p in carpeta.publicaciones()] == ["Feria del libro y del café.", "Corte de agua."]
    assert horas(carpeta) == antes
    assert resultados(carpeta)[0].startswith("Cambiada. Programada para el miércoles 25")


def test_una_fila_que_ya_salio_corregida_no_se_publica_otra_vez(carpeta: Carpeta) -> None:
    carpeta.soltar("agenda.xlsx", libro(*DOS))
    carpeta.esperar()
    carpeta.publicar(carpeta.entregas()[0])
    carpeta.soltar("agenda.xlsx", libro(fila("Feria del libro y del café."), DOS[1]))
    carpeta.esperar()
    assert len(carpeta.publicaciones()) == 2
    assert resultados(carpeta)[0].startswith("No se cambió, porque ya salió")


def test_otra_cosa_en_el_lugar_de_una_que_ya_salio_es_otra(carpeta: Carpeta) -> None:
    carpeta.soltar("agenda.xlsx", libro(*DOS))
    carpeta.esperar()
    carpeta.publicar(carpeta.entregas()[0])
    carpeta.soltar("agenda.xlsx", libro(fila("Mañana abre la alberca."), DOS[1]))
    carpeta.esperar()
    assert [p.texto for p in carpeta.publicaciones()] == [
        "Feria del libro.",
        "Corte de agua.",
        "Mañana abre la alberca.",
    ]


def test_si_todas_las_redes_van_a_la_misma_hora_por_lo_mismo_se_dice_una_vez(carpeta: Carpeta) -> None:
    aprender(carpeta.entorno.base, carpeta.entorno.reloj, {hora(MIERCOLES, 20): 50.0}, perfil="memoria-2")
    carpeta.soltar("agenda.xlsx", libro(("mejor hora", None, None, "Feria del libro.", None)))
    carpeta.esperar()
    (dicho,) = resultados(carpeta)
    assert dicho.startswith("Programada para el miércoles 25 de noviembre de 2026 a las 20:00 en memoria, memoria-2.")
    assert dicho.count("Mejor hora: ") == 1


def test_cambiar_el_plazo_de_una_fila_lo_dice_en_la_copia(carpeta: Carpeta) -> None:
    carpeta.soltar("agenda.xlsx", libro(fila("Feria del libro.")))
    carpeta.esperar()
    carpeta.soltar("agenda.xlsx", libro(fila("Feria del libro.", "mejor hora antes del miércoles")))
    carpeta.esperar()
    assert horas(carpeta) == [MARTES_10]
    assert "Mejor hora, en lugar del miércoles 25 de noviembre de 2026 a las 20:00: martes" in resultados(carpeta)[0]


@pytest.mark.dos_bases
def test_eligen_por_prioridad_y_luego_por_fila_y_las_que_traen_hora_la_ocupan(carpeta: Carpeta) -> None:
    plazo = "mejor hora el miércoles entre las 18:00 y las 21:00"
    carpeta.soltar(
        "agenda.xlsx",
        libro(
            fila("Baja.", plazo, None, "baja"),
            fila("Normal.", plazo),
            fila("Alta.", plazo, None, "alta"),
            fila("Con su hora.", datetime(2026, 11, 24), "10:00"),  # noqa: DTZ001 # Excel no sabe de zonas
            fila("Del martes.", "mejor hora el martes"),
        ),
    )
    carpeta.esperar()
    por_texto = dict(zip([e.texto for e in carpeta.entregas()], horas(carpeta), strict=True))
    assert por_texto["Alta."] == MIERCOLES_20
    assert por_texto["Normal."] <= MIERCOLES_20 - timedelta(hours=2)
    assert por_texto["Con su hora."] == MARTES_10
    assert abs(por_texto["Del martes."] - MARTES_10) >= timedelta(hours=2)
    assert "Baja." not in por_texto  # ya no cabe a dos horas de las otras
    assert resultados(carpeta)[0].startswith("No se aceptó: entre ")


def test_la_que_antes_deja_de_servir_elige_antes_que_la_que_tiene_toda_la_semana(carpeta: Carpeta) -> None:
    solo_ese_rato = "mejor hora el miércoles entre las 19:00 y las 21:00"
    carpeta.soltar("agenda.xlsx", libro(fila("Sin prisa."), fila("Sólo ese rato.", solo_ese_rato)))
    carpeta.esperar()
    por_texto = dict(zip([e.texto for e in carpeta.entregas()], horas(carpeta), strict=True))
    assert por_texto["Sólo ese rato."] == MIERCOLES_20
    assert por_texto["Sin prisa."] == MARTES_10


def test_la_mejor_hora_puede_ir_en_la_columna_de_la_hora(carpeta: Carpeta) -> None:
    miercoles = datetime(2026, 11, 25)  # noqa: DTZ001 # Excel no sabe de zonas
    carpeta.soltar("agenda.xlsx", libro(fila("Uno.", miercoles, "mejor hora"), fila("Dos.", None, "mejor hora")))
    carpeta.esperar()
    uno, dos = carpeta.publicaciones()
    assert (uno.mejor_hora, dos.mejor_hora) == ("2026-11-25 mejor hora", "mejor hora")
    assert horas(carpeta)[0] == MIERCOLES_20


def test_tambien_en_csv(carpeta: Carpeta) -> None:
    carpeta.soltar("agenda.csv", "Fecha,Red,Texto\nmejor hora,memoria,Feria del libro.\n")
    carpeta.esperar()
    with (carpeta.buzon / "procesando/agenda.resultado.csv").open(encoding="utf-8-sig", newline="") as archivo:
        (leida,) = csv.DictReader(archivo)
    assert "Mejor hora: miércoles 20:00" in leida["resultado"]


def test_una_fila_que_ya_no_viene_dice_hasta_cuando_puede_salir(carpeta: Carpeta) -> None:
    carpeta.soltar("agenda.xlsx", libro(*DOS))
    carpeta.esperar()
    carpeta.soltar("agenda.xlsx", libro(DOS[0], fila("Otra cosa muy distinta.", "1/12/2026", "9:00")))
    carpeta.esperar()
    assert "sigue programada para la mejor hora, antes del martes 1 de diciembre" in carpeta.nota(
        "procesando/agenda.xlsx.estado.txt"
    )


def test_cada_hora_elegida_queda_escrita_una_vez(carpeta: Carpeta, tmp_path: Path) -> None:
    carpeta.soltar("agenda.xlsx", libro(*DOS))
    carpeta.esperar()
    with carpeta.entorno.base.leer() as sesion:
        elegidas = sesion.exec(select(Eleccion)).all()
    assert [(e.entrega_id, e.elegida) for e in elegidas] == [(e.id, e.no_antes_de) for e in carpeta.entregas()]


# ── morir ────────────────────────────────────────────────────────────────────────────────────────────────────────


class MuereAqui(BaseException):
    """El proceso muere en este punto: nadie la captura."""


@pytest.mark.parametrize("vez", [1, 2, 3])
@pytest.mark.parametrize(("nombre", "contenido"), [("agenda.xlsx", libro(*DOS)), ("aviso.md", aviso().encode())])
def test_morir_al_elegir_hora_ni_pierde_ni_repite_ni_mueve_lo_ya_dicho(
    carpeta: Carpeta, nombre: str, contenido: bytes, vez: int
) -> None:
    veces = count(1)

    def reglas() -> ReglasDeHorarios:
        if next(veces) == vez:
            raise MuereAqui
        return SIN_AZAR

    vivo, muere = carpeta.entorno, replace(carpeta.entorno, horarios=reglas)
    carpeta.soltar(nombre, contenido)
    carpeta.recorrido = Recorrido(muere)
    with suppress(MuereAqui):
        carpeta.esperar()
    dichas = {e.id: e.no_antes_de for e in carpeta.entregas()}
    if nombre == "agenda.xlsx":  # se leen al armar las filas y al elegir la hora de cada una
        assert len(dichas) == max(0, vez - 2)
    carpeta.recorrido = Recorrido(vivo)
    carpeta.recorrido.recorrer()
    carpeta.esperar()
    assert len(carpeta.publicaciones()) == (2 if nombre == "agenda.xlsx" else 1)
    assert len(horas(carpeta)) == len(set(horas(carpeta)))
    assert dichas.items() <= {e.id: e.no_antes_de for e in carpeta.entregas()}.items()
    assert carpeta.hay("entrada") == carpeta.hay("rechazadas") == []
