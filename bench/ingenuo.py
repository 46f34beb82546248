"""La manera ingenua: publicar y después apuntarlo; si algo falla, otra vez. Sólo para comparar.

Los mismos conectores, los mismos perfiles, la misma base. Es lo que hace un programa normal.
"""

import os
import signal
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text, update
from sqlmodel import col

from conectores.contrato import EnProceso, ErrorDeContenido, ErrorDePerfil, ErrorDeRed
from config.ajustes import cargar
from modelos import Entrega, Estado, Perfil
from motor.arranque import abrir_entorno
from motor.bitacora import abrir_bitacora
from motor.cerrojo import exclusivo
from motor.entorno import Entorno
from motor.publicacion.despacho import pieza_de

INTENTOS = 8


def correr(valores: Mapping[str, str]) -> None:
    abrir_bitacora(forma="json")
    entorno = abrir_entorno(cargar(valores, archivo=Path(os.devnull)))
    fin = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: fin.set())
    with exclusivo(entorno.base), ThreadPoolExecutor(entorno.reglas.hilos) as manos:
        os.write(2, b"demonio_arranca\n")
        en_curso: dict[int, Future[None]] = {}
        while not fin.is_set():
            for entrega, perfil in _debidas(entorno, entorno.reloj.ahora()):
                if entrega.id not in en_curso and len(en_curso) < entorno.reglas.hilos:
                    en_curso[entrega.id] = manos.submit(_publicar, entorno, entrega, perfil)
            time.sleep(0.01)
            for hecho in [f for f in en_curso.values() if f.done()]:
                hecho.result()  # un fallo que no sea de la red es del banco, y debe verse
            en_curso = {i: f for i, f in en_curso.items() if not f.done()}


def _debidas(entorno: Entorno, ahora: datetime) -> list[tuple[Entrega, Perfil]]:
    orden = (
        select(Entrega, Perfil)
        .join(Perfil)
        .where(text("entrega.estado = 'programada'"), col(Entrega.despertar_en) <= ahora)
        .order_by(col(Entrega.despertar_en))
        .limit(4 * entorno.reglas.hilos)
    )
    with entorno.base.leer() as sesion:
        return [(e, p) for e, p in sesion.execute(orden)]


def _publicar(entorno: Entorno, entrega: Entrega, perfil: Perfil) -> None:
    conector = entorno.abrir(perfil)
    try:
        pieza = pieza_de(entorno, entrega, perfil)
        preparada = conector.preparar(pieza, clave=entrega.clave)
        while isinstance(preparada, EnProceso):
            time.sleep(preparada.espera.total_seconds())
            preparada = conector.preparar(pieza, clave=entrega.clave, previa=preparada.preparada)
        publicado = conector.publicar(preparada, clave=entrega.clave, permiso=lambda: None)
    except ErrorDeContenido as error:
        _apuntar(entorno, entrega, estado=Estado.FALLIDA, detalle=error.detalle)
    except (ErrorDeRed, ErrorDePerfil) as error:
        estado = Estado.PROGRAMADA if entrega.fallos < INTENTOS else Estado.FALLIDA
        despertar_en = entorno.reloj.ahora() + entorno.reglas.espera_minima
        _apuntar(
            entorno, entrega, estado=estado, fallos=entrega.fallos + 1, despertar_en=despertar_en, detalle=error.detalle
        )
    else:
        _apuntar(entorno, entrega, estado=Estado.PUBLICADA, id_externo=publicado.id_externo)


def _apuntar(entorno: Entorno, entrega: Entrega, **cambios: object) -> None:
    with entorno.base.escribir() as sesion:
        sesion.execute(update(Entrega).where(col(Entrega.id) == entrega.id).values(**cambios))
