import csv
import json
import stat
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import update
from sqlmodel import select
from typer.testing import CliRunner

from conectores.contrato_escucha import Autor, Clase, Oido, Tanda
from modelos import Correo, EstadoDeCorreo, Evento
from modelos.escucha import Crudo, Fuente, Mensaje
from motor.arranque import Oficina, abrir_oficina
from motor.escucha.almacen.guardar import guardar
from motor.escucha.entendido import Entendido
from motor.ordenes.privacidad import app

ANA = Autor(id="77", usuario="ana_lopez", nombre="Ana López")
BETO = Autor(id="88", usuario="beto", nombre="Beto López")


def sin_entender(_red: str, oidos: Sequence[Oido]) -> list[Entendido]:
    return [Entendido(None, ()) for _ in oidos]


@pytest.fixture
def privacidad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def correr(*palabras: str, entrada: str = "") -> Result:
        return CliRunner().invoke(app, list(palabras), input=entrada, catch_exceptions=False)

    return correr


@pytest.fixture
def oficina(privacidad: Callable[..., Result]) -> Oficina:
    """Una oficina que oyó dos mensajes de Ana (uno parece una fórmula) y uno de Beto."""
    oficina = abrir_oficina()
    ahora = oficina.escucha.reloj.ahora()
    with oficina.escucha.base.escribir() as sesion:
        fuente = Fuente(clave="f", red="memoria", desde=ahora, proxima_en=ahora)
        sesion.add(fuente)
    dichos = [("1", "hay un bache", ANA), ("2", "=HYPERLINK(1)", ANA), ("3", "sin agua", BETO)]
    oidos = tuple(
        Oido(id_externo=n, clase=Clase.MENCION, texto=texto, publicado_en=ahora, autor=autor, crudo={"n": n})
        for n, texto, autor in dichos
    )
    guardar(oficina.escucha, fuente, Tanda(oidos=oidos), entender=sin_entender)
    return oficina


def textos(oficina: Oficina) -> list[str]:
    with oficina.escucha.base.leer() as sesion:
        return sorted(sesion.exec(select(Mensaje.texto)))


def eventos(oficina: Oficina) -> list[tuple[str, str]]:
    with oficina.entorno.base.leer() as sesion:
        return [(e.accion, e.detalle) for e in sesion.exec(select(Evento).order_by(Evento.id))]


def test_buscar_dice_que_se_guarda_y_deja_un_evento_sin_su_nombre(
    oficina: Oficina, privacidad: Callable[..., Result]
) -> None:
    resultado = privacidad("buscar", "@ana_lopez")
    assert resultado.exit_code == 0
    assert "Ana López" in resultado.stdout
    assert json.loads(privacidad("buscar", "lopez", "--json").stdout)[0]["mensajes"] == 2
    assert eventos(oficina) == [
        ("privacidad_busqueda", "Se buscó a una persona: 2 mensajes de 1 cuenta."),
        ("privacidad_busqueda", "Se buscó a una persona: 3 mensajes de 2 cuentas."),
    ]


def test_lo_que_su_red_exige_borrar_no_se_ensena_aunque_el_demonio_lleve_dias_apagado(
    oficina: Oficina, privacidad: Callable[..., Result]
) -> None:
    hace_dos_dias = oficina.escucha.reloj.ahora() - timedelta(days=2)
    with oficina.escucha.base.escribir() as sesion:
        sesion.exec(update(Fuente).values(red="x"))
        sesion.exec(update(Mensaje).values(red="x", comprobado_en=hace_dos_dias))
    privacidad("exportar", "@ana_lopez")
    assert textos(oficina) == ["", "", ""]


def test_buscar_a_quien_no_esta_lo_dice(oficina: Oficina, privacidad: Callable[..., Result]) -> None:
    assert "No se guarda ningún mensaje" in privacidad("buscar", "@nadie").stdout
    assert privacidad("exportar", "@nadie").exit_code == 1


@pytest.mark.parametrize(
    ("palabras", "dice"),
    [
        (("buscar", "@"), "Falta decir a quién"),
        (("buscar", "ana", "--red", "mastodonte"), "No conozco la red «mastodonte»"),
        (("borrar", "López"), "Hay 2 cuentas que pueden ser esa persona"),
        (("borrar", "@nadie"), "diga en qué red"),
    ],
)
def test_lo_que_no_basta_se_dice_y_no_cambia_nada(
    oficina: Oficina, privacidad: Callable[..., Result], palabras: tuple[str, ...], dice: str
) -> None:
    resultado = privacidad(*palabras)
    assert resultado.exit_code == 1
    assert dice in " ".join(resultado.output.split())
    assert len(textos(oficina)) == 3
    assert "" not in textos(oficina)


def test_exportar_escribe_un_archivo_que_solo_lee_quien_lo_pidio(
    oficina: Oficina, privacidad: Callable[..., Result], tmp_path: Path
) -> None:
    assert privacidad("exportar", "77", "-o", "ana.json").exit_code == 0
    entregado = json.loads((tmp_path / "ana.json").read_text(encoding="utf-8"))
    assert [(f["texto"], f["crudo"]) for f in entregado] == [
        ("hay un bache", {"n": "1"}),
        ("=HYPERLINK(1)", {"n": "2"}),
    ]
    assert stat.S_IMODE((tmp_path / "ana.json").stat().st_mode) == 0o600
    otra_vez = privacidad("exportar", "77", "-o", "ana.json")
    assert otra_vez.exit_code == 1
    assert "Ya existe ana.json" in otra_vez.output
    assert eventos(oficina) == [
        ("privacidad_entrega", "Se entregó lo que se guarda de una persona: 2 mensajes de 1 cuenta.")
    ]


