"""`pregonero horarios`: el resumen, la semana de un perfil, su imagen, lo que valió elegir y el historial en un CSV."""

import csv
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from modelos import Horario, Perfil
from motor.entorno import Entorno
from motor.horarios.mapa import SEMANA, Mapa
from tests.motor.horarios.elegidas import eleccion_de, entrega_publicada, ver
from tests.motor.ordenes.conftest import Orden, leido

HISTORIAL = "perfil,red,publicada_en,interacciones,tipo\n"
APRENDIDO = datetime(2026, 3, 3, 9, tzinfo=UTC)


def crear(entorno: Entorno, nombre: str, red: str = "facebook", *, mapa: Mapa | None = None) -> None:
    with entorno.base.escribir() as sesion:
        perfil = Perfil(nombre=nombre, red=red, creado_en=APRENDIDO)
        sesion.add(perfil)
        sesion.flush()
        if mapa is not None:
            sesion.add(
                Horario(
                    perfil_id=perfil.id,
                    aprendido_en=APRENDIDO,
                    publicaciones=mapa.publicaciones,
                    metrica="interacciones",
                    mapa=mapa.a_json(),
                    huella="0" * 64,
                )
            )


@pytest.fixture
def mapa() -> Mapa:
    """Las tardes valen más con certeza; los mediodías quizá menos; el jueves a las 20:00 es lo mejor."""

    def de(ranura: int) -> float:
        hora = ranura % 24
        return 14.0 if ranura == 3 * 24 + 20 else 10.0 if hora in (19, 20) else -6.0 if hora in (11, 12) else 0.0

    ganancia = tuple(de(r) for r in range(SEMANA))
    inferior = tuple(g - 9 for g in ganancia)
    superior = tuple(g + 12 for g in ganancia)
    return Mapa(
        ganancia=ganancia, inferior=inferior, superior=superior, publicaciones=212, curva="facebook", espaciado=0.05
    )


def publicar_sorteando(entorno: Entorno, nombre: str, cuantas: int) -> None:
    """Una al día; una de cada diez, a una hora al azar, y ésas con 60 respuestas en vez de unas 99. Las cinco
    últimas todavía no cumplen su edad.
    """
    ahora = entorno.reloj.ahora()
    with entorno.base.escribir() as sesion:
        perfil = sesion.exec(select(Perfil).where(Perfil.nombre == nombre)).one()
        for n in range(cuantas):
            en, otra = ahora - timedelta(days=cuantas - n - 1, hours=1), n % 10 == 9
            entrega = entrega_publicada(sesion, perfil, en)
            suerte = {"al_azar": otra, "la_mejor": not otra, "probabilidad": 0.002 if otra else 0.902}
            sesion.add(eleccion_de(entrega.id, en, hasta=en, **suerte))
            ver(sesion, perfil, entrega.id, (60 if otra else 99) + n % 7, en=en)


# ── el resumen y la semana ───────────────────────────────────────────────────────────────────────────────────


def test_sin_perfiles_dice_como_dar_de_alta_el_primero(pregonero: Orden) -> None:
    resultado = pregonero("horarios")
    assert resultado.exit_code == 0
    assert "Todavía no hay perfiles" in resultado.stdout
    assert "pregonero perfiles agregar" in resultado.stdout


def test_el_resumen_da_las_tres_mejores_de_cada_perfil_y_de_que_las_sabe(
    pregonero: Orden, entorno_de_la_orden: Entorno, mapa: Mapa
) -> None:
    crear(entorno_de_la_orden, "fb-ayuntamiento", mapa=mapa)
    crear(entorno_de_la_orden, "nuevo")
    salida = pregonero("horarios").stdout
    assert "  1  jueves 20:00     +14 %   entre +5 y +26" in salida
    assert "212 publicaciones, aprendido el 3 de marzo" in salida
    assert "sin evidencia todavía: uso la curva pública de la red" in salida
    assert "pregonero importar TABLA" in salida
    assert salida.count(" 1  ") == 2 and " 4  " not in salida


