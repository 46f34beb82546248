import pytest

from conectores.bluesky.texto import cabe, contar_grafemas, facetas, menciones, partir, texto_final
from conectores.contrato import Adjunto, Pieza, TipoDeMedio

FOTO = Adjunto(ruta=None, tipo=TipoDeMedio.IMAGEN, mime="image/jpeg", peso_bytes=1)  # type: ignore[arg-type] # no se lee


def tramos(texto: str, dids: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """Lo que se ve y adónde lleva, leído como lo lee la red: por posiciones en bytes."""
    crudo = texto.encode()
    hallados = []
    for faceta in facetas(texto, dids or {}):
        rasgo = faceta["features"][0]
        visto = crudo[faceta["index"]["byteStart"] : faceta["index"]["byteEnd"]].decode()
        hallados.append((visto, rasgo.get("uri") or rasgo.get("did") or rasgo.get("tag")))
    return hallados


@pytest.mark.parametrize(
    ("texto", "esperado"),
    [
        ("Vea https://leon.gob.mx/obras?a=1#b hoy", [("https://leon.gob.mx/obras?a=1#b",) * 2]),
        ("👨‍👩‍👧 ¡Ñandú! https://a.mx", [("https://a.mx",) * 2]),
        ("(más en https://a.mx/b).", [("https://a.mx/b",) * 2]),
        ("«https://a.mx/b»", [("https://a.mx/b",) * 2]),
        ("https://a.mx/b_(c) sí", [("https://a.mx/b_(c)",) * 2]),
        ("¿Ya vio leon.gob.mx?", [("leon.gob.mx", "https://leon.gob.mx")]),
        (
            "Tramites.leon.gob.mx/predial, hoy",
            [("Tramites.leon.gob.mx/predial", "https://Tramites.leon.gob.mx/predial")],
        ),
        ("https://leon.gob.mx/niñez", [("https://leon.gob.mx/niñez",) * 2]),
        ("cierra el sábado.Mañana abre", []),
        ("escriba a contacto@leon.gob.mx", []),
        ("https:// no es nada", []),
        ("a las 9.30 h, calle 5.mx2", []),
    ],
)
def test_se_enlaza_lo_que_parece_un_enlace(texto: str, esperado: list[tuple[str, str]]) -> None:
    assert tramos(texto) == esperado


@pytest.mark.parametrize(
    ("texto", "esperado"),
    [
        ("#León y #agua_limpia.", ["León", "agua_limpia"]),
        ("¡#Aviso! (#Obras)", ["Aviso", "Obras"]),
        ("#2026 no, #Feria2026 sí", ["Feria2026"]),
        ("C#Mayor no es etiqueta", []),
        ("#" + "a" * 65, []),
        ("https://a.mx/#seccion", []),
    ],
)
def test_se_etiqueta_lo_que_parece_una_etiqueta(texto: str, esperado: list[str]) -> None:
    assert [f["features"][0]["tag"] for f in facetas(texto, {}) if "tag" in f["features"][0]] == esperado


def test_solo_se_menciona_a_quien_existe() -> None:
    texto = "Con @Leon.bsky.social y @nadie.mx; escriba a yo@leon.mx"
    assert menciones(texto) == ["leon.bsky.social", "nadie.mx"]
    assert tramos(texto, {"leon.bsky.social": "did:plc:abc"}) == [("@Leon.bsky.social", "did:plc:abc")]


def test_un_grafema_es_lo_que_se_ve() -> None:
    assert contar_grafemas("👨‍👩‍👧 ñandú 🇲🇽") == 9
    assert not cabe("👨‍👩‍👧‍👦" * 125)  # 125 grafemas de 25 bytes: 3125


def test_con_imagenes_el_enlace_va_escrito_y_sin_ellas_va_en_la_tarjeta() -> None:
    con_foto = Pieza(texto="Obras", enlace="https://a.mx", adjuntos=(FOTO,))
    assert texto_final(con_foto) == "Obras\n\nhttps://a.mx"
    assert texto_final(Pieza(texto="Obras", enlace="https://a.mx")) == "Obras"
    assert texto_final(Pieza(texto="Vea https://a.mx", enlace="https://a.mx", adjuntos=(FOTO,))) == "Vea https://a.mx"


def test_un_texto_corto_no_se_parte() -> None:
    assert partir(Pieza(texto="Hola")) == ["Hola"]


def test_un_hilo_se_corta_donde_respira_y_no_pierde_ni_una_palabra() -> None:
    parrafo = "El martes se cierra la avenida Juárez por obras. Habrá desvíos señalados, y agentes en cada cruce. "
    texto = ((parrafo * 2).strip() + "\n\n") * 4
    partes = partir(Pieza(texto=texto))
    assert all(cabe(p) for p in partes)
    assert all(p.endswith("cruce.") for p in partes)
    assert " ".join(partes).split() == texto.split()


def test_una_direccion_no_se_parte_por_la_mitad() -> None:
    enlace = "https://leon.gob.mx/" + "x" * 100
    partes = partir(Pieza(texto="palabra " * 30 + enlace + " fin"))
    assert any(enlace in p for p in partes)


def test_lo_que_no_tiene_blancos_se_corta_sin_partir_un_grafema() -> None:
    partes = partir(Pieza(texto="👨‍👩‍👧" * 700))
    assert "".join(partes) == "👨‍👩‍👧" * 700
    assert all(cabe(p) and not p.startswith("\u200d") for p in partes)


def test_la_primera_parte_deja_sitio_al_enlace() -> None:
    pieza = Pieza(texto="palabra " * 80, enlace="https://leon.gob.mx/" + "x" * 80, adjuntos=(FOTO,))
    primera, *resto = partir(pieza)
    assert cabe(texto_final(Pieza(texto=primera, enlace=pieza.enlace, adjuntos=pieza.adjuntos)))
    assert resto
