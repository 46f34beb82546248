"""La página donde una persona mira qué ha publicado cada red imitada. No carga nada de fuera."""

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from simulador.correo import Correo
from simulador.estado import REDES, Estado, Medio, Perfil, Publicada
from simulador.mensajes import Respuesta

NOMBRES = {"x": "X", "facebook": "Facebook", "instagram": "Instagram", "pinterest": "Pinterest"}
_DICHO = {
    "reset_antes": "conexión cortada antes de aceptar",
    "reset_despues": "respuesta perdida después de aceptar",
    "cuelgue": "sin respuesta",
    "error_500_antes": "error 500 sin aceptar",
    "error_500_despues": "error 500 después de aceptar",
    "truncado": "respuesta a medias",
    "html": "HTML en lugar de datos",
    "lento": "respuesta a gotas",
    "limite_429": "demasiadas peticiones",
    "token_vencido": "credencial vencida",
}
_TIPOS = {"publicacion": "publicación"}
_POR_COLUMNA = 30
_CORREOS = 20
_ENLACE = re.compile(r"(https?://\S+|(?<!\w)[#@]\w+)")
_ARCHIVOS = {"estilo.css": ("pagina.css", "text/css"), "refresco.js": ("pagina.js", "text/javascript")}
_SEGURIDAD = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'",
    "Cache-Control": "no-store",
}


@cache
def _leer(nombre: str) -> str:
    return files("simulador").joinpath(nombre).read_text(encoding="utf-8")


def atender(ruta: str, *, estado: Estado, fallos: dict[str, Any], correos: Sequence[Correo], base: str) -> Respuesta:
    if ruta == "/":
        html = dibujar(estado, fallos=fallos, correos=correos, base=base)
        return Respuesta(200, html.encode(), _SEGURIDAD, "text/html; charset=utf-8")
    archivo = _ARCHIVOS.get(ruta.removeprefix("/_pagina/"))
    if archivo is None:
        return Respuesta(404, b"", tipo="text/plain")
    return Respuesta(200, _leer(archivo[0]).encode(), _SEGURIDAD, f"{archivo[1]}; charset=utf-8")


def dibujar(estado: Estado, *, fallos: dict[str, Any], correos: Sequence[Correo], base: str) -> str:
    por_red = {red: estado.publicadas(red) for red in REDES}
    perfiles = {(p.red, p.id): p for p in estado.perfiles()}
    cuentas = [
        f'<span class="chip">{NOMBRES[red]} <b>{sum(not p.borrada for p in todas)}</b></span>'
        for red, todas in por_red.items()
    ]
    return Template(_leer("pagina.html")).substitute(
        cuentas="".join(cuentas),
        panel=_panel(estado, fallos),
        columnas="".join(_columna(red, todas, perfiles, base) for red, todas in por_red.items()),
        correos=_correos(correos),
    )


def _panel(estado: Estado, fallos: dict[str, Any]) -> str:
    """Los fallos y las demoras que se le pidieron al simulador; nada si no hay ninguno."""
    trozos: list[str] = []
    ocurridos = []
    for que, cuantos in fallos["ocurridos"].items():
        red, _, clase = que.partition(":")
        ocurridos.append(f'<span class="chip averia">{NOMBRES[red]}: {_DICHO[clase]} × {cuantos}</span>')
    if ocurridos:
        trozos += ["<strong>Fallos ocurridos</strong>", *ocurridos]
    pedidos = [f"{NOMBRES[r]}: {_DICHO[f['clase']]} × {f['veces']}" for r, cola in fallos["cola"].items() for f in cola]
    pedidos += [f"{NOMBRES[r]}: {_DICHO[c]} {t:.0%}" for r, tasas in fallos["tasas"].items() for c, t in tasas.items()]
    if pedidos:
        trozos += ["<strong>Pedidos</strong>", *(f'<span class="chip">{p}</span>' for p in pedidos)]
    demoras = [
        f'<span class="chip">{NOMBRES[red]}: {_segundos(a.latencia_s + a.latencia_azar_s)} en contestar, '
        f"{_segundos(a.retraso_listado_s + a.retraso_listado_azar_s)} en listar</span>"
        for red, a in estado.ajustes.items()
        if a.latencia_s or a.latencia_azar_s or a.retraso_listado_s or a.retraso_listado_azar_s
    ]
    if demoras:
        trozos += ["<strong>Demoras</strong>", *demoras]
    return f'<section class="panel">{"".join(trozos)}</section>' if trozos else ""


def _segundos(cuantos: float) -> str:
    return f"{cuantos * 1000:.0f} ms" if cuantos < 1 else f"{cuantos:.1f} s"