def test_la_semana_cabe_en_ochenta_columnas_y_se_lee_sin_colores(
    pregonero: Orden, entorno_de_la_orden: Entorno, mapa: Mapa, pantalla_estrecha: None
) -> None:
    crear(entorno_de_la_orden, "fb-ayuntamiento", mapa=mapa)
    salida = pregonero("horarios", "fb-ayuntamiento").stdout
    assert all(len(renglon) <= 80 for renglon in salida.splitlines())
    assert "jue ╱  ╱  ╱  ╱  ╱  ╱  ╱  ·· ·· ·· ·· ╌╌ ╌╌ ·· ·· ·· ·· ·· ·· ██ █1 ·· ╱  ╱" in salida
    assert "██ mejor  ▒▒ quizá mejor  ·· como siempre  ╌╌ quizá peor  ━━ peor  ╱ callar" in salida
    assert "La peor de las que se pueden elegir: lunes 11:00, −6 % (entre −15 y +6)." in salida
    assert "pregonero horarios --prueba" in salida


def test_sin_evidencia_lo_dice_y_dice_como_importar_lo_de_antes(pregonero: Orden, entorno_de_la_orden: Entorno) -> None:
    crear(entorno_de_la_orden, "nuevo", "bluesky")
    salida = pregonero("horarios", "nuevo").stdout
    assert "Sin evidencia todavía; de esta red no hay curva pública: uso la general." in salida
    assert "Publicaciones suyas con números: 0; con 10 empieza a contar lo suyo." in salida
    assert "pregonero importar TABLA" in salida


def test_lo_que_se_dice_es_de_lo_que_se_aprendio_y_no_de_lo_que_se_acaba_de_pedir(
    pregonero: Orden, entorno_de_la_orden: Entorno, mapa: Mapa, tmp_path: Path
) -> None:
    crear(entorno_de_la_orden, "fb-ayuntamiento", mapa=mapa)
    assert "En horarios.toml" not in pregonero("horarios", "fb-ayuntamiento").stdout
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "horarios.toml").write_text('[general]\nmetrica = "clics"\n', encoding="utf-8")
    salida = pregonero("horarios", "fb-ayuntamiento").stdout
    assert "aprendido el 3 de marzo: interacciones" in salida
    assert "En horarios.toml se pide ahora clics, y de eso se aprenderá esta noche." in salida
    assert leido(pregonero("horarios", "fb-ayuntamiento", "--json"))["metrica"] == "interacciones"


def test_en_json_van_las_168_horas(pregonero: Orden, entorno_de_la_orden: Entorno, mapa: Mapa) -> None:
    crear(entorno_de_la_orden, "fb-ayuntamiento", mapa=mapa)
    suyo = leido(pregonero("horarios", "fb-ayuntamiento", "--json"))
    assert [(h["dia"], h["hora"]) for h in suyo["horas"]] == [divmod(r, 24) for r in range(SEMANA)]
    assert suyo["mejores"][0] == {
        "dia": 3,
        "hora": 20,
        "ganancia_pct": 14.0,
        "inferior_pct": 5.0,
        "superior_pct": 26.0,
        "vale": "mejor",
        "callar": False,
    }
    assert suyo["publicaciones"] == 212 and suyo["con_evidencia"] is True
    assert [p["perfil"] for p in leido(pregonero("horarios", "--json"))] == ["fb-ayuntamiento"]


def test_un_perfil_mal_escrito_dice_a_cual_se_parece(pregonero: Orden, entorno_de_la_orden: Entorno) -> None:
    crear(entorno_de_la_orden, "fb-ayuntamiento")
    crear(entorno_de_la_orden, "bomberos")
    resultado = pregonero("horarios", "fb-ayuntamento")
    assert resultado.exit_code == 1
    assert "No hay un perfil «fb-ayuntamento». ¿Quiso decir «fb-ayuntamiento»?" in resultado.stderr
    assert "Los que hay: bomberos, fb-ayuntamiento." in pregonero("horarios", "zzzz").stderr


