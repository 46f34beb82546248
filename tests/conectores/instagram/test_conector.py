"""El conector de Instagram contra la red imitada, por HTTP de verdad."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conectores.contrato import (
    Acceso,
    Adjunto,
    Ausente,
    Busqueda,
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
    SinSaber,
    TipoDeMedio,
    calcular_huella,
)
from conectores.instagram.conector import ConectorInstagram
from simulador.en_hilo import Simulador

CUENTA = "17841400000000001"
PAGINA = "100200300400500"
TOKEN = "token-instagram"
CLAVE = "pub-7"


@pytest.fixture
def sim() -> Iterator[Simulador]:
    with Simulador(semilla=3, proceso_video_s=0.0) as simulador:
        yield simulador


def acceso(sim: Simulador, **demas: Any) -> Acceso:
    datos = {
        "perfil": "toluca-ig",
        "id_externo": CUENTA,
        "url": sim.url_de("instagram"),
        "credenciales": {"token": TOKEN},
        "opciones": {"pagina": PAGINA},
    }
    return Acceso(**(datos | demas))


@pytest.fixture
def ig(sim: Simulador) -> ConectorInstagram:
    return ConectorInstagram(acceso(sim))


def foto(carpeta: Path, color: str = "teal", *, ancho: int = 800, alto: int = 800, alternativo: str = "") -> Adjunto:
    ruta, salida = carpeta / f"{color}.jpg", io.BytesIO()
    Image.new("RGB", (ancho, alto), color).save(salida, "JPEG")
    ruta.write_bytes(salida.getvalue())
    return Adjunto(
        ruta=ruta,
        tipo=TipoDeMedio.IMAGEN,
        mime="image/jpeg",
        peso_bytes=len(salida.getvalue()),
        ancho=ancho,
        alto=alto,
        texto_alternativo=alternativo,
    )


def video(carpeta: Path, contenido: bytes = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom") -> Adjunto:
    ruta = carpeta / "informe.mp4"
    ruta.write_bytes(contenido + b"\x00" * 4000)
    return Adjunto(ruta=ruta, tipo=TipoDeMedio.VIDEO, mime="video/mp4", peso_bytes=ruta.stat().st_size, duracion_s=12.0)


def dejar_pasar() -> None:
    """El permiso de quien va a tiempo."""


def lista(preparada: Preparada | EnProceso) -> Preparada:
    """Lo preparado, como lo leería otro proceso de la base de datos."""
    assert isinstance(preparada, Preparada)
    return Preparada(json.loads(json.dumps(dict(preparada.datos))))


def busqueda(pieza: Pieza, preparada: Preparada, *, adoptados: frozenset[str] = frozenset()) -> Busqueda:
    return Busqueda(
        pieza=pieza,
        preparada=preparada,
        huella=calcular_huella(pieza.texto, len(pieza.adjuntos)),
        clave=CLAVE,
        desde=datetime.now(UTC) - timedelta(seconds=2),
        ya_adoptados=adoptados,
    )


# ── Cada clase de publicación ────────────────────────────────────────────────────────────────────────────────


def test_una_imagen_viaja_en_una_foto_de_la_pagina_que_nadie_ve(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    pieza = Pieza(texto="Feria del alfeñique", adjuntos=(foto(tmp_path, alternativo="Una calavera de azúcar"),))
    preparada = lista(ig.preparar(pieza, clave=CLAVE))
    assert sim.publicadas() == []
    assert len(preparada.datos["portadoras"]) == 1
    publicado = ig.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    [vista] = sim.publicadas()
    assert (vista.red, vista.id, vista.texto) == ("instagram", publicado.id_externo, "Feria del alfeñique")
    assert vista.medios[0].texto_alternativo == "Una calavera de azúcar"
    assert publicado.url == vista.url
    assert sim.publicadas("facebook") == []


@pytest.fixture
def direccion_publica(tmp_path: Path) -> Iterator[Callable[[Path], str]]:
    """Este servidor, con una dirección desde la que la red puede descargar."""

    class Callado(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    servidor = ThreadingHTTPServer(("127.0.0.1", 0), partial(Callado, directory=str(tmp_path)))
    servidor.daemon_threads = True
    hilo = threading.Thread(target=servidor.serve_forever, args=(0.01,), daemon=True)
    hilo.start()
    yield lambda ruta: f"http://127.0.0.1:{servidor.server_address[1]}/{ruta.name}"
    servidor.shutdown()
    servidor.server_close()
    hilo.join()


def test_con_direccion_publica_no_hace_falta_la_pagina(
    sim: Simulador, tmp_path: Path, direccion_publica: Callable[[Path], str]
) -> None:
    ig = ConectorInstagram(acceso(sim, opciones={}, direccion_publica=direccion_publica))
    preparada = lista(ig.preparar(Pieza(texto="Feria", adjuntos=(foto(tmp_path),)), clave=CLAVE))
    assert preparada.datos["portadoras"] == []
    ig.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    assert [v.texto for v in sim.publicadas("instagram")] == ["Feria"]


def test_sin_imagen_ni_video_no_hay_que_publicar(ig: ConectorInstagram) -> None:
    with pytest.raises(ErrorDeContenido, match="texto solo"):
        ig.preparar(Pieza(texto="Hola"), clave=CLAVE)


def test_sin_pagina_ni_direccion_publica_se_dice_que_poner(sim: Simulador, tmp_path: Path) -> None:
    ig = ConectorInstagram(acceso(sim, opciones={}))
    with pytest.raises(ErrorDePerfil) as error:
        ig.preparar(Pieza(texto="Feria", adjuntos=(foto(tmp_path),)), clave=CLAVE)
    assert "«pagina»" in error.value.remedio


def test_un_carrusel_sale_entero_y_en_orden(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    colores = ("teal", "gold", "navy")
    pieza = Pieza(texto="Obras", adjuntos=tuple(foto(tmp_path, c, alternativo=c) for c in colores))
    preparada = lista(ig.preparar(pieza, clave=CLAVE))
    ig.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    [vista] = sim.publicadas("instagram")
    assert [m.texto_alternativo for m in vista.medios] == list(colores)
    assert vista.texto == "Obras"


def test_un_carrusel_puede_mezclar_imagen_y_video(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    pieza = Pieza(texto="Obras", adjuntos=(foto(tmp_path), video(tmp_path)))
    ig.publicar(lista(ig.preparar(pieza, clave=CLAVE)), clave=CLAVE, permiso=dejar_pasar)
    [vista] = sim.publicadas("instagram")
    assert [m.es_video for m in vista.medios] == [False, True]


def test_un_video_se_sube_a_su_contenedor_y_sale_como_reel(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    ig.publicar(
        lista(ig.preparar(Pieza(texto="Informe", adjuntos=(video(tmp_path),)), clave=CLAVE)),
        clave=CLAVE,
        permiso=dejar_pasar,
    )
    [vista] = sim.publicadas("instagram")
    assert (vista.texto, [m.es_video for m in vista.medios]) == ("Informe", [True])


# ── El contenedor ────────────────────────────────────────────────────────────────────────────────────────────


def test_mientras_se_procesa_se_espera_sin_dormir_y_sin_hacer_otro(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    sim.ajustar("instagram", proceso_video_s=0.5)
    pieza = Pieza(texto="Informe", adjuntos=(video(tmp_path),))
    primera = ig.preparar(pieza, clave=CLAVE)
    assert isinstance(primera, EnProceso)
    assert primera.espera > timedelta()
    segunda: Preparada | EnProceso = primera
    fin = datetime.now(UTC) + timedelta(seconds=5)
    while isinstance(segunda, EnProceso) and datetime.now(UTC) < fin:
        segunda = ig.preparar(pieza, clave=CLAVE, previa=segunda.preparada)
    assert lista(segunda).datos["contenedor"] == primera.preparada.datos["contenedor"]


def test_un_carrusel_no_se_junta_hasta_que_sus_hijos_estan(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    sim.ajustar("instagram", proceso_video_s=60.0)
    pieza = Pieza(texto="Obras", adjuntos=(foto(tmp_path), video(tmp_path)))
    primera = ig.preparar(pieza, clave=CLAVE)
    assert isinstance(primera, EnProceso)
    assert (primera.preparada.datos["contenedor"], len(primera.preparada.datos["hijos"])) == ("", 2)
    with pytest.raises(ErrorTransitorio, match="no termina de prepararse"):
        ig.publicar(primera.preparada, clave=CLAVE, permiso=dejar_pasar)
    assert sim.publicadas("instagram") == []


def test_lo_que_instagram_no_puede_procesar_se_dice_en_espanol(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    pieza = Pieza(texto="x", adjuntos=(video(tmp_path, contenido=b"esto no es un video"),))
    with pytest.raises(ErrorDeContenido) as error:
        paso = ig.preparar(pieza, clave=CLAVE)
        assert isinstance(paso, EnProceso)
        ig.preparar(pieza, clave=CLAVE, previa=paso.preparada)
    assert error.value.remedio


def test_una_imagen_de_mala_proporcion_la_rechaza_tambien_la_red(ig: ConectorInstagram, tmp_path: Path) -> None:
    larga = foto(tmp_path, ancho=2000, alto=500)
    with pytest.raises(ErrorDeContenido, match="proporción"):
        ig.preparar(Pieza(texto="x", adjuntos=(larga,)), clave=CLAVE)


def test_un_contenedor_caducado_se_hace_otra_vez(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    pieza = Pieza(texto="Feria", adjuntos=(foto(tmp_path),))
    sim.ajustar("instagram", vida_contenedor_s=0.2)
    primera = lista(ig.preparar(pieza, clave=CLAVE))
    threading.Event().wait(0.3)
    segunda = lista(ig.preparar(pieza, clave=CLAVE, previa=primera))
    assert segunda.datos["contenedor"] != primera.datos["contenedor"]
    sim.ajustar("instagram", vida_contenedor_s=86_400.0)
    ig.publicar(segunda, clave=CLAVE, permiso=dejar_pasar)
    assert len(sim.publicadas("instagram")) == 1


def test_uno_de_hace_23_horas_no_se_arriesga(ig: ConectorInstagram, tmp_path: Path) -> None:
    pieza = Pieza(texto="Feria", adjuntos=(foto(tmp_path),))
    primera = lista(ig.preparar(pieza, clave=CLAVE))
    ayer = (datetime.now(UTC) - timedelta(hours=23, minutes=5)).isoformat()
    segunda = lista(ig.preparar(pieza, clave=CLAVE, previa=Preparada({**primera.datos, "preparado_en": ayer})))
    assert segunda.datos["contenedor"] != primera.datos["contenedor"]


def test_lo_preparado_se_aprovecha_si_la_pieza_es_la_misma(ig: ConectorInstagram, tmp_path: Path) -> None:
    pieza = Pieza(texto="Feria", adjuntos=(foto(tmp_path),))
    primera = lista(ig.preparar(pieza, clave=CLAVE))
    assert ig.preparar(pieza, clave=CLAVE, previa=primera) == primera
    cambiada = lista(ig.preparar(replace(pieza, texto="La feria"), clave=CLAVE, previa=primera))
    assert cambiada.datos["contenedor"] != primera.datos["contenedor"]


# ── El cupo ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_con_el_cupo_agotado_no_se_sube_nada_y_espera_todo_el_perfil(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    sim.ajustar("instagram", cupo=1)
    pieza = Pieza(texto="Una", adjuntos=(foto(tmp_path),))
    ig.publicar(lista(ig.preparar(pieza, clave=CLAVE)), clave=CLAVE, permiso=dejar_pasar)
    antes = len(sim.peticiones())
    with pytest.raises(ErrorTransitorio) as error:
        ig.preparar(replace(pieza, texto="Otra"), clave="pub-8")
    assert error.value.de_perfil
    assert error.value.espera == timedelta(hours=1)
    assert [p.metodo for p in sim.peticiones()[antes:]] == ["GET"]


def test_si_el_cupo_se_agota_entre_preparar_y_publicar_tampoco_sale(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    sim.ajustar("instagram", cupo=1)
    una, otra = (lista(ig.preparar(Pieza(texto=t, adjuntos=(foto(tmp_path),)), clave=t)) for t in ("Una", "Otra"))
    ig.publicar(una, clave="Una", permiso=dejar_pasar)
    with pytest.raises(ErrorTransitorio) as error:
        ig.publicar(otra, clave="Otra", permiso=dejar_pasar)
    assert error.value.de_perfil
    assert len(sim.publicadas("instagram")) == 1


# ── Lo que puede salir mal al publicar ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fallo", "clase", "salio"),
    [
        ({"clase": "reset_antes"}, ErrorIncierto, False),
        ({"clase": "reset_despues"}, ErrorIncierto, True),
        ({"clase": "cuelgue", "aceptar": True}, ErrorIncierto, True),
        ({"clase": "cuelgue", "aceptar": False}, ErrorIncierto, False),
        ({"clase": "error_500_antes"}, ErrorIncierto, False),
        ({"clase": "error_500_despues"}, ErrorIncierto, True),
        ({"clase": "truncado"}, ErrorIncierto, True),
        ({"clase": "html", "estado": 503}, ErrorIncierto, True),
        ({"clase": "html", "estado": 200}, ErrorDeContrato, True),
        ({"clase": "html", "estado": 200, "aceptar": False}, ErrorDeContrato, False),
        ({"clase": "limite_429"}, ErrorTransitorio, False),
        ({"clase": "token_vencido"}, ErrorDePerfil, False),
    ],
)
def test_cada_fallo_tiene_su_veredicto_y_conciliar_dice_la_verdad(
    sim: Simulador, tmp_path: Path, fallo: dict[str, Any], clase: type[ErrorDeRed], salio: bool
) -> None:
    ig = ConectorInstagram(acceso(sim, plazo_total=timedelta(seconds=0.6)))
    pieza = Pieza(texto="Corte de agua", adjuntos=(foto(tmp_path),))
    preparada = lista(ig.preparar(pieza, clave=CLAVE))
    sim.fallar("instagram", **fallo)
    with pytest.raises(ErrorDeRed) as error:
        ig.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    assert type(error.value) is clase
    assert len(sim.publicadas("instagram")) == int(salio)
    hallazgo = ConectorInstagram(acceso(sim)).conciliar(busqueda(pieza, preparada))
    assert isinstance(hallazgo, Hallada if salio else Ausente)
    if isinstance(hallazgo, Hallada):
        [vista] = sim.publicadas("instagram")
        assert (hallazgo.publicado.id_externo, hallazgo.publicado.url) == (vista.id, vista.url)
    assert TOKEN not in f"{error.value} {error.value!r}"


@pytest.mark.parametrize("donde", ["/photos", "/media", "content_publishing_limit"])
@pytest.mark.parametrize("clase_de_fallo", ["reset_antes", "reset_despues", "error_500_despues", "truncado", "cuelgue"])
def test_al_preparar_todo_corte_es_transitorio_porque_nadie_lo_ve(
    sim: Simulador, tmp_path: Path, clase_de_fallo: str, donde: str
) -> None:
    ig = ConectorInstagram(acceso(sim, plazo_total=timedelta(seconds=0.6)))
    pieza = Pieza(texto="Corte de agua", adjuntos=(foto(tmp_path),))
    sim.fallar("instagram", clase_de_fallo, alcance="todas", ruta=donde)
    with pytest.raises(ErrorTransitorio):
        ig.preparar(pieza, clave=CLAVE)
    ig.publicar(lista(ig.preparar(pieza, clave=CLAVE)), clave=CLAVE, permiso=dejar_pasar)
    assert len(sim.publicadas()) == 1


def test_un_corte_al_subir_el_video_es_transitorio(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    sim.fallar("instagram", "reset_antes", alcance="todas", ruta="ig-api-upload")
    with pytest.raises(ErrorTransitorio):
        ig.preparar(Pieza(texto="Informe", adjuntos=(video(tmp_path),)), clave=CLAVE)


def test_si_no_contesta_la_direccion_de_lo_publicado_se_da_por_publicado_igual(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    preparada = lista(ig.preparar(Pieza(texto="Feria", adjuntos=(foto(tmp_path),)), clave=CLAVE))
    sim.fallar("instagram", "lento", segundos=0.05)  # le toca a la llamada visible; el siguiente, a la lectura
    sim.fallar("instagram", "error_500_antes", alcance="todas")
    publicado = ig.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    assert publicado.url == ""
    assert publicado.id_externo == sim.publicadas("instagram")[0].id


def test_el_permiso_negado_no_publica(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    preparada = lista(ig.preparar(Pieza(texto="Feria", adjuntos=(foto(tmp_path),)), clave=CLAVE))

    def tarde() -> None:
        raise ErrorTransitorio("Ya es tarde.")

    with pytest.raises(ErrorTransitorio, match="Ya es tarde"):
        ig.publicar(preparada, clave=CLAVE, permiso=tarde)
    assert sim.publicadas("instagram") == []


# ── Morir y volver ───────────────────────────────────────────────────────────────────────────────────────────


def test_otro_proceso_publica_lo_que_este_preparo(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    preparada = lista(ig.preparar(Pieza(texto="Feria", adjuntos=(foto(tmp_path),)), clave=CLAVE))
    ConectorInstagram(acceso(sim)).publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    assert [v.texto for v in sim.publicadas("instagram")] == ["Feria"]


def test_lo_que_ya_salio_no_se_vuelve_a_mandar_y_se_concilia(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    """La aceptación llegó después de darla por ausente: preparar lo ve, y publicar lo deja en duda sin llamar."""
    pieza = Pieza(texto="Feria", adjuntos=(foto(tmp_path),))
    primera = lista(ig.preparar(pieza, clave=CLAVE))
    sim.fallar("instagram", "reset_despues")
    with pytest.raises(ErrorIncierto):
        ig.publicar(primera, clave=CLAVE, permiso=dejar_pasar)
    segunda = lista(ig.preparar(pieza, clave=CLAVE, previa=primera))
    antes = len(sim.peticiones())
    with pytest.raises(ErrorDuplicado):
        ig.publicar(segunda, clave=CLAVE, permiso=dejar_pasar)
    assert len(sim.peticiones()) == antes
    assert isinstance(ig.conciliar(busqueda(pieza, segunda)), Hallada)
    assert len(sim.publicadas("instagram")) == 1


def test_un_contenedor_ya_usado_nunca_sale_dos_veces(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    preparada = lista(ig.preparar(Pieza(texto="Feria", adjuntos=(foto(tmp_path),)), clave=CLAVE))
    ig.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    with pytest.raises(ErrorDeRed):
        ig.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    assert len(sim.publicadas("instagram")) == 1


# ── Conciliar ────────────────────────────────────────────────────────────────────────────────────────────────


def test_publicado_pero_aun_sin_listar_no_es_una_ausencia(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    sim.ajustar("instagram", retraso_listado_s=30.0)
    pieza = Pieza(texto="Feria", adjuntos=(foto(tmp_path),))
    preparada = lista(ig.preparar(pieza, clave=CLAVE))
    sim.fallar("instagram", "reset_despues")
    with pytest.raises(ErrorIncierto):
        ig.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    hallazgo = ig.conciliar(busqueda(pieza, preparada))
    assert isinstance(hallazgo, SinSaber)
    assert "aún no la enseña" in hallazgo.motivo


def test_dos_entregas_iguales_no_se_adoptan_una_a_otra(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    pieza = Pieza(texto="Buenos días", adjuntos=(foto(tmp_path),))
    una, otra = (lista(ig.preparar(pieza, clave=c)) for c in ("pub-1", "pub-2"))
    primera = ig.publicar(una, clave="pub-1", permiso=dejar_pasar)
    assert isinstance(ig.conciliar(busqueda(pieza, otra)), Ausente)
    sim.fallar("instagram", "reset_despues")
    with pytest.raises(ErrorIncierto):
        ig.publicar(otra, clave="pub-2", permiso=dejar_pasar)
    hallazgo = ig.conciliar(busqueda(pieza, otra, adoptados=frozenset({primera.id_externo})))
    assert isinstance(hallazgo, Hallada)
    assert hallazgo.publicado.id_externo != primera.id_externo


def test_en_proceso_no_se_sabe_y_caducado_se_mira_el_listado(
    sim: Simulador, ig: ConectorInstagram, tmp_path: Path
) -> None:
    sim.ajustar("instagram", proceso_video_s=60.0)
    pieza = Pieza(texto="Informe", adjuntos=(video(tmp_path),))
    preparada = ig.preparar(pieza, clave=CLAVE)
    assert isinstance(preparada, EnProceso)
    assert isinstance(ig.conciliar(busqueda(pieza, preparada.preparada)), SinSaber)
    sim.ajustar("instagram", vida_contenedor_s=0.0)
    assert isinstance(ig.conciliar(busqueda(pieza, preparada.preparada)), Ausente)


def test_si_no_se_puede_preguntar_se_lanza_un_veredicto(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    pieza = Pieza(texto="Feria", adjuntos=(foto(tmp_path),))
    preparada = lista(ig.preparar(pieza, clave=CLAVE))
    sim.fallar("instagram", "reset_antes", alcance="todas")
    with pytest.raises(ErrorTransitorio):
        ig.conciliar(busqueda(pieza, preparada))


# ── Borrar y comprobar ───────────────────────────────────────────────────────────────────────────────────────


def test_borrar_lo_que_ya_no_esta_tambien_es_exito(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    preparada = lista(ig.preparar(Pieza(texto="Feria", adjuntos=(foto(tmp_path),)), clave=CLAVE))
    publicado = ig.publicar(preparada, clave=CLAVE, permiso=dejar_pasar)
    ig.borrar(publicado.id_externo)
    ig.borrar(publicado.id_externo)
    assert sim.publicadas("instagram") == []


def test_comprobar_dice_el_cupo_que_queda(sim: Simulador, ig: ConectorInstagram, tmp_path: Path) -> None:
    ig.publicar(
        lista(ig.preparar(Pieza(texto="Feria", adjuntos=(foto(tmp_path),)), clave=CLAVE)),
        clave=CLAVE,
        permiso=dejar_pasar,
    )
    estado = ig.comprobar()
    assert (estado.nombre, estado.id_externo, estado.cupo_restante) == ("sanjacintogob", CUENTA, 99)


def test_comprobar_avisa_de_que_no_podra_publicar_imagenes(sim: Simulador) -> None:
    estado = ConectorInstagram(acceso(sim, opciones={})).comprobar()
    assert any("«pagina»" in aviso for aviso in estado.avisos)


def test_comprobar_con_la_aplicacion_dice_que_permisos_faltan(sim: Simulador) -> None:
    sim.perfil("instagram", CUENTA, token=TOKEN, pagina=PAGINA, permisos=["instagram_basic", "pages_read_engagement"])
    credenciales = {"token": TOKEN, "app_id": "1234567890", "app_secret": "secreto-de-la-app"}
    estado = ConectorInstagram(acceso(sim, credenciales=credenciales)).comprobar()
    assert estado.faltan == ("instagram_content_publish", "pages_manage_posts")


def test_comprobar_con_el_token_vencido_es_del_perfil(sim: Simulador) -> None:
    with pytest.raises(ErrorDePerfil, match="venció"):
        ConectorInstagram(acceso(sim, credenciales={"token": "token-vencido"})).comprobar()
