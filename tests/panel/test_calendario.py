"""El calendario: lo que se ve, lo que se deja ver, y moverlo."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from modelos import Estado, Rol
from panel.entorno import EntornoDelPanel
from panel.paginas.calendario import lectura
from tests.panel.con_publicaciones import crear_perfil, entrega, programar
from tests.panel.personas import Persona

Entra = Callable[..., Persona]
UNA_HORA = timedelta(hours=1)


@pytest.mark.parametrize("vista", ["mes", "semana", "lista"])
def test_sin_nada_dice_que_es_esto_y_que_hacer(persona: Entra, panel: EntornoDelPanel, vista: str) -> None:
    alguien = persona(Rol.EDITOR)
    assert "Todavía no hay perfiles" in alguien.ver(f"/calendario?vista={vista}").text
    crear_perfil(panel)
    vacio = alguien.ver(f"/calendario?vista={vista}")
    assert vacio.status_code == 200
    assert "No hay nada en estas fechas" in vacio.text


@pytest.mark.parametrize("vista", ["mes", "semana", "lista"])
def test_lo_programado_se_ve_en_su_dia(persona: Entra, panel: EntornoDelPanel, vista: str) -> None:
    crear_perfil(panel)
    programar(panel, "Vacunación <b>mañana</b>")
    visto = persona(Rol.LECTOR).ver(f"/calendario?vista={vista}&dia=2026-11-23").text
    assert "Vacunación &lt;b&gt;mañana" in visto


def test_lo_de_una_publicacion_a_la_misma_hora_es_una_sola_tarjeta(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel, "uno")
    crear_perfil(panel, "dos")
    suyas = programar(panel, "La feria", perfiles=("uno", "dos"))
    visto = persona(Rol.EDITOR).ver("/calendario?vista=mes").text
    assert visto.count("La feria") == 1
    primera, segunda = sorted(e.id for e in suyas)
    assert f'data-mover="{primera} {segunda}"' in visto


@pytest.mark.dos_bases
@pytest.mark.parametrize("caben", [lectura.CABEN, 2], ids=["todo se lee", "sólo lo primero"])
@pytest.mark.parametrize(("vista", "quedan"), [("mes", 5), ("semana", 7)])
def test_lo_que_no_cabe_se_dice_cuanto_es_y_lleva_al_dia(
    persona: Entra, panel: EntornoDelPanel, monkeypatch: pytest.MonkeyPatch, vista: str, quedan: int, caben: int
) -> None:
    monkeypatch.setattr(lectura, "CABEN", caben)
    crear_perfil(panel, separacion_s=0)
    for n in range(9):
        programar(panel, f"Aviso {n}")
    alguien = persona(Rol.LECTOR)
    visto = alguien.ver(f"/calendario?vista={vista}&dia=2026-11-23").text
    assert visto.count("Aviso ") == 9 - quedan
    assert f"y {quedan} más" in visto
    assert "vista=lista&amp;dia=2026-11-23&amp;dias=1" in visto
    assert alguien.ver("/calendario?vista=lista&dia=2026-11-23&dias=1").text.count("Aviso ") == 9


def test_sin_permiso_en_un_perfil_no_se_ve_nada_suyo(persona: Entra, panel: EntornoDelPanel) -> None:
    uno, _ = crear_perfil(panel, "uno"), crear_perfil(panel, "dos")
    programar(panel, "Secreto del otro", perfiles=("dos",), campana="Campaña ajena", etiquetas=("ajena",))
    alguien = persona(Rol.EDITOR, perfil_id=uno.id)
    for vista in ("mes", "semana", "lista"):
        visto = alguien.ver(f"/calendario?vista={vista}&perfil=2").text
        assert "Secreto del otro" not in visto
        assert "ajena" not in visto
    assert persona(nombre="Nadie").ver("/calendario").status_code == 404


@pytest.mark.parametrize(
    ("filtro", "queda"),
    [
        ("campana=Feria", ["uno"]),
        ("etiqueta=niñez", ["dos"]),
        ("estado=retenidas", ["dos"]),
        ("estado=por_salir", ["uno"]),
        ("etiqueta=ni", []),
    ],
)
def test_los_filtros_van_en_la_direccion(persona: Entra, panel: EntornoDelPanel, filtro: str, queda: list[str]) -> None:
    crear_perfil(panel)
    programar(panel, "el uno", campana="Feria")
    programar(panel, "el dos", etiquetas=("niñez",), estado=Estado.RETENIDA)
    visto = persona(Rol.LECTOR).ver(f"/calendario?vista=mes&{filtro}").text
    assert [n for n in ("uno", "dos") if f"el {n}" in visto] == queda


def test_lo_cancelado_no_estorba_si_no_se_pide(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    programar(panel, "ya no va", estado=Estado.CANCELADA)
    alguien = persona(Rol.LECTOR)
    assert "ya no va" not in alguien.ver("/calendario?vista=mes").text
    assert "ya no va" in alguien.ver("/calendario?vista=mes&estado=canceladas").text


def test_dos_muy_juntas_y_dos_iguales_se_senalan(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel, separacion_s=600)
    manana = panel.entorno.reloj.ahora() + timedelta(days=1)
    programar(panel, "Una", en=manana)
    programar(panel, "Otra", en=manana + timedelta(minutes=5))
    programar(panel, "Lo mismo", en=manana + 3 * UNA_HORA)
    programar(panel, "Lo mismo", en=manana + 6 * UNA_HORA)
    visto = persona(Rol.LECTOR).ver("/calendario?vista=mes").text
    assert visto.count("Choca con otra del mismo perfil</span>") == 2
    assert visto.count('solo-lector"> Dice lo mismo') == 2


def test_el_dia_en_que_suele_haber_algo_y_no_hay_propone_una_hora(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    ahora = panel.entorno.reloj.ahora()
    for semanas in (1, 2, 3):
        programar(panel, f"martes {semanas}", en=ahora + timedelta(days=2, weeks=-semanas), estado=Estado.PUBLICADA)
    visto = persona(Rol.EDITOR).ver("/calendario?vista=semana&dia=2026-11-23").text
    assert "/componer?dia=2026-11-24&amp;hora=" in visto


@pytest.mark.parametrize(
    "direccion", ["vista=x&dia=ayer&perfil=a&pagina=-1&dias=9", "dia=9999-12-31", "dia=0001-01-01"]
)
def test_una_direccion_mal_copiada_ensena_el_calendario(persona: Entra, panel: EntornoDelPanel, direccion: str) -> None:
    crear_perfil(panel)
    assert persona(Rol.LECTOR).ver(f"/calendario?{direccion}").status_code == 200


# ── mover ────────────────────────────────────────────────────────────────────────────────────────────────────────


def pedir_mover(alguien: Persona, panel: EntornoDelPanel, id_: int, **mas: str):  # type: ignore[no-untyped-def] # la respuesta de httpx
    suya = entrega(panel, id_)
    datos = {"entrega": str(id_), "dia": "2026-11-25", "hora": "10:30", "era": suya.no_antes_de.isoformat(), **mas}
    return alguien.hacer(f"/publicacion/{suya.publicacion_id}/mover", datos, json=True)


def test_mover_cambia_la_hora_y_dice_como_deshacerlo(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel)
    dicho = pedir_mover(persona(Rol.EDITOR), panel, suya.id).json()
    assert dicho["local"] == "2026-11-25T10:30"
    assert entrega(panel, suya.id).no_antes_de.isoformat() == dicho["era"] == "2026-11-25T16:30:00+00:00"


def test_si_otra_persona_la_movio_antes_no_se_mueve_y_se_dice(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel)
    respuesta = pedir_mover(persona(Rol.EDITOR), panel, suya.id, era="2026-11-01T00:00:00+00:00")
    assert (respuesta.status_code, "mientras tanto" in respuesta.json()["error"]) == (409, True)
    assert entrega(panel, suya.id).no_antes_de == suya.no_antes_de


def test_antes_de_moverla_donde_estorba_se_pregunta(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel, separacion_s=3600)
    (suya,) = programar(panel)
    programar(panel, "otra", en=suya.no_antes_de + 48 * UNA_HORA)
    alguien = persona(Rol.EDITOR)
    respuesta = pedir_mover(alguien, panel, suya.id, hora="9:10")
    assert (respuesta.status_code, len(respuesta.json()["avisos"])) == (409, 1)
    assert entrega(panel, suya.id).no_antes_de == suya.no_antes_de
    assert pedir_mover(alguien, panel, suya.id, hora="9:10", aunque="1").status_code == 200


def test_una_hora_que_ya_paso_no_se_da(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel)
    assert "ya pasó" in pedir_mover(persona(Rol.EDITOR), panel, suya.id, dia="2026-11-20").json()["error"]


def test_quien_solo_lee_no_mueve_y_quien_no_lo_ve_no_sabe_que_existe(persona: Entra, panel: EntornoDelPanel) -> None:
    uno, _ = crear_perfil(panel, "uno"), crear_perfil(panel, "dos")
    (suya,) = programar(panel, perfiles=("dos",))
    assert pedir_mover(persona(Rol.LECTOR), panel, suya.id).status_code == 403
    assert pedir_mover(persona(Rol.EDITOR, nombre="De uno", perfil_id=uno.id), panel, suya.id).status_code == 404
    assert entrega(panel, suya.id).no_antes_de == suya.no_antes_de


def test_mover_lo_de_un_perfil_no_mueve_lo_del_otro_ni_deja_nombrar_lo_ajeno(
    persona: Entra, panel: EntornoDelPanel
) -> None:
    uno, _ = crear_perfil(panel, "uno"), crear_perfil(panel, "dos")
    suyas = programar(panel, perfiles=("uno", "dos"))
    de_uno = persona(Rol.EDITOR, nombre="De uno", perfil_id=uno.id)
    la_de_uno, la_de_dos = sorted(suyas, key=lambda e: e.perfil_id)
    assert pedir_mover(de_uno, panel, la_de_dos.id).status_code == 404
    assert pedir_mover(de_uno, panel, la_de_uno.id).status_code == 200
    assert entrega(panel, la_de_dos.id).no_antes_de == la_de_dos.no_antes_de
