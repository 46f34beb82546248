"""Las reglas de los perfiles, como las usan la orden y el panel."""

from collections.abc import Callable

import pytest

from conectores import registro
from conectores.contrato import Cupo, ErrorDePerfil, ErrorTransitorio, EstadoDePerfil
from modelos import Perfil
from motor.perfiles.comprobada import anotar_comprobada, comprobadas
from motor.perfiles.datos import DatoMalo, DatosDePerfil, cupo_escrito, leer_cupo, nombre_sugerido, revisar
from motor.perfiles.mando import CONECTANDO, cambia_de_cuenta, terminar_de_conectar
from tests.conftest import COMIENZO
from tests.motor.oficina import HORA, MINUTO, Oficina


@pytest.mark.parametrize(
    ("escrito", "cupo"),
    [
        ("", None),
        ("  ", None),
        ("10/24h", Cupo(10, 24 * HORA)),
        (" 3 / 1H ", Cupo(3, HORA)),
        ("1/30m", Cupo(1, 30 * MINUTO)),
        ("5/7d", Cupo(5, 7 * 24 * HORA)),
    ],
)
def test_un_cupo_se_lee_y_se_vuelve_a_escribir_igual(escrito: str, cupo: Cupo | None) -> None:
    assert leer_cupo(escrito) == cupo
    if cupo is not None:
        assert leer_cupo(cupo_escrito(cupo.maximo, int(cupo.ventana.total_seconds()))) == cupo


@pytest.mark.parametrize("escrito", ["muchos", "0/1h", "3/0h", "-1/1h", "1/1s", "9999999/1h", "1/999999d", "1/1h; x"])
def test_un_cupo_mal_escrito_se_dice(escrito: str) -> None:
    with pytest.raises(DatoMalo, match="Escríbalo como 10/24h"):
        leer_cupo(escrito)


@pytest.mark.parametrize(
    ("titulo", "usados", "nombre"),
    [
        ("DIF San Jacinto", [], "x-dif-san-jacinto"),
        ("Información Ñandú", ["x-informacion-nandu"], "x-informacion-nandu-2"),
        ("¡¡!!", [], "x"),
        ("a" * 200, [], "x-" + "a" * 73),
    ],
)
def test_el_nombre_corto_sale_del_titulo(titulo: str, usados: list[str], nombre: str) -> None:
    assert nombre_sugerido("x", titulo, usados) == nombre


@pytest.mark.parametrize("red", ["facebook", "instagram", "x", "pinterest", "bluesky"])
@pytest.mark.parametrize("valor", ["http://169.254.169.254/", "localhost", "a b", "1\n2", "x" * 300])
def test_lo_que_no_tiene_la_forma_de_su_red_no_entra(red: str, valor: str) -> None:
    conexion = registro.conexion(red)
    with pytest.raises(DatoMalo):
        revisar(DatosDePerfil(id_externo=valor), conexion)
    assert conexion is not None
    for dato in conexion.opciones:
        with pytest.raises(DatoMalo):
            revisar(DatosDePerfil(opciones={dato.nombre: valor}), conexion)


def test_cambiar_el_titulo_no_es_cambiar_de_cuenta() -> None:
    perfil = Perfil(
        nombre="p", red="x", id_externo="1", opciones={"tablero": "7", "acotar": "lang:es"}, creado_en=COMIENZO
    )
    assert not cambia_de_cuenta(perfil, DatosDePerfil(titulo="Otro", id_externo=" 1 ", opciones={"tablero": "7"}))
    assert cambia_de_cuenta(perfil, DatosDePerfil(id_externo="2", opciones={"tablero": "7"}))
    assert cambia_de_cuenta(perfil, DatosDePerfil(id_externo="1", opciones={"tablero": ""}))


@pytest.mark.parametrize(
    ("pausado_por", "faltan", "listo"),
    [(CONECTANDO, (), True), (CONECTANDO, ("publicar",), False), ("ana@x.mx", (), False), ("", (), False)],
)
def test_sólo_arranca_solo_el_que_se_estaba_conectando_y_lo_tiene_todo(
    oficina: Oficina, pausado_por: str, faltan: tuple[str, ...], listo: bool
) -> None:
    oficina.cambiar_perfil(pausado_en=COMIENZO, pausado_por=pausado_por)
    estado = EstadoDePerfil(nombre="M", id_externo="m", faltan=faltan)
    with oficina.entorno.base.escribir() as sesion:
        perfil = sesion.get_one(Perfil, oficina.perfil().id)
        assert terminar_de_conectar(sesion, perfil, estado, ahora=COMIENZO, autor="ana@x.mx") is listo
    assert (oficina.perfil().pausado_en is None) is listo


@pytest.mark.dos_bases
def test_lo_ultimo_que_dijo_la_red_se_recuerda_sin_secretos(oficina: Oficina) -> None:
    suyo = oficina.perfil().id
    dichos = [
        EstadoDePerfil(nombre="M", id_externo="m", permisos=("a",), faltan=("b",), cupo_restante=3, avisos=("c",)),
        ErrorTransitorio("No contesta."),
        ErrorDePerfil("Rechazó access_token=EAABsecretote", remedio="Renuévelo."),
    ]
    vistos = []
    for dicho in dichos:
        with oficina.entorno.base.escribir() as sesion:
            anotar_comprobada(sesion, suyo, dicho, COMIENZO)
        with oficina.entorno.base.leer() as sesion:
            vistos.append(comprobadas(sesion, [suyo])[suyo])
    sano, callado, rechazado = vistos
    assert (sano.sirve, sano.permisos, sano.faltan, sano.cupo_restante, sano.avisos) == (
        True,
        ("a",),
        ("b",),
        3,
        ("c",),
    )
    assert (callado.sirve, callado.detalle) == (None, "No contesta.")
    assert rechazado.sirve is False
    assert "secretote" not in rechazado.detalle


def test_el_motor_toma_un_perfil_nuevo_sin_reiniciar(oficina: Oficina, perfil_de: Callable[..., Perfil]) -> None:
    """El demonio ya corre cuando alguien conecta otra cuenta."""
    oficina.programar("La primera.")
    oficina.vuelta()
    perfil_de(nombre="recien-llegado", opciones=oficina.perfil().opciones)
    oficina.programar("La segunda.", perfiles=("recien-llegado",))
    oficina.pasar(MINUTO)
    assert oficina.textos_publicados() == ["La primera.", "La segunda."]
