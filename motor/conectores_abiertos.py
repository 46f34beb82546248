"""Los conectores abiertos, uno por perfil: se reutilizan mientras no cambien sus datos ni sus credenciales."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, cast

from conectores.contrato import Acceso, Conector, ErrorDePerfil
from conectores.secretos import recordar
from modelos import Perfil
from modelos.escucha import Fuente
from motor.credenciales import Cifradas, Guardadas, Origen
from motor.llavero import LlaveEquivocada

_Datos = tuple[str, str, str, str]

_SIN_RED = frozenset({"validar", "partir"})
"""Lo que un conector hace sin credenciales: revisar un texto no depende de ellas."""


class DelServidor(Protocol):
    """Las credenciales y direcciones que puso quien instaló."""

    def credencial(self, red: str, clave: str, *, perfil: str = "") -> str: ...

    def url_de(self, red: str) -> str: ...


class Conectores:
    """clase: la de una red por su slug. guardadas: las credenciales escritas en el panel; None si no se usan.

    Las guardadas van antes que las del servidor, una por una. Se preguntan cada vez que se abre un perfil, para notar
    las que cambió otro proceso; sin cambios no se descifra nada.
    """

    def __init__(
        self,
        del_servidor: DelServidor,
        clase: Callable[[str], type[Any]],
        *,
        plazo_total: timedelta,
        direccion_publica: Callable[[Path], str] | None,
        guardadas: Guardadas | None = None,
    ) -> None:
        self._del_servidor = del_servidor
        self._clase = clase
        self._plazo_total = plazo_total
        self._direccion_publica = direccion_publica
        self._guardadas = guardadas
        self._abiertos: dict[_Datos, tuple[Cifradas, Conector]] = {}
        self._oyentes: dict[tuple[str, str], object] = {}
        self._candado = threading.Lock()

    def __call__(self, perfil: Perfil) -> Conector:
        """Si lo guardado no se puede descifrar, uno que revisa textos y a lo demás contesta ErrorDePerfil."""
        cifradas = self._cifradas(perfil)
        datos = (perfil.red, perfil.nombre, perfil.id_externo, repr(sorted(perfil.opciones.items())))
        with self._candado:
            if (abierto := self._abiertos.get(datos)) is not None and abierto[0] == cifradas:
                return abierto[1]
        try:
            acceso = self._acceso(perfil, cifradas)
        except LlaveEquivocada:
            if (ahora := self._cifradas(perfil)) == cifradas:
                return self._cerrado(perfil)
            acceso, cifradas = self._acceso(perfil, ahora), ahora  # se estaban girando las llaves
        conector = cast(Conector, self._clase(perfil.red)(acceso))
        with self._candado:
            self._abiertos[datos] = (cifradas, conector)
        return conector

    def oyente(self, fuente: Fuente) -> object:
        """Quien oye una fuente que no es de ningún perfil nuestro. Lanza ErrorDePerfil si falta su biblioteca."""
        marca = (fuente.red, fuente.direccion)
        with self._candado:
            if marca not in self._oyentes:
                como = Perfil(
                    nombre=fuente.clave[:80], red=fuente.red, id_externo=fuente.direccion, creado_en=fuente.desde
                )
                try:
                    self._oyentes[marca] = self._clase(fuente.red)(self._acceso(como, ()))
                except ImportError as error:
                    raise ErrorDePerfil(
                        f"Falta una biblioteca para oír {fuente.red}: {error.name}.",
                        remedio=f"Instálela: pip install 'pregonero[{fuente.red}]'.",
                    ) from None
            return self._oyentes[marca]

    def origenes(self, perfil: Perfil) -> Mapping[str, Origen]:
        """De dónde sale cada credencial que el perfil tiene, sin descifrar ninguna."""
        guardadas = {nombre for nombre, _ in self._cifradas(perfil)}
        halladas = {}
        for clave in self._clase(perfil.red).claves:
            if clave.nombre in guardadas:
                halladas[clave.nombre] = Origen.PANEL
            elif valor := self._del_servidor.credencial(perfil.red, clave.nombre, perfil=perfil.nombre):
                general = valor == self._del_servidor.credencial(perfil.red, clave.nombre)
                halladas[clave.nombre] = Origen.RED if general else Origen.PERFIL
        return halladas

    def _cifradas(self, perfil: Perfil) -> Cifradas:
        return self._guardadas.cifradas(perfil) if self._guardadas is not None else ()

    def _acceso(self, perfil: Perfil, cifradas: Cifradas) -> Acceso:
        """Lanza LlaveEquivocada."""
        guardadas = self._guardadas.abrir(cifradas) if self._guardadas is not None else {}
        credenciales = {}
        for clave in self._clase(perfil.red).claves:
            del_servidor = self._del_servidor.credencial(perfil.red, clave.nombre, perfil=perfil.nombre)
            if valor := guardadas.get(clave.nombre) or del_servidor:
                credenciales[clave.nombre] = valor
                recordar(valor)
        return Acceso(
            perfil=perfil.nombre,
            id_externo=perfil.id_externo,
            url=self._del_servidor.url_de(perfil.red),
            credenciales=credenciales,
            opciones={k: str(v) for k, v in perfil.opciones.items()},
            direccion_publica=self._direccion_publica,
            plazo_total=self._plazo_total,
            al_renovar=self._guardadas.renovador(perfil, cifradas) if self._guardadas and cifradas else None,
        )

    def _cerrado(self, perfil: Perfil) -> Conector:
        """No se guarda abierto: en cuanto vuelva la llave, se abre de verdad."""
        clase = self._clase(perfil.red)
        sin_acceso = Acceso(perfil=perfil.nombre, id_externo=perfil.id_externo)
        return cast(Conector, _sin_red(clase)(sin_acceso))


def _sin_red(clase: type[Any]) -> type[Any]:
    """La misma clase, con los mismos poderes, que en vez de hablar con la red dice por qué no puede."""

    def negarse(*_args: object, **_opciones: object) -> None:
        raise ErrorDePerfil(
            "Las credenciales de este perfil se cifraron con otra llave y no se pueden abrir.",
            remedio="Recupere secretos.key del respaldo, o escríbalas otra vez en el panel: Perfiles, Credenciales.",
        )

    hacen = [n for n in dir(clase) if not n.startswith("_") and callable(getattr(clase, n)) and n not in _SIN_RED]
    return type(clase.__name__, (clase,), dict.fromkeys(hacen, negarse))
