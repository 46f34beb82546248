"""Calendarios de Excel y CSV: cada fila con su veredicto. «Ahora» es el domingo 22 de noviembre de 2026, 9:00."""

import io
import warnings
import zipfile
from datetime import UTC, datetime, time, timedelta

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from modelos import Estado, Veredicto
from motor.entrada.plantilla import escribir_plantilla
from motor.entrada.recorrido import Recorrido
from motor.entrada.revision import revisar_archivos

from ..acervo.fotos import bytes_de, foto


def dia(numero, mes=12, hora=0):
    return datetime(2026, mes, numero, hora)  # noqa: DTZ001 # Excel no sabe de zonas


def libro(*filas, hoja="Hoja1", antes=()):
    nuevo = Workbook()
    nuevo.active.title = hoja
    for fila in [*antes, *filas]:
        nuevo.active.append(list(fila))
    salida = io.BytesIO()
    nuevo.save(salida)
    return salida.getvalue()


ENCABEZADO = ("Fecha", "Hora", "Red", "Texto")
DOS_FILAS = (ENCABEZADO, (dia(1), time(9), "memoria", "Uno"), (dia(2), time(10), "memoria", "Dos"))


def copia_de(carpeta, ruta="procesando/agenda.resultado.xlsx"):
    """Lo que dice la copia: {fila: (resultado, id)}."""
    hoja = load_workbook(carpeta.buzon / ruta).worksheets[0]
    titulos = {
        str(c.value): c.column for fila in hoja.iter_rows(max_row=21) for c in fila if c.value in ("resultado", "id")
    }
    return {
        n: (hoja.cell(n, titulos["resultado"]).value, hoja.cell(n, titulos["id"]).value)
        for n in range(2, hoja.max_row + 1)
        if hoja.cell(n, titulos["resultado"]).value not in (None, "resultado")
    }


@pytest.mark.dos_bases
def test_cada_fila_es_una_publicacion(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    assert carpeta.esperar().aceptadas == ["agenda.xlsx"]
    uno, dos = carpeta.publicaciones()
    assert (uno.texto, uno.fecha_local, uno.origen, uno.origen_nombre, uno.origen_fila) == (
        "Uno", "2026-12-01 09:00", "calendario", "agenda.xlsx", 2,
    )  # fmt: skip
    assert copia_de(carpeta) == {
        2: ("Programada para el martes 1 de diciembre de 2026 a las 9:00 en memoria.", f"P{uno.id}"),
        3: ("Programada para el miércoles 2 de diciembre de 2026 a las 10:00 en memoria.", f"P{dos.id}"),
    }
    assert carpeta.hay("procesando") == ["agenda.resultado.xlsx", "agenda.xlsx", "agenda.xlsx.estado.txt"]
    assert "Filas aceptadas: 2. No aceptadas: 0." in carpeta.nota("procesando/agenda.xlsx.estado.txt")


def test_una_fila_mala_no_detiene_a_las_demas(carpeta):
    carpeta.soltar(
        "agenda.xlsx",
        libro(
            ENCABEZADO,
            (dia(1), time(9), "memoria", "Bien"),
            (dia(1), None, "memoria", "Sin hora"),
            ("31/02/2027", "9:00", "memoria", "Mal día"),
            (dia(1, mes=1), time(9), "memoria", "Pasada"),
            (dia(3), "9:00 p. m.", "hi5", "Mala red"),
            (dia(3), "9 de la noche", "memoria-2", "b" * 300),
            (None, None, "memoria", "Sin fecha"),
            (None, None, None, None),
            ("4 de diciembre", 0.5, "", "Bien también"),
        ),
    )
    carpeta.esperar()
    dicho = {fila: texto for fila, (texto, _) in copia_de(carpeta).items()}
    assert [p.texto for p in carpeta.publicaciones()] == ["Bien", "Bien también"]
    assert "no dice la hora" in dicho[3]
    assert "columna Fecha: el 31 de febrero de 2027 no existe" in dicho[4]
    assert "ya pasó" in dicho[5]
    assert "columna Red: no conocemos la red o el perfil «hi5»" in dicho[6]
    assert "tiene 300 caracteres" in dicho[7]
    assert "falta la fecha" in dicho[8]
    assert 9 not in dicho, "una fila en blanco no es nada"
    assert "viernes 4 de diciembre de 2026 a las 12:00 en memoria, memoria-2" in dicho[10]
    nota = carpeta.nota("procesando/agenda.xlsx.estado.txt")
    assert "Filas aceptadas: 2. No aceptadas: 6." in nota
    assert "fila 3: No se aceptó" in nota


def test_si_ninguna_fila_sirve_el_calendario_vuelve_con_su_copia(carpeta):
    carpeta.soltar("agenda.xlsx", libro(ENCABEZADO, (dia(1), time(9), "hi5", "Mala")))
    assert carpeta.esperar().rechazadas == ["agenda.xlsx"]
    assert carpeta.hay("rechazadas") == ["agenda.resultado.xlsx", "agenda.xlsx", "agenda.xlsx.motivo.txt"]
    assert "fila 2: No se aceptó: columna Red: no conocemos" in carpeta.nota("rechazadas/agenda.xlsx.motivo.txt")
    assert "hi5" in copia_de(carpeta, "rechazadas/agenda.resultado.xlsx")[2][0]


@pytest.mark.parametrize(
    "titulos",
    [
        ("FECHA", "hora", "Redes Sociales", "Copy"),
        ("Día", "Hora de publicación", "Perfil", "Mensaje"),
        (" fecha: ", "Horario", "Publicar en", "Contenido"),
        ("¿Cuándo?", "HORA", "Cuenta", "TEXTO (máx. 280)"),
    ],
)
def test_los_titulos_se_perdonan(carpeta, titulos):
    carpeta.soltar("agenda.xlsx", libro(titulos, (dia(1), time(9), "memoria", "Uno")))
    assert carpeta.esperar().aceptadas == ["agenda.xlsx"]
    assert carpeta.publicaciones()[0].fecha_local == "2026-12-01 09:00"


def test_el_encabezado_puede_no_ser_la_primera_fila(carpeta):
    antes = [("H. Ayuntamiento",), (), ("Calendario de diciembre",)]
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS, antes=antes))
    assert carpeta.esperar().aceptadas == ["agenda.xlsx"]
    assert sorted(copia_de(carpeta)) == [5, 6]


