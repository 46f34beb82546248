"""Las credenciales guardadas: cifradas, sin enseñarse nunca, y el giro de sus llaves."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from conectores.secretos import redactar
from modelos import Asiento, Base, Credencial, Perfil, Usuario
from motor import credenciales
from motor.credenciales import CredencialIlegible, Guardadas, girar, poner, puestas, quitar
from motor.llavero import LlaveEquivocada, Llavero
from motor.usuarios.bitacora import Autor
from tests.conftest import COMIENZO, RelojFijo

pytestmark = pytest.mark.dos_bases

ANA = Autor("ana@sanjacinto.gob.mx")
SECRETO = "EAAB-secreto-de-la-pagina"

Perfila = Callable[..., Perfil]


@pytest.fixture
def llavero(tmp_path: Path) -> Llavero:
    return Llavero.abrir(tmp_path / "llaves")


@pytest.fixture
def guardadas(base: Base, llavero: Llavero, reloj: RelojFijo) -> Guardadas:
    return Guardadas(base, lambda: llavero, reloj.ahora)


@pytest.fixture
def poner_en(base: Base, llavero: Llavero) -> Callable[..., list[str]]:
    def hacer(perfil: Perfil, **nuevas: str) -> list[str]:
        with base.escribir() as sesion:
            return poner(sesion, llavero, perfil, nuevas, autor=ANA, ahora=COMIENZO)

    return hacer


def _todo_en(base: Base) -> str:
    with base.leer() as sesion:
        return repr([list(sesion.execute(text(f"SELECT * FROM {t}"))) for t in ("credencial", "asiento", "evento")])  # noqa: S608 # nombres nuestros


def test_en_la_base_y_en_la_bitacora_no_queda_ninguna_a_la_vista(
    base: Base, perfil_de: Perfila, poner_en: Callable[..., list[str]], guardadas: Guardadas
) -> None:
    perfil = perfil_de()
    assert poner_en(perfil, token=f"  {SECRETO}\n", app_id="") == ["token"]
    assert SECRETO not in _todo_en(base)
    assert guardadas.abrir(guardadas.cifradas(perfil)) == {"token": SECRETO}
    with base.leer() as sesion:
        fila = sesion.exec(select(Credencial)).one()
        asiento = sesion.exec(select(Asiento)).one()
        puesta = puestas(sesion, perfil.id)["token"]
    assert fila.cifrada not in repr(fila)
    assert (asiento.accion, asiento.sobre, asiento.detalle) == (
        "credencial_puesta",
        f"perfil:{perfil.id}",
        "memoria: token",
    )
    assert (puesta.en, puesta.por) == (COMIENZO, ANA.quien)


def test_lo_puesto_se_tapa_desde_ese_momento_en_lo_que_se_escriba(
    perfil_de: Perfila, poner_en: Callable[..., list[str]]
) -> None:
    poner_en(perfil_de(), token="otro-secreto-largo")
    assert "otro-secreto-largo" not in redactar("la red contestó otro-secreto-largo")


@pytest.mark.parametrize("valor", ["dos palabras", "con\nrenglon", "con\x00nulo", "x" * 4001, "con\u202eflecha"])
def test_lo_que_no_puede_ser_una_credencial_no_se_guarda_ni_se_repite(
    base: Base, perfil_de: Perfila, poner_en: Callable[..., list[str]], valor: str
) -> None:
    with pytest.raises(CredencialIlegible) as caso:
        poner_en(perfil_de(), app_id="123456", token=valor)
    assert caso.value.nombre == "token"
    assert valor not in str(caso.value)
    with base.leer() as sesion:
        assert sesion.exec(select(Credencial)).all() == []


def test_quitar_deja_constancia_y_la_que_no_esta_no(
    base: Base, perfil_de: Perfila, poner_en: Callable[..., list[str]]
) -> None:
    perfil = perfil_de()
    poner_en(perfil, token=SECRETO)
    with base.escribir() as sesion:
        assert quitar(sesion, perfil, "token", autor=ANA, ahora=COMIENZO)
        assert not quitar(sesion, perfil, "token", autor=ANA, ahora=COMIENZO)
    with base.leer() as sesion:
        assert [a.accion for a in sesion.exec(select(Asiento).order_by(Asiento.id))] == [  # type: ignore[arg-type] # columna
            "credencial_puesta",
            "credencial_quitada",
        ]


# ── renovarlas ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_lo_que_la_red_renueva_se_guarda_cifrado_en_lugar_de_lo_viejo(
    base: Base, perfil_de: Perfila, poner_en: Callable[..., list[str]], guardadas: Guardadas
) -> None:
    perfil = perfil_de()
    poner_en(perfil, token_de_renovacion="renovacion-1")
    renovar = guardadas.renovador(perfil, guardadas.cifradas(perfil))
    for vez in (2, 3):  # el mismo conector puede renovar más de una vez
        renovar({"token": f"token-{vez}-largo", "token_de_renovacion": f"renovacion-{vez}"})
    assert guardadas.abrir(guardadas.cifradas(perfil)) == {
        "token": "token-3-largo",
        "token_de_renovacion": "renovacion-3",
    }
    assert "token-3-largo" not in _todo_en(base)
    assert "token-3-largo" not in redactar("token-3-largo")


def test_lo_que_una_persona_cambio_mientras_tanto_no_se_pisa(
    perfil_de: Perfila, poner_en: Callable[..., list[str]], guardadas: Guardadas
) -> None:
    perfil = perfil_de()
    poner_en(perfil, token="de-la-primera")
    renovar = guardadas.renovador(perfil, guardadas.cifradas(perfil))
    poner_en(perfil, token="de-la-persona")
    renovar({"token": "de-la-red-larga"})
    assert guardadas.abrir(guardadas.cifradas(perfil)) == {"token": "de-la-persona"}


def test_lo_del_servidor_no_se_guarda_al_renovarse(perfil_de: Perfila, guardadas: Guardadas) -> None:
    perfil = perfil_de()
    guardadas.renovador(perfil, ())({"token": "nuevo-del-servidor"})
    assert guardadas.cifradas(perfil) == ()


def test_no_poder_guardarla_no_detiene_a_quien_publica(
    base: Base,
    perfil_de: Perfila,
    poner_en: Callable[..., list[str]],
    guardadas: Guardadas,
    caplog: pytest.LogCaptureFixture,
) -> None:
    perfil = perfil_de()
    poner_en(perfil, token=SECRETO)
    renovar = guardadas.renovador(perfil, guardadas.cifradas(perfil))
    with base.escribir() as sesion:
        sesion.execute(text("ALTER TABLE credencial RENAME TO otra"))
    renovar({"token": "renovada-y-perdida"})
    assert [r.levelno for r in caplog.records] == [logging.ERROR]
    assert "renovada-y-perdida" not in caplog.text


# ── girar ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_al_girar_todo_se_abre_con_la_nueva_y_nada_con_la_vieja(
    base: Base, llavero: Llavero, perfil_de: Perfila, poner_en: Callable[..., list[str]], guardadas: Guardadas
) -> None:
    perfil = perfil_de()
    poner_en(perfil, token=SECRETO, app_id="123456")
    with base.escribir() as sesion:
        sesion.add(Usuario(correo="a@b.mx", nombre="A", segundo_factor=llavero.cifrar("TOTP"), creado_en=COMIENZO))
    viejas = dict(guardadas.cifradas(perfil))
    giro = girar(base, llavero)
    assert (giro.cifradas, giro.tiradas) == (3, 1)
    assert guardadas.abrir(guardadas.cifradas(perfil)) == {"token": SECRETO, "app_id": "123456"}
    with base.leer() as sesion:
        assert llavero.descifrar(sesion.exec(select(Usuario.segundo_factor)).one()) == "TOTP"
    with pytest.raises(LlaveEquivocada):
        llavero.descifrar(viejas["token"])


@pytest.mark.parametrize("muere_en", ["estrenar", "_recifrar", "tirar_viejas"])
def test_morir_en_medio_del_giro_no_pierde_nada_y_basta_repetirlo(
    base: Base,
    llavero: Llavero,
    perfil_de: Perfila,
    poner_en: Callable[..., list[str]],
    guardadas: Guardadas,
    monkeypatch: pytest.MonkeyPatch,
    muere_en: str,
) -> None:
    perfil = perfil_de()
    poner_en(perfil, token=SECRETO)
    donde = credenciales if muere_en == "_recifrar" else Llavero
    verdadera = getattr(donde, muere_en)

    def hacer_y_morir(*args: object) -> None:
        verdadera(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as parche:
        parche.setattr(donde, muere_en, hacer_y_morir)
        with pytest.raises(KeyboardInterrupt):
            girar(base, llavero)
    assert guardadas.abrir(guardadas.cifradas(perfil)) == {"token": SECRETO}
    girar(base, Llavero.abrir(llavero.carpeta))
    assert guardadas.abrir(guardadas.cifradas(perfil)) == {"token": SECRETO}


def test_lo_que_no_se_abre_impide_girar_y_no_cambia_la_llave(
    base: Base, llavero: Llavero, perfil_de: Perfila, poner_en: Callable[..., list[str]], tmp_path: Path
) -> None:
    poner_en(perfil_de(), token=SECRETO)
    otro = Llavero.abrir(tmp_path / "otras")
    antes = (tmp_path / "otras" / "secretos.key").read_bytes()
    with pytest.raises(LlaveEquivocada):
        girar(base, otro)
    assert (tmp_path / "otras" / "secretos.key").read_bytes() == antes
