"""El correo de un alza: qué, cuánto, desde cuándo, dónde, qué tan seguro, qué hacer, y luego lo demás. Puro."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from motor.avisos.aviso import Imagen
from motor.avisos.redaccion import frases, hoja
from motor.avisos.redaccion.hechos import Acciones, Dicho, Hechos, Momento, Pliego
from motor.legible import instante_legible, retraso_legible

LARGO_DE_UN_MENSAJE = 220
CID = "grafica@pregonero"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carta:
    """Los hechos y cómo se cuentan. grafica: el PNG; None si no hay. Se llama con las acciones y da el pliego."""

    hechos: Hechos
    momento: Momento
    zona: ZoneInfo
    a_tiempo: bool = True
    grafica: bytes | None = None

    def __call__(self, acciones: Acciones) -> Pliego:
        """Lo que empeora antes de que salga el primero es, para quien lo lee, la primera noticia."""
        es_la_primera = self.momento is Momento.PEOR and not acciones.responde_a
        momento = Momento.NUEVA if es_la_primera else self.momento
        return replace(self, a_tiempo=acciones.a_tiempo, momento=momento).pliego(acciones)

    def pliego(self, acciones: Acciones) -> Pliego:
        imagenes: tuple[Imagen, ...] = ()
        if self.grafica is not None:
            imagenes = (Imagen(CID, "grafica.png", self.en_palabras(), self.grafica),)
        return Pliego(
            asunto=f"Re: {acciones.responde_a}" if acciones.responde_a else self.asunto(),
            texto=self.texto(acciones),
            html=self.html(acciones),
            imagenes=imagenes,
            corto=f"{self.titulo()}. {self.resumen()}",
        )

    def asunto(self) -> str:
        if self.momento is Momento.RECUPERADA:
            return frases.recortar(f"Ya pasó: {self.hechos.temas[0]} volvió a lo normal", frases.LARGO_DEL_ASUNTO)
        return frases.asunto(self.hechos)

    def titulo(self) -> str:
        tema = self.hechos.temas[0]
        match self.momento:
            case Momento.NUEVA:
                return f"Sube lo que se dice de: {tema}"
            case Momento.PEOR:
                return f"Sigue subiendo: {tema}"
            case Momento.RECUPERADA:
                return f"Volvió a lo normal: {tema}"

    def resumen(self) -> str:
        """La frase de los cinco segundos."""
        h = self.hechos
        if self.momento is Momento.RECUPERADA:
            fin = h.hasta or h.ahora
            return (
                f"Duró {retraso_legible(fin - h.desde)}: de {frases.las(h.desde, self.zona)} a "
                f"{frases.las(fin, self.zona)}. En total, {frases.mensajes(h.total)}."
            )
        lugar = frases.donde(h, cuantos=1).partition(" (")[0]
        return frases.cuanto(h, self.zona, a_tiempo=self.a_tiempo) + (f"; sobre todo en {lugar}." if lugar else ".")

    def en_palabras(self) -> str:
        """El texto alternativo de la gráfica."""
        h = self.hechos
        alto = max((p.visto or 0 for p in h.puntos), default=h.valor)
        comunes = [p.normal for p in h.puntos if p.normal is not None]
        medio = f" Lo normal en esos días: {frases.numero(sum(comunes) / len(comunes))} por hora." if comunes else ""
        return (
            f"Gráfica de mensajes por hora sobre {h.temas[0]} en los últimos días.{medio} "
            f"Desde {frases.las(h.desde, self.zona)} {frases.el_dia(h.desde, h.ahora, self.zona)} sube "
            f"hasta {frases.numero(alto)} en una hora."
        )

    def datos(self) -> list[tuple[str, str]]:
        """Los renglones de «desde, dónde, quiénes, certeza»; el que no se sabe no está."""
        h = self.hechos
        filas = [("Desde", frases.desde_cuando(h, self.zona))]
        if lugares := frases.donde(h):
            filas.append(("Dónde", f"{lugares}, {frases.como_se_sabe_donde(h)}"))
        if quienes := frases.quienes(h):
            filas.append(("Quiénes", quienes))
        if len(h.temas) > 1:
            filas.append(("También en", frases.enumerar(h.temas[1:])))
        if self.momento is not Momento.RECUPERADA:
            filas.append(("Certeza", frases.seguridad(h)))
        if h.sin_oir:
            nota = f"{frases.enumerar(h.sin_oir[:3])}: no se pueden oír ahora; puede haber más mensajes"
            filas.append(("Falta", nota))
        return filas

    def que_hacer(self) -> list[str]:
        if self.momento is Momento.RECUPERADA:
            return ["Nada urgente: revise si quedó alguna pregunta sin contestar."]
        abrir = "Abra los mensajes más ruidosos (abajo)" if self.hechos.ruidosos else "Mire las redes"
        return [f"{abrir} y vea si es verdad.", "Si lo es, conteste o publique un aviso, y avise al área que atiende."]

    # ── el texto ──

    def texto(self, acciones: Acciones) -> str:
        h = self.hechos
        partes = [f"{self.titulo().upper()}\n{self.resumen()}"]
        partes.append("\n".join(f"{nombre}: {valor}" for nombre, valor in self.datos()))
        partes.append(
            "Qué hacer:\n" + "\n".join(f"  · {paso}" for paso in [*self.que_hacer(), *self._contestar(acciones)])
        )
        if h.ruidosos:
            partes.append("Los mensajes más ruidosos:\n\n" + "\n\n".join(self._dicho(d) for d in h.ruidosos))
        if h.palabras:
            dichas = ", ".join(f"{palabra} ({n})" for palabra, n in h.palabras)
            partes.append(f"Palabras nuevas, comparadas con las dos semanas de antes: {dichas}.")
        partes.append(f"Escrito: {instante_legible(h.ahora, self.zona)}. Historia {acciones.historia_id}.")
        return "\n\n".join(partes)

    def _contestar(self, acciones: Acciones) -> list[str]:
        return [] if self.momento is Momento.RECUPERADA else frases.contestar(acciones)

    def _dicho(self, d: Dicho) -> str:
        enlace = f"\n{d.url}" if d.url else ""
        return f"{self._quien(d)}\n«{_trozo(d)}»{enlace}"

    def _quien(self, d: Dicho) -> str:
        datos = [d.usuario, d.red, frases.hora(d.publicado_en, self.zona), frases.interacciones(d.interacciones)]
        return " · ".join(dato for dato in datos if dato)

    # ── el html ──

    def html(self, acciones: Acciones) -> str:
        h, alza = self.hechos, self.momento is not Momento.RECUPERADA
        escrito = f"Escrito {instante_legible(h.ahora, self.zona)} · Historia {acciones.historia_id}"
        bloques = [hoja.titulo(self.titulo())]
        if alza:
            comun = frases.cuanto(h, self.zona, a_tiempo=self.a_tiempo).partition("; ")
            rato = frases.cuando_fueron(h, self.zona, a_tiempo=self.a_tiempo)
            palabra = "mensaje" if frases.cifra(h) == 1 else "mensajes"
            bloques.append(hoja.cifra(frases.numero(frases.cifra(h)), f"{palabra} {rato}", comun[2], frases.veces(h)))
        else:
            bloques.append(hoja.parrafo(self.resumen()))
        bloques.append(hoja.datos(self.datos()))
        bloques.append(hoja.pasos(self.que_hacer()))
        bloques += [hoja.contestar(acciones.enlace, frases.contestar(acciones), panel=acciones.panel)] if alza else []
        if self.grafica is not None:
            bloques.append(hoja.imagen(CID, self.en_palabras()))
        if h.ruidosos:
            bloques.append(hoja.subtitulo("Los mensajes más ruidosos"))
            bloques += [hoja.cita(self._quien(d), _trozo(d), d.url) for d in h.ruidosos]
        if h.palabras:
            bloques.append(hoja.subtitulo("Palabras nuevas"))
            bloques.append(hoja.palabras(h.palabras))
            bloques.append(hoja.nota("Comparadas con las dos semanas de antes; el número, en cuántos mensajes está."))
        return hoja.pagina(
            self.asunto(), adelanto=self.resumen(), bloques=bloques, pie=escrito, tono="alza" if alza else "calma"
        )


def _trozo(d: Dicho) -> str:
    return frases.recortar(d.texto, LARGO_DE_UN_MENSAJE) if d.texto else "(es privado: léalo en la red)"


def con_encabezado(pliego: Pliego, frase: str, *, asunto: str) -> Pliego:
    """El mismo correo con un renglón arriba que dice por qué llega otra vez."""
    return Pliego(
        asunto=asunto,
        texto=f"{frase}\n\n{pliego.texto}",
        html=hoja.con_encabezado(pliego.html, frase) if pliego.html else "",
        imagenes=pliego.imagenes,
        corto=f"{frase} {pliego.corto}",
    )
