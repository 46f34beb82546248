"""Las personas de las pruebas del panel, y un cliente que pide páginas como una de ellas, con su ficha y su cookie."""

import re
from collections.abc import Mapping
from typing import Any

import httpx2 as httpx
from starlette.testclient import TestClient

from modelos import Nombramiento, Rol, Usuario
from motor.usuarios import sesiones
from panel.entorno import EntornoDelPanel
from panel.peticion import nombre_de_cookie

_FICHA = re.compile(r'name="csrf" content="([^"]+)"')


def crear_usuario(
    panel: EntornoDelPanel, *roles: Rol, nombre: str = "", perfil_id: int | None = None, correo: str = ""
) -> Usuario:
    """Alguien con esos roles en ese perfil (None: en toda la oficina)."""
    nombre = nombre or (roles[0].value.capitalize() if roles else "Nadie")
    with panel.entorno.base.escribir() as sesion:
        usuario = Usuario(
            correo=correo or f"{nombre.lower().replace(' ', '.')}@sanjacinto.gob.mx",
            nombre=nombre,
            creado_en=panel.entorno.reloj.ahora(),
        )
        sesion.add(usuario)
        sesion.flush()
        for rol in roles:
            sesion.add(Nombramiento(usuario_id=usuario.id, perfil_id=perfil_id, rol=rol))
    return usuario


def abrir_sesion(panel: EntornoDelPanel, usuario: Usuario) -> str:
    """Lo que llevaría la cookie de esa persona."""
    with panel.entorno.base.escribir() as sesion:
        suyo = sesion.get_one(Usuario, usuario.id)
        return sesiones.abrir(sesion, suyo, agente="pruebas", direccion="127.0.0.1", ahora=panel.entorno.reloj.ahora())


class Persona:
    """Alguien con sesión abierta. `ver` pide páginas; `hacer` manda formularios con su ficha, como un navegador."""

    def __init__(self, panel: EntornoDelPanel, cliente: TestClient, usuario: Usuario) -> None:
        self.usuario = usuario
        self.cliente = cliente
        cliente.cookies.set(nombre_de_cookie(panel), abrir_sesion(panel, usuario))

    def ver(self, camino: str, **opciones: Any) -> httpx.Response:
        return self.cliente.get(camino, follow_redirects=False, **opciones)

    def hacer(
        self, camino: str, datos: Mapping[str, Any] | None = None, *, json: bool = False, **opciones: Any
    ) -> httpx.Response:
        """json: pedirlo como lo pide un guion, y que conteste sin mover de página."""
        cabeceras = {"x-csrf-token": self.ficha(), **({"accept": "application/json"} if json else {})}
        return self.cliente.post(camino, data=datos or {}, headers=cabeceras, follow_redirects=False, **opciones)

    def ficha(self) -> str:
        hallada = _FICHA.search(self.ver("/mas").text)
        assert hallada, "la página no trae su ficha"
        return hallada[1]
