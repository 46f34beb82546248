"""Medios de mentira en el acervo de una prueba."""

from pathlib import Path
from typing import Any

from PIL import Image

from modelos import Entrega, Medio, MedioDePublicacion, Perfil, Publicacion
from motor.acervo import parecido
from motor.acervo.medios import guardar, inspeccionar
from panel.entorno import EntornoDelPanel
from tests.motor.acervo.fotos import foto, guardada


def poner_medio(
    panel: EntornoDelPanel,
    carpeta: Path,
    *,
    nombre: str = "foto.jpg",
    subido_por: str = "ana@sanjacinto.gob.mx",
    imagen: Image.Image | None = None,
    ruta: Path | None = None,
    **ficha: Any,
) -> Medio:
    """Una foto (o lo que haya en `ruta`) guardada en el acervo, con esa ficha."""
    origen = ruta or guardada(carpeta / "origen.jpg", imagen or foto())
    entorno = panel.entorno
    with entorno.base.escribir() as sesion:
        suyo = guardar(sesion, inspeccionar(origen), carpeta=entorno.acervo, nombre=nombre, ahora=entorno.reloj.ahora())
        suyo.subido_por = subido_por
        if suyo.tipo == "imagen":
            parecido.anotar(sesion, suyo, parecido.huella_visual(entorno.acervo / suyo.ruta))
        for campo, valor in ficha.items():
            setattr(suyo, campo, valor)
        sesion.add(suyo)
    return suyo


def poner_perfil(panel: EntornoDelPanel, nombre: str = "pueblo", **columnas: Any) -> Perfil:
    with panel.entorno.base.escribir() as sesion:
        perfil = Perfil(**{"nombre": nombre, "red": "memoria", "creado_en": panel.entorno.reloj.ahora(), **columnas})
        sesion.add(perfil)
    return perfil


def poner_publicacion(
    panel: EntornoDelPanel, perfil: Perfil, texto: str = "Aviso", *, medios: tuple[Medio, ...] = (), **entrega: Any
) -> Entrega:
    """Una publicación de ese perfil con esos medios, y su única entrega."""
    ahora = panel.entorno.reloj.ahora()
    with panel.entorno.base.escribir() as sesion:
        publicacion = Publicacion(
            texto=texto,
            programada_en=ahora,
            zona="America/Mexico_City",
            origen="panel",
            creada_en=ahora,
            actualizada_en=ahora,
        )
        sesion.add(publicacion)
        sesion.flush()
        for orden, suyo in enumerate(medios):
            sesion.add(MedioDePublicacion(publicacion_id=publicacion.id, orden=orden, medio_id=suyo.id))
        suya = Entrega(
            **{
                "publicacion_id": publicacion.id,
                "perfil_id": perfil.id,
                "texto": texto,
                "clave": f"c{publicacion.id}",
                "huella": f"h{publicacion.id}",
                "no_antes_de": ahora,
                "despertar_en": ahora,
                "creada_en": ahora,
                **entrega,
            }
        )
        sesion.add(suya)
    return suya
