"""La bandeja de salida: al menos una vez, agrupado, y nunca perdido. Con un SMTP que obedece a la prueba."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select

from conectores.secretos import recordar
from modelos import Base, Correo, EstadoDeCorreo
from motor.avisos.aviso import Aviso, avisar
from motor.avisos.correo import RESERVA, Cartero, Servidor
from motor.avisos.mensaje import redactar_mensaje
from motor.publicacion.transiciones import anotar
from tests.conftest import COMIENZO, RelojFijo
from tests.motor.oficina import HORA, MINUTO, SEGUNDO, Oficina

UNA, OTRA = "coordinadora@ejemplo.mx", "sistemas@ejemplo.mx"


class Buzon:
    """Lo que recibe el servidor de la prueba, y lo que contesta a cada destinatario y a cada mensaje."""

    def __init__(self) -> None:
        self.mensajes: list[EmailMessage] = []
        self.a_quien: dict[str, str] = {}
        self.remitente = ""
        self.mensaje = "250 OK"
        self.al_recibir: Callable[[], None] = lambda: None

    async def handle_MAIL(  # lo nombra aiosmtpd
        self, _s: SMTP, _sesion: Session, sobre: Envelope, quien: str, _opciones: list[str]
    ) -> str:
        if self.remitente:
            return self.remitente
        sobre.mail_from = quien
        return "250 OK"

    async def handle_RCPT(  # ídem
        self, _s: SMTP, _sesion: Session, sobre: Envelope, quien: str, _opciones: list[str]
    ) -> str:
        if quien in self.a_quien:
            return self.a_quien[quien]
        sobre.rcpt_tos.append(quien)
        return "250 OK"

    async def handle_DATA(self, _s: SMTP, _sesion: Session, sobre: Envelope) -> str:  # ídem
        if self.mensaje.startswith("250"):
            leido = message_from_bytes(bytes(sobre.content or b""), policy=policy.default)
            assert isinstance(leido, EmailMessage)
            leido["X-Sobre"] = ", ".join(sobre.rcpt_tos)
            self.mensajes.append(leido)
            self.al_recibir()
        return self.mensaje


@pytest.fixture
def buzon() -> Buzon:
    return Buzon()


@pytest.fixture
def puerto(buzon: Buzon) -> Iterator[int]:
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        numero = int(enchufe.getsockname()[1])
    controlador = Controller(buzon, hostname="127.0.0.1", port=numero)
    controlador.start()
    yield numero
    controlador.stop()


@pytest.fixture
def cartero(base: Base, reloj: RelojFijo, puerto: int) -> Cartero:
    return Cartero(base, reloj, Servidor(anfitrion="127.0.0.1", puerto=puerto, remitente="p@x.mx", cifrado="ninguno"))


def escribir(base: Base, clave: str, *, grupo: str = "tarde", para: tuple[str, ...] = (UNA,), texto: str = "") -> None:
    aviso = Aviso(clave=clave, grupo=grupo, asunto=f"Aviso {clave}", texto=texto or f"Pasó {clave}.")
    with base.escribir() as sesion:
        avisar(sesion, aviso, para=para, ahora=COMIENZO)


def estados(base: Base) -> dict[str, EstadoDeCorreo]:
    with base.leer() as sesion:
        return {c.clave: c.estado for c in sesion.exec(select(Correo))}


def el(base: Base, clave: str) -> Correo:
    with base.leer() as sesion:
        return sesion.exec(select(Correo).where(Correo.clave == clave)).one()


# ── la bandeja ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_el_mismo_aviso_no_se_escribe_dos_veces(base: Base) -> None:
    for _ in range(2):
        escribir(base, "una-vez")
    assert list(estados(base)) == ["una-vez"]


@pytest.mark.dos_bases
def test_el_aviso_y_lo_que_lo_causa_se_guardan_juntos_o_no_se_guardan(base: Base) -> None:
    with pytest.raises(RuntimeError), base.escribir() as sesion:
        avisar(sesion, Aviso(clave="a", grupo="g", asunto="", texto=""), para=(UNA,), ahora=COMIENZO)
        raise RuntimeError("se fue la luz")
    assert estados(base) == {}


@pytest.mark.dos_bases
def test_dos_procesos_que_avisan_lo_mismo_a_la_vez_no_se_deshacen(base: Base) -> None:
    """En PostgreSQL el segundo choca con el UNIQUE: su transacción debe seguir, con todo lo demás que escribió."""
    salida = threading.Barrier(2)
    fallos: list[BaseException] = []

    def proceso(quien: str) -> None:
        aviso = Aviso(clave="contrato:hoy", grupo="contrato", asunto="", texto="")
        try:
            salida.wait(10)
            with base.escribir() as sesion:
                anotar(sesion, quien, ahora=COMIENZO)
                avisar(sesion, aviso, para=(UNA,), ahora=COMIENZO)
        except BaseException as error:
            fallos.append(error)

    hilos = [threading.Thread(target=proceso, args=(f"p{n}",)) for n in range(2)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    assert fallos == []
    assert len(estados(base)) == 1


# ── el reparto ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_los_del_mismo_grupo_viajan_juntos(base: Base, cartero: Cartero, buzon: Buzon) -> None:
    for n in range(3):
        escribir(base, f"tarde-{n}")
    escribir(base, "token", grupo="tokens")
    escribir(base, "otra", para=(OTRA,))
    assert cartero.repartir() == 5
    assert [(m["X-Sobre"], m["Subject"]) for m in buzon.mensajes] == [
        (UNA, "Aviso tarde-0 (y 2 avisos más)"),
        (UNA, "Aviso token"),
        (OTRA, "Aviso otra"),
    ]
    cuerpo = buzon.mensajes[0].get_content()
    assert [cuerpo.count(f"Pasó tarde-{n}.") for n in range(3)] == [1, 1, 1]
    assert set(estados(base).values()) == {EstadoDeCorreo.ENVIADO}


def test_lo_enviado_no_se_manda_otra_vez(base: Base, cartero: Cartero, buzon: Buzon) -> None:
    escribir(base, "a")
    assert [cartero.repartir(), cartero.repartir()] == [1, 0]
    assert len(buzon.mensajes) == 1


@pytest.mark.dos_bases
def test_dos_procesos_no_mandan_el_mismo_aviso(base: Base, cartero: Cartero, buzon: Buzon) -> None:
    escribir(base, "a")
    otro = replace(cartero, base=Base(base.url.render_as_string(hide_password=False)))
    buzon.al_recibir = lambda: dobles.append(otro.repartir())  # justo entre mandar y anotarlo
    dobles: list[int] = []
    assert cartero.repartir() == 1
    otro.base.cerrar()
    assert dobles == [0]
    assert len(buzon.mensajes) == 1


def test_si_muere_entre_mandar_y_anotar_se_manda_otra_vez(
    base: Base, cartero: Cartero, buzon: Buzon, reloj: RelojFijo
) -> None:
    """Avisar dos veces es mejor que ninguna: al revés que publicar."""

    class Muerto(Cartero):
        def _cambiar(self, correos: list[Correo], **cambios: object) -> None:
            raise KeyboardInterrupt

    escribir(base, "a")
    with pytest.raises(KeyboardInterrupt):
        Muerto(base, reloj, cartero.servidor).repartir()
    assert estados(base) == {"a": EstadoDeCorreo.PENDIENTE}
    reloj.avanzar(RESERVA)
    assert cartero.repartir() == 1
    assert len(buzon.mensajes) == 2


def test_sin_servidor_de_correo_los_avisos_esperan(base: Base, reloj: RelojFijo) -> None:
    escribir(base, "a")
    assert Cartero(base, reloj, None).repartir() == 0
    assert estados(base) == {"a": EstadoDeCorreo.PENDIENTE}


def test_con_el_servidor_caido_se_retrasa_y_se_dice_una_vez(
    base: Base, cartero: Cartero, buzon: Buzon, reloj: RelojFijo, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    escribir(base, "a")
    bueno, cartero.servidor = cartero.servidor, Servidor(anfitrion="127.0.0.1", puerto=1, remitente="p@x.mx")
    esperas = []
    for _ in range(9):
        assert cartero.repartir() == 0
        esperas.append((el(base, "a").no_antes_de - reloj.ahora()) / SEGUNDO)
        reloj.avanzar(esperas[-1] * SEGUNDO)
    assert esperas == [5, 10, 20, 40, 80, 160, 320, 640, 900]  # 5·2ⁿ, y nunca más de un cuarto de hora
    cartero.servidor = bueno
    assert cartero.repartir() == 1
    assert [(r.levelname, r.__dict__["accion"]) for r in caplog.records if "accion" in r.__dict__] == [
        ("ERROR", "correo_caido"),
        ("INFO", "correo_vuelve"),
    ]


def test_si_se_corta_a_medias_lo_ya_mandado_queda_mandado(
    base: Base, cartero: Cartero, buzon: Buzon, reloj: RelojFijo
) -> None:
    escribir(base, "a", grupo="primero")
    escribir(base, "b", grupo="segundo")

    def cortar() -> None:
        buzon.remitente = "421 Me apago"

    buzon.al_recibir = cortar
    assert cartero.repartir() == 1
    assert estados(base) == {"a": EstadoDeCorreo.ENVIADO, "b": EstadoDeCorreo.PENDIENTE}
    assert (el(base, "a").intentos, el(base, "a").error) == (1, "")
    buzon.remitente = ""
    reloj.avanzar(MINUTO)
    assert cartero.repartir() == 1
    assert len(buzon.mensajes) == 2


@pytest.mark.parametrize(
    ("respuesta", "estado"),
    [("550 No existe", EstadoDeCorreo.RECHAZADO), ("450 Vuelva luego", EstadoDeCorreo.PENDIENTE)],
)
def test_un_destinatario_que_no_se_admite(
    base: Base,
    cartero: Cartero,
    buzon: Buzon,
    respuesta: str,
    estado: EstadoDeCorreo,
    caplog: pytest.LogCaptureFixture,
) -> None:
    escribir(base, "a")
    buzon.a_quien = {UNA: respuesta}
    assert cartero.repartir() == 0
    assert el(base, "a").estado is estado
    assert respuesta[4:] in el(base, "a").error
    assert "rechazó un aviso" in caplog.text


def test_que_uno_no_lo_reciba_no_se_calla(
    base: Base, cartero: Cartero, buzon: Buzon, reloj: RelojFijo, caplog: pytest.LogCaptureFixture
) -> None:
    """A una le llega; al otro el servidor le dice «ahora no»: se le manda a él solo, más tarde."""
    escribir(base, "a", para=(UNA, OTRA))
    buzon.a_quien = {OTRA: "451 Lista gris"}
    assert cartero.repartir() == 1
    assert OTRA in caplog.text
    buzon.a_quien = {}
    reloj.avanzar(MINUTO)
    assert cartero.repartir() == 1
    assert [m["X-Sobre"] for m in buzon.mensajes] == [UNA, OTRA]


@pytest.mark.parametrize("respuesta", ["530 Hay que autenticarse", "553 Ese remitente no es suyo"])
def test_un_remitente_rechazado_es_un_ajuste_por_corregir_y_no_tira_nada(
    base: Base, cartero: Cartero, buzon: Buzon, reloj: RelojFijo, respuesta: str
) -> None:
    escribir(base, "a")
    buzon.remitente = respuesta
    assert cartero.repartir() == 0
    assert estados(base) == {"a": EstadoDeCorreo.PENDIENTE}
    buzon.remitente = ""
    reloj.avanzar(MINUTO)
    assert cartero.repartir() == 1


def test_un_mensaje_que_no_se_acepta_nunca_queda_rechazado(base: Base, cartero: Cartero, buzon: Buzon) -> None:
    escribir(base, "a")
    buzon.mensaje = "554 Parece propaganda"
    assert cartero.repartir() == 0
    assert estados(base) == {"a": EstadoDeCorreo.RECHAZADO}


@pytest.mark.parametrize("direccion", ["a\nBcc: intruso@x.mx", "coordinación@ejemplo.mx"])
def test_una_direccion_imposible_no_tapa_a_las_demas(
    base: Base, cartero: Cartero, buzon: Buzon, direccion: str
) -> None:
    escribir(base, "mala", para=(direccion,))
    escribir(base, "buena", para=("z@ejemplo.mx",))
    cartero.repartir()
    assert estados(base)["buena"] is EstadoDeCorreo.ENVIADO
    assert all("intruso" not in m["X-Sobre"] for m in buzon.mensajes)


# ── el mensaje ───────────────────────────────────────────────────────────────────────────────────────────────────


def mensaje_de(*textos: str, asunto: str = "Asunto") -> EmailMessage:
    correos = [
        Correo(
            id=n, clave=f"{n}", grupo="g", para=UNA, asunto=asunto, texto=t, no_antes_de=COMIENZO, creado_en=COMIENZO
        )
        for n, t in enumerate(textos)
    ]
    return redactar_mensaje(correos, "pregonero@municipio.gob.mx", COMIENZO)


def test_el_mensaje_lleva_lo_que_debe() -> None:
    mensaje = mensaje_de("Niño, ¿qué pasó?", asunto="Decida: ¿salió la publicación 5?")
    assert mensaje["From"] == "Pregonero <pregonero@municipio.gob.mx>"
    assert mensaje["Date"] == "Sun, 22 Nov 2026 15:00:00 +0000"
    assert mensaje["Message-ID"].endswith("@municipio.gob.mx>")
    assert mensaje.get_content().startswith("Niño, ¿qué pasó?\n\n-- \n")


@pytest.mark.parametrize(("cuantos", "final"), [(1, ""), (2, " (y 1 aviso más)"), (3, " (y 2 avisos más)")])
def test_el_asunto_dice_cuantos_mas_hay(cuantos: int, final: str) -> None:
    assert mensaje_de(*["x"] * cuantos)["Subject"] == f"Asunto{final}"


def test_un_asunto_con_renglones_no_inyecta_cabeceras() -> None:
    mensaje = mensaje_de("x", asunto="Hola\r\nBcc: intruso@x.mx")
    assert mensaje["Subject"] == "Hola Bcc: intruso@x.mx"
    assert mensaje["Bcc"] is None


def test_la_clave_no_aparece_ni_en_el_repr_ni_en_la_bitacora(
    base: Base, reloj: RelojFijo, caplog: pytest.LogCaptureFixture
) -> None:
    recordar("clave-secretísima")
    servidor = Servidor(anfitrion="127.0.0.1", puerto=1, remitente="p@x.mx", usuario="u", clave="clave-secretísima")
    escribir(base, "a")
    Cartero(base, reloj, servidor).repartir()
    assert "secretísima" not in repr(servidor) + caplog.text + el(base, "a").error


def test_los_avisos_del_motor_llegan_a_la_coordinadora(
    oficina: Oficina, cartero: Cartero, buzon: Buzon, reloj: RelojFijo
) -> None:
    """De punta a punta: tres publicaciones tarde, un solo mensaje."""
    for n in range(3):
        oficina.programar(f"Aviso {n}")
    reloj.avanzar(2 * HORA)
    oficina.vuelta()
    assert cartero.repartir() == 3
    (mensaje,) = buzon.mensajes
    assert mensaje["Subject"].endswith("lleva 2 h 0 min de retraso (y 2 avisos más)")
    assert mensaje.get_content().count("Que salga ya:") == 3
