"""Lo que mandamos a X cumple sus descripciones oficiales: la 2.166 (nombres de antes) y la 2.167 (los nuevos)."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conectores.contrato import Adjunto, Busqueda, Encuesta, EnProceso, Pieza, Preparada, calcular_huella
from conectores.contrato_escucha import Desde, Tanda
from conectores.x.conector import ConectorX
from simulador.en_hilo import Simulador
from tests.conectores.x.conftest import Abrir
from tests.especificaciones import cargar
from tests.intermediario import Clase, Intermediario, Recibida, Sabotaje

VIEJA, NUEVA = "x-openapi-2.166-2026-06-11.json", "x-openapi-2.167-2026-08-22.json"


@pytest.fixture
def recibidas(
    sim: Simulador, abrir: Abrir, medio: Intermediario, foto: Callable[..., Adjunto], video: Adjunto
) -> list[Recibida]:
    """Todas las clases de petición que el conector sabe hacer."""
    conector = abrir()
    sim.ajustar("x", proceso_video_s=0.05)
    conector.comprobar()
    fotos = tuple(foto(f"{n}.{ext}", alternativo=f"foto {n}") for n, ext in enumerate(("png", "jpg", "webp", "gif")))
    hilo = conector.partir(Pieza(texto="Un aviso largo en https://leon.gob.mx/x. " * 20))
    encuesta = Encuesta(("Sí", "No"), timedelta(days=7))
    anterior = ""
    for pieza in (
        Pieza(texto="Fotos", adjuntos=fotos[:3]),
        Pieza(texto="", adjuntos=fotos[3:]),
        Pieza(texto="Video", adjuntos=(video,)),
        Pieza(texto="¿Le gusta?", encuesta=encuesta),
        *(Pieza(texto=t) for t in hilo),
    ):
        pieza = replace(pieza, en_respuesta_a=anterior if pieza.texto in hilo else "")
        anterior = _publicar(conector, pieza)
        _conciliar(conector, pieza)
    medio.sabotear(
        Sabotaje(clase=Clase.CONTESTAR_ANTES, estado=400, cuerpo=json.dumps({"detail": "tweet.fields"}).encode())
    )
    _conciliar(conector, Pieza(texto="no está"))
    conector.borrar(anterior)
    _oir_y_medir(conector, sim)  # en el dialecto nuevo
    _oir_y_medir(abrir(), sim)  # y en el viejo
    return medio.recibidas


def _oir_y_medir(conector: ConectorX, sim: Simulador) -> None:
    """Cada lectura, con la segunda página donde la hay."""
    reciente, vieja = (sim.publicar_como("x", "1001", "Aviso", hace=timedelta(days=d)).id for d in (1, 50))
    for n in range(25):
        sim.mencionar("x", "1001", f"@SanJacintoGob hay un bache {n}")
        sim.mensaje("x", "1001", f"No hay agua {n}", hace=timedelta(minutes=n))
    (consulta,) = conector.consultas(["bache", "#SinAgua", "calle 5 de mayo"])
    inicio = Desde(no_antes_de=datetime.now(UTC) - timedelta(days=1))
    preguntas: tuple[Callable[[Desde], Tanda], ...] = (
        lambda d: conector.escuchar("menciones", d),
        lambda d: conector.escuchar("mensajes", d),
        lambda d: conector.buscar(consulta, d),
    )
    for preguntar in preguntas:
        preguntar(replace(inicio, cursor=preguntar(inicio).cursor))
    dicha = sim.mencionar("x", "1001", "@SanJacintoGob hoal", hace=timedelta(hours=1))
    sim.editar_voz("x", dicha.id, "@SanJacintoGob hola")
    conector.revisar([dicha.id, "123"])
    conector.medir_publicaciones([reciente, vieja])
    conector.medir_perfil()
    conector.listar(datetime.now(UTC) - timedelta(days=2))


def _publicar(conector: ConectorX, pieza: Pieza) -> str:
    preparada = conector.preparar(pieza, clave="k")
    while isinstance(preparada, EnProceso):
        preparada = conector.preparar(pieza, clave="k", previa=preparada.preparada)
    return conector.publicar(preparada, clave="k", permiso=lambda: None).id_externo


def _conciliar(conector: ConectorX, pieza: Pieza) -> None:
    huella = calcular_huella(pieza.texto, len(pieza.adjuntos))
    desde = datetime.now(UTC) - timedelta(minutes=1)
    conector.conciliar(Busqueda(pieza=pieza, preparada=Preparada({}), huella=huella, clave="k", desde=desde))


def _faltas(nombre: str, recibidas: list[Recibida]) -> list[str]:
    spec = cargar(nombre)
    return [
        falta
        for r in recibidas
        for falta in spec.faltas(r.metodo, r.ruta.removeprefix("/x"), consulta=r.consulta, cuerpo=r.cuerpo, tipo=r.tipo)
    ]


def _en_dialecto(recibida: Recibida, campos: str) -> bool:
    """Los campos de un mensaje directo y de una cuenta se piden igual en los dos."""
    dados = {n for n, _ in recibida.consulta if n in ("tweet.fields", "post.fields")}
    if recibida.ruta.endswith("/dm_events"):
        viejo = any("sender_id" in v for n, v in recibida.consulta if n == "dm_event.fields")
        return viejo == (campos == "tweet.fields")
    return not dados or campos in dados


def test_se_ejercitan_todas_las_peticiones(recibidas: list[Recibida]) -> None:
    hechas = {(r.metodo, re.sub(r"/\d{2,}", "", r.ruta.removeprefix("/x/"))) for r in recibidas}
    assert hechas == {
        ("GET", "2/users/me"),
        ("POST", "2/media/upload/initialize"),
        ("POST", "2/media/upload/append"),
        ("POST", "2/media/upload/finalize"),
        ("GET", "2/media/upload"),
        ("POST", "2/media/metadata"),
        ("POST", "2/tweets"),
        ("GET", "2/users/tweets"),
        ("DELETE", "2/tweets"),
        ("GET", "2/users/mentions"),
        ("GET", "2/tweets/search/recent"),
        ("GET", "2/dm_events"),
        ("GET", "2/tweets"),
    }


@pytest.mark.parametrize(("nombre", "campos"), [(VIEJA, "tweet.fields"), (NUEVA, "post.fields")])
def test_cada_peticion_cumple_la_descripcion_oficial(recibidas: list[Recibida], nombre: str, campos: str) -> None:
    del_dialecto = [r for r in recibidas if _en_dialecto(r, campos)]
    assert len(del_dialecto) > 10
    assert _faltas(nombre, del_dialecto) == []


def test_lo_unico_que_cambia_entre_las_dos_es_como_se_piden_los_campos(recibidas: list[Recibida]) -> None:
    viejas = [r for r in recibidas if _en_dialecto(r, "tweet.fields") and "dm_events" not in r.ruta]
    assert {f.partition(": ")[2] for f in _faltas(NUEVA, viejas)} == {"consulta: «tweet.fields» no existe"}


def test_ningun_trozo_pasa_de_un_megabyte(recibidas: list[Recibida]) -> None:
    pesos = [len(r.cuerpo) for r in recibidas if r.ruta.endswith("/append")]
    assert len(pesos) > 6
    assert max(pesos) <= 2**20
