"""Aprobar en el panel: ver, decidir, comentar y comparar; y que nadie decida lo que no le toca."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlmodel import col, select

from modelos import Asiento, Comentario, Entrega, Estado, EstadoDeSolicitud, Flujo, Publicacion, Rol, Solicitud, Usuario
from motor.aprobaciones.flujo import Condiciones, Cuantos, Paso
from motor.publicacion import alta
from motor.publicacion.propuesta import MedioPropuesto, Propuesta
from panel.entorno import EntornoDelPanel
from tests.motor.acervo.fotos import foto, guardada
from tests.panel.accesible import faltas
from tests.panel.con_publicaciones import crear_perfil, entrega, programar
from tests.panel.conftest import Navegador
from tests.panel.personas import Persona, crear_usuario

Entra = Callable[..., Persona]
LARGO = (
    "Este sábado, jornada de reforestación en el cerro de la Cruz. Traiga pala, agua y ganas; los árboles los ponemos "
    "nosotros. Salida a las 8:00 desde la plaza."
)


def crear_flujo(panel: EntornoDelPanel, *pasos: Paso, nombre: str = "Prensa", **condiciones: object) -> Flujo:
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        flujo = Flujo(
            nombre=nombre,
            condiciones=Condiciones(**condiciones).en_datos(),  # type: ignore[arg-type] # lo que diga la prueba
            pasos=[p.en_datos() for p in pasos or (Paso(),)],
            creado_en=ahora,
            actualizado_en=ahora,
        )
        sesion.add(flujo)
    return flujo


def corregir(panel: EntornoDelPanel, suya: Entrega, texto: str, **mas: object) -> None:
    entorno, ahora = panel.entorno, panel.entorno.reloj.ahora()
    propuesta = Propuesta(
        texto=texto,
        perfiles=("ayuntamiento",),
        programada_en=suya.no_antes_de,
        zona="America/Mexico_City",
        **mas,  # type: ignore[arg-type] # lo que diga la prueba
    )
    with entorno.base.escribir() as sesion:
        alta.actualizar(sesion, entorno, sesion.get_one(Publicacion, suya.publicacion_id), propuesta, ahora=ahora)


def ultima(panel: EntornoDelPanel) -> Solicitud:
    with panel.entorno.base.leer() as sesion:
        return sesion.exec(select(Solicitud).order_by(col(Solicitud.id).desc())).first()  # type: ignore[return-value] # hay


def vista_de(html: str) -> str:
    hallada = re.search(r'name="vista" value="(\w+)"', html)
    assert hallada, "no se puede firmar desde esa página"
    return hallada[1]


# ── ver y decidir ────────────────────────────────────────────────────────────────────────────────────────────────


def test_lo_que_espera_se_ve_se_aprueba_y_queda_asentado(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    crear_flujo(panel)
    ana = persona(Rol.APROBADOR, nombre="Ana")
    (suya,) = programar(panel, "Corte de agua en el Centro.", autor="Eva")
    assert "Espera su firma: 1" in ana.ver("/aprobaciones").text
    html = ana.ver(f"/aprobaciones/{ultima(panel).id}").text
    assert "Corte de agua en el Centro." in html
    respuesta = ana.hacer(f"/aprobaciones/{ultima(panel).id}/firmar", {"decision": "aprobar", "vista": vista_de(html)})
    assert respuesta.headers["location"] == "/aprobaciones"
    assert entrega(panel, suya.id).estado is Estado.PROGRAMADA
    with panel.entorno.base.leer() as sesion:
        asiento = sesion.exec(select(Asiento).where(Asiento.accion == "publicacion_aprobada")).one()
    assert (asiento.quien, asiento.sobre) == (ana.usuario.correo, f"publicacion:{suya.publicacion_id}")
    assert vista_de(html)[:16] in asiento.detalle
    assert "Resueltas" in ana.ver("/aprobaciones?ver=hechas").text


def test_pedir_cambios_llega_a_la_conversacion_y_a_quien_la_pidio(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    crear_flujo(panel)
    ana, eva = persona(Rol.APROBADOR, nombre="Ana"), persona(Rol.EDITOR, nombre="Eva")
    programar(panel, "Corte de agua.", autor=eva.usuario.correo)
    camino = f"/aprobaciones/{ultima(panel).id}"
    vista = vista_de(ana.ver(camino).text)
    sin_decir = ana.hacer(f"{camino}/firmar", {"decision": "cambios", "vista": vista}, json=True)
    assert (sin_decir.status_code, "Diga qué hay que cambiar" in sin_decir.json()["error"]) == (409, True)
    ana.hacer(f"{camino}/firmar", {"decision": "cambios", "vista": vista, "comentario": "¿En qué <b>colonia</b>?"})
    suya = eva.ver(camino).text
    assert "¿En qué &lt;b&gt;colonia&lt;/b&gt;?" in suya
    assert "Cambiarla" in suya
    assert "Con cambios pedidos" in eva.ver("/aprobaciones?ver=pedidas").text


def test_lo_que_cambio_mientras_se_veia_no_se_aprueba_y_se_ensena_que_cambio(
    persona: Entra, panel: EntornoDelPanel
) -> None:
    crear_perfil(panel)
    crear_flujo(panel)
    ana = persona(Rol.APROBADOR, nombre="Ana")
    (suya,) = programar(panel, "El corte dura dos horas.")
    vieja = ultima(panel)
    vista = vista_de(ana.ver(f"/aprobaciones/{vieja.id}").text)
    corregir(panel, suya, "El corte dura nueve horas.")
    datos = {"decision": "aprobar", "vista": vista, "version": "1"}
    respuesta = ana.hacer(f"/aprobaciones/{vieja.id}/firmar", datos)
    assert respuesta.headers["location"] == f"/aprobaciones/{vieja.id}?desde=1#cambios"
    assert entrega(panel, suya.id).estado is Estado.RETENIDA
    nueva = ana.ver(
        f"/aprobaciones/{vieja.id}",
    ).headers["location"]
    html = ana.ver(nueva).text
    assert "<del>dos</del>" in html
    assert "<ins>nueve</ins>" in html


def test_se_aprueban_varias_y_la_que_no_se_puede_no_detiene_a_las_demas(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    crear_flujo(panel)
    ana = persona(Rol.APROBADOR, nombre="Ana")
    suyas = [programar(panel, f"Aviso {n}")[0] for n in range(3)]
    marcadas = re.findall(r'name="firma" value="([^"]+)"', ana.ver("/aprobaciones").text)
    assert len(marcadas) == 3
    corregir(panel, suyas[1], "Otro aviso")
    respuesta = ana.hacer("/aprobaciones/varias", {"firma": marcadas}, json=True).json()
    assert respuesta["hecho"] == "Aprobó 2 publicaciones."
    assert "cambió" in respuesta["error"]
    estados = [entrega(panel, e.id).estado for e in suyas]
    assert estados == [Estado.PROGRAMADA, Estado.RETENIDA, Estado.PROGRAMADA]


def test_comenta_quien_escribe_o_aprueba_y_no_quien_solo_mira(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    crear_flujo(panel)
    eva, lector = persona(Rol.EDITOR, nombre="Eva"), persona(Rol.LECTOR, nombre="Lector")
    programar(panel)
    camino = f"/aprobaciones/{ultima(panel).id}/comentar"
    assert eva.hacer(camino, {"texto": "Lo confirmó Obras."}).status_code == 303
    assert lector.hacer(camino, {"texto": "Yo opino"}).status_code == 403
    with panel.entorno.base.leer() as sesion:
        assert [c.texto for c in sesion.exec(select(Comentario))] == ["Lo confirmó Obras."]


# ── a quién no le toca ───────────────────────────────────────────────────────────────────────────────────────────


def test_lo_de_otro_perfil_no_existe(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    otro = crear_perfil(panel, "dif")
    crear_flujo(panel)
    ajena = persona(Rol.APROBADOR, nombre="Ajena", perfil_id=otro.id)
    programar(panel, "Secreto del ayuntamiento")
    suya = ultima(panel)
    assert "Secreto" not in ajena.ver("/aprobaciones").text
    assert ajena.ver(f"/aprobaciones/{suya.id}").status_code == 404
    for acto in ("firmar", "comentar", "otra-vez"):
        assert ajena.hacer(f"/aprobaciones/{suya.id}/{acto}", {"decision": "aprobar"}).status_code == 404
    dicho = ajena.hacer("/aprobaciones/varias", {"firma": [f"{suya.id}:x"]}, json=True).json()
    assert (dicho["hecho"], dicho["error"]) == ("", "Una de las que marcó ya no está.")
    assert ultima(panel).estado is suya.estado
    assert ajena.ver("/aprobaciones/999").status_code == 404


def test_de_una_que_va_a_varios_perfiles_cada_quien_ve_los_suyos(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    dif = crear_perfil(panel, "dif", titulo="El DIF")
    crear_flujo(panel)
    del_dif = persona(Rol.APROBADOR, nombre="Dif", perfil_id=dif.id)
    programar(panel, perfiles=("ayuntamiento", "dif"), variantes={"ayuntamiento": "Sólo el ayuntamiento"})
    html = del_dif.ver(f"/aprobaciones/{ultima(panel).id}").text
    assert "El DIF" in html
    assert "Sólo el ayuntamiento" not in html
    assert "1 perfil que su cuenta no ve" in html
    assert "Su cuenta no aprueba en todos los perfiles" in html


@pytest.mark.parametrize("rol", [Rol.LECTOR, Rol.EDITOR])
def test_quien_no_aprueba_no_aprueba_aunque_lo_intente(persona: Entra, panel: EntornoDelPanel, rol: Rol) -> None:
    crear_perfil(panel)
    crear_flujo(panel)
    ana, otro = persona(Rol.APROBADOR, nombre="Ana"), persona(rol, nombre="Otro")
    (suya,) = programar(panel)
    camino = f"/aprobaciones/{ultima(panel).id}"
    vista = vista_de(ana.ver(camino).text)
    assert 'name="vista"' not in otro.ver(camino).text
    otro.hacer(f"{camino}/firmar", {"decision": "aprobar", "vista": vista})
    assert entrega(panel, suya.id).estado is Estado.RETENIDA


def test_quien_administra_la_levanta_y_nadie_mas(persona: Entra, panel: EntornoDelPanel) -> None:
    crear_perfil(panel)
    flujo = crear_flujo(panel)
    admin, coordina = persona(Rol.ADMINISTRADOR, nombre="Admin"), persona(Rol.COORDINADOR, nombre="Coordina")
    (suya,) = programar(panel)
    camino = f"/aprobaciones/{ultima(panel).id}/otra-vez"
    admin.hacer(f"/flujos/{flujo.id}/encender", {})
    assert entrega(panel, suya.id).estado is Estado.RETENIDA
    assert coordina.hacer(camino).status_code == 403
    assert admin.hacer(camino).status_code == 303
    assert entrega(panel, suya.id).estado is Estado.PROGRAMADA


# ── los flujos ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_quien_administra_compone_un_flujo_y_lo_que_llega_espera(persona: Entra, panel: EntornoDelPanel) -> None:
    perfil = crear_perfil(panel)
    admin, ana = persona(Rol.ADMINISTRADOR, nombre="Admin"), persona(Rol.APROBADOR, nombre="Ana")
    (antes,) = programar(panel, "Ya estaba", etiquetas=("prensa",))
    datos = {
        "nombre": "Boletines",
        "perfiles": [str(perfil.id)],
        "etiquetas": "Prensa, obra",
        "aprobadores0": [str(ana.usuario.id)],
        "cuantos0": "todos",
        "paso1": "1",
        "nombre1": "jurídico",
        "suplentes1": [str(ana.usuario.id)],
        "tras1": "24",
        "accion": "guardar",
    }
    probado = admin.hacer("/flujos/nuevo", {**datos, "accion": "probar"}).text
    assert "tocaría a 1 entrega" in probado
    assert 'value="Boletines"' in probado
    assert admin.hacer("/flujos/nuevo", datos).headers["location"] == "/flujos"
    with panel.entorno.base.leer() as sesion:
        flujo = sesion.exec(select(Flujo)).one()
    assert [Paso.de(d) for d in flujo.pasos] == [
        Paso(aprobadores=(ana.usuario.id,), cuantos=Cuantos.TODOS),
        Paso(nombre="jurídico", suplentes=(ana.usuario.id,), suplentes_tras_h=24),
    ]
    assert "Firma Ana." in admin.ver("/flujos").text
    (despues,) = programar(panel, "Nueva", etiquetas=("prensa",))
    assert [entrega(panel, e.id).estado for e in (antes, despues)] == [Estado.PROGRAMADA, Estado.RETENIDA]
    admin.hacer(f"/flujos/{flujo.id}", {**datos, "alcanzar": "1"})
    assert entrega(panel, antes.id).estado is Estado.RETENIDA


def test_un_flujo_sin_nombre_no_se_guarda_ni_se_pierde_lo_escrito(persona: Entra, panel: EntornoDelPanel) -> None:
    respuesta = persona(Rol.ADMINISTRADOR).hacer("/flujos/nuevo", {"nombre": " ", "etiquetas": "agua"})
    assert respuesta.status_code == 422
    assert 'value="agua"' in respuesta.text
    assert "Póngale un nombre" in respuesta.text


def test_los_flujos_se_ordenan_y_manda_el_primero(persona: Entra, panel: EntornoDelPanel) -> None:
    admin = persona(Rol.ADMINISTRADOR)
    uno, dos = crear_flujo(panel, nombre="Uno"), crear_flujo(panel, nombre="Dos")
    admin.hacer(f"/flujos/{dos.id}/mover", {"arriba": "1"})
    html = admin.ver("/flujos").text
    assert html.index(f"/flujos/{dos.id}") < html.index(f"/flujos/{uno.id}")


@pytest.mark.parametrize("rol", [r for r in Rol if r is not Rol.ADMINISTRADOR])
def test_solo_quien_administra_ve_y_toca_los_flujos(persona: Entra, panel: EntornoDelPanel, rol: Rol) -> None:
    flujo, alguien = crear_flujo(panel), persona(rol)
    for camino in ("/flujos", "/flujos/nuevo", f"/flujos/{flujo.id}"):
        assert alguien.ver(camino).status_code == 404
    for camino in ("/flujos/nuevo", f"/flujos/{flujo.id}", f"/flujos/{flujo.id}/mover", f"/flujos/{flujo.id}/encender"):
        assert alguien.hacer(camino, {"nombre": "x"}).status_code == 404


# ── en un navegador de verdad ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def con_vida(panel: EntornoDelPanel, tmp_path: Path) -> tuple[Usuario, Usuario]:
    """Ana aprueba, Eva escribe; tres publicaciones esperan, una con fotos y dos versiones."""
    crear_perfil(panel)
    crear_perfil(panel, "dif", titulo="DIF Municipal")
    ana = crear_usuario(panel, Rol.APROBADOR, nombre="Ana López")
    luis = crear_usuario(panel, Rol.APROBADOR, nombre="Luis Pérez")
    eva = crear_usuario(panel, Rol.EDITOR, nombre="Eva Ruiz")
    crear_flujo(panel, Paso(aprobadores=(ana.id, luis.id)), etiquetas=("prensa",))
    crear_flujo(panel, Paso(nombre="jurídico", aprobadores=(luis.id,), suplentes=(ana.id,), suplentes_tras_h=24))
    fotos = tuple(
        MedioPropuesto(ruta=guardada(tmp_path / f"{n}.jpg", foto(900, 600 + n)), donde=f"{n}.jpg", texto_alternativo=a)
        for n, a in enumerate(("Vecinas plantando un encino", ""))
    )
    programar(panel, "El martes, consulta médica gratuita en la plaza.", etiquetas=("obra",), perfiles=("dif",))
    programar(panel, "Corte de agua en el Centro: de 9 a 14 h.", etiquetas=("prensa",), autor=eva.correo)
    (suya, *_otras) = programar(
        panel, LARGO, etiquetas=("prensa",), perfiles=("ayuntamiento", "dif"), medios=fotos, autor=eva.correo
    )
    corregir(panel, suya, LARGO.replace("8:00", "7:30"), etiquetas=("prensa",), medios=fotos, autor=eva.correo)
    return ana, eva


def test_se_aprueba_con_un_toque_en_el_telefono_y_sin_guiones(
    navegador: Navegador, con_vida: tuple[Usuario, Usuario], capturar: Callable[[Page, str], None]
) -> None:
    pagina = navegador.como(con_vida[0], telefono=True, guiones=False)
    pagina.goto("/aprobaciones")
    capturar(pagina, "aprobaciones-telefono")
    pagina.get_by_role("link", name=re.compile("reforestación")).click()
    capturar(pagina, "aprobacion-telefono")
    pagina.get_by_role("button", name="Aprobar").click()
    assert pagina.get_by_text("Aprobada. Sale a su hora.").is_visible()
    assert ultima(navegador.panel).estado is EstadoDeSolicitud.APROBADA


def test_en_el_escritorio_se_ve_que_cambio_y_se_piden_cambios_con_el_teclado(
    navegador: Navegador, con_vida: tuple[Usuario, Usuario], capturar: Callable[[Page, str], None]
) -> None:
    pagina = navegador.como(con_vida[0])
    pagina.goto("/aprobaciones")
    capturar(pagina, "aprobaciones")
    pagina.get_by_role("checkbox").first.focus()
    pagina.keyboard.press("Space")
    assert pagina.get_by_role("button", name="Aprobar las marcadas (1)").is_visible()
    pagina.goto(f"/aprobaciones/{ultima(navegador.panel).id}")
    capturar(pagina, "aprobacion")
    pagina.locator("summary", has_text="Pedir cambios").focus()
    pagina.keyboard.press("Enter")
    pagina.keyboard.press("Tab")
    pagina.keyboard.type("¿A las 7:30 o a las 8:00?")
    pagina.keyboard.press("Tab")
    pagina.keyboard.press("Enter")
    pagina.get_by_text("Se pidieron los cambios").wait_for()
    capturar(pagina, "aprobacion-con-cambios")
    assert ultima(navegador.panel).estado is EstadoDeSolicitud.RECHAZADA
    assert navegador.errores == []


@pytest.mark.parametrize("oscuro", [False, True])
def test_todas_se_pueden_usar_sin_ver_y_caben_en_el_telefono(
    navegador: Navegador,
    con_vida: tuple[Usuario, Usuario],
    capturar: Callable[[Page, str], None],
    oscuro: bool,
) -> None:
    admin = crear_usuario(navegador.panel, Rol.ADMINISTRADOR, nombre="Admin")
    una = f"/aprobaciones/{ultima(navegador.panel).id}"
    vistas = [
        (con_vida[0], "/aprobaciones"),
        (con_vida[0], una),
        (con_vida[1], "/aprobaciones?ver=hechas"),
        (admin, "/flujos"),
        (admin, "/flujos/nuevo"),
        (admin, "/flujos/1"),
    ]
    for quien, camino in vistas:
        pagina = navegador.como(quien, oscuro=oscuro, telefono=not oscuro)
        pagina.goto(camino)
        capturar(pagina, f"ap{camino.replace('/', '-').replace('?', '-')}-{'oscuro' if oscuro else 'claro'}")
        assert faltas(pagina) == []
        if not oscuro:
            assert pagina.evaluate("document.documentElement.scrollWidth") <= 412, camino
    assert navegador.errores == []


def test_vacias_dicen_que_son_y_que_hacer(navegador: Navegador, capturar: Callable[[Page, str], None]) -> None:
    pagina = navegador.como(crear_usuario(navegador.panel, Rol.ADMINISTRADOR), telefono=True)
    for camino, dice in (("/aprobaciones", "Nada espera aprobación"), ("/flujos", "Nada necesita aprobación")):
        pagina.goto(camino)
        assert pagina.get_by_role("heading", name=dice).is_visible()
        capturar(pagina, f"vacia{camino.replace('/', '-')}")
        assert faltas(pagina) == []
