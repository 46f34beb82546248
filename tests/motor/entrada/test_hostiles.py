"""Lo que alguien soltaría para hacer daño: se rechaza con su motivo, deprisa y sin tocar nada de fuera."""

import contextlib
import os
import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest

from motor.entrada.colocar.traslado import BuzonInservible, lugar_libre, mover, nombre_de_nota, recortado
from motor.entrada.decidir.dictamen import NoSePuedeLeer, leer_archivo

from ..acervo.fotos import bomba_png, bytes_de, foto


@pytest.fixture
def secreto(tmp_path):
    """Un archivo del servidor que nadie debería poder publicar."""
    ruta = tmp_path / "secreto.txt"
    ruta.write_text("contraseña: 1234")
    return ruta


def nada_se_filtro(carpeta, secreto):
    assert secreto.read_text() == "contraseña: 1234", "sigue donde estaba, intacto"
    assert carpeta.publicaciones() == []
    for ruta in carpeta.buzon.rglob("*.txt"):
        assert ruta.is_symlink() or ruta.name == "dura.txt" or "1234" not in ruta.read_text()


def test_un_enlace_simbolico_se_rechaza_sin_seguirlo(carpeta, secreto):
    (carpeta.entrada / "aviso.txt").symlink_to(secreto)
    assert carpeta.esperar().rechazadas == ["aviso.txt"]
    assert (carpeta.buzon / "rechazadas/aviso.txt").is_symlink(), "se mueve el enlace, no lo que señala"
    assert "es un enlace a otro lugar" in carpeta.nota("rechazadas/aviso.txt.motivo.txt").lower()
    nada_se_filtro(carpeta, secreto)


def test_una_carpeta_que_es_un_enlace_tampoco_se_sigue(carpeta, secreto):
    (carpeta.entrada / "feria").symlink_to(secreto.parent, target_is_directory=True)
    assert carpeta.esperar().rechazadas == ["feria"]
    nada_se_filtro(carpeta, secreto)


def test_un_enlace_dentro_de_una_carpeta_la_rechaza_entera(carpeta, secreto):
    carpeta.soltar("feria/texto.md", "---\nimagen: foto.jpg\n---\nVen")
    (carpeta.entrada / "feria/foto.jpg").symlink_to(secreto)
    assert carpeta.esperar().rechazadas == ["feria"]
    assert "foto.jpg: es un enlace" in carpeta.nota("rechazadas/feria.motivo.txt")
    nada_se_filtro(carpeta, secreto)


def test_un_enlace_roto_y_uno_a_si_mismo(carpeta):
    (carpeta.entrada / "roto.md").symlink_to("/no/existe")
    (carpeta.entrada / "bucle.md").symlink_to("bucle.md")
    assert sorted(carpeta.esperar().rechazadas) == ["bucle.md", "roto.md"]


def test_un_enlace_duro_se_rechaza(carpeta, secreto):
    os.link(secreto, carpeta.entrada / "dura.txt")
    assert carpeta.esperar().rechazadas == ["dura.txt"]
    assert "enlace duro" in carpeta.nota("rechazadas/dura.txt.motivo.txt")
    nada_se_filtro(carpeta, secreto)


def test_una_tuberia_y_un_enchufe_no_nos_dejan_esperando(carpeta):
    os.mkfifo(carpeta.entrada / "tubo.md")
    carpeta.soltar("feria/texto.md", "---\nimagen: tubo.jpg\n---\nVen")
    os.mkfifo(carpeta.entrada / "feria/tubo.jpg")
    enchufe = socket.socket(socket.AF_UNIX)
    enchufe.bind(os.path.relpath(carpeta.entrada / "e.md"))
    enchufe.close()
    comienzo = time.monotonic()
    assert sorted(carpeta.esperar().rechazadas) == ["e.md", "feria", "tubo.md"]
    assert time.monotonic() - comienzo < 2


@pytest.mark.parametrize("nombre", ["../../secreto.txt", "/etc/passwd", "..\\secreto.txt", "C:\\Windows\\win.ini"])
def test_un_medio_que_escapa_de_la_carpeta_se_rechaza(carpeta, secreto, nombre):
    carpeta.soltar("aviso.md", f"---\nimagen: '{nombre}'\n---\nVen")
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert "es una ruta" in carpeta.nota("rechazadas/aviso.md.motivo.txt")
    nada_se_filtro(carpeta, secreto)


