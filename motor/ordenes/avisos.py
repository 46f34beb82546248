"""`pregonero avisos`: las historias abiertas, decir «enterada», silenciar, probar que el correo llega."""

from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text
from sqlalchemy import select
from sqlmodel import Session, col

from conectores.secretos import redactar
from modelos import Correo, EstadoDeCorreo, Historia, Monitor, Silencio
from motor.arranque import Oficina, abrir_oficina
from motor.avisos.avisador import mesa_de
from motor.avisos.aviso import Aviso, escribir
from motor.avisos.correo import Cartero
from motor.avisos.historias.historia import abiertas, atender, correos_de, monitores
from motor.avisos.historias.plazos import PlazoIlegible, escrito_hasta
from motor.avisos.historias.silencio import TODO, reanudar, silenciar, temas
from motor.avisos.pedidos.condiciones import AvisosMalEscritos
from motor.avisos.pedidos.menciones import ARCHIVO, leer_archivo
from motor.avisos.redaccion.muestra import pliego_de_muestra
from motor.avisos.resumen import Debido, juntar, mandar
from motor.avisos.voz import entregar
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import (
    con_errores_claros,
    consola,
    cuando,
    escribir_json,
    recorte,
    tabla,
    terminar,
)

app = Ordenes(help="Los avisos: qué pasa ahora, decir «enterada», silenciar un tema, probar el correo.")

QUIEN = "la orden"
CLASES = {"pico": "alza", "mencion": "mención", "perfil": "perfil", "duda": "duda", "meta": "meta"}
Id = Annotated[int, typer.Argument(metavar="NÚMERO", help="Número de la historia.")]
Ambito = Annotated[
    str,
    typer.Argument(
        metavar="QUÉ",
        help="El número de una historia, la clave de un monitor, «pico», «mencion», «meta», o «todo».",
    ),
]
EnJson = Annotated[bool, typer.Option("--json", help="Escribir JSON, para otros programas.")]


@app.callback(invoke_without_command=True)
@con_errores_claros
def lista(
    contexto: typer.Context,
    todas: Annotated[
        bool, typer.Option("--todas", help="También las que ya se cerraron, de los últimos 30 días.")
    ] = False,
    en_json: EnJson = False,
) -> None:
    """Las historias abiertas y lo que está silenciado."""
    if contexto.invoked_subcommand is not None:
        return
    entorno = abrir_oficina().entorno
    ahora, zona = entorno.reloj.ahora(), entorno.reglas.zona
    with entorno.base.leer() as sesion:
        historias = _del_mes(sesion, ahora) if todas else abiertas(sesion)
        silencios = _vigentes(sesion, ahora)
        nombres = {f"monitor:{m.id}": m.nombre for m in sesion.scalars(select(Monitor))}
    if en_json:
        dichos = [{"que": s.ambito, "hasta": s.hasta, "por": s.por, "motivo": s.motivo} for s in silencios]
        escribir_json({"historias": [_como_json(h) for h in historias], "silencios": dichos})
        return
    if not historias:
        consola.print("Ninguna historia abierta: nada se sale de lo normal.")
    else:
        cuadro = tabla("Historias", "N.º", "Desde", "Clase", "Qué", "Cómo va", enteras=("N.º", "Desde", "Clase"))
        for h in historias:
            que = f"{h.asunto}\n{recorte(h.detalle, 120)}" if h.detalle else h.asunto
            cuadro.add_row(str(h.id), cuando(h.abierta_en, zona), CLASES.get(h.clase, h.clase), Text(que), _estado(h))
        consola.print(cuadro)
        consola.print("Decir que ya lo sabe: [bold]pregonero avisos atender NÚMERO[/]")
    for s in silencios:
        que = nombres.get(s.ambito, s.ambito)
        quitar = f"pregonero avisos reanudar {s.ambito}"
        consola.print(f"Silenciado: {que}, hasta {cuando(s.hasta, zona)}. Quitar: {quitar}", markup=False)


