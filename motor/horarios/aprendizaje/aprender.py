"""Aprender las horas de los perfiles y guardarlas; los de una organización, juntos, porque se ayudan."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from modelos import Horario, Perfil
from modelos.consultas import perfiles as todos_los_perfiles
from modelos.consultas import ultimos_horarios
from motor.entorno import Entorno
from motor.horarios.aprendizaje.guardado import horario_de, huella_de, huella_del_horario, podar
from motor.horarios.aprendizaje.lectura import Dias, Pasado, pasado_de
from motor.horarios.frases import frase_de, hora_de
from motor.horarios.mapa import Mapa, MapaIlegible
from motor.horarios.semana import mejor_ranura

logger = logging.getLogger(__name__)

Avance = Callable[[int, int], None]
"""(pasos hechos, pasos en total): dos por perfil, leer y aprender. Para parar, lanza Detenido."""


class Detenido(Exception):
    """Quien mira el avance pidió parar: lo de ese grupo no se guarda, y la próxima vez se ve que falta."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aprendido:
    """mejor: su mejor hora y por qué, como se dice al editor. antes: la que lo era («martes 19:00»); vacía si es la
    misma o es la primera vez.
    """

    perfil: str
    publicaciones: int
    mejor: str
    antes: str


@dataclass(slots=True, kw_only=True)
class Resultado:
    """iguales: perfiles de los que no hay nada nuevo que aprender. sin_nada: de los que nada hay medido todavía.
    fallidos: por su nombre, por qué.
    """

    aprendidos: list[Aprendido] = field(default_factory=list)
    iguales: list[str] = field(default_factory=list)
    sin_nada: list[str] = field(default_factory=list)
    fallidos: dict[str, str] = field(default_factory=dict)


def aprender_ahora(
    entorno: Entorno, *, avance: Avance = lambda _van, _de: None, perfiles: Collection[str] | None = None
) -> Resultado:
    """Poner al día lo que se sabe de los perfiles (todos, si no se dice cuáles), con lo medido hasta ahora.

    El que falla no detiene a los demás. Del que nada cambió no se guarda nada.
    """
    ahora, resultado = entorno.reloj.ahora(), Resultado()
    with entorno.base.leer() as sesion:
        todos = todos_los_perfiles(sesion)
    grupos = _por_organizacion(entorno, todos, perfiles)
    pasos = _Pasos(avance, total=2 * sum(len(g) for g in grupos))
    for grupo in grupos:
        _Grupo(entorno, grupo, ahora=ahora, pasos=pasos, resultado=resultado).aprender(perfiles)
    with entorno.base.escribir() as sesion:
        podar(sesion, ahora=ahora)
    return resultado


def _por_organizacion(entorno: Entorno, todos: Sequence[Perfil], pedidos: Collection[str] | None) -> list[list[Perfil]]:
    """Los grupos en que hay alguno pedido: quien aprende necesita a sus hermanos. Sin organización, cada uno solo."""
    reglas = entorno.horarios()
    grupos: dict[str, list[Perfil]] = {}
    for perfil in todos:
        organizacion = reglas.de(perfil.nombre).organizacion
        grupos.setdefault(organizacion or f"\0{perfil.nombre}", []).append(perfil)
    return [g for g in grupos.values() if pedidos is None or any(p.nombre in pedidos for p in g)]


def _es_legible(horario: Horario) -> bool:
    """El que se dañó no cuenta: se aprende otra vez, aunque nada nuevo se haya medido."""
    try:
        Mapa.de_json(horario.mapa, aprendido_en=horario.aprendido_en)
    except MapaIlegible:
        return False
    return True


class _Pasos:
    def __init__(self, avance: Avance, *, total: int) -> None:
        self._avance, self._total, self._van = avance, total, 0
        avance(0, total)

    def uno(self) -> None:
        self._van = min(self._van + 1, self._total)
        self._avance(self._van, self._total)


