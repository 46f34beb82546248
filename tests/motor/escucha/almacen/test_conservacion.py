"""Lo que contestaron a lo que publicamos se guarda más que lo demás, y con menos."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conectores.contrato_escucha import Autor, Clase, HechosDeEscucha
from modelos import Entrega, Estado, Perfil, Publicacion
from modelos.escucha import Coincidencia, Crudo, Mensaje
from motor.escucha.almacen.caducidad import caducar
from motor.escucha.almacen.guardar import Guardado
from motor.escucha.almacen.privacidad import borrar, buscar
from motor.escucha.entorno import EntornoDeEscucha
from tests.conftest import RelojFijo
from tests.motor.escucha.almacen.dichos import conteos, oido, todo

DIA = timedelta(days=1)
HECHOS = HechosDeEscucha(canales=(), conserva_respuestas=True)

Llega = Callable[..., Guardado]


@pytest.fixture
def conserva(escucha: EntornoDeEscucha, perfil_de: Callable[..., Perfil], reloj: RelojFijo) -> EntornoDeEscucha:
    """Una oficina que publicó «aviso-1» en una red que deja guardar lo que le contesten."""
    perfil = perfil_de("memoria")
    ahora = reloj.ahora()
    with escucha.principal.base.escribir() as sesion:
        publicacion = Publicacion(
            texto="Hola", programada_en=ahora, zona="UTC", origen="orden", creada_en=ahora, actualizada_en=ahora
        )
        sesion.add(publicacion)
        sesion.flush()
        sesion.add(
            Entrega(
                publicacion_id=publicacion.id,
                perfil_id=perfil.id,
                texto="Hola",
                clave="c",
                huella="h",
                no_antes_de=ahora,
                despertar_en=ahora,
                creada_en=ahora,
                estado=Estado.PUBLICADA,
                id_externo="aviso-1",
            )
        )
    return replace(escucha, hechos_de=lambda red: HECHOS if red == "memoria" else None)


def comentario(id_externo: str, *, a: str = "aviso-1", **campos: Any) -> Any:
    return oido(id_externo, **{"clase": Clase.COMENTARIO, "en_respuesta_a": a, **campos})


def quedan(escucha: EntornoDeEscucha) -> list[str]:
    return [m["id_externo"] for m in todo(escucha, Mensaje)]


@pytest.mark.dos_bases
def test_lo_que_contestaron_a_lo_nuestro_se_queda_sin_lo_que_no_hace_falta(
    conserva: EntornoDeEscucha, llega: Llega, reloj: RelojFijo
) -> None:
    llega(comentario("c1", texto="bache en la plaza"), comentario("c2", a="c1"), comentario("c3", a="otra"), oido("m"))
    reloj.avanzar(181 * DIA)
    assert caducar(conserva, lote=3) == 2
    assert sorted(quedan(conserva)) == ["c1", "c2"]
    uno = next(m for m in todo(conserva, Mensaje) if m["id_externo"] == "c1")
    assert (uno["texto"], uno["autor_usuario"]) == ("bache en la plaza", "vecina")
    assert (uno["lugar"], uno["latitud"], uno["autor_seguidores"]) == ("", None, None)
    assert todo(conserva, Crudo) == todo(conserva, Coincidencia) == []
    assert conteos(conserva) == {1: 4}, "lo contado se queda"
    assert caducar(conserva) == 0


@pytest.mark.dos_bases
def test_a_los_cinco_anos_se_va_tambien(conserva: EntornoDeEscucha, llega: Llega, reloj: RelojFijo) -> None:
    llega(comentario("c1"))
    reloj.avanzar(200 * DIA)
    caducar(conserva)
    reloj.avanzar(1600 * DIA)
    assert caducar(conserva) == 0
    reloj.avanzar(30 * DIA)
    assert caducar(conserva) == 1


@pytest.mark.parametrize(
    "hechos",
    [
        HechosDeEscucha(canales=()),
        HechosDeEscucha(canales=(), conserva_respuestas=True, purga=timedelta(hours=24)),
        None,
    ],
    ids=["no lo dice", "exige borrar lo borrado", "ya no se escucha"],
)
def test_donde_la_red_no_lo_permite_no_se_conserva(
    conserva: EntornoDeEscucha, llega: Llega, reloj: RelojFijo, hechos: HechosDeEscucha | None
) -> None:
    llega(comentario("c1"))
    reloj.avanzar(181 * DIA)
    assert caducar(replace(conserva, hechos_de=lambda _: hechos)) == 1


def test_lo_privado_y_lo_ya_borrado_no_se_conservan(conserva: EntornoDeEscucha, llega: Llega, reloj: RelojFijo) -> None:
    llega(oido("d", clase=Clase.DIRECTO, en_respuesta_a="aviso-1"), comentario("c1"))
    llega(comentario("c1", borrado=True))
    reloj.avanzar(181 * DIA)
    assert caducar(conserva) == 2


def test_quien_pide_que_se_borre_lo_suyo_lo_borra_aunque_se_conserve(
    conserva: EntornoDeEscucha, llega: Llega, reloj: RelojFijo
) -> None:
    llega(comentario("c1", texto="esto lo dije yo"), comentario("c2", autor=Autor(id="otro", usuario="otra")))
    reloj.avanzar(181 * DIA)
    caducar(conserva)
    with conserva.base.leer() as sesion:
        personas = buscar(sesion, "@vecina")
    assert borrar(conserva, personas).mensajes == 1
    assert sorted(m["texto"] for m in todo(conserva, Mensaje)) == ["", "hay un bache"]


def test_la_oficina_puede_no_querer_conservarlas(conserva: EntornoDeEscucha, llega: Llega, reloj: RelojFijo) -> None:
    principal = conserva.principal
    reglas = replace(principal.reglas, escucha=replace(principal.reglas.escucha, vida_de_respuestas=timedelta()))
    llega(comentario("c1"))
    reloj.avanzar(181 * DIA)
    assert caducar(replace(conserva, principal=replace(principal, reglas=reglas))) == 1
