"""De lo que escribió el editor a lo que se publicará. «Ahora» es el domingo 22 de noviembre de 2026, 9:00."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conectores.contrato import Gravedad
from motor.entrada.entender.armado import Contexto, armar
from motor.entrada.entender.directorio import Directorio, PerfilConocido
from motor.entrada.leer.lectura import leer
from motor.fechas.escritas import Anclaje

AHORA = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
REDES = {
    "x": "X",
    "twitter": "x",
    "facebook": "Facebook",
    "fb": "facebook",
    "instagram": "Instagram",
    "bluesky": "Bluesky",
}
DIRECTORIO = Directorio(
    perfiles=(
        PerfilConocido("x-ayuntamiento", "x"),
        PerfilConocido("x-dif", "x"),
        PerfilConocido("facebook", "facebook"),
        PerfilConocido("instagram", "instagram", activo=False),
    ),
    reconocer_red=lambda n: (lambda c: REDES.get(c, "").lower() or None if c in REDES else None)(n.strip().lower()),
    nombre_de_red=lambda red: REDES.get(red, red),
)  # fmt: skip


def armada(texto, *medios, sin_nombrar=(), referencia=AHORA):
    contenido = texto if isinstance(texto, bytes) else texto.encode()
    contexto = Contexto(
        ahora=AHORA,
        referencia=referencia,
        zona=ZoneInfo("America/Mexico_City"),
        directorio=DIRECTORIO,
        medios={nombre: Path("/buzon") / nombre for nombre in medios},
        origen="carpeta",
        nombre="aviso.md",
    )
    return armar(leer(contenido, directorio=DIRECTORIO), contexto, sin_nombrar=sin_nombrar)


def propuesta(texto, *medios, **mas):
    leida = armada(texto, *medios, **mas)
    assert leida.propuesta is not None, [str(p) for p in leida.problemas]
    return leida.propuesta


def errores(texto, *medios):
    leida = armada(texto, *medios)
    assert leida.propuesta is None
    return " / ".join(str(p) for p in leida.problemas)


def avisos(texto, *medios):
    leida = armada(texto, *medios)
    assert leida.propuesta is not None
    return " / ".join(str(p) for p in leida.problemas if p.gravedad is Gravedad.AVISO)


def test_un_texto_solo_sale_ya_en_todos_los_perfiles_activos():
    p = propuesta("Mañana no habrá agua.\n")
    assert p.texto == "Mañana no habrá agua."
    assert p.perfiles == ("x-ayuntamiento", "x-dif", "facebook"), "el que está en pausa no"
    assert (p.programada_en, p.fecha_local) == (AHORA, "2026-11-22 09:00")


def test_un_encabezado_completo():
    p = propuesta(
        """---
Redes: Twitter y facebook
¿Cuándo?: 1 de diciembre de 2026, 9:00
Imágenes:
  - archivo: plaza.jpg
    alt: La plaza llena
  - kiosco.png