class _Grupo:
    """Los perfiles de una organización, en un instante."""

    def __init__(
        self, entorno: Entorno, perfiles: Sequence[Perfil], *, ahora: datetime, pasos: _Pasos, resultado: Resultado
    ) -> None:
        self._entorno = entorno
        self._reglas = entorno.horarios()
        self._perfiles = perfiles
        self._ahora = ahora
        self._pasos = pasos
        self._resultado = resultado
        self._pasados: dict[str, Pasado] = {}
        with entorno.base.leer() as sesion:
            ultimos = ultimos_horarios(sesion, [p.id for p in perfiles], ahora=ahora)
        self._anteriores = {perfil: h for perfil, h in ultimos.items() if _es_legible(h)}

    def aprender(self, pedidos: Collection[str] | None) -> None:
        self._leer()
        huellas = self._huellas()
        hay_algo = any(p.publicadas for p in self._pasados.values())
        tocan = []
        for perfil in self._perfiles:
            if perfil.nombre not in huellas or (pedidos is not None and perfil.nombre not in pedidos):
                continue
            antes = self._anteriores.get(perfil.id)
            if antes is None and not hay_algo:
                self._resultado.sin_nada.append(perfil.nombre)
            elif antes is not None and antes.huella == huellas[perfil.nombre]:
                self._resultado.iguales.append(perfil.nombre)
            else:  # también el que sabía algo y ya no: de otra respuesta, o de lo que ya es muy viejo
                tocan.append(perfil)
        mapas = self._mapas([p.nombre for p in tocan]) if tocan else {}
        self._guardar([p for p in tocan if p.nombre in mapas], mapas, huellas)

    def _leer(self) -> None:
        dias = Dias(zona=self._entorno.reglas.zona, reglas=self._reglas)
        for perfil in self._perfiles:
            try:
                with self._entorno.base.leer() as sesion:
                    self._pasados[perfil.nombre] = pasado_de(sesion, perfil, dias, hasta=self._ahora)
            except DBAPIError:  # sin base no hay nada que hacer con los demás
                raise
            except Exception as error:  # lo de un perfil no se deja leer: que los demás aprendan
                self._fallo(perfil.nombre, error)
            self._pasos.uno()

    def _huellas(self) -> Mapping[str, str]:
        propias = {nombre: huella_de(pasado) for nombre, pasado in self._pasados.items()}
        de_que_red = {p.nombre: p.red for p in self._perfiles}
        huellas = {}
        for nombre, propia in propias.items():
            hermanas = {f"{de_que_red[n]}:{n}": h for n, h in propias.items() if n != nombre}
            huellas[nombre] = huella_del_horario(propia, hermanas, red=de_que_red[nombre])
        return huellas

    def _mapas(self, tocan: Sequence[str]) -> Mapping[str, Mapa]:
        """Todos de una vez; si algo los hunde, cada uno por su lado, para saber cuál fue."""
        # La biblioteca de aprender tarda en cargar y pesa: sólo la paga quien de veras aprende.
        from motor.horarios.modelo import Historial, aprender

        organizacion = self._reglas.de(tocan[0]).organizacion
        historiales = {
            p.nombre: Historial(red=p.red, publicadas=suyo.publicadas, organizacion=organizacion)
            for p in self._perfiles
            if (suyo := self._pasados.get(p.nombre)) is not None
        }
        try:
            mapas = aprender(historiales, de=tocan, avance=self._paso)
            ensenan = {n for n, h in historiales.items() if h.publicadas and h.organizacion}
            return {n: replace(mapa, con_hermanos=bool(ensenan - {n})) for n, mapa in mapas.items()}
        except Detenido:
            raise
        except Exception as error:  # lo que sea: se busca de quién fue
            logger.debug("Juntos no se pudo: %s", error)
        solos: dict[str, Mapa] = {}
        for nombre in tocan:
            try:
                solos |= aprender({nombre: historiales[nombre]}, avance=self._paso)
            except Detenido:
                raise
            except Exception as error:  # ídem
                self._fallo(nombre, error)
        return solos

    def _paso(self, _perfil: str) -> None:
        self._pasos.uno()

    def _fallo(self, nombre: str, error: Exception) -> None:
        self._resultado.fallidos[nombre] = f"{type(error).__name__}: {error}"

    def _guardar(self, perfiles: Sequence[Perfil], mapas: Mapping[str, Mapa], huellas: Mapping[str, str]) -> None:
        if not perfiles:
            return
        with self._entorno.base.escribir() as sesion:
            for p in perfiles:
                pasado, mapa = self._pasados[p.nombre], mapas[p.nombre]
                sesion.add(horario_de(p.id, pasado, mapa, huella=huellas[p.nombre], ahora=self._ahora))
        for p in perfiles:
            self._contar(p, mapas[p.nombre], self._anteriores.get(p.id))

    def _contar(self, perfil: Perfil, aprendido: Mapa, anterior: Horario | None) -> None:
        """Decir qué cambió: qué hora pasa a ser la mejor, y cuál lo era."""
        zona, callar = self._entorno.reglas.zona, self._reglas.de(perfil.nombre).callar
        mapa = Mapa.de_json(aprendido.a_json(), aprendido_en=self._ahora)
        ranura = mejor_ranura(mapa, callar)
        antes = ""
        if anterior is not None:
            previo = Mapa.de_json(anterior.mapa, aprendido_en=anterior.aprendido_en)
            antes = hora_de(suya, zona) if (suya := mejor_ranura(previo, callar)) != ranura else ""
        mejor = frase_de(mapa, ranura, zona)
        uno = Aprendido(perfil=perfil.nombre, publicaciones=mapa.publicaciones, mejor=mejor, antes=antes)
        self._resultado.aprendidos.append(uno)
        if mapa.con_evidencia and (antes or anterior is None):
            que = f"la mejor hora pasa a ser {mejor}; antes, {antes}" if antes else f"la mejor hora es {mejor}"
            logger.info("%s: %s.", perfil.nombre, que, extra={"accion": "horas_aprendidas", "perfil": perfil.nombre})
