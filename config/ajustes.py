"""Los ajustes: variables `PREGONERO_…` del entorno o del archivo `.env`, leídos una vez y sin cambiar después.

Toda variable admite la forma `…_FILE` con la ruta de un archivo que contiene el valor (secretos de systemd o de
contenedores). Las credenciales de las redes no se declaran aquí: cada conector dice cuáles necesita y se leen con
`Ajustes.credencial`, para que añadir una red no toque esta sala.
"""

import os
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

PREFIJO = "PREGONERO_"


DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_HORA = r"([01]?\d|2[0-3]):[0-5]\d"


class AjusteInvalido(ValueError):
    """Una variable está mal; el mensaje dice cuál y cómo corregirla."""


class Ajustes(BaseModel):
    """Lo que se puede ajustar sin tocar el código; lo que no está, tiene un valor sensato."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    base: str = Field(
        "sqlite:///datos/pregonero.db",
        repr=False,  # la de PostgreSQL lleva su clave
        description="Base de datos: sqlite:///ruta o postgresql://usuario:clave@servidor/base.",
    )
    buzon: Path = Field(Path("datos/buzon"), description="Carpeta compartida donde los editores sueltan archivos.")
    acervo: Path = Field(Path("datos/acervo"), description="Carpeta donde se guardan imágenes y videos.")
    zona: str = Field("America/Mexico_City", description="Zona horaria de la oficina (nombre IANA).")

    hilos: int = Field(16, ge=1, le=256, description="Publicaciones a la vez, a lo más.")
    tolerancia_min: int = Field(60, ge=1, description="Minutos de retraso tras los que decide una persona.")
    separacion_s: int = Field(60, ge=0, description="Segundos mínimos entre dos publicaciones de un perfil.")
    texto_alternativo: str = Field(
        "avisar", pattern="^(avisar|rechazar)$", description="Imagen sin texto alternativo: avisar o rechazar."
    )
    dominios_propios: str = Field(
        "", description="Dominios del municipio, separados por comas: sus enlaces llevan utm_content."
    )
    reposo_s: float = Field(2.0, gt=0, description="Segundos que un archivo debe llevar quieto para tomarlo.")
    recorrido_s: float = Field(3.0, gt=0, description="Cada cuántos segundos se mira la carpeta de entrada.")

    escuchar: bool = Field(True, description="Escuchar lo que dice la gente, además de publicar: si o no.")
    base_de_escucha: str = Field(
        "",
        repr=False,
        description="Base de lo que se oye; vacía: escucha.db junto a la otra (SQLite), o la misma (PostgreSQL).",
    )
    archivos: Path = Field(
        Path("config"), description="Carpeta con monitores.toml, fuentes.toml, avisos.toml, horarios.toml y lugares/."
    )
    pasado_dias: int = Field(
        30, ge=0, le=730, description="Días de pasado que se traen la primera vez que se oye algo."
    )
    mensajes_dias: int = Field(180, ge=1, description="Días que se guarda lo que dice la gente; los conteos se quedan.")
    respuestas_dias: int = Field(
        1825,
        ge=0,
        description="Días que se guardan los comentarios públicos a lo que se publicó; 0: como los demás mensajes.",
    )
    falsas_alarmas_al_mes: float = Field(
        1, gt=0, le=30, description="Falsas alarmas que se toleran por monitor y mes; menos es más callado."
    )

    arriendo_s: float = Field(60, gt=0, description="Segundos que una entrega es de quien la reclamó.")
    limite_envio_s: float = Field(10, gt=0, description="Segundos entre escribir la intención y enviar.")
    plazo_http_s: float = Field(30, gt=0, description="Segundos que dura a lo más una petición, con su respuesta.")
    cuarentena_s: float = Field(60, gt=0, description="Segundos antes de creer que algo no salió.")
    cuarentena_de_pruebas_s: float = Field(
        0,
        ge=0,
        description="Sólo para pruebas: acorta la cuarentena propia de las redes imitadas en esta máquina (su URL es "
        "127.0.0.1); a las de verdad no las toca.",
    )
    entre_miradas_s: float = Field(20, gt=0, description="Segundos entre dos miradas a la red tras una duda.")
    espera_minima_s: float = Field(5, gt=0, description="Segundos de espera tras el primer fallo.")
    espera_maxima_s: float = Field(600, gt=0, description="Segundos de espera, a lo más, entre dos intentos.")

    smtp_servidor: str = Field("", description="Servidor de correo; vacío: no se mandan avisos.")
    smtp_puerto: int = Field(587, description="Puerto SMTP.")
    smtp_cifrado: str = Field(
        "starttls", pattern="^(starttls|tls|ninguno)$", description="starttls (587), tls (465) o ninguno."
    )
    smtp_usuario: str = Field("", description="Usuario SMTP; vacío: sin autenticación.")
    smtp_clave: SecretStr = Field(SecretStr(""), description="Clave SMTP.")
    smtp_certificados: Path | None = Field(None, description="Archivo de autoridades propias, si las hay.")
    correo_remitente: str = Field("", description="De quién son los avisos (por ejemplo pregonero@municipio.gob.mx).")
    correo_coordinacion: str = Field("", max_length=1000, description="A quién se avisa, separados por comas.")
    escalar_a: str = Field("", max_length=1000, description="A quién se avisa si nadie atiende, separados por comas.")
    escalar_min: int = Field(60, ge=5, description="Minutos sin que nadie atienda, antes de avisar a alguien más.")
    callar: str = Field("", description="Horas en que los avisos esperan a la mañana, como 22:00-07:00; vacía: nunca.")
    resumen_diario: str = Field("08:00", description="Hora del resumen de cada día; «no» para no mandarlo.")
    resumen_semanal: str = Field(
        "lunes", description="Día del resumen de la semana (lunes…domingo); «no» para no mandarlo."
    )
    canales: SecretStr = Field(
        SecretStr(""),
        description="Otros canales para los avisos, separados por espacios: direcciones de Apprise "
        "(tgram://…, slack://…).",
    )

    url_publica: str = Field(
        "",
        description="Dirección pública https del panel: con ella llega la gente, los avisos llevan el botón "
        "«enterada», y de ahí descarga Instagram las imágenes.",
    )
    clave_de_firma: SecretStr = Field(
        SecretStr(""),
        description="Secreto con que se firman los enlaces de los avisos y esas imágenes; vacío: uno propio, con las "
        "llaves.",
    )
    panel_puerto: int = Field(8080, ge=0, le=65535, description="Puerto local del panel; 0: sin panel.")
    panel_direccion: str = Field(
        "127.0.0.1", description="Dirección en que escucha el panel; lo demás se lo pasa el proxy con TLS."
    )
    segundo_factor: str = Field(
        "",
        description="A qué roles se les exige el segundo factor para usar el panel, separados por comas "
        "(administrador, coordinador…); vacío: a nadie.",
    )
    llaves: Path = Field(
        Path("datos/llaves"), description="Carpeta de las llaves con que se cifran las credenciales; fuera de la base."
    )
    idioma: str = Field(
        "es_MX",
        pattern="^[a-z]{2}(_[A-Z]{2})?$",
        description="Idioma del panel: es_MX, o el de una carpeta de panel/textos/.",
    )
    bitacora: str = Field("texto", pattern="^(texto|json)$", description="Forma de la bitácora: texto o json.")

    @field_validator("zona")
    @classmethod
    def _zona_existe(cls, valor: str) -> str:
        try:
            ZoneInfo(valor)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: el nombre de una carpeta («Mexico»)
            raise ValueError(f"la zona «{valor}» no existe; escriba una como America/Mexico_City") from error
        return valor

    @field_validator("escuchar", mode="before")
    @classmethod
    def _si_o_no(cls, valor: object) -> object:
        return es_si(valor) if isinstance(valor, str) else valor

    @field_validator("callar")
    @classmethod
    def _callar_se_entiende(cls, valor: str) -> str:
        if valor and not re.fullmatch(rf"{_HORA}-{_HORA}", valor):
            raise ValueError("escriba dos horas, como 22:00-07:00")
        return valor

    @field_validator("resumen_diario")
    @classmethod
    def _hora_del_resumen(cls, valor: str) -> str:
        if valor != "no" and not re.fullmatch(_HORA, valor):
            raise ValueError("escriba una hora, como 08:00, o «no»")
        return valor

    @field_validator("resumen_semanal")
    @classmethod
    def _dia_del_resumen(cls, valor: str) -> str:
        if valor not in (*DIAS, "no"):
            raise ValueError("escriba un día, como lunes, o «no»")
        return valor

    @field_validator("correo_coordinacion", "correo_remitente", "escalar_a")
    @classmethod
    def _parecen_direcciones(cls, valor: str) -> str:
        for direccion in _lista(valor):
            if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", direccion):
                raise ValueError(f"«{direccion}» no parece una dirección de correo; separe varias con comas")
        return valor

    @property
    def coordinacion(self) -> tuple[str, ...]:
        return _lista(self.correo_coordinacion)

    @property
    def lista_de_escalar(self) -> tuple[str, ...]:
        return _lista(self.escalar_a)

    @property
    def lista_de_canales(self) -> tuple[str, ...]:
        return tuple(self.canales.get_secret_value().split())

    @property
    def roles_con_segundo_factor(self) -> tuple[str, ...]:
        return tuple(r.lower() for r in _lista(self.segundo_factor))

    @property
    def dominios(self) -> tuple[str, ...]:
        return tuple(d.lower() for d in _lista(self.dominios_propios))


def es_si(texto: str) -> bool:
    """Lanza ValueError si no es ni sí ni no."""
    respuesta = texto.strip().lower()
    if respuesta in ("si", "sí", "1", "true"):
        return True
    if respuesta in ("no", "0", "false", ""):
        return False
    raise ValueError("escriba si o no")


def _lista(texto: str) -> tuple[str, ...]:
    return tuple(p.strip() for p in texto.split(",") if p.strip())


class Variables:
    """Las variables `PREGONERO_…` tal como están escritas: los ajustes y las credenciales de las redes."""

    def __init__(self, valores: Mapping[str, str]) -> None:
        self._valores = dict(valores)

    def __repr__(self) -> str:
        return f"Variables({len(self._valores)} leídas)"

    def credencial(self, red: str, clave: str, *, perfil: str = "") -> str:
        """La credencial de una red, o la de un perfil suyo si la tiene propia; vacía si no está.

        `PREGONERO_X_ACCESS_TOKEN` vale para todos los perfiles de X; `PREGONERO_X_ACCESS_TOKEN__X_DIF`, sólo para el
        perfil «x-dif».
        """
        general = f"{PREFIJO}{_nombre(red)}_{_nombre(clave)}"
        propia = f"{general}__{_nombre(perfil)}" if perfil else general
        return self._valores.get(propia) or self._valores.get(general, "")

    def url_de(self, red: str) -> str:
        """A dónde mandar las peticiones de una red (vacía: a la de verdad)."""
        return self._valores.get(f"{PREFIJO}{_nombre(red)}_URL", "")

    def escucha_encendida(self, red: str) -> bool:
        """`PREGONERO_X_ESCUCHA=si` enciende la escucha de una red que viene apagada. Lanza AjusteInvalido si no es
        sí o no.
        """
        nombre = f"{PREFIJO}{_nombre(red)}_ESCUCHA"
        try:
            return es_si(self._valores.get(nombre, "no"))
        except ValueError as error:
            raise AjusteInvalido(f"{nombre}: {error}.") from None

    def presupuesto_de(self, red: str) -> Decimal:
        """`PREGONERO_X_PRESUPUESTO_USD`: lo más que se puede gastar al mes. Lanza AjusteInvalido si no es un número."""
        nombre = f"{PREFIJO}{_nombre(red)}_PRESUPUESTO_USD"
        try:
            dolares = Decimal(self._valores.get(nombre, "").strip() or "0")
        except InvalidOperation:
            raise AjusteInvalido(f"{nombre}: debe ser un número de dólares, como 25 o 12.50.") from None
        if not dolares.is_finite() or dolares < 0:
            raise AjusteInvalido(f"{nombre}: debe ser 0 o más.")
        return dolares

    def ajustes(self) -> Ajustes:
        """Lanza AjusteInvalido diciendo qué variable corregir."""
        campos = {n: self._valores[PREFIJO + n.upper()] for n in Ajustes.model_fields if self._tiene(n)}
        try:
            return Ajustes(**campos)  # type: ignore[arg-type] # pydantic convierte los textos
        except ValidationError as error:
            faltas = " ".join(_falta(e) for e in error.errors(include_input=False, include_url=False))
            raise AjusteInvalido(f"Hay ajustes mal escritos; corríjalos en .env. {faltas}") from None

    def _tiene(self, campo: str) -> bool:
        return bool(self._valores.get(PREFIJO + campo.upper(), "").strip())


_MOTIVOS = {
    "int_parsing": "debe ser un número entero",
    "int_from_float": "debe ser un número entero",
    "float_parsing": "debe ser un número",
    "finite_number": "debe ser un número",
    "greater_than": "debe ser mayor que {gt}",
    "greater_than_equal": "debe ser {ge} o más",
    "less_than_equal": "debe ser {le} o menos",
    "string_pattern_mismatch": "no es una de las opciones",
    "string_too_long": "es demasiado larga (más de {max_length} caracteres)",
}


def _falta(error: Any) -> str:
    """«PREGONERO_HILOS debe ser 1 o más. Publicaciones a la vez, a lo más.»"""
    campo = str(error["loc"][0])
    motivo = _MOTIVOS.get(error["type"], error["msg"].removeprefix("Value error, ")).format(**error.get("ctx", {}))
    return f"{PREFIJO}{campo.upper()}: {motivo}. {Ajustes.model_fields[campo].description}"


def _nombre(texto: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in texto).upper()


def cargar(entorno: Mapping[str, str] | None = None, *, archivo: Path = Path(".env")) -> Variables:
    """Leer las variables del archivo y, por encima, las del entorno; las `…_FILE` se cambian por su contenido.

    Lanza AjusteInvalido si un archivo señalado no se puede leer.
    """
    del_archivo = {k: v for k, v in dotenv_values(archivo).items() if v is not None} if archivo.is_file() else {}
    juntas = {**del_archivo, **(os.environ if entorno is None else entorno)}
    valores = {k: v for k, v in juntas.items() if k.startswith(PREFIJO)}
    for nombre in [n for n in valores if n.endswith("_FILE")]:
        ruta = Path(valores.pop(nombre))
        try:
            valores[nombre.removesuffix("_FILE")] = ruta.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            motivo = "no es un texto" if isinstance(error, UnicodeDecodeError) else error.strerror
            raise AjusteInvalido(f"{nombre} señala un archivo que no se puede leer: {motivo}.") from None
    return Variables(valores)
