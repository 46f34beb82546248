"""Guardar lo aprendido: sólo se añade, y sólo si cambió de qué se aprendió; lo viejo que no explica nada se tira."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from operator import attrgetter

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete

from modelos import Eleccion, Horario
from motor.horarios.aprendizaje.lectura import Pasado
from motor.horarios.mapa import Mapa
from motor.horarios.publicada import Publicada

VERSION = 1
"""Sube cuando cambia el modelo: todos vuelven a aprender aunque nada nuevo se haya medido."""
_CAMPOS = attrgetter(*(f.name for f in fields(Publicada)))
VIDA = timedelta(days=30)
"""Lo que se guarda un horario que no explica ninguna elección y ya no es el último."""


def huella_de(pasado: Pasado) -> str:
    """De lo que un perfil enseña."""
    publicadas = [_CAMPOS(p) for p in pasado.publicadas]
    return _sha256({"metrica": pasado.metrica, "sumandos": pasado.sumandos, "publicadas": publicadas})


def huella_del_horario(propia: str, hermanas: Mapping[str, str], *, red: str) -> str:
    """De todo lo que decide un mapa: lo suyo y lo de los perfiles de su organización.

    hermanas: la huella y la red de cada uno de los demás, por cualquier nombre que no cambie.
    """
    return _sha256({"version": VERSION, "red": red, "propia": propia, "hermanas": sorted(hermanas.items())})


def _sha256(datos: object) -> str:
    return hashlib.sha256(json.dumps(datos, sort_keys=True, default=str).encode()).hexdigest()


def horario_de(perfil_id: int, pasado: Pasado, mapa: Mapa, *, huella: str, ahora: datetime) -> Horario:
    return Horario(
        perfil_id=perfil_id,
        aprendido_en=ahora,
        hasta=pasado.hasta,
        publicaciones=len(pasado.publicadas),
        metrica=pasado.metrica,
        version=VERSION,
        mapa=mapa.a_json(),
        huella=huella,
    )


def podar(sesion: Session, *, ahora: datetime) -> None:
    """Tirar los que no son el último de su perfil ni explican una elección."""
    otro = aliased(Horario)
    hay_posterior = exists(
        select(col(otro.id)).where(
            col(otro.perfil_id) == col(Horario.perfil_id),
            col(otro.aprendido_en) > col(Horario.aprendido_en),
            col(otro.aprendido_en) <= ahora,
        )
    )
    explica = exists(select(col(Eleccion.id)).where(col(Eleccion.horario_id) == col(Horario.id)))
    viejo = col(Horario.aprendido_en) < ahora - VIDA
    sesion.execute(delete(Horario).where(viejo, hay_posterior, ~explica).execution_options(synchronize_session=False))
