"""La raíz de composición: de los ajustes a una Oficina lista para trabajar.

Es el único sitio que conoce la configuración y el registro de redes.
"""

import contextlib
import ipaddress
import os
import platform
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url

from conectores import destinos, enlaces, registro
from conectores.contrato import Capacidades
from conectores.secretos import recordar
from config.ajustes import DIAS, Ajustes, Variables, cargar
from config.ajustes import AjusteInvalido as AjusteInvalido
from config.muestras import poner as poner_muestras
from modelos import Base, Rol
from modelos.consultas import perfiles
from modelos.migraciones import ESCUCHAR, migrar
from motor.avisos.correo import Servidor
from motor.conectores_abiertos import Conectores
from motor.credenciales import Guardadas
from motor.entorno import Entorno, RedConectable
from motor.escucha.entorno import EntornoDeEscucha
from motor.horarios.archivo import ARCHIVO as HORARIOS
from motor.horarios.archivo import ArchivoDeHorarios
from motor.llavero import LlaveEquivocada, Llavero
from motor.medios_publicos import Firmante
from motor.reglas import Reglas, ReglasDeAvisos, ReglasDeEscucha, TextoAlternativo
from motor.reloj import RelojReal
from motor.toques import llaves as llaves_de_toques
from motor.toques.repartidor import Acuse, DestinoProhibido, NoSalio, Repartidor

CARPETAS = ("entrada", "procesando", "publicadas", "rechazadas")


@dataclass(frozen=True, slots=True, kw_only=True)
class AjustesDelPanel:
    """direccion, puerto: dónde escucha; con puerto 0 no hay panel. url: con la que se llega, sin barra final.

    con_factor: los roles a los que se les exige el segundo factor.
    """

    direccion: str
    puerto: int
    url: str
    idioma: str = "es_MX"
    con_factor: frozenset[Rol] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Oficina:
    """Un entorno, y lo que sólo usa quien trabaja sin parar.

    servidor: por dónde salen los avisos; None si no se ha dicho. firmante: quién firma lo que el panel enseña sin
    sesión (imágenes para las redes, el enlace del correo); None sin dirección pública. canales: por dónde más se avisa.
    reposo, recorrido: los plazos de la carpeta. bitacora: «texto» o «json». llavero: las llaves de esta oficina.
    panel: dónde atiende a las personas.
    """

    entorno: Entorno
    escucha: EntornoDeEscucha
    servidor: Servidor | None
    firmante: Firmante | None
    canales: tuple[str, ...] = field(repr=False)
    reposo: timedelta
    recorrido: timedelta
    bitacora: str
    llavero: Llavero
    panel: AjustesDelPanel

    @property
    def sirve(self) -> bool:
        """Si el panel contesta en una dirección pública: imágenes y el enlace de «enterada».

        No se mira su puerto: puede atenderlo otro proceso (`pregonero panel`), y aquí es 0.
        """
        return self.firmante is not None and self.panel.url.startswith("https://")


def abrir_oficina(valores: Mapping[str, str] | None = None) -> Oficina:
    """La oficina que describen esas variables o, sin ellas, el entorno y el `.env` de esta carpeta.

    Lanza AjusteInvalido si algo está mal escrito.
    """
    variables = cargar() if valores is None else Variables(valores)
    ajustes = variables.ajustes()
    llavero = _llavero(ajustes)
    entorno = abrir_entorno(variables, ajustes=ajustes, llavero=llavero)
    return Oficina(
        entorno=entorno,
        escucha=abrir_escucha(variables, entorno, ajustes=ajustes),
        servidor=_servidor_de_correo(ajustes),
        firmante=_firmante(ajustes, lambda: llavero),
        canales=ajustes.lista_de_canales,
        reposo=timedelta(seconds=ajustes.reposo_s),
        recorrido=timedelta(seconds=ajustes.recorrido_s),
        bitacora=ajustes.bitacora,
        llavero=llavero,
        panel=AjustesDelPanel(
            direccion=ajustes.panel_direccion,
            puerto=ajustes.panel_puerto,
            url=ajustes.url_publica.rstrip("/") or f"http://127.0.0.1:{ajustes.panel_puerto}",
            idioma=ajustes.idioma,
            con_factor=_roles(ajustes.roles_con_segundo_factor),
        ),
    )


