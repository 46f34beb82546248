"""Los números de una página de Facebook imitada."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from conectores.contrato import Acceso
from conectores.contrato_escucha import Clase, Desde, Ilegible, Mediciones, Retrato
from conectores.facebook.conector import ConectorFacebook
from conectores.facebook.oido import id_de_publicacion, pagina_de
from simulador.en_hilo import Simulador

PAGINA = "100200300400500"
TOKEN = "token-facebook"


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=3) as simulador:
        yield simulador


@pytest.fixture
def fb(sim: Simulador) -> ConectorFacebook:
    return ConectorFacebook(
        Acceso(perfil="fb", id_externo=PAGINA, url=sim.url_de("facebook"), credenciales={"token": TOKEN})
    )


def publicar(sim: Simulador, texto: str = "Aviso", *, hace: timedelta = timedelta(hours=1)) -> str:
    return sim.publicar_como("facebook", PAGINA, texto, hace=hace).id


def medir(fb: ConectorFacebook, id_externo: str) -> Mediciones:
    return fb.medir_publicaciones([id_externo])[id_externo]


def test_una_publicacion_con_todo(sim: Simulador, fb: ConectorFacebook) -> None:
    post = publicar(sim)
    sim.comentar("facebook", post, "Hola", en_respuesta_a=sim.comentar("facebook", post, "Buenas").id)
    sim.reaccionar("facebook", post, me_gusta=8, compartidos=3, vistas=900, alcance=500, clics=12)
    medidas = medir(fb, post)
    assert medidas.valores == {
        "me_gusta": 8,
        "comentarios": 2,
        "compartidos": 3,
        "vistas": 900,
        "alcance": 500,
        "clics_totales": 12,
    }
    assert medidas.version == "v26.0"
    assert medidas.crudo["id"] == post
    assert len(medidas.crudo["insights"]) == 3


def test_lo_que_facebook_no_dice_no_es_un_cero(sim: Simulador, fb: ConectorFacebook) -> None:
    """Sin compartidos no manda `shares`; y las métricas tardan en llegar."""
    sim.ajustar("facebook", retraso_metricas_s=86_400)
    post = publicar(sim)
    sim.reaccionar("facebook", post, vistas=900)
    assert medir(fb, post).valores == {"me_gusta": 0, "comentarios": 0}


def test_veinticinco_publicaciones_se_miden_en_dos_peticiones(sim: Simulador, fb: ConectorFacebook) -> None:
    ids = [publicar(sim, f"Aviso {i}") for i in range(fb.lote_de_medida)]
    medidas = fb.medir_publicaciones(ids)
    assert set(medidas) == set(ids)
    assert len(sim.peticiones("facebook")) == 2


def test_la_publicacion_borrada_no_aparece(sim: Simulador, fb: ConectorFacebook) -> None:
    ids = [publicar(sim, f"Aviso {i}") for i in range(3)]
    fb.borrar(ids[1])
    assert set(fb.medir_publicaciones(ids)) == {ids[0], ids[2]}


def test_una_metrica_muerta_no_hunde_a_las_demas_ni_se_vuelve_a_pedir(sim: Simulador, fb: ConectorFacebook) -> None:
    sim.ajustar("facebook", metricas_muertas="post_clicks")
    post = publicar(sim)
    sim.reaccionar("facebook", post, vistas=900, alcance=500, clics=12)
    valores = {"me_gusta": 0, "comentarios": 0, "vistas": 900, "alcance": 500}
    assert medir(fb, post).valores == valores
    antes = len(sim.peticiones("facebook"))
    assert medir(fb, post).valores == valores
    assert len(sim.peticiones("facebook")) - antes == 2


def test_sin_permiso_de_ver_metricas_se_mide_lo_demas(sim: Simulador, fb: ConectorFacebook) -> None:
    sim.perfil("facebook", PAGINA, token=TOKEN, permisos=["pages_read_engagement"])
    post = publicar(sim)
    sim.reaccionar("facebook", post, me_gusta=8, vistas=900)
    sim.seguidores("facebook", PAGINA, 1500)
    assert medir(fb, post).valores == {"me_gusta": 8, "comentarios": 0}
    assert fb.medir_perfil().valores == {"seguidores": 1500}


def test_una_pagina_pequena_no_tiene_metricas_y_no_es_un_error(sim: Simulador, fb: ConectorFacebook) -> None:
    sim.seguidores("facebook", PAGINA, 60, vistas=300)
    assert fb.medir_perfil().valores == {"seguidores": 60}
    assert len(sim.peticiones("facebook")) == 1  # ni se preguntan
    post = publicar(sim)
    sim.reaccionar("facebook", post, vistas=40)
    assert medir(fb, post).valores == {"me_gusta": 0, "comentarios": 0}


def test_el_perfil_con_sus_metricas_del_dia(sim: Simulador, fb: ConectorFacebook) -> None:
    sim.seguidores("facebook", PAGINA, 1500, vistas=8000, alcance=5000, interacciones=300)
    assert fb.medir_perfil().valores == {"seguidores": 1500, "vistas": 8000, "alcance": 5000, "interacciones": 300}


def test_se_lista_lo_publicado_por_quien_sea(sim: Simulador, fb: ConectorFacebook) -> None:
    ids = [publicar(sim, f"Aviso {i}", hace=timedelta(hours=i)) for i in range(120)]
    listadas = fb.listar(datetime.now(UTC) - timedelta(hours=99, minutes=30))
    assert [p.id_externo for p in listadas] == ids[:100]
    assert listadas[3].texto == "Aviso 3"
    assert listadas[3].url
    assert len(sim.peticiones("facebook")) == 3


def test_otra_pagina_se_retrata_si_meta_deja(sim: Simulador, fb: ConectorFacebook) -> None:
    sim.perfil("facebook", "900900900", usuario="metepecgob")
    sim.seguidores("facebook", "900900900", 7000)
    feria = sim.publicar_como("facebook", "900900900", "Feria")
    sim.reaccionar("facebook", feria.id, me_gusta=30, compartidos=4)
    retrato = fb.retratar("https://www.facebook.com/900900900/")
    assert isinstance(retrato, Retrato)
    assert retrato.mediciones.valores == {"seguidores": 7000}
    [reciente] = retrato.recientes
    assert (reciente.clase, reciente.texto, reciente.interacciones) == (Clase.COMPETIDOR, "Feria", 34)


def test_otra_pagina_sin_el_permiso_que_meta_revisa_es_ilegible(sim: Simulador, fb: ConectorFacebook) -> None:
    sim.perfil("facebook", "900900900", usuario="metepecgob")
    sim.ajustar("facebook", estricto=True)
    ilegible = fb.retratar("900900900")
    assert isinstance(ilegible, Ilegible)
    assert "Page Public Content Access" in ilegible.motivo


@pytest.mark.parametrize(
    ("escrita", "pagina"),
    [
        ("@metepecgob", "metepecgob"),
        ("https://www.facebook.com/metepecgob/", "metepecgob"),
        ("fb.com/metepec.gob", "metepec.gob"),
        ("900900900", "900900900"),
        ("me/accounts", ""),
        ("me", ""),
        ("metepec gob", ""),
        ("x?fields=access_token", ""),
        ("", ""),
    ],
)
def test_la_pagina_de_una_direccion(escrita: str, pagina: str) -> None:
    assert pagina_de(escrita) == pagina


def test_un_video_se_mide_por_su_numero_y_sus_comentarios_se_oyen_una_vez(sim: Simulador, fb: ConectorFacebook) -> None:
    datos = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 4000
    subida = requests.post(
        f"{sim.url_de('facebook')}/v26.0/{PAGINA}/videos",
        files={"source": ("informe.mp4", datos, "video/mp4")},
        data={"description": "Informe"},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=5,
    )
    video = subida.json()["id"]
    sim.comentar("facebook", video, "¡Bravo!")
    sim.reaccionar("facebook", video, me_gusta=5, reproducciones=300, alcance=200)
    assert medir(fb, video).valores == {"me_gusta": 5, "comentarios": 1, "reproducciones": 300, "alcance": 200}
    desde = Desde(no_antes_de=datetime.now(UTC) - timedelta(days=1), publicaciones=(video,))
    assert [o.en_respuesta_a for o in fb.escuchar("comentarios", desde).oidos] == [video]
    assert [(p.id_externo, p.tipo) for p in fb.listar(desde.no_antes_de)] == [(video, "video")]


def test_un_video_se_nombra_por_el_numero_del_video() -> None:
    adjuntos = {"data": [{"media_type": "video", "target": {"id": "777"}}]}
    assert id_de_publicacion({"id": f"{PAGINA}_1", "attachments": adjuntos}) == "777"
    assert id_de_publicacion({"id": f"{PAGINA}_1", "attachments": {"data": [{"media_type": "photo"}]}}) == f"{PAGINA}_1"


def test_al_comprobar_se_avisa_de_los_permisos_que_faltan_para_oir(sim: Simulador) -> None:
    credenciales = {"token": TOKEN, "app_id": "1234567890", "app_secret": "secreto-de-la-aplicacion"}
    acceso = Acceso(perfil="p", id_externo=PAGINA, url=sim.url_de("facebook"), credenciales=credenciales)
    conector = ConectorFacebook(acceso)
    estado = conector.comprobar()
    assert not any("escuchar" in a for a in estado.avisos)
    sim.perfil("facebook", PAGINA, token=TOKEN, permisos=[p for p in estado.permisos if p != "read_insights"])
    assert [a for a in conector.comprobar().avisos if "escuchar" in a] == [
        "Para escuchar y medir del todo faltan permisos: read_insights."
    ]
