"""Lo que el diagnóstico dice de la escucha: qué se oye, qué no y por qué, y cuánto dinero queda."""

from collections.abc import Iterator

from motor.diagnostico import Gravedad, Hallazgo
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.estado import Salud, contadas, faltas_del_archivo, porque, salud_de, todas
from motor.escucha.recoleccion.presupuesto import gastado_en
from motor.escucha.recoleccion.textos import dolares

QUE = "escucha"
_VARIAS = {
    Salud.BIEN: "se oyen",
    Salud.NUEVA: "aún no les toca",
    Salud.FALLA: "no contestan",
    Salud.ILEGIBLE: "no se dejan ver",
    Salud.APAGADA: "apagadas",
    Salud.ATRASADA: "sin quien las atienda",
}


def diagnosticar_escucha(escucha: EntornoDeEscucha) -> Iterator[Hallazgo]:
    """Sin preguntar nada a ninguna red: sólo lo que ya se sabe."""
    if not escucha.reglas.escucha.activa:
        yield Hallazgo(QUE, Gravedad.AVISO, "Está apagada.", "Para encenderla: PREGONERO_ESCUCHAR=si en .env.")
        return
    for falta in faltas_del_archivo(escucha):
        yield Hallazgo("fuentes.toml", Gravedad.MAL, falta, "Mientras tanto se oye lo que ya estaba bien escrito.")
    fuentes, ahora = todas(escucha), escucha.reloj.ahora()
    if not fuentes:
        yield Hallazgo(QUE, Gravedad.AVISO, "Todavía no hay fuentes.", "Agregue un perfil, o un medio en fuentes.toml.")
        return
    for fuente in fuentes:
        salud = salud_de(fuente, ahora)
        if salud in (Salud.FALLA, Salud.DUERME):
            yield Hallazgo(fuente.nombre, Gravedad.AVISO, porque(fuente), f"Pruébela: {_probar(fuente.clave)}")
    # De una red apagada basta decirlo una vez, no por cada canal.
    apagadas = {(f.red, f.apagada_porque) for f in fuentes if salud_de(f, ahora) is Salud.APAGADA}
    for red, motivo in sorted(apagadas):
        yield Hallazgo(f"{QUE} de {red}", Gravedad.AVISO, f"Apagada. {motivo}")
    cuentas = contadas(fuentes, ahora)
    if cuentas.get(Salud.ATRASADA):
        yield Hallazgo(
            QUE,
            Gravedad.MAL,
            f"{cuentas[Salud.ATRASADA]} fuentes esperan desde hace más de una hora: nadie las atiende.",
            "Arranque Pregonero: pregonero iniciar.",
        )
    yield Hallazgo(QUE, Gravedad.BIEN, f"Fuentes: {_resumen(cuentas)}.")
    yield from _dinero(escucha, {f.red for f in fuentes})


def _probar(clave: str) -> str:
    return f"pregonero fuentes escuchar --una {clave}"


def _resumen(cuentas: dict[Salud, int]) -> str:
    return ", ".join(
        f"{cuentas[s]} {s.value if cuentas[s] == 1 else _VARIAS.get(s, s.value)}"
        for s in Salud
        if cuentas.get(s) and s is not Salud.QUITADA
    )


def _dinero(escucha: EntornoDeEscucha, redes: set[str]) -> Iterator[Hallazgo]:
    for red in sorted(redes):
        presupuesto = escucha.presupuesto(red)
        if presupuesto <= 0:
            continue
        gastado = gastado_en(escucha, red)
        gravedad = Gravedad.AVISO if gastado >= presupuesto else Gravedad.BIEN
        yield Hallazgo(f"gasto en {red}", gravedad, f"Van {dolares(gastado)} de {dolares(presupuesto)} este mes.", "")
