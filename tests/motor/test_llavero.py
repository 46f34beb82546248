"""Las llaves de la oficina: nacen privadas, se giran sin perder nada, y lo que corre nota el cambio."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from motor.llavero import ARCHIVO, LlaveEquivocada, Llavero


def test_la_llave_nace_una_vez_y_sólo_la_lee_su_dueño(tmp_path: Path) -> None:
    cifrado = Llavero.abrir(tmp_path / "llaves").cifrar("secreto")
    archivo = tmp_path / "llaves" / ARCHIVO
    assert archivo.stat().st_mode & 0o077 == 0
    assert Llavero.abrir(tmp_path / "llaves").descifrar(cifrado) == "secreto"
    assert [r.name for r in archivo.parent.iterdir()] == [ARCHIVO]


def test_su_repr_no_enseña_ninguna_llave(tmp_path: Path) -> None:
    llavero = Llavero.abrir(tmp_path)
    llave = (tmp_path / ARCHIVO).read_text().strip()
    assert llave not in f"{llavero!r} {llavero}"


def test_con_otra_llave_no_se_abre_y_se_dice_que_hacer(tmp_path: Path) -> None:
    cifrado = Llavero.abrir(tmp_path / "una").cifrar("secreto")
    with pytest.raises(LlaveEquivocada, match=r"Recupere .* del respaldo") as caso:
        Llavero.abrir(tmp_path / "otra").descifrar(cifrado)
    assert cifrado not in str(caso.value)


@pytest.mark.parametrize("contenido", [b"", b"esto no es una llave\n"])
def test_un_archivo_dañado_se_dice_al_arrancar(tmp_path: Path, contenido: bytes) -> None:
    (tmp_path / ARCHIVO).write_bytes(contenido)
    with pytest.raises(LlaveEquivocada, match="no lleva una llave que sirva"):
        Llavero.abrir(tmp_path)


def test_quien_ya_corre_nota_la_llave_nueva(tmp_path: Path) -> None:
    demonio, orden = Llavero.abrir(tmp_path), Llavero.abrir(tmp_path)
    orden.estrenar()
    cifrado = orden.cifrar("nuevo")
    assert demonio.descifrar(cifrado) == "nuevo"
    assert orden.abre_con_la_primera(demonio.cifrar("de quien ya corría"))


def test_entre_estrenar_y_tirar_se_abre_lo_viejo_y_lo_nuevo(tmp_path: Path) -> None:
    llavero = Llavero.abrir(tmp_path)
    viejo = llavero.cifrar("viejo")
    llavero.estrenar()
    assert not llavero.abre_con_la_primera(viejo)
    recifrado = llavero.recifrar(viejo)
    assert llavero.tirar_viejas() == 1
    assert llavero.descifrar(recifrado) == "viejo"
    with pytest.raises(LlaveEquivocada):
        llavero.descifrar(viejo)
    assert (tmp_path / ARCHIVO).stat().st_mode & 0o077 == 0


def test_si_el_archivo_se_pierde_o_se_daña_se_sigue_con_lo_leido(tmp_path: Path) -> None:
    llavero = Llavero.abrir(tmp_path)
    cifrado = llavero.cifrar("secreto")
    (tmp_path / ARCHIVO).write_text("basura")
    assert llavero.descifrar(cifrado) == "secreto"
    (tmp_path / ARCHIVO).unlink()
    assert llavero.descifrar(cifrado) == "secreto"
    (tmp_path / ARCHIVO).write_bytes(Fernet.generate_key())
    with pytest.raises(LlaveEquivocada):
        llavero.descifrar(cifrado)
