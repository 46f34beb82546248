import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

import config
from modelos.monitor import Monitor
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.monitores.archivo import Cambios, leer, revisar, sincronizar
from motor.escucha.monitores.guardados import definiciones_activas, version_de_los_monitores

Escribir = Callable[[str], None]

DOS = '[agua]\nalguna = ["fuga"]\n[baches]\nnombre = "Baches"\nalguna = ["bache"]\nflexion = true\n'
CUADRO = {"type": "Polygon", "coordinates": [[[-99.7, 19.2], [-99.6, 19.2], [-99.6, 19.3], [-99.7, 19.2]]]}


@pytest.fixture
def escribir(escucha: EntornoDeEscucha) -> Escribir:
    def escribir(toml: str) -> None:
        (escucha.archivos / "monitores.toml").write_text(toml, encoding="utf-8")

    return escribir


def guardados(escucha: EntornoDeEscucha) -> dict[str, Monitor]:
    with escucha.principal.base.leer() as sesion:
        return {m.clave: m for m in sesion.exec(select(Monitor))}


def test_lo_nuevo_pasa_a_la_base_y_repetir_no_cambia_nada(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    escribir(DOS)
    assert sincronizar(escucha) == Cambios(nuevos=("agua", "baches"))
    baches = guardados(escucha)["baches"]
    assert (baches.nombre, baches.version, baches.contado, baches.origen) == ("Baches", 1, 0, "archivo")
    assert baches.definicion == {"alguna": ["bache"], "flexion": True}
    assert sincronizar(escucha) == Cambios(iguales=("agua", "baches"))


def test_un_cambio_sube_la_version_y_el_nombre_no(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    escribir(DOS)
    sincronizar(escucha)
    escribir(DOS.replace('"fuga"', '"fuga", "tubería"').replace('"Baches"', '"Los baches"'))
    assert sincronizar(escucha) == Cambios(cambiados=("agua",), renombrados=("baches",))
    assert {c: (m.version, m.nombre) for c, m in guardados(escucha).items()} == {
        "agua": (2, "agua"),
        "baches": (1, "Los baches"),
    }


def test_lo_quitado_deja_de_vigilarse_pero_no_se_borra(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    escribir(DOS)
    sincronizar(escucha)
    with escucha.principal.base.escribir() as sesion:
        agua = sesion.exec(select(Monitor).where(Monitor.clave == "agua")).one()
        agua.contado = 1
        sesion.add(agua)
    escribir(DOS[DOS.index("[baches]") :])
    assert sincronizar(escucha).quitados == ("agua",)
    assert guardados(escucha)["agua"].activo is False
    assert sincronizar(escucha) == Cambios(iguales=("baches",))
    escribir(DOS)
    assert sincronizar(escucha) == Cambios(nuevos=("agua",), iguales=("baches",))
    de_vuelta = guardados(escucha)["agua"]
    assert (de_vuelta.activo, de_vuelta.version, de_vuelta.contado) == (True, 1, 0)  # hay un hueco por contar


def test_uno_malo_se_dice_y_sigue_como_estaba_sin_estorbar(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    escribir(DOS)
    sincronizar(escucha)
    escribir(DOS.replace('alguna = ["fuga"]', 'algunas = ["tubo"]') + '[luz]\nalguna = ["luz"]\n')
    cambios = sincronizar(escucha)
    assert (cambios.nuevos, cambios.quitados, len(cambios.errores)) == (("luz",), (), 1)
    assert "Monitor «agua»" in cambios.errores[0]
    assert "¿Quiso decir «alguna»?" in cambios.errores[0]
    agua = guardados(escucha)["agua"]
    assert (agua.activo, agua.definicion) == (True, {"alguna": ["fuga"]})


def test_el_de_una_persona_no_se_toca(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    ahora = escucha.reloj.ahora()
    with escucha.principal.base.escribir() as sesion:
        for clave in ("agua", "suyo"):
            sesion.add(
                Monitor(
                    clave=clave,
                    nombre="Suyo",
                    definicion={"alguna": ["x"]},
                    origen="Lupita",
                    desde=ahora,
                    creado_en=ahora,
                )
            )
    escribir(DOS)
    cambios = sincronizar(escucha)
    assert (cambios.nuevos, cambios.quitados) == (("baches",), ())
    assert "ya hay uno con esa clave, de Lupita" in cambios.errores[0]
    assert guardados(escucha)["agua"].definicion == {"alguna": ["x"]}


def test_revisar_no_cambia_nada(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    escribir(DOS)
    cambios, leidos = revisar(escucha)
    assert cambios.nuevos == ("agua", "baches")
    assert set(leidos.definiciones) == {"agua", "baches"}
    assert guardados(escucha) == {}


@pytest.mark.parametrize(
    ("contenido", "dice"),
    [
        (b'[agua]\nalguna = ["fuga"\n[baches]\n', "no se entiende en el rengl\u00f3n 3"),
        (b'[agua]\nalguna = ["fuga"', "no se entiende"),
        (b"[agua]\n[agua]\n", "hay dos monitores [agua]"),
        (b"[agua]\nalguna = []\nalguna = []\n", "una clave est\u00e1 repetida"),
        ('[agua]\nnombre = "Cañería"\n'.encode("latin-1"), "UTF-8"),
    ],
)
def test_un_archivo_roto_se_explica_y_no_cambia_nada(
    escucha: EntornoDeEscucha, escribir: Escribir, contenido: bytes, dice: str
) -> None:
    escribir(DOS)
    sincronizar(escucha)
    (escucha.archivos / "monitores.toml").write_bytes(contenido)
    cambios = sincronizar(escucha)
    assert not cambios.hay
    assert dice in cambios.errores[0]
    assert all(m.activo for m in guardados(escucha).values())


def test_sin_archivo_los_monitores_siguen_y_se_dice(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    assert sincronizar(escucha) == Cambios()  # nunca lo hubo: no hay nada que decir
    escribir(DOS)
    sincronizar(escucha)
    (escucha.archivos / "monitores.toml").unlink()
    assert "Falta monitores.toml" in sincronizar(escucha).errores[0]
    assert all(m.activo for m in guardados(escucha).values())


def test_el_bloc_de_notas_de_windows_tambien_sirve(escucha: EntornoDeEscucha) -> None:
    (escucha.archivos / "monitores.toml").write_bytes(b"\xef\xbb\xbf" + DOS.replace("\n", "\r\n").encode())
    assert sincronizar(escucha).nuevos == ("agua", "baches")


def test_lo_que_esta_fuera_de_un_monitor_se_explica(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    escribir('alguna = ["x"]\n')
    assert "escriba antes su nombre" in sincronizar(escucha).errores[0]


# ── Los polígonos ────────────────────────────────────────────────────────────────────────────────────────────


def test_el_poligono_de_un_archivo_se_guarda_con_el_monitor(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    (escucha.archivos / "lugares").mkdir()
    zona = escucha.archivos / "lugares" / "centro.geojson"
    zona.write_text(json.dumps(CUADRO))
    escribir('[centro]\nlugar = { poligono = "lugares/centro.geojson" }\n')
    assert sincronizar(escucha).nuevos == ("centro",)
    assert guardados(escucha)["centro"].definicion["lugar"]["poligono"] == CUADRO
    zona.write_text(json.dumps(CUADRO).replace("19.3", "19.4"))
    assert sincronizar(escucha).cambiados == ("centro",)


def test_un_poligono_de_fuera_de_la_carpeta_no_se_lee(
    escucha: EntornoDeEscucha, escribir: Escribir, tmp_path: Path
) -> None:
    fuera = tmp_path / "secreto.geojson"
    fuera.write_text(json.dumps(CUADRO))
    (escucha.archivos / "enlace.geojson").symlink_to(fuera)
    for ruta in ("../secreto.geojson", str(fuera), "enlace.geojson"):
        escribir(f'[centro]\nlugar = {{ poligono = "{ruta}" }}\n')
        assert "fuera de la carpeta" in sincronizar(escucha).errores[0]


@pytest.mark.parametrize(
    ("contenido", "dice"),
    [(None, "No se pudo leer"), ("{", "no es GeoJSON"), ("[]", "GeoJSON"), ('{"type": "Point"}', "debe ser Polygon")],
)
def test_un_poligono_que_no_sirve_se_explica(
    escucha: EntornoDeEscucha, escribir: Escribir, contenido: str | None, dice: str
) -> None:
    if contenido is not None:
        (escucha.archivos / "z.geojson").write_text(contenido)
    escribir('[centro]\nlugar = { poligono = "z.geojson" }\n')
    errores = sincronizar(escucha).errores
    assert len(errores) == 1
    assert dice in errores[0]


def test_un_rango_que_no_se_puede_usar_se_dice(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    escribir('[centro]\nlugar = { lugares = ["Atlántida"] }\n')
    (error,) = sincronizar(escucha).errores
    assert "Monitor «centro»: No conozco el lugar «Atlántida»." in error


# ── Lo que se vigila ─────────────────────────────────────────────────────────────────────────────────────────


def test_la_version_cambia_cuando_cambia_lo_que_se_vigila(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    versiones = []
    for toml in (DOS, DOS, DOS.replace("fuga", "fugas"), DOS[DOS.index("[baches]") :]):
        escribir(toml)
        sincronizar(escucha)
        with escucha.principal.base.leer() as sesion:
            versiones.append(version_de_los_monitores(sesion))
    assert versiones[0] == versiones[1]
    assert len(set(versiones)) == 3


def test_uno_que_ya_no_se_entiende_no_estorba_a_los_demas(
    escucha: EntornoDeEscucha, escribir: Escribir, caplog: pytest.LogCaptureFixture
) -> None:
    escribir(DOS)
    sincronizar(escucha)
    with escucha.principal.base.escribir() as sesion:
        agua = sesion.exec(select(Monitor).where(Monitor.clave == "agua")).one()
        agua.definicion = {"de otra versión": True}
        sesion.add(agua)
    with escucha.principal.base.leer() as sesion:
        assert [d.clave for d in definiciones_activas(sesion).values()] == ["baches"]
    assert "No se vigila. Monitor «agua»" in caplog.text


def test_el_archivo_que_viene_con_pregonero_no_tiene_errores(escucha: EntornoDeEscucha) -> None:
    leidos = leer(Path(config.__file__).parent, reconocer_red=escucha.principal.reconocer_red)
    assert leidos.errores == ()
    assert {"baches", "agua", "inundaciones", "seguridad", "municipio"} <= set(leidos.definiciones)


def test_los_ejemplos_comentados_del_archivo_tambien_sirven(escucha: EntornoDeEscucha) -> None:
    archivo = (Path(config.__file__).parent / "monitores.toml").read_text(encoding="utf-8")
    ejemplo = archivo[archivo.index("# [centro]") :]
    activado = "\n".join(r.removeprefix("# ") for r in ejemplo.splitlines() if not r.startswith(("# Todo", "#    ")))
    (escucha.archivos / "monitores.toml").write_text(activado, encoding="utf-8")
    leidos = leer(escucha.archivos, reconocer_red=escucha.principal.reconocer_red)
    assert leidos.errores == ()
    assert set(leidos.definiciones) == {"centro", "san-mateo"}


def test_una_red_que_no_existe_se_dice(escucha: EntornoDeEscucha, escribir: Escribir) -> None:
    escribir('[agua]\nalguna = ["fuga"]\nredes = ["Mastodonte"]\n')
    solo_azul = replace(escucha.principal, reconocer_red=lambda red: "azul" if red == "azul" else None)
    assert "Mastodonte" in sincronizar(replace(escucha, principal=solo_azul)).errores[0]
