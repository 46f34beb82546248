"""La tabla propia, para lo que no exporta nadie: la escribe `pregonero importar --plantilla` y vale para toda red."""

from datetime import date

from conectores.contrato_exportacion import Dato, Exportacion, Exportaciones, Grano, Titulos

HOJA_DE_PUBLICACIONES, HOJA_DE_DIAS, HOJA_DE_EJEMPLO = "Publicaciones", "Por día", "Ejemplo"

_FUENTE = "pregonero importar --plantilla"
_DESDE = date(2026, 11, 22)

COLUMNAS_DE_PUBLICACION: tuple[tuple[str, str], ...] = (
    # título, para qué
    ("Perfil", "El nombre del perfil en Pregonero («pregonero perfiles» los dice)."),
    ("Enlace", "La dirección de la publicación. Con ella o con el identificador basta."),
    ("Identificador", "El número que le da la red. Como texto: Excel recorta los números largos."),
    ("Publicada", "El día y la hora: 01/12/2026 9:00. No hace falta si la publicó Pregonero."),
    ("Texto", "Lo que decía, si se quiere tener."),
    ("Tipo", "foto, video, historia… si se quiere tener."),
    ("Me gusta", "Me gusta y reacciones."),
    ("Comentarios", "Comentarios o respuestas."),
    ("Compartidos", "Veces que se compartió o se republicó."),
    ("Guardados", "Veces que se guardó."),
    ("Clics", "Clics en el enlace."),
    ("Vistas", "Veces que se vio (antes, impresiones)."),
    ("Alcance", "Personas distintas que la vieron."),
    ("Reproducciones", "Reproducciones del video."),
    ("Interacciones", "Todas, si la red las da sumadas."),
    ("Promocionada", "sí, si se pagó para que se viera más. No se aprende igual de ella."),
)
COLUMNAS_DE_DIA: tuple[tuple[str, str], ...] = (
    ("Perfil", "El nombre del perfil en Pregonero."),
    ("Día", "01/12/2026."),
    ("Seguidores", "Los que tenía el perfil al terminar ese día."),
    ("Seguidores nuevos", "Los que empezaron a seguirlo ese día."),
    ("Visitas al perfil", "Las de ese día."),
    ("Vistas", "Las de ese día."),
    ("Alcance", "El de ese día."),
    ("Interacciones", "Las de ese día."),
)
_SIN_METRICA = frozenset({"Perfil", "Enlace", "Identificador", "Publicada", "Texto", "Tipo", "Día", "Promocionada"})


def _metricas(columnas: tuple[tuple[str, str], ...]) -> dict[str, Titulos]:
    """El título de cada número es el nombre de su métrica."""
    return {t.lower().replace(" ", "_"): (t,) for t, _ in columnas if t not in _SIN_METRICA}


PROPIA = Exportaciones(
    tablas=(
        Exportacion(
            nombre="la plantilla de Pregonero, publicaciones",
            grano=Grano.PUBLICACION,
            senas=(("Perfil",), ("Enlace", "Identificador"), ("Publicada",)),
            datos={
                Dato.PERFIL: ("Perfil",),
                Dato.URL: ("Enlace",),
                Dato.ID: ("Identificador",),
                Dato.CUANDO: ("Publicada",),
                Dato.TEXTO: ("Texto",),
                Dato.TIPO: ("Tipo",),
                Dato.PROMOCION: ("Promocionada",),
            },
            metricas=_metricas(COLUMNAS_DE_PUBLICACION),
            fuente=_FUENTE,
            consultada=_DESDE,
        ),
        Exportacion(
            nombre="la plantilla de Pregonero, por día",
            grano=Grano.DIA,
            senas=(("Perfil",), ("Día",)),
            datos={Dato.PERFIL: ("Perfil",), Dato.CUANDO: ("Día",)},
            metricas=_metricas(COLUMNAS_DE_DIA),
            fuente=_FUENTE,
            consultada=_DESDE,
        ),
    )
)
