"""Videos: se miden con ffmpeg si lo hay, y nunca sacan a ffmpeg de paseo."""

import subprocess

import pytest

from conectores.contrato import TipoDeMedio
from motor.acervo.medios import MedioInadmisible, depositar, inspeccionar
from motor.acervo.videos import interpretar

imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="sin el extra «video» no hay ffmpeg con que medir")


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    ruta = tmp_path_factory.mktemp("videos") / "saludo.mp4"
    orden = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi", "-i"]
    subprocess.run(
        [*orden, "testsrc=duration=2:size=320x240:rate=10", "-pix_fmt", "yuv420p", str(ruta)], check=True, timeout=60
    )
    return ruta


def test_un_video_se_mide(video):
    datos = inspeccionar(video)
    assert (datos.tipo, datos.mime, datos.ancho, datos.alto) == (TipoDeMedio.VIDEO, "video/mp4", 320, 240)
    assert datos.duracion_s == pytest.approx(2.0, abs=0.2)


def test_un_video_cortado_se_rechaza(video, tmp_path):
    (tmp_path / "cortado.mp4").write_bytes(video.read_bytes()[:2000])
    with pytest.raises(MedioInadmisible, match="incompleto"):
        inspeccionar(tmp_path / "cortado.mp4")


def test_una_lista_de_direcciones_disfrazada_de_video_no_se_abre(tmp_path):
    (tmp_path / "lista.mp4").write_bytes(b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/robado.ts\n")
    with pytest.raises(MedioInadmisible, match="no es una imagen ni un video"):
        inspeccionar(tmp_path / "lista.mp4")


def test_un_video_girado_mide_lo_que_se_ve():
    salida = """
      Duration: 00:01:05.50, start: 0.000000, bitrate: 65 kb/s
      Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 1920x1080 [SAR 1:1 DAR 16:9], 30 fps
        Side data: displaymatrix: rotation of -90.00 degrees
    """
    medidas = interpretar(salida)
    assert medidas is not None
    assert (medidas.ancho, medidas.alto, medidas.duracion_s, medidas.codec) == (1080, 1920, 65.5, "h264")


def test_solo_sonido_no_es_un_video():
    assert interpretar("Duration: 00:00:02.00\n Stream #0:0: Audio: aac, 44100 Hz") is None


@pytest.mark.parametrize("mal", [False, True], ids=["entero", "sin saber copiarlo"])
def test_lo_guardado_no_dice_donde_ni_quien_y_si_no_se_puede_queda_como_llego(video, tmp_path, monkeypatch, mal):
    """Sin recodificar: se ve y dura igual, y dos veces da lo mismo. Lo pegado al final tampoco viaja."""
    orden = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", str(video), "-c", "copy"]
    dicho = [
        "-movflags",
        "use_metadata_tags",
        "-metadata",
        "location=+19.4326-099.1332/",
        "-metadata",
        "artist=Ana la fotografa",
    ]
    subprocess.run([*orden, *dicho, str(tmp_path / "de-telefono.mp4")], check=True, timeout=60)
    llegado = tmp_path / "de-telefono.mp4"
    with llegado.open("ab") as archivo:
        archivo.write(b"\0\0\0\x28free<script>alert(1)</script>\0\0\0")
    assert all(x in llegado.read_bytes() for x in (b"19.43", b"Ana la"))
    if mal:
        monkeypatch.setattr("motor.acervo.despojo._SIN_NADA_MAS", ("-map", "0:s"))
    datos = inspeccionar(llegado)
    una, otra = (depositar(datos, carpeta=tmp_path / c).read_bytes() for c in ("una", "otra"))
    assert una == otra
    assert [x in una for x in (b"19.43", b"Ana la", b"<script")] == [mal] * 3
    guardado = inspeccionar(depositar(datos, carpeta=tmp_path / "una"))
    assert (guardado.ancho, guardado.alto, guardado.duracion_s) == (datos.ancho, datos.alto, datos.duracion_s)
