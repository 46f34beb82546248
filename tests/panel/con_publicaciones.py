"""Perfiles y publicaciones para las pruebas del panel que enseñan lo programado y lo publicado."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlmodel import col, select, update

from modelos import Entrega, Estado, Medio, MedioDePublicacion, Perfil
from modelos.consultas import entregas_de
from motor.publicacion import alta
from motor.publicacion.propuesta import Propuesta
from panel.entorno import EntornoDelPanel


def crear_perfil(
    panel: EntornoDelPanel, nombre: str = "ayuntamiento", *, red: str = "memoria", **columnas: Any
) -> Perfil:
    with panel.entorno.base.escribir() as sesion:
        datos: dict[str, Any] = {"titulo": "Ayuntamiento", "opciones": {"red": f"{id(panel)}-{nombre}"}, **columnas}
        perfil = Perfil(nombre=nombre, red=red, creado_en=panel.entorno.reloj.ahora(), **datos)
        sesion.add(perfil)
    return perfil


def programar(
    panel: EntornoDelPanel,
    texto: str = "Mañana hay vacunación en el DIF.",
    *,
    perfiles: Sequence[str] = ("ayuntamiento",),
    en: datetime | None = None,
    estado: Estado = Estado.PROGRAMADA,
    **mas: Any,
) -> list[Entrega]:
    """Sus entregas, por perfil y parte. en: mañana a esta hora, si no se dice."""
    entorno, ahora = panel.entorno, panel.entorno.reloj.ahora()
    propuesta = Propuesta(
        texto=texto,
        perfiles=tuple(perfiles),
        programada_en=en or ahora + timedelta(days=1),
        zona=str(entorno.reglas.zona),
        **{"origen": "carpeta", "origen_nombre": "aviso.md", **mas},
    )
    with entorno.base.escribir() as sesion:
        publicacion = alta.registrar(sesion, entorno, propuesta, ahora=ahora)
        if estado is not Estado.PROGRAMADA:
            sesion.flush()
            cambios: dict[str, Any] = {"estado": estado}
            if estado is Estado.PUBLICADA:
                cambios |= {"publicada_en": propuesta.programada_en, "url": "https://red.example/1"}
            sesion.execute(update(Entrega).where(col(Entrega.publicacion_id) == publicacion.id).values(**cambios))
    return entregas(panel, publicacion.id)


def entregas(panel: EntornoDelPanel, publicacion_id: int) -> list[Entrega]:
    with panel.entorno.base.leer() as sesion:
        return entregas_de(sesion, publicacion_id)


def entrega(panel: EntornoDelPanel, id_: int) -> Entrega:
    with panel.entorno.base.leer() as sesion:
        return sesion.exec(select(Entrega).where(Entrega.id == id_)).one()


def poner_foto(panel: EntornoDelPanel, publicacion_id: int, color: str = "teal", alternativo: str = "La plaza") -> None:
    entorno = panel.entorno
    ruta = entorno.acervo / f"{color}.jpg"
    ruta.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (640, 480), color).save(ruta)
    with entorno.base.escribir() as sesion:
        sha = f"{color}-{publicacion_id}".ljust(64, "0")
        foto = Medio(
            sha256=sha,
            ruta=ruta.name,
            nombre=ruta.name,
            tipo="imagen",
            mime="image/jpeg",
            peso_bytes=ruta.stat().st_size,
            ancho=640,
            alto=480,
            creado_en=entorno.reloj.ahora(),
        )
        sesion.add(foto)
        sesion.flush()
        sesion.add(
            MedioDePublicacion(publicacion_id=publicacion_id, orden=0, medio_id=foto.id, texto_alternativo=alternativo)
        )
