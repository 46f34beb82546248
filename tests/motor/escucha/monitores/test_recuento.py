from collections import Counter
from datetime import datetime, timedelta
from functools import cache

import pytest
from sqlmodel import col, delete, select

from conectores.contrato_escucha import Clase, LugarDicho, Oido, Tanda
from modelos.escucha import Coincidencia, Conteo, Fuente, Mensaje, Ritmo
from modelos.monitor import Monitor
from motor.escucha.almacen.contar import inicio_de
from motor.escucha.almacen.guardar import guardar
from motor.escucha.entendedor import Entendedor, componer
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.catalogo import Catalogo
from motor.escucha.monitores import recuento
from motor.escucha.monitores.anticipo import anticipar
from motor.escucha.monitores.archivo import leer, sincronizar
from motor.escucha.monitores.guardados import definiciones_activas
from motor.escucha.monitores.recuento import Recuento, pendientes, recontar
from tests.conftest import COMIENZO

CENTRO = LugarDicho(punto=(19.2925, -99.6569))
DICHOS = ("una fuga", "dos fugas", "un bache", "nada", "fuga y bache")


@pytest.fixture(autouse=True)
def _tandas_cortas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recuento, "TANDA", 4)
    monkeypatch.setattr(recuento, "REPASO", 12)


@pytest.fixture
def fuente(escucha: EntornoDeEscucha) -> Fuente:
    ahora = escucha.reloj.ahora()
    with escucha.base.escribir() as sesion:
        fuente = Fuente(clave="prueba", red="memoria", desde=ahora, proxima_en=ahora)
        sesion.add(fuente)
    return fuente


def oido(numero: int, texto: str, *, hace: timedelta | None = None, lugar: LugarDicho | None = None) -> Oido:
    return Oido(
        id_externo=f"m{numero}",
        clase=Clase.MENCION,
        texto=texto,
        publicado_en=COMIENZO - (timedelta(minutes=7 * numero) if hace is None else hace),
        lugar=lugar,
    )


@cache
def mexico() -> Catalogo:
    return Catalogo.abrir(None)


def entendedor(escucha: EntornoDeEscucha) -> Entendedor:
    """El de los monitores de ahora, sin abrir los lugares cada vez."""
    with escucha.principal.base.leer() as sesion:
        return Entendedor(componer(definiciones_activas(sesion), mexico()), mexico())


def oir(escucha: EntornoDeEscucha, fuente: Fuente, *oidos: Oido, con: Entendedor | None = None) -> None:
    guardar(escucha, fuente, Tanda(oidos=oidos), entender=con or entendedor(escucha))


def oir_de_todo(escucha: EntornoDeEscucha, fuente: Fuente, cuantos: int = 20) -> None:
    oir(escucha, fuente, *(oido(n, DICHOS[n % len(DICHOS)]) for n in range(cuantos)))


def vigilar(escucha: EntornoDeEscucha, toml: str) -> dict[str, int]:
    (escucha.archivos / "monitores.toml").write_text(toml, encoding="utf-8")
    assert sincronizar(escucha).errores == ()
    with escucha.principal.base.leer() as sesion:
        return {m.clave: m.id for m in sesion.exec(select(Monitor).where(col(Monitor.activo)))}


def recontar_ya(escucha: EntornoDeEscucha, *monitores: int) -> Recuento:
    return recontar(escucha, monitores, respiro_s=0, espera_s=0)


def coincidencias(escucha: EntornoDeEscucha, monitor: int) -> set[str]:
    with escucha.base.leer() as sesion:
        orden = select(Mensaje.id_externo).join(Coincidencia, col(Coincidencia.mensaje_id) == col(Mensaje.id))
        return set(sesion.exec(orden.where(Coincidencia.monitor_id == monitor)))


def conteos(escucha: EntornoDeEscucha, monitor: int) -> dict[tuple[int, datetime], int]:
    with escucha.base.leer() as sesion:
        filas = sesion.exec(select(Conteo).where(Conteo.monitor_id == monitor)).all()
    return {(c.paso_s, c.inicio): c.cuenta for c in filas}


def exactos(escucha: EntornoDeEscucha, monitor: int) -> dict[tuple[int, datetime], int]:
    """Los conteos que salen de sus coincidencias."""
    with escucha.base.leer() as sesion:
        instantes = sesion.exec(select(Coincidencia.publicado_en).where(Coincidencia.monitor_id == monitor)).all()
    return dict(Counter((paso, inicio_de(instante, paso)) for paso in (3600, 300) for instante in instantes))