def _roles(escritos: Sequence[str]) -> frozenset[Rol]:
    conocidos = [r.value for r in Rol]
    if ajenos := [e for e in escritos if e not in conocidos]:
        raise AjusteInvalido(
            f"PREGONERO_SEGUNDO_FACTOR: «{ajenos[0]}» no es un rol. Escriba uno de éstos: {', '.join(conocidos)}."
        )
    return frozenset(map(Rol, escritos))


def abrir_repartidor(oficina: Oficina) -> Repartidor:
    """Quien manda los toques al teléfono. Lanza OSError si no se puede leer o escribir su llave."""
    entorno = oficina.entorno
    return Repartidor(
        entorno.base,
        entorno.reloj,
        llaves_de_toques.abrir(oficina.llavero),
        contacto=_contacto(oficina),
        mandar=por_la_puerta(destinos.Buzonera()),
    )


def por_la_puerta(buzonera: destinos.Buzonera) -> Callable[[str, bytes, Mapping[str, str]], Acuse]:
    """Lo que contesta un servicio de avisos, dicho como lo entiende el repartidor."""

    def mandar(direccion: str, cuerpo: bytes, cabeceras: Mapping[str, str]) -> Acuse:
        try:
            contestado = buzonera.dejar(direccion, cuerpo, cabeceras)
        except destinos.DestinoInterno as error:
            raise DestinoProhibido(str(error)) from None
        except destinos.SinRespuesta as error:
            raise NoSalio(str(error)) from None
        return Acuse(contestado.estado, contestado.espera)

    return mandar


def _contacto(oficina: Oficina) -> str:
    """A quién busca el servicio de avisos si algo va mal: lo exige la norma (RFC 8292)."""
    if oficina.panel.url.startswith("https://"):
        return oficina.panel.url
    correos = (*oficina.entorno.reglas.coordinacion, oficina.servidor.remitente if oficina.servidor else "")
    return f"mailto:{next(filter(None, correos), 'pregonero@localhost')}"


def _llavero(ajustes: Ajustes) -> Llavero:
    try:
        return Llavero.abrir(ajustes.llaves.resolve())
    except LlaveEquivocada as error:
        raise AjusteInvalido(str(error)) from None
    except OSError as error:
        raise AjusteInvalido(
            f"PREGONERO_LLAVES: no se puede usar la carpeta {ajustes.llaves}: {error.strerror}."
        ) from None


def _servidor_de_correo(ajustes: Ajustes) -> Servidor | None:
    if not ajustes.smtp_servidor:
        return None
    return Servidor(
        anfitrion=ajustes.smtp_servidor,
        puerto=ajustes.smtp_puerto,
        remitente=ajustes.correo_remitente or "pregonero@localhost",
        cifrado=ajustes.smtp_cifrado,
        usuario=ajustes.smtp_usuario,
        clave=ajustes.smtp_clave.get_secret_value(),
        certificados=ajustes.smtp_certificados,
    )


def _firmante(ajustes: Ajustes, llavero: Callable[[], Llavero]) -> Firmante | None:
    """Con la clave que se haya puesto o, sin ella, con una propia de la oficina."""
    if not ajustes.url_publica:
        return None
    clave = ajustes.clave_de_firma.get_secret_value().encode() or llavero().para("direcciones firmadas")
    return Firmante.de(ajustes.url_publica, clave, ajustes.acervo)


