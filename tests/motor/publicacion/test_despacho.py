"""De cada veredicto de la red, lo que queda en la base, lo que se avisa y lo que pasa con el perfil."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from conectores.contrato import (
    EnProceso,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
    Permiso,
    Pieza,
    Preparada,
    Publicado,
)
from conectores.memoria.conector import ConectorMemoria
from modelos import Desenlace, Estado, Medio, Perfil
from motor.publicacion.propuesta import MedioPropuesto
from motor.vigilancia import comprobar
from tests.conftest import COMIENZO
from tests.motor.acervo.fotos import foto, guardada
from tests.motor.oficina import HORA, MINUTO, SEGUNDO, Oficina, con_conector

P, D, F = Estado.PROGRAMADA, Estado.EN_DUDA, Estado.FALLIDA


@pytest.mark.parametrize(
    ("error", "estado", "desenlace", "avisos"),
    [
        (ErrorTransitorio("Sin ruta."), P, Desenlace.NO_ENVIADO, []),
        (ErrorTransitorio("429", de_perfil=True), P, Desenlace.NO_ENVIADO, []),
        (ErrorIncierto("Se cortó."), D, Desenlace.INCIERTO, []),
        (ErrorDuplicado("Ya está."), D, Desenlace.DUPLICADO, []),
        (ErrorDePerfil("Venció.", remedio="Renuévelo."), P, Desenlace.NO_ENVIADO, ["perfiles"]),
        (ErrorDeContenido("Muy largo.", remedio="Acorte."), F, Desenlace.RECHAZADO, ["fallida"]),
        (ErrorDeContrato("HTML."), D, Desenlace.INCIERTO, ["contrato"]),
        (ValueError("un error nuestro"), D, Desenlace.INCIERTO, ["contrato"]),
    ],
    ids=repr,
)
def test_el_veredicto_de_la_llamada_visible(
    oficina: Oficina, error: Exception, estado: Estado, desenlace: Desenlace, avisos: list[str]
) -> None:
    entrega = oficina.programar_una()
    oficina.red.fallar(error)  # type: ignore[arg-type] # también lo que un conector no debería lanzar
    assert oficina.publicar() == [estado]
    assert oficina.estado(entrega) is estado
    assert [i.desenlace for i in oficina.intentos(entrega)] == [desenlace]
    assert [c.grupo for c in oficina.correos()] == avisos
    assert oficina.ver(entrega).detalle  # algo se le dice a quien pregunte por ella


def que_no_prepara(error: Exception) -> type[ConectorMemoria]:
    class NoPrepara(ConectorMemoria):
        def preparar(self, pieza: Pieza, *, clave: str, previa: Preparada | None = None) -> Preparada | EnProceso:
            raise error

    return NoPrepara


@pytest.mark.parametrize(
    ("error", "estado", "avisos"),
    [
        (ErrorTransitorio("Sin ruta."), P, []),
        (ErrorIncierto("Se cortó."), P, []),  # nada visible había salido
        (ErrorDeContrato("HTML."), P, ["contrato"]),
        (RuntimeError("un error nuestro"), P, ["contrato"]),
        (ErrorDePerfil("Venció."), P, ["perfiles"]),
        (ErrorDeContenido("Foto ilegible."), F, ["fallida"]),
    ],
    ids=repr,
)
def test_el_veredicto_al_preparar(oficina: Oficina, error: Exception, estado: Estado, avisos: list[str]) -> None:
    oficina = con_conector(oficina, que_no_prepara(error))
    entrega = oficina.programar_una()
    assert oficina.publicar() == [estado]
    assert oficina.intentos(entrega) == []  # nunca hubo intención
    assert [c.grupo for c in oficina.correos()] == avisos
    assert oficina.textos_publicados() == []


def test_los_fallos_pasajeros_esperan_cada_vez_mas(oficina: Oficina) -> None:
    """5·2ⁿ segundos, entre la mitad y el total: 2,5–5, 5–10, 10–20, 20–40."""
    entrega = oficina.programar_una()
    oficina.red.fallar(ErrorTransitorio("Sin internet."), veces=4)
    for tope_s in (5, 10, 20, 40):
        oficina.publicar()
        espera = oficina.ver(entrega).despertar_en - oficina.reloj.ahora()
        assert tope_s / 2 * SEGUNDO <= espera <= tope_s * SEGUNDO
        oficina.reloj.avanzar(espera)
    assert oficina.publicar() == [Estado.PUBLICADA]


def test_un_429_calla_al_perfil_entero_y_solo_a_el(oficina: Oficina, perfil_de: Callable[..., Perfil]) -> None:
    perfil_de(nombre="dif")
    oficina.programar("Uno")
    oficina.red.fallar(ErrorTransitorio("Más despacio.", espera=15 * MINUTO, de_perfil=True))
    oficina.publicar()
    oficina.programar("Dos")
    oficina.programar("Del DIF", perfiles=("dif",))
    oficina.pasar(14 * MINUTO)
    assert oficina.textos_publicados() == ["Del DIF"]
    oficina.pasar(3 * MINUTO)
    assert sorted(oficina.textos_publicados()) == ["Del DIF", "Dos", "Uno"]
    primera = min(v.aceptada_en for v in oficina.red.vistas if v.perfil == "memoria")
    assert primera >= COMIENZO + 15 * MINUTO


def test_un_perfil_sin_credencial_se_pausa_una_vez_y_se_reanuda_solo(oficina: Oficina) -> None:
    entregas = [oficina.programar_una(f"Aviso {n}") for n in range(3)]
    oficina.red.fallar(ErrorDePerfil("La credencial venció.", remedio="Renueve el token."))
    oficina.pasar(10 * MINUTO)
    perfil = oficina.perfil()
    assert (perfil.pausado_por, perfil.pausa_motivo) == ("motor", "La credencial venció.")
    assert oficina.estados(entregas) == [P, P, P]
    (correo,) = oficina.correos()
    assert correo.asunto == "El perfil memoria no puede publicar"
    assert "Qué hacer: Renueve el token." in correo.texto

    comprobar(oficina.entorno, perfil)  # alguien lo arregló
    oficina.pasar(10 * MINUTO)
    assert oficina.estados(entregas) == [Estado.PUBLICADA] * 3
    assert oficina.asuntos()[1:] == ["El perfil memoria ya puede publicar"]


def test_lo_que_la_red_no_admite_se_dice_con_su_remedio(oficina: Oficina) -> None:
    entrega = oficina.programar_una("Un texto que no le gusta")
    oficina.red.fallar(ErrorDeContenido("Tiene 300 caracteres.", remedio="Quite 20."))
    oficina.publicar()
    (correo,) = oficina.correos()
    assert correo.para == "coordinadora@ejemplo.mx"
    assert correo.asunto == f"No se pudo publicar la {entrega.id} en memoria"
    assert "Qué pasó: Tiene 300 caracteres.\nQué hacer: Quite 20." in correo.texto


def test_de_un_contrato_roto_se_avisa_una_vez_al_dia_por_red(oficina: Oficina) -> None:
    for n in range(3):
        oficina.programar(f"Aviso {n}")
    oficina.red.fallar(ErrorDeContrato("Contestó una página de mantenimiento."), veces=3)
    oficina.pasar(10 * MINUTO)
    assert [c.grupo for c in oficina.correos()].count("contrato") == 1
    oficina.reloj.avanzar(timedelta(days=1))
    oficina.programar("Al día siguiente")
    oficina.red.fallar(ErrorDeContrato("Otra vez."))
    oficina.publicar()
    assert [c.grupo for c in oficina.correos()].count("contrato") == 2


# ── preparar ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_los_medios_se_preparan_antes_de_la_hora_y_se_publica_a_la_hora(oficina: Oficina, tmp_path: Path) -> None:
    medio = MedioPropuesto(
        ruta=guardada(tmp_path / "feria.jpg", foto()), donde="feria.jpg", texto_alternativo="La feria"
    )
    hora = COMIENZO + HORA
    entrega = oficina.programar_una("Feria", programada_en=hora, medios=(medio,))
    assert entrega.despertar_en == hora - 5 * MINUTO  # el adelanto de la red
    oficina.pasar(56 * MINUTO)
    assert (oficina.red.preparaciones, oficina.textos_publicados()) == (1, [])
    assert oficina.ver(entrega).preparada is not None
    oficina.pasar(4 * MINUTO)
    assert [v.aceptada_en for v in oficina.red.vistas] == [hora]
    assert oficina.red.vistas[0].medios == 1


def test_si_la_red_aun_procesa_se_vuelve_cuando_dijo(oficina: Oficina) -> None:
    entrega = oficina.programar_una()
    oficina.red.en_proceso = 2
    for _ in range(2):
        assert oficina.publicar() == [P]
        assert oficina.ver(entrega).despertar_en == oficina.reloj.ahora() + SEGUNDO
        oficina.reloj.avanzar(SEGUNDO)
    assert oficina.publicar() == [Estado.PUBLICADA]
    assert oficina.red.preparaciones == 3


def test_un_medio_perdido_del_acervo_espera_y_lo_dice(oficina: Oficina, tmp_path: Path) -> None:
    """Un disco desmontado vuelve; si no vuelve, al pasar la tolerancia decide una persona, que sabe por qué."""
    medio = MedioPropuesto(ruta=guardada(tmp_path / "feria.jpg", foto()), donde="feria.jpg")
    entrega = oficina.programar_una("Feria", medios=(medio,))
    for archivo in oficina.entorno.acervo.rglob("*.*"):
        archivo.unlink()
    oficina.pasar(2 * HORA)
    assert oficina.estado(entrega) is Estado.POR_DECIDIR
    (correo,) = oficina.correos()
    assert "No se puede leer un medio guardado" in correo.texto


def test_lo_que_ya_no_se_puede_usar_a_su_hora_no_sale_y_se_dice(oficina: Oficina, tmp_path: Path) -> None:
    """Aunque se preparara cuando todavía se podía: su ficha cambió, o se atrasó."""
    medio = MedioPropuesto(ruta=guardada(tmp_path / "feria.jpg", foto()), donde="feria.jpg")
    entrega = oficina.programar_una("Feria", medios=(medio,), programada_en=oficina.reloj.ahora() + MINUTO)
    oficina.publicar()
    with oficina.entorno.base.escribir() as sesion:
        sesion.exec(select(Medio)).one().vence_en = oficina.reloj.ahora() + MINUTO
    oficina.reloj.avanzar(MINUTO)
    oficina.publicar()
    assert (oficina.ver(entrega).estado, oficina.red.vistas) == (Estado.RETENIDA, [])
    (correo,) = oficina.correos()
    assert "«feria.jpg» sólo se puede usar hasta el" in correo.texto


def test_un_perfil_que_no_se_puede_abrir_espera_y_no_estorba(
    oficina: Oficina, perfil_de: Callable[..., Perfil]
) -> None:
    """Falta la biblioteca de esa red, o su credencial está mal escrita."""
    perfil_de(nombre="roto", red="desconocida")
    rota = oficina.programar_una("Sana", perfiles=("memoria",))
    oficina.cambiar(rota, perfil_id=oficina.perfil("roto").id)
    sana = oficina.programar_una("Sana")
    oficina.pasar(3 * MINUTO)
    assert oficina.estados([rota, sana]) == [P, Estado.PUBLICADA]
    assert oficina.ver(rota).fallos > 1


# ── la salud de la red ───────────────────────────────────────────────────────────────────────────────────────────


def test_de_una_red_caida_se_dice_una_vez_que_cae_y_una_que_vuelve(
    oficina: Oficina, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for n in range(6):
        oficina.programar(f"Aviso {n}")
    oficina.red.fallar(ErrorTransitorio("Sin internet."), veces=8)
    oficina.pasar(40 * MINUTO)
    acciones = [(r.levelname, r.__dict__.get("accion")) for r in caplog.records]
    assert [a for a in acciones if a[1] in ("red_cae", "red_vuelve")] == [("ERROR", "red_cae"), ("INFO", "red_vuelve")]
    assert len(oficina.red.vistas) == 6


@pytest.mark.parametrize(
    "error",
    [ErrorDeContenido("x"), ErrorDePerfil("x"), ErrorDuplicado("x"), ErrorTransitorio("429", de_perfil=True)],
    ids=repr,
)
def test_una_red_que_contesta_que_no_no_esta_caida(
    oficina: Oficina, caplog: pytest.LogCaptureFixture, error: ErrorDeRed
) -> None:
    oficina.red.fallar(error, veces=5)
    for n in range(5):
        oficina.programar(f"Aviso {n}")
    oficina.pasar(20 * MINUTO)
    assert "red_cae" not in [r.__dict__.get("accion") for r in caplog.records]


def test_un_conector_que_lanza_lo_que_no_debe_no_ensena_secretos(
    oficina: Oficina, caplog: pytest.LogCaptureFixture
) -> None:
    class Indiscreto(ConectorMemoria):
        def publicar(self, preparada: Preparada, *, clave: str, permiso: Permiso) -> Publicado:
            raise RuntimeError("GET /publicar?access_token=EAAB1234567890 falló")

    oficina = con_conector(oficina, Indiscreto)
    entrega = oficina.programar_una()
    oficina.publicar()
    todo = caplog.text + oficina.ver(entrega).detalle + "".join(c.texto for c in oficina.correos())
    assert "EAAB1234567890" not in todo
    assert "access_token=•••" in todo
