"""Lo que una persona manda sobre una entrega, lo mande desde donde lo mande."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select, update

from conectores.contrato import ErrorIncierto
from modelos import Entrega, Estado, Medio, MedioDePublicacion, Perfil
from modelos.consultas import historia_de
from motor.entorno import Entorno
from motor.horarios.ventana import Ventana
from motor.publicacion import mando
from motor.publicacion.mando import CambioMientras, FaltaDecidir, NoSePuede, Respuesta, YaSalio
from tests.motor.oficina import HORA, MINUTO, Oficina, con_conector
from tests.motor.publicacion.test_alta import EnHilo

ANA = "ana@sanjacinto.gob.mx"


def mover(oficina: Oficina, entrega: Entrega, a: datetime) -> str:
    with oficina.entorno.base.escribir() as sesion:
        return mando.reprogramar(sesion, oficina.entorno, entrega, a, autor=ANA, ahora=oficina.reloj.ahora())


def manana(oficina: Oficina) -> datetime:
    return oficina.reloj.ahora() + timedelta(days=1)


def partes(oficina: Oficina) -> list[Entrega]:
    with oficina.entorno.base.leer() as sesion:
        return list(sesion.exec(select(Entrega).order_by(col(Entrega.perfil_id), col(Entrega.parte))))


def hilo(oficina: Oficina) -> Entrega:
    """La primera de tres partes, para mañana."""
    primera, _, _ = con_conector(oficina, EnHilo).programar(
        "aaaaaaaaaabbbbbbbbbbcc", hilo=True, programada_en=manana(oficina)
    )
    return primera


def poner(entorno: Entorno, entrega: Entrega, **columnas: object) -> Entrega:
    with entorno.base.escribir() as sesion:
        sesion.execute(update(Entrega).where(col(Entrega.id) == entrega.id).values(**columnas))
    with entorno.base.leer() as sesion:
        return sesion.get_one(Entrega, entrega.id)


def test_mover_un_hilo_mueve_todas_sus_partes(oficina: Oficina) -> None:
    primera = hilo(oficina)
    mover(oficina, primera, manana(oficina) + HORA)
    horas = {e.no_antes_de for e in partes(oficina)}
    assert len(partes(oficina)) > 1
    assert horas == {manana(oficina) + HORA}


def test_mover_uno_de_dos_perfiles_deja_al_otro_donde_estaba(oficina: Oficina) -> None:
    with oficina.entorno.base.escribir() as sesion:
        perfil = Perfil(nombre="otro", red="memoria", opciones={"red": "otra"}, creado_en=oficina.reloj.ahora())
        sesion.add(perfil)
    una, _ = oficina.programar(perfiles=("memoria", "otro"), programada_en=manana(oficina))
    mover(oficina, una, manana(oficina) + HORA)
    assert sorted(e.no_antes_de for e in partes(oficina)) == [manana(oficina), manana(oficina) + HORA]


def test_lo_retenido_se_mueve_y_sigue_retenido(oficina: Oficina) -> None:
    entrega = poner(oficina.entorno, oficina.programar_una(programada_en=manana(oficina)), estado=Estado.RETENIDA)
    assert "sigue retenida" in mover(oficina, entrega, manana(oficina) + HORA)
    assert [(e.estado, e.no_antes_de) for e in partes(oficina)] == [(Estado.RETENIDA, manana(oficina) + HORA)]


def test_revivir_lo_que_se_cancelo_estando_retenido_no_lo_suelta(oficina: Oficina) -> None:
    entrega = oficina.programar_una(programada_en=manana(oficina))
    ahora = oficina.reloj.ahora()
    with oficina.entorno.base.escribir() as sesion:
        mando.retener(sesion, entrega, autor=ANA, ahora=ahora)
    with oficina.entorno.base.escribir() as sesion:
        mando.cancelar(sesion, partes(oficina)[0], autor=ANA, ahora=ahora)
    mover(oficina, partes(oficina)[0], manana(oficina))
    assert partes(oficina)[0].estado is Estado.RETENIDA


@pytest.mark.parametrize("estado", [Estado.CANCELADA, Estado.FALLIDA, Estado.VENCIDA])
def test_revivir_lo_que_no_esta_aprobado_lo_deja_retenido(oficina: Oficina, estado: Estado) -> None:
    una = oficina.programar_una(programada_en=manana(oficina))
    mover(
        oficina, poner(oficina.entorno, una, estado=estado, exige_aprobacion=True, contenido="nuevo"), manana(oficina)
    )
    assert partes(oficina)[0].estado is Estado.RETENIDA


def test_no_se_suelta_ni_se_repite_lo_que_no_esta_aprobado(oficina: Oficina) -> None:
    una = oficina.programar_una(programada_en=manana(oficina))
    sin_aprobar = {"exige_aprobacion": True, "contenido": "nuevo", "aprobado": "viejo"}
    retenida = poner(oficina.entorno, una, estado=Estado.RETENIDA, **sin_aprobar)
    ahora = oficina.reloj.ahora()
    with oficina.entorno.base.escribir() as sesion, pytest.raises(NoSePuede, match="aprobación"):
        mando.soltar(sesion, retenida, autor=ANA, ahora=ahora)
    fallida = poner(oficina.entorno, una, estado=Estado.FALLIDA)
    with oficina.entorno.base.escribir() as sesion, pytest.raises(NoSePuede, match="aprobado"):
        mando.reintentar(sesion, fallida, autor=ANA, ahora=ahora)


def test_si_otra_persona_la_movio_no_se_mueve(oficina: Oficina) -> None:
    vista = oficina.programar_una(programada_en=manana(oficina))
    mover(oficina, vista, manana(oficina) + HORA)
    with pytest.raises(CambioMientras, match="cambió mientras tanto"):
        mover(oficina, vista, manana(oficina) + 2 * HORA)
    assert partes(oficina)[0].no_antes_de == manana(oficina) + HORA


def test_lo_publicado_ni_se_mueve_ni_se_cancela(oficina: Oficina) -> None:
    oficina.programar_una()
    oficina.publicar()
    publicada = partes(oficina)[0]
    with pytest.raises(YaSalio):
        mover(oficina, publicada, manana(oficina))
    with oficina.entorno.base.escribir() as sesion, pytest.raises(YaSalio):
        mando.cancelar(sesion, publicada, autor=ANA, ahora=oficina.reloj.ahora())


def test_lo_dudoso_no_se_mueve_sin_decir_antes_si_salio(oficina: Oficina) -> None:
    oficina.programar_una()
    oficina.red.fallar(ErrorIncierto("se cortó"), acepta=True)
    oficina.publicar()
    dudosa = poner(oficina.entorno, partes(oficina)[0], estado=Estado.POR_DECIDIR)
    with pytest.raises(FaltaDecidir):
        mover(oficina, dudosa, manana(oficina))


def test_quien_movio_la_hora_que_eligio_pregonero_queda_dicho(con_hora_elegida: tuple[Oficina, Entrega]) -> None:
    oficina, entrega = con_hora_elegida
    mover(oficina, entrega, entrega.no_antes_de + 30 * MINUTO)
    with oficina.entorno.base.leer() as sesion:
        ultimo = historia_de(sesion, entrega.id)[-1]
    assert ultimo.autor == ANA
    assert "la hora que había elegido Pregonero la cambió una persona" in ultimo.detalle


@pytest.fixture
def con_hora_elegida(oficina: Oficina) -> tuple[Oficina, Entrega]:
    ahora = oficina.reloj.ahora()
    ventana = Ventana(desde=ahora, hasta=ahora + timedelta(days=2), dicha="mejor hora")
    return oficina, oficina.programar_una(ventana=ventana)


@pytest.mark.parametrize(
    ("escrito", "id_externo"),
    [
        ("https://red.example/m/status/77?s=20", "77"),
        ("https://red.example/m/status/77/", "77"),
        (" 12_34 ", "12_34"),
    ],
)
def test_lo_publicado_se_reconoce_por_su_enlace_o_su_identificador(escrito: str, id_externo: str) -> None:
    assert mando.publicado_de(escrito).id_externo == id_externo


@pytest.mark.parametrize("escrito", ["", "  ", "https://", "dos palabras", "a\r\nb", "x" * 301])
def test_lo_que_no_es_un_enlace_ni_un_identificador_se_dice(escrito: str) -> None:
    with pytest.raises(NoSePuede):
        mando.publicado_de(escrito)


def test_una_direccion_que_no_es_de_la_red_no_se_guarda_como_enlace() -> None:
    assert mando.publicado_de("javascript:alert(1)").url == ""


def test_decir_que_no_hace_falta_cancela_lo_que_sigue_del_hilo(oficina: Oficina) -> None:
    primera = hilo(oficina)
    dudosa = poner(oficina.entorno, primera, estado=Estado.POR_DECIDIR)
    with oficina.entorno.base.escribir() as sesion:
        mando.resolver(sesion, dudosa, Respuesta.NO_HACE_FALTA, autor=ANA, ahora=oficina.reloj.ahora())
    assert {e.estado for e in partes(oficina)} == {Estado.CANCELADA}


def test_reintentar_revive_lo_que_cayo_con_ella(oficina: Oficina) -> None:
    primera = hilo(oficina)
    with oficina.entorno.base.escribir() as sesion:
        mando.cancelar(sesion, primera, autor=ANA, ahora=oficina.reloj.ahora())
    fallida = poner(oficina.entorno, primera, estado=Estado.FALLIDA)
    with oficina.entorno.base.escribir() as sesion:
        mando.reintentar(sesion, fallida, autor=ANA, ahora=oficina.reloj.ahora())
    assert {e.estado for e in partes(oficina)} == {Estado.PROGRAMADA}


# ── lo que sólo se puede usar hasta cierto día ───────────────────────────────────────────────────────────────────


def con_foto_que_vence(oficina: Oficina, vence: datetime) -> Entrega:
    """Para mañana, con una foto prestada hasta entonces."""
    entrega = oficina.programar_una(programada_en=manana(oficina))
    with oficina.entorno.base.escribir() as sesion:
        foto = Medio(sha256="f" * 64, ruta="f.jpg", nombre="prestada.jpg", tipo="imagen", mime="image/jpeg",
                     peso_bytes=1, ancho=9, alto=9, vence_en=vence, creado_en=oficina.reloj.ahora())  # fmt: skip
        sesion.add(foto)
        sesion.flush()
        sesion.add(MedioDePublicacion(publicacion_id=entrega.publicacion_id, orden=0, medio_id=foto.id))
    return entrega


def test_no_se_mueve_a_cuando_su_foto_ya_no_se_puede_usar(oficina: Oficina) -> None:
    entrega = con_foto_que_vence(oficina, manana(oficina) + HORA)
    with pytest.raises(NoSePuede, match=r"«prestada.jpg» sólo se puede usar hasta el .*Use otra"):
        mover(oficina, entrega, manana(oficina) + HORA)
    mover(oficina, entrega, manana(oficina) + 59 * MINUTO)
    assert partes(oficina)[0].no_antes_de == manana(oficina) + 59 * MINUTO


def test_la_mejor_hora_se_busca_antes_de_que_venza_su_foto(oficina: Oficina) -> None:
    vence = manana(oficina) + HORA
    entrega, ahora = con_foto_que_vence(oficina, vence), oficina.reloj.ahora()
    with oficina.entorno.base.leer() as sesion:
        cita = mando.leer_hora(
            sesion, oficina.entorno, sesion.get_one(Perfil, entrega.perfil_id), "mejor hora esta semana", ahora=ahora
        )
    with oficina.entorno.base.escribir() as sesion:
        mando.reprogramar(sesion, oficina.entorno, entrega, cita, autor=ANA, ahora=ahora)
    assert partes(oficina)[0].no_antes_de < vence


@pytest.mark.parametrize("estado", [Estado.RETENIDA, Estado.POR_DECIDIR, Estado.FALLIDA])
def test_ni_se_suelta_ni_se_manda_ya_lo_que_lleva_una_foto_vencida(oficina: Oficina, estado: Estado) -> None:
    entrega = con_foto_que_vence(oficina, oficina.reloj.ahora())
    entrega, ahora = poner(oficina.entorno, entrega, estado=estado), oficina.reloj.ahora()
    with oficina.entorno.base.escribir() as sesion, pytest.raises(NoSePuede, match="prestada"):
        match estado:
            case Estado.RETENIDA:
                mando.soltar(sesion, entrega, autor=ANA, ahora=ahora)
            case Estado.FALLIDA:
                mando.reintentar(sesion, entrega, autor=ANA, ahora=ahora)
            case _:
                mando.resolver(sesion, entrega, Respuesta.NO_SALIO, autor=ANA, ahora=ahora)
    assert partes(oficina)[0].estado is estado