def test_una_columna_con_el_nombre_de_una_red_vale_como_marca_o_como_texto(carpeta):
    carpeta.soltar(
        "agenda.xlsx",
        libro(
            ("Fecha", "Hora", "Texto", "memoria", "memoria-2", "Texto memoria-2"),
            (dia(1), time(9), "Uno", "x", None, None),
            (dia(2), time(9), "Dos", "sí", "✓", "Propio"),
            (dia(3), time(9), "Tres", "no", "Otro texto", None),
        ),
    )
    carpeta.esperar()
    uno, dos, tres = carpeta.publicaciones()
    por_perfil = {(e.publicacion_id, e.perfil_id): e.texto for e in carpeta.entregas()}
    assert [t for (p, _), t in sorted(por_perfil.items()) if p == uno.id] == ["Uno"]
    assert [t for (p, _), t in sorted(por_perfil.items()) if p == dos.id] == ["Dos", "Propio"]
    assert [t for (p, _), t in sorted(por_perfil.items()) if p == tres.id] == ["Tres", "Otro texto"]


def test_las_fotos_de_las_filas_van_al_lado_o_en_una_carpeta(carpeta):
    titulos = (*ENCABEZADO, "Imagen", "Texto alternativo")
    for n, donde in enumerate(("", "feria/"), 1):
        fila = (dia(n), time(9), "memoria", "Ven", "plaza.jpg, kiosco.jpg", "Plaza | Kiosco")
        carpeta.soltar(f"{donde}agenda.xlsx", libro(titulos, fila))
        carpeta.soltar(f"{donde}plaza.jpg", bytes_de(foto()))
        carpeta.soltar(f"{donde}kiosco.jpg", bytes_de(foto(300, 300)))
        assert carpeta.esperar().aceptadas == [donde.strip("/") or "agenda.xlsx"]
    for publicacion in carpeta.publicaciones():
        assert [(m.nombre, alt) for m, alt in carpeta.medios(publicacion)] == [
            ("plaza.jpg", "Plaza"),
            ("kiosco.jpg", "Kiosco"),
        ]
    assert "feria.resultado.xlsx" in carpeta.hay("procesando")


