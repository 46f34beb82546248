"""Escribir en SQLite por orden de llegada."""

import threading
import time
from pathlib import Path

from modelos import Base


def test_quien_escribe_sin_descanso_deja_pasar_a_los_demas(tmp_path: Path) -> None:
    base = Base(f"sqlite:///{tmp_path / 'p.db'}")
    fin, entradas = threading.Event(), 0

    def acaparar() -> None:
        nonlocal entradas
        while not fin.is_set():
            with base.escribir():
                entradas += 1
                time.sleep(0.005)

    hilo = threading.Thread(target=acaparar)
    hilo.start()
    try:
        antes = entradas
        for _ in range(20):
            with base.escribir():
                pass
        # Entre dos turnos nuestros cabe, a lo más, uno suyo.
        assert entradas - antes <= 22
    finally:
        fin.set()
        hilo.join()
        base.cerrar()


def test_escriben_de_uno_en_uno(tmp_path: Path) -> None:
    base = Base(f"sqlite:///{tmp_path / 'p.db'}")
    dentro, maximo, candado = 0, 0, threading.Lock()

    def escribir() -> None:
        nonlocal dentro, maximo
        for _ in range(20):
            with base.escribir():
                with candado:
                    dentro += 1
                    maximo = max(maximo, dentro)
                time.sleep(0.0005)
                with candado:
                    dentro -= 1

    hilos = [threading.Thread(target=escribir) for _ in range(6)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    base.cerrar()
    assert maximo == 1


def test_un_fallo_suelta_el_turno(tmp_path: Path) -> None:
    base = Base(f"sqlite:///{tmp_path / 'p.db'}")
    for _ in range(3):
        try:
            with base.escribir():
                raise ValueError
        except ValueError:
            continue
    with base.escribir():
        pass
    base.cerrar()
