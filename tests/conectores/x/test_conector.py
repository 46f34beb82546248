"""El conector contra el simulador, por HTTP de verdad."""

import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time
from oauthlib import oauth1  # type: ignore[import-untyped] # no publica sus tipos

from conectores.contrato import (
    Acceso,
    Adjunto,
    Ausente,
    Busqueda,
    Encuesta,
    EnProceso,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
    Hallada,
    Pieza,
    Preparada,
    Publicado,
    SinSaber,
    calcular_huella,
)
from conectores.x.conector import ConectorX
from simulador.en_hilo import Simulador
from tests.conectores.x.conftest import ACCESO, Abrir
from tests.intermediario import Clase, Intermediario, Recibida, Sabotaje

Foto = Callable[..., Adjunto]


def permitir() -> None:
    return None


def preparar(conector: ConectorX, pieza: Pieza) -> Preparada:
    preparada = conector.preparar(pieza, clave="k1")
    assert isinstance(preparada, Preparada)
    return Preparada(json.loads(json.dumps(preparada.datos)))


def publicar(conector: ConectorX, pieza: Pieza) -> Publicado:
    return conector.publicar(preparar(conector, pieza), clave="k1", permiso=permitir)


def buscar(pieza: Pieza, *, adoptados: set[str] | None = None, desde: datetime | None = None) -> Busqueda:
    return Busqueda(
        pieza=pieza,
        preparada=Preparada({}),
        huella=calcular_huella(pieza.texto, len(pieza.adjuntos)),
        clave="k1",
        desde=desde or datetime.now(UTC) - timedelta(seconds=30),
        ya_adoptados=frozenset(adoptados or ()),
    )


def es_post(recibida: Recibida) -> bool:
    return recibida.metodo == "POST" and recibida.ruta.endswith("/2/tweets")


# ── Lo que sale bien ─────────────────────────────────────────────────────────────────────────────────────────


def test_un_texto_se_publica(sim: Simulador, abrir: Abrir) -> None:
    publicado = publicar(abrir(), Pieza(texto="Hoy no hay agua en el norte. 💧"))
    (visto,) = sim.publicadas("x")
    assert (visto.id, visto.texto, visto.perfil) == (publicado.id_externo, "Hoy no hay agua en el norte. 💧", "1001")
    assert publicado.url == f"https://x.com/i/web/status/{visto.id}"


def test_cuatro_imagenes_con_texto_alternativo(sim: Simulador, abrir: Abrir, foto: Foto) -> None:
    fotos = tuple(foto(f"f{i}.png", color=c, alternativo=f"foto {c}") for i, c in enumerate(("red", "blue", "lime")))
    publicar(abrir(), Pieza(texto="Tres fotos", adjuntos=(*fotos, foto("sin.png"))))
    (visto,) = sim.publicadas("x")
    assert [m.texto_alternativo for m in visto.medios] == ["foto red", "foto blue", "foto lime", ""]


def test_un_video_se_sube_por_trozos_y_se_espera_a_que_x_lo_procese(
    sim: Simulador, abrir: Abrir, video: Adjunto, medio: Intermediario
) -> None:
    sim.ajustar("x", proceso_video_s=0.3)
    conector, pieza = abrir(), Pieza(texto="Mire", adjuntos=(video,))
    en_proceso = conector.preparar(pieza, clave="k1")
    assert isinstance(en_proceso, EnProceso)
    assert timedelta() < en_proceso.espera <= timedelta(seconds=5)
    assert sum(r.ruta.endswith("/append") for r in medio.recibidas) == 3
    sim.ajustar("x", proceso_video_s=0.0)
    preparada = _hasta_preparada(abrir(), pieza, en_proceso.preparada)
    assert sum(r.ruta.endswith("/append") for r in medio.recibidas) == 3, "no se sube otra vez"
    conector.publicar(preparada, clave="k1", permiso=permitir)
    (visto,) = sim.publicadas("x")
    assert [m.es_video for m in visto.medios] == [True]
    assert visto.medios[0].peso_bytes == video.peso_bytes


def _hasta_preparada(conector: ConectorX, pieza: Pieza, previa: Preparada) -> Preparada:
    for _ in range(200):
        resultado = conector.preparar(pieza, clave="k1", previa=previa)
        if isinstance(resultado, Preparada):
            return resultado
        previa = resultado.preparada
    raise AssertionError("X nunca terminó de procesar el video")


