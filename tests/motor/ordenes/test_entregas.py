import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from conectores.contrato import ErrorIncierto
from conectores.memoria.conector import RedEnMemoria, red_en_memoria
from modelos import Eleccion, Entrega, Estado, Perfil
from motor.entorno import Entorno
from motor.publicacion import alta
from motor.publicacion.despacho import Despacho
from motor.publicacion.propuesta import Propuesta
from motor.publicacion.reclamo import reclamar
from motor.publicacion.transiciones import transitar
from motor.salud import Salud
from tests.motor.lo_aprendido import aprender
from tests.motor.ordenes.conftest import Orden, leido


@pytest.fixture
def red(entorno_de_la_orden: Entorno) -> RedEnMemoria:
    """Un perfil en una red en memoria propia de esta prueba."""
    entorno = entorno_de_la_orden
    nombre = str(entorno.buzon)
    with entorno.base.escribir() as sesion:
        sesion.add(Perfil(nombre="m1", red="memoria", opciones={"red": nombre}, creado_en=entorno.reloj.ahora()))
    return red_en_memoria(nombre)


def programar(
    entorno: Entorno, texto: str = "Mañana hay tianguis.", *, dentro_de: timedelta = timedelta(days=1)
) -> int:
    ahora = entorno.reloj.ahora()
    propuesta = Propuesta(
        texto=texto, perfiles=("m1",), programada_en=ahora + dentro_de, zona="America/Mexico_City", origen="orden"
    )
    with entorno.base.escribir() as sesion:
        publicacion = alta.registrar(sesion, entorno, propuesta, ahora=ahora)
        return sesion.scalars(select(Entrega.id).where(Entrega.publicacion_id == publicacion.id)).one()


def publicar(entorno: Entorno) -> None:
    tanda = reclamar(entorno.base, ahora=entorno.reloj.ahora(), reglas=entorno.reglas, trabajador="prueba", limite=10)
    for reclamo in tanda:
        Despacho(entorno, random.Random(1), Salud()).procesar(reclamo)


def dejar_por_decidir(entorno: Entorno, id_: int) -> None:
    ahora = entorno.reloj.ahora()
    with entorno.base.escribir() as sesion:
        assert transitar(sesion, id_, de={Estado.EN_DUDA}, a=Estado.POR_DECIDIR, ahora=ahora, accion="prueba")


def estado(pregonero: Orden, id_: int) -> str:
    return str(leido(pregonero("entregas", "ver", str(id_), "--json"))["estado"])


def test_sin_entregas_dice_que_hacer(pregonero: Orden) -> None:
    assert "Suelte un archivo" in pregonero("entregas").stdout


def test_cancelar_y_arrepentirse(pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria) -> None:
    id_ = programar(entorno_de_la_orden)
    assert pregonero("entregas", "cancelar", str(id_), "--motivo", "llueve").exit_code == 0
    assert estado(pregonero, id_) == "cancelada"
    assert pregonero("entregas", "reprogramar", str(id_), "mañana 9:00").exit_code == 0
    assert estado(pregonero, id_) == "programada"


def test_la_historia_dice_quien_hizo_que(pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria) -> None:
    id_ = programar(entorno_de_la_orden)
    pregonero("entregas", "retener", str(id_), "--motivo", "veda electoral")
    historia = leido(pregonero("entregas", "ver", str(id_), "--json"))["historia"]
    assert [(h["accion"], h["autor"]) for h in historia] == [
        ("entrega_programada", "motor"),
        ("entrega_retenida", "orden"),
    ]
    assert historia[-1]["detalle"] == "veda electoral"


def test_una_fecha_que_no_se_entiende_se_explica(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria
) -> None:
    id_ = programar(entorno_de_la_orden)
    resultado = pregonero("entregas", "reprogramar", str(id_), "cuando se pueda")
    assert resultado.exit_code == 1
    assert "cuando se pueda" in resultado.output
    assert estado(pregonero, id_) == "programada"


