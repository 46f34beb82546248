"""Una oficina llena: un mes de 5 000 publicaciones, un acervo, un millón de mensajes oídos y alguien con sesión.

python -m bench.panel.lleno CARPETA [--publicaciones 5000] [--mensajes 1000000]

Se hace una vez en la carpeta y se aprovecha: llenarla tarda minutos.
"""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from PIL import Image
from sqlalchemy import insert
from sqlmodel import Session

from bench.ingesta import llenar as llenar_lo_oido
from conectores.contrato import calcular_huella
from modelos import Entrega, Estado, Medio, MedioDePublicacion, Monitor, Nombramiento, Perfil, Publicacion, Rol, Usuario
from modelos.base import tabla
from motor.arranque import Oficina, abrir_oficina
from motor.usuarios import sesiones

REDES = ("facebook", "instagram", "x")
MEDIOS = 2000
MONITORES = 100
_TEXTO = (
    "Este sábado, jornada de reforestación en el cerro de la Cruz. Traiga pala, agua y ganas; los árboles los ponemos "
    "nosotros. Salida a las 8:00 desde la plaza. #SanJacintoVerde https://sanjacinto.gob.mx/reforesta"
)


@dataclass(frozen=True, slots=True)
class Lleno:
    """valores: con qué se abre. cookie: la de su administradora."""

    valores: dict[str, str]
    cookie: str


def abrir(carpeta: Path, *, publicaciones: int = 5000, mensajes: int = 1_000_000) -> Lleno:
    """La oficina llena de esa carpeta; si no estaba, se llena."""
    valores = variables(carpeta)
    marca = carpeta / "lleno.json"
    if not marca.exists():
        carpeta.mkdir(parents=True, exist_ok=True)
        marca.write_text(json.dumps({"cookie": _llenar(valores, publicaciones, mensajes)}), encoding="utf-8")
    return Lleno(valores, json.loads(marca.read_text(encoding="utf-8"))["cookie"])


def variables(carpeta: Path) -> dict[str, str]:
    valores = {
        "BASE": f"sqlite:///{carpeta / 'pregonero.db'}",
        "BUZON": str(carpeta / "buzon"),
        "ACERVO": str(carpeta / "acervo"),
        "ARCHIVOS": str(carpeta / "config"),
        "LLAVES": str(carpeta / "llaves"),
        "ESCUCHAR": "no",
        **{f"{red.upper()}_TOKEN": "de-mentira" for red in REDES},
        **{f"{red.upper()}_URL": "http://127.0.0.1:9" for red in REDES},  # donde no hay nadie: nada sale de aquí
        **dict.fromkeys(("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_SECRET"), "de-mentira"),
    }
    return {f"PREGONERO_{nombre}": valor for nombre, valor in valores.items()}


def _llenar(valores: dict[str, str], publicaciones: int, mensajes: int) -> str:
    oficina = abrir_oficina(valores)
    ahora = oficina.entorno.reloj.ahora()
    with oficina.entorno.base.escribir() as sesion:
        perfiles = _perfiles(sesion, ahora)
        medios = _medios(sesion, oficina, ahora)
        _publicaciones(sesion, perfiles, medios, cuantas=publicaciones, ahora=ahora)
        _monitores(sesion, ahora)
        cookie = _administradora(sesion, ahora)
    llenar_lo_oido(oficina.escucha, mensajes)
    oficina.entorno.base.cerrar()
    oficina.escucha.base.cerrar()
    return cookie


def _perfiles(sesion: Session, ahora: datetime) -> list[Perfil]:
    hechos = [
        Perfil(nombre=f"{red}-san-jacinto", red=red, titulo="San Jacinto", id_externo=str(n), creado_en=ahora)
        for n, red in enumerate(REDES, start=1)
    ]
    sesion.add_all(hechos)
    sesion.flush()
    return hechos


