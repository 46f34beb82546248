"""El acervo en el panel: subir, hallar, describir, archivar; y quién puede."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
import pytest
from sqlmodel import select

from modelos import Asiento, Entrega, Estado, Medio, Rol
from panel.entorno import EntornoDelPanel
from tests.motor.acervo.fotos import bomba_png, bytes_de, exif_con_gps, foto, ruido
from tests.panel.acervo import poner_medio, poner_perfil, poner_publicacion
from tests.panel.personas import Persona

Entra = Callable[..., Persona]


def subir(alguien: Persona, contenido: bytes, nombre: str = "foto.jpg", **cabeceras: str) -> httpx.Response:
    """Como lo manda el guion: el archivo suelto, con su nombre en una cabecera."""
    return alguien.cliente.post(
        "/acervo/subir",
        content=contenido,
        headers={
            "accept": "application/json",
            "content-type": "application/octet-stream",
            "x-csrf-token": alguien.ficha(),
            "x-nombre": quote(nombre),
            **cabeceras,
        },
    )


def medios(panel: EntornoDelPanel) -> list[Medio]:
    with panel.entorno.base.leer() as sesion:
        return list(sesion.exec(select(Medio).order_by(Medio.id)))  # type: ignore[arg-type] # columna


def asientos(panel: EntornoDelPanel) -> list[tuple[str, str]]:
    with panel.entorno.base.leer() as sesion:
        return [(a.accion, a.sobre) for a in sesion.exec(select(Asiento).order_by(Asiento.id))]  # type: ignore[arg-type] # ídem


# ── subir ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_se_sube_una_foto_y_queda_con_su_fecha_y_sin_su_lugar(persona: Entra, panel: EntornoDelPanel) -> None:
    exif = exif_con_gps()
    exif.get_ifd(0x8769)[0x9003] = "2026:09:15 23:00:00"
    respuesta = subir(persona(Rol.EDITOR), bytes_de(foto(), exif=exif), "El Grito.JPG")
    assert respuesta.status_code == 200
    suyo = medios(panel)[0]
    assert respuesta.json() == {
        "id": suyo.id,
        "nombre": "El Grito.jpg",
        "url_mini": f"/medio/{suyo.id}/mini",
        "repetido_de": None,
        "parecidos": [],
        "problema": "",
        "error": "",
        "medios": [{k: v for k, v in respuesta.json().items() if k not in ("error", "medios")}],
    }
    assert (suyo.tomado, suyo.subido_por) == ("2026-09-15", "editor@sanjacinto.gob.mx")
    assert b"Marca de la c" not in (panel.entorno.acervo / suyo.ruta).read_bytes()
    assert asientos(panel) == [("medio_subido", f"medio:{suyo.id}")]
    assert list((panel.entorno.acervo / "llegando").iterdir()) == []


def test_la_misma_dos_veces_es_una_y_la_parecida_se_dice_sin_estorbar(persona: Entra, panel: EntornoDelPanel) -> None:
    alguien = persona(Rol.EDITOR)
    primera = subir(alguien, bytes_de(foto(800, 600))).json()["id"]
    assert subir(alguien, bytes_de(foto(800, 600)), "otro nombre.jpg").json()["repetido_de"] == primera
    chica = subir(alguien, bytes_de(foto(800, 600).resize((400, 300)), quality=60), "chica.jpg").json()
    assert [p["id"] for p in chica["parecidos"]] == [primera]
    assert subir(alguien, bytes_de(ruido(300, 300)), "otra.jpg").json()["parecidos"] == []
    assert len(medios(panel)) == 3


HOSTILES = {
    "una página": (b"<!doctype html><script>alert(1)</script>", "foto.jpg"),
    "un SVG": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "dibujo.png"),
    "un ZIP": (b"PK\x03\x04" + b"\0" * 100, "fotos.jpg"),
    "un programa": (b"\x7fELF" + b"\0" * 100, "video.mp4"),
    "un PHP": (b"<?php system($_GET[0]);", "x.php.jpg"),
    "una foto cortada": (bytes_de(foto())[:2000], "foto.jpg"),
    "una bomba": (bomba_png(60_000), "foto.png"),
    "nada": (b"", "foto.jpg"),
    "una lista de direcciones": (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n", "video.mp4"),
    "un PDF": (b"%PDF-1.7\n", "foto.png"),
}


@pytest.mark.parametrize("que", HOSTILES)
def test_lo_que_no_es_lo_que_dice_no_entra(que: str, persona: Entra, panel: EntornoDelPanel) -> None:
    contenido, nombre = HOSTILES[que]
    respuesta = subir(persona(Rol.EDITOR), contenido, nombre)
    assert respuesta.status_code == 422
    assert respuesta.json()["problema"].startswith(nombre[:4])
    assert medios(panel) == []
    assert [r for r in panel.entorno.acervo.rglob("*") if r.is_file()] == [], "ni copias ni temporales"


@pytest.mark.parametrize(
    "nombre",
    [
        "../../../etc/passwd.jpg",
        "..\\..\\x.jpg",
        "a\0b.jpg",
        "CON.jpg",
        "=cmd|x.jpg",
        "x" * 400 + ".jpg",
        "\u202egpj.exe",
        "",
    ],
)
def test_el_nombre_no_decide_donde_se_guarda(nombre: str, persona: Entra, panel: EntornoDelPanel) -> None:
    assert subir(persona(Rol.EDITOR), bytes_de(foto()), nombre).status_code == 200
    suyo = medios(panel)[0]
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{62}\.jpg", suyo.ruta)
    assert not set(suyo.nombre) & set('/\\\0\u202e|"')
    assert suyo.nombre.endswith(".jpg")
    assert len(suyo.nombre) < 130


def test_el_tipo_lo_dice_el_contenido_aunque_la_extension_diga_otra_cosa(
    persona: Entra, panel: EntornoDelPanel
) -> None:
    assert subir(persona(Rol.EDITOR), bytes_de(foto(), "PNG"), "foto.html").status_code == 200
    assert (medios(panel)[0].mime, medios(panel)[0].nombre) == ("image/png", "foto.png")


def test_una_foto_que_tambien_es_pagina_o_programa_se_guarda_sin_lo_demas(
    persona: Entra, panel: EntornoDelPanel
) -> None:
    pegados = b"<html><script>alert(1)</script></html>PK\x03\x04META-INF/MANIFEST.MF"
    comentario = bytes_de(foto(), "JPEG", comment=b"<script>alert(2)</script>") + pegados
    assert subir(persona(Rol.EDITOR), comentario).status_code == 200
    guardado = (panel.entorno.acervo / medios(panel)[0].ruta).read_bytes()
    assert b"<script>" not in guardado
    assert b"MANIFEST" not in guardado


def test_un_audio_se_guarda(persona: Entra, panel: EntornoDelPanel) -> None:
    wav = b"RIFF" + (36 + 8000).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\x01\0\x01\0"
    wav += (8000).to_bytes(4, "little") + (8000).to_bytes(4, "little") + b"\x01\0\x08\0data"
    wav += (8000).to_bytes(4, "little") + bytes(8000)
    assert subir(persona(Rol.EDITOR), wav, "entrevista.wav").status_code == 200
    suyo = medios(panel)[0]
    assert (suyo.tipo, suyo.mime, suyo.duracion_s, suyo.ruta[-4:]) == ("audio", "audio/wav", 1.0, ".wav")


def test_sin_guiones_se_suben_varias_y_se_va_a_su_ficha(persona: Entra, panel: EntornoDelPanel) -> None:
    archivos = [
        ("archivos", ("a.jpg", bytes_de(foto()), "image/jpeg")),
        ("archivos", ("b.jpg", bytes_de(ruido(200, 200)), "image/jpeg")),
        ("archivos", ("c.jpg", b"<html>", "image/jpeg")),
    ]
    alguien = persona(Rol.EDITOR)
    respuesta = alguien.cliente.post(
        "/acervo/subir", data={"csrf": alguien.ficha()}, files=archivos, follow_redirects=False
    )
    assert (respuesta.status_code, respuesta.headers["location"]) == (303, "/acervo/varios?id=1&id=2")
    pagina = alguien.ver(respuesta.headers["location"]).text
    assert "Se guardaron 2 archivos." in pagina
    assert "c.jpg: no es una imagen" in pagina


def test_quien_sólo_mira_no_sube_y_sin_ficha_no_se_lee_nada(persona: Entra, panel: EntornoDelPanel) -> None:
    assert subir(persona(Rol.LECTOR), bytes_de(foto())).status_code == 403
    sin_ficha = subir(persona(Rol.EDITOR), bytes_de(foto()), **{"x-csrf-token": "otra"})
    assert sin_ficha.status_code == 403
    assert medios(panel) == []


def test_si_no_queda_disco_se_dice(persona: Entra, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motor.acervo.ingreso.HOLGURA_BYTES", 1 << 60)
    respuesta = subir(persona(Rol.EDITOR), bytes_de(foto()))
    assert (respuesta.status_code, "No queda sitio" in respuesta.json()["problema"]) == (422, True)


# ── describir ────────────────────────────────────────────────────────────────────────────────────────────────────

FICHA = {
    "descripcion": "La alcaldesa corta el listón",
    "evento": "Mercado Juárez",
    "lugar": "Centro",
    "personas": "Ana Ruiz, José Peña; Ana Ruiz",
    "etiquetas": "#obra, mercado",
    "tomado": "2026-09",
    "autoria": "Comunicación Social",
    "derechos": "Propia",
    "vence": "2027-01-31",
}


def test_la_ficha_se_guarda_y_por_ella_se_halla_sin_acentos(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    suyo, alguien = poner_medio(panel, tmp_path), persona(Rol.EDITOR)
    assert alguien.hacer(f"/acervo/{suyo.id}", FICHA).headers["location"] == f"/acervo/{suyo.id}"
    guardado = medios(panel)[0]
    assert guardado.personas == ["Ana Ruiz", "José Peña"]
    assert guardado.etiquetas == ["obra", "mercado"]
    assert guardado.vence_en is not None
    assert guardado.vence_en.isoformat() == "2027-02-01T06:00:00+00:00", "hasta que acaba ese día, aquí"
    assert 'value="2027-01-31"' in alguien.ver(f"/acervo/{suyo.id}").text
    for buscado in ("jose pen", "JUAREZ liston", '"corta el listón"', "mercado 2026"):
        assert (
            alguien.ver("/acervo/buscar", params={"q": buscado}, headers={"accept": "application/json"}).json()[
                "cuantos"
            ]
            == 1
        ), buscado
    assert asientos(panel)[-1] == ("medio_descrito", f"medio:{suyo.id}")


def test_lo_mal_escrito_se_dice_en_su_campo_y_no_se_pierde(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    suyo = poner_medio(panel, tmp_path)
    respuesta = persona(Rol.EDITOR).hacer(f"/acervo/{suyo.id}", {**FICHA, "tomado": "ayer", "vence": "31/12"})
    assert respuesta.status_code == 422
    assert "Escríbala como 2026, 2026-09 o 2026-09-15." in respuesta.text
    assert 'value="ayer"' in respuesta.text
    assert "La alcaldesa corta el listón" in respuesta.text
    assert medios(panel)[0].evento == ""


def test_muchos_a_la_vez_sólo_cambian_en_lo_que_se_escribe(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    uno = poner_medio(panel, tmp_path, evento="Feria", etiquetas=["noche"])
    otro = poner_medio(panel, tmp_path, imagen=foto(100, 100))
    datos = {"id": [uno.id, otro.id, 999], "lugar": "Centro", "etiquetas": "feria"}
    respuesta = persona(Rol.EDITOR).hacer("/acervo/varios", datos, json=True)
    assert respuesta.json()["hecho"] == "Se cambiaron 2 fichas."
    assert [(m.evento, m.lugar, m.etiquetas) for m in medios(panel)] == [
        ("Feria", "Centro", ["noche", "feria"]),
        ("", "Centro", ["feria"]),
    ]


def test_al_ponerle_fin_a_sus_derechos_se_dice_lo_que_ya_estaba_programado(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    suyo = poner_medio(panel, tmp_path)
    despues = panel.entorno.reloj.ahora() + timedelta(days=200)
    poner_publicacion(panel, poner_perfil(panel), medios=(suyo,), no_antes_de=despues)
    respuesta = persona(Rol.EDITOR).hacer(f"/acervo/{suyo.id}", FICHA, json=True)
    assert "1 publicación programada lo usa después" in respuesta.json()["hecho"]


def test_archivar_lo_quita_de_la_vista_y_no_de_donde_se_publico(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    suyo, alguien = poner_medio(panel, tmp_path, evento="Vieja"), persona(Rol.EDITOR)
    poner_publicacion(panel, poner_perfil(panel), "Con ella", medios=(suyo,), estado=Estado.PUBLICADA)
    alguien.hacer(f"/acervo/{suyo.id}/archivar")
    assert f'href="/acervo/{suyo.id}"' not in alguien.ver("/acervo").text
    assert f'href="/acervo/{suyo.id}"' in alguien.ver("/acervo?archivados=1").text
    assert "Con ella" in alguien.ver(f"/acervo/{suyo.id}").text
    assert alguien.ver(f"/medio/{suyo.id}/mini").status_code == 200
    alguien.hacer(f"/acervo/{suyo.id}/restaurar")
    assert f'href="/acervo/{suyo.id}"' in alguien.ver("/acervo").text


@pytest.mark.parametrize("camino", ["/acervo/1", "/acervo/1/archivar", "/acervo/1/restaurar", "/acervo/varios"])
def test_quien_sólo_mira_no_cambia_nada(camino: str, persona: Entra, panel: EntornoDelPanel, tmp_path: Path) -> None:
    poner_medio(panel, tmp_path)
    assert persona(Rol.LECTOR).hacer(camino, {**FICHA, "id": "1"}).status_code == 403
    assert persona(Rol.EDITOR, nombre="Otro").hacer(camino.replace("1", "77"), {"id": "77"}).status_code == 404
    assert (medios(panel)[0].evento, asientos(panel)) == ("", [])


def test_lo_de_otros_perfiles_no_se_halla_ni_se_cambia(persona: Entra, panel: EntornoDelPanel, tmp_path: Path) -> None:
    ajeno = poner_medio(panel, tmp_path, subido_por="", evento="Operativo")
    poner_publicacion(panel, poner_perfil(panel, "policia"), medios=(ajeno,))
    alguien = persona(Rol.EDITOR, perfil_id=poner_perfil(panel, "agua").id)
    assert "Operativo" not in alguien.ver("/acervo").text
    assert alguien.ver(f"/acervo/{ajeno.id}").status_code == 404
    assert alguien.hacer(f"/acervo/{ajeno.id}", FICHA).status_code == 404
    assert alguien.hacer("/acervo/varios", {"id": ajeno.id, "evento": "X"}).status_code == 404
    assert medios(panel)[0].evento == "Operativo"


def test_donde_se_uso_sólo_dice_de_los_perfiles_que_se_ven(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    suyo = poner_medio(panel, tmp_path)
    agua, policia = poner_perfil(panel, "agua"), poner_perfil(panel, "policia")
    poner_publicacion(panel, agua, "Corte de agua", medios=(suyo,))
    poner_publicacion(panel, policia, "Operativo secreto", medios=(suyo,))
    pagina = persona(Rol.LECTOR, perfil_id=agua.id).ver(f"/acervo/{suyo.id}").text
    assert ("Corte de agua" in pagina, "Operativo secreto" in pagina) == (True, False)


# ── hallar ───────────────────────────────────────────────────────────────────────────────────────────────────────


def hallados(alguien: Persona, **filtros: Any) -> list[str]:
    respuesta = alguien.ver("/acervo/buscar", params=filtros, headers={"accept": "application/json"})
    return [m["rotulo"] for m in respuesta.json()["medios"]]


def test_se_filtra_por_la_ficha_y_por_el_uso(persona: Entra, panel: EntornoDelPanel, tmp_path: Path) -> None:
    ahora = panel.entorno.reloj.ahora()
    feria = poner_medio(
        panel, tmp_path, evento="Feria", lugar="Centro", personas=["Ñandú Güero"], tomado="2019-05", etiquetas=['a"b']
    )
    poner_medio(panel, tmp_path, imagen=foto(90, 90), evento="Obra", vence_en=ahora + timedelta(days=3))
    poner_medio(panel, tmp_path, imagen=foto(80, 80), evento="Vieja", vence_en=ahora - timedelta(days=3))
    poner_publicacion(panel, poner_perfil(panel), medios=(feria,))
    alguien = persona(Rol.LECTOR)
    assert hallados(alguien) == ["Vieja", "Obra", "Feria"]
    assert hallados(alguien, ano="2019") == hallados(alguien, persona="Ñandú Güero") == ["Feria"]
    assert hallados(alguien, lugar="Centro") == hallados(alguien, etiqueta='a"b') == hallados(alguien, uso="usado")
    assert hallados(alguien, ano="2026", uso="sin usar") == ["Vieja", "Obra"]
    assert hallados(alguien, derechos="por vencer") == ["Obra"]
    assert hallados(alguien, derechos="vencidos") == ["Vieja"]
    assert hallados(alguien, tipo="video") == hallados(alguien, persona="Ñan") == hallados(alguien, ano="99999") == []


@pytest.mark.parametrize("q", ['"', "*", "a AND", "NEAR(", "^x", "'; DROP TABLE medio", "-5", "a:b", "«»", "\0", "😀"])
def test_lo_que_se_busca_no_es_una_orden(q: str, persona: Entra, panel: EntornoDelPanel, tmp_path: Path) -> None:
    poner_medio(panel, tmp_path)
    assert persona(Rol.LECTOR).ver("/acervo", params={"q": q}).status_code == 200


def test_la_galeria_va_por_paginas_y_no_repite(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [poner_medio(panel, tmp_path, imagen=foto(40 + i, 40), evento=f"E{i}").id for i in range(3)]
    with panel.entorno.base.escribir() as sesion:
        for i in range(70):
            sesion.add(Medio(**{**sesion.get_one(Medio, ids[0]).model_dump(), "id": None, "sha256": f"s{i}"}))
    alguien = persona(Rol.LECTOR)
    primera = alguien.ver("/acervo?q=&evento=E0").text
    sigue = re.search(r'rel="next" href="([^"]+)"', primera)
    assert sigue
    segunda = alguien.ver(sigue[1].replace("&amp;", "&")).text
    vistos = [re.findall(r'href="/acervo/(\d+)"', pagina) for pagina in (primera, segunda)]
    assert (len(vistos[0]), len(vistos[1]), len({*vistos[0], *vistos[1]})) == (60, 11, 71)


def test_el_acervo_vacio_dice_que_hacer(persona: Entra) -> None:
    assert "Subir los primeros" in persona(Rol.EDITOR).ver("/acervo").text
    assert "Subir los primeros" not in persona(Rol.LECTOR).ver("/acervo").text
    assert persona(nombre="Nadie").ver("/acervo").status_code == 404


def test_lo_que_viene_de_una_ficha_no_es_html(persona: Entra, panel: EntornoDelPanel, tmp_path: Path) -> None:
    suyo = poner_medio(panel, tmp_path, evento='<img src=x onerror="alert(1)">', etiquetas=["</script>"])
    for camino in ("/acervo", f"/acervo/{suyo.id}", f"/acervo/varios?id={suyo.id}", "/acervo/buscar"):
        assert "<img src=x" not in persona(Rol.EDITOR, nombre=camino[1:] or "x").ver(camino).text


def test_una_entrega_guardada_conserva_su_estado(panel: EntornoDelPanel, tmp_path: Path) -> None:
    """Los disparos que alimentan la búsqueda no estorban a quien guarda ni a quien cambia."""
    entrega = poner_publicacion(panel, poner_perfil(panel), "Uno")
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Entrega, entrega.id).texto = "Dos"
    with panel.entorno.base.leer() as sesion:
        assert sesion.get_one(Entrega, entrega.id).texto == "Dos"
