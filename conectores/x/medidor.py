"""Medir lo publicado en X y el perfil, y listar lo que hay en él: qué se pide y qué costó."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from conectores.contrato import ErrorDeContrato, ErrorDePerfil, ErrorDeRed
from conectores.contrato_escucha import EnElPerfil, Gasto, Mediciones
from conectores.x import barrida, hechos, medidas, precios
from conectores.x.campos import (
    CAMPOS_DE_CUENTA,
    CAMPOS_DE_LISTADO,
    CAMPOS_DE_MEDIDA,
    CAMPOS_DE_MEDIDA_PROPIA,
)
from conectores.x.lectura import Pedir, clase_de, lista_de, pagando, que_no_frene_lo_demas, quiza
from conectores.x.oidos import errores, siguiente_de
from conectores.x.traduccion import leer_data


class MedidorDeX:
    """id_propio: el de nuestra cuenta, y lo que costó saberlo. propia: si la aplicación es de la cuenta misma."""

    def __init__(self, pedir: Pedir, id_propio: Callable[[], tuple[str, tuple[Gasto, ...]]], *, propia: bool) -> None:
        self._pedir = que_no_frene_lo_demas(pedir)
        self._id_propio = id_propio
        self._por_lo_propio = precios.PROPIO if propia else precios.POST

    def medir_publicaciones(self, ids: Sequence[str]) -> Mapping[str, Mediciones]:
        """Lo privado (clics, visitas al perfil) sólo se pide de lo reciente: de lo viejo X lo niega."""
        corte = barrida.id_en(datetime.now(UTC) - hechos.VIDA_DE_LO_PRIVADO)
        recientes = [i for i in ids if i.isdigit() and int(i) > corte]
        viejas = [i for i in ids if i.isdigit() and int(i) <= corte]
        medidas_de, negadas = self._medir_lo_privado(recientes)
        if resto := viejas + negadas:
            medidas_de |= self._medir_lo_publico(resto, ya_se_pago=bool(medidas_de))
        return medidas_de

    def _medir_lo_privado(self, ids: Sequence[str]) -> tuple[dict[str, Mediciones], list[str]]:
        """Lo medido y lo negado: X puede negar un post, o todos si la aplicación no tiene derecho a esos campos."""
        try:
            return self._medir(ids, CAMPOS_DE_MEDIDA_PROPIA)
        except (ErrorDeContrato, ErrorDePerfil) as error:
            if "_metrics" not in error.detalle:
                raise
            return {}, list(ids)

    def _medir_lo_publico(self, ids: Sequence[str], *, ya_se_pago: bool) -> dict[str, Mediciones]:
        """Las que ya no están no aparecen; aquellas de las que X no dijo nada siguen ahí, sin dato."""
        gastos: tuple[Gasto, ...] = ()
        try:
            medidas_de, sin_dato = self._medir(ids, CAMPOS_DE_MEDIDA)
        except ErrorDeRed as error:
            if not ya_se_pago:
                raise
            medidas_de, sin_dato = {}, list(ids)
            gastos = quiza(error, "publicaciones quizá medidas", 1, precios.POST)
        nada = Mediciones(valores={}, version=medidas.VIEJA, gastos=gastos)
        return medidas_de | dict.fromkeys(sin_dato, nada)

    def _medir(
        self, ids: Sequence[str], campos: Sequence[Mapping[str, str]]
    ) -> tuple[dict[str, Mediciones], list[str]]:
        """Lo medido, y aquello de lo que X no quiso dar esos campos."""
        if not ids:
            return {}, []
        respuesta = self._por_ids(ids, campos)
        gasto = Gasto("publicaciones medidas", 1, precios.POST)
        medidas_de = {str(d["id"]): medidas.de_post(d, gasto) for d in lista_de(respuesta)}
        ausentes = {str(e.get("value") or "") for e in errores(respuesta) if clase_de(e) == "resource-not-found"}
        return medidas_de, [i for i in ids if i not in medidas_de and i not in ausentes]

    def medir_perfil(self) -> Mediciones:
        cuenta = leer_data(self._pedir("/2/users/me", {}, CAMPOS_DE_CUENTA))
        if not cuenta:
            raise ErrorDeContrato("X no dijo de qué cuenta son las credenciales.")
        return medidas.de_cuenta(cuenta, (Gasto("cuenta leída", 1, precios.USUARIO),))

    def listar(self, desde: datetime) -> Sequence[EnElPerfil]:
        """Las últimas 200, a lo más: en una cuenta más activa que eso, las más viejas no se ven."""
        id_propio, gastos = self._id_propio()
        listadas: list[EnElPerfil] = []
        siguiente = ""
        for _ in range(hechos.PAGINAS_DE_LISTADO):
            pagado = gastos + tuple(e.gasto for e in listadas if e.gasto)
            respuesta = pagando(pagado, partial(self._pagina_del_perfil, id_propio, desde, siguiente))
            gasto = Gasto("publicaciones propias listadas", 1, self._por_lo_propio)
            listadas += [medidas.en_el_perfil(d, gasto) for d in lista_de(respuesta)]
            if not (siguiente := siguiente_de(respuesta)):
                break
        return listadas

    def _pagina_del_perfil(self, id_propio: str, desde: datetime, siguiente: str) -> object:
        params = {
            "start_time": desde.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "max_results": str(hechos.LISTADOS_POR_PAGINA),
            "exclude": "retweets",
            **({"pagination_token": siguiente} if siguiente else {}),
        }
        return self._pedir(f"/2/users/{id_propio}/tweets", params, CAMPOS_DE_LISTADO)

    def _por_ids(self, ids: Sequence[str], campos: Sequence[Mapping[str, str]]) -> object:
        return self._pedir("/2/tweets", {"ids": ",".join(ids)}, campos)