@app.command()
@con_errores_claros
def ver(id_: Id, en_json: EnJson = False) -> None:
    """Una historia, con los correos que se han mandado de ella."""
    entorno = abrir_oficina().entorno
    zona = entorno.reglas.zona
    with entorno.base.leer() as sesion:
        historia = _obtener(sesion, id_)
        correos = correos_de(sesion, id_)
        orden = select(Monitor).where(col(Monitor.id).in_(monitores(historia)))
        temas = [m.nombre for m in sesion.scalars(orden)]
    if en_json:
        enviados = [
            {"asunto": c.asunto, "para": c.para, "estado": c.estado.value, "enviado_en": c.enviado_en, "error": c.error}
            for c in correos
        ]
        escribir_json({**_como_json(historia), "monitores": temas, "correos": enviados})
        return
    consola.print(f"[bold]Historia {historia.id}[/]: ", end="")
    consola.print(historia.asunto, markup=False)
    consola.print(historia.detalle or "—", markup=False)
    consola.print(f"Desde: {cuando(historia.abierta_en, zona)}   Cómo va: {_estado(historia)}")
    if temas:
        consola.print(f"La ven: {', '.join(temas)}", markup=False)
    cuadro = tabla("\nCorreos", "Salió", "Para", "Asunto", "Estado", enteras=("Salió", "Estado"))
    for c in correos:
        cuadro.add_row(cuando(c.enviado_en, zona), Text(c.para), Text(c.asunto), c.estado.value)
    consola.print(cuadro)
    if historia.atendida_en is None and historia.cerrada_en is None:
        consola.print(f"Decir que ya lo sabe: [bold]pregonero avisos atender {historia.id}[/]")


@app.command(name="atender")
@con_errores_claros
def atender_(
    id_: Id,
    quien: Annotated[str, typer.Option("--quien", metavar="NOMBRE", help="Quién la atiende.")] = QUIEN,
) -> None:
    """Decir «enterada»: nadie más será avisado de esa historia."""
    entorno = abrir_oficina().entorno
    ahora = entorno.reloj.ahora()
    with entorno.base.escribir() as sesion:
        antes = _obtener(sesion, id_).atendida_en
        historia = atender(sesion, id_, quien=quien, ahora=ahora)
    if antes is not None and historia is not None:
        consola.print(
            f"Ya estaba atendida desde {cuando(antes, entorno.reglas.zona)} ({escape(historia.atendida_por)})."
        )
        return
    consola.print(f"[green]✓[/] Anotado: la historia {id_} está atendida.")


@app.command(name="silenciar")
@con_errores_claros
def silenciar_(
    que: Ambito,
    horas: Annotated[
        float | None, typer.Option("--horas", metavar="N", min=0.1, max=24 * 90, help="Cuántas horas.")
    ] = None,
    hasta: Annotated[str, typer.Option("--hasta", metavar="CUÁNDO", help="Hasta cuándo: «mañana 9:00».")] = "",
    motivo: Annotated[str, typer.Option("--motivo", help="Por qué, para quien lo vea después.")] = "",
) -> None:
    """No mandar nada de un tema por un rato; lo que pase se contará al acabar."""
    if (horas is None) == (not hasta):
        terminar("Diga cuánto: --horas 4, o --hasta «mañana 9:00».")
    entorno = abrir_oficina().entorno
    ahora, zona = entorno.reloj.ahora(), entorno.reglas.zona
    fin = ahora + timedelta(hours=horas or 0)
    if hasta:
        try:
            fin = escrito_hasta(hasta, ahora=ahora, zona=zona)
        except PlazoIlegible as error:
            terminar(str(error))
    with entorno.base.escribir() as sesion:
        ambitos = _ambitos(sesion, que)
        silenciar(sesion, ambitos, ahora=ahora, hasta=fin, motivo=motivo, por=QUIEN)
    consola.print(f"[green]✓[/] Silenciado hasta {cuando(fin, zona)}. Lo que pase se contará después.")


