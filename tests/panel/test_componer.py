"""Componer por dentro: lo que se guarda, lo que se revisa, lo que se manda, y quién puede."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from conectores.contrato_enlaces import SinTarjeta, Tarjeta
from modelos import Asiento, Borrador, Entrega, Estado, Medio, MedioDePublicacion, Publicacion, Rol
from panel.entorno import EntornoDelPanel
from tests.panel.con_publicaciones import crear_perfil, entregas, poner_foto, programar
from tests.panel.personas import Persona

Entra = Callable[..., Persona]
CLAVE = "a1b2c3d4e5f60718293a4b5c6d7e8f90"


def hoja(**mas: Any) -> dict[str, Any]:
    return {"clave": CLAVE, "texto": "Mañana hay vacunación.", "cuando": "ya", **mas}


def todos(panel: EntornoDelPanel, tabla: Any) -> list[Any]:
    with panel.entorno.base.leer() as sesion:
        return list(sesion.exec(select(tabla)))


# ── guardar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_la_pagina_trae_lo_que_dice_el_enlace_con_que_se_llego(panel: EntornoDelPanel, persona: Entra) -> None:
    crear_perfil(panel)
    html = persona(Rol.EDITOR).ver("/componer?dia=2026-11-30&hora=9:05&texto=Hola%20%3Cb%3E").text
    assert 'value="2026-11-30T09:05"' in html
    assert "Hola &lt;b&gt;</textarea>" in html


def test_lo_que_se_guarda_sigue_ahi(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    ana = persona(Rol.EDITOR)
    datos = hoja(perfil=[perfil.id], **{"variante:memoria": "Otra cosa", "encuesta": ["Sí", "No"], "campana": "Feria"})
    assert ana.hacer("/componer/guardar", datos, json=True).json()["revision"] == 1
    html = ana.ver(f"/componer?borrador={CLAVE}").text
    assert "Mañana hay vacunación.</textarea>" in html
    assert "Otra cosa</textarea>" in html
    assert 'value="Feria"' in html
    assert re.search(rf'name="perfil" value="{perfil.id}" data-red="memoria" checked', html)


def test_una_hoja_vacia_no_deja_un_borrador(panel: EntornoDelPanel, persona: Entra) -> None:
    crear_perfil(panel)
    assert persona(Rol.EDITOR).hacer("/componer/guardar", hoja(texto=" "), json=True).json()["vacio"] is True
    assert todos(panel, Borrador) == []


def test_dos_personas_a_la_vez_y_no_se_pierde_lo_de_ninguna(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    ana, jefa = persona(Rol.EDITOR, nombre="Ana"), persona(Rol.COORDINADOR, nombre="Jefa")
    ana.hacer("/componer/guardar", hoja(perfil=perfil.id, aparato="ana"))
    jefa.hacer("/componer/guardar", hoja(perfil=perfil.id, aparato="jefa", revision=1, texto="Lo de la jefa"))
    dicho = ana.hacer(
        "/componer/guardar", hoja(perfil=perfil.id, aparato="ana", revision=1, texto="Lo de Ana"), json=True
    ).json()
    assert "No se perdió nada" in dicho["hecho"]
    textos = {b.clave: b.contenido["texto"] for b in todos(panel, Borrador)}
    assert textos == {CLAVE: "Lo de la jefa", dicho["aparte"]: "Lo de Ana"}


def test_la_misma_pagina_no_choca_consigo_si_se_perdio_una_respuesta(panel: EntornoDelPanel, persona: Entra) -> None:
    crear_perfil(panel)
    ana = persona(Rol.EDITOR)
    for sello, texto in (("1", "uno"), ("2", "dos"), ("1", "uno")):  # la última llega tarde, del teléfono
        ana.hacer("/componer/guardar", hoja(aparato="esta", sello=sello, texto=texto, revision=0))
    assert [b.contenido["texto"] for b in todos(panel, Borrador)] == ["dos"]


def test_el_borrador_de_otro_no_se_ve_ni_se_cambia(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    persona(Rol.EDITOR, nombre="Ana").hacer("/componer/guardar", hoja(perfil=perfil.id))
    beto = persona(Rol.EDITOR, nombre="Beto")
    assert beto.ver(f"/componer?borrador={CLAVE}").status_code == 404
    for camino in ("/componer/guardar", "/componer/enviar", "/borradores/descartar", "/borradores/duplicar"):
        assert beto.hacer(camino, hoja(perfil=perfil.id, texto="mío", revision=9)).status_code == 404
    assert [b.contenido["texto"] for b in todos(panel, Borrador)] == ["Mañana hay vacunación."]


def test_quien_coordina_otro_perfil_no_ve_el_borrador(panel: EntornoDelPanel, persona: Entra) -> None:
    suyo, ajeno = crear_perfil(panel), crear_perfil(panel, "cultura")
    persona(Rol.EDITOR, nombre="Ana").hacer("/componer/guardar", hoja(perfil=[suyo.id, ajeno.id]))
    jefe = persona(Rol.COORDINADOR, nombre="Jefe", perfil_id=suyo.id)
    assert jefe.ver(f"/componer?borrador={CLAVE}").status_code == 404
    assert "vacunación" not in jefe.ver("/borradores").text


def test_quien_solo_mira_no_escribe(panel: EntornoDelPanel, persona: Entra) -> None:
    crear_perfil(panel)
    lector = persona(Rol.LECTOR)
    assert lector.ver("/componer").status_code == 403
    for camino in ("/componer/guardar", "/componer/enviar", "/componer/revisar", "/componer/enlace"):
        assert lector.hacer(camino, hoja()).status_code == 403
    assert persona(nombre="Nadie").ver("/borradores").status_code == 404


def test_descartar_se_deshace(panel: EntornoDelPanel, persona: Entra) -> None:
    crear_perfil(panel)
    ana = persona(Rol.EDITOR)
    ana.hacer("/componer/guardar", hoja())
    ana.hacer("/borradores/descartar", {"clave": CLAVE})
    assert "Mañana hay vacunación." not in ana.ver("/borradores").text
    ana.hacer("/borradores/recuperar", {"clave": CLAVE})
    assert "Mañana hay vacunación." in ana.ver("/borradores").text


# ── revisar ──────────────────────────────────────────────────────────────────────────────────────────────────────


def revisado(quien: Persona, **datos: Any) -> str:
    cabeceras = {"x-csrf-token": quien.ficha(), "x-trozo": "1"}
    return str(quien.cliente.post("/componer/revisar", data=hoja(**datos), headers=cabeceras).text)


def test_el_limite_lo_dice_la_red(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    html = revisado(persona(Rol.EDITOR), perfil=perfil.id, texto="a" * 290)
    assert "290 de 280" in html
    assert "sobran 10" in html
    assert "Memoria admite 280" in html


def test_se_ve_como_saldra_en_cada_red_con_su_variante(panel: EntornoDelPanel, persona: Entra) -> None:
    x, bluesky = crear_perfil(panel, "x-muni", red="x"), crear_perfil(panel, "bsky", red="bluesky")
    html = revisado(
        persona(Rol.EDITOR), perfil=[x.id, bluesky.id], texto="Para todos", **{"variante:x": "Sólo para <X> 🎉"}
    )
    assert '<p class="dicho">Sólo para &lt;X&gt; 🎉</p>' in html
    assert '<p class="dicho">Para todos</p>' in html
    assert "16 de 280" in html  # el emoji vale dos en X


def test_un_hilo_se_ve_partido(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel, "x-muni", red="x")
    html = revisado(persona(Rol.EDITOR), perfil=perfil.id, texto="Una frase de un hilo largo. " * 20, hilo="sí")
    assert "1/3" in html
    assert html.count('class="dicho"') == 3


def test_la_mejor_hora_se_dice_antes_de_pedirla(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    html = revisado(persona(Rol.EDITOR), perfil=perfil.id, cuando="mejor", ventana="mañana")
    assert re.search(r"</svg> mañana \d+:\d\d <small>", re.sub(r"\s+", " ", html))


def test_una_fecha_que_no_se_entiende_no_quita_la_vista(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    html = revisado(persona(Rol.EDITOR), perfil=perfil.id, cuando="hora", escrita="el día del niño")
    assert "no entendemos la fecha" in html.lower()
    assert 'class="dicho"' in html


def test_no_se_revisa_en_un_perfil_ajeno(panel: EntornoDelPanel, persona: Entra) -> None:
    suyo, ajeno = crear_perfil(panel), crear_perfil(panel, "cultura", titulo="Secreto")
    html = revisado(persona(Rol.EDITOR, perfil_id=suyo.id), perfil=[suyo.id, ajeno.id])
    assert "Ayuntamiento" in html
    assert "Secreto" not in html


# ── mandar ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_lo_que_se_manda_se_publica_y_se_asienta(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    ana = persona(Rol.EDITOR, nombre="Ana Ruiz")
    respuesta = ana.hacer("/componer/enviar", hoja(perfil=perfil.id, cuando="hora", escrita="mañana 9:00"))
    (publicacion,) = todos(panel, Publicacion)
    assert respuesta.headers["location"] == f"/publicacion/{publicacion.id}"
    assert (publicacion.origen, publicacion.origen_nombre) == ("panel", f"borrador {CLAVE}")
    assert (publicacion.autor, publicacion.fecha_local) == ("Ana Ruiz", "2026-11-23 09:00")
    acciones = [(a.accion, a.sobre) for a in todos(panel, Asiento) if a.accion.startswith("publicacion")]
    assert acciones == [("publicacion_creada", f"publicacion:{publicacion.id}")]
    assert "Mañana hay vacunación." not in ana.ver("/borradores").text


def test_mandado_dos_veces_es_una_publicacion(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    ana = persona(Rol.EDITOR)
    idas = [ana.hacer("/componer/enviar", hoja(perfil=perfil.id), json=True).json()["ir"] for _ in range(3)]
    assert len(set(idas)) == 1
    assert len(todos(panel, Publicacion)) == 1


def test_lo_que_se_escribe_despues_de_mandarlo_queda_aparte(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    ana = persona(Rol.EDITOR)
    ana.hacer("/componer/enviar", hoja(perfil=perfil.id))
    dicho = ana.hacer("/componer/enviar", hoja(perfil=perfil.id, texto="Otra cosa", revision=1), json=True).json()
    assert "ya se había enviado" in dicho["error"]
    assert [p.texto for p in todos(panel, Publicacion)] == ["Mañana hay vacunación."]
    assert "Otra cosa" in ana.ver("/borradores").text


def test_lo_que_no_se_puede_mandar_se_queda_con_su_razon(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    ana = persona(Rol.EDITOR)
    respuesta = ana.hacer("/componer/enviar", hoja(perfil=perfil.id, texto="a" * 300))
    assert respuesta.status_code == 422
    assert "a" * 300 in respuesta.text
    assert "Memoria admite 280" in respuesta.text
    assert todos(panel, Publicacion) == []
    assert "No se pudo enviar" in ana.ver("/borradores").text


@pytest.mark.parametrize("ruta", ["/componer/enviar"])
def test_no_se_manda_a_un_perfil_en_que_no_se_puede_escribir(panel: EntornoDelPanel, persona: Entra, ruta: str) -> None:
    suyo, ajeno = crear_perfil(panel), crear_perfil(panel, "cultura")
    ana = persona(Rol.EDITOR, perfil_id=suyo.id)
    assert ana.hacer(ruta, hoja(perfil=[suyo.id, ajeno.id])).status_code == 404
    assert todos(panel, Publicacion) == []


# ── cambiar una que ya existe ────────────────────────────────────────────────────────────────────────────────────


def campos_de(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def abierta(quien: Persona, publicacion_id: int, **mas: Any) -> dict[str, Any]:
    ocultos = campos_de(quien.ver(f"/componer?publicacion={publicacion_id}").text)
    ocultos.pop("csrf")
    return {**ocultos, "cuando": "igual", **mas}


def test_cambiar_el_texto_no_mueve_la_hora_que_alguien_arrastro(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil, otro = crear_perfil(panel), crear_perfil(panel, "cultura")
    (una, dos) = programar(panel, perfiles=("ayuntamiento", "cultura"))
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Entrega, dos.id).no_antes_de += timedelta(hours=3)
    ana = persona(Rol.EDITOR)
    datos = abierta(ana, una.publicacion_id, texto="Otro texto", perfil=[perfil.id, otro.id])
    assert ana.hacer("/componer/enviar", datos).status_code == 303
    ahora = entregas(panel, una.publicacion_id)
    assert [e.texto for e in ahora] == ["Otro texto", "Otro texto"]
    assert [e.no_antes_de for e in ahora] == [una.no_antes_de, una.no_antes_de + timedelta(hours=3)]
    (publicacion,) = todos(panel, Publicacion)
    assert (publicacion.origen, publicacion.origen_nombre) == ("carpeta", "aviso.md")


def test_si_otro_la_cambio_se_dice_y_a_la_segunda_vale(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    (entrega,) = programar(panel)
    ana = persona(Rol.EDITOR)
    datos = abierta(ana, entrega.publicacion_id, texto="Lo de Ana", perfil=perfil.id)
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Publicacion, entrega.publicacion_id).version += 1
    dicho = ana.hacer("/componer/enviar", datos, json=True)
    assert dicho.status_code == 409
    assert "otra persona cambió" in dicho.json()["error"].lower()
    datos = abierta(ana, entrega.publicacion_id, texto="Lo de Ana", perfil=perfil.id)
    assert ana.hacer("/componer/enviar", datos).status_code == 303
    assert [p.texto for p in todos(panel, Publicacion)] == ["Lo de Ana"]


def test_lo_que_ya_salio_no_se_cambia(panel: EntornoDelPanel, persona: Entra) -> None:
    perfil = crear_perfil(panel)
    (entrega,) = programar(panel, estado=Estado.PUBLICADA)
    ana = persona(Rol.EDITOR)
    datos = abierta(ana, entrega.publicacion_id, texto="Otro", perfil=perfil.id, cuando="ya")
    assert "Ya se publicó" in ana.hacer("/componer/enviar", datos).text
    assert [e.texto for e in entregas(panel, entrega.publicacion_id)] == [entrega.texto]


def test_no_se_abre_la_que_tambien_sale_en_un_perfil_ajeno(panel: EntornoDelPanel, persona: Entra) -> None:
    suyo, _, otro = crear_perfil(panel), crear_perfil(panel, "cultura"), crear_perfil(panel, "dif")
    (una, _) = programar(panel, perfiles=("ayuntamiento", "cultura"))
    camino = f"/componer?publicacion={una.publicacion_id}"
    assert persona(Rol.EDITOR, perfil_id=suyo.id).ver(camino).status_code == 403
    assert persona(Rol.EDITOR, nombre="Otra", perfil_id=otro.id).ver(camino).status_code == 404


def test_una_copia_es_otra_publicacion_y_pide_su_hora(panel: EntornoDelPanel, persona: Entra) -> None:
    crear_perfil(panel)
    (entrega,) = programar(panel)
    html = persona(Rol.EDITOR).ver(f"/componer?publicacion={entrega.publicacion_id}&copia=1").text
    assert "Mañana hay vacunación en el DIF.</textarea>" in html
    assert 'name="publicacion"' not in html
    assert 'name="fecha" value=""' in html


# ── imágenes ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def fotos(panel: EntornoDelPanel) -> list[int]:
    crear_perfil(panel)
    for color in ("teal", "indianred"):
        (entrega,) = programar(panel, f"De {color}")
        poner_foto(panel, entrega.publicacion_id, color)
    return [m.id for m in todos(panel, Medio)]


def borrador(panel: EntornoDelPanel) -> dict[str, Any]:
    (suyo,) = todos(panel, Borrador)
    return dict(suyo.contenido)


def test_ordenar_y_quitar_sin_guiones(panel: EntornoDelPanel, persona: Entra, fotos: list[int]) -> None:
    ana, (una, dos) = persona(Rol.EDITOR), fotos
    datos = hoja(medio=[una, dos], **{f"alt:{una}": "Una"})
    assert ana.hacer("/componer/medios", {**datos, "hacer": f"atras:{dos}"}).headers["location"].endswith("#medios")
    assert [m["id"] for m in borrador(panel)["medios"]] == [dos, una]
    ana.hacer("/componer/medios", {**datos, "revision": 1, "hacer": f"quitar:{dos}"})
    assert borrador(panel)["medios"] == [{"id": una, "alt": "Una"}]


def test_recortar_hace_otra_y_deja_la_original(panel: EntornoDelPanel, persona: Entra, fotos: list[int]) -> None:
    ana = persona(Rol.EDITOR)
    with panel.entorno.base.escribir() as sesion:
        sesion.get_one(Medio, fotos[0]).derechos = "Cedida por la autora"
    ana.hacer(
        "/componer/medios", hoja(medio=fotos[0], hacer=f"recortar:{fotos[0]}:1:1", **{f"alt:{fotos[0]}": "Plaza"})
    )
    medios = {m.id: m for m in todos(panel, Medio)}
    (elegida,) = borrador(panel)["medios"]
    recorte, original = medios[elegida["id"]], medios[fotos[0]]
    assert recorte.ancho == recorte.alto == min(original.ancho, original.alto)
    assert (elegida["alt"], recorte.derechos) == ("Plaza", "Cedida por la autora")
    assert original.ancho != original.alto


@pytest.mark.parametrize("caja", [{"x": "nan"}, {"ancho": "0.001"}, {"medio": "99999"}])
def test_un_recorte_imposible_se_dice(
    panel: EntornoDelPanel, persona: Entra, fotos: list[int], caja: dict[str, str]
) -> None:
    datos = {"medio": fotos[0], "x": "0", "y": "0", "ancho": "0.5", "alto": "0.5"} | caja
    assert persona(Rol.EDITOR).hacer("/componer/recortar", datos, json=True).status_code in (404, 422)
    assert len(todos(panel, Medio)) == 2


def test_publicar_con_una_foto_del_acervo_usa_esa_misma(
    panel: EntornoDelPanel, persona: Entra, fotos: list[int]
) -> None:
    perfil_id = todos(panel, Entrega)[0].perfil_id
    persona(Rol.EDITOR).hacer(
        "/componer/enviar", hoja(perfil=perfil_id, medio=fotos[1], **{f"alt:{fotos[1]}": "Una plaza"})
    )
    nueva = todos(panel, Publicacion)[-1]
    usados = [u for u in todos(panel, MedioDePublicacion) if u.publicacion_id == nueva.id]
    assert [(u.medio_id, u.texto_alternativo) for u in usados] == [(fotos[1], "Una plaza")]


# ── enlaces ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_un_enlace_se_ensena_como_texto(app: Any, panel: EntornoDelPanel, persona: Entra) -> None:
    crear_perfil(panel)

    def mirar(enlace: str) -> Tarjeta:
        if "interno" in enlace:
            raise SinTarjeta("no se puede mirar ese enlace desde aquí.")
        return Tarjeta(titulo="Título <script>", descripcion="De qué trata", dominio="ejemplo.mx", imagen="https://x/y")

    object.__setattr__(panel.oficina.entorno, "mirar_enlace", mirar)
    ana = persona(Rol.EDITOR)
    html = ana.hacer("/componer/enlace", {"enlace": "https://ejemplo.mx/a"}).text
    assert "Título &lt;script&gt;" in html
    assert "<img" not in html
    assert "No se puede mirar" in ana.hacer("/componer/enlace", {"enlace": "http://interno/"}).text


def test_sin_perfiles_se_dice_y_quien_puede_conecta_el_primero(persona: Entra) -> None:
    """Sin perfiles no hay permisos sobre ninguno: sólo quien los tiene en toda la oficina llega aquí."""
    de_administra, de_edita = (
        persona(Rol.ADMINISTRADOR).ver("/componer").text,
        persona(Rol.EDITOR).ver("/componer").text,
    )
    assert "Todavía no hay dónde publicar" in de_edita
    assert ('href="/perfiles/nuevo"' in de_administra, 'href="/perfiles/nuevo"' in de_edita) == (True, False)
