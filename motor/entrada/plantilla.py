"""Escribir un calendario de ejemplo: lo que un editor abre, llena y suelta."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from motor.acervo.archivos import escribir_entero
from motor.entorno import Entorno
from motor.entrada.decidir.dictamen import directorio_de
from motor.entrada.entender.directorio import Directorio

_COLUMNAS = (
    # título, ancho, para qué
    ("Fecha", 14, "El día: 01/12/2026. También «1 de diciembre de 2026», «lunes», «mañana», «ya» o «mejor hora»."),
    ("Hora", 10, "La hora, de 0:00 a 23:59; o «9:00 p. m.», «9 de la noche»."),
    ("Red", 20, "Una red (todos sus perfiles) o un perfil; varias, separadas por comas. Vacía: en todos."),
    ("Texto", 60, "Lo que se publica, tal cual: los enlaces y las etiquetas (#) también."),
    ("Imagen", 24, "El nombre del archivo, que se suelta junto al calendario. Varias, separadas por comas."),
    ("Texto alternativo", 34, "Qué se ve en la imagen, para quien no puede verla. Varios, separados por |."),
    ("Enlace", 30, "Una dirección completa, que empieza con https://."),
    ("Etiquetas", 18, "Para ordenar y buscar después; no se publican."),
    ("Tipo", 14, "publicacion, o lo que admita la red: reel, historia…"),
    ("Campaña", 18, "A qué campaña pertenece."),
    ("Prioridad", 12, "alta, normal o baja: quién elige primero entre las que piden «mejor hora»."),
    ("Vence", 14, "Después de este día ya no sirve decirlo: si no salió, no saldrá."),
)
_MEJOR_HORA = (
    ("Mejor hora", "En «Fecha», con la hora vacía: Pregonero elige la hora de cada red y dice por qué."),
    (
        "",
        "«mejor hora entre el 3 y el 5 de diciembre», «mejor hora esta semana», «mejor hora el viernes por la tarde».",
    ),
    ("", "«mejor hora antes del evento del viernes 18:00»: si no pudo salir antes, ya no sale."),
    ("", "O el día en «Fecha» y «mejor hora» en «Hora». La hora que se le dijo no cambia si no cambia lo que pide."),
)
_PRIORIDADES = ("alta", "normal", "baja")
_TIPOS = ("publicacion", "reel", "historia")
_FILAS_LISTAS = 500
_GUINDA, _CREMA, _GRIS = "6F1D33", "FBF6EE", "D9D0C7"


def escribir_plantilla(ruta: Path, entorno: Entorno) -> None:
    """Un libro con unas filas de ejemplo y sus instrucciones. Las fechas son futuras: se puede soltar tal cual."""
    directorio = directorio_de(entorno)
    libro = Workbook()
    hoja: Any = libro.active
    hoja.title = "Calendario"
    _encabezar(hoja)
    for fila in _ejemplos(
        entorno.reloj.ahora().astimezone(entorno.reglas.zona), _que_publican_texto(entorno, directorio)
    ):
        hoja.append(fila)
    _vestir(hoja)
    _validar(hoja, directorio)
    _instruir(libro.create_sheet("Instrucciones"), directorio)
    escribir_entero(ruta, libro.save)


def _encabezar(hoja: Any) -> None:
    hoja.append([titulo for titulo, _, _ in _COLUMNAS])
    for i, (_, ancho, _) in enumerate(_COLUMNAS, 1):
        celda = hoja.cell(1, i)
        celda.font = Font(bold=True, color="FFFFFF", size=12)
        celda.fill = PatternFill("solid", start_color=_GUINDA)
        celda.alignment = Alignment(vertical="center")
        hoja.column_dimensions[get_column_letter(i)].width = ancho
    hoja.row_dimensions[1].height = 26
    hoja.freeze_panes = "A2"
    hoja.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNAS))}{_FILAS_LISTAS}"


def _que_publican_texto(entorno: Entorno, directorio: Directorio) -> list[str]:
    """Los nombres de las redes de la oficina que admiten un texto sin imagen: las de los ejemplos."""
    redes = directorio.redes_de(directorio.activos())
    return [directorio.nombre_de_red(red) for red in redes if not entorno.capacidades_de(red).necesita_medio]


def _ejemplos(ahora: datetime, redes: list[str]) -> list[list[object]]:
    """Cinco publicaciones de una semana cualquiera, sin imágenes: un ejemplo no puede traer sus fotos."""
    lunes = (ahora + timedelta(days=7 - ahora.weekday())).replace(tzinfo=None)
    una, varias = redes[0] if redes else "", ", ".join(redes[:2])

    def fila(dias: int, hora: int, red: str, texto: str, **mas: object) -> list[object]:
        dia = (lunes + timedelta(days=dias)).replace(hour=0, minute=0, second=0, microsecond=0)
        datos = {"Fecha": dia, "Hora": dia.replace(hour=hora).time(), "Red": red, "Texto": texto, **mas}
        return [datos.get(titulo) for titulo, _, _ in _COLUMNAS]

    vence = (lunes + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        fila(0, 9, varias, "Esta semana la caja de predial abre de 8:00 a 15:00. Lleve su recibo.", Tipo="publicacion"),
        fila(
            1, 8, varias, "Mañana miércoles no habrá agua en el Centro de 8:00 a 14:00.", Vence=vence, Etiquetas="agua"
        ),
        fila(2, 18, una, "Cine gratuito en la plaza, hoy a las 19:00. ¡Los esperamos!", Campaña="Cultura en la plaza"),
        fila(3, 10, una, "Jornada de vacunación: vea los requisitos.", Enlace="https://municipio.example/vacunas"),
        fila(4, 12, varias, "Gracias a quienes participaron en la limpieza del río. ¡Nos vemos el próximo sábado!"),
    ]


def _vestir(hoja: Any) -> None:
    raya = Border(bottom=Side(style="thin", color=_GRIS))
    for numero, fila in enumerate(hoja.iter_rows(min_row=2, max_row=hoja.max_row), 2):
        for celda in fila:
            celda.border = raya
            celda.alignment = Alignment(vertical="top", wrap_text=True)
            if numero % 2:
                celda.fill = PatternFill("solid", start_color=_CREMA)
    for numero in range(2, _FILAS_LISTAS + 1):
        hoja.cell(numero, _columna("Fecha")).number_format = "dd/mm/yyyy"
        hoja.cell(numero, _columna("Hora")).number_format = "hh:mm"
        hoja.cell(numero, _columna("Vence")).number_format = "dd/mm/yyyy"


def _columna(titulo: str) -> int:
    return 1 + [t for t, _, _ in _COLUMNAS].index(titulo)


def _validar(hoja: Any, directorio: Directorio) -> None:
    """Listas para elegir, que no impiden escribir otra cosa: «x, facebook» también vale."""
    redes = [directorio.nombre_de_red(red) for red in directorio.redes_de(directorio.activos())]
    opciones = list(dict.fromkeys([*redes, *directorio.activos()]))
    for titulo, valores in (("Red", opciones), ("Tipo", list(_TIPOS)), ("Prioridad", list(_PRIORIDADES))):
        lista = ",".join(v for v in valores if "," not in v)
        if not lista or len(lista) > 250:  # Excel no admite más en una lista escrita a mano
            continue
        validacion = DataValidation(type="list", formula1=f'"{lista}"', allow_blank=True, showErrorMessage=False)
        hoja.add_data_validation(validacion)
        letra = get_column_letter(_columna(titulo))
        validacion.add(f"{letra}2:{letra}{_FILAS_LISTAS}")


def _instruir(hoja: Any, directorio: Directorio) -> None:
    hoja.sheet_view.showGridLines = False
    hoja.column_dimensions["A"].width, hoja.column_dimensions["B"].width = 22, 96
    hoja.append(["Cómo se llena este calendario"])
    hoja["A1"].font = Font(bold=True, size=16, color=_GUINDA)
    hoja.append([])
    for titulo, _, para_que in _COLUMNAS:
        hoja.append([titulo, para_que])
    for ejemplo, explicacion in _MEJOR_HORA:
        hoja.append([ejemplo, explicacion])
    hoja.append(["Texto X", "Una columna «Texto» con el nombre de una red es el texto propio de esa red."])
    hoja.append([])
    hay = ", ".join(f"{p.nombre} ({directorio.nombre_de_red(p.red)})" for p in directorio.perfiles)
    for que, explicacion in (
        ("Perfiles", f"Hay: {hay or 'ninguno todavía'}."),
        ("Para publicar", "Guárdelo y suéltelo en la carpeta «entrada», con sus imágenes al lado."),
        ("La respuesta", "En «procesando» aparece una copia que dice, fila por fila, qué pasó."),
        ("Para corregir", "Corrija la fila y suéltelo otra vez con el mismo nombre: lo que no cambió no se repite."),
    ):
        hoja.append([que, explicacion])
    for fila in hoja.iter_rows(min_row=3):
        fila[0].font = Font(bold=True)
        for celda in fila:
            celda.alignment = Alignment(vertical="top", wrap_text=True)
