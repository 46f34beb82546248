"""Los avisos, por un Postfix de verdad y leídos de vuelta de un Dovecot de verdad."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from modelos import Base, Correo, EstadoDeCorreo
from motor.avisos.aviso import Aviso, avisar
from motor.avisos.correo import Cartero, Servidor
from tests.conftest import COMIENZO, RelojFijo
from tests.motor.oficina import MINUTO
from tests.servidores.bluesky import NoDisponible
from tests.servidores.correo import CLAVE, ServidorDeCorreo

pytestmark = pytest.mark.servidor


@pytest.fixture(scope="session")
def correo() -> Iterator[ServidorDeCorreo]:
    try:
        encendido = ServidorDeCorreo().__enter__()
    except NoDisponible as motivo:
        pytest.skip(f"Sin servidor de correo: {motivo}.")
    yield encendido
    encendido.__exit__()


def servidor(correo: ServidorDeCorreo, **cambios: object) -> Servidor:
    columnas = {
        "anfitrion": "127.0.0.1",
        "puerto": correo.smtps,
        "cifrado": "tls",
        "remitente": "pregonero@ejemplo.mx",
        "usuario": "pregonero@ejemplo.mx",
        "clave": CLAVE,
        "certificados": correo.certificado,
    }
    return Servidor(**(columnas | cambios))  # type: ignore[arg-type] # columnas sueltas, para cambiar una


def escribir(base: Base, *claves: str, para: str, grupo: str = "por_decidir") -> None:
    with base.escribir() as sesion:
        for clave in claves:
            asunto = f"Decida: ¿salió «{clave}» en Ñandú?"
            aviso = Aviso(clave=clave, grupo=grupo, asunto=asunto, texto=f"Qué pasó: {clave} — sí o no")
            avisar(sesion, aviso, para=(f"{para}@ejemplo.mx",), ahora=COMIENZO)


def el(base: Base) -> Correo:
    with base.leer() as sesion:
        return sesion.exec(select(Correo)).one()


@pytest.mark.parametrize("cifrado", ["tls", "starttls"])
def test_el_aviso_llega_y_se_lee(base: Base, reloj: RelojFijo, correo: ServidorDeCorreo, cifrado: str) -> None:
    buzon, puerto = f"coordinadora-{cifrado}", correo.smtps if cifrado == "tls" else correo.smtp
    escribir(base, "corte de agua", para=buzon)
    assert Cartero(base, reloj, servidor(correo, cifrado=cifrado, puerto=puerto)).repartir() == 1
    (mensaje,) = correo.leer(buzon)
    assert mensaje["Subject"] == "Decida: ¿salió «corte de agua» en Ñandú?"
    assert mensaje["From"] == "Pregonero <pregonero@ejemplo.mx>"
    assert mensaje.get_content().splitlines()[0] == "Qué pasó: corte de agua — sí o no"


def test_varios_avisos_llegan_en_un_solo_mensaje(base: Base, reloj: RelojFijo, correo: ServidorDeCorreo) -> None:
    escribir(base, "uno", "dos", "tres", para="agrupada")
    Cartero(base, reloj, servidor(correo)).repartir()
    (mensaje,) = correo.leer("agrupada")
    assert mensaje["Subject"].endswith("(y 2 avisos más)")
    assert all(f"Qué pasó: {n} — sí o no" in mensaje.get_content() for n in ("uno", "dos", "tres"))


@pytest.mark.parametrize(
    ("cambios", "motivo"),
    [
        ({"clave": "equivocada"}, "535"),
        ({"usuario": "", "clave": ""}, "Access denied"),  # se olvidaron del usuario
        ({"certificados": None}, "CERTIFICATE_VERIFY_FAILED"),
        ({"cifrado": "ninguno", "puerto": 0}, "AUTH"),  # sin TLS no se manda la clave
    ],
    ids=str,
)
def test_con_un_ajuste_equivocado_el_aviso_espera(
    base: Base, reloj: RelojFijo, correo: ServidorDeCorreo, cambios: dict[str, object], motivo: str
) -> None:
    if cambios.get("puerto") == 0:
        cambios = cambios | {"puerto": correo.smtp}
    escribir(base, "a", para="paciente")
    cartero = Cartero(base, reloj, servidor(correo, **cambios))
    assert cartero.repartir() == 0
    assert el(base).estado is EstadoDeCorreo.PENDIENTE
    assert motivo in el(base).error
    assert "equivocada" not in el(base).error

    reloj.avanzar(MINUTO)
    cartero.servidor = servidor(correo)  # alguien corrigió el ajuste
    assert cartero.repartir() == 1


def test_un_destinatario_de_fuera_queda_rechazado(base: Base, reloj: RelojFijo, correo: ServidorDeCorreo) -> None:
    with base.escribir() as sesion:
        aviso = Aviso(clave="a", grupo="g", asunto="Asunto", texto="Texto")
        avisar(sesion, aviso, para=("alguien@otro.mx",), ahora=COMIENZO)
    assert Cartero(base, reloj, servidor(correo)).repartir() == 0
    assert el(base).estado is EstadoDeCorreo.RECHAZADO
    assert "alguien@otro.mx: 550" in el(base).error
