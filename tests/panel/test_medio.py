"""Los archivos del acervo: quién los ve, y que nunca corran en el navegador de nadie."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from modelos import Rol
from panel.entorno import EntornoDelPanel
from tests.motor.acervo.fotos import bytes_de, foto, guardada
from tests.panel.acervo import poner_medio, poner_perfil, poner_publicacion
from tests.panel.personas import Persona

Entra = Callable[..., Persona]


def _abierta(contenido: bytes) -> Image.Image:
    return Image.open(io.BytesIO(contenido))


def test_la_miniatura_es_chica_y_se_guarda(persona: Entra, panel: EntornoDelPanel, tmp_path: Path) -> None:
    suyo = poner_medio(panel, tmp_path, imagen=foto(2000, 1500))
    alguien = persona(Rol.LECTOR)
    mini, media = alguien.ver(f"/medio/{suyo.id}/mini"), alguien.ver(f"/medio/{suyo.id}/media")
    assert (_abierta(mini.content).size, _abierta(media.content).size) == ((320, 240), (1080, 810))
    assert len(list((panel.entorno.acervo / "miniaturas").rglob("*.webp"))) == 2
    assert alguien.ver(f"/medio/{suyo.id}/mini").content == mini.content


def test_lo_servido_no_puede_correr(persona: Entra, panel: EntornoDelPanel, tmp_path: Path) -> None:
    suyo = poner_medio(panel, tmp_path, nombre='../../<script>.html"; x=y\r\nSet-Cookie: a=b.jpg')
    alguien = persona(Rol.LECTOR)
    for tamano in ("mini", "media", "original"):
        respuesta = alguien.ver(f"/medio/{suyo.id}/{tamano}")
        assert respuesta.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert respuesta.headers["x-content-type-options"] == "nosniff"
        assert respuesta.headers["content-type"].startswith("image/")
        assert "set-cookie" not in respuesta.headers
    assert respuesta.headers["content-disposition"].startswith("attachment")
    assert ".." not in respuesta.headers["content-disposition"]


def test_un_tipo_que_no_es_de_los_nuestros_se_sirve_como_nada(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    suyo = poner_medio(panel, tmp_path, mime="text/html")
    assert persona(Rol.LECTOR).ver(f"/medio/{suyo.id}/original").headers["content-type"] == "application/octet-stream"


def test_lo_que_ya_tiene_el_navegador_no_se_manda_otra_vez(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    suyo, alguien = poner_medio(panel, tmp_path), persona(Rol.LECTOR)
    etiqueta = alguien.ver(f"/medio/{suyo.id}/mini").headers["etag"]
    otra = alguien.ver(f"/medio/{suyo.id}/mini", headers={"if-none-match": etiqueta})
    assert (otra.status_code, otra.content) == (304, b"")


def test_se_puede_pedir_un_trozo_para_ver_un_video_sin_bajarlo(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    suyo = poner_medio(panel, tmp_path)
    respuesta = persona(Rol.LECTOR).ver(f"/medio/{suyo.id}/original", headers={"range": "bytes=0-1"})
    assert (respuesta.status_code, respuesta.content) == (206, b"\xff\xd8")


def test_lo_subido_al_acervo_es_de_la_oficina_y_lo_de_la_carpeta_sigue_a_su_publicacion(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    de_todos = poner_medio(panel, tmp_path)
    de_carpeta = poner_medio(panel, tmp_path, imagen=foto(300, 300), subido_por="")
    suyo, ajeno = poner_perfil(panel, "agua"), poner_perfil(panel, "policia")
    poner_publicacion(panel, ajeno, medios=(de_carpeta,))
    del_agua = persona(Rol.EDITOR, nombre="Agua", perfil_id=suyo.id)
    de_policia = persona(Rol.LECTOR, nombre="Policia", perfil_id=ajeno.id)
    de_nadie = persona(nombre="Nadie")
    vistos = {
        quien.usuario.nombre: [quien.ver(f"/medio/{m.id}/mini").status_code for m in (de_todos, de_carpeta)]
        for quien in (del_agua, de_policia, de_nadie, persona(Rol.LECTOR))
    }
    assert vistos == {"Agua": [200, 404], "Policia": [200, 200], "Nadie": [404, 404], "Lector": [200, 200]}


@pytest.mark.parametrize("camino", ["/medio/99/mini", "/medio/1/../../x", "/medio/1/enorme", "/medio/uno/mini"])
def test_lo_que_no_esta_no_esta(persona: Entra, camino: str) -> None:
    assert persona(Rol.LECTOR).ver(camino).status_code in (404, 422)


def test_sin_archivo_la_miniatura_se_sustituye_y_el_original_no_esta(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    suyo, alguien = poner_medio(panel, tmp_path), persona(Rol.LECTOR)
    (panel.entorno.acervo / suyo.ruta).unlink()
    assert alguien.ver(f"/medio/{suyo.id}/mini").headers["content-type"].startswith("image/svg")
    assert alguien.ver(f"/medio/{suyo.id}/original").status_code == 404


def test_de_una_foto_con_una_pagina_pegada_no_queda_la_pagina(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    (tmp_path / "doble.jpg").write_bytes(bytes_de(foto()) + b"<html><script>alert(1)</script>PK\x03\x04")
    suyo = poner_medio(panel, tmp_path, ruta=tmp_path / "doble.jpg")
    assert b"<script>" not in persona(Rol.LECTOR).ver(f"/medio/{suyo.id}/original").content


def test_un_gif_animado_y_un_png_transparente_tienen_miniatura(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    cuadros = [foto(64, 64).convert("P"), foto(64, 64).transpose(Image.Transpose.ROTATE_180).convert("P")]
    gif = guardada(tmp_path / "a.gif", cuadros[0], "GIF", save_all=True, append_images=cuadros[1:])
    png = guardada(tmp_path / "b.png", foto(64, 64, modo="RGBA"), "PNG")
    alguien = persona(Rol.LECTOR)
    vistas = [
        _abierta(alguien.ver(f"/medio/{poner_medio(panel, tmp_path, ruta=r).id}/mini").content) for r in (gif, png)
    ]
    assert [v.size for v in vistas] == [(64, 64), (64, 64)]
    assert "A" in vistas[1].getbands()
