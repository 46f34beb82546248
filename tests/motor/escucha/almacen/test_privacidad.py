"""Lo que se guarda de una persona: hallarlo, entregarlo, borrarlo de todas partes y que no vuelva."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from conectores.contrato_escucha import Autor, Clase, Tanda
from modelos import Correo, EstadoDeCorreo, Historia, ImagenDeCorreo, Secreto
from modelos.escucha import Crudo, Fuente, Mensaje, Olvidado
from motor.avisos.historias.limpieza import A_PETICION
from motor.escucha.almacen.guardar import Guardado, guardar, guardar_revision
from motor.escucha.almacen.olvido import Firma, abrir_firma
from motor.escucha.almacen.privacidad import Persona, borrar, buscar, exportar, nombrada_por_otros, olvidar
from motor.escucha.entorno import EntornoDeEscucha
from tests.conftest import COMIENZO, RelojFijo
from tests.motor.escucha.almacen.dichos import conteos, entender, oido, todo

ANA = Autor(id="77", usuario="ana_lopez", nombre="Ana López Pérez")
BETO = Autor(id="88", usuario="beto", nombre="Beto Pérez")


def halladas(escucha: EntornoDeEscucha, quien: str, red: str = "") -> list[Persona]:
    with escucha.base.leer() as sesion:
        return buscar(sesion, quien, red=red)


@pytest.mark.parametrize(
    ("quien", "de_quienes"),
    [
        ("@ana_lopez", ["77"]),
        ("@ANA_López", ["77"]),
        ("@ana", []),  # el usuario, entero
        ("77", ["77"]),
        ("ana_lopez", ["77"]),
        ("perez ana", ["77"]),
        ("PÉREZ", ["77", "88"]),
        ("zutano", []),
        ("@", []),
        ("", []),
    ],
)
def test_se_halla_a_una_persona_por_su_usuario_su_identificador_o_su_nombre(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], quien: str, de_quienes: list[str]
) -> None:
    llega(oido("1", autor=ANA), oido("2", autor=ANA), oido("3", autor=BETO), oido("4", autor=Autor()))
    assert [p.id for p in halladas(escucha, quien)] == de_quienes


def test_quien_cambio_de_usuario_y_de_nombre_sigue_siendo_la_misma(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], reloj: RelojFijo
) -> None:
    llega(oido("1", autor=ANA))
    reloj.avanzar(timedelta(hours=1))
    llega(oido("2", autor=Autor(id="77", usuario="anita", nombre="Anita"), publicado_en=reloj.ahora()))
    [persona] = halladas(escucha, "@ana_lopez")
    assert (persona.usuario, persona.mensajes, persona.ultimo) == ("anita", 2, reloj.ahora())
    assert halladas(escucha, "@anita") == [persona]


@pytest.mark.dos_bases
def test_borrar_quita_lo_que_dijo_y_quien_es_y_deja_los_conteos(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    llega(oido("1", autor=ANA), oido("2", autor=BETO), oido("3", autor=ANA))
    hecho = borrar(escucha, halladas(escucha, "@ana_lopez"))
    assert hecho.mensajes == 2
    quedan = sorted((m["texto"], m["autor_id"], m["autor_nombre"]) for m in todo(escucha, Mensaje))
    assert quedan == [("", "", ""), ("", "", ""), ("hay un bache", "88", "Beto Pérez")]
    assert len(todo(escucha, Crudo)) == 1
    assert conteos(escucha) == {1: 3}
    assert halladas(escucha, "ana") == []


@pytest.mark.dos_bases
def test_lo_que_llega_despues_de_quien_pidio_el_olvido_no_se_guarda(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    llega(oido("1", autor=ANA), oido("2", autor=BETO))
    borrar(escucha, halladas(escucha, "77"))
    con_otro_usuario = Autor(id="77", usuario="anita")
    solo_el_usuario = Autor(usuario="@Ana_Lopez")
    guardado = llega(
        oido("1", autor=ANA),
        oido("5", autor=con_otro_usuario),
        oido("6", autor=solo_el_usuario),
        oido("7", autor=BETO),
    )
    assert (guardado.nuevos, guardado.olvidados) == (1, 3)
    assert {m["id_externo"] for m in todo(escucha, Mensaje) if m["texto"]} == {"2", "7"}
    assert conteos(escucha) == {1: 3}


@pytest.mark.dos_bases
def test_si_pide_el_olvido_mientras_se_guardaba_lo_suyo_no_se_guarda(
    escucha: EntornoDeEscucha, fuente_de: Callable[..., Fuente]
) -> None:
    def lento(red: str, oidos: object) -> list[object]:
        olvidar(escucha, abrir_firma(escucha.principal.base), [("memoria", ANA)])
        return entender(red, oidos)  # type: ignore[arg-type, return-value] # sólo lo pasa

    tanda = Tanda(oidos=(oido("1", autor=ANA), oido("2", autor=BETO)))
    guardado = guardar(escucha, fuente_de(), tanda, entender=lento)  # type: ignore[arg-type] # ídem
    assert (guardado.nuevos, guardado.olvidados) == (1, 1)


def test_de_quien_pidio_el_olvido_solo_queda_una_huella_que_no_la_nombra(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado], tmp_path: Path
) -> None:
    llega(oido("1", "un bache en casa de la familia López", autor=ANA, url="https://ejemplo.mx/ana_lopez/1"))
    borrar(escucha, halladas(escucha, "77"))
    assert {len(o["huella"]) for o in todo(escucha, Olvidado)} == {64}
    en_disco = b"".join(r.read_bytes() for r in tmp_path.rglob("*.db*"))
    for rastro in (b"ana_lopez", "López".encode(), b"L\\u00f3pez", b"un bache en casa"):
        assert rastro not in en_disco


def test_la_huella_depende_de_un_secreto_que_no_esta_en_la_misma_base_ni_se_ensena(escucha: EntornoDeEscucha) -> None:
    firma = abrir_firma(escucha.principal.base)
    assert abrir_firma(escucha.principal.base) == firma
    with escucha.principal.base.leer() as sesion:
        secreto = sesion.exec(select(Secreto)).one()
    assert len(secreto.valor) == 64
    assert secreto.valor not in repr(secreto) + repr(firma)
    assert firma.huellas("memoria", ANA) != Firma(b"otra").huellas("memoria", ANA)
    assert set(firma.huellas("memoria", ANA)).isdisjoint(firma.huellas("otra", ANA))
    assert firma.huellas("memoria", Autor()) == ()


def correo(clave: str, texto: str, estado: EstadoDeCorreo, html: str = "", asunto: str = "Aviso") -> Correo:
    return Correo(
        clave=clave,
        grupo="g",
        para="c@ejemplo.mx",
        asunto=asunto,
        texto=texto,
        html=html,
        estado=estado,
        no_antes_de=COMIENZO,
        creado_en=COMIENZO,
    )


def test_las_copias_en_correos_mandados_y_en_historias_tambien_se_borran(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    dicho = "no hay agua en la colonia Centro & vecinas desde ayer en la noche, ¿quién responde?"
    llega(oido("1", dicho, autor=ANA))
    nombrada = Historia(
        clase="mencion",
        clave="m:1",
        asunto="Mención",
        detalle="Lo dijo Ana López Pérez",
        abierta_en=COMIENZO,
        ultima_en=COMIENZO,
    )
    otra = Historia(clase="pico", clave="p:1", asunto="Pico", detalle="Sube", abierta_en=COMIENZO, ultima_en=COMIENZO)
    with escucha.principal.base.escribir() as sesion:
        sesion.add_all(
            [
                correo("usuario", "Lo dijo @ana_lopez", EstadoDeCorreo.ENVIADO, asunto="Mención de @ana_lopez"),
                correo(
                    "html",
                    "Aviso",
                    EstadoDeCorreo.ENVIADO,
                    "<p>no hay agua en la  colonia\nCentro &amp; vecinas desde ayer en la noche",
                ),
                correo("otro", "Lo dijo @beto", EstadoDeCorreo.ENVIADO),
                correo("sale", "Lo dijo Ana López Pérez", EstadoDeCorreo.PENDIENTE),
                nombrada,
                otra,
            ]
        )
    hecho = borrar(escucha, halladas(escucha, "@ana_lopez"))
    assert (hecho.correos, hecho.historias, hecho.por_mandar) == (2, 1, 1)
    with escucha.principal.base.leer() as sesion:
        textos = {c.clave: c.texto for c in sesion.exec(select(Correo))}
        asuntos = {c.clave: c.asunto for c in sesion.exec(select(Correo))}
        detalles = {h.clave: h.detalle for h in sesion.exec(select(Historia))}
    sin_cambio = {"otro": "Lo dijo @beto", "sale": "Lo dijo Ana López Pérez"}
    assert textos == {"usuario": A_PETICION, "html": A_PETICION} | sin_cambio
    assert detalles == {"m:1": "", "p:1": "Sube"}
    assert (asuntos["usuario"], asuntos["html"]) == (A_PETICION, "Aviso")


def test_del_aviso_que_aun_no_sale_se_quita_lo_suyo_y_el_aviso_se_queda(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    llega(oido("1", autor=ANA), oido("2", autor=ANA))
    partes = [
        "MENCIONES\n3 mensajes",
        "@ana_lopez · X\n«hay un bache»",
        "Ana López Pérez",
        "@beto · X\n«sí»",
        "Qué hacer",
    ]
    with escucha.principal.base.escribir() as sesion:
        historia = Historia(clase="mencion", clave="m", asunto="Baches", abierta_en=COMIENZO, ultima_en=COMIENZO)
        sesion.add(historia)
        sesion.flush()
        espera = correo("espera", "\n\n".join(partes), EstadoDeCorreo.PENDIENTE, "<p>@ana_lopez</p>", "Mención: Baches")
        corto = correo(
            "corto", "Baches: @ana_lopez. «hay un bache»", EstadoDeCorreo.PENDIENTE, asunto="Mención: Baches"
        )
        espera.historia_id = corto.historia_id = historia.id
        sesion.add_all([espera, corto])
        sesion.flush()
        sesion.add(ImagenDeCorreo(correo_id=espera.id, cid="g", nombre="g.png", datos=b"png"))
    hecho = borrar(escucha, halladas(escucha, "@ana_lopez"))
    assert (hecho.correos, hecho.por_mandar) == (2, 0)
    with escucha.principal.base.leer() as sesion:
        quedan = {c.clave: (c.asunto, c.texto, c.html, c.estado) for c in sesion.exec(select(Correo))}
        assert sesion.exec(select(ImagenDeCorreo)).all() == []
    espera_sin_ella = "\n\n".join([partes[0], A_PETICION, partes[3], partes[4]])
    assert quedan == {
        "espera": ("Mención: Baches", espera_sin_ella, "", EstadoDeCorreo.PENDIENTE),
        "corto": ("Mención: Baches", A_PETICION, "", EstadoDeCorreo.PENDIENTE),
    }


def test_exportar_da_todo_lo_suyo_y_nada_de_los_demas(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    llega(oido("1", autor=ANA), oido("2", "qué dice @ana_lopez", autor=BETO))
    personas = halladas(escucha, "@ana_lopez")

    def en(sesion: Session) -> tuple[list[tuple[str, str, object]], int]:
        filas = [(f["autor_id"], f["texto"], f["crudo"]) for f in exportar(sesion, personas)]
        return filas, nombrada_por_otros(sesion, personas)

    with escucha.base.leer() as sesion:
        assert en(sesion) == ([("77", "hay un bache", {"id": "1"})], 1)
        assert list(exportar(sesion, [])) == []
        assert nombrada_por_otros(sesion, []) == 0


@pytest.mark.dos_bases
def test_un_mensaje_olvidado_no_vuelve_aunque_llegue_sin_decir_de_quien_es(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    """Por otra fuente, con otra clase, editado, o al volver a preguntar por él."""
    llega(oido("1", autor=ANA))
    borrar(escucha, halladas(escucha, "@ana_lopez"))
    otra_vez = replace(oido("1", "hay un bache (editado)"), autor=Autor(), clase=Clase.BUSQUEDA)
    assert llega(otra_vez, de="f2").olvidados == 1
    revisado = guardar_revision(escucha, "memoria", [otra_vez], [], entender=entender)
    assert revisado.olvidados == 1
    assert [m["texto"] for m in todo(escucha, Mensaje)] == [""]


@pytest.mark.dos_bases
def test_borrar_quita_tambien_los_identificadores_que_dicen_de_quien_son(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    """En una red, el identificador de un mensaje lleva el de su autora; y el de lo que otros le contestan."""
    did = "did:plc:ana7ana7ana7"
    autora = Autor(id=did, usuario="ana.bsky.social", nombre="Ana")
    suyo, padre = f"at://{did}/app.bsky.feed.post/3k", "at://did:plc:otro/app.bsky.feed.post/1"
    llega(
        replace(oido(suyo, autor=autora), en_respuesta_a=padre),
        replace(oido("at://did:plc:beto/p/2", autor=BETO), en_respuesta_a=suyo),
        replace(oido("at://did:plc:beto/p/3", autor=BETO), en_respuesta_a=padre),
    )
    borrar(escucha, halladas(escucha, "@ana.bsky.social"))
    guardado = "".join(str(f) for tabla in (Mensaje, Crudo, Olvidado) for f in todo(escucha, tabla))
    assert did not in guardado
    assert sorted(m["en_respuesta_a"] for m in todo(escucha, Mensaje)) == ["", "", padre]


def test_un_usuario_corto_tambien_se_quita_de_los_correos(
    escucha: EntornoDeEscucha, llega: Callable[..., Guardado]
) -> None:
    llega(oido("1", autor=Autor(id="9", usuario="ana")))
    with escucha.principal.base.escribir() as sesion:
        sesion.add_all(
            [
                correo("suyo", "@ana · X", EstadoDeCorreo.ENVIADO),
                correo("otro", "una semana sin agua", EstadoDeCorreo.ENVIADO),
            ]
        )
    assert borrar(escucha, halladas(escucha, "@ana")).correos == 1
