"""Una carpeta de entrada con la que se puede jugar: soltar, esperar y mirar qué fue de cada cosa."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from modelos import Entrega, Estado, Medio, Publicacion, Recepcion
from modelos.consultas import medios_de
from motor.entorno import Entorno
from motor.entrada.recorrido import GRACIA, REPOSO, Recorrido, Resumen
from motor.publicacion.transiciones import transitar


@dataclass
class Carpeta:
    """La carpeta de una oficina y sus ojos. `esperar` deja que pase el tiempo que haga falta."""

    entorno: Entorno
    recorrido: Recorrido

    @property
    def buzon(self) -> Path:
        return self.entorno.buzon

    @property
    def entrada(self) -> Path:
        return self.buzon / "entrada"

    def soltar(self, nombre: str, contenido: str | bytes) -> Path:
        ruta = self.entrada / nombre
        ruta.parent.mkdir(parents=True, exist_ok=True)
        ruta.write_bytes(contenido if isinstance(contenido, bytes) else contenido.encode())
        return ruta

    def esperar(self, cuanto: timedelta = REPOSO) -> Resumen:
        """Mirar, dejar pasar el tiempo y mirar otra vez; devuelve lo que pasó en la segunda mirada."""
        self.recorrido.recorrer()
        self.entorno.reloj.avanzar(cuanto)
        return self.recorrido.recorrer()

    def esperar_de_mas(self) -> Resumen:
        return self.esperar(GRACIA)

    def hay(self, carpeta: str) -> list[str]:
        return sorted(r.name for r in (self.buzon / carpeta).iterdir() if not r.name.startswith("."))

    def nota(self, ruta: str) -> str:
        return (self.buzon / ruta).read_text(encoding="utf-8")

    def publicaciones(self) -> list[Publicacion]:
        with self.entorno.base.leer() as sesion:
            return list(sesion.exec(select(Publicacion).order_by(col(Publicacion.id))))

    def entregas(self) -> list[Entrega]:
        with self.entorno.base.leer() as sesion:
            return list(sesion.exec(select(Entrega).order_by(col(Entrega.id))))

    def recepciones(self) -> list[Recepcion]:
        with self.entorno.base.leer() as sesion:
            return list(sesion.exec(select(Recepcion).order_by(col(Recepcion.id))))

    def medios(self, publicacion: Publicacion) -> list[tuple[Medio, str]]:
        with self.entorno.base.leer() as sesion:
            return medios_de(sesion, publicacion.id)

    def publicar(
        self, *entregas: Entrega, estado: Estado = Estado.PUBLICADA, url: str = "https://red.example/1"
    ) -> None:
        """Como si el motor las hubiera sacado (o no)."""
        ahora = self.entorno.reloj.ahora()
        datos = {"publicada_en": ahora, "url": url} if estado is Estado.PUBLICADA else {}
        for entrega in entregas or self.entregas():
            with self.entorno.base.escribir() as sesion:
                caminos = {Estado.PUBLICADA: [Estado.RECLAMADA, Estado.ENVIANDO], Estado.FALLIDA: [Estado.RECLAMADA]}
                de = Estado.PROGRAMADA
                for a in [*caminos.get(estado, []), estado]:
                    suyos = (datos | {"id_externo": f"e{entrega.id}"} if datos else {}) if a is estado else {}
                    assert transitar(
                        sesion,
                        entrega.id,
                        de={de},
                        a=a,
                        ahora=ahora,
                        accion="prueba",
                        detalle="Por la prueba.",
                        **suyos,
                    )
                    de = a


@pytest.fixture
def carpeta(entorno: Entorno, perfil_de: Callable[..., object]) -> Carpeta:
    """Una oficina con dos perfiles: «memoria» y «memoria-2»."""
    perfil_de()
    perfil_de()
    carpeta = Carpeta(entorno, Recorrido(entorno))
    carpeta.recorrido.recorrer()
    return carpeta