FUGA = '[agua]\nalguna = ["fuga"]\n'
FUGAS = '[agua]\nalguna = ["fuga"]\nflexion = true\n'


def test_el_pasado_de_un_monitor_nuevo_se_cuenta(escucha: EntornoDeEscucha, fuente: Fuente) -> None:
    oir_de_todo(escucha, fuente)
    agua = vigilar(escucha, FUGA)["agua"]
    assert conteos(escucha, agua) == {}
    hecho = recontar_ya(escucha, agua)
    assert hecho == Recuento(mensajes=20, sumados=8, restados=0)
    assert coincidencias(escucha, agua) == {f"m{n}" for n in range(20) if n % 5 in (0, 4)}
    assert conteos(escucha, agua) == exactos(escucha, agua)


@pytest.mark.dos_bases
def test_al_cambiar_se_suma_y_se_resta_lo_justo_y_repetir_no_cambia_nada(
    escucha: EntornoDeEscucha, fuente: Fuente
) -> None:
    ids = vigilar(escucha, FUGA + '[baches]\nalguna = ["bache"]\n')
    oir_de_todo(escucha, fuente)
    de_baches = conteos(escucha, ids["baches"])
    vigilar(escucha, '[agua]\nalguna = ["fugas", "nada"]\n[baches]\nalguna = ["bache"]\n')
    assert recontar_ya(escucha, ids["agua"]) == Recuento(mensajes=20, sumados=8, restados=8)
    assert coincidencias(escucha, ids["agua"]) == {f"m{n}" for n in range(20) if n % 5 in (1, 3)}
    assert conteos(escucha, ids["agua"]) == exactos(escucha, ids["agua"])
    assert recontar_ya(escucha, ids["agua"]) == Recuento(mensajes=20)
    assert conteos(escucha, ids["agua"]) == exactos(escucha, ids["agua"])
    assert conteos(escucha, ids["baches"]) == de_baches


def test_interrumpido_queda_pendiente_y_al_repetir_acaba_exacto(escucha: EntornoDeEscucha, fuente: Fuente) -> None:
    agua = vigilar(escucha, FUGA)["agua"]
    oir_de_todo(escucha, fuente)
    vigilar(escucha, FUGAS)

    def se_arrepiente(van: int, de: int) -> None:
        assert de == 20
        if van >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recontar(escucha, [agua], avance=se_arrepiente, respiro_s=0, espera_s=0)
    assert conteos(escucha, agua) == exactos(escucha, agua)
    with escucha.principal.base.leer() as sesion:
        assert [m.clave for m in pendientes(sesion)] == ["agua"]
    recontar_ya(escucha, agua)
    assert len(coincidencias(escucha, agua)) == 12
    assert conteos(escucha, agua) == exactos(escucha, agua)
    with escucha.principal.base.leer() as sesion:
        assert pendientes(sesion) == []


@pytest.mark.dos_bases
def test_acaba_exacto_aunque_sigan_llegando_mensajes(escucha: EntornoDeEscucha, fuente: Fuente) -> None:
    agua = vigilar(escucha, FUGA)["agua"]
    oir_de_todo(escucha, fuente)
    atrasado = entendedor(escucha)  # alguien que ya entendió su tanda cuando cambió la definición
    vigilar(escucha, FUGAS)
    al_dia, llegados = entendedor(escucha), iter(range(100, 110))

    def llega_algo(_van: int, _de: int) -> None:
        for con in (atrasado, al_dia):
            if (n := next(llegados, None)) is not None:
                oir(escucha, fuente, oido(n, "más fugas", hace=timedelta(minutes=n)), con=con)

    recontar(escucha, [agua], avance=llega_algo, respiro_s=0, espera_s=0)
    assert next(llegados, None) is None
    assert {f"m{n}" for n in range(100, 110)} <= coincidencias(escucha, agua)
    assert len(coincidencias(escucha, agua)) == 12 + 10
    assert conteos(escucha, agua) == exactos(escucha, agua)


@pytest.mark.dos_bases
def test_lo_que_ya_no_se_puede_releer_sigue_contado(escucha: EntornoDeEscucha, fuente: Fuente) -> None:
    agua = vigilar(escucha, FUGA)["agua"]
    oir(escucha, fuente, *(oido(n, "una fuga", hace=timedelta(hours=1)) for n in range(3)))
    borrado = oido(0, "", hace=timedelta(hours=1))
    object.__setattr__(borrado, "borrado", True)
    oir(escucha, fuente, borrado)
    with escucha.base.escribir() as sesion:
        sesion.execute(delete(Mensaje).where(col(Mensaje.id_externo) == "m1"))  # caducó, con sus coincidencias
    vigilar(escucha, '[agua]\nalguna = ["otra cosa"]\n')
    assert recontar_ya(escucha, agua).restados == 1
    assert coincidencias(escucha, agua) == {"m0"}
    assert {paso: cuenta for (paso, _), cuenta in conteos(escucha, agua).items()} == {3600: 2, 300: 2}


