"""Oír, revisar y medir en X contra el simulador, por HTTP de verdad."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from conectores.contrato import ErrorDeContrato, ErrorDePerfil, ErrorTransitorio
from conectores.contrato_escucha import Clase, Desde, Gasto, LugarDicho, MedidorDePago, Oido, Tanda
from conectores.x import hechos
from conectores.x.conector import ConectorX
from simulador.en_hilo import Simulador
from simulador.voces import MENCION, Voz, id_con_hora
from tests.conectores.x.conftest import Abrir
from tests.intermediario import Clase as Averia
from tests.intermediario import Intermediario, Sabotaje

YO = "1001"
AYER = timedelta(days=1)
PROBLEMAS = "https://api.twitter.com/2/problems/"


def desde(cursor: str = "", *, hace: timedelta = AYER, publicaciones: tuple[str, ...] = ()) -> Desde:
    return Desde(cursor=cursor, no_antes_de=datetime.now(UTC) - hace, publicaciones=publicaciones)


def escurrir(preguntar: Callable[[Desde], Tanda], *, hace: timedelta = AYER) -> tuple[list[Oido], list[Tanda]]:
    tandas = [preguntar(desde(hace=hace))]
    while tandas[-1].hay_mas:
        tandas.append(preguntar(desde(tandas[-1].cursor, hace=hace)))
    return [o for t in tandas for o in t.oidos], tandas


def dolares(gastos: tuple[Gasto, ...]) -> Decimal:
    return sum((g.dolares for g in gastos), Decimal())


def menciones(sim: Simulador, cuantas: int, *, hace: timedelta = timedelta(hours=3)) -> list[Voz]:
    inicio = datetime.now(UTC) - hace
    voces = [
        Voz(
            red="x",
            perfil=YO,
            id=id_con_hora(inicio + timedelta(seconds=n), serie=n),
            clase=MENCION,
            texto=f"@SanJacintoGob se inundó, van {n}",
            instante=inicio + timedelta(seconds=n),
            autor_id=str(5000 + n % 7),
            autor_usuario=f"vecina{n % 7}",
        )
        for n in range(cuantas)
    ]
    sim.decir(voces)
    return voces


# ── oír ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_esta_apagada_y_dice_por_que() -> None:
    escucha = ConectorX.escucha
    assert "Enterprise" in escucha.apagada_porque
    assert "docs.x.com" in escucha.apagada_porque
    assert escucha.purga is not None
    assert escucha.purga + timedelta(hours=1, minutes=15) <= timedelta(hours=24)  # lo que tarda en volver a tocar
    assert escucha.lugar_solo_con_el_mensaje


def test_una_mencion_trae_su_autor_y_su_lugar(sim: Simulador, abrir: Abrir) -> None:
    sim.mencionar(
        "x",
        YO,
        "@SanJacintoGob se inundó Tollocan",
        autor="Rosa",
        autor_seguidores=812,
        autor_lugar="Toluca",
        lugar={"nombre": "Toluca, México", "punto": [19.29, -99.65], "recuadro": [-99.75, 19.2, -99.55, 19.4]},
        me_gusta=4,
    )
    (oido,) = abrir().escuchar("menciones", desde()).oidos
    assert (oido.autor.nombre, oido.autor.seguidores, oido.autor.lugar) == ("Rosa", 812, "Toluca")
    assert oido.lugar == LugarDicho(
        nombre="Toluca, México", punto=(19.29, -99.65), recuadro=(-99.75, 19.2, -99.55, 19.4)
    )
    assert oido.interacciones == 4


def test_una_respuesta_a_lo_nuestro_viene_entre_las_menciones(sim: Simulador, abrir: Abrir) -> None:
    nuestra = sim.publicar_como("x", YO, "Cierre de Tollocan").id
    sim.comentar("x", nuestra, "@SanJacintoGob ¿hasta cuándo?")
    (oido,) = abrir().escuchar("menciones", desde()).oidos
    assert (oido.clase, oido.en_respuesta_a) == (Clase.COMENTARIO, nuestra)


def test_un_alud_se_lee_entero_por_paginas_y_se_sabe_hasta_cuando(sim: Simulador, abrir: Abrir) -> None:
    dichas = menciones(sim, 93)
    oidos, tandas = escurrir(lambda d: abrir().escuchar("menciones", d))
    assert [o.id_externo for o in oidos] == [v.id for v in reversed(dichas)]
    assert len(tandas) == 5
    assert [t.cubierto_hasta is None for t in tandas] == [True] * 4 + [False]
    assert all(t.perdido is None for t in tandas)


def test_una_pagina_vacia_no_corta_la_bajada(sim: Simulador, abrir: Abrir, medio: Intermediario) -> None:
    dichas = menciones(sim, 3)
    vacia = {"meta": {"result_count": 0, "next_token": f"7140{int(dichas[-1].id) + 1}"}}
    medio.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, cuerpo=json.dumps(vacia).encode()))
    assert len(abrir().escuchar("menciones", desde()).oidos) == 3


def test_lo_que_x_ya_no_ensena_es_una_laguna(sim: Simulador, abrir: Abrir) -> None:
    dichas = menciones(sim, 850)
    oidos, tandas = escurrir(lambda d: abrir().escuchar("menciones", d))
    assert len(oidos) == hechos.MENCIONES_MAXIMAS
    perdido = tandas[-1].perdido
    assert perdido is not None
    assert perdido[0] < dichas[0].instante < dichas[49].instante < perdido[1]
    assert perdido[1] == oidos[-1].publicado_en


def test_una_edicion_es_el_mismo_mensaje(sim: Simulador, abrir: Abrir) -> None:
    dicha = sim.mencionar("x", YO, "@SanJacintoGob se inudó", hace=timedelta(hours=1))
    primera = abrir().escuchar("menciones", desde())
    sim.editar_voz("x", dicha.id, "@SanJacintoGob se inundó")
    (oido,) = abrir().escuchar("menciones", desde(primera.cursor)).oidos
    assert (oido.id_externo, oido.texto) == (dicha.id, "@SanJacintoGob se inundó")
    assert oido.editado_en is not None


def test_la_busqueda_no_trae_lo_nuestro_ni_lo_de_hace_mas_de_una_semana(sim: Simulador, abrir: Abrir) -> None:
    sim.publicar_como("x", YO, "Reparamos el bache de Tollocan")
    sim.hablar("x", "Otro bache en Tollocan")
    sim.hablar("x", "Ya bacheaban", hace=timedelta(hours=1))
    sim.hablar("x", "Un bache viejo", hace=timedelta(days=8))
    conector = abrir()
    (consulta,) = conector.consultas(["bache"])
    tanda = conector.buscar(consulta, desde(hace=timedelta(days=30)))
    assert [o.texto for o in tanda.oidos] == ["Otro bache en Tollocan"]
    assert tanda.perdido is not None
    assert tanda.perdido[1] - tanda.perdido[0] > timedelta(days=22)
    assert conector.buscar(consulta, desde(tanda.cursor)).perdido is None


def test_los_directos_se_leen_hasta_lo_que_ya_se_tenia(sim: Simulador, abrir: Abrir) -> None:
    dichos = [sim.mensaje("x", YO, f"No hay agua {n}", hace=timedelta(minutes=60 - n)).id for n in range(12)]
    sim.mensaje("x", YO, "Ya va la pipa", extra={"propio": True}, hace=timedelta(minutes=30))
    oidos, tandas = escurrir(lambda d: abrir().escuchar("mensajes", d))
    assert [o.id_externo for o in oidos] == [f"dm-{i}" for i in reversed(dichos)]
    assert len(tandas) == 3
    nuevo = sim.mensaje("x", YO, "¿Y la pipa?").id
    tanda = abrir().escuchar("mensajes", desde(tandas[-1].cursor))
    assert ([o.id_externo for o in tanda.oidos], tanda.hay_mas) == ([f"dm-{nuevo}"], False)


def test_una_marca_de_pagina_caducada_vuelve_a_empezar(sim: Simulador, abrir: Abrir) -> None:
    for n in range(12):
        sim.mensaje("x", YO, f"No hay agua {n}", hace=timedelta(minutes=60 - n))
    primera = abrir().escuchar("mensajes", desde())
    caducada = json.dumps(json.loads(primera.cursor) | {"pagina": "caducada"})
    otra = abrir().escuchar("mensajes", desde(caducada))
    assert (otra.oidos, otra.hay_mas, otra.cubierto_hasta) == ((), True, None)
    assert abrir().escuchar("mensajes", desde(otra.cursor)).oidos == primera.oidos


# ── lo que cuesta ────────────────────────────────────────────────────────────────────────────────────────────


def test_cada_peticion_cuesta_lo_que_dice_y_nunca_mas_de_lo_que_avisa(sim: Simulador, abrir: Abrir) -> None:
    menciones(sim, 30)
    tanda = abrir().escuchar("menciones", desde())
    assert tanda.gastos == (
        Gasto("menciones leídas", 20, Decimal("0.100")),
        Gasto("autores leídos", 7, Decimal("0.070")),
    )
    assert dolares(tanda.gastos) == sim.cobrado()
    assert dolares(tanda.gastos) <= hechos.MENCIONES.costo


def test_con_la_aplicacion_de_la_cuenta_las_menciones_cuestan_menos(sim: Simulador, abrir: Abrir) -> None:
    sim.ajustar("x", lectura_propia=True)
    menciones(sim, 5)
    tanda = abrir(opciones={"aplicacion_propia": "sí"}).escuchar("menciones", desde())
    assert dolares(tanda.gastos) == Decimal("0.055") == sim.cobrado()


def test_no_saber_quienes_somos_tambien_se_paga(sim: Simulador, abrir: Abrir) -> None:
    conector = abrir(id_externo="")
    gastos = conector.escuchar("menciones", desde()).gastos
    assert dolares(gastos) == Decimal("0.010") == sim.cobrado()
    assert conector.escuchar("menciones", desde()).gastos == ()


def test_preguntar_sin_que_haya_nada_no_cuesta(sim: Simulador, abrir: Abrir) -> None:
    conector = abrir()
    assert conector.escuchar("menciones", desde()).gastos == ()
    assert conector.buscar("(bache)", desde()).gastos == ()
    assert sim.cobrado() == 0


def test_si_no_se_puede_leer_lo_editado_no_se_sabe_y_lo_pagado_se_cuenta(
    sim: Simulador, abrir: Abrir, medio: Intermediario
) -> None:
    igual, editada = (sim.mencionar("x", YO, f"@SanJacintoGob {t}", hace=timedelta(hours=1)) for t in ("uno", "dos"))
    sim.editar_voz("x", editada.id, "@SanJacintoGob tres")
    medio.sabotear(Sabotaje(clase=Averia.TRUNCAR, cuando=lambda r: "expansions" in str(r.consulta)))
    revision = abrir().revisar([igual.id, editada.id])
    assert [o.id_externo for o in revision.vivos] == [igual.id]
    assert revision.borrados == frozenset()
    assert dolares(revision.gastos) == Decimal("0.025") == sim.cobrado()


def test_si_falla_medir_lo_viejo_lo_nuevo_no_se_pierde(sim: Simulador, abrir: Abrir, medio: Intermediario) -> None:
    nueva, vieja = (sim.publicar_como("x", YO, t, hace=timedelta(days=d)).id for t, d in (("a", 1), ("b", 60)))
    medio.sabotear(Sabotaje(clase=Averia.TRUNCAR, cuando=lambda r: vieja in str(r.consulta)))
    medidas = abrir().medir_publicaciones([nueva, vieja])
    assert medidas[nueva].valores["me_gusta"] == 0
    assert medidas[vieja].valores == {}
    assert sum(dolares(m.gastos) for m in medidas.values()) == Decimal("0.010") == sim.cobrado()


def test_si_la_segunda_pagina_falla_la_primera_se_da_por_pagada(
    sim: Simulador, abrir: Abrir, medio: Intermediario
) -> None:
    for n in range(60):
        sim.publicar_como("x", YO, f"Aviso {n}", hace=timedelta(hours=n + 1))
    medio.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, estado=402, cuando=lambda r: "pagination" in str(r.consulta)))
    with pytest.raises(ErrorTransitorio) as caso:
        abrir().listar(datetime.now(UTC) - timedelta(days=10))
    assert (caso.value.sin_cobro, caso.value.espera) == (False, None)


# ── revisar ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_se_sabe_lo_borrado_lo_editado_y_lo_que_sigue_igual(sim: Simulador, abrir: Abrir) -> None:
    igual, editada, borrada = (
        sim.mencionar("x", YO, f"@SanJacintoGob {t}", autor="Rosa", hace=timedelta(hours=2)) for t in ("a", "b", "c")
    )
    sim.editar_voz("x", editada.id, "@SanJacintoGob b, corregida")
    sim.borrar_voz("x", borrada.id)
    revision = abrir().revisar([igual.id, editada.id, borrada.id, "dm-7"])
    vivos = {o.id_externo: o for o in revision.vivos}
    assert vivos.keys() == {igual.id, editada.id}
    assert vivos[editada.id].texto == "@SanJacintoGob b, corregida"
    assert vivos[editada.id].autor.nombre == "Rosa", "lo que cambió se vuelve a guardar con su autor"
    assert vivos[editada.id].editado_en is not None
    assert vivos[igual.id].editado_en is None
    assert revision.borrados == {borrada.id}
    assert dolares(revision.gastos) == Decimal("0.025") == sim.cobrado()


def test_lo_que_pasa_a_ser_privado_tampoco_se_conserva(sim: Simulador, abrir: Abrir, medio: Intermediario) -> None:
    clase = "https://api.twitter.com/2/problems/not-authorized-for-resource"
    cuerpo = {"errors": [{"type": clase, "value": "77", "resource_id": "77", "title": "Authorization Error"}]}
    medio.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, cuerpo=json.dumps(cuerpo).encode()))
    assert abrir().revisar(["77", "78"]).borrados == {"77"}


def test_de_lo_que_x_no_dice_nada_no_se_sabe(abrir: Abrir, medio: Intermediario) -> None:
    clase = "https://api.x.com/2/problems/field-hydration-failure"
    cuerpo = {"errors": [{"type": clase, "value": "77", "title": "Error"}]}
    medio.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, cuerpo=json.dumps(cuerpo).encode()))
    revision = abrir().revisar(["77"])
    assert (revision.vivos, revision.borrados) == ((), frozenset())


# ── medir ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dialecto", ["viejo", "nuevo"])
def test_se_miden_las_publicaciones_en_los_dos_dialectos(sim: Simulador, abrir: Abrir, dialecto: str) -> None:
    sim.ajustar("x", dialecto=dialecto)
    nueva, vieja = (sim.publicar_como("x", YO, t, hace=timedelta(days=d)).id for t, d in (("a", 1), ("b", 60)))
    for una in (nueva, vieja):
        sim.reaccionar("x", una, me_gusta=9, compartidos=4, comentarios=2, vistas=800, clics=31, guardados=1)
    medidas = abrir().medir_publicaciones([nueva, vieja, "123"])
    assert medidas.keys() == {nueva, vieja}
    publicas = {"me_gusta": 9, "compartidos": 4, "comentarios": 2, "vistas": 800, "guardados": 1}
    assert publicas.items() <= medidas[nueva].valores.items()
    assert medidas[nueva].valores["clics"] == 31
    assert medidas[vieja].valores == publicas, "de lo de más de 30 días X no da lo privado: no es cero, no está"
    assert ("2.167" in medidas[nueva].version) == (dialecto == "nuevo")
    assert sum(dolares(m.gastos) for m in medidas.values()) == Decimal("0.010") == sim.cobrado()


def test_si_x_niega_lo_privado_se_mide_lo_publico(sim: Simulador, abrir: Abrir) -> None:
    ajena = sim.publicar_como("x", "2002", "De otra cuenta").id
    sim.reaccionar("x", ajena, me_gusta=2)
    assert abrir().medir_publicaciones([ajena])[ajena].valores["me_gusta"] == 2


@pytest.mark.parametrize("estado", [400, 403])
def test_si_la_aplicacion_no_tiene_derecho_a_lo_privado_se_mide_lo_publico(
    sim: Simulador, abrir: Abrir, medio: Intermediario, estado: int
) -> None:
    nuestra = sim.publicar_como("x", YO, "Aviso").id
    sim.reaccionar("x", nuestra, me_gusta=2)
    rechazo = json.dumps({"title": "Forbidden", "detail": "Not authorized for non_public_metrics"}).encode()
    medio.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, estado=estado, cuerpo=rechazo))
    medidas = abrir().medir_publicaciones([nuestra])[nuestra].valores
    assert medidas["me_gusta"] == 2
    assert "clics" not in medidas


def test_de_lo_que_x_no_dijo_nada_queda_sin_dato(abrir: Abrir, medio: Intermediario) -> None:
    for _ in range(2):
        medio.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, cuerpo=b'{"errors": [{"title": "Raro"}]}'))
    reciente = id_con_hora(datetime.now(UTC))
    assert abrir().medir_publicaciones([reciente])[reciente].valores == {}


@pytest.mark.parametrize("dialecto", ["viejo", "nuevo"])
def test_se_mide_el_perfil(sim: Simulador, abrir: Abrir, dialecto: str) -> None:
    sim.ajustar("x", dialecto=dialecto)
    sim.seguidores("x", YO, 5120, seguidos=80, publicaciones=340)
    medidas = abrir().medir_perfil()
    assert medidas.valores == {"seguidores": 5120, "seguidos": 80, "publicaciones": 340}
    assert dolares(medidas.gastos) == Decimal("0.010") == sim.cobrado()


def test_se_lista_lo_publicado_por_quien_sea_y_lo_que_costo(sim: Simulador, abrir: Abrir) -> None:
    conector = abrir()
    for n in range(70):
        sim.publicar_como("x", YO, f"Aviso {n}", hace=timedelta(hours=n + 1))
    listadas = conector.listar(datetime.now(UTC) - timedelta(days=10))
    assert [p.texto for p in listadas] == [f"Aviso {n}" for n in range(70)]
    gastado = sum((p.gasto.dolares for p in listadas if p.gasto), Decimal())
    assert gastado == Decimal("0.350") == sim.cobrado()
    assert isinstance(conector, MedidorDePago)
    assert gastado <= conector.costo_de_listado


# ── lo que sale mal ──────────────────────────────────────────────────────────────────────────────────────────


def test_sin_saldo_es_del_perfil_y_dice_donde_mirar(sim: Simulador, abrir: Abrir) -> None:
    menciones(sim, 25)
    sim.ajustar("x", saldo_usd=0.05)
    tanda = abrir().escuchar("menciones", desde())
    with pytest.raises(ErrorDePerfil, match="saldo") as caso:
        abrir().escuchar("menciones", desde(tanda.cursor))
    assert "console.x.com" in caso.value.remedio


@pytest.mark.parametrize(
    ("estado", "cuerpo", "error", "dice"),
    [
        (402, {"title": "CreditsDepleted", "detail": "no credits"}, ErrorDePerfil, "saldo"),
        (429, {"type": f"{PROBLEMAS}usage-capped", "title": "UsageCapExceeded"}, ErrorDePerfil, "tope"),
        (403, {"type": f"{PROBLEMAS}client-forbidden", "reason": "client-not-enrolled"}, ErrorDePerfil, "aplicación"),
        (403, {"type": f"{PROBLEMAS}oauth1-permissions", "detail": "not configured"}, ErrorDePerfil, "permiso de leer"),
        (403, {"title": "Forbidden", "detail": "Your url to this text is not allowed"}, ErrorDePerfil, "cuenta"),
        (400, {"title": "Invalid Request", "detail": "bad query"}, ErrorDeContrato, "bad query"),
        (429, {"title": "Too Many Requests"}, ErrorTransitorio, "despacio"),
    ],
)
def test_cada_negativa_tiene_su_veredicto(
    abrir: Abrir, medio: Intermediario, estado: int, cuerpo: dict[str, str], error: type[Exception], dice: str
) -> None:
    medio.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, estado=estado, cuerpo=json.dumps(cuerpo).encode()))
    with pytest.raises(error, match=dice):
        abrir().escuchar("menciones", desde())


@pytest.mark.parametrize("con_hora", [True, False])
def test_el_limite_espera_lo_que_diga_x_y_pregunta_una_sola_vez(
    abrir: Abrir, medio: Intermediario, con_hora: bool
) -> None:
    renueva = int(datetime.now(UTC).timestamp()) + 300
    cabeceras = {"x-rate-limit-reset": str(renueva)} if con_hora else {}
    medio.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, estado=429, cuerpo=b"{}", cabeceras=cabeceras))
    with pytest.raises(ErrorTransitorio) as caso:
        abrir().escuchar("menciones", desde())
    assert len(medio.recibidas) == 1, "tweepy no debe repetir por su cuenta"
    assert not caso.value.de_perfil, "X limita cada punto por separado"
    if con_hora:
        assert caso.value.espera is not None
        assert timedelta(seconds=290) < caso.value.espera <= timedelta(seconds=300)
    else:
        assert caso.value.espera is None


def test_si_x_ya_no_entiende_los_nombres_viejos_se_piden_los_nuevos(
    sim: Simulador, abrir: Abrir, medio: Intermediario
) -> None:
    nuestra = sim.publicar_como("x", YO, "Cierre de Tollocan").id
    sim.comentar("x", nuestra, "@SanJacintoGob " + "muy largo " * 40)
    rechazo = {"errors": [{"message": "The query parameter [tweet.fields] is not one of [post.fields]"}]}
    conector = abrir()
    medio.sabotear(Sabotaje(clase=Averia.CONTESTAR_ANTES, estado=400, cuerpo=json.dumps(rechazo).encode()))
    (oido,) = conector.escuchar("menciones", desde(publicaciones=(nuestra,))).oidos
    assert (oido.clase, oido.en_respuesta_a) == (Clase.COMENTARIO, nuestra)
    assert len(oido.texto) > 280
    conector.escuchar("menciones", desde())
    assert [dict(r.consulta).keys() >= {"post.fields"} for r in medio.recibidas] == [False, True, True]
