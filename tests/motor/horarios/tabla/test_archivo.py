import os
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from motor.horarios.mapa import SEMANA, Mapa
from motor.horarios.tabla.archivo import escribir_archivo, leer_archivo
from motor.horarios.tabla.renglones import Leido, TablaIlegible

TEXTO = "perfil,red,publicada_en,interacciones,organizacion\nniñez,x,2026-12-01 09:30,3,Dirección\n"


def leer(ruta: Path) -> Leido:
    return leer_archivo(ruta, zona=ZoneInfo("America/Mexico_City"), reconocer_red=lambda red: red)


def plano(valor: float) -> Mapa:
    una = (valor,) * SEMANA
    return Mapa(ganancia=una, inferior=una, superior=una, publicaciones=0, curva="general", espaciado=0)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("saltos", ["\n", "\r\n"])
def test_se_lee_como_lo_guarde_cada_programa(tmp_path: Path, codec: str, saltos: str) -> None:
    ruta = tmp_path / "h.csv"
    ruta.write_bytes(TEXTO.replace("\n", saltos).encode(codec))
    leido = leer(ruta)
    assert {p: h.organizacion for p, h in leido.historiales.items()} == {"niñez": "Dirección"}
    assert leido.apartados == 0


def test_excel_anuncia_el_separador_y_los_numeros_de_renglon_lo_cuentan(tmp_path: Path) -> None:
    ruta = tmp_path / "h.csv"
    ruta.write_text("sep=;\n" + TEXTO.replace(",", ";") + ";;;;\n\nx;x;nunca;3;\n", encoding="utf-8")
    leido = leer(ruta)
    assert list(leido.historiales) == ["niñez", "x"]
    assert [a.numero for a in leido.primeros] == [6]


@pytest.mark.parametrize(
    ("contenido", "dice"),
    [
        (b"", "el archivo est. vac.o"),
        (b"perfil,red\n", "Falta la columna"),
        (b"perfil,red,publicada_en,interacciones\x00\n", "no es un archivo de texto"),
        (b'perfil,red,publicada_en,interacciones\na,x,"2026-12-01 09:30,3\n', "comillas sin cerrar"),
    ],
)
def test_lo_que_no_es_una_tabla_dice_por_que(tmp_path: Path, contenido: bytes, dice: str) -> None:
    ruta = tmp_path / "h.csv"
    ruta.write_bytes(contenido)
    with pytest.raises(TablaIlegible, match=dice):
        leer(ruta)


def test_la_respuesta_va_en_orden_y_sin_ceros_negativos(tmp_path: Path) -> None:
    destino = tmp_path / "nueva" / "horarios.csv"
    escribir_archivo(destino, {"b": plano(-0.00001), "a": plano(12.345678)})
    renglones = destino.read_text(encoding="utf-8").splitlines()
    assert renglones[0] == "perfil,dia,hora,ganancia_pct,inferior_pct,superior_pct"
    assert renglones[1] == "a,0,0,12.3457,12.3457,12.3457"
    assert renglones[-1] == "b,6,23,0.0000,0.0000,0.0000"
    assert len(renglones) == 1 + 2 * SEMANA
    assert [r.split(",")[1:3] for r in renglones[24:26]] == [["0", "23"], ["1", "0"]]


def test_si_algo_falla_a_la_mitad_queda_lo_que_habia(tmp_path: Path) -> None:
    destino = tmp_path / "horarios.csv"
    destino.write_text("lo de antes", encoding="utf-8")
    corto = Mapa(ganancia=(1.0,), inferior=(1.0,), superior=(1.0,), publicaciones=0, curva="x", espaciado=0)
    with pytest.raises(IndexError):
        escribir_archivo(destino, {"a": plano(1), "b": corto})
    assert destino.read_text(encoding="utf-8") == "lo de antes"
    assert list(tmp_path.iterdir()) == [destino]


def test_si_la_salida_es_un_enlace_se_cambia_su_archivo(tmp_path: Path) -> None:
    archivo, enlace = tmp_path / "de_verdad.csv", tmp_path / "enlace.csv"
    archivo.write_text("de antes", encoding="utf-8")
    enlace.symlink_to(archivo)
    escribir_archivo(enlace, {"p": plano(1)})
    assert enlace.is_symlink()
    assert archivo.read_text(encoding="utf-8").startswith("perfil,dia,hora")


def test_a_una_tuberia_se_le_escribe_y_sigue_siendo_una_tuberia(tmp_path: Path) -> None:
    """Como a `/dev/null`: ponerle un archivo encima lo rompería para toda la máquina."""
    tuberia, leido = tmp_path / "tuberia", list[str]()
    os.mkfifo(tuberia)
    lector = threading.Thread(target=lambda: leido.append(tuberia.read_text(encoding="utf-8")))
    lector.start()
    escribir_archivo(tuberia, {"p": plano(1)})
    lector.join()
    assert len(leido[0].splitlines()) == SEMANA + 1
    assert tuberia.is_fifo()
