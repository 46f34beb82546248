"""Historias, monitores y mensajes para las pruebas del panel que enseñan lo que se oye."""

from datetime import datetime, timedelta
from typing import Any

from modelos import Historia, Monitor
from modelos.escucha import Coincidencia, Conteo, Fuente, Mensaje, Pico
from panel.entorno import EntornoDelPanel

HORA = timedelta(hours=1)


def contar_historia(panel: EntornoDelPanel, **columnas: Any) -> Historia:
    """Una de las que se avisan; abierta, si no se dice otra cosa."""
    ahora = panel.entorno.reloj.ahora()
    suyas = {
        "clase": "pico",
        "clave": "monitor:1",
        "asunto": "Inundaciones",
        "detalle": "25 mensajes en una hora, donde lo normal es casi 0.",
        "abierta_en": ahora - timedelta(minutes=20),
        "ultima_en": ahora,
    }
    with panel.entorno.base.escribir() as sesion:
        historia = Historia(**(suyas | columnas))
        sesion.add(historia)
    return historia


def historia_de(panel: EntornoDelPanel, id_: int) -> Historia:
    with panel.entorno.base.leer() as sesion:
        return sesion.get_one(Historia, id_)


def crear_monitor(panel: EntornoDelPanel, clave: str = "agua", **columnas: Any) -> Monitor:
    hace = panel.entorno.reloj.ahora() - timedelta(days=60)
    suyas = {
        "clave": clave,
        "nombre": clave.capitalize(),
        "definicion": {"alguna": ["fuga de agua", "sin agua"], "ninguna": ["agua de jamaica"], "flexion": True},
        "desde": hace,
        "creado_en": hace,
    }
    with panel.entorno.base.escribir() as sesion:
        monitor = Monitor(**(suyas | columnas))
        sesion.add(monitor)
    return monitor


def poner_fuente(panel: EntornoDelPanel, **columnas: Any) -> Fuente:
    ahora = panel.entorno.reloj.ahora()
    hace = ahora - timedelta(days=90)
    suyas = {"clave": "f1", "red": "memoria", "desde": hace, "proxima_en": ahora, "oida_en": ahora}
    with panel.escucha.base.escribir() as sesion:
        fuente = Fuente(**(suyas | columnas))
        sesion.add(fuente)
    return fuente


def decir(panel: EntornoDelPanel, texto: str, *monitores: int, en: datetime | None = None, **columnas: Any) -> Mensaje:
    """Un mensaje que cuentan esos monitores, con su conteo."""
    ahora = panel.entorno.reloj.ahora()
    cuando = en or ahora - timedelta(minutes=5)
    with panel.escucha.base.escribir() as sesion:
        suyas = {
            "red": "memoria",
            "id_externo": f"m{id(texto)}-{cuando.timestamp()}-{len(texto)}-{columnas.get('n', 0)}",
            "clase": "mencion",
            "texto": texto,
            "autor_usuario": "vecina",
            "autor_nombre": "Una Vecina",
            "url": "https://red.example/1",
            "publicado_en": cuando,
            "recibido_en": cuando,
            "comprobado_en": ahora,
        }
        columnas.pop("n", None)
        mensaje = Mensaje(**(suyas | columnas))
        sesion.add(mensaje)
        sesion.flush()
        for monitor in monitores:
            sesion.add(Coincidencia(mensaje_id=mensaje.id, monitor_id=monitor, publicado_en=cuando))
            inicio = cuando.replace(minute=0, second=0, microsecond=0)
            conteo = sesion.get(Conteo, (monitor, 3600, inicio))
            if conteo is None:
                sesion.add(Conteo(monitor_id=monitor, paso_s=3600, inicio=inicio, cuenta=1))
            else:
                conteo.cuenta += 1
    return mensaje


def alzarse(panel: EntornoDelPanel, monitor_id: int, **columnas: Any) -> Pico:
    ahora = panel.entorno.reloj.ahora()
    suyas = {
        "monitor_id": monitor_id,
        "paso_s": 3600,
        "desde": ahora - timedelta(minutes=40),
        "visto_en": ahora - timedelta(minutes=20),
        "valor": 30.0,
        "esperado": 2.0,
        "puntaje": 12.0,
        "maximo": 30.0,
    }
    with panel.escucha.base.escribir() as sesion:
        pico = Pico(**(suyas | columnas))
        sesion.add(pico)
    return pico
