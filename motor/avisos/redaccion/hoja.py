"""El html de los correos: tablas y estilos en línea, que es lo que entienden Outlook, Gmail y un teléfono. Puro.

Todo texto ajeno pasa por `_t`: un mensaje de la calle no puede meter html en el correo de la coordinadora.
"""

from collections.abc import Iterable, Sequence
from html import escape

from motor.avisos.redaccion.ajenos import sitio_de

TINTA, SUAVE, PAPEL, FONDO, RAYA = "#1f2933", "#52606d", "#ffffff", "#eef1f4", "#d9dfe5"
TONOS = {"alza": "#b42318", "calma": "#1f7a4d", "resumen": "#1d4e89"}
_LETRA = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
_ARRIBA = "<!--encabezado-->"


def _t(texto: str) -> str:
    return escape(texto, quote=True)


def _fila(contenido: str, *, arriba: int = 0, abajo: int = 0) -> str:
    return (
        f'<tr><td style="padding:{arriba}px 20px {abajo}px 20px;{_LETRA}font-size:16px;line-height:1.45;'
        f'color:{TINTA};">'
        f"{contenido}</td></tr>\n"
    )


def titulo(texto: str) -> str:
    return _fila(
        f'<h1 style="margin:0;font-size:22px;line-height:1.25;font-weight:700;color:{TINTA};">{_t(texto)}</h1>',
        arriba=18,
    )


def subtitulo(texto: str) -> str:
    return _fila(
        f'<h2 style="margin:0;font-size:17px;line-height:1.3;font-weight:700;color:{TINTA};">{_t(texto)}</h2>',
        arriba=20,
        abajo=4,
    )


def parrafo(texto: str) -> str:
    return _fila(_t(texto), arriba=8)


def nota(texto: str) -> str:
    return _fila(f'<span style="font-size:14px;color:{SUAVE};">{_t(texto)}</span>', arriba=4)


def cifra(numero: str, de_que: str, comun: str, veces: str) -> str:
    """El número grande, y a su lado de qué es y qué es lo normal."""
    cola = f'<br><b style="color:{TONOS["alza"]};">{_t(veces)}</b>' if veces else ""
    return _fila(
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
        f'<td style="padding:0 14px 0 0;{_LETRA}font-size:52px;line-height:1;font-weight:700;color:{TONOS["alza"]};">'
        f"{_t(numero)}</td>"
        f'<td style="{_LETRA}font-size:16px;line-height:1.35;color:{TINTA};"><b>{_t(de_que)}</b><br>'
        f"{_t(comun)}{cola}</td>"
        "</tr></table>",
        arriba=12,
    )


def datos(filas: Sequence[tuple[str, str]]) -> str:
    renglones = "".join(
        f'<tr><td valign="top" style="padding:5px 12px 5px 0;{_LETRA}font-size:15px;line-height:1.4;color:{SUAVE};'
        f'white-space:nowrap;">{_t(nombre)}</td>'
        f'<td valign="top" style="padding:5px 0;{_LETRA}font-size:15px;line-height:1.4;color:{TINTA};">'
        f"{_t(valor)}</td></tr>"
        for nombre, valor in filas
    )
    return _fila(
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="border-top:1px solid {RAYA};">{renglones}</table>',
        arriba=12,
    )


def tabla(cabeza: Sequence[str], filas: Iterable[Sequence[str]]) -> str:
    """Una tabla de verdad: la primera columna es texto; las demás, números a la derecha."""

    def celda(n: int, valor: str, etiqueta: str) -> str:
        lado = "left" if n == 0 else "right"
        color, peso = (SUAVE, "600") if etiqueta == "th" else (TINTA, "400")
        return (
            f'<{etiqueta} align="{lado}" style="padding:6px 0 6px {0 if n == 0 else 10}px;'
            f'border-bottom:1px solid {RAYA};{_LETRA}font-size:15px;line-height:1.3;font-weight:{peso};color:{color};">'
            f"{_t(valor)}</{etiqueta}>"
        )

    renglones = [f"<tr>{''.join(celda(n, v, 'th') for n, v in enumerate(cabeza))}</tr>"]
    renglones += [f"<tr>{''.join(celda(n, v, 'td') for n, v in enumerate(fila))}</tr>" for fila in filas]
    return _fila(
        f'<table width="100%" cellpadding="0" cellspacing="0" border="0">{"".join(renglones)}</table>', arriba=4
    )


def pasos(lista: Sequence[str]) -> str:
    renglones = "".join(f'<li style="margin:0 0 4px 0;">{_t(paso)}</li>' for paso in lista)
    return _fila(
        f'<b>Qué hacer</b><ul style="margin:4px 0 0 0;padding:0 0 0 20px;">{renglones}</ul>', arriba=10, abajo=4
    )