def test_una_encuesta(sim: Simulador, abrir: Abrir) -> None:
    publicar(abrir(), Pieza(texto="¿Qué obra?", encuesta=Encuesta(("Parque", "Calle"), timedelta(days=1))))
    (visto,) = sim.publicadas("x")
    assert visto.extra["encuesta"] == {"options": ["Parque", "Calle"], "duration_minutes": 1440}


def test_un_hilo_responde_cada_parte_a_la_anterior(sim: Simulador, abrir: Abrir) -> None:
    conector = abrir()
    textos = conector.partir(Pieza(texto="Una noticia larga del municipio. " * 20))
    anterior = ""
    for texto in textos:
        anterior = publicar(conector, Pieza(texto=texto, en_respuesta_a=anterior)).id_externo
    vistos = sim.publicadas("x")
    assert [v.texto for v in vistos] == textos
    assert [v.extra["respuesta_a"] for v in vistos] == ["", *(v.id for v in vistos[:-1])]


def test_comprobar_dice_de_quien_son_las_credenciales(abrir: Abrir) -> None:
    estado = abrir(id_externo="").comprobar()
    assert (estado.nombre, estado.id_externo) == ("@SanJacintoGob", "1001")
    assert "no dice qué permisos" in estado.avisos[0]


def test_comprobar_ve_que_la_aplicacion_solo_lee(abrir: Abrir, medio: Intermediario) -> None:
    cuerpo = b'{"data": {"id": "1001", "username": "u"}}'
    cabeceras = {"Content-Type": "application/json", "x-access-level": "read"}
    medio.sabotear(Sabotaje(clase=Clase.CONTESTAR_ANTES, cuerpo=cuerpo, cabeceras=cabeceras))
    assert abrir().comprobar().faltan == ("Read and write",)


def test_las_credenciales_de_otra_cuenta_no_sirven(abrir: Abrir) -> None:
    with pytest.raises(ErrorDePerfil, match="otra cuenta"):
        abrir(id_externo="9999").comprobar()


def test_borrar_dos_veces_es_borrar(sim: Simulador, abrir: Abrir) -> None:
    publicado = publicar(abrir(), Pieza(texto="me equivoqué"))
    abrir().borrar(publicado.id_externo)
    abrir().borrar(publicado.id_externo)
    assert sim.publicadas("x") == []


# ── Preparar de nuevo ────────────────────────────────────────────────────────────────────────────────────────


def subidas(medio: Intermediario) -> int:
    return sum(r.ruta.endswith("/initialize") for r in medio.recibidas)


def test_lo_ya_subido_se_aprovecha(abrir: Abrir, foto: Foto, medio: Intermediario) -> None:
    una, otra = foto("una.png", color="red"), foto("otra.png", color="blue")
    previa = preparar(abrir(), Pieza(texto="x", adjuntos=(una,)))
    nueva = abrir().preparar(Pieza(texto="y", adjuntos=(otra, una)), clave="k1", previa=previa)
    assert isinstance(nueva, Preparada)
    assert subidas(medio) == 2
    assert nueva.datos["medios"][1] == previa.datos["medios"][0]


def test_un_archivo_o_un_texto_alternativo_que_cambian_se_suben_otra_vez(
    abrir: Abrir, foto: Foto, medio: Intermediario
) -> None:
    previa = preparar(abrir(), Pieza(texto="x", adjuntos=(foto(color="red"),)))
    abrir().preparar(Pieza(texto="x", adjuntos=(foto(color="blue"),)), clave="k1", previa=previa)
    abrir().preparar(Pieza(texto="x", adjuntos=(foto(color="red", alternativo="rojo"),)), clave="k1", previa=previa)
    assert subidas(medio) == 3


def test_lo_subido_hace_un_dia_se_sube_otra_vez_y_no_se_publica(
    sim: Simulador, abrir: Abrir, foto: Foto, medio: Intermediario
) -> None:
    pieza = Pieza(texto="x", adjuntos=(foto(),))
    previa = preparar(abrir(), pieza)
    with freeze_time(datetime.now(UTC) + timedelta(hours=23, minutes=40), tick=True):
        with pytest.raises(ErrorTransitorio, match="vencieron"):
            abrir().publicar(previa, clave="k1", permiso=permitir)
        abrir().preparar(pieza, clave="k1", previa=previa)
    assert subidas(medio) == 2
    assert sim.publicadas("x") == []


