"""Dos semanas de la oficina de prensa de San Jacinto: lo que ya salió, y lo que espera su hora.

Lo que espera entra por el mismo camino que lo de cualquiera. Lo que ya salió se escribe en la base como quedó: no se
puede publicar en el pasado.
"""

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlmodel import Session

from conectores.contrato import calcular_huella
from modelos import Entrega, Estado, Lectura, Medicion, MedioDePublicacion, Perfil, Publicacion, Vista
from modelos.consultas import perfiles
from motor.acervo.medios import guardar, inspeccionar
from motor.demo.fotos import POR_NOMBRE, Foto
from motor.entorno import Entorno
from motor.publicacion.alta import registrar
from motor.publicacion.propuesta import MedioPropuesto, Propuesta
from motor.publicacion.transiciones import anotar


@dataclass(frozen=True, slots=True, kw_only=True)
class Anuncio:
    """dia: desde hoy; negativo, ya salió. hora: local. en: en cuáles de los perfiles (0, 1, 2). foto: su archivo."""

    dia: int
    hora: time
    en: tuple[int, ...]
    texto: str
    foto: str = ""
    campana: str = ""
    etiquetas: tuple[str, ...] = ()
    quien: str


def anuncios() -> list[Anuncio]:
    """Los de `anuncios.toml`, en orden."""
    leidos = tomllib.loads((Path(__file__).parent / "anuncios.toml").read_text(encoding="utf-8"))["anuncio"]
    return [Anuncio(**{**a, "en": tuple(a["en"]), "etiquetas": tuple(a["etiquetas"])}) for a in leidos]


def vivir(entorno: Entorno, carpeta: Path, nombres: Sequence[str], *, correos: Mapping[str, str]) -> None:
    """Escribir lo pasado y registrar lo que viene. nombres: los tres perfiles. carpeta: para las fotos sueltas.

    correos: el de cada persona, por su nombre: nadie aprueba lo que ella misma escribió.
    """
    rutas = _dejar_fotos(carpeta)
    ahora = entorno.reloj.ahora()
    for anuncio in anuncios():
        en = _instante(entorno, anuncio, ahora)
        suyos = [nombres[i] for i in anuncio.en]
        if en <= ahora:
            _ya_salio(entorno, anuncio, en, suyos=suyos, rutas=rutas)
        else:
            _espera(entorno, anuncio, en, suyos=suyos, rutas=rutas, por=correos.get(anuncio.quien, ""))


def _dejar_fotos(carpeta: Path) -> Mapping[str, Path]:
    carpeta.mkdir(parents=True, exist_ok=True)
    rutas = {}
    for nombre, foto in POR_NOMBRE.items():
        rutas[nombre] = carpeta / nombre
        rutas[nombre].write_bytes(foto.jpeg())
    return rutas


def _instante(entorno: Entorno, anuncio: Anuncio, ahora: datetime) -> datetime:
    zona = entorno.reglas.zona
    return datetime.combine(ahora.astimezone(zona).date() + timedelta(days=anuncio.dia), anuncio.hora, zona)


def _espera(
    entorno: Entorno, anuncio: Anuncio, en: datetime, *, suyos: Sequence[str], rutas: Mapping[str, Path], por: str
) -> None:
    foto = POR_NOMBRE.get(anuncio.foto)
    propuesta = Propuesta(
        texto=anuncio.texto,
        perfiles=tuple(suyos),
        programada_en=en,
        zona=str(entorno.reglas.zona),
        medios=(MedioPropuesto(ruta=rutas[foto.nombre], donde=foto.nombre, texto_alternativo=foto.descripcion),)
        if foto
        else (),
        campana=anuncio.campana,
        etiquetas=anuncio.etiquetas,
        autor=anuncio.quien,
        origen="panel",
        origen_nombre=anuncio.quien,
    )
    with entorno.base.escribir() as sesion:
        registrar(sesion, entorno, propuesta, ahora=entorno.reloj.ahora(), por=por)