def _columna(red: str, todas: list[Publicada], perfiles: dict[tuple[str, str], Perfil], base: str) -> str:
    a_la_vista = todas[: -_POR_COLUMNA - 1 : -1]
    cuerpo = "".join(_tarjeta(p, perfiles.get((p.red, p.perfil))) for p in a_la_vista)
    if not todas:
        variable = f"PREGONERO_{red.upper()}_URL={base}/{red}"
        cuerpo = f'<p class="vacia">Todavía no se ha publicado nada.<code>{escape(variable)}</code></p>'
    if (resto := len(todas) - len(a_la_vista)) > 0:
        cuerpo += f'<p class="mas">y {resto:,} anteriores</p>'
    borradas = sum(p.borrada for p in todas)
    cuantas = f"{len(todas) - borradas:,} a la vista" + (
        f" · {borradas:,} borrada{'s' * (borradas > 1)}" if borradas else ""
    )
    titulo = f'<h2>{NOMBRES[red]} <span class="cuantas">{cuantas}</span></h2>'
    return f'<section class="red {red}">{titulo}{cuerpo}</section>'


def _tarjeta(p: Publicada, perfil: Perfil | None) -> str:
    nombre = perfil.nombre if perfil else p.perfil
    usuario = perfil.usuario if perfil else p.perfil
    partes = [
        f'<div class="autor"><span class="cara">{escape(_iniciales(nombre))}</span>'
        f'<p class="quien"><b>{escape(nombre)}</b><span>@{escape(usuario)} · {_hora(p)}</span></p></div>'
    ]
    if p.extra.get("respuesta_a"):
        partes.append(f'<p class="nota">↳ en respuesta a {escape(p.extra["respuesta_a"])}</p>')
    if p.titulo:
        partes.append(f'<h3 class="titulo">{escape(p.titulo)}</h3>')
    if p.texto:
        partes.append(f'<p class="texto">{_con_enlaces(p.texto)}</p>')
    if p.enlace:
        partes.append(f'<p class="enlace-suelto">{escape(p.enlace)}</p>')
    if p.extra.get("encuesta"):
        opciones = "".join(f"<li>{escape(o)}</li>" for o in p.extra["encuesta"]["options"])
        partes.append(f'<ul class="encuesta">{opciones}</ul>')
    if p.medios:
        partes.append(_medios(p.medios))
    marcas = f'<span class="marca">{escape(_TIPOS.get(p.tipo, p.tipo))}</span>'
    if p.borrada:
        marcas += '<span class="marca mal">borrada</span>'
    partes.append(f'<div class="datos">{marcas}<code>{escape(p.id)}</code></div>')
    return f'<article class="tarjeta{" borrada" if p.borrada else ""}">{"".join(partes)}</article>'


def _hora(p: Publicada) -> str:
    return f'<time datetime="{p.instante.isoformat()}">{p.instante.astimezone():%H:%M:%S}</time>'


def _iniciales(nombre: str) -> str:
    largas = [palabra for palabra in nombre.split() if len(palabra) > 2] or nombre.split() or ["·"]
    return "".join(palabra[0] for palabra in largas[:2]).upper()


def _con_enlaces(texto: str) -> str:
    trozos = _ENLACE.split(texto)
    return "".join(f'<span class="enlace">{escape(t)}</span>' if i % 2 else escape(t) for i, t in enumerate(trozos))


def _medios(medios: tuple[Medio, ...]) -> str:
    a_la_vista = medios[:4]
    return f'<div class="medios n{len(a_la_vista)}">{"".join(_medio(m) for m in a_la_vista)}</div>'


def _medio(m: Medio) -> str:
    if m.es_video:
        return f'<figure class="pelicula"><span><b>▶</b>video · {m.peso_bytes / 1e6:.1f} MB</span></figure>'
    alternativo = escape(m.texto_alternativo, quote=True)
    rotulo = f'<span class="alt" title="{alternativo}">{alternativo}</span>'
    if not alternativo:
        rotulo = '<span class="alt sin-alt">sin texto alternativo</span>'
    return f'<figure><img src="/_medios/{m.huella}" alt="{alternativo}" loading="lazy">{rotulo}</figure>'


def _correos(correos: Sequence[Correo]) -> str:
    if not correos:
        return ""
    filas = "".join(
        f"<details><summary><b>{escape(c.asunto)}</b><span>para {escape(', '.join(c.para))}</span>"
        f"<time>{c.llego_en.astimezone():%H:%M:%S}</time></summary><pre>{escape(c.texto)}</pre></details>"
        for c in correos[: -_CORREOS - 1 : -1]
    )
    return f'<section class="correos"><h2>Correos enviados ({len(correos)})</h2>{filas}</section>'