@pytest.mark.parametrize("nombre", ["enorme.md", "enorme.xlsx", "enorme.csv", "enorme.jpg", "enorme.mp4", "enorme.bin"])
def test_dos_gigabytes_se_contestan_enseguida(carpeta, nombre):
    with (carpeta.entrada / nombre).open("wb") as archivo:
        archivo.truncate(2 << 30)
    comienzo = time.monotonic()
    carpeta.esperar_de_mas()
    assert time.monotonic() - comienzo < 2
    assert nombre in carpeta.hay("rechazadas")
    assert (carpeta.buzon / "rechazadas" / nombre).stat().st_size == 2 << 30, "no se pierde"


@pytest.mark.parametrize("cuerpo", [b"\xff\xd8\xff\xe0", b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00"])
def test_un_medio_de_dos_gigabytes_con_su_texto(carpeta, cuerpo):
    with (carpeta.entrada / "medio.mp4").open("wb") as archivo:
        archivo.write(cuerpo)
        archivo.truncate(2 << 30)
    carpeta.soltar("aviso.md", "---\nvideo: medio.mp4\n---\nVen")
    comienzo = time.monotonic()
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert time.monotonic() - comienzo < 2
    assert "2147.5 MB" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


def test_una_bomba_de_imagen_no_llena_la_memoria(carpeta):
    carpeta.soltar("bomba.png", bomba_png(60_000))
    carpeta.soltar("aviso.md", "---\nimagen: bomba.png\n---\nVen")
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert "millones" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


def test_una_bomba_de_yaml_se_apaga(carpeta):
    carpeta.soltar("aviso.md", "---\na: &a [x]\nb: [*a, *a]\n---\nVen")
    carpeta.esperar()
    assert "que no admitimos" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


@pytest.mark.parametrize(
    "nombre",
    [b"aviso\n.md", b"aviso\x1b[31m.md", "factura\u202egpj.md".encode(), b"latin\xe1.md", "cero\u200bancho.md".encode(),
     b"\xff\xfe\xfd.jpg", b"campana\x07.xlsx"],
)  # fmt: skip
def test_un_nombre_tramposo_se_rechaza_y_su_nota_se_puede_leer(carpeta, nombre):
    (carpeta.entrada / os.fsdecode(nombre)).write_text("Hola")
    assert len(carpeta.esperar().rechazadas) == 1
    assert (carpeta.buzon / "rechazadas" / os.fsdecode(nombre)).exists(), "con su nombre de siempre"
    (nota,) = [n for n in carpeta.hay("rechazadas") if n.endswith(".motivo.txt")]
    assert nota.isprintable()
    assert "caracteres que no se ven" in carpeta.nota(f"rechazadas/{nota}")
    assert carpeta.publicaciones() == []


@pytest.mark.parametrize("nombre", ["a" * 252 + ".md", "ñ" * 126 + ".md", "f" * 251 + ".bin"])
def test_un_nombre_larguisimo_cabe_con_su_nota(carpeta, nombre):
    for _ in range(2):
        carpeta.soltar(nombre, "b" * 300)
        assert carpeta.esperar().rechazadas == [nombre]
    assert len([n for n in carpeta.hay("rechazadas") if n.endswith(".motivo.txt")]) == 2


def test_carpetas_dentro_de_carpetas(carpeta):
    carpeta.soltar("a/b/c/d/texto.md", "Hola")
    assert carpeta.esperar().rechazadas == ["a"]
    assert (carpeta.buzon / "rechazadas/a/b/c/d/texto.md").read_text() == "Hola"


def test_una_carpeta_con_miles_de_archivos(carpeta):
    for n in range(300):
        carpeta.soltar(f"muchos/{n}.jpg", "x")
    carpeta.soltar("muchos/texto.md", "Hola")
    assert carpeta.esperar().rechazadas == ["muchos"]
    assert "tiene 301 archivos" in carpeta.nota("rechazadas/muchos.motivo.txt").lower()


@pytest.mark.skipif(os.geteuid() == 0, reason="el superusuario puede leerlo todo")
def test_lo_que_no_podemos_leer_se_dice(carpeta):
    carpeta.soltar("aviso.md", "Hola").chmod(0)
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert "no tenemos permiso" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


def test_lo_que_no_podemos_leer_se_dice_aunque_las_pruebas_las_corra_el_superusuario(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("la prueba de al lado ya lo comprueba sin cambiar de usuario")
    ruta = tmp_path / "aviso.md"
    ruta.write_text("Hola")
    ruta.chmod(0)
    os.chown(ruta, 0, 0)
    with como_un_usuario_cualquiera(tmp_path), pytest.raises(NoSePuedeLeer, match="permiso"):
        leer_archivo(ruta)


def test_una_carpeta_que_no_se_deja_mover_no_detiene_a_las_demas(carpeta, caplog):
    """Para mover una carpeta hay que poder escribir en ella; la de otro usuario se queda, y se dice una vez."""
    ajena = carpeta.soltar("ajena/texto.md", "Hola").parent
    ajena.chmod(0o555)
    carpeta.soltar("aviso.md", "---\nfecha: mañana 9:00\n---\nVen")
    with como_un_usuario_cualquiera(carpeta.buzon.parent):
        resumenes = [carpeta.esperar() for _ in range(4)]
    assert resumenes[0].aceptadas == ["aviso.md"]
    assert all(resumen.problema == "" for resumen in resumenes)
    assert caplog.text.count("No se puede mover «ajena»") == 1
    assert carpeta.hay("entrada") == ["ajena"]
    assert carpeta.hay("rechazadas") == []
    ajena.chmod(0o755)
    assert carpeta.esperar(timedelta(minutes=1)).aceptadas == ["ajena"], "con los permisos arreglados, se toma sola"


@contextlib.contextmanager
def como_un_usuario_cualquiera(raiz):
    """Si las pruebas las corre el superusuario, dejar de serlo mientras dure: él puede moverlo todo."""
    if os.geteuid() != 0:
        yield
        return
    for ruta in [raiz, *raiz.rglob("*")]:
        os.chown(ruta, 65_534, 65_534, follow_symlinks=False)
    for padre in raiz.parents:
        if padre.stat().st_uid == 0 and padre.stat().st_mode & 0o011 != 0o011:
            padre.chmod(padre.stat().st_mode | 0o011)  # el grupo sigue siendo el del superusuario
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_un_programa_disfrazado_de_foto(carpeta):
    carpeta.soltar("foto.jpg", b"MZ\x90\x00" + b"\x00" * 500)
    carpeta.soltar("aviso.md", "---\nimagen: foto.jpg\n---\nVen")
    carpeta.esperar()
    assert "foto.jpg: es un programa" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


def test_una_foto_con_otra_extension_vale(carpeta):
    carpeta.soltar("foto.dat", bytes_de(foto()))
    carpeta.soltar("aviso.md", "---\nimagen: foto.dat\n---\nVen")
    assert carpeta.esperar().aceptadas == ["aviso.md"]


# ── los movimientos ──────────────────────────────────────────────────────────────────────────────────────────────


def test_nunca_se_mueve_encima_de_nada(tmp_path):
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").symlink_to("/no/existe")
    with pytest.raises(FileExistsError):
        mover(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").read_text() == "a"


def test_entre_discos_se_dice_con_claridad(tmp_path):
    aqui, candidatos = tmp_path.stat().st_dev, (Path("/dev/shm"), Path("/var/tmp"))  # noqa: S108 # sólo se mira si son otro disco
    otro = next((c for c in candidatos if c.is_dir() and c.stat().st_dev != aqui), None)
    if otro is None:
        pytest.skip("esta máquina no tiene otro disco en /dev/shm ni en /var/tmp")
    (tmp_path / "a").write_text("a")
    destino = lugar_libre(otro, "pregonero-prueba")
    with pytest.raises(BuzonInservible, match="discos distintos"):
        mover(tmp_path / "a", destino)
    assert (tmp_path / "a").exists()


def test_los_nombres_de_las_notas_sirven_en_windows():
    assert nombre_de_nota('a<b>:"c|d?*.md', ".motivo.txt") == "a_b___c_d__.md.motivo.txt"
    assert nombre_de_nota("a\nb.md", ".motivo.txt") == "a_000A_b.md.motivo.txt"


def test_un_nombre_recortado_no_se_confunde_con_otro():
    uno, otro = recortado("a" * 300, ".md"), recortado("a" * 301, ".md")
    assert uno != otro
    assert len(uno.encode()) <= 255
    assert recortado("corto", ".md") == "corto.md"
