"""La puerta a la Graph API contra un servidor que contesta lo que se le dice: qué se manda y qué se entiende."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from conectores.contrato import (
    Acceso,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
)
from conectores.grafo import VERSION, Grafo, codificar, exigir, exigir_exito, exigir_lista, exigir_numero
from conectores.grafo_errores import (
    Falla,
    NoExiste,
    espera_de_uso,
    leer_falla,
    razon_de_contenedor,
    uso_pct,
    veredicto,
)

TOKEN = "EAAB-token-de-la-pagina"
SECRETO = "secreto-de-la-aplicacion"


@dataclass
class Recibida:
    metodo: str
    ruta: str
    consulta: dict[str, list[str]]
    cabeceras: Message
    cuerpo: bytes

    @property
    def campos(self) -> dict[str, list[str]]:
        return parse_qs(self.cuerpo.decode())


@dataclass
class Meta:
    """Contesta a todo lo mismo y apunta lo que le llega."""

    url: str = ""
    estado: int = 200
    cuerpo: bytes = b'{"id": "1"}'
    cabeceras: dict[str, str] = field(default_factory=dict)
    tipo: str = "application/json; charset=UTF-8"
    recibidas: list[Recibida] = field(default_factory=list)

    def contesta(self, cuerpo: Any, *, estado: int = 200, tipo: str | None = None, **cabeceras: str) -> None:
        self.estado, self.cabeceras = estado, {c.replace("_", "-"): v for c, v in cabeceras.items()}
        self.cuerpo = cuerpo if isinstance(cuerpo, bytes) else json.dumps(cuerpo).encode()
        self.tipo = "application/json" if tipo is None else tipo


@pytest.fixture
def meta() -> Iterator[Meta]:
    red = Meta()

    class Manejador(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _atender(self) -> None:
            largo = int(self.headers.get("Content-Length") or 0)
            partes = urlsplit(self.path)
            red.recibidas.append(
                Recibida(self.command, partes.path, parse_qs(partes.query), self.headers, self.rfile.read(largo))
            )
            self.send_response(red.estado)
            if red.tipo:
                self.send_header("Content-Type", red.tipo)
            for nombre, valor in red.cabeceras.items():
                self.send_header(nombre, valor)
            self.send_header("Content-Length", str(len(red.cuerpo)))
            self.end_headers()
            self.wfile.write(red.cuerpo)

        do_GET = do_POST = do_DELETE = _atender

        def log_message(self, *args: object) -> None:
            pass

    servidor = ThreadingHTTPServer(("127.0.0.1", 0), Manejador)
    servidor.daemon_threads = True
    hilo = threading.Thread(target=servidor.serve_forever, args=(0.01,), daemon=True)
    hilo.start()
    red.url = f"http://127.0.0.1:{servidor.server_address[1]}"
    yield red
    servidor.shutdown()
    servidor.server_close()
    hilo.join()


def abrir(meta: Meta, **credenciales: str) -> Grafo:
    return Grafo(Acceso(perfil="prueba", url=meta.url, credenciales={"token": TOKEN, **credenciales}))


def dejar_pasar() -> None:
    """El permiso de quien va a tiempo."""


def error(codigo: int | None, subcodigo: int | None = None, **demas: Any) -> dict[str, Any]:
    cuerpo = {"message": "(#n) Something", "code": codigo, "error_subcode": subcodigo, **demas}
    return {"error": {c: v for c, v in cuerpo.items() if v is not None}}


# ── Lo que se manda ──────────────────────────────────────────────────────────────────────────────────────────


def test_se_pide_la_version_fijada_y_el_token_no_va_en_la_direccion(meta: Meta) -> None:
    abrir(meta).leer("77", fields="id,name")
    [recibida] = meta.recibidas
    assert recibida.ruta == f"/{VERSION}/77"
    assert recibida.consulta == {"fields": ["id,name"]}
    assert recibida.cabeceras["Authorization"] == f"Bearer {TOKEN}"


def test_listas_objetos_y_logicos_salen_en_json_y_lo_vacio_no_sale(meta: Meta) -> None:
    abrir(meta).escribir("77/feed", {"attached_media": [{"media_fbid": "1"}], "published": False, "link": None, "n": 3})
    assert meta.recibidas[0].campos == {
        "attached_media": ['[{"media_fbid":"1"}]'],
        "published": ["false"],
        "n": ["3"],
    }


def test_codificar_deja_el_texto_como_lo_escribio_el_editor() -> None:
    assert codificar({"message": "¿Ñandú? «sí»"}) == {"message": "¿Ñandú? «sí»"}


def test_con_secreto_cada_peticion_va_firmada(meta: Meta) -> None:
    grafo = abrir(meta, app_secret=SECRETO)
    grafo.leer("77", fields="id")
    grafo.escribir("77/feed", {"message": "hola"})
    [leida, escrita] = meta.recibidas
    # printf %s TOKEN | openssl dgst -sha256 -hmac SECRETO
    esperada = "a5fc07c990f74d2c78a86c65e8969bb63b3631abe5db8fc9221e8f2db2e41e70"
    assert leida.consulta["appsecret_proof"] == [esperada]
    assert escrita.campos["appsecret_proof"] == [esperada]


def test_un_archivo_viaja_entero_con_sus_campos(meta: Meta) -> None:
    abrir(meta).escribir("77/photos", {"published": False}, archivo=b"\xff\xd8bytes", campo="source")
    cuerpo = meta.recibidas[0].cuerpo
    assert b'name="source"; filename="medio"' in cuerpo
    assert b"\xff\xd8bytes" in cuerpo
    assert b'name="published"\r\n\r\nfalse' in cuerpo


def test_un_video_se_sube_con_su_peso_y_su_token_a_la_direccion_que_armamos(meta: Meta, tmp_path: Path) -> None:
    video = tmp_path / "informe.mp4"
    video.write_bytes(b"v" * 5000)
    meta.contesta({"success": True})
    abrir(meta).subir("901", video)
    [recibida] = meta.recibidas
    assert recibida.ruta == f"/ig-api-upload/{VERSION}/901"
    assert recibida.cabeceras["Authorization"] == f"OAuth {TOKEN}"
    assert (recibida.cabeceras["offset"], recibida.cabeceras["file_size"]) == ("0", "5000")
    assert recibida.cuerpo == b"v" * 5000


def test_sin_token_ni_se_intenta(meta: Meta) -> None:
    grafo = Grafo(Acceso(perfil="prueba", url=meta.url))
    with pytest.raises(ErrorDePerfil, match="le falta el token"):
        grafo.leer("77")
    assert meta.recibidas == []


def test_un_archivo_que_ya_no_esta_es_del_contenido_y_no_de_la_red(meta: Meta, tmp_path: Path) -> None:
    with pytest.raises(ErrorDeContenido, match=r"No se puede leer perdido\.mp4"):
        abrir(meta).subir("901", tmp_path / "perdido.mp4")
    assert meta.recibidas == []


# ── Lo que se entiende ───────────────────────────────────────────────────────────────────────────────────────


def test_otra_version_servida_se_avisa_una_vez(meta: Meta, caplog: pytest.LogCaptureFixture) -> None:
    meta.contesta({"id": "1"}, facebook_api_version="v31.0")
    grafo = abrir(meta)
    with caplog.at_level(logging.WARNING, logger="conectores.grafo"):
        grafo.leer("77")
        grafo.leer("77")
    assert [r.getMessage() for r in caplog.records] == [
        f"Meta atiende con la versión v31.0 de su API y Pregonero pide la {VERSION}: conviene actualizar Pregonero."
    ]


@pytest.mark.parametrize(
    ("cuerpo", "estado", "tipo", "invisible", "visible"),
    [
        (b'{"ok": 1}', 500, None, ErrorTransitorio, ErrorIncierto),
        (b"<html>503</html>", 503, "text/html", ErrorTransitorio, ErrorIncierto),
        (b"<html>portal del wifi</html>", 200, "text/html", ErrorDeContrato, ErrorDeContrato),
        (b'{"id": "1"}', 200, "", ErrorDeContrato, ErrorDeContrato),
        (b'{"id": "1', 200, None, ErrorDeContrato, ErrorDeContrato),
        (b'{"id": "1', 502, None, ErrorTransitorio, ErrorIncierto),
        (b'["a"]', 200, None, ErrorDeContrato, ErrorDeContrato),
        (b"null", 200, None, ErrorDeContrato, ErrorDeContrato),
        (b'{"id": "1"}', 404, None, ErrorDeContrato, ErrorDeContrato),
        (b"{}", 307, None, ErrorDeContrato, ErrorDeContrato),
        (b"{}", 429, None, ErrorTransitorio, ErrorTransitorio),
        (b"{}", 401, None, ErrorDePerfil, ErrorDePerfil),
        (b'{"error": "lo que sea"}', 400, None, ErrorDeContrato, ErrorDeContrato),
    ],
)
def test_lo_que_no_es_un_si_entero_nunca_pasa_por_bueno(
    meta: Meta, cuerpo: bytes, estado: int, tipo: str | None, invisible: type[ErrorDeRed], visible: type[ErrorDeRed]
) -> None:
    meta.contesta(cuerpo, estado=estado, tipo=tipo)
    grafo = abrir(meta)
    with pytest.raises(ErrorDeRed) as oculto:
        grafo.escribir("77/feed", {"message": "hola"})
    with pytest.raises(ErrorDeRed) as publico:
        grafo.publicar("77_1", {"is_published": True}, permiso=dejar_pasar)
    assert (type(oculto.value), type(publico.value)) == (invisible, visible)


def test_un_error_en_un_200_tambien_es_un_error(meta: Meta) -> None:
    meta.contesta(error(190, 463), estado=200)
    with pytest.raises(ErrorDePerfil, match="venció"):
        abrir(meta).leer("77")


def test_ningun_error_ensena_el_token(meta: Meta) -> None:
    meta.contesta(error(100, message=f"Bad token {TOKEN} and access_token=otro-secreto-largo"), estado=400)
    with pytest.raises(ErrorDeContenido) as fallo:
        abrir(meta).escribir("77/feed", {"message": "hola"})
    assert TOKEN not in fallo.value.detalle
    assert "otro-secreto-largo" not in fallo.value.detalle


def test_un_campo_que_ya_no_existe_al_leer_es_cosa_nuestra(meta: Meta) -> None:
    meta.contesta(error(100, message="(#100) Tried accessing nonexisting field (is_published)"), estado=400)
    with pytest.raises(ErrorDeContrato, match="ya no entiende lo que le preguntamos"):
        abrir(meta).leer("77", fields="is_published")


@pytest.mark.parametrize(
    ("cuerpo", "clase"),
    [
        ({"debug_info": {"retriable": True, "message": "Timeout"}}, ErrorTransitorio),
        ({"debug_info": {"retriable": False, "type": "ProcessingFailedError"}}, ErrorDeContenido),
        (error(190), ErrorDePerfil),
        ({"success": False}, ErrorDeContrato),
    ],
)
def test_los_errores_del_servidor_de_subidas(
    meta: Meta, tmp_path: Path, cuerpo: dict[str, Any], clase: type[ErrorDeRed]
) -> None:
    video = tmp_path / "v.mp4"
    video.write_bytes(b"v")
    meta.contesta(cuerpo, estado=200 if "success" in cuerpo else 400)
    with pytest.raises(clase):
        abrir(meta).subir("901", video)


def test_el_permiso_negado_no_manda_nada(meta: Meta) -> None:
    def tarde() -> None:
        raise ErrorTransitorio("Ya es tarde.")

    with pytest.raises(ErrorTransitorio, match="Ya es tarde"):
        abrir(meta).publicar("77_1", {"is_published": True}, permiso=tarde)
    assert meta.recibidas == []


# ── El token ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_sin_la_aplicacion_no_se_puede_preguntar_por_el_token(meta: Meta) -> None:
    assert abrir(meta).leer_token() is None
    assert meta.recibidas == []


def test_del_token_se_leen_los_permisos_y_la_primera_fecha(meta: Meta) -> None:
    datos = {"is_valid": True, "scopes": ["pages_manage_posts"], "expires_at": 0, "data_access_expires_at": 1800000000}
    meta.contesta({"data": datos})
    token = abrir(meta, app_id="55", app_secret=SECRETO).leer_token()
    assert token is not None
    assert token.permisos == ("pages_manage_posts",)
    assert token.vence_en == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert meta.recibidas[0].cabeceras["Authorization"] == f"Bearer 55|{SECRETO}"


def test_un_token_que_no_vale_dice_por_que(meta: Meta) -> None:
    meta.contesta({"data": {"is_valid": False, "error": {"code": 190, "subcode": 460, "message": "Changed"}}})
    with pytest.raises(ErrorDePerfil, match="Cambió la contraseña"):
        abrir(meta, app_id="55", app_secret=SECRETO).leer_token()


# ── La tabla de errores ──────────────────────────────────────────────────────────────────────────────────────


def juzgar(codigo: int | None, subcodigo: int | None = None, *, estado: int = 400, visible: bool = True) -> ErrorDeRed:
    return veredicto(Falla(estado=estado, codigo=codigo, subcodigo=subcodigo, cabeceras={}), visible=visible)


@pytest.mark.parametrize("codigo", [1, 2, -1])
def test_un_fallo_de_meta_es_duda_si_era_visible_y_transitorio_si_no(codigo: int) -> None:
    assert type(juzgar(codigo)) is ErrorIncierto
    assert type(juzgar(codigo, visible=False)) is ErrorTransitorio


@pytest.mark.parametrize("codigo", [4, 9, 17, 32, 341, 613, 80001, 80002])
def test_ir_mas_despacio_vale_para_todo_el_perfil(codigo: int) -> None:
    fallo = juzgar(codigo)
    assert isinstance(fallo, ErrorTransitorio)
    assert fallo.de_perfil


@pytest.mark.parametrize(
    ("codigo", "subcodigo"),
    [
        (3, None),
        (10, None),
        (200, None),
        (299, None),
        (102, None),
        (104, None),
        (25, 2207050),
        (4, 2207051),
        (368, None),
    ]
    + [(190, s) for s in (None, 458, 459, 460, 463, 464, 467, 492, 999)],
)
def test_lo_que_arregla_una_persona_pausa_el_perfil_y_trae_remedio(codigo: int, subcodigo: int | None) -> None:
    fallo = juzgar(codigo, subcodigo)
    assert isinstance(fallo, ErrorDePerfil)
    assert fallo.remedio


@pytest.mark.parametrize(
    ("codigo", "subcodigo"),
    [(100, None), (100, 2207028), (352, 2207026), (36000, 2207004), (36003, 2207009), (36004, 2207010)],
)
def test_lo_que_arregla_el_editor_dice_como(codigo: int, subcodigo: int | None) -> None:
    fallo = juzgar(codigo, subcodigo)
    assert isinstance(fallo, ErrorDeContenido)
    assert fallo.remedio


@pytest.mark.parametrize(
    ("codigo", "subcodigo"),
    [(24, 2207008), (24, 2207006), (-2, 2207003), (-2, 2207020), (9004, 2207052), (9007, 2207027), (1609005, None)],
)
def test_lo_pasajero_seguro_que_no_se_publico(codigo: int, subcodigo: int | None) -> None:
    fallo = juzgar(codigo, subcodigo)
    assert isinstance(fallo, ErrorTransitorio)
    assert not fallo.de_perfil


def test_el_duplicado_es_indicio_solo_si_era_visible() -> None:
    assert type(juzgar(506)) is ErrorDuplicado
    assert type(juzgar(506, visible=False)) is ErrorTransitorio


@pytest.mark.parametrize("visible", [True, False])
def test_un_error_que_nadie_conoce_no_es_transitorio(visible: bool) -> None:
    assert type(juzgar(987654, visible=visible)) is ErrorDeContrato


def test_un_5xx_visible_es_duda_diga_lo_que_diga_el_cuerpo() -> None:
    assert type(juzgar(100, estado=500)) is ErrorIncierto


def test_lo_que_meta_llama_pasajero_y_no_conocemos_se_reintenta_si_nadie_lo_vio() -> None:
    falla = Falla(estado=400, codigo=987654, transitoria=True, cabeceras={})
    assert type(veredicto(falla, visible=False)) is ErrorTransitorio
    assert type(veredicto(falla, visible=True)) is ErrorIncierto


def test_el_editor_lee_lo_que_meta_le_dice() -> None:
    cuerpo = error(36003, 2207009, error_user_msg="La imagen debe ser cuadrada.")
    fallo = veredicto(leer_falla(cuerpo, estado=400, cabeceras={}), visible=False)
    assert "«La imagen debe ser cuadrada.»" in fallo.detalle
    assert "(código 36003/2207009)" in fallo.detalle


def test_lo_que_no_existe_se_distingue_y_es_del_perfil() -> None:
    assert isinstance(juzgar(100, 33), NoExiste)
    assert isinstance(juzgar(100, 33), ErrorDePerfil)


@pytest.mark.parametrize(
    "cuerpo",
    [None, "", [], {"error": None}, {"error": []}, {"error": {"code": "mil", "error_subcode": {}, "message": 3}}],
)
def test_ningun_cuerpo_raro_revienta_la_lectura(cuerpo: object) -> None:
    assert type(veredicto(leer_falla(cuerpo, estado=400, cabeceras={}), visible=True)) is ErrorDeContrato


# ── Cabeceras de uso ─────────────────────────────────────────────────────────────────────────────────────────


def test_la_espera_es_la_mayor_de_las_que_dan_las_cabeceras_en_minutos() -> None:
    uso = {
        "1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 7}],
        "2": [{"type": "instagram", "call_count": 90, "estimated_time_to_regain_access": 12}],
    }
    cabeceras = {"X-Business-Use-Case-Usage": json.dumps(uso)}
    assert espera_de_uso(cabeceras) == timedelta(minutes=12)
    assert uso_pct(cabeceras) == 100


def test_una_espera_disparatada_no_pasa_de_un_dia() -> None:
    uso = {"1": [{"estimated_time_to_regain_access": 10**9}]}
    assert espera_de_uso({"X-Business-Use-Case-Usage": json.dumps(uso)}) == timedelta(days=1)


def test_la_espera_llega_hasta_el_veredicto(meta: Meta) -> None:
    uso = json.dumps({"1": [{"estimated_time_to_regain_access": 5}]})
    meta.contesta(error(32), estado=403, X_Business_Use_Case_Usage=uso)
    with pytest.raises(ErrorTransitorio) as fallo:
        abrir(meta).escribir("77/feed", {"message": "hola"})
    assert (fallo.value.espera, fallo.value.de_perfil) == (timedelta(minutes=5), True)


@pytest.mark.parametrize(
    ("cabeceras", "pct"),
    [({}, 0), ({"X-App-Usage": '{"call_count": 28, "total_time": 81, "total_cputime": 3}'}, 81)]
    + [({"X-App-Usage": roto}, 0) for roto in ("no es json", "[]", "3", '{"call_count": null}')],
)
def test_el_uso_se_lee_sin_fiarse_de_las_cabeceras(cabeceras: dict[str, str], pct: int) -> None:
    assert uso_pct(cabeceras) == pct
    assert espera_de_uso(cabeceras) is None


# ── Lo que toda respuesta buena trae ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("respuesta", [{}, {"id": ""}, {"id": None}, {"id": True}, {"id": ["1"]}])
def test_un_si_sin_identificador_es_un_error_de_contrato(respuesta: dict[str, Any]) -> None:
    with pytest.raises(ErrorDeContrato):
        exigir(respuesta, "id")


def test_un_exito_que_no_lo_dice_es_un_error_de_contrato() -> None:
    exigir_exito({"success": True})
    for dudoso in ({}, {"success": False}, {"success": "true"}):
        with pytest.raises(ErrorDeContrato):
            exigir_exito(dudoso)
    with pytest.raises(ErrorDeContrato):
        exigir_lista({"data": {}})
    with pytest.raises(ErrorDeContrato):
        exigir_numero({"start_offset": "mucho"}, "start_offset")


@pytest.mark.parametrize(
    ("estado", "dicho"),
    [
        ("Error: Media upload has failed with error code 2207026", "no admite el formato del video"),
        ("Error: 2207003: It takes too long to download the media", "tardó demasiado"),
    ],
)
def test_la_razon_numerica_de_un_contenedor_se_dice_en_espanol(estado: str, dicho: str) -> None:
    regla = razon_de_contenedor(estado)
    assert regla is not None
    assert dicho in regla.dicho


def test_una_razon_desconocida_no_se_inventa() -> None:
    assert razon_de_contenedor("Error: 2207999") is None
    assert razon_de_contenedor("") is None