@app.command(name="reanudar")
@con_errores_claros
def reanudar_(que: Ambito = TODO) -> None:
    """Quitar un silencio antes de tiempo; sin decir cuál, todos."""
    oficina = abrir_oficina()
    entorno, mesa = oficina.entorno, mesa_de(oficina.escucha)
    with entorno.base.escribir() as sesion:
        quitados = sum(
            reanudar(sesion, mesa, ambito=a, ahora=entorno.reloj.ahora(), por=QUIEN) for a in _ambitos(sesion, que)
        )
    consola.print("[green]✓[/] Ya se avisa otra vez." if quitados else "Eso no estaba silenciado.")


@app.command()
@con_errores_claros
def probar() -> None:
    """Mandar un aviso de muestra a la coordinación y a los otros canales, y decir si salió."""
    oficina = abrir_oficina()
    entorno = oficina.entorno
    if not entorno.reglas.coordinacion:
        terminar("No se sabe a quién avisar: ponga PREGONERO_CORREO_COORDINACION en .env.")
    if oficina.servidor is None:
        terminar("No hay servidor de correo: ponga PREGONERO_SMTP_SERVIDOR en .env.")
    ahora = entorno.reloj.ahora()
    pliego = pliego_de_muestra(ahora, entorno.reglas.zona)
    clave = f"prueba:{ahora.isoformat()}"
    aviso = Aviso(
        clave=clave,
        grupo="prueba",
        asunto=pliego.asunto,
        texto=pliego.texto,
        html=pliego.html,
        imagenes=pliego.imagenes,
    )
    with entorno.base.escribir() as sesion:
        escribir(sesion, aviso, para=entorno.reglas.coordinacion, ahora=ahora)
    Cartero(entorno.base, entorno.reloj, oficina.servidor).repartir()
    salio = _decir_si_salio(oficina, clave)
    for canal in oficina.canales:
        nombre = canal.partition("://")[0]
        fallo = entregar(canal, pliego.asunto, pliego.corto)
        salio = salio and not fallo
        consola.print(f"[red]✗[/] {nombre}: {redactar(fallo)}" if fallo else f"[green]✓[/] Salió por {nombre}.")
    if not salio:
        raise typer.Exit(1)


def _decir_si_salio(oficina: Oficina, clave: str) -> bool:
    with oficina.entorno.base.leer() as sesion:
        correo = sesion.scalars(select(Correo).where(col(Correo.clave) == clave)).one()
    if correo.estado is EstadoDeCorreo.ENVIADO:
        consola.print(f"[green]✓[/] El servidor lo aceptó para {correo.para}. Búsquelo también en «no deseados».")
        if correo.error:
            consola.print(f"  Pero no para todos: {correo.error}", markup=False)
        return not correo.error
    consola.print("[red]✗[/] No salió: ", end="")
    consola.print(redactar(correo.error) or "otro proceso lo está mandando ahora; espere un minuto.", markup=False)
    if correo.estado is EstadoDeCorreo.PENDIENTE:
        consola.print("  Pregonero lo seguirá intentando. Revise PREGONERO_SMTP_… con: pregonero diagnostico")
    return False


@app.command()
@con_errores_claros
def resumen(
    semana: Annotated[bool, typer.Option("--semana", help="El de los últimos siete días, en vez del de ayer.")] = False,
    mandar_: Annotated[bool, typer.Option("--mandar", help="Mandarlo a la coordinación, además de enseñarlo.")] = False,
) -> None:
    """El resumen de ayer o de la semana, ahora mismo."""
    from motor.avisos.redaccion.resumen import redactar_resumen

    oficina = abrir_oficina()
    entorno = oficina.entorno
    ahora, zona = entorno.reloj.ahora(), entorno.reglas.zona
    debido = Debido(7 if semana else 1, ahora.astimezone(zona).date())
    consola.print(redactar_resumen(juntar(oficina.escucha, debido, ahora), zona).texto, markup=False)
    if not mandar_:
        return
    if not entorno.reglas.coordinacion:
        terminar("No se sabe a quién mandarlo: ponga PREGONERO_CORREO_COORDINACION en .env.")
    dejado = mandar(
        oficina.escucha, debido, para=entorno.reglas.coordinacion, clave=f"{debido.clave}:{ahora.isoformat()}"
    )
    consola.print("[green]✓[/] Queda en la bandeja de salida." if dejado else "No hay nada que mandar: día sin nada.")