def test_en_csv_lo_que_parece_una_formula_no_lo_es(
    oficina: Oficina, privacidad: Callable[..., Result], tmp_path: Path
) -> None:
    assert privacidad("exportar", "77", "-o", "ana.csv").exit_code == 0
    with (tmp_path / "ana.csv").open(encoding="utf-8-sig", newline="") as archivo:
        assert [f["texto"] for f in csv.DictReader(archivo)] == ["hay un bache", "'=HYPERLINK(1)"]


def test_borrar_pregunta_antes_y_solo_un_si_es_un_si(oficina: Oficina, privacidad: Callable[..., Result]) -> None:
    assert "No se borró nada" in privacidad("borrar", "@ana_lopez", entrada="\n").stdout
    assert eventos(oficina) == []
    assert privacidad("borrar", "@ana_lopez", entrada="s\n").exit_code == 0
    assert textos(oficina) == ["", "", "sin agua"]
    assert eventos(oficina) == [("privacidad_borrado", "Se borró lo de una persona: 2 mensajes de 1 cuenta.")]


def test_borrar_varias_cuentas_hay_que_decirlo(oficina: Oficina, privacidad: Callable[..., Result]) -> None:
    assert privacidad("borrar", "López", "--todas", "--si").exit_code == 0
    assert textos(oficina) == ["", "", ""]


def test_quien_nunca_ha_escrito_puede_oponerse(oficina: Oficina, privacidad: Callable[..., Result]) -> None:
    assert privacidad("borrar", "@carla", "--red", "memoria", "--si").exit_code == 0
    ahora = oficina.escucha.reloj.ahora()
    carla = Oido(
        id_externo="9", clase=Clase.MENCION, texto="hola", publicado_en=ahora, autor=Autor(id="99", usuario="Carla")
    )
    with oficina.escucha.base.leer() as sesion:
        fuente = sesion.exec(select(Fuente)).one()
    assert guardar(oficina.escucha, fuente, Tanda(oidos=(carla,)), entender=sin_entender).olvidados == 1


def test_un_nombre_hostil_no_manda_en_la_terminal_ni_rompe_la_orden(
    privacidad: Callable[..., Result], oficina: Oficina
) -> None:
    """Lo que ya estuviera guardado sin limpiar tampoco: la pantalla misma lo tapa."""
    with oficina.escucha.base.escribir() as sesion:
        for mensaje in sesion.exec(select(Mensaje).where(Mensaje.autor_id == "88")):
            mensaje.autor_nombre = "[/red][b]Beto\x1b[2J\x9b31m\u202e"
    hecho = privacidad("buscar", "@beto")
    assert hecho.exit_code == 0
    assert "[/red][b]Beto" in "".join(hecho.output.split())
    assert not {"\x1b", "\x9b", "\u202e"} & set(hecho.output)
    escrito = privacidad("buscar", "@beto", "--json").output
    assert not {"\x1b", "\x9b", "\u202e"} & set(escrito)
    assert json.loads(escrito)[0]["nombre"].endswith("\u202e")


def test_medio_emoji_en_el_crudo_no_impide_entregar_lo_suyo(
    privacidad: Callable[..., Result], oficina: Oficina
) -> None:
    with oficina.escucha.base.escribir() as sesion:
        for crudo in sesion.exec(select(Crudo)):
            crudo.datos = '{"text": "medio \\ud83d"}'
    hecho = privacidad("exportar", "@ana_lopez", "-o", "ana.json")
    assert hecho.exit_code == 0
    assert json.loads(Path("ana.json").read_text())[0]["crudo"]["text"] == "medio \ud83d"


def test_quien_se_opone_sin_que_quede_nada_suyo_se_quita_tambien_de_los_correos(
    privacidad: Callable[..., Result], oficina: Oficina
) -> None:
    """Sus mensajes pudieron borrarse o caducar, y el correo que los citaba, no."""
    ahora = oficina.entorno.reloj.ahora()
    with oficina.entorno.base.escribir() as sesion:
        sesion.add(
            Correo(
                clave="c",
                grupo="g",
                para="a@b.mx",
                asunto="Sube",
                texto="@carmen: «no hay agua»",
                estado=EstadoDeCorreo.ENVIADO,
                no_antes_de=ahora,
                creado_en=ahora,
            )
        )
    assert "1 correos" in privacidad("borrar", "@carmen", "--red", "x", "--si").output
    with oficina.entorno.base.leer() as sesion:
        assert "carmen" not in sesion.exec(select(Correo.texto)).one()


def test_las_bases_nacen_legibles_solo_para_quien_las_usa(oficina: Oficina) -> None:
    archivos = [a for base in (oficina.entorno.base, oficina.escucha.base) for a in _suyos(str(base.url.database))]
    assert len(archivos) >= 4  # cada una con su registro de escritura
    assert {oct(stat.S_IMODE(a.stat().st_mode)) for a in archivos} == {"0o600"}


def _suyos(base: str) -> list[Path]:
    return list(Path(base).parent.glob(f"{Path(base).name}*"))
