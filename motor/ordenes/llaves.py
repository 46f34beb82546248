"""`pregonero llaves`: con qué se cifran las credenciales escritas en el panel."""

from motor.arranque import abrir_oficina
from motor.credenciales import girar as girar_llaves
from motor.llavero import ARCHIVO, LlaveEquivocada
from motor.ordenes.castellano import Ordenes
from motor.ordenes.consola import con_errores_claros, consola, terminar

app = Ordenes(help="Las llaves con que se cifran las credenciales.", no_args_is_help=True)


@app.callback()
def llaves() -> None:
    """Las llaves con que se cifran las credenciales."""


@app.command()
@con_errores_claros
def girar() -> None:
    """Estrenar llave: se vuelve a cifrar todo con ella y las viejas se tiran. No hace falta detener nada."""
    oficina = abrir_oficina()
    try:
        giro = girar_llaves(oficina.entorno.base, oficina.llavero)
    except LlaveEquivocada as error:
        terminar(str(error))
    consola.print(f"[green]✓[/] Llave nueva. Se volvió a cifrar lo guardado ({giro.cifradas}) y se tiró la vieja.")
    consola.print(
        f"Respalde {oficina.llavero.carpeta / ARCHIVO}, en otro sitio que la base. Un respaldo de la base hecho antes "
        "de hoy sólo se abre con la llave de entonces.",
        markup=False,
    )
    consola.print("Las páginas abiertas del panel habrá que cargarlas otra vez.")