@app.command()
@con_errores_claros
def comprobar() -> None:
    """Decir si avisos.toml está bien escrito y qué pide."""
    escucha = abrir_oficina().escucha
    ruta = escucha.archivos / ARCHIVO
    if not ruta.exists():
        consola.print(f"No hay {ARCHIVO}: sólo se avisa de las alzas. Iría en {escucha.archivos}", markup=False)
        return
    try:
        pedido = leer_archivo(escucha, ruta)
    except AvisosMalEscritos as error:
        terminar(str(error))
    consola.print(f"[green]✓[/] {ARCHIVO} está bien: {len(pedido.menciones)} menciones y {len(pedido.metas)} metas.")
    for condicion in pedido.menciones:
        consola.print(f"  · {condicion.nombre} (mencion:{condicion.clave})", markup=False)
    for meta in pedido.metas:
        consola.print(f"  · {meta.nombre} (meta:{meta.clave})", markup=False)


# ── lo que comparten ─────────────────────────────────────────────────────────────────────────────────────────


def _obtener(sesion: Session, id_: int) -> Historia:
    historia = sesion.get(Historia, id_)
    if historia is None:
        terminar(f"No hay una historia {id_}. Vea las que hay con: pregonero avisos --todas")
    return historia


def _del_mes(sesion: Session, ahora: datetime) -> list[Historia]:
    orden = select(Historia).where(col(Historia.abierta_en) > ahora - timedelta(days=30))
    return list(sesion.scalars(orden.order_by(col(Historia.abierta_en).desc())))


def _vigentes(sesion: Session, ahora: datetime) -> list[Silencio]:
    orden = select(Silencio).where(col(Silencio.desde) <= ahora, col(Silencio.hasta) > ahora)
    return list(sesion.scalars(orden.order_by(col(Silencio.hasta))))


def _ambitos(sesion: Session, que: str) -> list[str]:
    """De lo que escribió una persona a los ámbitos que se guardan; termina si no se entiende."""
    if que in (TODO, *CLASES) or que.startswith(("monitor:", "mencion:", "meta:")):
        return [que]
    if que.isdecimal():
        return temas(_obtener(sesion, int(que)))
    monitor = sesion.scalars(select(Monitor).where(col(Monitor.clave) == que)).first()
    if monitor is None:
        claves = ", ".join(sesion.scalars(select(col(Monitor.clave)).order_by(col(Monitor.clave)))) or "ninguno todavía"
        terminar(f"No entiendo «{que}». Escriba el número de una historia, «todo», o un monitor: {claves}.")
    return [f"monitor:{monitor.id}"]


def _estado(h: Historia) -> str:
    if h.cerrada_en is not None:
        return "[dim]ya pasó[/]"
    if h.atendida_en is not None:
        return f"[green]atendida[/] ({escape(h.atendida_por)})"
    return "[red]escalada[/]" if h.escalada_en is not None else "[yellow]sin atender[/]"


def _como_json(h: Historia) -> dict[str, object]:
    return {
        "id": h.id,
        "clase": h.clase,
        "clave": h.clave,
        "asunto": h.asunto,
        "detalle": h.detalle,
        "abierta_en": h.abierta_en,
        "ultima_en": h.ultima_en,
        "cerrada_en": h.cerrada_en,
        "atendida_en": h.atendida_en,
        "atendida_por": h.atendida_por,
        "escalada_en": h.escalada_en,
    }
