"""El correo de una o varias menciones que cumplen lo que pidió la oficina. Puro."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from motor.avisos.pedidos.condiciones import Condicion
from motor.avisos.redaccion import frases, hoja
from motor.avisos.redaccion.hechos import Acciones, Dicho, Pliego
from motor.legible import instante_legible

ENSENADOS = 6
PASOS = ["Ábralo y vea si hay que contestar o avisar a alguien."]


@dataclass(frozen=True, slots=True, kw_only=True)
class CartaDeMenciones:
    """dichos: del primero que llegó al último. Se llama con las acciones y da el pliego."""

    condicion: Condicion
    dichos: tuple[Dicho, ...]
    ahora: datetime
    zona: ZoneInfo

    def __call__(self, acciones: Acciones) -> Pliego:
        return Pliego(
            asunto=f"Re: {acciones.responde_a}" if acciones.responde_a else self.asunto(),
            texto=self.texto(acciones),
            html=self.html(acciones),
            corto=self.resumen(),
        )

    def asunto(self) -> str:
        cola = f" ({len(self.dichos)} mensajes)" if len(self.dichos) > 1 else ""
        return frases.recortar(f"Mención: {self.condicion.nombre}", frases.LARGO_DEL_ASUNTO - len(cola)) + cola

    def resumen(self) -> str:
        primero = self.dichos[0]
        quien = f"{primero.usuario} en {primero.red}" if primero.usuario else primero.red
        otros = f", y {len(self.dichos) - 1} más" if len(self.dichos) > 1 else ""
        return f"{self.condicion.nombre}: {quien}{otros}. «{_trozo(primero, 120)}»"

    def texto(self, acciones: Acciones) -> str:
        partes = [f"{self.condicion.nombre.upper()}\n{self._cuantos()}"]
        partes += [
            f"{self._quien(d)}\n«{_trozo(d, 400)}»" + (f"\n{d.url}" if d.url else "") for d in self.dichos[:ENSENADOS]
        ]
        if len(self.dichos) > ENSENADOS:
            partes.append(f"Y {len(self.dichos) - ENSENADOS} más.")
        partes.append("Qué hacer:\n" + "\n".join(f"  · {p}" for p in [*PASOS, *frases.contestar(acciones)]))
        partes.append(self._pie(acciones))
        return "\n\n".join(partes)

    def html(self, acciones: Acciones) -> str:
        bloques = [hoja.titulo(self.condicion.nombre), hoja.parrafo(self._cuantos())]
        bloques += [hoja.cita(self._quien(d), _trozo(d, 400), d.url) for d in self.dichos[:ENSENADOS]]
        if len(self.dichos) > ENSENADOS:
            bloques.append(hoja.nota(f"Y {len(self.dichos) - ENSENADOS} más."))
        bloques.append(hoja.pasos(PASOS))
        bloques.append(hoja.contestar(acciones.enlace, frases.contestar(acciones), panel=acciones.panel))
        return hoja.pagina(
            self.asunto(), adelanto=self.resumen(), bloques=bloques, pie=self._pie(acciones), tono="alza"
        )

    def _cuantos(self) -> str:
        return "Un mensaje nuevo:" if len(self.dichos) == 1 else f"{len(self.dichos)} mensajes nuevos:"

    def _quien(self, d: Dicho) -> str:
        publico = f"{frases.numero(d.seguidores)} seguidores" if d.seguidores is not None else ""
        cuando = f"{frases.hora(d.publicado_en, self.zona)} {frases.el_dia(d.publicado_en, self.ahora, self.zona)}"
        return " · ".join(x for x in (d.usuario, d.red, cuando, publico, frases.interacciones(d.interacciones)) if x)

    def _pie(self, acciones: Acciones) -> str:
        return f"Escrito {instante_legible(self.ahora, self.zona)} · Historia {acciones.historia_id}"


def _trozo(d: Dicho, largo: int) -> str:
    return frases.recortar(d.texto, largo) if d.texto else "(es privado: léalo en la red)"