def _medios(sesion: Session, oficina: Oficina, ahora: datetime) -> list[int]:
    """Cien fotos de verdad en el disco; las demás filas las repiten."""
    carpeta = oficina.entorno.acervo
    for n in range(100):
        ruta = carpeta / f"{n:02d}" / "foto.jpg"
        ruta.parent.mkdir(parents=True, exist_ok=True)
        Image.effect_noise((1280, 853), 40).convert("RGB").save(ruta, quality=70)
    filas = [
        {
            "sha256": f"{n:064x}",
            "ruta": f"{n % 100:02d}/foto.jpg",
            "nombre": f"Reforestación {n}.jpg",
            "tipo": "imagen",
            "mime": "image/jpeg",
            "peso_bytes": 180_000,
            "ancho": 1280,
            "alto": 853,
            "evento": f"Evento {n % 40}",
            "buscable": f"reforestacion {n} evento {n % 40} cerro de la cruz",
            "personas": [],
            "etiquetas": [],
            "creado_en": ahora - timedelta(hours=n),
        }
        for n in range(MEDIOS)
    ]
    sesion.execute(insert(tabla(Medio)), filas)
    return list(range(1, MEDIOS + 1))


def _publicaciones(
    sesion: Session, perfiles: list[Perfil], medios: list[int], *, cuantas: int, ahora: datetime
) -> None:
    """Repartidas en el mes de ahora: las de antes salieron, las de después esperan."""
    azar = random.Random(5)
    principio = ahora.replace(day=1, hour=14, minute=0, second=0, microsecond=0)
    piezas, entregas, con_medio = [], [], []
    for n in range(1, cuantas + 1):
        en = principio + timedelta(minutes=azar.randrange(28 * 24 * 60))
        piezas.append(_publicacion(n, en, ahora))
        if n % 3 == 0:
            con_medio.append(
                {"publicacion_id": n, "orden": 0, "medio_id": azar.choice(medios), "texto_alternativo": ""}
            )
        entregas += [_entrega(n, perfil, en, ahora) for perfil in perfiles]
    sesion.execute(insert(tabla(Publicacion)), piezas)
    sesion.execute(insert(tabla(Entrega)), entregas)
    sesion.execute(insert(tabla(MedioDePublicacion)), con_medio)


def _publicacion(n: int, en: datetime, ahora: datetime) -> dict[str, Any]:
    return Publicacion(
        id=n,
        texto=f"{n}. {_TEXTO}",
        programada_en=en,
        zona="America/Mexico_City",
        campana=f"Campaña {n % 7}",
        etiquetas=[f"tema-{n % 11}"],
        origen="panel",
        autor="Ana",
        creada_en=ahora,
        actualizada_en=ahora,
    ).model_dump()


def _entrega(n: int, perfil: Perfil, en: datetime, ahora: datetime) -> dict[str, Any]:
    salio = en < ahora
    texto = f"{n}. {_TEXTO}"
    fila = Entrega(
        publicacion_id=n,
        perfil_id=perfil.id,
        estado=Estado.PUBLICADA if salio else Estado.PROGRAMADA,
        texto=texto,
        clave=f"{perfil.id}-{n}",
        huella=calcular_huella(texto, 0),
        no_antes_de=en,
        despertar_en=en,
        id_externo=f"{n}" if salio else None,
        url=f"https://ejemplo.test/{n}" if salio else "",
        publicada_en=en if salio else None,
        creada_en=ahora,
    ).model_dump()
    del fila["id"]
    return fila


def _monitores(sesion: Session, ahora: datetime) -> None:
    for n in range(1, MONITORES + 1):
        sesion.add(
            Monitor(
                id=n,
                clave=f"tema-{n}",
                nombre=f"Tema {n}",
                definicion={"nombre": f"Tema {n}", "alguna": ["agua", f"tema{n}"]},
                desde=ahora - timedelta(days=200),
                creado_en=ahora,
            )
        )


def _administradora(sesion: Session, ahora: datetime) -> str:
    ana = Usuario(correo="ana@sanjacinto.gob.mx", nombre="Ana", creado_en=ahora)
    sesion.add(ana)
    sesion.flush()
    sesion.add(Nombramiento(usuario_id=ana.id, perfil_id=None, rol=Rol.ADMINISTRADOR))
    return sesiones.abrir(sesion, ana, agente="banco", direccion="127.0.0.1", ahora=ahora)


def principal(
    carpeta: Annotated[Path, typer.Argument(help="Dónde; si ya estaba llena, no se toca.")],
    publicaciones: Annotated[int, typer.Option(help="Cuántas, cada una en tres perfiles.")] = 5000,
    mensajes: Annotated[int, typer.Option(help="Cuántos mensajes oídos.")] = 1_000_000,
) -> None:
    abrir(carpeta, publicaciones=publicaciones, mensajes=mensajes)
    print(f"Lista en {carpeta}")


if __name__ == "__main__":
    typer.run(principal)
