"""Un trabajador del banco: el demonio de verdad, sin la orden ni la carpeta de entrada, nacido por `fork`.

Arrancar Python y sus bibliotecas cuesta más de un segundo por vida; un hijo de un padre que ya las importó nace en
milésimas. El padre no tiene hilos ni conexiones abiertas: lo único que comparten es el código.
"""

import importlib
import os
import signal
from collections.abc import Mapping
from pathlib import Path

from conectores import registro
from config.ajustes import cargar
from motor.arranque import abrir_entorno
from motor.avisos.correo import Cartero
from motor.bitacora import abrir_bitacora
from motor.cerrojo import exclusivo
from motor.demonio import Demonio
from motor.entrada.recorrido import Recorrido
from motor.reglas import incumplidas

LISTO = b"demonio_arranca"
"""La marca que el demonio deja en su bitácora cuando ya trabaja."""


def calentar(redes: tuple[str, ...]) -> None:
    """Importar en el padre lo que los hijos usarán."""
    for red in redes:
        registro.clase(red)
    for modulo in ("psycopg", "modelos.migraciones.env", "encodings.idna"):
        try:
            importlib.import_module(modulo)
        except Exception:  # noqa: S112 # sólo es por la prisa
            continue


def correr(valores: Mapping[str, str]) -> None:
    """Lo mismo que `pregonero iniciar`. Vuelve con SIGTERM."""
    abrir_bitacora(forma="json")
    variables = cargar(valores, archivo=Path(os.devnull))
    entorno = abrir_entorno(variables)
    assert not incumplidas(entorno.reglas), incumplidas(entorno.reglas)
    with exclusivo(entorno.base) as solos:
        demonio = Demonio(
            entorno,
            Cartero(entorno.base, entorno.reloj, None),
            Recorrido(entorno),
            recorrido_s=3600,
            solos=solos,
        )
        signal.signal(signal.SIGTERM, lambda *_: demonio.parar())
        demonio.correr()
