"""Lo que el diagnóstico dice de la escucha: qué se oye, qué no y por qué, y cuánto dinero queda."""

from collections.abc import Iterable, Iterator

from modelos.escucha import Fuente
from motor.diagnostico import Gravedad, Hallazgo
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.recoleccion.estado import Salud, contadas, faltas_del_archivo, porque, salud_de, todas
from motor.escucha.recoleccion.presupuesto import gastado_en
from motor.escucha.recoleccion.textos import dolares

QUE = "escucha"
NADA = "Ahora mismo no se oye nada: lo de arriba dice por qué."
_VARIAS = {
    Salud.BIEN: "se oyen",
    Salud.NUEVA: "aún no les toca",
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
    yield from _tropiezos(f for f in fuentes if salud_de(f, ahora) in (Salud.FALLA, Salud.DUERME))
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
    gravedad = Gravedad.BIEN if cuentas.get(Salud.BIEN) or cuentas.get(Salud.NUEVA) else Gravedad.AVISO
    yield Hallazgo(QUE, gravedad, f"Fuentes: {_resumen(cuentas)}.", "" if gravedad is Gravedad.BIEN else NADA)
    yield from _dinero(escucha, {f.red for f in fuentes})


def _tropiezos(fuentes: Iterable[Fuente]) -> Iterator[Hallazgo]:
    """Lo mismo, una vez: seis canales de un perfil con la clave vencida son una sola cosa que arreglar."""
    juntas: dict[tuple[int | None, str, str], list[Fuente]] = {}
    for fuente in fuentes:
        juntas.setdefault((fuente.perfil_id, fuente.red, porque(fuente)), []).append(fuente)
    for (_, _, motivo), suyas in juntas.items():
        primera = suyas[0]
        de = primera.nombre.partition(": ")[0]
        que = primera.nombre if len(suyas) == 1 else f"{de}: {len(suyas)} fuentes"
        yield Hallazgo(que, Gravedad.AVISO, motivo, f"Cuando lo arregle, pruébela: {_probar(primera)}")


def _probar(fuente: Fuente) -> str:
    return f"pregonero fuentes escuchar --una {fuente.id}"


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
