"""Revisar lo que pide un editor: lo que está mal se dice antes de la hora, con su sitio y su remedio."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conectores.contrato import Gravedad, Pieza, Problema
from conectores.memoria.conector import ConectorMemoria
from modelos import Perfil
from motor.acervo.medios import guardar, inspeccionar
from motor.horarios.ventana import Ventana
from motor.publicacion.propuesta import MedioPropuesto
from motor.publicacion.revision import Revision, revisar
from motor.reglas import TextoAlternativo
from tests.conftest import COMIENZO
from tests.motor.acervo.fotos import exif_con_gps, foto, guardada
from tests.motor.oficina import MINUTO, SEGUNDO, Oficina, con_capacidades, con_conector, con_reglas


def revisada(oficina: Oficina, texto: str = "Hola", **mas: object) -> Revision:
    return revisar(oficina.entorno, oficina.proponer(texto, **mas), ahora=oficina.reloj.ahora())


def test_lo_que_esta_bien_no_tiene_problemas(oficina: Oficina) -> None:
    revision = revisada(oficina)
    assert (revision.problemas, revision.arreglos) == ((), ())


@pytest.mark.parametrize(
    ("mas", "donde", "mensaje"),
    [
        ({"programada_en": COMIENZO - 6 * MINUTO}, "fecha", "ya pasó"),
        ({"programada_en": COMIENZO - 4 * MINUTO}, "", ""),  # el archivo tardó en llegar
        ({"vence_en": COMIENZO}, "vence", "vence antes de su hora"),
        ({"vence_en": COMIENZO + SEGUNDO}, "", ""),
        ({"perfiles": ()}, "redes", "no dice en qué perfiles"),
        ({"perfiles": ("memoria", "fantasma")}, "redes", "el perfil «fantasma» no existe"),
        ({"texto": "x" * 281}, "memoria, texto", "tiene 281 caracteres y Memoria admite 280"),
        ({"texto": ""}, "memoria, texto", "no dice nada"),
        ({"titulo": "x" * 301}, "título", "tiene 301 caracteres y caben 300"),
        ({"campana": "x" * 201}, "campaña", "caben 200"),
        ({"texto": "a\0b"}, "texto", "carácter nulo"),
        ({"medios": (MedioPropuesto(ruta=Path("/no/existe.jpg"), donde="falta.jpg"),)}, "falta.jpg", "no está"),
    ],
    ids=str,
)
def test_lo_que_esta_mal_se_dice_con_su_sitio_y_su_remedio(
    oficina: Oficina, mas: dict[str, object], donde: str, mensaje: str
) -> None:
    revision = revisada(oficina, **({"texto": "Hola"} | mas))
    errores = [p for p in revision.problemas if p.gravedad is Gravedad.ERROR]
    if not mensaje:
        assert errores == []
        return
    assert [p.donde for p in errores] == [donde]
    assert mensaje in errores[0].mensaje
    assert errores[0].remedio
    assert not revision.admisible


@pytest.mark.parametrize(
    ("regla", "gravedad"),
    [(TextoAlternativo.AVISAR, Gravedad.AVISO), (TextoAlternativo.RECHAZAR, Gravedad.ERROR)],
)
def test_sin_texto_alternativo_se_avisa_o_se_rechaza(
    oficina: Oficina, tmp_path: Path, regla: TextoAlternativo, gravedad: Gravedad
) -> None:
    oficina = con_reglas(oficina, texto_alternativo=regla)
    medio = MedioPropuesto(ruta=guardada(tmp_path / "a.jpg", foto()), donde="a.jpg", texto_alternativo="  ")
    (problema,) = revisada(oficina, medios=(medio,)).problemas
    assert (problema.donde, problema.gravedad) == ("a.jpg", gravedad)


def test_repetir_lo_mismo_en_varias_cuentas_de_una_red_que_lo_prohibe_se_avisa(
    oficina: Oficina, perfil_de: Callable[..., Perfil]
) -> None:
    perfil_de(nombre="dif")
    oficina = con_capacidades(oficina, texto_unico=True)
    (problema,) = revisada(oficina, perfiles=("memoria", "dif")).problemas
    assert (problema.gravedad, "irá igual a 2 cuentas" in problema.mensaje) == (Gravedad.AVISO, True)


def test_una_imagen_que_se_puede_arreglar_se_arregla_y_se_dice(oficina: Oficina, tmp_path: Path) -> None:
    grande = guardada(tmp_path / "a.jpg", foto(5000, 200))  # Memoria admite 4096 de ancho
    medio = MedioPropuesto(ruta=grande, donde="a.jpg", texto_alternativo="La feria")
    revision = revisada(oficina, medios=(medio,))
    assert revision.admisible
    assert len(revision.arreglos) == 1


def test_de_un_archivo_se_habla_por_el_nombre_que_le_puso_el_editor(oficina: Oficina, tmp_path: Path) -> None:
    """La red recibe una copia ajustada con otro nombre; ese nombre no le dice nada a nadie."""

    class SinFotos(ConectorMemoria):
        def validar(self, pieza: Pieza) -> list[Problema]:
            return [Problema(f"{a.ruta.name} no cabe.", donde=a.ruta.name) for a in pieza.adjuntos]

    ruta = guardada(tmp_path / "IMG_0001.jpg", foto(5000, 200))
    medio = MedioPropuesto(ruta=ruta, donde="cartel.jpg", texto_alternativo="La feria")
    revision = revisada(con_conector(oficina, SinFotos), medios=(medio,))
    assert ("memoria, cartel.jpg", "cartel.jpg no cabe.") in [(p.donde, p.mensaje) for p in revision.problemas]


def test_lo_que_ya_no_se_puede_usar_a_la_hora_de_salir_se_rechaza(oficina: Oficina, tmp_path: Path) -> None:
    """Llegue por la carpeta o se elija en el acervo: es el mismo archivo."""
    ruta = guardada(tmp_path / "a.jpg", foto(), exif=exif_con_gps())
    entorno, ahora = oficina.entorno, oficina.reloj.ahora()
    with entorno.base.escribir() as sesion:
        medio = guardar(sesion, inspeccionar(ruta), carpeta=entorno.acervo, nombre="a.jpg", ahora=ahora)
        medio.vence_en = ahora + 60 * MINUTO
        sesion.add(medio)
    del_acervo = entorno.acervo / medio.ruta

    def problemas(donde: Path, **mas: object) -> list[str]:
        propuesto = MedioPropuesto(ruta=donde, donde="a.jpg", texto_alternativo="La feria")
        return [p.mensaje for p in revisada(oficina, medios=(propuesto,), **mas).problemas]

    assert problemas(ruta) == problemas(del_acervo) == []
    tarde = {"programada_en": ahora + 61 * MINUTO}
    dicho = "sólo se puede usar hasta el domingo 22 de noviembre de 2026, según su ficha del acervo."
    assert problemas(ruta, **tarde) == problemas(del_acervo, **tarde) == [dicho]
    plazo = Ventana(desde=ahora, hasta=ahora + 90 * MINUTO, dicha="mejor hora hoy")
    assert problemas(ruta, ventana=plazo) == [dicho], "con mejor hora, a la más tarde que pueda ser"


def test_un_audio_no_se_publica_suelto(oficina: Oficina, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + bytes(2000))
    medio = MedioPropuesto(ruta=tmp_path / "a.mp3", donde="a.mp3", texto_alternativo="x")
    revision = revisada(oficina, medios=(medio,))
    assert not revision.admisible
    assert any("audio" in p.mensaje for p in revision.problemas)
