"""`pregonero usuarios`: quién entra al panel. Para quien cuida el servidor; lo demás se hace en el panel."""

from typing import Annotated

import typer
from sqlalchemy import select
from sqlmodel import Session, col

from modelos import Asiento, Rol, Usuario
from motor.arranque import Oficina, abrir_oficina
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import con_errores_claros, consola, cuando, tabla, terminar
from motor.usuarios import cuentas, enlaces
from motor.usuarios.bitacora import Autor, asentar, verificar
from motor.usuarios.cuentas import Cargo, NoSePuede
from motor.usuarios.enlaces import Para
from motor.usuarios.entrada import correo_llano
from motor.usuarios.primera import CORREO as SIN_DUENO
from motor.usuarios.primera import enlace_de_instalacion

app = Ordenes(help="Los usuarios del panel: listarlos, invitar, dar un enlace, desactivar.", no_args_is_help=False)

ORDEN = Autor("orden")
Correo = Annotated[str, typer.Argument(help="Su correo.")]


@app.callback(invoke_without_command=True)
@con_errores_claros
def lista(contexto: typer.Context) -> None:
    """Quién tiene cuenta, qué puede y cuándo entró."""
    if contexto.invoked_subcommand is not None:
        return
    oficina = abrir_oficina()
    zona = oficina.entorno.reglas.zona
    with oficina.entorno.base.leer() as sesion:
        orden = select(Usuario).where(col(Usuario.correo) != SIN_DUENO).order_by(col(Usuario.correo))
        todos = list(sesion.scalars(orden))
        cargos = {u.id: cuentas.cargos_de(sesion, u.id) for u in todos}
    if not todos:
        consola.print("Todavía no hay nadie. Para crear a quien administra: [bold]pregonero usuarios enlace[/]")
        return
    cuadro = tabla("Usuarios", "Correo", "Nombre", "Roles", "Entró", enteras=("Correo",))
    for u in todos:
        roles = ", ".join(sorted({c.rol.value for c in cargos[u.id]})) or "—"
        entro = cuando(u.entro_en, zona) if u.activo else "ya no entra"
        cuadro.add_row(u.correo, u.nombre, roles, entro)
    consola.print(cuadro)


@app.command()
@con_errores_claros
def invitar(
    correo: Correo,
    rol: Annotated[Rol, typer.Option(help="Su rol en toda la oficina; por perfil, en el panel.")] = Rol.EDITOR,
    nombre: Annotated[str, typer.Option(help="Cómo se llama.")] = "",
) -> None:
    """Abrir una cuenta y enseñar el enlace con que pone su contraseña."""
    oficina = abrir_oficina()
    ahora = oficina.entorno.reloj.ahora()
    try:
        with oficina.entorno.base.escribir() as sesion:
            usuario = cuentas.crear(sesion, correo, nombre, [Cargo(rol)], ahora=ahora)
            camino = enlaces.crear(sesion, usuario.id, Para.INVITACION, ahora=ahora)
            sobre = f"usuario:{usuario.id}"
            asentar(sesion, ORDEN, "usuario_invitado", ahora=ahora, sobre=sobre, detalle=usuario.correo)
    except NoSePuede as error:
        terminar(str(error))
    _ensenar(oficina, camino, "Entrégueselo: pone su contraseña y entra. Vale siete días y una sola vez.")