def test_aprender_sin_nada_medido_lo_dice(pregonero: Orden, entorno_de_la_orden: Entorno) -> None:
    crear(entorno_de_la_orden, "fb-ayuntamiento")
    resultado = pregonero("horarios", "--aprender")
    assert resultado.exit_code == 0
    assert "Todavía no hay nada medido de fb-ayuntamiento." in resultado.stderr


def test_la_prueba_sin_nada_pedido_dice_como_empezar_y_cuanto_falta(
    pregonero: Orden, entorno_de_la_orden: Entorno
) -> None:
    crear(entorno_de_la_orden, "fb-ayuntamiento")
    resultado = pregonero("horarios", "--prueba")
    assert resultado.exit_code == 0
    assert "ninguna publicación ha pedido «mejor hora»" in resultado.stdout
    assert "de 20 % faltan unas 1,700 publicaciones con hora elegida; de 10 %, unas 6,200." in resultado.stdout
    vacia = leido(pregonero("horarios", "--prueba", "--json"))
    assert (vacia["se_sabe"], vacia["efecto_pct"], vacia["perfiles"]) == ("pronto", None, [])


def test_la_prueba_dice_lo_que_valio_elegir_y_de_que_no_se_fia(pregonero: Orden, entorno_de_la_orden: Entorno) -> None:
    crear(entorno_de_la_orden, "fb-ayuntamiento")
    publicar_sorteando(entorno_de_la_orden, "fb-ayuntamiento", 260)
    salida = pregonero("horarios", "--prueba").stdout
    assert "A la hora elegida la gente respondió más que a una permitida al azar: +" in salida
    assert "De 255 publicaciones, 25 a otra hora, por sorteo." in salida
    assert "no con la costumbre de antes" in salida
    assert "No cuentan 5: todavía no tienen su respuesta completa." in salida
    dicho = leido(pregonero("horarios", "fb-ayuntamiento", "--prueba", "--json"))
    assert dicho["se_sabe"] == "sirve" and dicho["publicaciones"] == 255 and dicho["sorteadas"] == 25
    assert 50 < dicho["inferior_pct"] < dicho["superior_pct"] < 70
    assert dicho["perfiles"][0]["perfil"] == "fb-ayuntamiento"


# ── la imagen ────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_imagen_se_escribe_en_png_y_en_svg(
    pregonero: Orden, entorno_de_la_orden: Entorno, mapa: Mapa, tmp_path: Path
) -> None:
    crear(entorno_de_la_orden, "fb-ayuntamiento", mapa=mapa)
    assert pregonero("horarios", "fb-ayuntamiento", "--imagen", "semana.png").exit_code == 0
    ancho, alto = struct.unpack(">II", (tmp_path / "semana.png").read_bytes()[16:24])
    assert ancho > 1400 and alto > 700
    assert pregonero("horarios", "fb-ayuntamiento", "--imagen", "nueva/semana.svg").exit_code == 0
    svg = (tmp_path / "nueva" / "semana.svg").read_text(encoding="utf-8")
    assert "La mejor: jueves 20:00, +14 % (entre +5 y +26)" in svg
    assert "America/Mexico_City" in svg and "Miércoles" in svg and "se sabe poco" in svg
    assert [p.name for p in (tmp_path / "nueva").iterdir()] == ["semana.svg"]
    otra = pregonero("horarios", "fb-ayuntamiento", "--imagen", "semana.jpg")
    assert "se escribe en .png o .svg: --imagen semana.png" in otra.stderr