def abrir_entorno(variables: Variables, *, ajustes: Ajustes | None = None, llavero: Llavero | None = None) -> Entorno:
    """Crear las carpetas que falten, migrar la base y juntarlo todo. Lanza AjusteInvalido si algo está mal escrito.

    Sin llavero, el de los ajustes se abre la primera vez que haga falta.
    """
    ajustes = ajustes or variables.ajustes()
    for secreto in (ajustes.smtp_clave, ajustes.clave_de_firma, ajustes.canales):
        recordar(secreto.get_secret_value())
    for carpeta in CARPETAS:
        (ajustes.buzon / carpeta).mkdir(parents=True, exist_ok=True)
    ajustes.acervo.mkdir(parents=True, exist_ok=True)
    reglas, base, reloj = reglas_de(ajustes), abrir_base(ajustes.base), RelojReal()
    guardadas = Guardadas(base, lambda: llavero or _llavero(ajustes), reloj.ahora)
    conectores = Conectores(
        variables,
        registro.oyente,
        plazo_total=reglas.plazo_http,
        direccion_publica=_firmante(ajustes, lambda: llavero or _llavero(ajustes)),
        guardadas=guardadas,
    )
    return Entorno(
        base=base,
        reloj=reloj,
        reglas=reglas,
        buzon=ajustes.buzon.resolve(),
        acervo=ajustes.acervo.resolve(),
        trabajador=f"{platform.node()}:{os.getpid()}:{secrets.token_hex(4)}",
        abrir=conectores,
        capacidades_de=_hechos(variables, ajustes),
        reconocer_red=registro.slug,
        exportaciones=registro.exportaciones,
        horarios=ArchivoDeHorarios(ajustes.archivos.resolve() / HORARIOS, perfiles=lambda: _nombres(base)),
        redes=_redes,
        origenes_de=conectores.origenes,
        mirar_enlace=enlaces.Mirador().mirar,
    )


def _redes() -> dict[str, RedConectable]:
    """Las que tienen su biblioteca; importarlas todas cuesta un segundo, la primera vez."""
    halladas = {}
    for red in registro.CONECTORES:
        with contextlib.suppress(ImportError):
            clase = registro.clase(red)
            halladas[red] = RedConectable(
                slug=red, capacidades=clase.capacidades, claves=clase.claves, conexion=registro.conexion(red)
            )
    return halladas


def reglas_y_redes() -> tuple[Reglas, Callable[[str], str | None]]:
    """Las reglas de esta oficina y cómo se reconoce una red escrita por una persona, sin abrir la base ni crear nada:
    para las órdenes que sólo leen archivos. Lanza AjusteInvalido si algo está mal escrito.
    """
    return reglas_de(cargar().ajustes()), registro.slug


def _nombres(base: Base) -> list[str]:
    with base.leer() as sesion:
        return [p.nombre for p in perfiles(sesion)]


def abrir_base(url: str) -> Base:
    """La base, con sus tablas al día."""
    if url.startswith("sqlite:///"):
        _en_privado(url)
    base = Base(url)
    recordar(str(base.url.password or ""))
    migrar(base.motor)
    return base


