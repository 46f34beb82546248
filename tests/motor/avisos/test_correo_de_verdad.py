"""Los avisos, por un Postfix de verdad y leídos de vuelta de un Dovecot de verdad."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from modelos import Base, Correo, EstadoDeCorreo
from motor.avisos.avisador import Avisador
from motor.avisos.aviso import Aviso, avisar
from motor.avisos.correo import Cartero, Servidor
from tests.conftest import COMIENZO, RelojFijo
from tests.motor.avisos.conftest import Pueblo
from tests.motor.oficina import HORA, MINUTO
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


# ── una historia entera, de la base al buzón ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def cartero(pueblo: Pueblo, correo: ServidorDeCorreo) -> Cartero:
    return Cartero(pueblo.escucha.principal.base, pueblo.reloj, servidor(correo))


def test_la_historia_se_lee_con_su_gráfica_y_en_un_solo_hilo(
    pueblo: Pueblo, avisador: Avisador, cartero: Cartero, correo: ServidorDeCorreo, request: pytest.FixtureRequest
) -> None:
    """El alza, que empeora y que pasa: tres mensajes leídos por IMAPS, el segundo y el tercero contestan al primero."""
    monitor = pueblo.monitor("inundaciones", "Inundaciones")
    pueblo.quincena(monitor)
    pueblo.inundacion(monitor)
    picos = [pueblo.pico(monitor)]
    avisador.atender()
    assert cartero.repartir() == 1
    request.getfixturevalue("sin_dibujar")  # con una basta
    pueblo.reloj.avanzar(30 * MINUTO)
    picos.append(pueblo.pico(monitor, valor=90.0, puntaje=40.0))
    avisador.atender()
    for pico in picos:
        pueblo.acaba(pico)
    cartero.repartir()
    avisador.atender()
    assert cartero.repartir() == 1

    primero, segundo, tercero = correo.leer("coordinacion", al_menos=3)
    assert primero["Subject"] == "Sube Inundaciones: 30 mensajes en una hora (lo normal: 2)"
    assert segundo["Subject"] == tercero["Subject"] == f"Re: {primero['Subject']}"
    assert [m["In-Reply-To"] for m in (segundo, tercero)] == [primero["Message-ID"]] * 2
    assert len({m["Message-ID"] for m in (primero, segundo, tercero)}) == 3
    html, imagen = list(primero.iter_parts())[1].iter_parts()
    assert imagen.get_content_type() == "image/png"
    assert 4_000 < len(imagen.get_content()) <= 60_000
    assert f'src="cid:{imagen["Content-ID"].strip("<>")}"' in html.get_content()
    assert "Gráfica de mensajes por hora sobre Inundaciones" in html.get_content()
    texto = tercero.get_body(preferencelist=("plain",))
    assert texto is not None
    assert texto.get_content().startswith("VOLVIÓ A LO NORMAL: INUNDACIONES")


@pytest.mark.usefixtures("sin_dibujar")
def test_un_servidor_caído_un_día_retrasa_y_no_tira(
    pueblo: Pueblo, avisador: Avisador, cartero: Cartero, correo: ServidorDeCorreo
) -> None:
    """Quien reparte muere después de mandar y antes de anotarlo: llega dos veces, y con el mismo identificador."""
    bueno, cartero.servidor = cartero.servidor, servidor(correo, puerto=1)
    monitor = pueblo.monitor("agua", "Día sin correo")
    pueblo.inundacion(monitor)
    pueblo.pico(monitor)
    avisador.atender()
    with pueblo.escucha.principal.base.escribir() as sesion:
        sesion.exec(select(Correo)).one().para = "retrasada@ejemplo.mx"
    for _ in range(24):
        assert cartero.repartir() == 0
        pueblo.reloj.avanzar(HORA)
    assert pueblo.correos()[0].estado is EstadoDeCorreo.PENDIENTE
    cartero.servidor = bueno
    assert cartero.repartir() == 1
    with pueblo.escucha.principal.base.escribir() as sesion:
        fila = sesion.exec(select(Correo)).one()
        fila.estado, fila.enviado_en, fila.no_antes_de = EstadoDeCorreo.PENDIENTE, None, pueblo.reloj.ahora()
    assert cartero.repartir() == 1
    dos = correo.leer("retrasada", al_menos=2)
    assert len({m["Message-ID"] for m in dos}) == 1
    pueblo.reloj.avanzar(timedelta(minutes=1))
    assert cartero.repartir() == 0


@pytest.mark.usefixtures("sin_dibujar")
def test_a_quien_se_escala_le_llega_entero_aunque_la_coordinadora_no_exista(
    pueblo: Pueblo, avisador: Avisador, cartero: Cartero, correo: ServidorDeCorreo
) -> None:
    """La dirección de la coordinación está mal escrita: el servidor la rechaza y, a la hora, se avisa a quien sigue."""
    monitor = pueblo.monitor("fuga", "Fuga de gas")
    pueblo.inundacion(monitor)
    pueblo.pico(monitor)
    avisador.atender()
    with pueblo.escucha.principal.base.escribir() as sesion:
        sesion.exec(select(Correo)).one().para = "coordinacion@otro.mx"
    assert cartero.repartir() == 0
    assert pueblo.correos()[0].estado is EstadoDeCorreo.RECHAZADO
    pueblo.reloj.avanzar(HORA)
    assert avisador.atender() == 1
    assert cartero.repartir() == 1
    (mensaje,) = correo.leer("jefa")
    assert mensaje["Subject"].startswith("Sin atender: Sube Fuga de gas: 30 mensajes")
    texto = mensaje.get_body(preferencelist=("plain",))
    assert texto is not None
    assert "Los mensajes más ruidosos:" in texto.get_content()