def test_un_archivo_que_desaparecio_es_transitorio_y_lo_nombra(abrir: Abrir, foto: Foto) -> None:
    perdida = foto("perdida.png")
    perdida.ruta.unlink()
    with pytest.raises(ErrorTransitorio, match=r"perdida\.png"):
        abrir().preparar(Pieza(texto="x", adjuntos=(perdida,)), clave="k1")


def test_una_preparada_que_no_se_entiende_no_publica(sim: Simulador, abrir: Abrir) -> None:
    with pytest.raises(ErrorTransitorio):
        abrir().publicar(Preparada({"de": "otra versión"}), clave="k1", permiso=permitir)
    assert sim.publicadas("x") == []


def test_un_medio_que_x_no_puede_procesar_es_del_contenido(abrir: Abrir, foto: Foto, medio: Intermediario) -> None:
    fallo = {"data": {"id": "1", "processing_info": {"state": "failed", "error": {"message": "codec"}}}}
    medio.sabotear(
        Sabotaje(
            clase=Clase.CONTESTAR_ANTES,
            cuando=lambda r: r.ruta.endswith("/finalize"),
            cuerpo=json.dumps(fallo).encode(),
        )
    )
    with pytest.raises(ErrorDeContenido, match=r"foto\.png: codec"):
        abrir().preparar(Pieza(texto="x", adjuntos=(foto(),)), clave="k1")


# ── Lo que sale mal ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("clase", "como", "veredicto", "publicadas"),
    [
        ("reset_antes", {}, ErrorIncierto, 0),
        ("reset_despues", {}, ErrorIncierto, 1),
        ("cuelgue", {"aceptar": True}, ErrorIncierto, 1),
        ("cuelgue", {"aceptar": False}, ErrorIncierto, 0),
        ("error_500_antes", {}, ErrorIncierto, 0),
        ("error_500_despues", {}, ErrorIncierto, 1),
        ("truncado", {}, ErrorIncierto, 1),
        ("html", {"estado": 200}, ErrorDeContrato, 1),
        ("html", {"estado": 503}, ErrorIncierto, 1),
        ("lento", {"segundos": 3.0}, ErrorIncierto, 1),
        ("limite_429", {}, ErrorTransitorio, 0),
        ("token_vencido", {}, ErrorDePerfil, 0),
    ],
)
def test_cada_fallo_al_publicar_tiene_su_veredicto(
    sim: Simulador, abrir: Abrir, clase: str, como: dict[str, Any], veredicto: type[ErrorDeRed], publicadas: int
) -> None:
    conector = abrir(plazo_total=timedelta(seconds=0.6))
    preparada = preparar(conector, Pieza(texto="hola"))
    sim.fallar("x", clase, **como)
    with pytest.raises(ErrorDeRed) as caso:
        conector.publicar(preparada, clave="k1", permiso=permitir)
    assert type(caso.value) is veredicto
    assert len(sim.publicadas("x")) == publicadas


def test_el_limite_dice_cuanto_esperar_y_es_de_todo_el_perfil(sim: Simulador, abrir: Abrir) -> None:
    sim.fallar("x", "limite_429")
    with pytest.raises(ErrorTransitorio) as caso:
        publicar(abrir(), Pieza(texto="hola"))
    assert caso.value.de_perfil
    assert caso.value.espera is not None
    assert timedelta() <= caso.value.espera <= timedelta(seconds=3)


def test_repetir_un_texto_es_indicio_de_que_ya_salio(sim: Simulador, abrir: Abrir) -> None:
    publicar(abrir(), Pieza(texto="hola"))
    with pytest.raises(ErrorDuplicado):
        publicar(abrir(), Pieza(texto="hola"))
    assert len(sim.publicadas("x")) == 1


def test_responder_a_algo_borrado_es_del_contenido(abrir: Abrir) -> None:
    with pytest.raises(ErrorDeContenido, match="deleted"):
        publicar(abrir(), Pieza(texto="sigue", en_respuesta_a="123"))


