"""La página de una publicación: lo que enseña, a quién, y lo que deja hacer."""

from collections.abc import Callable

import pytest
from sqlmodel import col, select, update

from conectores.memoria.conector import red_en_memoria
from modelos import Asiento, Desenlace, Entrega, Estado, Intento, Lectura, Medicion, Rol, Vista
from panel.entorno import EntornoDelPanel
from tests.panel.con_publicaciones import crear_perfil, entrega, programar
from tests.panel.personas import Persona

Entra = Callable[..., Persona]


def cambiar(panel: EntornoDelPanel, id_: int, **columnas: object) -> None:
    with panel.entorno.base.escribir() as sesion:
        sesion.execute(update(Entrega).where(col(Entrega.id) == id_).values(**columnas))


def dejar_en_duda(panel: EntornoDelPanel, suya: Entrega) -> None:
    """Se envió, nadie contestó, y le toca decidir a una persona."""
    with panel.entorno.base.escribir() as sesion:
        sesion.add(
            Intento(
                entrega_id=suya.id,
                perfil_id=suya.perfil_id,
                ficha=1,
                huella=suya.huella,
                iniciado_en=panel.entorno.reloj.ahora(),
                desenlace=Desenlace.INCIERTO,
                detalle="se cortó",
            )
        )
    cambiar(panel, suya.id, estado=Estado.POR_DECIDIR)


def test_cuenta_lo_que_se_dice_en_cada_perfil_y_su_historia(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel, "Feria <script>", campana="Feria 2026", etiquetas=("cultura",))
    visto = persona(Rol.LECTOR).ver(f"/publicacion/{suya.publicacion_id}").text
    assert "Feria &lt;script&gt;" in visto
    assert "Feria 2026" in visto
    assert "Se programó" in visto
    assert "Llegó por carpeta: aviso.md." in visto


def test_quien_lee_no_ve_botones_y_quien_no_ve_el_perfil_no_ve_la_pagina(
    persona: Entra, panel: EntornoDelPanel
) -> None:
    uno, _ = crear_perfil(panel, "uno"), crear_perfil(panel, "dos")
    (suya,) = programar(panel, perfiles=("dos",))
    visto = persona(Rol.LECTOR).ver(f"/publicacion/{suya.publicacion_id}").text
    assert "/cancelar" not in visto
    assert "Cambiar la hora" not in visto
    ajena = persona(Rol.COORDINADOR, nombre="De uno", perfil_id=uno.id)
    assert ajena.ver(f"/publicacion/{suya.publicacion_id}").status_code == 404
    assert ajena.ver("/publicacion/999").status_code == 404


def test_de_los_perfiles_que_no_puede_ver_solo_se_dice_cuantos(persona: Entra, panel: EntornoDelPanel) -> None:
    uno, _ = crear_perfil(panel, "uno", titulo="El suyo"), crear_perfil(panel, "dos", titulo="El ajeno")
    suyas = programar(panel, perfiles=("uno", "dos"), variantes={"dos": "Sólo para el ajeno"})
    visto = persona(Rol.EDITOR, perfil_id=uno.id).ver(f"/publicacion/{suyas[0].publicacion_id}").text
    assert "El ajeno" not in visto
    assert "Sólo para el ajeno" not in visto
    assert "Está en 1 perfil más" in visto
    assert "/componer?publicacion=1&amp;copia" in visto
    assert '/componer?publicacion=1"' not in visto  # cambiarla sería cambiar también lo que no ve


@pytest.mark.parametrize(
    ("acto", "antes", "despues"),
    [
        ("cancelar", Estado.PROGRAMADA, Estado.CANCELADA),
        ("retener", Estado.PROGRAMADA, Estado.RETENIDA),
        ("soltar", Estado.RETENIDA, Estado.PROGRAMADA),
        ("reintentar", Estado.FALLIDA, Estado.PROGRAMADA),
    ],
)
def test_lo_que_hace_una_persona_queda_hecho_y_asentado(
    persona: Entra, panel: EntornoDelPanel, acto: str, antes: Estado, despues: Estado
) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel, estado=antes)
    alguien = persona(Rol.EDITOR)
    respuesta = alguien.hacer(f"/entrega/{suya.id}/{acto}")
    assert (respuesta.status_code, respuesta.headers["location"]) == (303, f"/publicacion/{suya.publicacion_id}")
    assert entrega(panel, suya.id).estado is despues
    with panel.entorno.base.leer() as sesion:
        asiento = sesion.exec(select(Asiento)).one()
    assert (asiento.quien, asiento.sobre) == (alguien.usuario.correo, f"publicacion:{suya.publicacion_id}")


