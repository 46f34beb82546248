"""Los números de una cuenta de Instagram imitada y de sus competidoras."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from conectores.contrato import Acceso
from conectores.contrato_escucha import Clase, Ilegible, Mediciones, Retrato
from conectores.instagram.conector import ConectorInstagram
from conectores.instagram.oido import usuario_de
from simulador.en_hilo import Simulador

CUENTA = "17841400000000001"
TOKEN = "token-instagram"
METEPEC = "17841400000000077"


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=3) as simulador:
        yield simulador


@pytest.fixture
def ig(sim: Simulador) -> ConectorInstagram:
    return ConectorInstagram(
        Acceso(perfil="ig", id_externo=CUENTA, url=sim.url_de("instagram"), credenciales={"token": TOKEN})
    )


def publicar(sim: Simulador, clase: str = "IMAGE", *, hace: timedelta = timedelta(hours=1)) -> str:
    return sim.publicar_como("instagram", CUENTA, "Aviso", hace=hace, extra={"clase": clase}).id


def medir(ig: ConectorInstagram, id_externo: str) -> Mediciones:
    return ig.medir_publicaciones([id_externo])[id_externo]


@pytest.mark.parametrize("clase", ["IMAGE", "CAROUSEL", "REELS"])
def test_una_publicacion_con_todo(sim: Simulador, ig: ConectorInstagram, clase: str) -> None:
    medio = publicar(sim, clase)
    sim.comentar("instagram", medio, "Hola")
    numeros = {"me_gusta": 8, "vistas": 900, "alcance": 500, "guardados": 3, "compartidos": 2, "interacciones": 14}
    sim.reaccionar("instagram", medio, **numeros)
    medidas = medir(ig, medio)
    assert medidas.valores == {**numeros, "comentarios": 1}
    assert medidas.version == "v26.0"


def test_una_historia_que_vieron_pocos_no_hunde_a_las_demas(sim: Simulador, ig: ConectorInstagram) -> None:
    """Instagram contesta con el código de los permisos: «Not enough viewers»."""
    poca, mucha, imagen = publicar(sim, "STORIES"), publicar(sim, "STORIES"), publicar(sim)
    for medio, vistas in ((poca, 2), (mucha, 90), (imagen, 900)):
        sim.reaccionar("instagram", medio, vistas=vistas)
    medidas = ig.medir_publicaciones([poca, mucha, imagen])
    assert "vistas" not in medidas[poca].valores
    assert medidas[mucha].valores["vistas"] == 90
    assert medidas[imagen].valores["vistas"] == 900


def test_de_cada_clase_se_piden_sus_metricas(sim: Simulador, ig: ConectorInstagram) -> None:
    """Una historia no tiene guardados: pedirlos hundiría la petición."""
    ids = [publicar(sim, clase) for clase in ("IMAGE", "REELS", "STORIES")]
    for medio in ids:
        sim.reaccionar("instagram", medio, vistas=50, guardados=1)
    medidas = ig.medir_publicaciones(ids)
    assert [sorted(medidas[i].valores) for i in ids] == [
        ["comentarios", "guardados", "me_gusta", "vistas"],
        ["comentarios", "guardados", "me_gusta", "vistas"],
        ["comentarios", "me_gusta", "vistas"],
    ]
    assert {p.estado for p in sim.peticiones("instagram")} == {200}


def test_una_metrica_muerta_no_hunde_a_las_demas_ni_se_vuelve_a_pedir(sim: Simulador, ig: ConectorInstagram) -> None:
    sim.ajustar("instagram", metricas_muertas="saved")
    medio = publicar(sim)
    sim.reaccionar("instagram", medio, vistas=900, guardados=3)
    valores = {"me_gusta": 0, "comentarios": 0, "vistas": 900}
    assert medir(ig, medio).valores == valores
    antes = len(sim.peticiones("instagram"))
    assert medir(ig, medio).valores == valores
    assert len(sim.peticiones("instagram")) - antes == 2


def test_lo_que_tarda_en_llegar_no_es_un_cero(sim: Simulador, ig: ConectorInstagram) -> None:
    sim.ajustar("instagram", retraso_metricas_s=86_400)
    medio = publicar(sim)
    sim.reaccionar("instagram", medio, vistas=900)
    assert medir(ig, medio).valores == {"me_gusta": 0, "comentarios": 0}


def test_la_publicacion_borrada_no_aparece(sim: Simulador, ig: ConectorInstagram) -> None:
    ids = [publicar(sim) for _ in range(3)]
    ig.borrar(ids[1])
    assert set(ig.medir_publicaciones(ids)) == {ids[0], ids[2]}


def test_el_perfil_con_sus_metricas_del_dia(sim: Simulador, ig: ConectorInstagram) -> None:
    publicar(sim)
    sim.seguidores("instagram", CUENTA, 1500, seguidos=30, vistas=8000, alcance=5000, visitas_al_perfil=70)
    assert ig.medir_perfil().valores == {
        "seguidores": 1500,
        "seguidos": 30,
        "publicaciones": 1,
        "vistas": 8000,
        "alcance": 5000,
        "visitas_al_perfil": 70,
    }


def test_sin_permiso_de_ver_metricas_se_mide_lo_demas(sim: Simulador, ig: ConectorInstagram) -> None:
    sim.perfil("instagram", CUENTA, usuario="sanjacintogob", token=TOKEN, permisos=["instagram_basic"])
    sim.seguidores("instagram", CUENTA, 1500, vistas=8000)
    assert ig.medir_perfil().valores == {"seguidores": 1500, "seguidos": 0, "publicaciones": 0}


def test_se_lista_lo_publicado_por_quien_sea(sim: Simulador, ig: ConectorInstagram) -> None:
    ids = [publicar(sim, "REELS" if i == 3 else "IMAGE", hace=timedelta(hours=i)) for i in range(70)]
    listadas = ig.listar(datetime.now(UTC) - timedelta(hours=59, minutes=30))
    assert [p.id_externo for p in listadas] == ids[:60]
    assert [listadas[2].tipo, listadas[3].tipo] == ["foto", "reel"]


def test_otra_cuenta_profesional_se_retrata(sim: Simulador, ig: ConectorInstagram) -> None:
    sim.perfil("instagram", METEPEC, usuario="metepec.gob")
    sim.seguidores("instagram", METEPEC, 7000, seguidos=12)
    feria = sim.publicar_como("instagram", METEPEC, "Feria")
    sim.reaccionar("instagram", feria.id, me_gusta=30)
    sim.comentar("instagram", feria.id, "¡Qué bonita!")
    retrato = ig.retratar("https://www.instagram.com/metepec.gob/")
    assert isinstance(retrato, Retrato)
    assert retrato.mediciones.valores == {"seguidores": 7000, "seguidos": 12, "publicaciones": 1}
    [reciente] = retrato.recientes
    assert (reciente.clase, reciente.texto, reciente.interacciones) == (Clase.COMPETIDOR, "Feria", 31)
    assert reciente.autor.usuario == "metepec.gob"


@pytest.mark.parametrize("cuenta", ["vecina", "no.existe", "¡no!", ""])
def test_una_cuenta_que_no_se_ve_es_ilegible(sim: Simulador, ig: ConectorInstagram, cuenta: str) -> None:
    sim.perfil("instagram", METEPEC, usuario="vecina", personal=True)
    ilegible = ig.retratar(cuenta)
    assert isinstance(ilegible, Ilegible)
    assert ilegible.motivo


@pytest.mark.parametrize(
    ("escrita", "usuario"),
    [
        ("@metepec", "metepec"),
        ("metepec.gob", "metepec.gob"),
        ("https://instagram.com/metepec_gob/", "metepec_gob"),
        ("x){followers_count},id", ""),
        ("a" * 31, ""),
        ("  ", ""),
    ],
)
def test_el_usuario_de_una_direccion(escrita: str, usuario: str) -> None:
    assert usuario_de(escrita) == usuario


def test_al_comprobar_se_avisa_de_los_permisos_que_faltan_para_oir(sim: Simulador) -> None:
    credenciales = {"token": TOKEN, "app_id": "1234567890", "app_secret": "secreto-de-la-aplicacion"}
    acceso = Acceso(perfil="p", id_externo=CUENTA, url=sim.url_de("instagram"), credenciales=credenciales)
    conector = ConectorInstagram(acceso)
    estado = conector.comprobar()
    assert not any("escuchar" in a for a in estado.avisos)
    sim.perfil(
        "instagram", CUENTA, token=TOKEN, permisos=[p for p in estado.permisos if p != "instagram_manage_insights"]
    )
    assert [a for a in conector.comprobar().avisos if "escuchar" in a] == [
        "Para escuchar y medir del todo faltan permisos: instagram_manage_insights."
    ]