def test_el_lugar_guardado_vale_lo_mismo_que_al_oirlo(escucha: EntornoDeEscucha, fuente: Fuente) -> None:
    recuadro = LugarDicho(nombre="por ahí", recuadro=(-99.9, 19.1, -99.4, 19.5))  # ±35 km: no cabe en 3
    cuantos = [
        oido(1, "fuga", lugar=CENTRO),
        oido(2, "fuga", lugar=recuadro),
        oido(3, "fuga"),
        oido(4, "fuga en la colonia Seminario, Toluca"),
    ]
    toml = "[cerca]\nlugar = { centro = [19.29, -99.66], radio_km = 3 }\n"
    con_lugar = vigilar(escucha, toml)["cerca"]
    oir(escucha, fuente, *cuantos)
    al_oir = coincidencias(escucha, con_lugar)
    assert "m1" in al_oir
    assert al_oir.isdisjoint({"m2", "m3"})
    assert recontar_ya(escucha, con_lugar) == Recuento(mensajes=4)
    assert coincidencias(escucha, con_lugar) == al_oir


def test_el_detector_olvida_lo_que_aprendio_de_ese_monitor(escucha: EntornoDeEscucha, fuente: Fuente) -> None:
    oir_de_todo(escucha, fuente, 3)
    ids = vigilar(escucha, FUGA + '[baches]\nalguna = ["bache"]\n')
    with escucha.base.escribir() as sesion:
        for monitor in ids.values():
            sesion.add(Ritmo(monitor_id=monitor, paso_s=3600, version=1, estado=b"x", hasta=COMIENZO))
    recontar_ya(escucha, ids["agua"])
    with escucha.base.leer() as sesion:
        assert [r.monitor_id for r in sesion.exec(select(Ritmo))] == [ids["baches"]]


def test_se_cuenta_desde_el_mensaje_mas_antiguo(escucha: EntornoDeEscucha, fuente: Fuente) -> None:
    oir(escucha, fuente, oido(1, "nada", hace=timedelta(days=40)))
    agua = vigilar(escucha, FUGA)["agua"]
    recontar_ya(escucha, agua)
    with escucha.principal.base.leer() as sesion:
        assert sesion.get_one(Monitor, agua).desde == COMIENZO - timedelta(days=40)


def test_si_cambia_otra_vez_mientras_se_cuenta_sigue_pendiente(escucha: EntornoDeEscucha, fuente: Fuente) -> None:
    oir_de_todo(escucha, fuente)
    agua = vigilar(escucha, FUGA)["agua"]
    recontar(escucha, [agua], avance=lambda *_: vigilar(escucha, FUGAS) and None, respiro_s=0, espera_s=0)
    with escucha.principal.base.leer() as sesion:
        assert [(m.clave, m.version, m.contado) for m in pendientes(sesion)] == [("agua", 2, 0)]


def test_sin_mensajes_o_sin_monitores_no_hay_nada_que_hacer(escucha: EntornoDeEscucha) -> None:
    agua = vigilar(escucha, FUGA)["agua"]
    assert recontar_ya(escucha, agua) == Recuento()
    assert recontar_ya(escucha, 999) == Recuento()
    with escucha.principal.base.leer() as sesion:
        assert pendientes(sesion) == []


@pytest.mark.dos_bases
def test_se_anticipa_cuanto_habria_contado_sin_escribir_nada(escucha: EntornoDeEscucha, fuente: Fuente) -> None:
    oir_de_todo(escucha, fuente)
    oir(escucha, fuente, oido(50, "una fuga vieja", hace=timedelta(days=31)))
    (escucha.archivos / "monitores.toml").write_text(FUGA, encoding="utf-8")
    vistos: list[tuple[int, int]] = []
    anticipos = anticipar(
        escucha, leer(escucha.archivos).definiciones, avance=lambda van, de: vistos.append((van, de)), ejemplos=2
    )
    assert (anticipos["agua"].cuenta, anticipos["agua"].ejemplos) == (8, ("una fuga", "fuga y bache"))
    assert vistos == [(20, 20)]
    with escucha.base.leer() as sesion:
        assert sesion.exec(select(Coincidencia)).all() == []
