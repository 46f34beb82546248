"""El lenguaje de búsqueda de la X imitada."""

import pytest

from simulador.x_consulta import Buscable, ConsultaInvalida, compilar

POST = Buscable(
    texto="@SanJacintoGob ¡Se INUNDÓ la avenida Tollocan! #SinAgua coca-cola https://t.co/a",
    autor=("Rosa", "77"),
    responde_a=("SanJacintoGob", "1001"),
    conversacion="900",
    idioma="es",
    pais="MX",
    punto=(19.29, -99.65),
)


@pytest.mark.parametrize(
    "consulta",
    [
        "inundo",
        "inundó avenida",
        '"avenida tollocan"',
        '"coca-cola"',
        "nada OR inundó",
        "(nada OR inundó) -choque",
        "#sinagua",
        "@sanjacintogob",
        "from:rosa",
        "from:77",
        "to:SanJacintoGob",
        "avenida lang:es is:reply has:links -is:retweet",
        "avenida place_country:mx",
        "conversation_id:900",
        "has:geo bounding_box:[-99.7 19.2 -99.6 19.3]",
        "nada OR avenida inundó",
    ],
)
def test_halla(consulta: str) -> None:
    assert compilar(consulta)(POST)


@pytest.mark.parametrize(
    "consulta",
    [
        "inund",
        '"tollocan avenida"',
        "inundó -avenida",
        "#sin",
        "@sanjacinto",
        "from:rosalia",
        "avenida lang:en",
        "avenida -from:77",
        "bounding_box:[-99.7 19.3 -99.6 19.4]",
        "(inundó OR nada) choque",
    ],
)
def test_no_halla(consulta: str) -> None:
    assert not compilar(consulta)(POST)


@pytest.mark.parametrize(
    ("consulta", "dice"),
    [
        ("", "empty"),
        ("a" * 513, "512"),
        ("-bache", "non-negated"),
        ("lang:es", "stand-alone"),
        ("has:links OR is:retweet", "stand-alone"),
        ("(bache", "missing"),
        ("bache)", "no viable"),
        ("bache OR", "no viable"),
        ("retweets_of:x", "invalid operator"),
    ],
)
def test_lo_que_x_no_entiende_lo_dice(consulta: str, dice: str) -> None:
    with pytest.raises(ConsultaInvalida, match=dice):
        compilar(consulta)
