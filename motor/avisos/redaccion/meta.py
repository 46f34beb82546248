"""El correo de una meta que va atrasada. Puro."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from motor.avisos.pedidos.condiciones import Meta
from motor.avisos.redaccion import frases, hoja
from motor.avisos.redaccion.hechos import Acciones, Pliego
from motor.legible import DIAS, instante_legible


@dataclass(frozen=True, slots=True)
class Avance:
    publicadas: int
    por_salir: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CartaDeMeta:
    meta: Meta
    avance: Avance
    ahora: datetime
    zona: ZoneInfo

    def __call__(self, acciones: Acciones) -> Pliego:
        pasos = ["Programe lo que falta: suelte sus archivos en la carpeta de entrada."]
        pie = f"Escrito {instante_legible(self.ahora, self.zona)} · Historia {acciones.historia_id}"
        como = frases.contestar(acciones)
        html = hoja.pagina(
            self.asunto(),
            adelanto=self.resumen(),
            bloques=[
                hoja.titulo(f"Va atrasada: {self.meta.nombre}"),
                hoja.parrafo(self.resumen()),
                hoja.pasos(pasos),
                hoja.contestar(acciones.enlace, como, panel=acciones.panel),
            ],
            pie=pie,
            tono="resumen",
        )
        lista = "\n".join(f"  · {p}" for p in [*pasos, *como])
        texto = f"VA ATRASADA: {self.meta.nombre.upper()}\n{self.resumen()}\n\nQué hacer:\n{lista}\n\n{pie}"
        return Pliego(asunto=self.asunto(), texto=texto, html=html, corto=self.resumen())

    def asunto(self) -> str:
        cola = f": van {self.avance.publicadas} de {self.meta.publicaciones}"
        return frases.recortar(f"Meta {self.meta.nombre}", frases.LARGO_DEL_ASUNTO - len(cola)) + cola

    def resumen(self) -> str:
        van, total = self.avance, self.meta.publicaciones
        dia = DIAS[self.ahora.astimezone(self.zona).weekday()]
        salieron = "ha salido 1" if van.publicadas == 1 else f"han salido {van.publicadas}"
        programadas = "hay 1 programada" if van.por_salir == 1 else f"hay {van.por_salir} programadas"
        faltan = total - van.publicadas - van.por_salir
        return (
            f"Hoy {dia}, de {total} publicaciones de esta semana {salieron} y {programadas}: "
            f"{'falta 1' if faltan == 1 else f'faltan {faltan}'}."
        )
