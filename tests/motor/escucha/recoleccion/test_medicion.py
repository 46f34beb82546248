"""Medir lo nuestro: mucho de joven, sin que falte nada ni se invente un número."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from conectores.contrato import ErrorDeContrato
from conectores.contrato_escucha import Ilegible, Mediciones, Retrato
from conectores.memoria.conector import ConectorMemoria, RedEnMemoria
from conectores.memoria.pueblo import Pueblo
from modelos import Entrega, Estado, Lectura, Medicion, MedicionAjena, Perfil, Publicacion, Vista
from modelos.consultas import serie_de
from motor.escucha.recoleccion.archivo import ARCHIVO
from motor.escucha.recoleccion.cadencia import EDADES
from tests.conftest import RelojFijo
from tests.motor.escucha.recoleccion.conftest import Casa

MEDIR = "medir:1"


def _vistas(casa: Casa) -> dict[str, Vista]:
    with casa.escucha.principal.base.leer() as sesion:
        return {v.id_externo: v for v in sesion.exec(select(Vista))}


def _avanzar_midiendo(casa: Casa, reloj: RelojFijo, cuanto: timedelta) -> None:
    fin = reloj.ahora() + cuanto
    while reloj.ahora() < fin:
        casa.vuelta()
        toca = min(f.proxima_en for f in casa.fuentes().values())
        reloj.avanzar(max(min(toca, fin) - reloj.ahora(), timedelta(seconds=1)))
    casa.vuelta()


def test_lo_publicado_en_el_perfil_se_ve_lo_haya_publicado_quien_sea(
    casa: Casa, perfil: Perfil, red: RedEnMemoria
) -> None:
    red.recibir(perfil.nombre, "A mano, desde el teléfono", 0, "clave")
    casa.vuelta()
    (vista,) = _vistas(casa).values()
    assert (vista.texto, vista.entrega_id, vista.origen) == ("A mano, desde el teléfono", None, "red")


@pytest.mark.dos_bases
def test_lo_que_publico_pregonero_se_enlaza_con_su_entrega(
    casa: Casa, perfil: Perfil, red: RedEnMemoria, reloj: RelojFijo
) -> None:
    publicado = red.recibir(perfil.nombre, "La feria", 0, "clave")
    entrega = _entrega(casa, perfil, publicado.id_externo)
    casa.vuelta()
    (vista,) = _vistas(casa).values()
    assert (vista.id_externo, vista.entrega_id) == (publicado.id_externo, entrega.id)
    assert vista.medir_en == reloj.ahora() + EDADES[0]


def test_se_mide_a_cada_edad_y_lo_que_la_red_no_dio_no_esta(
    casa: Casa, perfil: Perfil, red: RedEnMemoria, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    id_externo = red.recibir(perfil.nombre, "La feria", 0, "clave").id_externo
    pueblo.medidas[id_externo] = {"me_gusta": 3, "inventada": 9}
    _avanzar_midiendo(casa, reloj, timedelta(hours=2, minutes=1))
    vista = _vistas(casa)[id_externo]
    with casa.escucha.principal.base.leer() as sesion:
        serie = serie_de(sesion, vista.id, "me_gusta")
        metricas = set(sesion.exec(select(Medicion.metrica).where(Medicion.vista_id == vista.id)))
        lecturas = sesion.exec(select(Lectura).where(Lectura.vista_id == vista.id)).all()
    edades = [en - vista.publicada_en for en, _ in serie]
    assert len(edades) == 4  # 10 min, 30 min, 1 h y 2 h
    for edad, debida in zip(edades, EDADES, strict=False):
        assert timedelta(0) <= edad - debida <= timedelta(minutes=10)
    assert metricas == {"me_gusta"}
    assert '"inventada":9' in lecturas[0].datos
    assert lecturas[0].version == "memoria 1"


def test_la_que_no_aparece_una_vez_no_se_da_por_borrada_y_a_la_segunda_si(
    casa: Casa, perfil: Perfil, red: RedEnMemoria, reloj: RelojFijo
) -> None:
    publicado = red.recibir(perfil.nombre, "Se borrará", 0, "clave")
    casa.vuelta()
    ConectorMemoria.borrar(casa.escucha.principal.abrir(perfil), publicado.id_externo)  # type: ignore[arg-type] # es el de memoria
    reloj.avanzar(timedelta(minutes=10))
    casa.vuelta()
    vista = _vistas(casa)[publicado.id_externo]
    assert vista.borrada_en is None
    assert vista.medir_en == reloj.ahora() + timedelta(hours=1)
    reloj.avanzar(timedelta(hours=1))
    casa.vuelta()
    vista = _vistas(casa)[publicado.id_externo]
    assert vista.borrada_en == reloj.ahora()
    assert vista.medir_en is None


def test_una_publicacion_mala_no_hunde_a_las_demas(
    casa: Casa, perfil: Perfil, red: RedEnMemoria, reloj: RelojFijo, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [red.recibir(perfil.nombre, f"Publicación {n}", 0, f"c{n}").id_externo for n in range(4)]
    buena = ConectorMemoria.medir_publicaciones

    def quisquillosa(self: ConectorMemoria, pedidas: Sequence[str]) -> Mapping[str, Mediciones]:
        if ids[1] in pedidas:
            raise ErrorDeContrato("Una métrica que ya no existe.")
        return buena(self, pedidas)

    monkeypatch.setattr(ConectorMemoria, "medir_publicaciones", quisquillosa)
    casa.vuelta()
    reloj.avanzar(timedelta(minutes=10))
    casa.vuelta()
    vistas = _vistas(casa)
    with casa.escucha.principal.base.leer() as sesion:
        medidas = {v for v in sesion.exec(select(Medicion.vista_id).where(Medicion.metrica == "me_gusta"))}
    assert medidas == {vistas[i].id for i in ids if i != ids[1]}
    assert vistas[ids[1]].medir_en == vistas[ids[1]].publicada_en + EDADES[1]
    assert casa.fuente(MEDIR).fallos == 0


def test_los_seguidores_se_cuentan_una_vez_al_dia(casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo) -> None:
    casa.vuelta()
    for _ in range(3):
        casa.solo("seguir:1")
        reloj.avanzar(timedelta(hours=3))
        assert casa.vuelta() == 0
        reloj.avanzar(casa.fuente("seguir:1").proxima_en - reloj.ahora())
        assert casa.vuelta() == 1
    with casa.escucha.principal.base.leer() as sesion:
        cuentas = sesion.exec(select(Medicion).where(Medicion.metrica == "seguidores")).all()
    assert len(cuentas) == 4  # al agregar el perfil, y tres mañanas
    zona = casa.escucha.reglas.zona
    assert {c.medida_en.astimezone(zona).hour for c in cuentas[1:]} == {6}
    assert {c.valor for c in cuentas} == {1200}


def test_medir_tambien_respeta_el_presupuesto(
    casa: Casa, perfil: Perfil, red: RedEnMemoria, reloj: RelojFijo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ConectorMemoria, "costo_de_medida", Decimal("0.6"))
    rica = Casa(replace(casa.escucha, presupuesto=lambda _: Decimal(1)), reloj)
    for n in range(3):
        red.recibir(perfil.nombre, f"Publicación {n}", 0, f"c{n}")
    rica.vuelta()
    reloj.avanzar(timedelta(minutes=10))
    rica.vuelta()
    assert "presupuesto de noviembre" in rica.fuente(MEDIR).detalle
    assert sum(g.microdolares for g in rica.gastos()) <= 1_000_000


# ── otras cuentas, y lo borrado ──────────────────────────────────────────────────────────────────────────────


def _comparar(casa: Casa) -> None:
    texto = '[[competidor]]\nnombre = "Metepec"\nred = "memoria"\ncuenta = "metepec"\n'
    (casa.escucha.archivos / ARCHIVO).write_text(texto, encoding="utf-8")


def test_una_cuenta_ajena_se_retrata_cada_dia_y_lo_suyo_no_cuenta_como_lo_que_dice_la_gente(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    _comparar(casa)
    reciente = pueblo.decir("aparte", "Feria en Metepec", en=reloj.ahora())
    pueblo.cuentas["metepec"] = Retrato(
        cuenta="metepec", mediciones=Mediciones(valores={"seguidores": 900}, version="v1"), recientes=(reciente,)
    )
    casa.vuelta()
    reloj.avanzar(timedelta(days=1))
    casa.vuelta()
    with casa.escucha.principal.base.leer() as sesion:
        numeros = sesion.exec(select(MedicionAjena)).all()
    assert [(n.fuente, n.metrica, n.valor) for n in numeros] == [("competidor:memoria:metepec", "seguidores", 900)] * 2
    assert [m.clase for m in casa.mensajes()] == ["competidor"]


def test_la_que_no_se_puede_ver_se_anota_como_ilegible_y_no_se_borra_nada(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    _comparar(casa)
    reciente = pueblo.decir("aparte", "Feria en Metepec", en=reloj.ahora())
    pueblo.cuentas["metepec"] = Retrato(
        cuenta="metepec", mediciones=Mediciones(valores={"seguidores": 900}, version="v1"), recientes=(reciente,)
    )
    casa.vuelta()
    pueblo.cuentas["metepec"] = Ilegible("La red pidió entrar con una cuenta.")
    reloj.avanzar(timedelta(days=1))
    casa.vuelta()
    fuente = casa.fuente("competidor:memoria:metepec")
    assert "no prueba que se haya borrado" in fuente.detalle
    assert "La red pidió entrar" in fuente.detalle
    assert casa.mensajes()[0].borrado_en is None
    with casa.escucha.principal.base.leer() as sesion:
        assert len(sesion.exec(select(MedicionAjena)).all()) == 1


def test_donde_la_red_exige_purgar_se_vuelve_a_preguntar_antes_del_plazo(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    hechos = casa.escucha.hechos_de("memoria")
    assert hechos is not None
    exigente = replace(hechos, purga=timedelta(hours=24))
    casa = Casa(replace(casa.escucha, hechos_de=lambda _: exigente), reloj)
    dichos = [pueblo.decir("menciones", f"Dicho {n}", en=reloj.ahora()) for n in range(10)]
    pueblo.decir("directos", "Nadie sabe de este", en=reloj.ahora())
    casa.vuelta()
    comprobado = reloj.ahora()
    pueblo.renglones = [r for r in pueblo.renglones if r.oido is None or r.oido.texto != "Nadie sabe de este"]
    pueblo.borrar(dichos[3].id_externo)
    pueblo.renglones[-1] = replace(pueblo.renglones[-1], canal="otro")  # la red no lo anuncia: hay que preguntar
    for _ in range(14):
        reloj.avanzar(timedelta(hours=1))
        casa.solo("revisar:memoria", ya=True)
        casa.vuelta()
    quedan = {m.texto: m for m in casa.mensajes()}
    assert "Dicho 3" not in quedan
    assert len([m for m in casa.mensajes() if m.borrado_en is not None]) == 1
    assert quedan["Dicho 9"].comprobado_en > comprobado + timedelta(hours=11)
    assert quedan["Nadie sabe de este"].comprobado_en == comprobado


def test_comprobar_lo_viejo_no_se_come_el_dinero_de_oir(
    casa: Casa, perfil: Perfil, pueblo: Pueblo, reloj: RelojFijo, monkeypatch: pytest.MonkeyPatch
) -> None:
    hechos = casa.escucha.hechos_de("memoria")
    assert hechos is not None
    exigente = replace(hechos, purga=timedelta(hours=24))
    monkeypatch.setattr(ConectorMemoria, "costo_de_revision", Decimal("0.1"))
    pueblo.cobra = Decimal("0.1")
    casa = Casa(replace(casa.escucha, hechos_de=lambda _: exigente, presupuesto=lambda _: Decimal(4)), reloj)
    for n in range(30):
        pueblo.decir("menciones", f"Dicho {n}", en=reloj.ahora())
    casa.vuelta()
    gastado = sum(g.microdolares for g in casa.gastos())
    pueblo.cobra_al_revisar = Decimal("0.1")
    for _ in range(13):
        reloj.avanzar(timedelta(hours=1))
        casa.solo("revisar:memoria", ya=True)
        casa.vuelta()
    comprobados = [m for m in casa.mensajes() if m.comprobado_en > m.recibido_en]
    assert 0 < len(comprobados) < 15
    assert {m.texto for m in comprobados} >= {"Dicho 29"}  # primero lo más nuevo
    assert sum(g.microdolares for g in casa.gastos()) - gastado <= 1_300_000
    assert "parte del presupuesto" in casa.fuente("revisar:memoria").detalle


def _entrega(casa: Casa, perfil: Perfil, id_externo: str) -> Entrega:
    ahora = casa.reloj.ahora()
    with casa.escucha.principal.base.escribir() as sesion:
        publicacion = Publicacion(
            texto="La feria", programada_en=ahora, zona="UTC", origen="prueba", creada_en=ahora, actualizada_en=ahora
        )
        sesion.add(publicacion)
        sesion.flush()
        entrega = Entrega(
            publicacion_id=publicacion.id,
            perfil_id=perfil.id,
            estado=Estado.PUBLICADA,
            texto="La feria",
            clave="clave",
            huella="h",
            no_antes_de=ahora,
            despertar_en=ahora,
            id_externo=id_externo,
            publicada_en=ahora,
            creada_en=ahora,
        )
        sesion.add(entrega)
    return entrega


@pytest.mark.dos_bases
def test_un_numero_absurdo_es_sin_dato_y_no_hunde_a_los_demas(
    casa: Casa, perfil: Perfil, red: RedEnMemoria, pueblo: Pueblo, reloj: RelojFijo
) -> None:
    id_externo = red.recibir(perfil.nombre, "La feria \ud83d", 0, "clave").id_externo
    pueblo.medidas[id_externo] = {"me_gusta": -5, "vistas": 2**70, "alcance": 7}
    _avanzar_midiendo(casa, reloj, timedelta(minutes=20))
    vista = _vistas(casa)[id_externo]
    with casa.escucha.principal.base.leer() as sesion:
        assert [v for _, v in serie_de(sesion, vista.id, "alcance")] == [7]
        assert serie_de(sesion, vista.id, "me_gusta") == []
