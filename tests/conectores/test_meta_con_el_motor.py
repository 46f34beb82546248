"""El recolector de verdad contra el Facebook y el Instagram imitados: lo que se dice queda guardado, una vez."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from conectores import registro
from conectores.contrato import Acceso, Conector
from modelos import Medicion, Perfil, Vista
from modelos.escucha import Laguna
from motor.escucha.entorno import EntornoDeEscucha
from simulador.en_hilo import Simulador
from tests.conftest import RelojFijo
from tests.motor.escucha.recoleccion.conftest import Casa

IDS = {"facebook": "100200300400500", "instagram": "17841400000000001"}


@pytest.fixture
def reloj() -> RelojFijo:
    """Las redes imitadas viven en la hora de verdad."""
    return RelojFijo(datetime.now(UTC))


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=5) as simulador:
        yield simulador


@pytest.fixture
def casa(
    escucha: EntornoDeEscucha, reloj: RelojFijo, sim: Simulador, perfil_de: Callable[..., Perfil]
) -> Iterator[Casa]:
    def abrir(perfil: Perfil) -> Conector:
        acceso = Acceso(
            perfil=perfil.nombre,
            id_externo=perfil.id_externo,
            url=sim.url_de(perfil.red),
            credenciales={"token": f"token-{perfil.red}"},
            opciones={"pagina": IDS["facebook"]},
        )
        return registro.abrir(perfil.red, acceso)

    for red, id_externo in IDS.items():
        perfil_de(red, id_externo=id_externo)
    casa = Casa(replace(escucha, principal=replace(escucha.principal, abrir=abrir)), reloj)
    yield casa
    casa.recolector.cerrar()


def test_un_rato_de_vida_en_las_dos_redes(casa: Casa, sim: Simulador, reloj: RelojFijo) -> None:
    posts = {
        red: sim.publicar_como(red, id_externo, "Corte de agua", hace=timedelta(hours=2)).id
        for red, id_externo in IDS.items()
    }
    quejas = {}
    for red, post in posts.items():
        quejas[red] = sim.comentar(red, post, "Se inundó la avenida", autor="Rosa", hace=timedelta(minutes=30)).id
        sim.mencionar(red, IDS[red], "Miren la avenida", hace=timedelta(minutes=20))
        sim.mensaje(red, IDS[red], "¿A qué hora abren?", hace=timedelta(minutes=10))
        sim.reaccionar(red, post, me_gusta=8, vistas=900)
        sim.seguidores(red, IDS[red], 1500)
    casa.vuelta()
    assert sorted((m.red, m.clase) for m in casa.mensajes()) == [
        (red, clase) for red in ("facebook", "instagram") for clase in ("comentario", "directo", "mencion")
    ]
    assert {m.en_respuesta_a for m in casa.mensajes() if m.clase == "comentario"} == set(posts.values())

    reloj.avanzar(timedelta(minutes=40))
    sim.editar_voz("facebook", quejas["facebook"], "Ya bajó el agua")
    sim.borrar_voz("instagram", quejas["instagram"])
    casa.vuelta()
    dichos = {m.id_externo: m for m in casa.mensajes()}
    assert len(dichos) == 6
    assert dichos[quejas["facebook"]].texto == "Ya bajó el agua"
    assert dichos[quejas["facebook"]].editado_en is not None
    assert dichos[quejas["instagram"]].texto == ""
    assert dichos[quejas["instagram"]].borrado_en is not None

    with casa.escucha.principal.base.leer() as sesion:
        assert {v.id_externo for v in sesion.exec(select(Vista))} == set(posts.values())
        medidas = sesion.exec(select(Medicion)).all()
    assert {(m.metrica, m.valor) for m in medidas if m.vista_id is not None} >= {("me_gusta", 8), ("vistas", 900)}
    assert {m.valor for m in medidas if m.metrica == "seguidores"} == {1500}
    with casa.escucha.base.leer() as sesion:
        assert sesion.exec(select(Laguna)).all() == []
    assert [p.metodo for p in sim.peticiones() if p.metodo != "GET"] == []
