"""Con qué credencial se abre cada perfil, y que un cambio se note sin reiniciar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from conectores import registro
from conectores.contrato import Conciliador, Conector, ErrorDePerfil, Pieza
from config.ajustes import Variables
from modelos import Base, Perfil
from motor.conectores_abiertos import Conectores
from motor.credenciales import Guardadas, Origen, poner
from motor.entorno import Entorno
from motor.llavero import Llavero
from motor.usuarios.bitacora import Autor
from motor.vigilancia import comprobar
from tests.conftest import RelojFijo

Perfila = Callable[..., Perfil]


@pytest.fixture
def llavero(tmp_path: Path) -> Llavero:
    return Llavero.abrir(tmp_path / "llaves")


@pytest.fixture
def abrir_con(base: Base, llavero: Llavero, reloj: RelojFijo) -> Callable[..., Conectores]:
    """Unos conectores con esas variables del servidor, como los tendría otro proceso."""

    def hacer(suyo: Llavero = llavero, **variables: str) -> Conectores:
        return Conectores(
            Variables({f"PREGONERO_{n}": v for n, v in variables.items()}),
            registro.oyente,
            plazo_total=timedelta(seconds=5),
            direccion_publica=None,
            guardadas=Guardadas(base, lambda: suyo, reloj.ahora),
        )

    return hacer


@pytest.fixture
def guardar(base: Base, llavero: Llavero, reloj: RelojFijo) -> Callable[[Perfil, str], None]:
    def hacer(perfil: Perfil, token: str) -> None:
        with base.escribir() as sesion:
            poner(sesion, llavero, perfil, {"token": token}, autor=Autor("ana@x.mx"), ahora=reloj.ahora())

    return hacer


def _token(conector: Conector) -> str:
    return str(conector._token)  # type: ignore[attr-defined] # el de la red en memoria


def test_la_guardada_va_antes_que_la_del_servidor_y_la_del_perfil_antes_que_la_de_la_red(
    abrir_con: Callable[..., Conectores], perfil_de: Perfila, guardar: Callable[[Perfil, str], None]
) -> None:
    perfil = perfil_de(nombre="m-dif")
    assert abrir_con().origenes(perfil) == {}
    de_red = abrir_con(MEMORIA_TOKEN="de-la-red")
    de_perfil = abrir_con(MEMORIA_TOKEN="de-la-red", MEMORIA_TOKEN__M_DIF="del-perfil")
    assert (_token(de_red(perfil)), de_red.origenes(perfil)) == ("de-la-red", {"token": Origen.RED})
    assert (_token(de_perfil(perfil)), de_perfil.origenes(perfil)) == ("del-perfil", {"token": Origen.PERFIL})
    guardar(perfil, "guardada")
    assert (_token(de_perfil(perfil)), de_perfil.origenes(perfil)) == ("guardada", {"token": Origen.PANEL})


@pytest.mark.dos_bases
def test_el_conector_se_reutiliza_hasta_que_cambia_la_credencial_aunque_la_cambie_otro(
    abrir_con: Callable[..., Conectores], perfil_de: Perfila, guardar: Callable[[Perfil, str], None]
) -> None:
    perfil, demonio = perfil_de(), abrir_con()
    sin = demonio(perfil)
    guardar(perfil, "primera-credencial")
    con = demonio(perfil)
    assert (demonio(perfil) is con, con is sin, _token(con)) == (True, False, "primera-credencial")
    guardar(perfil, "segunda-credencial")
    assert _token(demonio(perfil)) == "segunda-credencial"


@pytest.mark.dos_bases
def test_con_la_llave_equivocada_el_perfil_se_pausa_y_se_revisa_igual(
    abrir_con: Callable[..., Conectores],
    perfil_de: Perfila,
    guardar: Callable[[Perfil, str], None],
    entorno: Entorno,
    tmp_path: Path,
) -> None:
    perfil = perfil_de()
    guardar(perfil, "primera-credencial")
    ajenos = abrir_con(Llavero.abrir(tmp_path / "otras"), MEMORIA_TOKEN="del-servidor-y-no-debe-usarse")
    respuesta = comprobar(replace(entorno, abrir=ajenos), perfil)
    assert isinstance(respuesta, ErrorDePerfil)
    assert "secretos.key" in respuesta.remedio
    with entorno.base.leer() as sesion:
        assert sesion.get_one(Perfil, perfil.id).pausado_por == "motor"
    cerrado = ajenos(perfil)
    assert cerrado.validar(Pieza(texto="Se puede revisar")) == []
    assert isinstance(cerrado, Conciliador)
    with pytest.raises(ErrorDePerfil, match="otra llave"):
        cerrado.preparar(Pieza(texto="No se puede publicar"), clave="c")


def test_al_volver_la_llave_el_perfil_vuelve_solo(
    abrir_con: Callable[..., Conectores],
    perfil_de: Perfila,
    guardar: Callable[[Perfil, str], None],
    llavero: Llavero,
    tmp_path: Path,
) -> None:
    perfil = perfil_de()
    guardar(perfil, "primera-credencial")
    otro = Llavero.abrir(tmp_path / "otras")
    conectores = abrir_con(otro)
    assert _token(conectores(perfil)) == ""
    (tmp_path / "otras" / "secretos.key").write_bytes((llavero.carpeta / "secretos.key").read_bytes())
    assert _token(conectores(perfil)) == "primera-credencial"


def test_un_perfil_sin_guardar_se_abre_sin_preguntar_a_la_base(abrir_con: Callable[..., Conectores]) -> None:
    assert abrir_con()(Perfil(nombre="suelto", red="memoria")).comprobar().nombre == "suelto"
