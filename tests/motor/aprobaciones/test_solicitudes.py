"""Lo que exige aprobación espera, y sale exactamente lo que se aprobó."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from modelos import Entrega, Estado, EstadoDeSolicitud, Medio, Perfil, Publicacion, Rol, Version
from motor.aprobaciones.alcance import alcanzar
from motor.aprobaciones.firmas import CambioEntretanto, NoSePuedeFirmar
from motor.aprobaciones.flujo import Cuantos, Paso
from motor.aprobaciones.solicitudes import pedir_otra_vez
from motor.publicacion import mando
from motor.publicacion.alta import actualizar
from motor.publicacion.propuesta import MedioPropuesto
from motor.publicacion.reclamo import reclamar_una
from motor.publicacion.transiciones import transitar
from tests.motor.acervo.fotos import foto, guardada
from tests.motor.aprobaciones.firmantes import Despacho
from tests.motor.oficina import HORA, MINUTO, Oficina, con_reglas

pytestmark = pytest.mark.dos_bases


def cambiar(oficina: Oficina, entrega: Entrega, texto: str, *, por: str = "", **mas: object) -> None:
    with oficina.entorno.base.escribir() as sesion:
        publicacion = sesion.get_one(Publicacion, entrega.publicacion_id)
        propuesta = oficina.proponer(texto, **mas)
        actualizar(sesion, oficina.entorno, publicacion, propuesta, ahora=oficina.reloj.ahora(), por=por)


def test_lo_que_nadie_exige_sale_como_siempre(oficina: Oficina, despacho: Despacho) -> None:
    despacho.flujo(redes=("otra",))
    entrega = oficina.programar_una()
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.PUBLICADA
    assert despacho.solicitudes() == []


def test_espera_hasta_que_la_aprueban_y_entonces_sale(oficina: Oficina, despacho: Despacho) -> None:
    ana = despacho.alguien("Ana")
    despacho.flujo()
    entrega = oficina.programar_una("Mañana no hay agua.")
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.RETENIDA
    assert oficina.ver(entrega).detalle == "Espera la aprobación de alguien que apruebe en esos perfiles."
    despacho.firmar(ana)
    oficina.vuelta()
    assert oficina.textos_publicados() == ["Mañana no hay agua."]
    assert oficina.historia(entrega)[:3] == ["entrega_programada", "aprobacion_pedida", "aprobacion_completa"]
    assert despacho.pedida.estado is EstadoDeSolicitud.APROBADA


def test_se_le_avisa_a_quien_firma_y_a_quien_escribe(oficina: Oficina, despacho: Despacho) -> None:
    reglas = replace(oficina.entorno.reglas.avisos, url_del_panel="https://panel.x.mx")
    oficina = con_reglas(oficina, avisos=reglas)
    ana, eva = despacho.alguien("Ana"), despacho.alguien("Eva", Rol.EDITOR)
    despacho.flujo()
    oficina.programar_una("Mañana no hay agua.", autor="eva@x.mx")
    pedido = oficina.correos()[-1]
    assert (pedido.para, pedido.asunto) == (ana.correo, "Apruebe: Mañana no hay agua.")
    assert f"https://panel.x.mx/aprobaciones/{despacho.pedida.id}" in pedido.texto
    despacho.oficina = oficina
    despacho.firmar(ana, aprueba=False, comentario="Diga en qué colonia.")
    dicho = oficina.correos()[-1]
    assert (dicho.para, dicho.asunto) == (eva.correo, "Se piden cambios: Mañana no hay agua.")
    assert "Diga en qué colonia." in dicho.texto


# ── por donde sea, no sale ───────────────────────────────────────────────────────────────────────────────────────


def test_ni_soltarla_ni_darle_otra_hora_ni_reclamarla_la_dejan_salir(oficina: Oficina, despacho: Despacho) -> None:
    despacho.flujo()
    entrega = oficina.programar_una(programada_en=oficina.reloj.ahora() + HORA)
    entorno, ahora = oficina.entorno, oficina.reloj.ahora()
    with pytest.raises(mando.NoSePuede, match="aprobación"), entorno.base.escribir() as sesion:
        mando.soltar(sesion, sesion.get_one(Entrega, entrega.id), autor="orden", ahora=ahora)
    with entorno.base.escribir() as sesion:
        mando.reprogramar(sesion, entorno, sesion.get_one(Entrega, entrega.id), ahora, autor="orden", ahora=ahora)
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.RETENIDA
    oficina.cambiar(entrega, estado=Estado.PROGRAMADA)  # como si algo la hubiera soltado por error
    oficina.vuelta()
    assert reclamar_una(entorno.base, entrega.id, ahora=ahora, reglas=entorno.reglas, trabajador="x") is None
    assert oficina.textos_publicados() == []


@pytest.mark.parametrize("estado", [Estado.CANCELADA, Estado.FALLIDA, Estado.VENCIDA, Estado.POR_DECIDIR])
def test_lo_que_se_revive_sin_estar_aprobado_vuelve_a_esperar(
    oficina: Oficina, despacho: Despacho, estado: Estado
) -> None:
    despacho.flujo()
    entrega = oficina.programar_una(programada_en=oficina.reloj.ahora() + HORA)
    oficina.cambiar(entrega, estado=estado)
    entorno, ahora = oficina.entorno, oficina.reloj.ahora()
    with entorno.base.escribir() as sesion:
        mando.reprogramar(
            sesion, entorno, sesion.get_one(Entrega, entrega.id), ahora + MINUTO, autor="orden", ahora=ahora
        )
    assert oficina.estado(entrega) is Estado.RETENIDA
    despacho.firmar(despacho.alguien("Ana"))
    oficina.pasar(2 * MINUTO)
    assert oficina.estado(entrega) is Estado.PUBLICADA


def test_lo_reclamado_antes_no_escribe_su_intencion_si_ya_no_esta_aprobado(
    oficina: Oficina, despacho: Despacho
) -> None:
    entrega = oficina.programar_una()
    reclamo = oficina.reclamar_la(entrega)
    (encargo,) = oficina.despacho.leer([reclamo])
    oficina.cambiar(entrega, exige_aprobacion=True)
    assert oficina.despacho.llevar(encargo) is None
    assert oficina.textos_publicados() == []
    with oficina.entorno.base.escribir() as sesion:
        assert not transitar(
            sesion, entrega.id, de={Estado.RECLAMADA}, a=Estado.ENVIANDO, ahora=oficina.reloj.ahora(), accion="x"
        )


# ── lo aprobado es lo que se publica ─────────────────────────────────────────────────────────────────────────────


def test_cambiarla_anula_lo_aprobado_y_se_pide_otra_vez(oficina: Oficina, despacho: Despacho) -> None:
    ana = despacho.alguien("Ana")
    despacho.flujo()
    entrega = oficina.programar_una("Uno", programada_en=oficina.reloj.ahora() + HORA)
    despacho.firmar(ana)
    assert oficina.estado(entrega) is Estado.PROGRAMADA
    cambiar(oficina, entrega, "Dos", programada_en=oficina.reloj.ahora() + HORA)
    assert [s.estado for s in despacho.solicitudes()] == [EstadoDeSolicitud.ANULADA, EstadoDeSolicitud.PENDIENTE]
    assert oficina.estado(entrega) is Estado.RETENIDA
    assert "aprobacion_anulada" in oficina.historia(entrega)
    oficina.pasar(HORA)
    assert oficina.textos_publicados() == []


def test_cambiar_solo_la_hora_no_anula_lo_aprobado(oficina: Oficina, despacho: Despacho) -> None:
    oficina = con_reglas(oficina, dominios_propios=("x.mx",))  # la clave va en los enlaces, y cambia con cada edición
    despacho.oficina = oficina
    ana, ahora = despacho.alguien("Ana"), oficina.reloj.ahora()
    despacho.flujo()
    entrega = oficina.programar_una("Vea https://x.mx/agua", programada_en=ahora + HORA)
    despacho.firmar(ana)
    cambiar(oficina, entrega, "Vea https://x.mx/agua", programada_en=ahora + MINUTO)
    fila = oficina.ver(entrega)
    assert (fila.estado, fila.aprobado) == (Estado.PROGRAMADA, fila.contenido)
    assert fila.clave != entrega.clave
    oficina.pasar(2 * MINUTO)
    assert oficina.estado(entrega) is Estado.PUBLICADA
    assert len(despacho.solicitudes()) == 1


def test_cambiar_la_hora_de_lo_que_espera_no_lo_pide_dos_veces(oficina: Oficina, despacho: Despacho) -> None:
    despacho.alguien("Ana")
    despacho.flujo()
    entrega = oficina.programar_una("Uno", programada_en=oficina.reloj.ahora() + HORA)
    cambiar(oficina, entrega, "Uno", programada_en=oficina.reloj.ahora() + 2 * HORA)
    assert len(despacho.solicitudes()) == 1
    assert oficina.ver(entrega).detalle.startswith("Espera la aprobación de")


@pytest.mark.parametrize(
    "cambio",
    [
        {"titulo": "Otro"},
        {"enlace": "https://otro.example/"},
        {"opciones": {"memoria": {"lugar": "otro"}}},
        {"tipo": "reel"},
        {"texto": "Otro texto"},
    ],
    ids=lambda c: next(iter(c)),
)
def test_lo_que_alguien_cambia_por_fuera_despues_de_aprobado_no_sale(
    oficina: Oficina, despacho: Despacho, cambio: dict[str, object]
) -> None:
    ana = despacho.alguien("Ana")
    despacho.flujo()
    entrega = oficina.programar_una("Uno", programada_en=oficina.reloj.ahora())
    despacho.firmar(ana)
    tabla, id_ = (Entrega, entrega.id) if "texto" in cambio else (Publicacion, entrega.publicacion_id)
    with oficina.entorno.base.escribir() as sesion:
        sesion.execute(update(tabla).where(col(tabla.id) == id_).values(**cambio))
    oficina.vuelta()
    assert oficina.textos_publicados() == []
    assert oficina.estado(entrega) is Estado.RETENIDA
    assert oficina.asuntos()[-1] == f"No se publicó la {entrega.id}: no es lo que se aprobó"
    assert despacho.pedida.estado is EstadoDeSolicitud.PENDIENTE
    despacho.firmar(ana)  # si de verdad se quiere así, se aprueba así
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.PUBLICADA


def test_ni_la_foto_ni_su_texto_alternativo_pueden_ser_otros(
    oficina: Oficina, despacho: Despacho, tmp_path: Path
) -> None:
    ana = despacho.alguien("Ana")
    despacho.flujo()
    medio = MedioPropuesto(ruta=guardada(tmp_path / "a.jpg", foto()), donde="a.jpg", texto_alternativo="La feria")
    entrega = oficina.programar_una("Uno", medios=(medio,))
    despacho.firmar(ana)
    with oficina.entorno.base.leer() as sesion:
        guardado = sesion.exec(select(Medio)).one()
    guardada(oficina.entorno.acervo / guardado.ruta, foto(80, 80))
    oficina.vuelta()
    assert (oficina.textos_publicados(), oficina.estado(entrega)) == ([], Estado.RETENIDA)
    despacho.firmar(ana)
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.PUBLICADA


def test_lo_aprobado_despues_de_su_hora_no_sale_tarde_por_su_cuenta(oficina: Oficina, despacho: Despacho) -> None:
    ana = despacho.alguien("Ana")
    despacho.flujo()
    tarde = oficina.programar_una("Tarde")
    vencida = oficina.programar_una("Vencida", vence_en=oficina.reloj.ahora() + HORA)
    pedidas = despacho.solicitudes()
    oficina.pasar(3 * HORA, tick=HORA)
    for pedida in pedidas:
        despacho.firmar(ana, pedida)
    oficina.vuelta()
    assert oficina.estados([tarde, vencida]) == [Estado.POR_DECIDIR, Estado.VENCIDA]
    assert oficina.textos_publicados() == []


# ── quién firma ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_quien_la_escribio_no_se_aprueba_a_si_mismo(oficina: Oficina, despacho: Despacho) -> None:
    ana, luis = despacho.alguien("Ana", Rol.COORDINADOR), despacho.alguien("Luis")
    despacho.flujo(Paso(aprobadores=(ana.id,)))
    oficina.programar_una(autor="ANA@x.mx")
    with pytest.raises(NoSePuedeFirmar, match="debe aprobarla otra persona"):
        despacho.firmar(ana)
    assert despacho.firmar(luis).solicitud.estado is EstadoDeSolicitud.APROBADA


def test_quien_la_corrige_tampoco(oficina: Oficina, despacho: Despacho) -> None:
    ana = despacho.alguien("Ana", Rol.COORDINADOR)
    despacho.alguien("Luis")
    despacho.flujo()
    entrega = oficina.programar_una("Uno", autor="Eva")
    cambiar(oficina, entrega, "Dos", autor="Eva", por=ana.correo)
    with pytest.raises(NoSePuedeFirmar, match="la cambió"):
        despacho.firmar(ana)


def test_si_el_flujo_lo_dice_quien_la_escribio_puede(oficina: Oficina, despacho: Despacho) -> None:
    ana = despacho.alguien("Ana", Rol.COORDINADOR)
    despacho.flujo(Paso(aprobadores=(ana.id,), autor_aprueba=True))
    oficina.programar_una(autor=ana.correo)
    assert despacho.firmar(ana).solicitud.estado is EstadoDeSolicitud.APROBADA


def test_aprobar_exige_poder_en_todos_sus_perfiles(
    oficina: Oficina, despacho: Despacho, perfil_de: Callable[..., Perfil]
) -> None:
    dif = perfil_de(nombre="dif")
    del_dif = despacho.alguien("Dif", perfil_id=dif.id)
    despacho.flujo()
    oficina.programar(perfiles=("dif", "memoria"))
    with pytest.raises(NoSePuedeFirmar, match="todos los perfiles"):
        despacho.firmar(del_dif)
    oficina.programar(perfiles=("dif",))
    assert despacho.firmar(del_dif).solicitud.estado is EstadoDeSolicitud.APROBADA


def test_cada_perfil_tiene_el_flujo_que_le_toca(
    oficina: Oficina, despacho: Despacho, perfil_de: Callable[..., Perfil]
) -> None:
    dif = perfil_de(nombre="dif")
    despacho.flujo(perfiles=(dif.id,))
    del_dif, libre = sorted(oficina.programar(perfiles=("dif", "memoria")), key=lambda e: e.perfil_id != dif.id)
    oficina.vuelta()
    assert oficina.estados([del_dif, libre]) == [Estado.RETENIDA, Estado.PUBLICADA]


def test_dos_pasos_se_firman_en_orden_y_todos_es_todos(oficina: Oficina, despacho: Despacho) -> None:
    ana, luis, rosa = (despacho.alguien(n) for n in ("Ana", "Luis", "Rosa"))
    despacho.flujo(
        Paso(nombre="contenido", aprobadores=(ana.id, luis.id), cuantos=Cuantos.TODOS),
        Paso(nombre="jurídico", aprobadores=(rosa.id,)),
    )
    entrega = oficina.programar_una()
    with pytest.raises(NoSePuedeFirmar, match="no le toca"):
        despacho.firmar(rosa)
    despacho.firmar(luis)
    assert oficina.ver(entrega).detalle == "Espera la aprobación de Ana (paso 1 de 2: contenido)."
    with pytest.raises(NoSePuedeFirmar, match="ya firmó"):
        despacho.firmar(luis)
    despacho.firmar(ana)
    assert oficina.ver(entrega).detalle == "Espera la aprobación de Rosa (paso 2 de 2: jurídico)."
    assert oficina.correos()[-1].para == rosa.correo
    oficina.vuelta()
    assert oficina.textos_publicados() == []
    assert despacho.firmar(rosa).solicitud.estado is EstadoDeSolicitud.APROBADA


def test_pedir_cambios_exige_decir_cuales_y_la_deja_esperando(oficina: Oficina, despacho: Despacho) -> None:
    ana = despacho.alguien("Ana")
    despacho.flujo()
    entrega = oficina.programar_una()
    with pytest.raises(NoSePuedeFirmar, match="Diga qué hay que cambiar"):
        despacho.firmar(ana, aprueba=False)
    despacho.firmar(ana, aprueba=False, comentario="Falta la colonia.")
    assert oficina.ver(entrega).detalle == "Ana pidió cambios: Falta la colonia."
    with pytest.raises(NoSePuedeFirmar, match="ya se habían pedido cambios"):
        despacho.firmar(ana)
    cambiar(oficina, entrega, "Con la colonia")
    assert despacho.pedida.estado is EstadoDeSolicitud.PENDIENTE


def test_no_se_firma_lo_que_ya_no_es_lo_que_se_veia(oficina: Oficina, despacho: Despacho) -> None:
    ana = despacho.alguien("Ana")
    despacho.flujo()
    entrega = oficina.programar_una("Uno")
    vista = despacho.pedida
    cambiar(oficina, entrega, "Dos")
    with pytest.raises(CambioEntretanto):
        despacho.firmar(ana, vista)
    with pytest.raises(CambioEntretanto):
        despacho.firmar(ana, vista="otra")
    oficina.vuelta()
    assert oficina.textos_publicados() == []


# ── lo que pasa con lo demás ─────────────────────────────────────────────────────────────────────────────────────


def test_quitarle_la_etiqueta_no_es_una_manera_de_que_salga(oficina: Oficina, despacho: Despacho) -> None:
    despacho.flujo(etiquetas=("Obra Pública",))
    entrega = oficina.programar_una("Uno", etiquetas=("#obra publica",))
    assert oficina.estado(entrega) is Estado.RETENIDA
    cambiar(oficina, entrega, "Uno bis")
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.RETENIDA


def test_lo_que_alguien_aparto_por_otra_razon_no_lo_suelta_aprobarlo(oficina: Oficina, despacho: Despacho) -> None:
    ana = despacho.alguien("Ana")
    entrega = oficina.programar_una("Uno")
    entorno, ahora = oficina.entorno, oficina.reloj.ahora()
    with entorno.base.escribir() as sesion:
        mando.retener(sesion, sesion.get_one(Entrega, entrega.id), motivo="Veda", autor="x", ahora=ahora)
    despacho.flujo()
    cambiar(oficina, entrega, "Dos")
    cambiar(oficina, entrega, "Tres")
    despacho.firmar(ana)
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.RETENIDA
    with entorno.base.escribir() as sesion:
        mando.soltar(sesion, sesion.get_one(Entrega, entrega.id), autor="x", ahora=ahora)
    oficina.vuelta()
    assert oficina.textos_publicados() == ["Tres"]


def test_un_flujo_nuevo_no_alcanza_a_lo_ya_programado_salvo_que_se_pida(oficina: Oficina, despacho: Despacho) -> None:
    entrega = oficina.programar_una(programada_en=oficina.reloj.ahora() + HORA)
    flujo = despacho.flujo()
    assert oficina.estado(entrega) is Estado.PROGRAMADA
    assert alcanzar(oficina.entorno, flujo) == 1
    assert oficina.estado(entrega) is Estado.RETENIDA
    assert alcanzar(oficina.entorno, flujo) == 0
    oficina.pasar(2 * HORA, tick=HORA)
    assert oficina.textos_publicados() == []


def test_apagar_un_flujo_no_suelta_lo_que_espera_hasta_que_alguien_lo_pide(
    oficina: Oficina, despacho: Despacho
) -> None:
    flujo = despacho.flujo()
    entrega = oficina.programar_una()
    with oficina.entorno.base.escribir() as sesion:
        sesion.merge(flujo).activo = False
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.RETENIDA
    with oficina.entorno.base.escribir() as sesion:
        suya = sesion.merge(despacho.pedida)
        ahora = oficina.reloj.ahora()
        assert pedir_otra_vez(sesion, oficina.entorno, suya, por="eva@x.mx", ahora=ahora)
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.RETENIDA  # pedirla otra vez no la levanta
    with oficina.entorno.base.escribir() as sesion:
        suya = sesion.merge(despacho.pedida)
        assert not pedir_otra_vez(sesion, oficina.entorno, suya, por="admin@x.mx", ahora=ahora, levantar=True)
    oficina.vuelta()
    assert oficina.estado(entrega) is Estado.PUBLICADA


def test_de_toda_publicacion_queda_cada_version(oficina: Oficina) -> None:
    entrega = oficina.programar_una("Uno", autor="Eva")
    cambiar(oficina, entrega, "Dos", autor="Luis")
    with oficina.entorno.base.leer() as sesion:
        versiones = sesion.exec(select(Version).order_by(col(Version.version))).all()
    assert [(v.version, v.por, v.contenido["texto"]) for v in versiones] == [(1, "Eva", "Uno"), (2, "Luis", "Dos")]
    assert versiones[0].contenido["perfiles"]["memoria"]["partes"] == ["Uno"]
