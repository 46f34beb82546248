"""La oficina de prensa en miniatura: el motor sin su demonio, movido a mano y con el reloj en la mano.

Cada verbo es lo que el demonio haría en una vuelta, en este mismo hilo: así una prueba cuenta una historia en orden.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from conectores.contrato import Acceso, Capacidades, Conector
from conectores.memoria.conector import ConectorMemoria, RedEnMemoria
from modelos import Correo, Entrega, Estado, Intento, Perfil
from modelos.consultas import historia_de, intentos_de, proximo_instante
from motor.entorno import Entorno
from motor.publicacion.alta import registrar
from motor.publicacion.barrido import barrer, vencer
from motor.publicacion.conciliacion import apartar_dudas, conciliar
from motor.publicacion.despacho import Despacho
from motor.publicacion.propuesta import Propuesta
from motor.publicacion.reclamo import Reclamo, reclamar
from motor.salud import Salud
from tests.conftest import RelojFijo

SEGUNDO, MINUTO, HORA = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


class MuereAqui(BaseException):
    """El proceso muere en este punto: nadie la captura, como nadie captura un SIGKILL."""


@dataclass
class Oficina:
    entorno: Entorno
    reloj: RelojFijo
    red: RedEnMemoria

    def __post_init__(self) -> None:
        self.despacho = Despacho(self.entorno, random.Random(7), Salud())

    # ── lo que pide un editor ──

    def proponer(self, texto: str = "Mañana no hay clases.", **mas: Any) -> Propuesta:
        """Una propuesta para ya en el perfil «memoria», salvo lo que se diga."""
        columnas: dict[str, Any] = {
            "perfiles": ("memoria",),
            "programada_en": self.reloj.ahora(),
            "zona": "America/Mexico_City",
            "origen_nombre": "aviso.md",
        }
        return Propuesta(texto=texto, **(columnas | mas))

    def programar(self, texto: str = "Mañana no hay clases.", **mas: Any) -> list[Entrega]:
        """Las entregas de una propuesta dada de alta, por perfil y parte."""
        with self.entorno.base.escribir() as sesion:
            publicacion = registrar(sesion, self.entorno, self.proponer(texto, **mas), ahora=self.reloj.ahora())
        with self.entorno.base.leer() as sesion:
            orden = select(Entrega).where(Entrega.publicacion_id == publicacion.id)
            return list(sesion.exec(orden.order_by(col(Entrega.perfil_id), col(Entrega.parte))))

    def programar_una(self, texto: str = "Mañana no hay clases.", **mas: Any) -> Entrega:
        (entrega,) = self.programar(texto, **mas)
        return entrega

    # ── lo que hace el motor ──

    def reclamar(self, limite: int = 50, *, trabajador: str = "prueba") -> list[Reclamo]:
        return reclamar(
            self.entorno.base,
            ahora=self.reloj.ahora(),
            reglas=self.entorno.reglas,
            trabajador=trabajador,
            limite=limite,
        )

    def reclamar_la(self, entrega: Entrega) -> Reclamo:
        (reclamo,) = [r for r in self.reclamar() if r.entrega_id == entrega.id]
        return reclamo

    def publicar(self) -> list[Estado | None]:
        """Reclamar lo que toca y llevarlo hasta donde se pueda."""
        return [self.despacho.procesar(r) for r in self.reclamar()]

    def morir_publicando(self) -> None:
        """Reclamar y publicar, con un SIGKILL donde la red lo tenga preparado."""
        for reclamo in self.reclamar():
            try:
                self.despacho.procesar(reclamo)
            except MuereAqui:
                return
        raise AssertionError("Debía morir publicando y no murió.")

    def barrer(self, *, solos: bool = False) -> int:
        return barrer(self.entorno, solos=solos)

    def vencer(self) -> int:
        return vencer(self.entorno)

    def mirar(self) -> list[Estado | None]:
        return [conciliar(self.entorno, duda) for duda in apartar_dudas(self.entorno, limite=50)]

    def vuelta(self) -> None:
        """Una vuelta del demonio, que da otra en cuanto acaba de publicar algo."""
        self.barrer()
        self.vencer()
        self.mirar()
        while self.publicar():
            pass

    def pasar(self, cuanto: timedelta, *, tick: timedelta = 5 * MINUTO) -> None:
        """Dejar trabajar al demonio ese tiempo: se despierta en el próximo instante debido, y en cada tick."""
        fin = self.reloj.ahora() + cuanto
        while True:
            self.vuelta()
            ahora = self.reloj.ahora()
            if ahora >= fin:
                return
            with self.entorno.base.leer() as sesion:
                proximo = proximo_instante(sesion, ahora)
            self.reloj.avanzar(min(i for i in (proximo, ahora + tick, fin) if i is not None) - ahora)

    # ── lo que se puede mirar después ──

    def ver(self, entrega: Entrega) -> Entrega:
        with self.entorno.base.leer() as sesion:
            fila = sesion.get(Entrega, entrega.id)
        assert fila is not None
        return fila

    def estado(self, entrega: Entrega) -> Estado:
        return self.ver(entrega).estado

    def estados(self, entregas: Sequence[Entrega]) -> list[Estado]:
        return [self.estado(e) for e in entregas]

    def intentos(self, entrega: Entrega) -> list[Intento]:
        with self.entorno.base.leer() as sesion:
            return intentos_de(sesion, entrega.id)

    def historia(self, entrega: Entrega) -> list[str]:
        with self.entorno.base.leer() as sesion:
            return [e.accion for e in historia_de(sesion, entrega.id)]

    def perfil(self, nombre: str = "memoria") -> Perfil:
        with self.entorno.base.leer() as sesion:
            return sesion.exec(select(Perfil).where(Perfil.nombre == nombre)).one()

    def cambiar_perfil(self, nombre: str = "memoria", **columnas: Any) -> None:
        with self.entorno.base.escribir() as sesion:
            fila = sesion.exec(select(Perfil).where(Perfil.nombre == nombre)).one()
            for columna, valor in columnas.items():
                setattr(fila, columna, valor)

    def cambiar(self, entrega: Entrega, **columnas: Any) -> None:
        """Poner una entrega como convenga, sin pasar por el motor."""
        with self.entorno.base.escribir() as sesion:
            fila = sesion.get(Entrega, entrega.id)
            for columna, valor in columnas.items():
                setattr(fila, columna, valor)

    def correos(self) -> list[Correo]:
        with self.entorno.base.leer() as sesion:
            return list(sesion.exec(select(Correo).order_by(col(Correo.id))))

    def asuntos(self) -> list[str]:
        return [c.asunto for c in self.correos()]

    def textos_publicados(self) -> list[str]:
        return [v.texto for v in self.red.vistas]


def con_reglas(oficina: Oficina, **cambios: Any) -> Oficina:
    """La misma oficina con otras reglas."""
    entorno = replace(oficina.entorno, reglas=replace(oficina.entorno.reglas, **cambios))
    return Oficina(entorno, oficina.reloj, oficina.red)


def con_capacidades(oficina: Oficina, **cambios: Any) -> Oficina:
    """La misma oficina, en una red en memoria con otras capacidades."""

    class Variante(ConectorMemoria):
        capacidades = replace(ConectorMemoria.capacidades, **cambios)

    return con_conector(oficina, Variante)


def con_conector(oficina: Oficina, clase: type[Conector]) -> Oficina:
    """La misma oficina, con otro conector en todos sus perfiles."""

    def abrir(perfil: Perfil) -> Conector:
        opciones = {nombre: str(valor) for nombre, valor in perfil.opciones.items()}
        return clase(Acceso(perfil=perfil.nombre, id_externo=perfil.id_externo, opciones=opciones))

    def capacidades_de(_red: str) -> Capacidades:
        return clase.capacidades

    return Oficina(replace(oficina.entorno, abrir=abrir, capacidades_de=capacidades_de), oficina.reloj, oficina.red)
