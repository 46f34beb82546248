"""`pregonero revisar`: el mismo veredicto que la carpeta, sin tocar nada."""

import json

from motor.entrada.revision import revisar_archivos

from ..acervo.fotos import bytes_de, exif_con_gps, foto


def arbol(raiz):
    return sorted((r.relative_to(raiz).as_posix(), r.stat().st_mtime_ns) for r in raiz.rglob("*"))


def revisar(carpeta, *rutas):
    return revisar_archivos(carpeta.entorno, rutas)


def test_se_dice_que_pasaria_y_no_se_toca_nada(carpeta, tmp_path):
    suelto = tmp_path / "escritorio"
    suelto.mkdir()
    (suelto / "plaza.jpg").write_bytes(bytes_de(foto(5000, 3000), exif=exif_con_gps()))
    (suelto / "aviso.md").write_text("---\nfecha: mañana 9:00\nimagen: plaza.jpg\nalt: La plaza\n---\nVen.")
    antes = arbol(suelto)
    (veredicto,) = revisar(carpeta, suelto / "aviso.md")
    assert veredicto.admisible
    assert veredicto.resumen == "Se publicaría el lunes 23 de noviembre de 2026 a las 9:00 en memoria, memoria-2."
    assert "plaza.jpg: se redujo de 5000×3000 a 4096×2458 para Memoria." in veredicto.arreglos
    assert arbol(suelto) == antes
    assert (carpeta.publicaciones(), carpeta.recepciones()) == ([], [])


def test_dice_lo_mismo_que_la_carpeta(carpeta, tmp_path):
    malo = "---\nred: hi5\nfecha: 31 de febrero, 9:00\n---\n" + "a" * 300
    (tmp_path / "aviso.md").write_text(malo)
    (veredicto,) = revisar(carpeta, tmp_path / "aviso.md")
    carpeta.soltar("aviso.md", malo)
    carpeta.esperar()
    motivo = carpeta.nota("rechazadas/aviso.md.motivo.txt")
    assert not veredicto.admisible
    assert len(veredicto.problemas) == 2
    for problema in veredicto.problemas:
        assert problema.mensaje in motivo
        assert problema.remedio in motivo


def test_un_calendario_se_revisa_fila_por_fila(carpeta, tmp_path):
    (tmp_path / "a.csv").write_text("Fecha;Red;Texto;Raro\n1/12/2026 9:00;memoria;Uno;x\n31/2/2027 9:00;memoria;Dos;\n")
    cabeza, buena, mala = revisar(carpeta, tmp_path / "a.csv")
    assert "no conocemos la columna «Raro»" in cabeza.texto()
    assert (buena.fila, buena.admisible, mala.fila, mala.admisible) == (2, True, 3, False)
    assert mala.texto().startswith("a.csv, fila 3: No se aceptaría.\n    columna Fecha: el 31 de febrero")


def test_una_carpeta_una_foto_y_lo_que_no_existe(carpeta, tmp_path):
    feria = tmp_path / "feria"
    feria.mkdir()
    (feria / "texto.md").write_text("Ven.")
    (feria / "1.jpg").write_bytes(bytes_de(foto()))
    (tmp_path / "enlace.md").symlink_to("/etc/hostname")
    unidad, imagen, nada, enlace, raro = revisar(
        carpeta, feria, feria / "1.jpg", tmp_path / "nada.md", tmp_path / "enlace.md", tmp_path / "pregonero.db"
    )
    assert unidad.resumen == "Se publicaría en cuanto llegara en memoria, memoria-2."
    assert "640×480" in imagen.resumen
    assert [v.admisible for v in (unidad, imagen, nada, enlace, raro)] == [True, True, False, False, False]


def test_el_json_lo_lee_otro_programa(carpeta, tmp_path):
    (tmp_path / "aviso.md").write_text("Hola")
    (veredicto,) = revisar(carpeta, tmp_path / "aviso.md")
    assert json.loads(json.dumps(veredicto.como_json()))["perfiles"] == ["memoria", "memoria-2"]