@pytest.mark.usefixtures("sin_estrenar")
@pytest.mark.parametrize(
    ("palabras", "dice"),
    [
        (("--imagen", "semana.png"), "Diga de qué perfil es la imagen"),
        (("nuevo", "-o", "x.csv"), "--salida y --zona van con un historial"),
        (("historial.csv",), "pregonero horarios historial.csv -o horarios.csv"),
        (("historial.csv", "-o", "x.csv"), "No existe historial.csv."),
        (("historial.xlsx", "-o", "x.csv"), "Guárdelo como «CSV UTF-8»"),
        (("historial.csv", "-o", "x.csv", "--json"), "--json es para los perfiles de esta oficina"),
        (("historial.csv", "-o", "x.csv", "--zona", "Toluca"), "no hay una zona «Toluca»"),
    ],
)
def test_lo_que_no_va_junto_dice_que_cambiar(
    pregonero: Orden, palabras: tuple[str, ...], dice: str, tmp_path: Path
) -> None:
    resultado = pregonero("horarios", *palabras)
    assert resultado.exit_code == 1
    assert dice in resultado.stderr
    assert list(tmp_path.iterdir()) == []


# ── el historial en un CSV ───────────────────────────────────────────────────────────────────────────────────


def renglones(perfil: str, red: str, cuantos: int, *, hora: int | None = None) -> str:
    """Uno al día; a la misma hora, o una hora más tarde cada día."""
    lunes = datetime(2026, 1, 5, 0, 15, tzinfo=UTC)
    cuando = [lunes + timedelta(days=n, hours=n % 24 if hora is None else hora) for n in range(cuantos)]
    return "".join(f"{perfil},{red},{c:%Y-%m-%d %H:%M},{10 + 7 * n % 13},foto\n" for n, c in enumerate(cuando))


