"""La API v5 de Pinterest, con lo justo: el token, su renovación y las respuestas por su estado."""

import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from conectores.contrato import ErrorDeContrato, ErrorDePerfil, ErrorTransitorio, Permiso
from conectores.http import Paso, Puerta, invisible, visible
from conectores.pinterest.traduccion import Rechazo, veredicto, veredicto_al_leer
from conectores.secretos import recordar

API = "https://api.pinterest.com"


class Cliente:
    """renovacion: id y secreto de la aplicación y token de renovación; vacía si sólo se tiene un token.

    al_renovar: a quién dar el token y el de renovación nuevos, para que los guarde.
    """

    def __init__(
        self,
        *,
        url: str,
        token: str,
        renovacion: tuple[str, str, str] | None,
        total: timedelta,
        al_renovar: Callable[[Mapping[str, str]], None] | None = None,
    ) -> None:
        self._puerta = Puerta(hacia={API: url}, total=total)
        self._token = token
        self._renovacion = renovacion
        self._al_renovar = al_renovar
        self._candado = threading.Lock()
        self.vence_en: datetime | None = None

    def leer(self, ruta: str, consulta: Mapping[str, str] | None = None) -> tuple[dict[str, Any], Mapping[str, str]]:
        """Lo leído y las cabeceras con que llegó."""
        with invisible() as paso:
            try:
                datos = self._con_token(lambda: self._pedir("GET", ruta, consulta=consulta), paso)
            except Rechazo as rechazo:
                raise veredicto(rechazo, paso=paso) from None
        return datos, paso.respuesta.headers if paso.respuesta is not None else {}

    def consultar(self, ruta: str, consulta: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """Leer algo que quizá ya no esté: None si es así."""
        with invisible() as paso:
            try:
                return self._con_token(lambda: self._pedir("GET", ruta, consulta=consulta), paso)
            except Rechazo as rechazo:
                if rechazo.estado == 404:
                    return None
                raise veredicto_al_leer(rechazo, paso=paso) from None

    def borrar(self, ruta: str) -> None:
        """Que ya no esté también es éxito."""
        with invisible() as paso:
            try:
                self._con_token(lambda: self._pedir("DELETE", ruta), paso)
            except Rechazo as rechazo:
                if rechazo.estado != 404:
                    raise veredicto(rechazo, paso=paso) from None

    def publicar(self, ruta: str, cuerpo: Mapping[str, Any], *, permiso: Permiso, del_editor: bool) -> dict[str, Any]:
        """La llamada visible. `del_editor`: el tablero lo eligió la pieza y no el perfil."""
        if recien_renovado := not self._token:
            with invisible() as paso:
                self._renovar(paso)
        with visible(permiso) as paso:
            try:
                return self._pedir("POST", ruta, cuerpo=cuerpo)
            except Rechazo as rechazo:
                if rechazo.estado == 401 and self._renovacion is not None and not recien_renovado:
                    self._token = ""
                    raise ErrorTransitorio("El token caducó justo al publicar; se renovará.") from None
                raise veredicto(rechazo, paso=paso, tablero_de_la_pieza=del_editor) from None

    def _con_token(self, accion: Callable[[], dict[str, Any]], paso: Paso) -> dict[str, Any]:
        """Hacerlo; si el token no sirve y se puede renovar, renovarlo y hacerlo otra vez, una sola."""
        if not self._token:
            self._renovar(paso)
            return accion()
        try:
            return accion()
        except Rechazo as rechazo:
            if rechazo.estado != 401 or self._renovacion is None:
                raise
        self._renovar(paso)
        return accion()

    def _pedir(
        self,
        metodo: str,
        ruta: str,
        *,
        consulta: Mapping[str, str] | None = None,
        cuerpo: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        cabeceras = {"Authorization": f"Bearer {self._token}"}
        respuesta = self._puerta.request(metodo, f"{API}/v5{ruta}", params=consulta, json=cuerpo, headers=cabeceras)
        return _leer(respuesta)

    def _renovar(self, paso: Paso) -> None:
        """Un token nuevo, para este proceso y, si hay dónde guardarlo, para los que vengan."""
        if self._renovacion is None:
            raise ErrorDePerfil(
                "Falta el token de Pinterest.", remedio="Escríbalo en el panel (Perfiles, Credenciales) o en .env."
            )
        aplicacion, secreto, token_de_renovacion = self._renovacion
        basica = b64encode(f"{aplicacion}:{secreto}".encode()).decode()
        with self._candado:
            respuesta = self._puerta.request(
                "POST",
                f"{API}/v5/oauth/token",
                data={"grant_type": "refresh_token", "refresh_token": token_de_renovacion},
                headers={"Authorization": f"Basic {basica}"},
            )
            try:
                datos = _leer(respuesta)
            except Rechazo as rechazo:
                if rechazo.estado in (400, 401, 403):
                    raise ErrorDePerfil(
                        f"Pinterest no renueva el token ({rechazo.mensaje}).",
                        remedio="Vuelva a autorizar la aplicación: el de renovación vive 60 días.",
                    ) from None
                raise veredicto(rechazo, paso=paso) from None
            self._guardar(datos, aplicacion, secreto)

    def _guardar(self, datos: Mapping[str, Any], aplicacion: str, secreto: str) -> None:
        self._token = str(datos["access_token"])
        recordar(self._token)
        if nuevo := datos.get("refresh_token"):
            recordar(str(nuevo))
            self._renovacion = (aplicacion, secreto, str(nuevo))
        if dura_s := datos.get("refresh_token_expires_in"):
            self.vence_en = datetime.now(UTC) + timedelta(seconds=int(dura_s))
        if self._al_renovar is not None:
            renovacion = {"token_de_renovacion": str(nuevo)} if nuevo else {}
            self._al_renovar({"token": self._token, **renovacion})


def _leer(respuesta: requests.Response) -> dict[str, Any]:
    try:
        cuerpo = respuesta.json() if respuesta.content else {}
    except ValueError:
        cuerpo = None
    if not 200 <= respuesta.status_code < 300:
        raise Rechazo(respuesta.status_code, cuerpo, respuesta.headers)
    if not isinstance(cuerpo, dict):
        raise ErrorDeContrato("Pinterest contestó algo que no es un objeto JSON.")
    return cuerpo
