import pytest

from tests.motor.ordenes.conftest import Orden, leido


def test_sin_perfiles_dice_como_agregar_el_primero(pregonero: Orden) -> None:
    resultado = pregonero("perfiles")
    assert resultado.exit_code == 0
    assert "pregonero perfiles agregar" in resultado.stdout


def test_un_perfil_agregado_aparece_y_se_puede_comprobar(pregonero: Orden) -> None:
    assert pregonero("perfiles", "agregar", "m-centro", "--red", "memoria", "--titulo", "Centro").exit_code == 0
    assert leido(pregonero("perfiles", "--json"))[0]["nombre"] == "m-centro"
    comprobado = pregonero("perfiles", "comprobar", "m-centro")
    assert comprobado.exit_code == 0
    assert "puede publicar" in comprobado.stdout


@pytest.mark.parametrize(
    ("palabras", "dice"),
    [
        (("agregar", "Con Espacios", "--red", "memoria"), "minúsculas, números y guiones"),
        (("agregar", "m1", "--red", "mastodonte"), "No conozco la red «mastodonte»"),
        (("agregar", "m1", "--red", "memoria", "--cupo", "muchos"), "Escríbalo como 10/24h"),
        (("agregar", "m1", "--red", "memoria", "--opcion", "tablero"), "debe escribirse nombre=valor"),
        (("pausar", "nadie"), "No hay un perfil «nadie»"),
    ],
)
def test_lo_mal_escrito_se_dice_y_no_cambia_nada(pregonero: Orden, palabras: tuple[str, ...], dice: str) -> None:
    resultado = pregonero("perfiles", *palabras)
    assert resultado.exit_code == 1
    assert dice in resultado.output
    assert leido(pregonero("perfiles", "--json")) == []


def test_una_red_se_puede_nombrar_como_la_llama_la_gente(pregonero: Orden) -> None:
    pregonero("perfiles", "agregar", "x-centro", "--red", "Twitter")
    assert leido(pregonero("perfiles", "--json"))[0]["red"] == "x"


def test_un_perfil_repetido_se_rechaza(pregonero: Orden) -> None:
    pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    resultado = pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    assert resultado.exit_code == 1
    assert "Ya hay un perfil «m1»" in resultado.output


def test_pausar_y_reanudar(pregonero: Orden) -> None:
    pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    pregonero("perfiles", "pausar", "m1", "--motivo", "vacaciones")
    perfil = leido(pregonero("perfiles", "--json"))[0]
    assert (perfil["activo"], perfil["pausa_motivo"]) == (False, "vacaciones")
    pregonero("perfiles", "reanudar", "m1")
    assert leido(pregonero("perfiles", "--json"))[0]["activo"] is True


def test_quitar_sólo_borra_los_que_no_tienen_historia(pregonero: Orden) -> None:
    pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    assert pregonero("perfiles", "quitar", "m1").exit_code == 0
    assert leido(pregonero("perfiles", "--json")) == []


def test_una_credencial_que_no_sirve_se_dice_con_su_remedio(pregonero: Orden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREGONERO_MEMORIA_TOKEN", "vencido")
    pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    resultado = pregonero("perfiles", "comprobar")
    assert resultado.exit_code == 1
    assert "Renueve el token" in resultado.stdout
    assert leido(pregonero("perfiles", "--json"))[0]["activo"] is False


def test_los_ajustes_mal_escritos_dicen_cual_corregir(pregonero: Orden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREGONERO_ZONA", "America/Tolucca")
    resultado = pregonero("perfiles")
    assert resultado.exit_code == 1
    assert "PREGONERO_ZONA" in resultado.output
    assert "Traceback" not in resultado.output


def test_agregar_dice_que_credenciales_poner_en_env(pregonero: Orden) -> None:
    dicho = pregonero("perfiles", "agregar", "x-centro", "--red", "x").stdout
    assert "PREGONERO_X_API_KEY" in dicho
    assert "PREGONERO_X_ACCESS_SECRET" in dicho


def test_el_diagnostico_recuerda_lo_que_una_persona_puso_en_pausa(pregonero: Orden) -> None:
    pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    pregonero("perfiles", "pausar", "m1", "--motivo", "Vacaciones")
    dicho = pregonero("diagnostico").stdout
    assert "m1: En pausa: Vacaciones" in dicho
    assert "pregonero perfiles reanudar m1" in dicho


def test_lo_que_se_pauso_y_nunca_se_uso_tambien_se_quita(pregonero: Orden) -> None:
    pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    pregonero("perfiles", "pausar", "m1")
    assert pregonero("perfiles", "quitar", "m1").exit_code == 0
    assert leido(pregonero("perfiles", "--json")) == []


def test_el_diagnostico_dice_de_donde_sale_la_credencial(pregonero: Orden, monkeypatch: pytest.MonkeyPatch) -> None:
    pregonero("perfiles", "agregar", "m1", "--red", "memoria")
    monkeypatch.setenv("PREGONERO_MEMORIA_TOKEN", "una-palabra-larga")
    dicho = pregonero("diagnostico").stdout
    assert "usa las de toda la red en el servidor" in dicho
    assert "una-palabra-larga" not in dicho