def _ya_salio(
    entorno: Entorno, anuncio: Anuncio, en: datetime, *, suyos: Sequence[str], rutas: Mapping[str, Path]
) -> None:
    foto = POR_NOMBRE.get(anuncio.foto)
    with entorno.base.escribir() as sesion:
        publicacion = Publicacion(
            texto=anuncio.texto,
            programada_en=en,
            zona=str(entorno.reglas.zona),
            campana=anuncio.campana,
            etiquetas=list(anuncio.etiquetas),
            autor=anuncio.quien,
            origen="panel",
            origen_nombre=anuncio.quien,
            creada_en=en - timedelta(days=2),
            actualizada_en=en - timedelta(days=1),
        )
        sesion.add(publicacion)
        sesion.flush()
        if foto:
            _con_foto(sesion, entorno, publicacion, foto, ruta=rutas[foto.nombre])
        azar = random.Random(anuncio.texto)  # noqa: S311 # que siempre se vea lo mismo
        for perfil in perfiles(sesion, nombres=suyos):
            _salida(sesion, publicacion, perfil, en, azar=azar, con_foto=foto is not None)


def _con_foto(sesion: Session, entorno: Entorno, publicacion: Publicacion, foto: Foto, *, ruta: Path) -> None:
    medio = guardar(sesion, inspeccionar(ruta), carpeta=entorno.acervo, nombre=foto.nombre, ahora=publicacion.creada_en)
    sesion.flush()
    sesion.add(
        MedioDePublicacion(
            publicacion_id=publicacion.id, orden=0, medio_id=medio.id, texto_alternativo=foto.descripcion
        )
    )


def _salida(
    sesion: Session, publicacion: Publicacion, perfil: Perfil, en: datetime, *, azar: random.Random, con_foto: bool
) -> None:
    """La entrega publicada, su historia, y lo que la gente respondió según la red."""
    salio = en + timedelta(seconds=azar.uniform(0.4, 3))
    id_externo = f"sj-{publicacion.id}-{perfil.id}"
    url = f"https://red.example/{perfil.nombre}/{id_externo}"
    entrega = Entrega(
        publicacion_id=publicacion.id,
        perfil_id=perfil.id,
        estado=Estado.PUBLICADA,
        texto=publicacion.texto,
        clave=id_externo,
        huella=calcular_huella(publicacion.texto, int(con_foto)),
        no_antes_de=en,
        despertar_en=en,
        id_externo=id_externo,
        url=url,
        publicada_en=salio,
        creada_en=publicacion.creada_en,
    )
    sesion.add(entrega)
    sesion.flush()
    llego = f"Llegó por {publicacion.origen}: {publicacion.origen_nombre}."
    anotar(sesion, "entrega_programada", ahora=publicacion.creada_en, entrega_id=entrega.id, detalle=llego)
    anotar(sesion, "entrega_publicada", ahora=salio, entrega_id=entrega.id, detalle=url)
    _medida(sesion, entrega, azar=azar, con_foto=con_foto)


def _medida(sesion: Session, entrega: Entrega, *, azar: random.Random, con_foto: bool) -> None:
    salio = entrega.publicada_en
    assert salio is not None  # noqa: S101 # acaba de salir
    medida_en = salio + timedelta(minutes=30)
    vista = Vista(
        perfil_id=entrega.perfil_id,
        entrega_id=entrega.id,
        id_externo=entrega.id_externo or "",
        url=entrega.url,
        texto=entrega.texto,
        publicada_en=salio,
        vista_en=medida_en,
        medir_en=None,  # la red de mentira no la tiene: no hay a quién preguntarle
    )
    lectura = Lectura(perfil_id=entrega.perfil_id, leida_en=medida_en, version="demostración")
    sesion.add_all((vista, lectura))
    sesion.flush()
    gusta = round(azar.lognormvariate(4.1 if con_foto else 3.5, 0.5))
    valores = {"me_gusta": gusta, "comentarios": gusta // 8, "compartidos": gusta // 11, "alcance": gusta * 19}
    for metrica, valor in valores.items():
        sesion.add(
            Medicion(
                perfil_id=entrega.perfil_id,
                vista_id=vista.id,
                lectura_id=lectura.id,
                metrica=metrica,
                valor=valor,
                medida_en=medida_en,
            )
        )