def test_una_fila_con_estado_borrador_no_se_toma(carpeta):
    filas = [(dia(n), time(9), "memoria", f"Texto {n}", e) for n, e in ((1, "Aprobado"), (2, "Borrador"), (3, None))]
    carpeta.soltar("agenda.xlsx", libro((*ENCABEZADO, "Estatus"), *filas))
    carpeta.esperar()
    assert [p.texto for p in carpeta.publicaciones()] == ["Texto 1", "Texto 3"]
    assert copia_de(carpeta)[3][0] == "No se tomó: su estado es «Borrador»."


def test_dos_filas_identicas_son_un_descuido(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS, DOS_FILAS[1]))
    carpeta.esperar()
    assert len(carpeta.publicaciones()) == 2
    assert "es idéntica a la fila 2" in copia_de(carpeta)[4][0]


def test_las_mismas_filas_en_otro_libro_no_se_repiten(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    carpeta.esperar()
    carpeta.soltar("agenda (1).xlsx", libro(*DOS_FILAS, (dia(3), time(9), "memoria", "Tres"), hoja="Otra"))
    carpeta.esperar()
    assert [p.texto for p in carpeta.publicaciones()] == ["Uno", "Dos", "Tres"]
    assert "es idéntica a la fila 2 de «agenda.xlsx»" in copia_de(carpeta, "procesando/agenda (1).resultado.xlsx")[2][0]


# ── volver a soltar ──────────────────────────────────────────────────────────────────────────────────────────────


def test_el_mismo_calendario_dos_veces_no_repite_nada(carpeta):
    contenido = libro(*DOS_FILAS)
    carpeta.soltar("agenda.xlsx", contenido)
    carpeta.esperar()
    carpeta.soltar("agenda.xlsx", contenido)
    assert carpeta.esperar().rechazadas == ["agenda.xlsx"]
    assert "es idéntico a «agenda.xlsx»" in carpeta.nota("rechazadas/agenda.xlsx.motivo.txt").replace("Es", "es")
    assert len(carpeta.publicaciones()) == 2


@pytest.mark.parametrize("como", ["el mismo libro", "la copia devuelta", "la copia con otro nombre"])
def test_una_fila_corregida_cambia_su_publicacion_y_las_demas_quedan(carpeta, como):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    carpeta.esperar()
    if como == "el mismo libro":
        carpeta.soltar("agenda.xlsx", libro(ENCABEZADO, DOS_FILAS[1], (dia(2), time(11), "memoria", "Dos, corregida")))
    else:
        copia = load_workbook(carpeta.buzon / "procesando/agenda.resultado.xlsx")
        copia.active["D3"], copia.active["B3"] = "Dos, corregida", time(11)
        nombre = "agenda.resultado.xlsx" if como == "la copia devuelta" else "diciembre, versión 2.xlsx"
        salida = io.BytesIO()
        copia.save(salida)
        carpeta.soltar(nombre, salida.getvalue())
    assert carpeta.esperar().cambiadas == ["agenda.xlsx"]
    uno, dos = carpeta.publicaciones()
    assert (uno.version, dos.version, dos.texto, dos.fecha_local) == (1, 2, "Dos, corregida", "2026-12-02 11:00")
    dicho = copia_de(carpeta)
    assert dicho[2][0].startswith("Ya estaba. Programada para el martes 1")
    assert dicho[3] == (
        "Cambiada. Programada para el miércoles 2 de diciembre de 2026 a las 11:00 en memoria.",
        f"P{dos.id}",
    )
    assert carpeta.hay("procesando") == [
        "agenda (versión anterior 1).xlsx", "agenda.resultado.xlsx", "agenda.xlsx", "agenda.xlsx.estado.txt",
    ]  # fmt: skip


@pytest.mark.dos_bases
def test_insertar_y_quitar_filas_no_confunde(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    carpeta.esperar()
    carpeta.soltar("agenda.xlsx", libro(ENCABEZADO, (dia(5), time(9), "memoria", "Nueva"), DOS_FILAS[2]))
    carpeta.esperar()
    assert [p.texto for p in carpeta.publicaciones()] == ["Uno", "Dos", "Nueva"]
    dicho = copia_de(carpeta)
    assert dicho[3][0].startswith("Ya estaba")
    nota = carpeta.nota("procesando/agenda.xlsx.estado.txt")
    assert "la fila 2 de antes ya no está, pero su publicación sigue programada para el martes 1" in nota


def test_una_fila_que_ya_salio_no_se_cambia_y_se_dice(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    carpeta.esperar()
    carpeta.publicar(carpeta.entregas()[0])
    carpeta.soltar("agenda.xlsx", libro(ENCABEZADO, (dia(1), time(9), "memoria", "Uno, tarde"), DOS_FILAS[2]))
    carpeta.esperar()
    assert "No se cambió, porque ya salió" in copia_de(carpeta)[2][0]
    assert carpeta.publicaciones()[0].texto == "Uno"


def test_el_nombre_se_reusa_al_mes_siguiente(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    carpeta.esperar()
    carpeta.publicar()
    carpeta.esperar(timedelta(days=12))
    carpeta.soltar(
        "agenda.xlsx", libro(ENCABEZADO, (dia(20), time(9), "memoria", "Uno"), (dia(21), time(9), "memoria", "X"))
    )
    assert carpeta.esperar().aceptadas == ["agenda.xlsx"]
    assert len(carpeta.publicaciones()) == 4


def test_una_fila_rechazada_se_acepta_cuando_ya_existe_el_perfil(carpeta, perfil_de):
    contenido = libro(*DOS_FILAS, (dia(3), time(9), "nuevo", "Tres"))
    carpeta.soltar("agenda.xlsx", contenido)
    carpeta.esperar()
    assert len(carpeta.publicaciones()) == 2
    perfil_de(nombre="nuevo")
    carpeta.soltar("agenda.xlsx", contenido)
    assert carpeta.esperar().cambiadas == ["agenda.xlsx"]
    assert len(carpeta.publicaciones()) == 3


def test_un_id_de_la_oficina_no_se_toma_por_nuestro(carpeta):
    filas = [(n, dia(n), time(9), "memoria", f"Texto {n}") for n in (1, 2)]
    carpeta.soltar("agenda.xlsx", libro(("id", *ENCABEZADO), *filas))
    carpeta.esperar()
    hoja = load_workbook(carpeta.buzon / "procesando/agenda.resultado.xlsx").active
    assert [hoja.cell(n, 1).value for n in (2, 3)] == [1, 2], "los de la oficina siguen ahí"
    assert [c.value for c in hoja[1]] == ["id", *ENCABEZADO, "resultado", "id Pregonero"]
    carpeta.soltar("agenda.xlsx", (carpeta.buzon / "procesando/agenda.resultado.xlsx").read_bytes())
    carpeta.esperar()
    assert len(carpeta.publicaciones()) == 2


@pytest.mark.dos_bases
def test_al_terminar_queda_en_publicadas_con_los_enlaces(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    carpeta.esperar()
    uno, dos = carpeta.entregas()
    carpeta.publicar(uno)
    carpeta.publicar(dos, estado=Estado.FALLIDA)
    assert carpeta.recorrido.recorrer().terminadas == ["agenda.xlsx"]
    assert carpeta.hay("procesando") == []
    assert carpeta.hay("publicadas") == ["agenda.resultado.xlsx", "agenda.xlsx", "agenda.xlsx.resultado.txt"]
    dicho = copia_de(carpeta, "publicadas/agenda.resultado.xlsx")
    assert "https://red.example/1" in dicho[2][0]
    assert "no se publicó" in dicho[3][0]
    assert carpeta.recepciones()[0].veredicto is Veredicto.PUBLICADO


def test_el_formato_del_editor_se_conserva(carpeta):
    original = load_workbook(io.BytesIO(libro(*DOS_FILAS)))
    original.active["A1"].font = Font(bold=True, color="6F1D33")
    original.active.column_dimensions["D"].width = 55
    salida = io.BytesIO()
    original.save(salida)
    carpeta.soltar("agenda.xlsx", salida.getvalue())
    carpeta.esperar()
    copia = load_workbook(carpeta.buzon / "procesando/agenda.resultado.xlsx").active
    assert (copia["A1"].font.bold, copia.column_dimensions["D"].width) == (True, 55)
    assert copia["E2"].fill.start_color.rgb.endswith("C6EFCE")


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("separador", [",", ";", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252"])
def test_un_csv_de_cualquier_programa(carpeta, separador, codec):
    filas = [["Fecha", "Hora", "Red", "Texto"], ["01/12/2026", "9:00", "memoria", '"Función\ndoble: niños"']]
    carpeta.soltar("agenda.csv", "\r\n".join(separador.join(f) for f in filas).encode(codec))
    assert carpeta.esperar().aceptadas == ["agenda.csv"]
    assert carpeta.publicaciones()[0].texto == "Función\ndoble: niños"
    copia = (carpeta.buzon / "procesando/agenda.resultado.csv").read_bytes()
    assert copia.startswith(b"\xef\xbb\xbf"), "para que Excel no estropee los acentos"
    assert "Programada para el martes 1" in copia.decode("utf-8-sig")


def test_la_copia_de_un_csv_se_puede_corregir_y_soltar(carpeta):
    carpeta.soltar("agenda.csv", "Fecha,Hora,Red,Texto\n01/12/2026,9:00,memoria,Uno\n02/12/2026,9:00,memoria,Dos\n")
    carpeta.esperar()
    copia = (carpeta.buzon / "procesando/agenda.resultado.csv").read_text("utf-8-sig")
    carpeta.soltar("agenda.resultado.csv", copia.replace("Dos", "Dos corregida"))
    assert carpeta.esperar().cambiadas == ["agenda.csv"]
    assert [p.texto for p in carpeta.publicaciones()] == ["Uno", "Dos corregida"]


# ── lo hostil y lo roto ──────────────────────────────────────────────────────────────────────────────────────────


def zip_con(partes):
    salida = io.BytesIO()
    with zipfile.ZipFile(salida, "w", zipfile.ZIP_DEFLATED) as paquete:
        for nombre, contenido in partes.items():
            paquete.writestr(nombre, contenido)
    return salida.getvalue()


def test_una_bomba_de_zip_no_se_abre(carpeta):
    carpeta.soltar("bomba.xlsx", zip_con({"xl/worksheets/sheet1.xml": b"\x00" * 210_000_000}))
    assert carpeta.esperar().rechazadas == ["bomba.xlsx"]
    assert "ocupa demasiado" in carpeta.nota("rechazadas/bomba.xlsx.motivo.txt")


def test_las_definiciones_de_xml_no_se_admiten(carpeta):
    partes = dict(
        zip(["xl/workbook.xml"], [b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aa">]><l>&a;</l>'], strict=True)
    )
    carpeta.soltar("bomba.xlsx", zip_con(partes))
    carpeta.esperar()
    assert "definiciones que no admitimos" in carpeta.nota("rechazadas/bomba.xlsx.motivo.txt")


@pytest.mark.parametrize(
    ("nombre", "contenido", "dice"),
    [
        ("a.xlsx", b"esto no es un libro", "No es un libro de Excel"),
        ("a.xlsx", zip_con({"hola.txt": b"hola"}), "No se puede leer como libro"),
        ("a.xlsx", libro(("Nada", "que"), ("ver", "aquí")), "títulos que reconozcamos"),
        ("a.xlsx", libro(ENCABEZADO), "ninguna fila con datos"),
        ("a.csv", b"\x00\x01\x02", "no es un archivo de texto"),
        ("a.csv", b'Fecha,Hora,Texto\n1,2,"sin cerrar\n', "comillas sin cerrar"),
        ("a.xlsx", b"", "vacío"),
    ],
)
def test_lo_que_no_es_un_calendario_dice_por_que(carpeta, nombre, contenido, dice):
    carpeta.soltar(nombre, contenido)
    assert carpeta.esperar_de_mas().rechazadas or carpeta.esperar().rechazadas or True
    assert dice.lower() in carpeta.nota(f"rechazadas/{nombre}.motivo.txt").lower()


def test_una_formula_sin_calcular_se_dice(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS, (dia(3), time(9), "memoria", '=CONCATENATE("a","b")')))
    carpeta.esperar()
    assert "no tiene resultado guardado" in copia_de(carpeta)[4][0]
    assert len(carpeta.publicaciones()) == 2


def test_un_error_de_excel_se_dice(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS, (dia(3), time(9), "memoria", "#REF!")))
    carpeta.esperar()
    assert "error de Excel" in copia_de(carpeta)[4][0]


def test_mientras_excel_lo_tiene_abierto_se_espera_un_rato(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    carpeta.soltar("~$agenda.xlsx", "cerrojo")
    assert not carpeta.esperar().hubo_algo
    (carpeta.entrada / "~$agenda.xlsx").unlink()
    assert carpeta.recorrido.recorrer().aceptadas == ["agenda.xlsx"]


# ── la plantilla, revisar y el tamaño ────────────────────────────────────────────────────────────────────────────


def test_la_plantilla_se_puede_soltar_tal_cual(carpeta, tmp_path):
    escribir_plantilla(tmp_path / "plantilla.xlsx", carpeta.entorno)
    veredictos = revisar_archivos(carpeta.entorno, [tmp_path / "plantilla.xlsx"])
    assert [v.problemas for v in veredictos] == [()] * 5
    carpeta.soltar("plantilla.xlsx", (tmp_path / "plantilla.xlsx").read_bytes())
    assert carpeta.esperar().aceptadas == ["plantilla.xlsx"]
    assert len(carpeta.publicaciones()) == 5
    assert all(p.programada_en > carpeta.entorno.reloj.ahora() for p in carpeta.publicaciones())


def test_la_plantilla_vale_tambien_donde_hay_redes_que_piden_imagen(carpeta, perfil_de, tmp_path):
    for red in ("instagram", "pinterest", "x"):
        perfil_de(red, opciones={})
    escribir_plantilla(tmp_path / "plantilla.xlsx", carpeta.entorno)
    veredictos = revisar_archivos(carpeta.entorno, [tmp_path / "plantilla.xlsx"])
    assert [str(p) for v in veredictos for p in v.problemas if not v.admisible] == []


def test_la_plantilla_se_explica(carpeta, tmp_path):
    escribir_plantilla(tmp_path / "plantilla.xlsx", carpeta.entorno)
    escrita = load_workbook(tmp_path / "plantilla.xlsx")
    assert escrita.sheetnames == ["Calendario", "Instrucciones"]
    assert escrita["Calendario"].freeze_panes == "A2"
    assert len(escrita["Calendario"].data_validations.dataValidation) == 3
    assert any("memoria (Memoria)" in str(fila[1].value) for fila in escrita["Instrucciones"].iter_rows(max_col=2))


def test_un_calendario_con_cientos_de_filas_entra_entero(carpeta):
    cuantas = 300
    comienzo = datetime(2027, 1, 1, 8, 0)  # noqa: DTZ001
    filas = [
        (comienzo + timedelta(minutes=7 * n), "memoria" if n % 2 else "", f"Publicación número {n}")
        for n in range(cuantas)
    ]
    carpeta.soltar("enorme.xlsx", libro(("Fecha", "Red", "Texto"), *filas))
    assert carpeta.esperar().aceptadas == ["enorme.xlsx"]
    assert len(carpeta.publicaciones()) == cuantas


def test_demasiadas_filas_se_dice(carpeta):
    carpeta.soltar("enorme.csv", "Fecha,Hora,Texto\n" + "01/12/2026,9:00,Hola\n" * 5100)
    carpeta.esperar()
    assert "más de 5000 filas" in carpeta.nota("rechazadas/enorme.csv.motivo.txt")


def test_un_libro_con_formato_hasta_la_ultima_fila_no_nos_entretiene(carpeta):
    nuevo = Workbook()
    for fila in DOS_FILAS:
        nuevo.active.append(fila)
    nuevo.active.cell(1_048_576, 1).number_format = "0"
    salida = io.BytesIO()
    nuevo.save(salida)
    carpeta.soltar("agenda.xlsx", salida.getvalue())
    assert carpeta.esperar().aceptadas == ["agenda.xlsx"]


def test_otro_proceso_ve_lo_mismo_al_volver(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    carpeta.esperar()
    (carpeta.buzon / "procesando/agenda.resultado.xlsx").unlink()
    (carpeta.buzon / "procesando/agenda.xlsx.estado.txt").unlink()
    Recorrido(carpeta.entorno).recorrer()
    assert copia_de(carpeta)[2][0].startswith("Programada")
    assert "Filas aceptadas: 2" in carpeta.nota("procesando/agenda.xlsx.estado.txt")


def test_los_instantes_son_los_de_la_oficina(carpeta):
    carpeta.soltar("agenda.xlsx", libro(*DOS_FILAS))
    carpeta.esperar()
    assert carpeta.entregas()[0].no_antes_de == datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    assert warnings.filters, "openpyxl no debe dejar avisos sueltos"
