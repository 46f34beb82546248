"""Cada exportación, con sus títulos, su codificación y su separador."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from modelos import Perfil
from motor.importacion.importador import NoSeImporta
from tests.motor.importacion.conftest import AYER, Oficina
from tests.motor.importacion.tablas import (
    FACEBOOK_EN,
    FACEBOOK_ES,
    INSTAGRAM_EN,
    X_NUEVA,
    X_POR_DIA,
    X_VIEJA,
    como_csv,
    de_facebook,
    escribir,
    escribir_libro,
)

DE_FACEBOOK = {
    "vistas": 1270,
    "alcance": 900,
    "interacciones": 42,
    "me_gusta": 30,
    "comentarios": 8,
    "compartidos": 4,
    "clics_totales": 15,
}


@pytest.mark.parametrize(
    ("titulos", "codec", "separador"),
    [
        (FACEBOOK_ES, "utf-8-sig", ","),
        (FACEBOOK_EN, "utf-8", ";"),
        (FACEBOOK_ES, "utf-16", "\t"),
        (FACEBOOK_ES, "cp1252", ";"),
        (FACEBOOK_EN, "cp1252", ","),
    ],
)
def test_lee_el_contenido_de_facebook(
    oficina: Oficina, pagina: Perfil, tmp_path: Path, titulos: tuple[str, ...], codec: str, separador: str
) -> None:
    tabla = escribir(tmp_path / "c.csv", como_csv(titulos, de_facebook(), separador=separador), codec=codec)
    resumen = oficina.importar(tabla)
    (vista,) = oficina.vistas()
    assert resumen.perfiles == (pagina.nombre,)
    assert vista.id_externo == f"{pagina.id_externo}_122158000000000011"
    assert vista.texto == "Mañana no hay agua\nde 8 a 14"
    assert vista.publicada_en == datetime(2026, 11, 21, 0, 12, tzinfo=UTC)  # 18:12 del 20 en el centro de México
    assert (vista.origen, vista.tipo) == ("importada", "Fotos")
    assert oficina.numeros() == DE_FACEBOOK  # «--» en los clics es sin dato, no cero


def test_lo_que_no_se_cuenta_se_guarda_en_lo_crudo(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    resumen = oficina.importar(escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, de_facebook())))
    assert resumen.sin_usar == ("Duración (segundos)",)
    assert '"Total de clics":"15"' in oficina.lecturas()[0].datos


def test_un_video_se_llama_por_su_numero(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    reel = de_facebook(url="https://www.facebook.com/reel/1234567890123456/")
    oficina.importar(escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, reel)))
    assert [v.id_externo for v in oficina.vistas()] == ["1234567890123456"]


def test_lee_el_contenido_de_instagram(oficina: Oficina, tmp_path: Path) -> None:
    oficina.perfil_de("instagram", nombre="ig", id_externo="17841400000000001")
    renglon = (
        "18011000000000001", "17841400000000001", "chapultepec.gob", "Chapultepec", "Cine en la plaza", 44,
        "11/20/2026 08:31", "https://www.instagram.com/reel/DAbc123/", "IG reel", "", "Lifetime", "12,400", 9100, 610,
        88, 41, 57, 230,
    )  # fmt: skip
    oficina.importar(escribir(tmp_path / "c.csv", como_csv(INSTAGRAM_EN, renglon)))
    assert [v.id_externo for v in oficina.vistas()] == ["18011000000000001"]
    assert oficina.numeros() == {
        "vistas": 12400, "alcance": 9100, "me_gusta": 610, "compartidos": 88, "seguidores_nuevos": 41,
        "comentarios": 57, "guardados": 230,
    }  # fmt: skip


def test_lee_los_posts_de_la_x_de_antes(oficina: Oficina, tmp_path: Path) -> None:
    oficina.perfil_de("x", nombre="x-ayuntamiento")
    renglon = ("1226928883355791360", "https://twitter.com/a/status/1226928883355791360", "Hola",
               "2020-02-10 18:00 +0000", "1203.0", "39.0", "0.0324", "4.0", "0.0", "7.0", "2.0", "1.0")  # fmt: skip
    oficina.importar(escribir(tmp_path / "t.csv", como_csv(X_VIEJA, renglon)))
    (vista,) = oficina.vistas()
    assert vista.publicada_en.replace(second=0, microsecond=0) == datetime(2020, 2, 10, 18, 0, tzinfo=UTC)
    assert oficina.numeros() == {
        "vistas": 1203, "interacciones": 39, "compartidos": 4, "comentarios": 0, "me_gusta": 7, "visitas_al_perfil": 2,
        "clics": 1,
    }  # fmt: skip


@pytest.mark.parametrize(("vistas_por_pagar", "se_pago"), [("-", False), ("0.0", False), ("1530.0", True)])
def test_la_x_de_antes_dice_cuales_se_promocionaron(
    oficina: Oficina, tmp_path: Path, vistas_por_pagar: str, se_pago: bool
) -> None:
    oficina.perfil_de("x", nombre="x-ayuntamiento")
    renglon = ("1226928883355791360", "https://twitter.com/a/status/1226928883355791360", "Hola",
               "2020-02-10 18:00 +0000", "1203.0", "39.0", "0.0324", "4.0", "0.0", "7.0", "2.0", "1.0",
               vistas_por_pagar)  # fmt: skip
    oficina.importar(escribir(tmp_path / "t.csv", como_csv((*X_VIEJA, "promoted impressions"), renglon)))
    assert [v.promocionada for v in oficina.vistas()] == [se_pago]


def test_de_los_posts_de_la_x_de_hoy_saca_la_hora_del_identificador(oficina: Oficina, tmp_path: Path) -> None:
    oficina.perfil_de("x", nombre="x-ayuntamiento")
    renglon = ("1991234567890123456", "Wed, Nov 19, 2025", "Hola, vecinos", "https://x.com/a/status/1991234567890123456",
               122978, 12, 300, 5, 9, 0, 3, 44, 129, 200, 66)  # fmt: skip
    assert oficina.importar(escribir(tmp_path / "t.csv", como_csv(X_NUEVA, renglon))).apartadas == []
    (vista,) = oficina.vistas()
    assert vista.publicada_en.date().isoformat() == "2025-11-19"
    assert (vista.publicada_en.hour, vista.publicada_en.minute) != (0, 0)
    assert oficina.numeros()["compartidos"] == 44  # «Shares» es otra cosa


def test_lee_los_dias_de_x(oficina: Oficina, tmp_path: Path) -> None:
    oficina.perfil_de("x", nombre="x-ayuntamiento")
    dias = [("Tue, Nov 10, 2026", 2871, 24, 43, 0, 1, 3, 2, 1, 1, 2, 2, 0, 0), ("Mon, Nov 9, 2026", 2199, *[1] * 12)]
    resumen = oficina.importar(escribir(tmp_path / "o.csv", como_csv(X_POR_DIA, *dias)))
    assert (resumen.dias, resumen.lecturas, oficina.vistas()) == (2, 2, [])
    nuevos = {m.medida_en: m.valor for m in oficina.mediciones() if m.metrica == "seguidores_nuevos"}
    assert nuevos[datetime(2026, 11, 10, 23, 59, 59, tzinfo=UTC)] == 3


SERIE = 'sep=,\n"{titulo}"\n"{fecha}","Primary"\n"2026-11-10T00:00:00","20"\n"2026-11-11T00:00:00","7"\n'


@pytest.mark.parametrize(
    ("titulo", "fecha", "metrica"),
    [
        ("Facebook follows", "Date", "seguidores_nuevos"),
        ("Visitas de Facebook", "Fecha", "visitas_al_perfil"),
        ("Views", "Date", "vistas"),
    ],
)
def test_lee_los_dias_de_meta_con_su_preambulo_en_utf_16(
    oficina: Oficina, pagina: Perfil, tmp_path: Path, titulo: str, fecha: str, metrica: str
) -> None:
    tabla = escribir(tmp_path / "Follows.csv", SERIE.format(titulo=titulo, fecha=fecha), codec="utf-16")
    assert oficina.importar(tabla).dias == 2
    medidas = {m.medida_en: (m.metrica, m.valor) for m in oficina.mediciones()}
    assert medidas[datetime(2026, 11, 11, 5, 59, 59, tzinfo=UTC)] == (metrica, 20)  # fin del día 10 en México


def test_unas_visualizaciones_pueden_ser_de_dos_redes_y_se_pregunta(
    oficina: Oficina, pagina: Perfil, tmp_path: Path
) -> None:
    oficina.perfil_de("instagram", nombre="ig")
    tabla = escribir(tmp_path / "Views.csv", SERIE.format(titulo="Views", fecha="Date"), codec="utf-16")
    with pytest.raises(NoSeImporta, match=r"Dígalo con --perfil.*facebook-ayuntamiento, ig"):
        oficina.importar(tabla)
    assert oficina.importar(tabla, perfil="ig").perfiles == ("ig",)


def test_varias_series_en_un_archivo_y_la_que_no_se_conoce_se_aparta(
    oficina: Oficina, pagina: Perfil, tmp_path: Path
) -> None:
    texto = SERIE.format(titulo="Facebook follows", fecha="Date") + '\n"Earnings"\n"Date","Primary"\n"2026-11-10","5"\n'
    resumen = oficina.importar(escribir(tmp_path / "r.csv", texto, codec="utf-16"))
    assert resumen.dias == 2
    assert ["Earnings" in str(a) for a in resumen.apartadas] == [True]


def test_de_pinterest_solo_valen_los_pines_que_nacieron_en_el_periodo(oficina: Oficina, tmp_path: Path) -> None:
    oficina.perfil_de("pinterest", nombre="pin")
    titulos = ("Pin ID", "Pin title", "Created at", "Impressions", "Saves", "Pin clicks", "Outbound clicks")
    tabla = escribir(
        tmp_path / "p.csv",
        como_csv(
            titulos,
            ("1234567890", "Nuevo", "2026-11-05 10:00:00", 50, 4, 3, 1),
            ("1234567891", "Viejo", "2026-09-05 10:00:00", 80, 4, 3, 1),
        ),
    )
    with pytest.raises(NoSeImporta, match="--desde"):
        oficina.importar(tabla)
    resumen = oficina.importar(tabla, desde=datetime(2026, 11, 1, tzinfo=UTC).date())
    assert (resumen.nuevas, resumen.cuantas_apartadas) == (1, 1)
    assert oficina.numeros() == {"vistas": 50, "guardados": 4, "clics": 1}


def test_lee_un_libro_con_un_titulo_combinado_encima(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    renglones = [("Contenido de noviembre", *[None] * 17), (), FACEBOOK_ES, de_facebook()]
    oficina.importar(escribir_libro(tmp_path / "c.xlsx", Contenido=renglones))
    assert oficina.numeros() == DE_FACEBOOK


def test_una_tabla_que_no_se_conoce_dice_sus_titulos_y_que_hacer(oficina: Oficina, tmp_path: Path) -> None:
    with pytest.raises(NoSeImporta, match=r"Name, Age.*--plantilla"):
        oficina.importar(escribir(tmp_path / "n.csv", "Name,Age\nAna,3\n"))


def test_los_numeros_son_de_la_fecha_del_archivo_si_no_se_dice_otra(
    oficina: Oficina, pagina: Perfil, tmp_path: Path
) -> None:
    tabla = escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, de_facebook()), fecha=AYER)
    assert oficina.importar(tabla, fecha=None).leidas_en == AYER
    assert {m.medida_en for m in oficina.mediciones()} == {AYER}