Etiquetas: [cultura, "#fiestas"]
Tipo: Publicación
Liga: https://municipio.example/feria
Campaña: Feria 2026
Vence: 5 de diciembre
Título: La feria
Hilo: Sí
Tablero: Avisos
Elaboró: Prensa
---
Ven a la feria.
""",
        "plaza.jpg",
        "kiosco.png",
    )
    assert p.perfiles == ("x-ayuntamiento", "x-dif", "facebook")
    assert (p.fecha_local, p.programada_en) == ("2026-12-01 09:00", datetime(2026, 12, 1, 15, 0, tzinfo=UTC))
    assert [(m.donde, m.texto_alternativo) for m in p.medios] == [("plaza.jpg", "La plaza llena"), ("kiosco.png", "")]
    assert (p.etiquetas, p.tipo, p.enlace) == (("cultura", "fiestas"), "publicacion", "https://municipio.example/feria")
    assert (p.campana, p.titulo, p.hilo, p.autor) == ("Feria 2026", "La feria", True, "Prensa")
    assert p.vence_en == datetime(2026, 12, 6, 5, 59, tzinfo=UTC)
    assert p.opciones == {"x": {"tablero": "Avisos"}, "facebook": {"tablero": "Avisos"}}


@pytest.mark.parametrize("clave", ["redes", "Red", "PERFILES", "en", "publicar en", "Cuentas"])
def test_un_dato_se_puede_llamar_de_muchas_maneras(clave):
    assert propuesta(f"---\n{clave}: x-dif\n---\nHola").perfiles == ("x-dif",)


@pytest.mark.parametrize(
    ("redes", "perfiles"),
    [
        ("X", ("x-ayuntamiento", "x-dif")),
        ("x-DIF, Facebook", ("x-dif", "facebook")),
        ("[facebook, x]", ("facebook", "x-ayuntamiento", "x-dif")),
        ("facebook; x-dif / fb", ("facebook", "x-dif")),
        ("todas", ("x-ayuntamiento", "x-dif", "facebook")),
        ("", ("x-ayuntamiento", "x-dif", "facebook")),
        ("'@x-dif'", ("x-dif",)),
    ],
)
def test_una_red_son_todos_sus_perfiles(redes, perfiles):
    assert propuesta(f"---\nredes: {redes}\n---\nHola").perfiles == perfiles


def test_un_perfil_en_pausa_se_acepta_y_se_avisa():
    assert "en pausa" in avisos("---\nred: instagram\n---\nHola")


@pytest.mark.parametrize(
    ("red", "dice"),
    [
        ("facebok", "¿Quiso decir «facebook»?"),
        ("bluesky", "no tiene ningún perfil en Bluesky"),
        ("hi5", "Hay: x-ayuntamiento (X), x-dif (X), facebook (Facebook)"),
    ],
)
def test_una_red_que_no_tenemos_dice_las_que_hay(red, dice):
    assert dice in errores(f"---\nred: {red}\n---\nHola")


def test_los_textos_propios_van_en_el_encabezado_o_en_secciones():
    p = propuesta("---\nfacebook: |\n  Largo para Facebook.\n---\nGeneral.\n\n## X\nCorto.\n\n## x-dif:\nDel DIF.\n")
    assert p.texto == "General."
    assert p.variantes == {"facebook": "Largo para Facebook.", "x": "Corto.", "x-dif": "Del DIF."}


def test_un_titulo_que_no_es_una_red_es_texto():
    texto = "General.\n## Avisos\nMás."
    assert propuesta(texto).texto == texto
    assert "Markdown" in avisos(texto)


def test_una_ficha_de_red_lleva_texto_y_opciones():
    p = propuesta("---\nred: facebook\nfacebook:\n  texto: Largo\n  Tablero: Avisos\n---\nGeneral")
    assert (p.variantes, p.opciones) == ({"facebook": "Largo"}, {"facebook": {"tablero": "Avisos"}})


def test_un_texto_para_donde_no_se_publica_se_avisa():
    assert "no se usará" in avisos("---\nred: facebook\nx: Corto\n---\nGeneral")


def test_un_dato_desconocido_se_avisa_y_nombra_el_parecido():
    dicho = avisos("---\nfehca: mañana 9:00\nred: x\n---\nHola")
    assert "línea 2, fehca" in dicho
    assert "¿Quiso decir «fecha»?" in dicho


@pytest.mark.parametrize(
    ("texto", "dice"),
    [
        ("", "vacío"),
        ("  \n\n ", "vacío"),
        ("---\nred: x\n---\n", "no dice nada"),
        ("---\nfecha: 2026-12-01\n---\nHola", "línea 2, fecha: «2026-12-01» no dice la hora"),
        ("---\nfecha: 2026-12-01\nhora: 25:00\n---\nHola", "no es una hora"),
        ("---\nhora: 9:00\n---\nHola", "línea 2, hora: «9:00» dice la hora pero no el día"),
        ("---\nvence: nunca\n---\nHola", "línea 2, vence"),
        ("---\nlink: municipio\n---\nHola", "https://"),
        ("---\ntitulo: " + "a" * 301 + "\n---\nHola", "caben 300"),
        ("---\nhilo: quizá\n---\nHola", "sí"),
        ("---\nencuesta: uno\n---\nHola", "dos opciones"),
        ("---\nencuesta: [uno, dos]\nduracion: mucho\n---\nHola", "2 días"),
        ("---\ntexto: Uno\n---\nDos", "otro debajo"),
        ("---\nfoto: a.jpg\nfoto: b.jpg\n---\nHola", "ya estaba"),
        ("---\ncuando: ya\nfecha: ya\n---\nHola", "repite un dato"),
        ("redes: facebook\nfecha: mañana 9:00\n\nHola", "tres guiones"),
        ("Fecha: mañana 9:00\nVence: jueves\n\nHola", "tres guiones"),
        ("informaciÃ³n", "acentos"),
        ('---\ntitulo: "a\\x00b"\n---\nHola', "línea 2, titulo: lleva un carácter de control"),
        ('---\ntitulo: "a\\ud800b"\n---\nHola', "medio carácter"),
        ("a" * 300_000, "demasiado grande"),
    ],
)
def test_lo_que_esta_mal_dice_donde_y_que_hacer(texto, dice):
    assert dice in errores(texto)


def test_un_aviso_que_empieza_por_fecha_y_hora_es_texto():
    texto = "Fecha: 5 de diciembre\nHora: 9:00\nLugar: la plaza"
    assert propuesta(texto).texto == texto


def test_la_hora_puede_ir_aparte():
    assert propuesta("---\nfecha: 1 de diciembre\nhora: 9 de la noche\n---\nHola").fecha_local == "2026-12-01 21:00"


def test_manana_es_desde_que_aparecio_el_archivo():
    anoche = AHORA - timedelta(hours=9, minutes=1)  # 23:59 del sábado
    assert propuesta("---\nfecha: mañana 9:30\n---\nHola", referencia=anoche).fecha_local == "2026-11-22 09:30"


def test_ya_es_cuando_se_lee_aunque_el_archivo_haya_esperado():
    p = propuesta("---\nfecha: ya\n---\nHola", referencia=AHORA - timedelta(minutes=9))
    assert p.programada_en == AHORA


@pytest.mark.parametrize(
    ("encabezado", "medios"),
    [
        ("imagen: a.jpg\nalt: Una plaza", [("a.jpg", "Una plaza")]),
        ("imagen: A.JPG", [("a.jpg", "")]),
        ("imagen: a", [("a.jpg", "")]),
        ("fotos: a.jpg, b.png\nalt: Una | Otra", [("a.jpg", "Una"), ("b.png", "Otra")]),
        ("fotos: [a.jpg, b.png]\nalt: [Una, Otra]", [("a.jpg", "Una"), ("b.png", "Otra")]),
        ("fotos: [a.jpg, b.png]\nalt: Sólo una", [("a.jpg", "Sólo una"), ("b.png", "")]),
        ("fotos: [b.png, a.jpg]\nalt:\n  a.jpg: Una\n  B: Otra", [("b.png", "Otra"), ("a.jpg", "Una")]),
        ("fotos:\n  a.jpg: Una\n  b.png: Otra", [("a.jpg", "Una"), ("b.png", "Otra")]),
        ("foto: a.jpg\nvideo: b.png", [("a.jpg", ""), ("b.png", "")]),
        ("imagen: ninguna", []),
    ],
)
def test_los_medios_se_nombran_como_sea(encabezado, medios):
    p = propuesta(f"---\n{encabezado}\n---\nHola", "a.jpg", "b.png", sin_nombrar=("b.png",))
    assert [(m.donde, m.texto_alternativo) for m in p.medios] == medios


def test_sin_nombrar_ninguno_van_los_que_lo_acompanan():
    p = propuesta("---\nalt: La plaza\n---\nHola", "aviso.jpg", sin_nombrar=("aviso.jpg",))
    assert [(m.donde, m.texto_alternativo) for m in p.medios] == [("aviso.jpg", "La plaza")]


def test_los_acentos_separados_de_una_mac_son_los_mismos():
    assert propuesta("---\nfoto: función.jpg\n---\nHola", "función.jpg").medios[0].donde == "función.jpg"


@pytest.mark.parametrize(
    "ruta", ["../secreto.jpg", "/etc/passwd", "C:\\fotos\\a.jpg", "..", "sub/a.jpg", "~root/a.jpg", "..\\a.jpg"]
)
def test_un_medio_fuera_de_la_carpeta_se_rechaza(ruta):
    assert "es una ruta" in errores(f"---\nimagen: '{ruta}'\n---\nHola", "a.jpg")


def test_un_medio_que_falta_nombra_el_parecido():
    assert "¿Quiso decir «plaza.jpeg»?" in errores("---\nimagen: plaza.jpg\n---\nHola", "plaza.jpeg")
    assert armada("---\nimagen: plaza.jpg\n---\nHola").faltan == ("plaza.jpg",)


def test_una_encuesta():
    p = propuesta("---\nred: x\nencuesta:\n  opciones: [Sí, No]\n  duración: 2 días\n---\n¿Te gusta?")
    assert p.encuesta is not None
    assert (p.encuesta.opciones, p.encuesta.duracion) == (("Sí", "No"), timedelta(days=2))


def test_se_sabe_de_que_depende_la_fecha():
    assert armada("Hola").anclaje is Anclaje.MOMENTO
    assert armada("---\nfecha: mañana 9:00\n---\nHola").anclaje is Anclaje.DIA


def test_lo_de_un_windows_viejo_se_lee():
    assert propuesta("Función para niños".encode("cp1252")).texto == "Función para niños"


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: f"---\n{t}\n---\n{t}".encode("utf-8", "replace")))
def test_ningun_archivo_hace_tropezar(contenido):
    leida = armada(contenido)
    assert leida.propuesta is not None or leida.problemas