def test_sin_permiso_no_sale_nada(sim: Simulador, abrir: Abrir, medio: Intermediario) -> None:
    def negar() -> None:
        raise ErrorTransitorio("Ya es tarde.")

    preparada = preparar(abrir(), Pieza(texto="hola"))
    with pytest.raises(ErrorTransitorio, match="Ya es tarde"):
        abrir().publicar(preparada, clave="k1", permiso=negar)
    assert not any(map(es_post, medio.recibidas))
    assert sim.publicadas("x") == []


def test_sin_nadie_al_otro_lado_es_transitorio() -> None:
    conector = ConectorX(replace(ACCESO, url="http://127.0.0.1:9"))
    preparada = Preparada({"texto": "hola", "medios": [], "encuesta": None, "en_respuesta_a": ""})
    with pytest.raises(ErrorTransitorio, match="No llegó a enviarse"):
        conector.publicar(preparada, clave="k1", permiso=permitir)
    with pytest.raises(ErrorTransitorio):
        conector.comprobar()


def test_sin_credenciales_se_dice_cuales_faltan() -> None:
    conector = ConectorX(Acceso(perfil="prensa", credenciales={"api_key": "x" * 9, "access_token": "y" * 9}))
    with pytest.raises(ErrorDePerfil, match="api_secret, access_secret"):
        conector.comprobar()


@pytest.mark.parametrize("clase", ["reset_antes", "reset_despues", "error_500_despues", "truncado", "cuelgue"])
def test_un_corte_al_subir_un_medio_es_transitorio(sim: Simulador, abrir: Abrir, foto: Foto, clase: str) -> None:
    sim.fallar("x", clase, alcance="escrituras", ruta="/append")
    with pytest.raises(ErrorTransitorio):
        abrir(plazo_total=timedelta(seconds=0.6)).preparar(Pieza(texto="x", adjuntos=(foto(),)), clave="k1")


# ── Salir de la duda ─────────────────────────────────────────────────────────────────────────────────────────

ENREDADO = Pieza(
    texto="Agua & drenaje <hoy>: https://leon.gob.mx/a?b=1&c=2, leon.gob.mx y   ñandú\n\ne\u0301l 👨‍👩‍👧‍👦"
)


def test_lo_publicado_sin_respuesta_se_encuentra(sim: Simulador, abrir: Abrir, foto: Foto) -> None:
    pieza = replace(ENREDADO, adjuntos=(foto(), foto("b.png", color="red")))
    sim.fallar("x", "reset_despues")
    with pytest.raises(ErrorIncierto):
        publicar(abrir(), pieza)
    (visto,) = sim.publicadas("x")
    hallazgo = abrir(id_externo="").conciliar(buscar(pieza))
    assert hallazgo == Hallada(Publicado(visto.id, f"https://x.com/i/web/status/{visto.id}"))


@pytest.mark.parametrize("dialecto", ["viejo", "nuevo"])
def test_se_concilia_en_los_dos_dialectos(sim: Simulador, abrir: Abrir, dialecto: str) -> None:
    sim.ajustar("x", dialecto=dialecto)
    primera = publicar(abrir(), ENREDADO)
    segunda = Pieza(texto="sigue", en_respuesta_a=primera.id_externo)
    publicado = publicar(abrir(), segunda)
    assert abrir().conciliar(buscar(ENREDADO)) == Hallada(primera)
    assert abrir().conciliar(buscar(segunda)) == Hallada(publicado)


def test_si_x_rechaza_los_campos_viejos_se_piden_con_los_nuevos(
    sim: Simulador, abrir: Abrir, medio: Intermediario
) -> None:
    primera = publicar(abrir(), ENREDADO)
    segunda = Pieza(texto="sigue", en_respuesta_a=primera.id_externo)
    publicado = publicar(abrir(), segunda)
    rechazo = {
        "errors": [{"message": "The query parameter [tweet.fields] is not one of […]"}],
        "title": "Invalid Request",
        "type": "https://api.x.com/2/problems/invalid-request",
    }
    medio.sabotear(Sabotaje(clase=Clase.CONTESTAR_ANTES, estado=400, cuerpo=json.dumps(rechazo).encode()))
    conector = abrir()
    assert conector.conciliar(buscar(segunda)) == Hallada(publicado)
    assert conector.conciliar(buscar(ENREDADO)) == Hallada(primera)
    nombres = [{n for n, _ in r.consulta if n.endswith(".fields")} for r in medio.recibidas if r.metodo == "GET"]
    assert nombres == [{"tweet.fields"}, {"post.fields"}, {"post.fields"}]


