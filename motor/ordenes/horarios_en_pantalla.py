"""La semana de un perfil y el resumen de todos, para la terminal: se entienden sin colores y por una tubería."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from motor.horarios.aprendizaje.edades import REFERENCIA
from motor.horarios.frases import con_signo, evidencia_de, hora_de
from motor.horarios.mapa import CURVA_GENERAL, POCAS, Mapa
from motor.horarios.semana import Hora, Semana, Vale
from motor.legible import DIAS

# Azul y naranja: los distingue quien no distingue el rojo del verde. Lo incierto, más tenue y con menos tinta.
SIGNOS = {
    Vale.MEJOR: ("██", "bold #2f86d1"),
    Vale.QUIZA_MEJOR: ("▒▒", "#2f86d1"),
    Vale.PAREJA: ("··", "dim"),
    Vale.QUIZA_PEOR: ("╌╌", "#d07d1e"),
    Vale.PEOR: ("━━", "bold #d07d1e"),
}
CALLADA = ("╱ ", "dim")
_MARGEN = 4

SIN_PASADO = (
    "Para que aprenda de lo que ya publicó, descargue sus números de la red e impórtelos: pregonero importar TABLA"
)


def mapa_de_la_semana(semana: Semana) -> Iterator[Text]:
    """Siete renglones por veinticuatro columnas, en 76 letras; y qué quiere decir cada signo."""
    yield Text(" " * _MARGEN + "".join(f"{h:>2} " for h in range(24)).rstrip(), style="bold")
    for dia in range(7):
        renglon = Text(f"{DIAS[dia][:3]} ", style="bold")
        for hora in semana.horas[24 * dia : 24 * dia + 24]:
            for trozo in _celda(hora):
                renglon.append(*trozo)
            renglon.append(" ")
        renglon.rstrip()
        yield renglon
    yield Text()
    yield _leyenda(con_calladas=any(h.callada for h in semana.horas))


def _celda(hora: Hora) -> list[tuple[str, str]]:
    """Dos letras; la segunda de las mejores es su número."""
    if hora.callada:
        return [CALLADA]
    signo, estilo = SIGNOS[hora.vale]
    return [(signo[0], estilo), (str(hora.puesto), "bold")] if hora.puesto else [(signo, estilo)]


def _leyenda(*, con_calladas: bool) -> Text:
    leyenda = Text(" " * _MARGEN)
    for vale, (signo, estilo) in SIGNOS.items():
        leyenda.append(signo, estilo)
        leyenda.append(f" {vale}  ")
    if con_calladas:
        leyenda.append(*CALLADA)
        leyenda.append("callar")
    leyenda.rstrip()
    return leyenda


def con_puntos(dichos: Iterable[str]) -> Table:
    """Una lista cuyos renglones largos siguen debajo de su letra, y no de su punto."""
    lista = Table.grid(padding=(0, 1))
    for dicho in dichos:
        lista.add_row("·", Text(dicho))
    return lista


def lista_de_mejores(horas: Sequence[Hora], zona: ZoneInfo) -> Iterator[Text]:
    """« 1  jueves 20:00     +14 %  entre +3 y +26»."""
    for hora in horas:
        yield Text.assemble(
            (f"  {hora.puesto}  ", "bold"),
            f"{hora_de(hora.ranura, zona):<16}",
            (f"{con_signo(hora.ganancia):>4} %", SIGNOS[hora.vale][1]),
            (f"   entre {con_signo(hora.inferior)} y {con_signo(hora.superior)}", "dim"),
        )


def lo_que_sabe(mapa: Mapa, semana: Semana, *, metrica: str, zona: ZoneInfo) -> Iterator[str]:
    """De dónde sale lo que se dice, y lo que no se sabe."""
    if mapa.con_evidencia:
        yield f"De {evidencia_de(mapa, zona)}: {metrica}, a los {REFERENCIA.days} días de publicar."
        if mapa.curva != CURVA_GENERAL:
            yield f"Partió de la curva pública de {mapa.curva}; cuanto más publica, más pesa lo suyo."
    else:
        dicho = evidencia_de(mapa, zona)
        yield dicho[0].upper() + dicho[1:] + "."
        yield f"Publicaciones suyas con números: {mapa.publicaciones}; con {POCAS} empieza a contar lo suyo."
    if not semana.algo_es_seguro:
        yield (
            "De ninguna hora se sabe todavía con certeza que sea mejor o peor que su costumbre: se elige la que parece "
            "mejor."
        )


def otra_metrica(pedida: str) -> str:
    """Lo que se pide en horarios.toml ya no es aquello de que se aprendió."""
    return (
        f"En horarios.toml se pide ahora {pedida}, y de eso se aprenderá esta noche. Para no esperar: pregonero "
        "horarios --aprender"
    )


def lo_que_no_sabe(mapa: Mapa) -> Iterator[str]:
    """Cómo leer los por ciento, y qué no hay en ellos."""
    yield f"Los por ciento son {sobre_que(mapa)}, con un intervalo del 90 %. «Quizá»: todavía cabe que no cambie nada."
    yield "Los festivos se cuentan como domingo; en vacaciones escolares, lo aprendido vale la mitad."
    yield (
        "Es una predicción: un tema que siempre sale a la misma hora parece mérito de la hora. Lo que valió elegir se "
        "mide con: pregonero horarios --prueba"
    )
    if not mapa.con_evidencia:
        yield SIN_PASADO


def sobre_que(mapa: Mapa) -> str:
    """Contra qué se compara cada hora: con costumbre propia, contra ella."""
    de_quien = "el perfil publica hoy" if mapa.con_evidencia else "suele publicar una cuenta cualquiera"
    return f"sobre las horas en que {de_quien}"
