"""Hoy en un navegador de verdad: se cambia solo, sirve sin guiones, y se ve bien."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from modelos import Entrega, Estado, Historia, Lectura, Medicion, Monitor, Rol, Suceso, Vista
from modelos.escucha import Conteo, Fuente, Pico
from panel.entorno import EntornoDelPanel
from tests.panel.accesible import faltas
from tests.panel.con_publicaciones import crear_perfil, poner_foto, programar
from tests.panel.conftest import Navegador
from tests.panel.personas import crear_usuario

Capturar = Callable[[Page, str], None]


@pytest.fixture
def un_dia_cualquiera(panel: EntornoDelPanel) -> None:
    """Tres perfiles, algo de cada cosa que puede pasar, y un alza."""
    ahora = panel.entorno.reloj.ahora()
    uno = crear_perfil(panel, titulo="H. Ayuntamiento de San Jacinto")
    crear_perfil(panel, "dif", titulo="DIF Municipal", token_vence_en=ahora + timedelta(days=9))
    crear_perfil(
        panel,
        "cultura",
        titulo="Casa de Cultura",
        pausado_en=ahora - timedelta(hours=5),
        pausado_por="motor",
        pausa_motivo="La red no reconoce la credencial. Renueve el token de este perfil.",
    )
    programar(
        panel,
        "Cierre del puente de la 57 por obras, tome la lateral.",
        estado=Estado.POR_DECIDIR,
        en=ahora - timedelta(hours=2),
    )
    programar(
        panel,
        "Jornada de vacunación este sábado en el DIF.",
        perfiles=("dif",),
        estado=Estado.FALLIDA,
        en=ahora - timedelta(hours=1),
    )
    for n, texto in enumerate(
        (
            "Hoy inicia el programa de bacheo en la colonia Centro; consulte las calles.",
            "Festival de las Flores: dos días de música, baile y comida en la plaza.",
            "Recuerde: el pago del predial con descuento termina el 30 de noviembre.",
            "Taller de lectura para niñas y niños, gratis, en la Casa de Cultura.",
        )
    ):
        perfiles = ("ayuntamiento", "dif", "cultura")[: 1 + n % 3]
        suyas = programar(panel, texto, perfiles=perfiles, en=ahora + timedelta(hours=1 + 7 * n))
        if n < 2:
            poner_foto(panel, suyas[0].publicacion_id, ("teal", "orange")[n])
    for n, texto in enumerate(("Gracias a las brigadas que limpiaron el río.", "Ya abrió el módulo de licencias.")):
        suyas = programar(
            panel, texto, perfiles=("ayuntamiento", "dif"), en=ahora - timedelta(hours=3 + n), estado=Estado.PUBLICADA
        )
        poner_foto(panel, suyas[0].publicacion_id, ("green", "brown")[n])
        _medir(panel, suyas[0], 128 - 90 * n)
    _alza(panel)
    assert uno.id


def _medir(panel: EntornoDelPanel, suya: Entrega, valor: int) -> None:
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        vista = Vista(
            perfil_id=suya.perfil_id, entrega_id=suya.id, id_externo=str(suya.id), publicada_en=ahora, vista_en=ahora
        )
        lectura = Lectura(perfil_id=suya.perfil_id, leida_en=ahora, version="1")
        sesion.add_all([vista, lectura])
        sesion.flush()
        sesion.add(
            Medicion(
                perfil_id=suya.perfil_id,
                vista_id=vista.id,
                lectura_id=lectura.id,
                metrica="me_gusta",
                valor=valor,
                medida_en=ahora,
            )
        )


def _alza(panel: EntornoDelPanel) -> None:
    """Tres días de conteos por hora de un monitor, y desde hace tres horas muchos más."""
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        monitor = Monitor(
            clave="baches", nombre="Baches y calles", definicion={}, desde=ahora - timedelta(days=10), creado_en=ahora
        )
        sesion.add(monitor)
        sesion.flush()
        historia = Historia(
            clase="pico",
            clave=f"monitor:{monitor.id}",
            asunto="Baches y calles",
            detalle="48 mensajes en la última hora; lo normal son 6; sobre todo en Centro.",
            monitores=str(monitor.id),
            abierta_en=ahora - timedelta(hours=3),
            ultima_en=ahora,
        )
        sesion.add(historia)
        sesion.flush()
    with panel.escucha.base.escribir() as sesion:
        sesion.add(
            Fuente(
                clave="f",
                red="memoria",
                trabajo="oir",
                direccion="f",
                desde=ahora - timedelta(days=10),
                cubierta_hasta=ahora,
                oida_en=ahora,
                proxima_en=ahora + timedelta(minutes=5),
            )
        )
        pico = Pico(
            monitor_id=monitor.id,
            paso_s=3600,
            desde=ahora - timedelta(hours=3),
            visto_en=ahora - timedelta(hours=3),
            valor=31,
            esperado=6,
            puntaje=9,
            maximo=48,
        )
        sesion.add(pico)
        for n in range(24 * 9):
            hora = ahora - timedelta(hours=n + 1)
            cuenta = (48, 40, 31)[n] if n < 3 else 3 + (n * 7) % 6
            sesion.add(Conteo(monitor_id=monitor.id, paso_s=3600, inicio=hora, cuenta=cuenta))
        sesion.flush()
        de = pico.id
    with panel.entorno.base.escribir() as sesion:
        sesion.add(Suceso(clave="s", historia_id=historia.id, de=de, ocurrido_en=ahora))


@pytest.mark.parametrize("oscuro", [False, True], ids=["claro", "oscuro"])
def test_se_ve_y_se_lee_bien_llena_y_vacia(
    navegador: Navegador, capturar: Capturar, request: pytest.FixtureRequest, oscuro: bool
) -> None:
    quien = crear_usuario(navegador.panel, Rol.ADMINISTRADOR)
    tono = "oscuro" if oscuro else "claro"
    vacia = navegador.como(quien, oscuro=oscuro)
    vacia.goto("/")
    assert faltas(vacia) == []
    capturar(vacia, f"hoy-vacia-{tono}")
    request.getfixturevalue("un_dia_cualquiera")
    for telefono in (False, True):
        pagina = navegador.como(quien, oscuro=oscuro, telefono=telefono)
        pagina.goto("/")
        assert faltas(pagina) == []
        assert pagina.evaluate("document.documentElement.scrollWidth <= innerWidth")
        capturar(pagina, f"hoy-llena-{'telefono' if telefono else 'escritorio'}-{tono}")
    assert navegador.errores == []


def test_se_cambia_sola_y_no_le_quita_el_foco_a_nadie(navegador: Navegador) -> None:
    panel = navegador.panel
    crear_perfil(panel)
    (primera,) = programar(panel, "La primera que falló.", estado=Estado.FALLIDA)
    pagina = navegador.como(crear_usuario(panel, Rol.COORDINADOR))
    pagina.goto("/")
    enlace = pagina.locator(f'#necesita a[href="/publicacion/{primera.publicacion_id}"]')
    enlace.focus()
    with panel.entorno.base.escribir() as sesion:
        sesion.add(
            Historia(
                clase="pico",
                clave="monitor:9",
                asunto="Fuga de agua",
                abierta_en=panel.entorno.reloj.ahora(),
                ultima_en=panel.entorno.reloj.ahora(),
            )
        )
    expect(pagina.locator("#necesita")).to_contain_text("Fuga de agua", timeout=8000)
    expect(enlace).to_be_focused()
    expect(pagina.locator("#voz")).to_contain_text("Necesita a una persona")
    pagina.get_by_role("button", name="Dejarla").click()
    expect(pagina.locator("#necesita")).not_to_contain_text("La primera que falló.")
    assert pagina.url.endswith("/")
    assert navegador.errores == []


def test_sin_guiones_dice_lo_mismo_y_sus_botones_sirven(navegador: Navegador) -> None:
    panel = navegador.panel
    crear_perfil(panel)
    programar(panel, "La que falló.", estado=Estado.FALLIDA)
    pagina = navegador.como(crear_usuario(panel, Rol.COORDINADOR), guiones=False)
    pagina.goto("/")
    expect(pagina.get_by_role("link", name="Actualizar")).to_be_visible()
    pagina.get_by_role("button", name="Dejarla").click()
    expect(pagina.get_by_role("status")).to_contain_text("no saldrá")
    pagina.goto("/")
    expect(pagina.locator("#necesita")).to_contain_text("Nada la necesita ahora")