@app.command()
@con_errores_claros
def enlace(
    correo: Annotated[str, typer.Argument(help="De quién; sin correo, el que crea a quien administra.")] = "",
) -> None:
    """Un enlace de una sola vez para entrar, por si se perdió la contraseña o el teléfono."""
    oficina = abrir_oficina()
    if not correo:
        if camino := enlace_de_instalacion(oficina.entorno.base, oficina.entorno.reloj):
            _ensenar(oficina, camino, "Ábralo en este navegador: crea a quien administra. Vale un día y una sola vez.")
            return
        terminar("Ya hay quien administre. Diga de quién: pregonero usuarios enlace correo@municipio.gob.mx")
    ahora = oficina.entorno.reloj.ahora()
    with oficina.entorno.base.escribir() as sesion:
        usuario = _usuario(sesion, correo)
        if not usuario.activo:
            terminar(f"{usuario.correo} ya no entra. Reactívelo en el panel.")
        camino = enlaces.crear(sesion, usuario.id, Para.ENTRAR, ahora=ahora)
        asentar(sesion, ORDEN, "enlace_dado", ahora=ahora, sobre=f"usuario:{usuario.id}")
    _ensenar(oficina, camino, "Entra sin contraseña ni segundo factor: entrégueselo en persona. Vale un día y una vez.")


@app.command()
@con_errores_claros
def desactivar(correo: Correo) -> None:
    """Que ya no entre; lo que hizo se conserva."""
    oficina = abrir_oficina()
    ahora = oficina.entorno.reloj.ahora()
    try:
        with oficina.entorno.base.escribir() as sesion:
            usuario = _usuario(sesion, correo)
            cuentas.desactivar(sesion, usuario, ahora=ahora)
            asentar(sesion, ORDEN, "usuario_desactivado", ahora=ahora, sobre=f"usuario:{usuario.id}")
    except NoSePuede as error:
        terminar(str(error))
    consola.print(f"{usuario.correo} ya no entra. Se cerraron sus sesiones.")


@app.command()
@con_errores_claros
def bitacora(
    comprobar: Annotated[
        bool, typer.Option("--verificar", help="Comprobar que nadie la tocó por fuera de Pregonero.")
    ] = False,
    cuantos: Annotated[int, typer.Option("--ultimos", min=1, max=1000, help="Cuántos enseñar.")] = 30,
) -> None:
    """Quién hizo qué, lo último al final. Buscar y bajarla entera, en el panel."""
    oficina = abrir_oficina()
    with oficina.entorno.base.leer() as sesion:
        orden = select(Asiento).order_by(col(Asiento.id).desc()).limit(1 if comprobar else cuantos)
        ultimos = list(sesion.scalars(orden))[::-1]
        roto = verificar(sesion) if comprobar else None
    if not ultimos:
        consola.print("La bitácora está vacía: nadie ha hecho nada todavía.")
    elif comprobar:
        _decir_si_esta_entera(roto, ultimos[0])
    else:
        cuadro = tabla("Bitácora", "Cuándo", "Quién", "Qué", "Sobre", "Detalle", enteras=("Cuándo", "Quién"))
        for a in ultimos:
            que = a.accion.replace("_", " ")
            cuadro.add_row(cuando(a.ocurrido_en, oficina.entorno.reglas.zona), a.quien, que, a.sobre, a.detalle)
        consola.print(cuadro)


def _decir_si_esta_entera(roto: int | None, ultimo: Asiento) -> None:
    if roto is not None:
        terminar(
            f"El asiento {roto} no cuadra con el anterior: alguien tocó la base por fuera de Pregonero. "
            "Compárela con el respaldo."
        )
    consola.print("[green]✓[/] La bitácora está entera: cada asiento lleva la huella del anterior.")
    # Lo que se quite del final no rompe la cadena: sólo se nota comparando con lo anotado en otro sitio.
    consola.print(f"El último es el {ultimo.id}, con huella {ultimo.huella[:16]}. Anótelo fuera para comparar después.")


def _usuario(sesion: Session, correo: str) -> Usuario:
    hallado = sesion.scalars(select(Usuario).where(col(Usuario.correo) == correo_llano(correo))).one_or_none()
    if hallado is None:
        terminar(f"No hay ninguna cuenta con el correo «{correo}». Vea las que hay: pregonero usuarios")
    return hallado


def _ensenar(oficina: Oficina, camino: str, que: str) -> None:
    consola.print(f"[bold]{oficina.panel.url}{camino}[/]", soft_wrap=True)
    consola.print(que)
