"""Los poderes de oír y de medir de la red en memoria: la referencia más corta que cumple el contrato."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from conectores.contrato import ErrorDeContrato, ErrorDePerfil
from conectores.contrato_escucha import (
    Canal,
    Clase,
    Desde,
    EnElPerfil,
    Gasto,
    HechosDeEscucha,
    Ilegible,
    Mediciones,
    Retrato,
    Revision,
    Tanda,
)
from conectores.memoria.red import RedEnMemoria

VERSION = "memoria 1"
_UNION = " o "
_MINUTOS = timedelta(minutes=1)


class OidoEnMemoria:
    """Se mezcla con el conector, que da la red y el token."""

    escucha: ClassVar[HechosDeEscucha] = HechosDeEscucha(
        conserva_respuestas=True,
        canales=(
            Canal(nombre="menciones", clase=Clase.MENCION, ayuda="Quien nos nombra.", cada=5 * _MINUTOS),
            Canal(nombre="comentarios", clase=Clase.COMENTARIO, ayuda="En lo nuestro.", cada=5 * _MINUTOS),
            Canal(nombre="directos", clase=Clase.DIRECTO, ayuda="Mensajes privados.", cada=10 * _MINUTOS),
        ),
        busqueda=Canal(nombre="busqueda", clase=Clase.BUSQUEDA, ayuda="Lo público.", cada=15 * _MINUTOS),
        fuente="conectores/memoria/README.md",
    )
    lote_de_medida: ClassVar[int] = 2
    costo_de_medida: ClassVar[Decimal] = Decimal(0)
    lote_de_revision: ClassVar[int] = 3
    costo_de_revision: ClassVar[Decimal] = Decimal(0)

    red: RedEnMemoria
    _perfil: str
    _token: str

    def escuchar(self, canal: str, desde: Desde) -> Tanda:
        if canal not in {c.nombre for c in self.escucha.canales}:
            raise ErrorDeContrato(f"No hay un canal «{canal}».")
        self._exigir_token()
        return self.red.pueblo.tanda(canal, desde, ahora=self.red.ahora())

    def consultas(self, terminos: Sequence[str]) -> tuple[str, ...]:
        """De tres en tres: así se ve que pueden ser varias."""
        unicos = list(dict.fromkeys(t.strip() for t in terminos if t.strip()))
        return tuple(_UNION.join(unicos[i : i + 3]) for i in range(0, len(unicos), 3))

    def buscar(self, consulta: str, desde: Desde) -> Tanda:
        self._exigir_token()
        return self.red.pueblo.tanda("busqueda", desde, terminos=consulta.split(_UNION), ahora=self.red.ahora())

    def revisar(self, ids: Sequence[str]) -> Revision:
        self._exigir_token()
        vivos, borrados = self.red.pueblo.estado(ids)
        cobro = Gasto("mensajes comprobados", len(ids), self.red.pueblo.cobra_al_revisar * len(ids))
        return Revision(vivos=tuple(vivos), borrados=frozenset(borrados), gastos=(cobro,) if cobro.dolares else ())

    def medir_publicaciones(self, ids: Sequence[str]) -> Mapping[str, Mediciones]:
        self._exigir_token()
        self.red.pueblo.contestar()
        hay = {v.id for v in self.red.vistas if not v.borrada} | set(self.red.pueblo.medidas)
        return {i: _mediciones(self.red.pueblo.medidas.get(i, {"me_gusta": 0})) for i in ids if i in hay}

    def medir_perfil(self) -> Mediciones:
        self._exigir_token()
        self.red.pueblo.contestar()
        return _mediciones(self.red.pueblo.perfil)

    def listar(self, desde: datetime) -> Sequence[EnElPerfil]:
        self._exigir_token()
        self.red.pueblo.contestar()
        return [
            EnElPerfil(id_externo=v.id, texto=v.texto, publicada_en=v.aceptada_en, url=f"memoria://{v.perfil}/{v.id}")
            for v in self.red.vistas
            if v.perfil == self._perfil and not v.borrada and v.aceptada_en >= desde
        ]

    def retratar(self, cuenta: str) -> Retrato | Ilegible:
        self._exigir_token()
        self.red.pueblo.contestar()
        return self.red.pueblo.cuentas.get(cuenta, Ilegible(f"No se pudo ver «{cuenta}»."))

    def _exigir_token(self) -> None:
        if self._token == "vencido":  # noqa: S105 # una palabra de prueba
            raise ErrorDePerfil("El token venció.", remedio="Renueve el token de este perfil.")


def _mediciones(valores: Mapping[str, int]) -> Mediciones:
    return Mediciones(valores=dict(valores), version=VERSION, crudo=dict(valores))
