"""Los que firman en las pruebas, y los flujos con que se les pide."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from modelos import Flujo, Nombramiento, Rol, Solicitud, Usuario
from motor.aprobaciones.contenido import huella_de
from motor.aprobaciones.firmas import firmar
from motor.aprobaciones.flujo import Condiciones, Paso
from motor.aprobaciones.solicitudes import Caso
from tests.motor.oficina import Oficina


@dataclass
class Despacho:
    """La oficina, con quien firma y lo que se le pide."""

    oficina: Oficina

    def alguien(self, nombre: str, *roles: Rol, perfil_id: int | None = None) -> Usuario:
        ahora = self.oficina.reloj.ahora()
        with self.oficina.entorno.base.escribir() as sesion:
            usuario = Usuario(correo=f"{nombre.lower()}@x.mx", nombre=nombre, creado_en=ahora)
            sesion.add(usuario)
            sesion.flush()
            for rol in roles or (Rol.APROBADOR,):
                sesion.add(Nombramiento(usuario_id=usuario.id, perfil_id=perfil_id, rol=rol))
        return usuario

    def flujo(self, *pasos: Paso, nombre: str = "Prensa", orden: int = 0, **condiciones: Any) -> Flujo:
        """Un flujo activo; sin pasos, uno que firma cualquiera que apruebe."""
        ahora = self.oficina.reloj.ahora()
        with self.oficina.entorno.base.escribir() as sesion:
            flujo = Flujo(
                nombre=nombre,
                orden=orden,
                condiciones=Condiciones(**condiciones).en_datos(),
                pasos=[p.en_datos() for p in pasos or (Paso(),)],
                creado_en=ahora,
                actualizado_en=ahora,
            )
            sesion.add(flujo)
        return flujo

    def solicitudes(self) -> list[Solicitud]:
        with self.oficina.entorno.base.leer() as sesion:
            return list(sesion.exec(select(Solicitud).order_by(col(Solicitud.id))))

    @property
    def pedida(self) -> Solicitud:
        """La última."""
        return self.solicitudes()[-1]

    def firmar(
        self,
        quien: Usuario,
        solicitud: Solicitud | None = None,
        *,
        aprueba: bool = True,
        comentario: str = "",
        vista: str = "",
    ) -> Caso:
        suya = solicitud or self.pedida
        with self.oficina.entorno.base.escribir() as sesion:
            return firmar(
                sesion,
                self.oficina.entorno,
                suya.id,
                quien,
                aprueba=aprueba,
                comentario=comentario,
                vista=vista or huella_de(suya.alcance),
                ahora=self.oficina.reloj.ahora(),
            )