@pytest.mark.parametrize("acto", ["cancelar", "retener", "soltar", "reintentar", "resolver", "borrar"])
def test_ni_el_que_lee_ni_el_de_otro_perfil_hacen_nada(persona: Entra, panel: EntornoDelPanel, acto: str) -> None:
    uno, _ = crear_perfil(panel, "uno"), crear_perfil(panel, "dos")
    (suya,) = programar(panel, perfiles=("dos",))
    datos = {"respuesta": "no_salio", "seguro": "si"}
    assert persona(Rol.LECTOR).hacer(f"/entrega/{suya.id}/{acto}", datos).status_code == 403
    ajena = persona(Rol.ADMINISTRADOR, nombre="De uno", perfil_id=uno.id)
    assert ajena.hacer(f"/entrega/{suya.id}/{acto}", datos).status_code == 404
    assert entrega(panel, suya.id).estado is Estado.PROGRAMADA


def test_una_duda_se_contesta_con_su_enlace(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel)
    dejar_en_duda(panel, suya)
    alguien = persona(Rol.COORDINADOR)
    assert "¿Salió?" in alguien.ver(f"/publicacion/{suya.publicacion_id}").text
    alguien.hacer(f"/entrega/{suya.id}/resolver", {"respuesta": "salio", "enlace": "https://red.example/status/77"})
    resuelta = entrega(panel, suya.id)
    assert (resuelta.estado, resuelta.id_externo) == (Estado.PUBLICADA, "77")


def test_decidir_una_duda_no_es_de_quien_solo_redacta(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel)
    dejar_en_duda(panel, suya)
    alguien = persona(Rol.EDITOR)
    assert "/resolver" not in alguien.ver(f"/publicacion/{suya.publicacion_id}").text
    assert alguien.hacer(f"/entrega/{suya.id}/resolver", {"respuesta": "no_salio"}).status_code == 403
    assert (
        "Primero decida"
        in alguien.hacer(
            f"/publicacion/{suya.publicacion_id}/mover", {"entrega": suya.id, "cuando": "mañana 9:00"}, json=True
        ).json()["error"]
    )


def test_borrarla_de_la_red_se_pregunta_y_despues_se_hace(persona: Entra, panel: EntornoDelPanel) -> None:
    perfil = crear_perfil(panel)
    red = red_en_memoria(str(perfil.opciones["red"]))
    (suya,) = programar(panel)
    cambiar(panel, suya.id, estado=Estado.PUBLICADA, id_externo="1", url="https://red.example/1")
    alguien = persona(Rol.COORDINADOR)
    assert "No se puede deshacer" in alguien.hacer(f"/entrega/{suya.id}/borrar").text
    assert entrega(panel, suya.id).borrada_en is None
    alguien.hacer(f"/entrega/{suya.id}/borrar", {"seguro": "si"})
    assert entrega(panel, suya.id).borrada_en is not None
    assert red.vistas == []


def test_ensena_lo_ultimo_que_dio_la_red(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel, estado=Estado.PUBLICADA)
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        vista = Vista(perfil_id=suya.perfil_id, entrega_id=suya.id, id_externo="1", publicada_en=ahora, vista_en=ahora)
        lectura = Lectura(perfil_id=suya.perfil_id, leida_en=ahora, version="1")
        sesion.add_all([vista, lectura])
        sesion.flush()
        for valor, en in ((100, suya.creada_en), (4321, suya.no_antes_de)):
            sesion.add(
                Medicion(
                    perfil_id=suya.perfil_id,
                    vista_id=vista.id,
                    lectura_id=lectura.id,
                    metrica="alcance",
                    valor=valor,
                    medida_en=en,
                )
            )
    visto = persona(Rol.LECTOR).ver(f"/publicacion/{suya.publicacion_id}").text
    assert "4,321" in visto
    assert ">100<" not in visto


def test_mover_todas_lleva_los_perfiles_a_la_misma_hora(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel, "uno")
    crear_perfil(panel, "dos")
    suyas = programar(panel, perfiles=("uno", "dos"))
    alguien = persona(Rol.EDITOR)
    camino = f"/publicacion/{suyas[0].publicacion_id}"
    assert "Mover todas" in alguien.ver(camino).text
    alguien.hacer(f"{camino}/mover", {"entrega": [e.id for e in suyas], "cuando": "miércoles 10:00"})
    assert {entrega(panel, e.id).no_antes_de.isoformat() for e in suyas} == {"2026-11-25T16:00:00+00:00"}


def test_la_mejor_hora_que_pide_una_persona_dice_por_que(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    (suya,) = programar(panel)
    camino = f"/publicacion/{suya.publicacion_id}"
    alguien = persona(Rol.EDITOR)
    alguien.hacer(f"{camino}/mover", {"entrega": suya.id, "cuando": "mejor hora en los próximos 3 días"})
    assert "Mejor hora" in alguien.ver(camino).text
