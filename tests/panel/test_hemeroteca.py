"""La hemeroteca: lo publicado, tal cual, y quién lo ve."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conectores.contrato_escucha import Clase
from modelos import Entrega, Estado, Lectura, Medicion, Perfil, Rol, Vista
from modelos.escucha import Mensaje
from panel.entorno import EntornoDelPanel
from tests.panel.acervo import poner_medio, poner_perfil, poner_publicacion
from tests.panel.personas import Persona

Entra = Callable[..., Persona]


def publicada(panel: EntornoDelPanel, perfil: Perfil, texto: str, **mas: Any) -> Entrega:
    ahora = panel.entorno.reloj.ahora()
    de_siempre = {"estado": Estado.PUBLICADA, "publicada_en": ahora, "id_externo": f"x-{texto}"}
    return poner_publicacion(panel, perfil, texto, **(de_siempre | mas))


def contestan(panel: EntornoDelPanel, a: str, texto: str, **mas: Any) -> None:
    ahora = panel.entorno.reloj.ahora()
    columnas = {"id_externo": f"m-{texto}", "clase": Clase.COMENTARIO.value, "autor_nombre": "Una Vecina"}
    with panel.escucha.base.escribir() as sesion:
        sesion.add(
            Mensaje(
                **{
                    **columnas,
                    "red": "memoria",
                    "en_respuesta_a": a,
                    "texto": texto,
                    "publicado_en": ahora,
                    "recibido_en": ahora,
                    "comprobado_en": ahora,
                    **mas,
                }
            )
        )


def test_se_halla_por_sus_palabras_sin_acentos_y_por_su_fecha(persona: Entra, panel: EntornoDelPanel) -> None:
    perfil, ahora = poner_perfil(panel), panel.entorno.reloj.ahora()
    publicada(panel, perfil, "Vacunación en la Plaza Juárez")
    publicada(panel, perfil, "Corte de agua", publicada_en=ahora - timedelta(days=400))
    alguien = persona(Rol.LECTOR)

    def dice(consulta: str) -> tuple[bool, bool]:
        texto = alguien.ver(f"/hemeroteca?{consulta}").text
        return "Vacunación en la" in texto, "Corte de agua" in texto

    assert dice("") == (True, True)
    assert dice("q=vacunacion+plaz") == (True, False)
    assert dice("q=%22corte+de+agua%22") == (False, True)
    assert dice("desde=2026-11-22&hasta=2026-11-22") == (True, False)
    assert dice("hasta=2026-11-21") == (False, True)
    assert dice("q=nada") == dice(f"perfil={perfil.id + 1}") == (False, False)
    assert dice("desde=ayer&antes=x~y&perfil=uno") == (True, True), "lo que no se entiende no filtra"


def test_sólo_sale_lo_publicado_y_de_los_perfiles_que_se_ven(persona: Entra, panel: EntornoDelPanel) -> None:
    agua, policia = poner_perfil(panel, "agua"), poner_perfil(panel, "policia")
    programada = poner_publicacion(panel, agua, "Todavía no")
    suya, ajena = publicada(panel, agua, "La suya"), publicada(panel, policia, "La ajena")
    alguien = persona(Rol.LECTOR, perfil_id=agua.id)
    lista = alguien.ver("/hemeroteca").text
    assert ("La suya" in lista, "La ajena" in lista, "Todavía no" in lista) == (True, False, False)
    codigos = [alguien.ver(f"/hemeroteca/{e.id}").status_code for e in (suya, ajena, programada)]
    assert codigos == [200, 404, 404]
    assert b"La ajena" not in bajado(alguien)["index.csv"]


def test_su_pagina_dice_todo_lo_que_se_guarda(persona: Entra, panel: EntornoDelPanel, tmp_path: Path) -> None:
    foto = poner_medio(panel, tmp_path, descripcion="La plaza llena")
    perfil = poner_perfil(panel)
    suya = publicada(panel, perfil, "Hola & adiós", medios=(foto,), url="https://red.example/p/1")
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        vista = Vista(
            perfil_id=perfil.id,
            entrega_id=suya.id,
            id_externo="v1",
            publicada_en=ahora,
            vista_en=ahora,
            borrada_en=ahora,
        )
        lectura = Lectura(perfil_id=perfil.id, leida_en=ahora, version="1")
        sesion.add_all([vista, lectura])
        sesion.flush()
        for cuando, valor in ((ahora - timedelta(hours=1), 3), (ahora, 1234)):
            sesion.add(
                Medicion(
                    perfil_id=perfil.id,
                    vista_id=vista.id,
                    lectura_id=lectura.id,
                    metrica="me_gusta",
                    valor=valor,
                    medida_en=cuando,
                )
            )
    contestan(panel, "x-Hola & adiós", "Gracias <b>")
    contestan(panel, "m-Gracias <b>", "De nada")
    contestan(panel, "v1", "Por el otro nombre")
    contestan(panel, "v1", "En privado", clase=Clase.DIRECTO.value)
    pagina = persona(Rol.LECTOR).ver(f"/hemeroteca/{suya.id}").text
    for dicho in (
        "Hola &amp; adiós",
        "https://red.example/p/1",
        "x-Hola &amp; adiós",
        "domingo 22 de noviembre de 2026, 09:00:00 (UTC-0600)",
    ):
        assert dicho in pagina
    assert f"/medio/{foto.id}/media" in pagina
    assert "1,234" in pagina
    assert "Ya no está en la red" in pagina
    assert pagina.index("Gracias &lt;b&gt;") < pagina.index("De nada") < pagina.index("Por el otro nombre")
    assert 'class="nivel-1"' in pagina
    assert "En privado" not in pagina


def test_de_lo_que_se_pidio_borrar_no_queda_quien_lo_dijo(persona: Entra, panel: EntornoDelPanel) -> None:
    suya = publicada(panel, poner_perfil(panel), "Hola")
    contestan(panel, "x-Hola", "", id_externo="m1", autor_nombre="", borrado_en=panel.entorno.reloj.ahora())
    pagina = persona(Rol.LECTOR).ver(f"/hemeroteca/{suya.id}").text
    assert "Alguien" in pagina
    assert "pidió que se borrara" in pagina


def test_la_lista_va_por_paginas(persona: Entra, panel: EntornoDelPanel) -> None:
    perfil, ahora = poner_perfil(panel), panel.entorno.reloj.ahora()
    for i in range(53):
        publicada(panel, perfil, f"Aviso {i}", publicada_en=ahora - timedelta(minutes=i // 5))
    alguien = persona(Rol.LECTOR)
    primera = alguien.ver("/hemeroteca").text
    sigue = primera.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    segunda = alguien.ver(sigue).text
    assert (primera.count('class="que"'), segunda.count('class="que"')) == (50, 3)
    assert 'rel="next"' not in segunda


def bajado(alguien: Persona, camino: str = "/hemeroteca/exportar.zip", **datos: Any) -> dict[str, bytes]:
    respuesta = alguien.hacer(camino, datos)
    assert respuesta.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(respuesta.content)) as paquete:
        assert paquete.testzip() is None
        return {nombre: paquete.read(nombre) for nombre in paquete.namelist()}


def test_se_baja_con_su_indice_sus_medios_y_lo_que_contestaron(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    foto = poner_medio(panel, tmp_path, nombre="../..\\=mala\r\n.jpg", descripcion="La plaza")
    publicada(panel, poner_perfil(panel), '=HYPERLINK("http://malo")', medios=(foto,), id_externo="x1")
    contestan(panel, "x1", "¡Qué bien!")
    alguien = persona(Rol.LECTOR)
    assert "1 publicación" in alguien.ver("/hemeroteca/exportar").text
    contenido = bajado(alguien)
    assert sorted(contenido) == ["index.csv", "index.html", f"medios/{foto.id:06d} =mala.jpg"]
    assert contenido["index.csv"].decode("utf-8-sig").splitlines()[1].split(",")[4].startswith("\"'=HYPERLINK")
    indice = contenido["index.html"].decode()
    assert "¡Qué bien!" in indice
    assert "<script" not in indice
    assert f'src="medios/{foto.id:06d}%20%3Dmala.jpg"' in indice


def test_del_acervo_se_bajan_los_elegidos_o_lo_hallado_y_sólo_lo_que_se_ve(
    persona: Entra, panel: EntornoDelPanel, tmp_path: Path
) -> None:
    from tests.motor.acervo.fotos import foto

    feria = poner_medio(panel, tmp_path, evento="Feria", derechos="+52 722")
    obra = poner_medio(panel, tmp_path, imagen=foto(50, 50), evento="Obra")
    oculta = poner_medio(panel, tmp_path, imagen=foto(60, 60), subido_por="")
    publicada(panel, poner_perfil(panel, "policia"), "Secreta", medios=(oculta, feria), url="https://red/secreta")
    alguien = persona(Rol.LECTOR, perfil_id=poner_perfil(panel, "agua").id)
    elegidos = bajado(alguien, "/acervo/exportar.zip", id=[str(m.id) for m in (feria, oculta)])
    assert sorted(elegidos) == [f"archivos/{feria.id:06d} foto.jpg", "index.csv", "index.html"]
    assert "'+52 722" in elegidos["index.csv"].decode()
    assert "https://red/secreta" not in elegidos["index.csv"].decode()
    por_evento = bajado(alguien, "/acervo/exportar.zip?evento=Obra")
    assert f"archivos/{obra.id:06d} foto.jpg" in por_evento
    assert len(por_evento) == 3
    assert "2 archivos" in alguien.ver("/acervo/exportar").text


@pytest.mark.parametrize("camino", ["/hemeroteca", "/hemeroteca/exportar", "/acervo/exportar", "/hemeroteca/1"])
def test_quien_no_ve_nada_no_ve_que_exista(camino: str, persona: Entra) -> None:
    assert persona(nombre="Nadie").ver(camino).status_code == 404
