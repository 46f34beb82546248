"""Que nada se repita ni se pierda: lo ya conocido, lo importado otra vez, lo apartado."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from conectores.contrato_escucha import EnElPerfil
from modelos import Entrega, Estado, Perfil, Publicacion, Vista
from motor.escucha.recoleccion.lecturas import vista_de
from motor.escucha.recoleccion.medicion import _anotar
from motor.importacion.importador import NoSeImporta
from tests.motor.importacion.conftest import AYER, Oficina
from tests.motor.importacion.tablas import FACEBOOK_ES, PAGINA, como_csv, de_facebook, escribir, escribir_libro

SALIO = datetime(2026, 11, 21, 0, 12, tzinfo=UTC)


@pytest.fixture
def entrega(oficina: Oficina, pagina: Perfil) -> Callable[..., Entrega]:
    def crear(id_externo: str, *, url: str = "", publicada_en: datetime = SALIO) -> Entrega:
        with oficina.entorno.base.escribir() as sesion:
            publicacion = Publicacion(
                origen="prueba", texto="Hola", zona="UTC", programada_en=SALIO, creada_en=SALIO, actualizada_en=SALIO
            )
            sesion.add(publicacion)
            sesion.flush()
            hecha = Entrega(
                publicacion_id=publicacion.id, perfil_id=pagina.id, texto="Mañana no hay agua", clave=id_externo,
                huella="h", no_antes_de=SALIO, despertar_en=SALIO, estado=Estado.PUBLICADA, id_externo=id_externo,
                url=url, publicada_en=publicada_en, creada_en=SALIO,
            )  # fmt: skip
            sesion.add(hecha)
        return hecha

    return crear


@pytest.mark.dos_bases
def test_importar_dos_veces_lo_mismo_no_cambia_nada(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    tabla = escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, de_facebook()))
    oficina.importar(tabla)
    antes = (oficina.vistas(), oficina.lecturas(), oficina.mediciones())
    otra = escribir(tmp_path / "copia.csv", como_csv(FACEBOOK_ES, de_facebook()))
    resumen = oficina.importar(otra, fecha=AYER + timedelta(hours=3))  # otro nombre y otra fecha, el mismo contenido
    assert (resumen.nuevas, resumen.conocidas, resumen.lecturas, resumen.repetidas) == (0, 1, 0, 1)
    assert (oficina.vistas(), oficina.lecturas(), oficina.mediciones()) == antes


@pytest.mark.dos_bases
def test_los_mismos_dias_importados_dos_veces_no_se_repiten(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    texto = 'sep=,\n"Facebook follows"\n"Date","Primary"\n"2026-11-10T00:00:00","20"\n'
    oficina.importar(escribir(tmp_path / "a.csv", texto, codec="utf-16"))
    resumen = oficina.importar(escribir(tmp_path / "b.csv", texto + '"2026-11-11T00:00:00","4"\n', codec="utf-16"))
    assert (resumen.dias, resumen.lecturas, resumen.repetidas) == (2, 1, 1)
    assert [m.valor for m in oficina.mediciones()] == [20, 4]


@pytest.mark.dos_bases
def test_una_exportacion_mas_nueva_anade_su_lectura(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    oficina.importar(escribir(tmp_path / "a.csv", como_csv(FACEBOOK_ES, de_facebook(vistas="10"))))
    nueva = escribir(tmp_path / "b.csv", como_csv(FACEBOOK_ES, de_facebook(vistas="25")))
    resumen = oficina.importar(nueva, fecha=AYER + timedelta(hours=5))
    assert (resumen.nuevas, resumen.conocidas, len(oficina.vistas())) == (0, 1, 1)
    vistas = [(m.valor, m.medida_en) for m in oficina.mediciones() if m.metrica == "vistas"]
    assert vistas == [(10, AYER), (25, AYER + timedelta(hours=5))]


def test_lo_que_publico_pregonero_no_esta_dos_veces(
    oficina: Oficina, entrega: Callable[..., Entrega], tmp_path: Path
) -> None:
    hecha = entrega(f"{PAGINA}_122158000000000011")
    resumen = oficina.importar(escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, de_facebook())))
    (vista,) = oficina.vistas()
    assert (vista.entrega_id, vista.id_externo, vista.texto) == (hecha.id, hecha.id_externo, hecha.texto)
    assert (resumen.nuevas, resumen.conocidas, resumen.nuestras) == (0, 1, 1)


def test_la_reconoce_aunque_la_tabla_llame_a_la_pagina_con_otro_numero(
    oficina: Oficina, pagina: Perfil, entrega: Callable[..., Entrega], tmp_path: Path
) -> None:
    hecha = entrega(f"{PAGINA}_122158000000000011")
    otra = de_facebook(cuenta=("100064517327464", "AYUNTAMIENTO DE CHAPULTEPEC"))
    oficina.importar(escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, otra)))
    assert [v.entrega_id for v in oficina.vistas()] == [hecha.id]


def test_la_reconoce_por_su_direccion(oficina: Oficina, entrega: Callable[..., Entrega], tmp_path: Path) -> None:
    hecha = entrega("999_1", url="https://facebook.com/chapultepec/posts/pfbid02abc/?ref=x")
    estropeada = de_facebook("1.22158E+17")
    assert oficina.importar(escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, estropeada))).apartadas == []
    assert [v.entrega_id for v in oficina.vistas()] == [hecha.id]


def test_la_que_luego_trae_la_api_es_la_misma(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    url = "https://www.facebook.com/chapultepec/posts/pfbid02abc"
    libro = escribir_libro(
        tmp_path / "n.xlsx",
        Publicaciones=[
            ("Perfil", "Enlace", "Identificador", "Publicada", "Me gusta"),
            (pagina.nombre, url, None, "20/11/2026 18:12", 30),
        ],
    )
    oficina.importar(libro)
    traida = EnElPerfil(id_externo=f"{PAGINA}_1", texto="Hola", publicada_en=SALIO, url=url)
    with oficina.entorno.base.escribir() as sesion:
        assert not _anotar(sesion, pagina.id, traida, oficina.entorno.reloj.ahora())
    (vista,) = oficina.vistas()
    assert (vista.id_externo, vista.texto) == (f"{PAGINA}_1", "Hola")
    with oficina.entorno.base.leer() as sesion:
        assert vista_de(sesion, pagina.id, "no existe") is None


def test_el_ensayo_dice_lo_mismo_y_no_guarda_nada(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    tabla = escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, de_facebook(), de_facebook("1.2E+17", url="")))
    ensayo = oficina.importar(tabla, ensayo=True)
    assert (oficina.vistas(), oficina.lecturas(), oficina.mediciones()) == ([], [], [])
    assert sorted(p.name for p in tmp_path.glob("*.xlsx")) == []
    de_verdad = oficina.importar(tabla)
    assert de_verdad.copia is not None
    de_verdad.copia = None
    assert ensayo == de_verdad


@pytest.mark.parametrize(
    ("renglon", "dice"),
    [
        (de_facebook("1.22158E+17"), "Excel estropeó el identificador"),
        (de_facebook("1,22158E+17"), "Excel estropeó el identificador"),
        (de_facebook("12", vistas="muchas"), "renglón 3, Visualizaciones: «muchas» no es un número"),
        (de_facebook("12", vistas="1.5"), "no es un número"),
        (de_facebook("12", vistas="-3"), "no es un número"),
        (de_facebook("12", cuando="ayer"), "renglón 3, Hora de publicación: no entendemos la fecha «ayer»"),
        (de_facebook("12", cuando=""), "no dice a qué hora se publicó"),
        (de_facebook("12", cuando="11/22/2026 10:00"), "después de la fecha de la exportación"),
        (de_facebook("12", periodo="2026-11-03"), "son los números de un solo día"),
        (de_facebook("", url=""), "no dice qué publicación es"),
        (de_facebook(), "repite la publicación del renglón 2"),
        (de_facebook("12", cuenta=("77", "Otra página")), "es de «Otra página»"),
    ],
)
def test_un_renglon_malo_se_aparta_y_los_demas_entran(
    oficina: Oficina, pagina: Perfil, tmp_path: Path, renglon: tuple[object, ...], dice: str
) -> None:
    buenos = (de_facebook(), de_facebook("122158000000000012", url="https://www.facebook.com/c/posts/pfbid9"))
    malo = list(renglon)
    if malo[0] != buenos[0][0]:
        malo[7] = str(malo[7]).replace("02abc", "malo")
    tabla = escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, buenos[0], malo, buenos[1]))
    resumen = oficina.importar(tabla)
    assert (resumen.nuevas, resumen.cuantas_apartadas) == (2, 1)
    (apartada,) = resumen.apartadas
    assert dice in str(apartada)
    assert apartada.remedio
    assert apartada.numero == 3


def test_las_apartadas_quedan_al_lado_enteras_y_corregidas_entran(
    oficina: Oficina, pagina: Perfil, tmp_path: Path
) -> None:
    mala = de_facebook(
        "122158000000000099", vistas="muchas", texto="=1+1\x01", url="https://www.facebook.com/c/posts/p"
    )
    resumen = oficina.importar(escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, de_facebook(), mala)))
    assert resumen.copia == tmp_path / "c.apartadas.xlsx"
    libro = load_workbook(resumen.copia)
    titulos, fila = libro.active.iter_rows()
    assert [c.value for c in titulos] == [*FACEBOOK_ES, "Renglón", "Qué pasa", "Qué cambiar"]
    assert fila[0].value == "122158000000000099"
    assert (fila[3].value, fila[3].data_type) == ("=1+1", "s")  # un texto, no una fórmula
    fila[10].value = "12"
    libro.save(resumen.copia)
    otra = oficina.importar(resumen.copia)
    assert (otra.nuevas, otra.cuantas_apartadas, len(oficina.vistas())) == (1, 0, 2)


def test_si_excel_estropeo_todos_los_identificadores_no_entra_ninguno(
    oficina: Oficina, pagina: Perfil, tmp_path: Path
) -> None:
    recortados = [de_facebook(f"12215800000000{n}000", url=f"https://www.facebook.com/c/posts/p{n}") for n in range(3)]
    with pytest.raises(NoSeImporta, match="acaban en ceros"):
        oficina.importar(escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, *recortados)))
    assert oficina.vistas() == []


def test_un_numero_largo_en_un_libro_tambien_esta_estropeado(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    renglon = (122158000000000011, *de_facebook()[1:])
    resumen = oficina.importar(escribir_libro(tmp_path / "c.xlsx", Hoja=[FACEBOOK_ES, renglon]))
    assert "Excel estropeó" in str(resumen.apartadas[0])


def test_las_fechas_que_excel_volteo_se_leen_con_el_dia_primero(
    oficina: Oficina, pagina: Perfil, tmp_path: Path
) -> None:
    tabla = como_csv(
        FACEBOOK_ES,
        de_facebook("11", cuando="20/11/2026 18:12", url="https://www.facebook.com/c/posts/a"),
        de_facebook("12", cuando="05/11/2026 09:00", url="https://www.facebook.com/c/posts/b"),
    )
    resumen = oficina.importar(escribir(tmp_path / "c.csv", tabla))
    assert "día primero" in resumen.avisos[0]
    assert [(v.publicada_en.month, v.publicada_en.day) for v in oficina.vistas()] == [(11, 21), (11, 5)]


def test_si_las_horas_no_son_las_que_sabe_pregonero_avisa_de_la_zona(
    oficina: Oficina, entrega: Callable[..., Entrega], tmp_path: Path
) -> None:
    renglones = []
    for n in range(4):
        entrega(f"{PAGINA}_{n + 10}", publicada_en=SALIO + timedelta(hours=2))
        renglones.append(de_facebook(str(n + 10), url=f"https://www.facebook.com/c/posts/p{n}"))
    resumen = oficina.importar(escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, *renglones)))
    assert "2 h atrasadas" in resumen.avisos[0]
    assert "--zona" in resumen.avisos[0]


def test_una_hora_que_ocurre_dos_veces_se_pregunta(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    from zoneinfo import ZoneInfo

    tabla = escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, de_facebook(cuando="11/01/2026 01:30")))
    resumen = oficina.importar(tabla, zona=ZoneInfo("America/Tijuana"))
    assert "ocurren dos veces" in str(resumen.apartadas[0])
    assert oficina.importar(tabla).nuevas == 1  # en el centro de México no se cambia la hora


def test_lo_joven_se_sigue_midiendo_y_lo_viejo_no(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    tabla = como_csv(
        FACEBOOK_ES,
        de_facebook(),
        de_facebook("12", cuando="01/15/2022 09:00", url="https://www.facebook.com/c/posts/b"),
    )
    oficina.importar(escribir(tmp_path / "c.csv", tabla))
    joven, vieja = oficina.vistas()
    assert joven.medir_en is not None and joven.medir_en > oficina.entorno.reloj.ahora()
    assert vieja.medir_en is None


def test_muchos_renglones_entran_por_lotes(oficina: Oficina, pagina: Perfil, tmp_path: Path) -> None:
    renglones = [de_facebook(str(10**15 + n), url=f"https://www.facebook.com/c/posts/p{n}") for n in range(2300)]
    resumen = oficina.importar(escribir(tmp_path / "c.csv", como_csv(FACEBOOK_ES, *renglones)))
    assert (resumen.renglones, resumen.nuevas, resumen.numeros["vistas"]) == (2300, 2300, 2300)
    with oficina.entorno.base.leer() as sesion:
        assert len(sesion.exec(select(col(Vista.id_externo)).distinct()).all()) == 2300
