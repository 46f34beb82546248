"""A quién se le deja un toque, y una sola vez."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from modelos import Base, Sesion, Suscripcion, Usuario
from motor import toques
from motor.toques import suscripciones
from motor.toques.suscripciones import Aparato, NoSirve
from tests.conftest import RelojFijo
from tests.motor.toques.conftest import Navegador
from tests.motor.toques.test_repartidor import avisar, por_mandar

pytestmark = pytest.mark.dos_bases
Entra = Callable[..., tuple[Usuario, Sesion]]
Suscribe = Callable[..., tuple[Suscripcion, Navegador]]


def test_lo_mismo_no_se_dice_dos_veces_en_un_aparato(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe
) -> None:
    ana = persona()
    suscribir(ana, "https://avisos.example/1")
    suscribir(ana, "https://avisos.example/2")
    assert avisar(base, reloj, ana[0]) == 2
    assert avisar(base, reloj, ana[0]) == 0


def test_solo_a_quien_quiere_oir_de_eso(base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe) -> None:
    ana = persona()
    suscribir(ana, temas=("aprobaciones",))
    assert avisar(base, reloj, ana[0], tema="alertas") == 0
    assert avisar(base, reloj, ana[0], tema="aprobaciones") == 1


def test_quien_ya_no_entra_no_recibe_nada(base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe) -> None:
    ana = persona()
    suscribir(ana)
    with base.escribir() as sesion:
        sesion.get_one(Usuario, ana[0].id).activo = False
    assert avisar(base, reloj, ana[0]) == 0


def test_lo_de_la_oficina_es_de_quien_tiene_un_cargo_en_toda_ella(
    base: Base, persona: Entra, perfil_de: Callable[..., object]
) -> None:
    perfil_de()
    ana, _ = persona("Ana")
    persona("Luis", perfil_id=1)
    with base.leer() as sesion:
        assert toques.de_oficina(sesion) == [ana.id]


def test_si_lo_que_cuenta_se_deshace_nadie_lo_oye(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe
) -> None:
    ana = persona()
    suscribir(ana)
    with pytest.raises(ZeroDivisionError), base.escribir() as sesion:
        toques.avisar(
            sesion, [ana[0].id], tema="alertas", clave="c", titulo="t", texto="", camino="/", ahora=reloj.ahora()
        )
        _ = 1 // 0
    assert por_mandar(base) == []


def test_lo_que_calla_de_noche_espera_a_la_manana_y_entonces_sirve_otras_cuatro_horas(
    base: Base, reloj: RelojFijo, persona: Entra, suscribir: Suscribe
) -> None:
    ana = persona()
    suscribir(ana)
    manana = reloj.ahora() + timedelta(hours=9)
    with base.escribir() as sesion:
        toques.avisar(
            sesion,
            [ana[0].id],
            tema="alertas",
            clave="c",
            titulo="t",
            texto="",
            camino="/",
            ahora=reloj.ahora(),
            no_antes_de=manana,
        )
    (toque,) = por_mandar(base)
    assert (toque.proximo_en, toque.vence_en) == (manana, manana + timedelta(hours=4))


# ── los aparatos ─────────────────────────────────────────────────────────────────────────────────────────────────


def aparato(direccion: str = "https://avisos.example/a") -> Aparato:
    navegador = Navegador()
    return Aparato.de(direccion, navegador.p256dh, navegador.autenticacion)


@pytest.mark.parametrize(
    "direccion",
    [
        "http://avisos.example/a",
        "https://avisos.example:8443/a",
        "https://ana:clave@avisos.example/a",
        "https://avisos.example/a b",
        "https://avisos.example/a\nX-Otra: 1",
        "https://[mal/a",
        "https://avisos.example:x/a",
        "ftp://avisos.example/a",
        "https:///a",
        "https://avisos.example/" + "a" * 1000,
        "",
    ],
)
def test_una_direccion_rara_no_se_admite(direccion: str) -> None:
    with pytest.raises(NoSirve):
        aparato(direccion)


@pytest.mark.parametrize(("p256dh", "autenticacion"), [("", ""), ("AAAA", "AAAA"), ("ñ", "AAAAAAAAAAAAAAAAAAAAAA")])
def test_unas_llaves_que_no_lo_son_no_se_admiten(p256dh: str, autenticacion: str) -> None:
    with pytest.raises(NoSirve):
        Aparato.de("https://avisos.example/a", p256dh, autenticacion)


def pedir(base: Base, reloj: RelojFijo, quien: tuple[Usuario, Sesion], suyo: Aparato) -> None:
    with base.escribir() as sesion:
        suscripciones.suscribir(
            sesion,
            suyo,
            usuario_id=quien[0].id,
            sesion_id=quien[1].id,
            temas=["alertas"],
            con_texto=False,
            agente="",
            ahora=reloj.ahora(),
        )


def test_el_aparato_es_de_quien_lo_tiene_en_la_mano_y_lo_del_anterior_se_olvida(
    base: Base, reloj: RelojFijo, persona: Entra
) -> None:
    ana, luis, suyo = persona("Ana"), persona("Luis"), aparato()
    pedir(base, reloj, ana, suyo)
    avisar(base, reloj, ana[0])
    pedir(base, reloj, luis, suyo)
    assert por_mandar(base) == []
    with base.leer() as sesion:
        assert [s.usuario_id for s in sesion.exec(select(Suscripcion))] == [luis[0].id]


def test_al_pedirlo_en_muchos_aparatos_se_olvida_el_mas_viejo(base: Base, reloj: RelojFijo, persona: Entra) -> None:
    ana = persona()
    for n in range(suscripciones.MAXIMAS + 1):
        pedir(base, reloj, ana, aparato(f"https://avisos.example/{n}"))
    with base.leer() as sesion:
        suyas = suscripciones.de_persona(sesion, ana[0].id)
    assert [s.direccion[-2:] for s in suyas][:1] == ["/1"]
    assert len(suyas) == suscripciones.MAXIMAS


def test_nadie_quita_ni_renueva_el_aparato_de_otro(base: Base, reloj: RelojFijo, persona: Entra) -> None:
    ana, luis = persona("Ana"), persona("Luis")
    pedir(base, reloj, ana, aparato())
    with base.escribir() as sesion:
        (suya,) = suscripciones.de_persona(sesion, ana[0].id)
        assert not suscripciones.quitar_de(sesion, suya.id, usuario_id=luis[0].id)
        assert not suscripciones.renovar(sesion, suya.direccion, usuario_id=luis[0].id, sesion_id=luis[1].id)


def test_no_se_ve_la_direccion_ni_las_llaves_al_ensenarlo() -> None:
    assert "avisos.example" not in repr(aparato())
    assert "avisos.example" not in repr(
        Suscripcion(usuario_id=1, sesion_id=1, direccion="https://avisos.example/a", p256dh="k", autenticacion="k")
    )
