"""Cuentas de prueba, sin panel: sólo la base."""

from collections.abc import Callable
from pathlib import Path

import pytest

from modelos import Base, Rol, Usuario
from motor.llavero import Llavero
from motor.usuarios import cuentas, sesiones
from motor.usuarios.cuentas import Cargo
from tests.conftest import RelojFijo

Crea = Callable[..., Usuario]


@pytest.fixture
def cuenta(base: Base, reloj: RelojFijo) -> Crea:
    """`cuenta("Ana", Rol.EDITOR)`; `entro=False` es una invitación sin aceptar."""

    def crear(nombre: str, *roles: Rol, entro: bool = True) -> Usuario:
        with base.escribir() as sesion:
            cargos = [Cargo(rol) for rol in roles]
            correo = f"{nombre.lower()}@sanjacinto.gob.mx"
            usuario = cuentas.crear(sesion, correo, nombre, cargos, ahora=reloj.ahora())
            if entro:
                sesiones.abrir(sesion, usuario, agente="", direccion="", ahora=reloj.ahora())
        return usuario

    return crear


@pytest.fixture
def llavero(tmp_path: Path) -> Llavero:
    return Llavero.abrir(tmp_path / "llaves")
