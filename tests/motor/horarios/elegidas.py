"""Publicaciones a las que el motor eligió la hora, escritas en la base como él las deja."""

from datetime import datetime, timedelta
from itertools import count

from sqlmodel import Session

from modelos import Eleccion, Entrega, Estado, Lectura, Medicion, Perfil, Publicacion, Vista

_NUMERO = count(1)


def entrega_publicada(sesion: Session, perfil: Perfil, en: datetime) -> Entrega:
    publicacion = Publicacion(
        texto="Hola.", programada_en=en, zona="UTC", origen="orden", creada_en=en, actualizada_en=en
    )
    sesion.add(publicacion)
    sesion.flush()
    entrega = Entrega(
        publicacion_id=publicacion.id,
        perfil_id=perfil.id,
        estado=Estado.PUBLICADA,
        texto="Hola.",
        clave=f"clave-{next(_NUMERO)}",
        huella="h",
        no_antes_de=en,
        despertar_en=en,
        creada_en=en,
    )
    sesion.add(entrega)
    sesion.flush()
    return entrega


def eleccion_de(entrega_id: int, elegida: datetime, **columnas: object) -> Eleccion:
    """La mejor de cincuenta, sin sorteo, salvo lo que se diga."""
    comunes: dict[str, object] = {
        "hecha_en": elegida - timedelta(days=1),
        "desde": elegida - timedelta(days=1),
        "hasta": elegida + timedelta(days=1),
        "ranura": 20,
        "ganancia_pct": 10.0,
        "inferior_pct": 1.0,
        "superior_pct": 20.0,
        "probabilidad": 0.902,
        "candidatas": 50,
        "la_mejor": True,
    }
    return Eleccion(entrega_id=entrega_id, elegida=elegida, **(comunes | columnas))


def ver(
    sesion: Session, perfil: Perfil, entrega_id: int | None, valor: int, *, en: datetime, **columnas: object
) -> None:
    """Que esté en el perfil, con lo que respondió la gente a los cuatro días."""
    vista = Vista(
        perfil_id=perfil.id,
        entrega_id=entrega_id,
        id_externo=f"p{next(_NUMERO)}",
        texto="Hola.",
        publicada_en=en,
        vista_en=en,
        **columnas,
    )
    sesion.add(vista)
    sesion.flush()
    leida_en = en + timedelta(days=4, minutes=1)
    leida = Lectura(perfil_id=perfil.id, vista_id=vista.id, leida_en=leida_en, version="v1")
    sesion.add(leida)
    sesion.flush()
    una = {"perfil_id": perfil.id, "vista_id": vista.id, "lectura_id": leida.id, "medida_en": leida_en}
    sesion.add(Medicion(metrica="me_gusta", valor=valor, **una))
