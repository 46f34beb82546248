"""La página que abre el enlace de un aviso: decir «enterada» o silenciar el tema, desde el teléfono y sin contraseña.

Abrirla no hace nada: los antivirus de correo abren los enlaces antes que la persona. Lo hace el botón (POST).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from urllib.parse import parse_qs

from modelos import Historia
from motor.avisos.enterada.enlaces import CAMINO, Enlaces
from motor.avisos.historias.historia import atender, monitores
from motor.avisos.historias.mesa import Mesa
from motor.avisos.historias.silencio import silenciar, silencio_vigente
from motor.avisos.redaccion import frases
from motor.entorno import Entorno
from motor.legible import instante_legible
from motor.medios_publicos import Respuesta

QUIEN = "desde el correo"
HORAS = 4


@dataclass(frozen=True, slots=True)
class PaginaDeAvisos:
    """Contesta lo que se pide bajo /avisos/."""

    entorno: Entorno
    enlaces: Enlaces
    mesa: Mesa
    camino: str = CAMINO

    def contestar(self, metodo: str, direccion: str, cuerpo: str) -> Respuesta:
        ahora = self.entorno.reloj.ahora()
        historia_id = self.enlaces.abrir(direccion, ahora)
        if historia_id is None:
            return Respuesta(404, _hoja("Este enlace ya no sirve", _parrafo(CADUCADO)))
        hecho = ""
        if metodo == "POST":
            hecho = self._hacer(historia_id, parse_qs(cuerpo).get("accion", [""])[0], ahora)
            if not hecho:
                return Respuesta(400, _hoja("No se entendió", _parrafo("Vuelva al correo y abra otra vez el enlace.")))
        return self._ensenar(historia_id, hecho, ahora=ahora)

    def _hacer(self, historia_id: int, accion: str, ahora: datetime) -> str:
        """Lo que pide el botón, y cómo se dice que ya está; vacío si no se entiende. Silenciar es estar enterada."""
        hasta = {"cuatro": ahora + timedelta(hours=HORAS), "hoy": _manana(ahora, self.mesa)}.get(accion)
        if accion != "enterada" and hasta is None:
            return ""
        with self.entorno.base.escribir() as sesion:
            historia = atender(sesion, historia_id, quien=QUIEN, ahora=ahora)
            if historia is None:
                return ""
            if hasta is None:
                return "Listo: queda anotado que está enterada."
            temas = [historia.clave, *(f"monitor:{m}" for m in monitores(historia))]
            silenciar(sesion, list(dict.fromkeys(temas)), ahora=ahora, hasta=hasta, por=QUIEN)
        return f"Listo: no le llegará nada de este tema hasta {self._hasta(hasta)}. Lo que pase se le contará después."

    def _ensenar(self, historia_id: int, hecho: str, *, ahora: datetime) -> Respuesta:
        with self.entorno.base.leer() as sesion:
            historia = sesion.get(Historia, historia_id)
            if historia is None:
                return Respuesta(404, _hoja("Este enlace ya no sirve", _parrafo(CADUCADO)))
            callada = silencio_vigente(sesion, {historia.clave}, ahora)
        partes = [_hecho(hecho)] if hecho else []
        partes.append(_parrafo(historia.detalle))
        partes.append(_parrafo(self._estado(historia, ahora), suave=True))
        if callada is not None and not hecho:
            partes.append(_parrafo(f"Silenciado hasta {self._hasta(callada)}.", suave=True))
        if historia.atendida_en is None:
            partes.append(_boton("enterada", "Enterada", lleno=True))
        if callada is None and historia.cerrada_en is None:
            partes.append('<h2 id="silenciar">Silenciar este tema</h2>')
            partes.append(_boton("cuatro", f"{HORAS} horas"))
            partes.append(_boton("hoy", "Lo que queda de hoy"))
        return Respuesta(200, _hoja(historia.asunto, "".join(partes)))

    def _estado(self, historia: Historia, ahora: datetime) -> str:
        zona = self.mesa.zona
        desde = f"{frases.las(historia.abierta_en, zona)} {frases.el_dia(historia.abierta_en, ahora, zona)}"
        partes = [f"Se avisó a {desde}."]
        if historia.atendida_en is not None:
            quien = "" if historia.atendida_por == QUIEN else f" ({historia.atendida_por})"
            partes.append(f"Enterada a {frases.las(historia.atendida_en, zona)}{quien}.")
        if historia.cerrada_en is not None:
            partes.append("Ya volvió a lo normal.")
        return " ".join(partes)

    def _hasta(self, instante: datetime) -> str:
        return instante_legible(instante, self.mesa.zona)


CADUCADO = "Los enlaces de los avisos valen siete días. Si necesita algo de éste, pídalo a la persona de sistemas."


def _manana(ahora: datetime, mesa: Mesa) -> datetime:
    """La medianoche local que sigue."""
    dia = ahora.astimezone(mesa.zona).date() + timedelta(days=1)
    return datetime.combine(dia, datetime.min.time(), mesa.zona)


def _parrafo(texto: str, *, suave: bool = False) -> str:
    return f"<p{' class=suave' if suave else ''}>{escape(texto)}</p>" if texto else ""


def _hecho(texto: str) -> str:
    return f'<p class="hecho">{escape(texto)}</p>'


def _boton(accion: str, dicho: str, *, lleno: bool = False) -> str:
    """Sin `action`: vuelve a la misma dirección firmada, también si el proxy inverso le puso un camino delante."""
    return (
        '<form method="post">'
        f'<button name="accion" value="{accion}"{" class=lleno" if lleno else ""}>{escape(dicho)}</button></form>'
    )


def _hoja(titulo: str, cuerpo: str) -> str:
    return (
        '<!DOCTYPE html><html lang="es-MX"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(titulo)}</title><style>{_ESTILO}</style></head>'
        f"<body><main><h1>{escape(titulo)}</h1>{cuerpo}</main></body></html>"
    )


_ESTILO = (
    "body{margin:0;background:#eef1f4;color:#1f2933;font:17px/1.45 -apple-system,'Segoe UI',Roboto,Arial,sans-serif}"
    "main{max-width:30rem;margin:0 auto;padding:20px;background:#fff;border-top:6px solid #1d4e89;min-height:100vh;"
    "box-sizing:border-box}h1{font-size:22px;line-height:1.25;margin:.2em 0 .5em}h2{font-size:17px;margin:1.6em 0 .4em}"
    ".suave{color:#52606d;font-size:15px}.hecho{background:#e3f4ea;color:#14532d;padding:12px;border-radius:6px;"
    "font-weight:600}button{display:block;width:100%;margin:10px 0;padding:14px;font:inherit;font-weight:700;"
    "border:2px solid #1d4e89;border-radius:6px;background:#fff;color:#1d4e89}"
    "button.lleno{background:#1d4e89;color:#fff}"
    "button:focus-visible{outline:3px solid #f0b429}"
)