def _en_privado(url: str) -> None:
    """El archivo de una base nueva nace legible sólo para la cuenta de Pregonero: guarda lo que la gente escribe.

    Al que ya estaba no se le toca: quien instala pudo dar permiso a su respaldo.
    """
    ruta = Path(make_url(url).database or "")
    ruta.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError, IsADirectoryError):
        os.close(os.open(ruta, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def abrir_escucha(variables: Variables, principal: Entorno, *, ajustes: Ajustes | None = None) -> EntornoDeEscucha:
    """Lo que hace falta para escuchar, además de lo de publicar. Lanza AjusteInvalido si algo está mal escrito."""
    ajustes = ajustes or variables.ajustes()
    for red in (
        *registro.CONECTORES,
        *registro.OYENTES,
    ):  # que un presupuesto mal escrito se sepa al arrancar, y no a media noche
        variables.escucha_encendida(red)
        variables.presupuesto_de(red)
    return EntornoDeEscucha(
        principal=principal,
        base=_base_de_escucha(ajustes),
        oyente=Conectores(
            variables,
            registro.oyente,
            plazo_total=principal.reglas.plazo_http,
            direccion_publica=_firmante(ajustes, lambda: _llavero(ajustes)),
        ).oyente,
        hechos_de=registro.hechos_de_escucha,
        encendida=variables.escucha_encendida,
        presupuesto=variables.presupuesto_de,
        archivos=ajustes.archivos.resolve(),
        red_de_medios=registro.DE_MEDIOS,
    )


def poner_archivos(escucha: EntornoDeEscucha, *, sin_carpeta: bool = False) -> tuple[Path, ...]:
    """Dejar en la carpeta de la oficina los archivos comentados que le falten; cuáles. Lanza OSError si no se puede.

    sin_carpeta: sólo si no existe; lo que la oficina quitó de la suya no vuelve a aparecer solo.
    """
    if sin_carpeta and escucha.archivos.exists():
        return ()
    return poner_muestras(escucha.archivos)


def _base_de_escucha(ajustes: Ajustes) -> Base:
    """La base de lo que se oye, con sus tablas al día: otro archivo en SQLite, la misma en PostgreSQL."""
    url = ajustes.base_de_escucha or ajustes.base
    if url == ajustes.base and url.startswith("sqlite:///"):
        url = f"sqlite:///{Path(url.removeprefix('sqlite:///')).with_name('escucha.db')}"
    if url.startswith("sqlite:///"):
        _en_privado(url)
    base = Base(url, duradera=False)
    recordar(str(base.url.password or ""))
    migrar(base.motor, ESCUCHAR)
    return base


def _hechos(variables: Variables, ajustes: Ajustes) -> Callable[[str], Capacidades]:
    """Los hechos de cada red. Sólo a las redes imitadas en esta máquina se les puede acortar la cuarentena."""
    de_pruebas = timedelta(seconds=ajustes.cuarentena_de_pruebas_s)

    def capacidades_de(red: str) -> Capacidades:
        hechos = registro.clase(red).capacidades
        if de_pruebas and _es_de_esta_maquina(variables.url_de(red)):
            return replace(hechos, cuarentena=de_pruebas)
        return hechos

    return capacidades_de


def _es_de_esta_maquina(url: str) -> bool:
    try:
        return ipaddress.ip_address(urlsplit(url).hostname or "").is_loopback
    except ValueError:  # vacía, o un nombre: la red de verdad, hasta que se demuestre lo contrario
        return False


def reglas_de(ajustes: Ajustes) -> Reglas:
    def segundos(valor: float) -> timedelta:
        return timedelta(seconds=valor)

    return Reglas(
        zona=ZoneInfo(ajustes.zona),
        hilos=ajustes.hilos,
        arriendo=segundos(ajustes.arriendo_s),
        limite_envio=segundos(ajustes.limite_envio_s),
        plazo_http=segundos(ajustes.plazo_http_s),
        cuarentena=segundos(ajustes.cuarentena_s),
        entre_miradas=segundos(ajustes.entre_miradas_s),
        espera_minima=segundos(ajustes.espera_minima_s),
        espera_maxima=segundos(ajustes.espera_maxima_s),
        tolerancia=timedelta(minutes=ajustes.tolerancia_min),
        separacion=segundos(ajustes.separacion_s),
        texto_alternativo=TextoAlternativo(ajustes.texto_alternativo),
        dominios_propios=ajustes.dominios,
        coordinacion=ajustes.coordinacion,
        escucha=ReglasDeEscucha(
            activa=ajustes.escuchar,
            pasado=timedelta(days=ajustes.pasado_dias),
            vida_de_mensajes=timedelta(days=ajustes.mensajes_dias),
            vida_de_respuestas=timedelta(days=ajustes.respuestas_dias),
            falsas_alarmas=ajustes.falsas_alarmas_al_mes,
        ),
        avisos=reglas_de_avisos(ajustes),
    )


def reglas_de_avisos(ajustes: Ajustes) -> ReglasDeAvisos:
    desde, _, hasta = ajustes.callar.partition("-")
    return ReglasDeAvisos(
        escalar_a=ajustes.lista_de_escalar,
        escalar_tras=timedelta(minutes=ajustes.escalar_min),
        callar=(_hora(desde), _hora(hasta)) if hasta else None,
        resumen_diario=None if ajustes.resumen_diario == "no" else _hora(ajustes.resumen_diario),
        resumen_semanal=None if ajustes.resumen_semanal == "no" else DIAS.index(ajustes.resumen_semanal),
        url_del_panel=ajustes.url_publica.rstrip("/"),
    )


def _hora(escrita: str) -> time:
    horas, _, minutos = escrita.partition(":")
    return time(int(horas), int(minutos))