def test_lo_publicado_no_se_cancela_pero_se_puede_borrar_de_la_red(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria
) -> None:
    id_ = programar(entorno_de_la_orden, dentro_de=timedelta())
    publicar(entorno_de_la_orden)
    assert pregonero("entregas", "cancelar", str(id_)).exit_code == 1
    assert pregonero("entregas", "borrar", str(id_), entrada="n\n").exit_code == 1
    sin_contestar = pregonero("entregas", "borrar", str(id_), entrada="")
    assert (sin_contestar.exit_code, "Interrumpido" in sin_contestar.stderr) == (1, True)
    assert [v.borrada for v in red.vistas] == [False]
    assert pregonero("entregas", "borrar", str(id_), "--si").exit_code == 0
    assert [v.borrada for v in red.vistas] == [True]


def test_una_duda_se_resuelve_con_el_enlace_de_lo_publicado(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria
) -> None:
    id_ = programar(entorno_de_la_orden, dentro_de=timedelta())
    red.fallar(ErrorIncierto("se cortó"), acepta=True)
    publicar(entorno_de_la_orden)
    dejar_por_decidir(entorno_de_la_orden, id_)
    enlace = "https://red.example/m1/status/77"
    assert pregonero("entregas", "resolver", str(id_), "--publicada", enlace).exit_code == 0
    entrega = leido(pregonero("entregas", "ver", str(id_), "--json"))
    assert (entrega["estado"], entrega["id_externo"], entrega["url"]) == ("publicada", "77", enlace)


def test_una_duda_no_se_reprograma_sin_decir_antes_si_salio(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria
) -> None:
    id_ = programar(entorno_de_la_orden, dentro_de=timedelta())
    red.fallar(ErrorIncierto("se cortó"), acepta=True)
    publicar(entorno_de_la_orden)
    dejar_por_decidir(entorno_de_la_orden, id_)
    resultado = pregonero("entregas", "reprogramar", str(id_), "mañana 9:00")
    assert resultado.exit_code == 1
    assert "No se sabe si" in resultado.output
    assert estado(pregonero, id_) == "por_decidir"


def test_repetir_tras_mirar_publica_una_vez_mas(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria
) -> None:
    id_ = programar(entorno_de_la_orden, dentro_de=timedelta())
    red.fallar(ErrorIncierto("se cortó"), acepta=False)
    publicar(entorno_de_la_orden)
    dejar_por_decidir(entorno_de_la_orden, id_)
    assert red.vistas == []
    assert pregonero("entregas", "resolver", str(id_), "--repetir").exit_code == 0
    with entorno_de_la_orden.base.escribir() as sesion:
        perfil = sesion.scalars(select(Perfil)).one()
        perfil.libre_desde = None  # sin esperar el minuto de separación
        sesion.add(perfil)
    publicar(entorno_de_la_orden)
    assert estado(pregonero, id_) == "publicada"
    assert len(red.vistas) == 1


@pytest.mark.parametrize("opciones", [(), ("--repetir", "--cancelar")])
def test_resolver_pide_una_sola_respuesta(pregonero: Orden, opciones: tuple[str, ...]) -> None:
    resultado = pregonero("entregas", "resolver", "1", *opciones)
    assert resultado.exit_code == 1
    assert "Diga una de tres" in resultado.output


def test_el_calendario_agrupa_por_dia(pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria) -> None:
    programar(entorno_de_la_orden, "Vacunación en San Pablo.", dentro_de=timedelta(days=2))
    pantalla = pregonero("calendario").stdout
    manana = (entorno_de_la_orden.reloj.ahora() + timedelta(days=2)).astimezone(entorno_de_la_orden.reglas.zona)
    assert f" {manana.day} de " in pantalla
    assert "Vacunación en San Pablo." in pantalla


@pytest.mark.parametrize("orden", ["calendario", "entregas"])
def test_en_una_pantalla_estrecha_solo_se_recorta_el_texto(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria, pantalla_estrecha: None, orden: str
) -> None:
    programar(entorno_de_la_orden, "Un texto largo que no cabe entero en esta pantalla. " * 4, dentro_de=timedelta())
    dicho = pregonero(orden).stdout
    assert " m1 " in dicho
    assert "programada" in dicho
    assert max(map(len, dicho.splitlines())) <= 80


