"""Lo que dice la gente en una red en memoria, y cómo se porta esa red cuando se le pregunta.

Se le dicta (`decir`, `editar`, `borrar`, `perder`) y se le ordena fallar (`fallar`). Cada cosa lleva un número que sólo
sube: el cursor es el último que se dio, así que repetir una pregunta da lo mismo.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from conectores.contrato import ErrorDeRed
from conectores.contrato_escucha import Autor, Clase, Desde, Gasto, Ilegible, Oido, Retrato, Tanda


@dataclass(frozen=True, slots=True)
class Renglon:
    """Algo que pasó en un canal: un mensaje (nuevo, cambiado o borrado), o un tiempo que la red ya no da."""

    numero: int
    canal: str
    oido: Oido | None = None
    perdido: tuple[datetime, datetime] | None = None


@dataclass(slots=True)
class Pueblo:
    """por_tanda: mensajes en cada respuesta. cobra: dólares por mensaje leído. al_contestar: lo que pasa antes
    de cada respuesta.

    medidas, perfil: los números que dará de cada publicación y del perfil. cuentas: lo que se ve de las ajenas.
    preguntas: cada (canal o consulta, desde) que se hizo, en orden.
    """

    por_tanda: int = 2
    cobra: Decimal = Decimal(0)
    cobra_al_revisar: Decimal = Decimal(0)
    al_contestar: Callable[[], None] | None = None
    medidas: dict[str, dict[str, int]] = field(default_factory=dict)
    perfil: dict[str, int] = field(default_factory=lambda: {"seguidores": 1200})
    cuentas: dict[str, Retrato | Ilegible] = field(default_factory=dict)
    preguntas: list[tuple[str, Desde]] = field(default_factory=list)
    renglones: list[Renglon] = field(default_factory=list)
    _fallas: list[ErrorDeRed] = field(default_factory=list)
    _candado: threading.Lock = field(default_factory=threading.Lock)

    def decir(
        self,
        canal: str,
        texto: str,
        *,
        clase: Clase = Clase.MENCION,
        en: datetime | None = None,
        en_respuesta_a: str = "",
        autor: Autor | None = None,
    ) -> Oido:
        """Que alguien lo diga en un canal."""
        numero = len(self.renglones) + 1
        oido = Oido(
            id_externo=f"o{numero}",
            clase=clase,
            texto=texto,
            publicado_en=en or datetime.now(UTC),
            autor=autor or Autor(id=f"a{numero}", usuario=f"vecina{numero}", seguidores=10),
            url=f"memoria://dicho/{numero}",
            en_respuesta_a=en_respuesta_a,
            interacciones=0,
            crudo={"numero": numero, "texto": texto},
        )
        return self._anotar(canal, oido)

    def editar(self, id_externo: str, texto: str, *, en: datetime) -> Oido:
        canal, anterior = self._ultimo(id_externo)
        return self._anotar(canal, replace(anterior, texto=texto, editado_en=en))

    def borrar(self, id_externo: str) -> None:
        canal, anterior = self._ultimo(id_externo)
        self._anotar(canal, replace(anterior, texto="", borrado=True))

    def perder(self, canal: str, desde: datetime, hasta: datetime) -> None:
        """Que la red ya no dé lo que se dijo entonces."""
        self.renglones.append(Renglon(len(self.renglones) + 1, canal, perdido=(desde, hasta)))

    def fallar(self, error: ErrorDeRed, *, veces: int = 1) -> None:
        """Fallar las próximas veces que se le pregunte algo."""
        self._fallas.extend([error] * veces)

    def contestar(self) -> None:
        """Lo que pasa antes de cada respuesta: lo que se le haya dicho, o una falla."""
        if self.al_contestar is not None:
            self.al_contestar()
        with self._candado:
            falla = self._fallas.pop(0) if self._fallas else None
        if falla is not None:
            raise falla

    def tanda(self, canal: str, desde: Desde, *, terminos: Collection[str] = (), ahora: datetime) -> Tanda:
        """Lo que sigue en un canal; con `terminos`, sólo lo que dice alguno."""
        self.preguntas.append((canal, desde))
        self.contestar()
        try:
            ultimo = int(desde.cursor or 0)
        except ValueError:  # un cursor de otra versión: empezar de nuevo es repetir, no perder
            ultimo = 0
        siguen = [r for r in self.renglones if r.numero > ultimo and _interesa(r, canal, desde, terminos)]
        dados, faltan = siguen[: self.por_tanda], len(siguen) > self.por_tanda
        oidos = tuple(r.oido for r in dados if r.oido is not None)
        cobro = Gasto("mensajes leídos", len(oidos), self.cobra * len(oidos))
        return Tanda(
            oidos=oidos,
            cursor=str(dados[-1].numero) if dados else desde.cursor or "0",
            hay_mas=faltan,
            cubierto_hasta=None if faltan else ahora,
            perdido=next((r.perdido for r in dados if r.perdido), None),
            gastos=(cobro,) if self.cobra and oidos else (),
        )

    def estado(self, ids: Sequence[str]) -> tuple[list[Oido], set[str]]:
        """(los que siguen, los que ya no) de unos mensajes; de los que nunca hubo, nada."""
        self.contestar()
        ultimos = {r.oido.id_externo: r.oido for r in self.renglones if r.oido is not None}
        conocidos = [ultimos[i] for i in ids if i in ultimos]
        return [o for o in conocidos if not o.borrado], {o.id_externo for o in conocidos if o.borrado}

    def _anotar(self, canal: str, oido: Oido) -> Oido:
        self.renglones.append(Renglon(len(self.renglones) + 1, canal, oido))
        return oido

    def _ultimo(self, id_externo: str) -> tuple[str, Oido]:
        return next(
            (r.canal, r.oido)
            for r in reversed(self.renglones)
            if r.oido is not None and r.oido.id_externo == id_externo
        )


def _interesa(renglon: Renglon, canal: str, desde: Desde, terminos: Collection[str]) -> bool:
    if renglon.canal != canal:
        return False
    if renglon.oido is None:
        return True
    dicho = renglon.oido.texto.casefold()
    return renglon.oido.publicado_en >= desde.no_antes_de and (
        not terminos or renglon.oido.borrado or any(t.casefold() in dicho for t in terminos)
    )
