"""Los fallos que se le piden a una red imitada: en cola para las próximas peticiones, o al azar con una tasa.

    clase               ¿se acepta?   qué ve el cliente
    reset_antes         no            la conexión se corta con RST
    reset_despues       sí            ídem
    cuelgue             según         nada, hasta que se canse
    error_500_antes     no            500 en el dialecto de la red
    error_500_despues   sí            ídem
    truncado            sí            la mitad del cuerpo, y se cierra
    html                según         una página de error, con 200 o con 503
    lento               sí            la respuesta buena, gota a gota
    limite_429          no            el límite de peticiones, en el dialecto de la red
    token_vencido       no            credencial vencida, en el dialecto de la red

«Según»: lo que diga `aceptar`; si no dice nada, sí en los de la cola y a cara o cruz en los del azar.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from simulador.mensajes import Peticion


class Clase(StrEnum):
    RESET_ANTES = "reset_antes"
    RESET_DESPUES = "reset_despues"
    CUELGUE = "cuelgue"
    ERROR_500_ANTES = "error_500_antes"
    ERROR_500_DESPUES = "error_500_despues"
    TRUNCADO = "truncado"
    HTML = "html"
    LENTO = "lento"
    LIMITE_429 = "limite_429"
    TOKEN_VENCIDO = "token_vencido"  # noqa: S105 — es el nombre de un fallo


class Alcance(StrEnum):
    VISIBLES = "visibles"  # sólo lo que, de aceptarse, ve la gente
    ESCRITURAS = "escrituras"
    TODAS = "todas"

    def abarca(self, p: Peticion, *, visible: bool) -> bool:
        return self is Alcance.TODAS or visible or (self is Alcance.ESCRITURAS and p.escribe)


_SEGUN = frozenset({Clase.CUELGUE, Clase.HTML})
_SIN_ACEPTAR = frozenset({Clase.RESET_ANTES, Clase.ERROR_500_ANTES, Clase.LIMITE_429, Clase.TOKEN_VENCIDO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallo:
    """Un fallo pedido. estado: el HTTP de `html`. segundos: lo que tarda `lento` en soltar la respuesta.

    ruta, texto: sólo en peticiones cuya ruta (o cuyo cuerpo) contenga esto.
    """

    clase: Clase
    aceptar: bool | None = None
    estado: int = 503
    segundos: float = 5.0
    alcance: Alcance = Alcance.VISIBLES
    ruta: str = ""
    texto: str = ""

    @property
    def acepta(self) -> bool:
        if self.clase in _SEGUN:
            return self.aceptar is not False
        return self.clase not in _SIN_ACEPTAR

    def toca(self, p: Peticion, *, visible: bool) -> bool:
        if not self.alcance.abarca(p, visible=visible) or self.ruta not in p.ruta:
            return False
        return not self.texto or self.texto in str(p.campos) or self.texto.encode() in p.cuerpo


class Fallos:
    """La cola y las tasas de cada red, y la cuenta de los que ya ocurrieron."""

    def __init__(self, azar: random.Random) -> None:
        self._azar = azar
        self.limpiar()

    def limpiar(self, red: str = "") -> None:
        if red:
            self._cola[red], self._tasas[red] = [], {}
            return
        self._cola: dict[str, list[tuple[Fallo, int]]] = {}
        self._tasas: dict[str, Mapping[Clase, float]] = {}
        self._alcances: dict[str, Alcance] = {}
        self.ocurridos: Counter[tuple[str, str]] = Counter()

    def encolar(self, red: str, fallo: Fallo, *, veces: int) -> None:
        self._cola.setdefault(red, []).append((fallo, veces))

    def al_azar(self, red: str, tasas: Mapping[str, float], *, alcance: Alcance = Alcance.VISIBLES) -> None:
        """Desde ahora, cada petición al alcance falla así con estas probabilidades (suman a lo más 1)."""
        limpias = {Clase(clase): float(tasa) for clase, tasa in tasas.items()}
        if any(t < 0 for t in limpias.values()) or sum(limpias.values()) > 1.000001:
            raise ValueError("Las tasas van de 0 a 1 y suman a lo más 1.")
        self._tasas[red], self._alcances[red] = limpias, alcance

    def elegir(self, p: Peticion, *, visible: bool) -> Fallo | None:
        """El fallo que le toca a esta petición, si le toca alguno; los de la cola se gastan."""
        fallo = self._de_la_cola(p, visible=visible) or self._del_azar(p, visible=visible)
        if fallo is not None:
            self.ocurridos[p.red, fallo.clase.value] += 1
        return fallo

    def _de_la_cola(self, p: Peticion, *, visible: bool) -> Fallo | None:
        cola = self._cola.get(p.red, [])
        for i, (fallo, veces) in enumerate(cola):
            if fallo.toca(p, visible=visible):
                cola[i : i + 1] = [(fallo, veces - 1)] if veces > 1 else []
                return fallo
        return None

    def _del_azar(self, p: Peticion, *, visible: bool) -> Fallo | None:
        tasas = self._tasas.get(p.red)
        if not tasas or not self._alcances[p.red].abarca(p, visible=visible):
            return None
        dado = self._azar.random()
        for clase, tasa in tasas.items():
            if dado < tasa:
                return Fallo(
                    clase=clase,
                    aceptar=self._azar.random() < 0.5,
                    estado=self._azar.choice((200, 503)),
                    segundos=self._azar.uniform(0.5, 3.0),
                )
            dado -= tasa
        return None

    def resumen(self) -> dict[str, object]:
        """Lo pendiente y lo ocurrido, para la API de control y la página."""
        return {
            "cola": {
                red: [{"clase": f.clase, "veces": v, "alcance": f.alcance} for f, v in cola]
                for red, cola in self._cola.items()
                if cola
            },
            "tasas": {red: {c.value: t for c, t in tasas.items()} for red, tasas in self._tasas.items() if tasas},
            "ocurridos": {f"{red}:{clase}": cuantos for (red, clase), cuantos in sorted(self.ocurridos.items())},
        }