def botones(enlaces: Sequence[tuple[str, str]]) -> str:
    """El primero, lleno; los demás, de contorno."""
    celdas = []
    for n, (dicho, url) in enumerate(enlaces):
        fondo, letra = (TONOS["resumen"], PAPEL) if n == 0 else (PAPEL, TONOS["resumen"])
        celdas.append(
            f'<td bgcolor="{fondo}" style="border:2px solid {TONOS["resumen"]};border-radius:6px;">'
            f'<a href="{_t(url)}" style="display:inline-block;padding:10px 16px;{_LETRA}font-size:16px;font-weight:700;'
            f'color:{letra};text-decoration:none;">{_t(dicho)}</a></td><td width="10" style="font-size:0;">&nbsp;</td>'
        )
    return _fila(
        f'<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>{"".join(celdas)}</tr></table>',
        arriba=8,
        abajo=6,
    )


def contestar(enlace: str, como: Sequence[str], *, panel: str = "") -> str:
    """Los botones o, sin dirección pública, cómo se hace desde el servidor."""
    if enlace:
        en_el_panel = [("Ver en el panel", panel)] if panel else []
        return botones([("Enterada", enlace), ("Silenciar este tema", f"{enlace}#silenciar"), *en_el_panel])
    return ordenes(como)


def ordenes(lista: Sequence[str]) -> str:
    """Cómo contestar desde el servidor, cuando no hay página."""
    renglones = "<br>".join(_t(o) for o in lista)
    return _fila(f'<span style="font-size:14px;color:{SUAVE};">{renglones}</span>', arriba=4)


def imagen(cid: str, alternativo: str) -> str:
    return _fila(
        f'<img src="cid:{_t(cid)}" alt="{_t(alternativo)}" width="560" '
        f'style="display:block;width:100%;max-width:560px;height:auto;border:0;border-radius:4px;background:{PAPEL};">',
        arriba=14,
    )


def cita(quien: str, texto: str, url: str) -> str:
    """Del enlace se dice a dónde lleva: lo puso la red, o quien escribió, y no siempre es la red."""
    enlace = ""
    if sitio := sitio_de(url):
        enlace = f'<br><a href="{_t(url)}" style="color:{TONOS["resumen"]};font-size:15px;">Abrir en {_t(sitio)}</a>'
    return _fila(
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>'
        f'<td style="border-left:3px solid {RAYA};padding:2px 0 2px 12px;{_LETRA}font-size:15px;line-height:1.4;'
        f'color:{TINTA};"><span style="font-size:14px;color:{SUAVE};">{_t(quien)}</span><br>{_t(texto)}{enlace}</td>'
        "</tr></table>",
        arriba=8,
    )


def palabras(lista: Sequence[tuple[str, int]]) -> str:
    dichas = " ".join(
        f'<span style="display:inline-block;margin:0 6px 6px 0;padding:3px 9px;border-radius:12px;background:{FONDO};'
        f'color:{TINTA};font-size:15px;">{_t(palabra)}&nbsp;<span style="color:{SUAVE};">{n}</span></span>'
        for palabra, n in lista
    )
    return _fila(dichas, arriba=4)


def pagina(asunto: str, *, adelanto: str, bloques: Sequence[str], pie: str, tono: str) -> str:
    """adelanto: lo que el buzón enseña junto al asunto, antes de abrirlo."""
    return (
        '<!DOCTYPE html>\n<html lang="es-MX"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light"><meta name="supported-color-schemes" content="light">'
        f"<title>{_t(asunto)}</title></head>\n"
        f'<body style="margin:0;padding:0;background:{FONDO};">\n'
        f'<div style="display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;color:{FONDO};">'
        f"{_t(adelanto)}{'&#8199;&#65279;' * 30}</div>\n"
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="{FONDO}">'
        '<tr><td align="center" style="padding:12px 8px;">\n'
        f'<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" bgcolor="{PAPEL}" '
        f'style="width:100%;max-width:600px;background:{PAPEL};border-top:6px solid {TONOS[tono]};">\n{_ARRIBA}'
        f"{''.join(bloques)}"
        f'<tr><td style="padding:22px 20px 18px 20px;{_LETRA}font-size:13px;line-height:1.4;color:{SUAVE};">'
        f"{_t(pie)}<br>Pregonero, el pregonero del ayuntamiento</td></tr>\n"
        "</table>\n</td></tr></table>\n</body></html>\n"
    )


def con_encabezado(html: str, frase: str) -> str:
    """La misma página con una banda arriba."""
    banda = (
        f'<tr><td bgcolor="#fff4e5" style="padding:12px 20px;{_LETRA}font-size:16px;line-height:1.4;font-weight:700;'
        f'color:#7a4100;">{_t(frase)}</td></tr>\n'
    )
    return html.replace(_ARRIBA, _ARRIBA + banda, 1)
