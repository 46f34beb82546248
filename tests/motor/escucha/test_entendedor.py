from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from conectores.contrato_escucha import Autor, Clase, LugarDicho, Oido
from modelos.monitor import Monitor
from motor.escucha.entendedor import EntendedorAlDia, cargar
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.donde import Por
from motor.escucha.monitores.archivo import sincronizar
from tests.conftest import COMIENZO

EN_EL_CENTRO = LugarDicho(punto=(19.2925, -99.6569))


def oido(texto: str, *, lugar: LugarDicho | None = None, titulo: str = "", clase: Clase = Clase.MENCION) -> Oido:
    return Oido(
        id_externo=texto,
        clase=clase,
        texto=texto,
        titulo=titulo,
        publicado_en=COMIENZO - timedelta(minutes=1),
        autor=Autor(usuario="vecina"),
        lugar=lugar,
    )


def vigilar(escucha: EntornoDeEscucha, toml: str) -> None:
    (escucha.archivos / "monitores.toml").write_text(toml, encoding="utf-8")
    assert sincronizar(escucha).errores == ()


def claves(escucha: EntornoDeEscucha, ids: Sequence[int]) -> list[str]:
    with escucha.principal.base.leer() as sesion:
        return [sesion.get_one(Monitor, i).clave for i in ids]


def test_entiende_donde_es_y_quien_lo_cuenta(escucha: EntornoDeEscucha) -> None:
    vigilar(
        escucha,
        '[agua]\nalguna = ["fuga"]\nflexion = true\n'
        '[centro]\nalguna = ["fuga"]\nlugar = { centro = [19.29, -99.66], radio_km = 3 }\n',
    )
    lejos, cerca, nada = cargar(escucha)(
        "memoria", [oido("muchas fugas"), oido("una fuga", lugar=EN_EL_CENTRO), oido("hola")]
    )
    assert (claves(escucha, lejos.monitores), lejos.donde) == (["agua"], None)
    assert claves(escucha, cerca.monitores) == ["agua", "centro"]
    assert cerca.donde is not None
    assert cerca.donde.por is Por.COORDENADAS
    assert nada.monitores == ()


def test_un_lugar_nombrado_en_el_titulo_tambien_sirve(escucha: EntornoDeEscucha) -> None:
    vigilar(escucha, '[toluca]\nlugar = { lugares = ["Toluca"] }\n')
    (uno,) = cargar(escucha)("memoria", [oido("Se inundó la avenida", titulo="Caos en la colonia Seminario, Toluca")])
    assert claves(escucha, uno.monitores) == ["toluca"]


def test_un_mensaje_raro_no_hunde_a_los_demas(escucha: EntornoDeEscucha, caplog: pytest.LogCaptureFixture) -> None:
    vigilar(escucha, '[agua]\nalguna = ["fuga"]\n')
    raro = oido("fuga")
    object.__setattr__(raro, "texto", None)
    malo, bueno = cargar(escucha)("memoria", [raro, oido("otra fuga")])
    assert malo.monitores == ()
    assert claves(escucha, bueno.monitores) == ["agua"]
    assert "No se entendió un mensaje" in caplog.text


def test_al_dia_cambia_con_los_monitores_y_solo_entonces(escucha: EntornoDeEscucha) -> None:
    al_dia = EntendedorAlDia(escucha)
    assert al_dia("memoria", [oido("una fuga")])[0].monitores == ()
    vigilar(escucha, '[agua]\nalguna = ["fuga"]\n')
    assert claves(escucha, al_dia("memoria", [oido("una fuga")])[0].monitores) == ["agua"]
    assert al_dia.ahora() is al_dia.ahora()
    vigilar(escucha, '[agua]\nalguna = ["tubo"]\n')
    assert al_dia("memoria", [oido("una fuga")])[0].monitores == ()
    vigilar(escucha, "")
    assert al_dia("memoria", [oido("un tubo")])[0].monitores == ()


def test_al_dia_sigue_con_los_lugares_de_antes_si_los_nuevos_estan_mal(
    escucha: EntornoDeEscucha, caplog: pytest.LogCaptureFixture
) -> None:
    vigilar(escucha, '[metepec]\nlugar = { lugares = ["Metepec"] }\n')
    al_dia = EntendedorAlDia(escucha)
    antes = al_dia.ahora().catalogo
    carpeta: Path = escucha.archivos / "lugares"
    carpeta.mkdir()
    (carpeta / "municipio.toml").write_text("esto no es toml")
    assert al_dia.ahora().catalogo is antes
    assert al_dia.ahora().catalogo is antes
    assert caplog.text.count("Los lugares no se leyeron") == 1