def test_lo_que_tarda_en_listarse_primero_no_esta_y_luego_si(sim: Simulador, abrir: Abrir) -> None:
    sim.ajustar("x", retraso_listado_s=0.8)
    publicado = publicar(abrir(), Pieza(texto="hola"))
    assert abrir().conciliar(buscar(Pieza(texto="hola"))) == Ausente()
    limite = datetime.now(UTC) + timedelta(seconds=5)
    while (hallazgo := abrir().conciliar(buscar(Pieza(texto="hola")))) == Ausente() and datetime.now(UTC) < limite:
        continue
    assert hallazgo == Hallada(publicado)


def test_dos_textos_identicos_no_se_adoptan_uno_al_otro(sim: Simulador, abrir: Abrir) -> None:
    sim.ajustar("x", duplicados=False)
    primera, segunda = publicar(abrir(), Pieza(texto="hola")), publicar(abrir(), Pieza(texto="hola"))
    pieza = Pieza(texto="hola")
    assert abrir().conciliar(buscar(pieza)) == Hallada(primera)
    assert abrir().conciliar(buscar(pieza, adoptados={primera.id_externo})) == Hallada(segunda)
    adoptadas = {primera.id_externo, segunda.id_externo}
    assert abrir().conciliar(buscar(pieza, adoptados=adoptadas)) == Ausente()


def test_se_leen_todas_las_paginas_y_gana_la_mas_antigua(sim: Simulador, abrir: Abrir, medio: Intermediario) -> None:
    sim.ajustar("x", duplicados=False)
    conector = abrir()
    primera = publicar(conector, Pieza(texto="hola"))
    for i in range(100):
        publicar(conector, Pieza(texto=f"otra cosa {i}" if i else "hola"))
    assert conector.conciliar(buscar(Pieza(texto="hola"))) == Hallada(primera)
    assert sum(r.metodo == "GET" for r in medio.recibidas) == 2


def test_un_perfil_con_demasiadas_publicaciones_no_deja_saber(abrir: Abrir, medio: Intermediario) -> None:
    pagina = json.dumps({"meta": {"result_count": 0, "next_token": "7140x"}}).encode()
    for _ in range(10):
        medio.sabotear(Sabotaje(clase=Clase.CONTESTAR_ANTES, cuerpo=pagina))
    assert isinstance(abrir().conciliar(buscar(Pieza(texto="hola"))), SinSaber)


@pytest.mark.parametrize("clase", ["reset_antes", "error_500_antes", "html", "truncado", "limite_429", "token_vencido"])
def test_no_poder_preguntar_no_es_no_encontrar(sim: Simulador, abrir: Abrir, clase: str) -> None:
    sim.fallar("x", clase, alcance="todas")
    with pytest.raises(ErrorDeRed):
        abrir().conciliar(buscar(Pieza(texto="hola")))


# ── Los secretos ─────────────────────────────────────────────────────────────────────────────────────────────


def test_ni_a_nivel_debug_se_escriben_credenciales_ni_firmas(
    sim: Simulador, abrir: Abrir, foto: Foto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    publicar(abrir(), Pieza(texto="hola", adjuntos=(foto(),)))
    for secreto in ACCESO.credenciales.values():
        assert secreto not in caplog.text
    assert "oauth_signature" not in caplog.text


def test_la_firma_es_de_la_direccion_a_la_que_va(abrir: Abrir, medio: Intermediario) -> None:
    """X comprueba la firma con la dirección completa: firmar api.twitter.com y mandar a otra daría 401."""
    publicar(abrir(), Pieza(texto="hola"))
    (recibida,) = [r for r in medio.recibidas if es_post(r)]
    dados = dict(re.findall(r'(\w+)="([^"]*)"', recibida.cabeceras["authorization"]))
    cliente = oauth1.Client(
        ACCESO.credenciales["api_key"],
        ACCESO.credenciales["api_secret"],
        ACCESO.credenciales["access_token"],
        ACCESO.credenciales["access_secret"],
        nonce=dados["oauth_nonce"],
        timestamp=dados["oauth_timestamp"],
    )
    _, cabeceras, _ = cliente.sign(f"{medio.url}/2/tweets", "POST")
    assert f'oauth_signature="{dados["oauth_signature"]}"' in cabeceras["Authorization"]
