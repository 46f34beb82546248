"""`pregonero horarios --prueba`: lo que valió elegir la hora, medido con las que se sortearon."""

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from modelos import Perfil
from motor.entorno import Entorno
from motor.horarios.frases import con_signo
from motor.horarios.prueba.lectura import Leidos, leer_ensayos
from motor.horarios.prueba.veredicto import Dicho, Falta, Veredicto, juzgar, por_perfil
from motor.ordenes.consola import consola, escribir_json, tabla

_COLORES = {Dicho.SIRVE: "green", Dicho.ESTORBA: "red", Dicho.PRONTO: "yellow", Dicho.NO_SE_SABE: "yellow"}
_EN_CORTO = {
    Dicho.SIRVE: "sirve",
    Dicho.ESTORBA: "estorba",
    Dicho.PRONTO: "es pronto",
    Dicho.NO_SE_SABE: "no se sabe",
}

QUE_ES = (
    "Compara la hora elegida con una al azar de las que se permitían, no con la costumbre de antes. Cada publicación "
    "cuenta como se le eligió, aunque después la movieran o saliera tarde."
)
UNA_VEZ = (
    "El intervalo es del 90 % para quien mira una vez un perfil: mirando muchos, o cada semana, alguno saldrá solo."
)


def ensenar_prueba(entorno: Entorno, perfiles: Sequence[Perfil], *, en_json: bool) -> None:
    ahora = entorno.reloj.ahora()
    with entorno.base.leer() as sesion:
        leidos = leer_ensayos(sesion, entorno, perfiles, ahora=ahora)
    junto, suyos = juzgar(leidos.ensayos), por_perfil(leidos.ensayos)
    if en_json:
        escribir_json(_como_json(junto, suyos, leidos))
        return
    if not leidos.ensayos and not leidos.fuera:
        _ensenar_vacio(entorno, perfiles)
        return
    consola.print(Text.assemble(("Lo que valió elegir la hora. ", "bold"), (junto.frase, _COLORES[junto.dicho])))
    if junto.falta:
        consola.print(_lo_que_falta(junto.falta), markup=False)
    if len(suyos) > 1:
        _ensenar_perfiles(suyos)
    if junto.dicho is not Dicho.PRONTO:
        consola.print(
            f"De {junto.publicaciones:,} publicaciones, {junto.sorteadas:,} a otra hora, por sorteo.", markup=False
        )
    _ensenar_cuentas(leidos)
    for parrafo in (QUE_ES, UNA_VEZ):
        consola.print(parrafo, markup=False, style="dim")


def _ensenar_vacio(entorno: Entorno, perfiles: Sequence[Perfil]) -> None:
    consola.print("Todavía no hay nada que medir: ninguna publicación ha pedido «mejor hora».", markup=False)
    reglas = entorno.horarios()
    if perfiles and not any(reglas.de(p.nombre).azar > 0 for p in perfiles):
        consola.print("Y no se sortea ninguna: ponga azar = 0.1 en horarios.toml, o nunca se sabrá.", markup=False)
    else:
        consola.print("Escriba «fecha: mejor hora» en una publicación; una de cada diez se sortea.", markup=False)
    consola.print(_lo_que_falta(juzgar(()).falta), markup=False)


def _lo_que_falta(falta: Sequence[Falta]) -> str:
    """«Para notar una diferencia de 20 % faltan unas 1,700 publicaciones con hora elegida; de 10 %, unas 6,200.»"""
    pendientes = [f for f in falta if f.publicaciones]
    if not pendientes:
        return "Ya hay bastantes para notar una diferencia de 10 %: si la hay, es menor."
    primera, *otras = pendientes
    dicho = (
        f"Para notar una diferencia de {primera.efecto_pct:.0f} % faltan unas {primera.publicaciones:,} publicaciones "
        "con hora elegida"
    )
    return dicho + "".join(f"; de {f.efecto_pct:.0f} %, unas {f.publicaciones:,}" for f in otras) + "."


def _ensenar_perfiles(suyos: Sequence[Veredicto]) -> None:
    cuadro = tabla("", "Perfil", "Publicaciones", "Sorteadas", "Efecto", "Se sabe")
    for v in suyos:
        e = v.efecto
        medido = (
            f"{con_signo(e.ganancia_pct)} % ({con_signo(e.inferior_pct)} a {con_signo(e.superior_pct)})"
            if e is not None and v.dicho is not Dicho.PRONTO
            else "—"
        )
        cuadro.add_row(v.de, f"{v.publicaciones:,}", f"{v.sorteadas:,}", medido, Text(_EN_CORTO[v.dicho]))
    consola.print(cuadro)


def _ensenar_cuentas(leidos: Leidos) -> None:
    if leidos.movidas:
        movidas = "1 cambió" if leidos.movidas == 1 else f"{leidos.movidas:,} cambiaron"
        consola.print(f"De ellas, {movidas} de hora después de elegida, y también cuentan.", markup=False)
    for motivo, cuantas in leidos.fuera.items():
        consola.print(f"No cuentan {cuantas:,}: {motivo}.", markup=False)
    if not leidos.pareja:
        (una, de_una), (otra, de_otra) = (leidos.perdidas[lado] for lado in (True, False))
        consola.print(
            f"[yellow]![/] Se perdieron {una:,} de {de_una:,} a la mejor hora y {otra:,} de {de_otra:,} de las demás: "
            "si se quitaron por su hora, la comparación no es limpia."
        )


def _como_json(junto: Veredicto, suyos: Sequence[Veredicto], leidos: Leidos) -> dict[str, Any]:
    return {
        **_veredicto(junto),
        "perfiles": [{"perfil": v.de, **_veredicto(v)} for v in suyos],
        "movidas": leidos.movidas,
        "no_cuentan": dict(leidos.fuera),
        "perdidas": {
            "a_la_mejor_hora": list(leidos.perdidas.get(True, (0, 0))),
            "a_otra": list(leidos.perdidas.get(False, (0, 0))),
        },
        "pareja": leidos.pareja,
    }


def _veredicto(v: Veredicto) -> dict[str, Any]:
    e = v.efecto
    return {
        "se_sabe": v.dicho,
        "dicho": v.frase,
        "publicaciones": v.publicaciones,
        "sorteadas": v.sorteadas,
        "efecto_pct": None if e is None else round(e.ganancia_pct, 2),
        "inferior_pct": None if e is None else round(e.inferior_pct, 2),
        "superior_pct": None if e is None else round(e.superior_pct, 2),
        "faltan": [{"para_notar_pct": f.efecto_pct, "publicaciones": f.publicaciones} for f in v.falta],
    }