@pytest.mark.usefixtures("sin_estrenar")
def test_contesta_las_168_horas_de_cada_perfil_sin_tocar_nada_mas(pregonero: Orden, tmp_path: Path) -> None:
    texto = HISTORIAL + renglones("b", "Twitter", 40) + renglones("a", "facebook", 40)
    (tmp_path / "historial.csv").write_text(texto, encoding="utf-8")
    resultado = pregonero("horarios", "historial.csv", "-o", "horarios.csv")
    assert resultado.exit_code == 0, resultado.output
    assert "2 perfiles × 168 horas, de 80 renglones: horarios.csv" in resultado.stdout
    with (tmp_path / "horarios.csv").open(encoding="utf-8", newline="") as archivo:
        filas = list(csv.DictReader(archivo))
    esperadas = [(p, str(r // 24), str(r % 24)) for p in "ab" for r in range(SEMANA)]
    assert [(f["perfil"], f["dia"], f["hora"]) for f in filas] == esperadas
    assert all(float(f["inferior_pct"]) <= float(f["ganancia_pct"]) <= float(f["superior_pct"]) for f in filas)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["historial.csv", "horarios.csv"]


def test_la_misma_entrada_da_la_misma_salida_y_el_orden_de_los_renglones_no_importa(
    pregonero: Orden, tmp_path: Path
) -> None:
    suyos = renglones("a", "facebook", 40).splitlines(keepends=True)
    (tmp_path / "uno.csv").write_text(HISTORIAL + "".join(suyos), encoding="utf-8")
    (tmp_path / "dos.csv").write_text(HISTORIAL + "".join(reversed(suyos)), encoding="utf-8")
    for entrada, salida in (("uno", "a"), ("uno", "b"), ("dos", "c")):
        assert pregonero("horarios", f"{entrada}.csv", "-o", f"{salida}.csv").exit_code == 0
    a, b, c = ((tmp_path / f"{n}.csv").read_bytes() for n in "abc")
    assert a == b == c


def test_un_perfil_aprende_igual_haya_quien_haya_en_el_archivo(pregonero: Orden, tmp_path: Path) -> None:
    solo, otro = renglones("a", "facebook", 40), renglones("b", "facebook", 60, hora=20)
    (tmp_path / "solo.csv").write_text(HISTORIAL + solo, encoding="utf-8")
    (tmp_path / "juntos.csv").write_text(HISTORIAL + solo + otro, encoding="utf-8")
    for nombre in ("solo", "juntos"):
        assert pregonero("horarios", f"{nombre}.csv", "-o", f"de-{nombre}.csv").exit_code == 0
    suyos = [
        [linea for linea in (tmp_path / f"de-{n}.csv").read_text().splitlines() if linea.startswith("a,")]
        for n in ("solo", "juntos")
    ]
    assert suyos[0] == suyos[1] and len(suyos[0]) == SEMANA


def test_los_renglones_malos_se_apartan_y_los_buenos_contestan(pregonero: Orden, tmp_path: Path) -> None:
    texto = (
        HISTORIAL + renglones("a", "facebook", 30) + "a,facebook,ayer,3,foto\n" * 12 + "a,facebook,2026-05-05 9:00\n"
    )
    (tmp_path / "historial.csv").write_text(texto, encoding="utf-8")
    resultado = pregonero("horarios", "historial.csv", "-o", "horarios.csv")
    assert resultado.exit_code == 1
    assert (tmp_path / "horarios.csv").exists()
    assert "de 30 renglones" in resultado.stdout
    assert "13 renglones apartados; los demás sí se usaron:" in resultado.stderr
    assert "renglón 32, publicada_en: no entendemos la fecha «ayer». Escríbala como" in resultado.stderr
    assert resultado.stderr.count("no entendemos la fecha") == 10 and "… y 3 más." in resultado.stderr


def test_de_la_red_sin_curva_se_dice_que_parte_de_la_general(pregonero: Orden, tmp_path: Path) -> None:
    texto = HISTORIAL + renglones("a", "Threads", 30) + "b,x,,,\n"
    (tmp_path / "historial.csv").write_text(texto, encoding="utf-8")
    resultado = pregonero("horarios", "historial.csv", "-o", "horarios.csv")
    assert resultado.exit_code == 0
    assert "De «threads» no hay curva pública: 1 perfil parte de la general" in resultado.stderr
    assert "1 perfil sin evidencia todavía: lleva la curva pública de su red." in resultado.stderr


def test_las_horas_con_desfase_se_pasan_a_la_zona_que_se_diga(pregonero: Orden, tmp_path: Path) -> None:
    locales = renglones("a", "facebook", 30, hora=9)
    (tmp_path / "locales.csv").write_text(HISTORIAL + locales, encoding="utf-8")
    (tmp_path / "utc.csv").write_text(HISTORIAL + locales.replace(" 09:15", "T09:15-05:00"), encoding="utf-8")
    assert pregonero("horarios", "locales.csv", "-o", "a.csv").exit_code == 0
    assert pregonero("horarios", "utc.csv", "-o", "b.csv", "--zona", "America/Cancun").exit_code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize(
    ("texto", "dice"),
    [
        ("perfil,red\na,x\n", "Falta la columna «publicada_en» y la columna «interacciones»"),
        (HISTORIAL, "No hay ningún renglón después del encabezado"),
        (HISTORIAL + ",x,ayer,3,\n", "Ningún renglón de"),
        ("", "el archivo está vacío"),
    ],
)
def test_un_historial_inutil_no_escribe_nada(pregonero: Orden, tmp_path: Path, texto: str, dice: str) -> None:
    (tmp_path / "historial.csv").write_text(texto, encoding="utf-8")
    (tmp_path / "horarios.csv").write_text("lo de antes", encoding="utf-8")
    resultado = pregonero("horarios", "historial.csv", "-o", "horarios.csv")
    assert resultado.exit_code == 1
    assert dice in resultado.stderr
    assert (tmp_path / "horarios.csv").read_text(encoding="utf-8") == "lo de antes"


def test_no_se_escribe_encima_del_historial(pregonero: Orden, tmp_path: Path) -> None:
    (tmp_path / "historial.csv").write_text(HISTORIAL, encoding="utf-8")
    assert "el historial se perdería" in pregonero("horarios", "historial.csv", "-o", "./historial.csv").stderr