def test_lo_que_hay_que_decidir_dice_como_contestar(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria
) -> None:
    id_ = programar(entorno_de_la_orden, dentro_de=timedelta())
    red.fallar(ErrorIncierto("se cortó"), acepta=True)
    publicar(entorno_de_la_orden)
    dejar_por_decidir(entorno_de_la_orden, id_)
    dicho = pregonero("entregas", "ver", str(id_)).stdout
    for como in ("--publicada ENLACE", "--repetir", "--cancelar"):
        assert f"pregonero entregas resolver {id_} {como}" in dicho


# ── la mejor hora ────────────────────────────────────────────────────────────────────────────────────────────────


def sin_sortear(entorno: Entorno) -> None:
    """Que la orden no sortee ninguna hora: sus reglas se leen de la carpeta de la oficina."""
    Path("config").mkdir(exist_ok=True)
    Path("config/horarios.toml").write_text("[general]\nazar = 0\n", encoding="utf-8")


def test_reprogramar_a_la_mejor_hora_la_elige_y_dice_por_que(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria
) -> None:
    entorno = entorno_de_la_orden
    sin_sortear(entorno)
    aprender(entorno.base, entorno.reloj, {r: 50.0 for r in range(12, 168, 24)}, perfil="m1")
    id_ = programar(entorno)
    salida = pregonero("entregas", "reprogramar", str(id_), "mejor hora en los próximos 3 días").stdout
    assert f"La {id_} saldrá" in salida
    assert "Mejor hora, en lugar del" in salida
    assert "12:00, +50 % (entre +45 y +55), 212 publicaciones" in salida
    visto = leido(pregonero("entregas", "ver", str(id_), "--json"))
    assert datetime.fromisoformat(visto["hora"]).astimezone(entorno.reglas.zona).hour == 12
    assert visto["por_que_esa_hora"].startswith("Mejor hora, en lugar del")
    assert [h["accion"] for h in visto["historia"]][-2:] == ["entrega_programada", "entrega_hora_elegida"]
    assert "12:00, +50 %" in pregonero("entregas", "ver", str(id_)).stdout
    with entorno.base.leer() as sesion:
        (eleccion,) = sesion.scalars(select(Eleccion))
    assert (eleccion.entrega_id, eleccion.elegida) == (id_, datetime.fromisoformat(visto["hora"]))


def test_con_una_hora_puesta_a_mano_ver_ya_no_explica_la_elegida(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria
) -> None:
    id_ = programar(entorno_de_la_orden)
    pregonero("entregas", "reprogramar", str(id_), "mejor hora")
    pregonero("entregas", "reprogramar", str(id_), "mañana 9:07")
    assert leido(pregonero("entregas", "ver", str(id_), "--json"))["por_que_esa_hora"] == ""


@pytest.mark.parametrize(
    ("plazo", "dicho"),
    [
        ("mejor hora ayer", "No entendemos «ayer»"),
        ("mejor hora antes del 3 de enero de 2020", "ya pasó"),
        ("mejor hora mañana entre las 23:00 y las 23:30", "m1"),  # la oficina calla de 22 a 7
    ],
)
def test_si_no_se_puede_dar_la_mejor_hora_no_se_mueve(
    pregonero: Orden, entorno_de_la_orden: Entorno, red: RedEnMemoria, plazo: str, dicho: str
) -> None:
    id_ = programar(entorno_de_la_orden)
    antes = leido(pregonero("entregas", "ver", str(id_), "--json"))
    resultado = pregonero("entregas", "reprogramar", str(id_), plazo)
    assert resultado.exit_code == 1
    assert dicho in " ".join(resultado.stderr.split())
    assert leido(pregonero("entregas", "ver", str(id_), "--json")) == antes


def test_la_ayuda_de_reprogramar_menciona_la_mejor_hora(pregonero: Orden) -> None:
    assert "mejor hora antes del viernes" in pregonero("entregas", "reprogramar", "--ayuda").stdout
