"""La puerta de la Graph API: versiones, tokens, permisos y límites; lo demás lo hacen Facebook e Instagram."""

import hashlib
import json
import re
from datetime import timedelta

from simulador import graph_errores as errores
from simulador.estado import Estado, Perfil, ahora
from simulador.facebook import Facebook
from simulador.graph_errores import NoPasa
from simulador.instagram import Instagram
from simulador.mensajes import Peticion, Respuesta

# Vivas el 2026-11-22. Fuente: https://developers.facebook.com/docs/graph-api/changelog/versions/, ese día.
_MAS_VIEJA, _MAS_NUEVA = 21, 26
_VERSION = re.compile(r"v(\d+)\.(\d+)")
PERMISOS = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_posts",
    "pages_read_user_content",
    "pages_messaging",
    "read_insights",
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_insights",
    "instagram_manage_messages",
)
_IDS_MAXIMOS = 50


class RedGraph:
    """Una sola para las dos redes: un Instagram publica con el token de su página, y usa sus fotos de portadoras."""

    def __init__(self, estado: Estado) -> None:
        self._estado = estado
        self._facebook = Facebook(estado)
        self._instagram = Instagram(estado)

    def reiniciar(self) -> None:
        self._facebook.reiniciar()
        self._instagram.reiniciar()

    def es_visible(self, p: Peticion) -> bool:
        partes = _sin_version(p.partes)[1]
        return self._instagram.es_visible(p, partes) or self._facebook.es_visible(p, partes)

    async def atender(self, p: Peticion) -> Respuesta:
        try:
            version, partes = _sin_version(p.partes)
            respuesta = await self._despachar(p, version, partes)
        except NoPasa as corte:
            version, respuesta = "v26.0", corte.respuesta
        ajustes = self._estado.ajustes[p.red]
        if ajustes.uso_pct:
            respuesta = respuesta.con(errores.uso("0", pct=ajustes.uso_pct, regreso_min=ajustes.regreso_min))
        return respuesta.con({"facebook-api-version": version, "X-App-Usage": self._uso(p)})

    def limitada(self) -> Respuesta:
        return errores.limite("0", codigo=self._estado.ajustes["facebook"].limite_codigo)

    def vencida(self) -> Respuesta:
        return errores.vencido()

    def rota(self) -> Respuesta:
        return errores.desconocido()

    async def _despachar(self, p: Peticion, version: str, partes: tuple[str, ...]) -> Respuesta:
        if partes[:1] == ("ig-api-upload",):
            return self._instagram.subir(p, partes[-1], token=self._token(p))
        token = self._token(p)
        if p.ilegible:
            raise NoPasa(errores.parametro("Invalid JSON"))
        match (p.metodo, *partes):
            case ("GET", "debug_token"):
                return self._mirar_token(p.valor("input_token"))
            case ("GET", "me", "accounts"):
                return Respuesta(200, {"data": self._cuentas(token)})
            case (_, "me", *resto):
                partes = (self._de_token(token).id, *resto)
        if not partes and p.metodo == "GET" and p.valor("ids"):
            return await self._varios(p, version, token)
        if not partes:
            raise NoPasa(errores.error(2500, "An active access token must be used to query information."))
        return await self._de_su_red(p, version, partes, token)

    async def _varios(self, p: Peticion, version: str, token: str) -> Respuesta:
        """`GET /?ids=a,b`: cada nodo con los mismos campos. Uno que falte hunde a los demás."""
        ids = [i.strip() for i in p.valor("ids").split(",") if i.strip()]
        if len(ids) > _IDS_MAXIMOS:
            raise NoPasa(errores.parametro(f"Too many IDs. Maximum: {_IDS_MAXIMOS}. Provided: {len(ids)}."))
        return Respuesta(200, {i: (await self._de_su_red(p, version, (i,), token)).cuerpo for i in ids})

    async def _de_su_red(self, p: Peticion, version: str, partes: tuple[str, ...], token: str) -> Respuesta:
        self._exigir_perfil_vivo(partes[0], token)
        for red in (self._instagram, self._facebook):
            if red.conoce(p, partes):
                return await red.atender(p, partes, version=version)
        raise NoPasa(errores.no_existe(partes[0], verbo=p.metodo.lower()))

    # ── Tokens ───────────────────────────────────────────────────────────────────────────────────────────────

    def _token(self, p: Peticion) -> str:
        """El token, venga en la dirección, el formulario o la cabecera. Lanza los errores 104 y 190."""
        cabecera = re.sub(r"^(Bearer|OAuth) +", "", p.cabeceras.get("Authorization", ""))
        token = p.valor("access_token") or cabecera
        if not token:
            raise NoPasa(errores.sin_token())
        if "vencido" in token:
            raise NoPasa(errores.vencido())
        conocido = "|" in token or any(self._estado.perfil_de_token(r, token) for r in ("facebook", "instagram"))
        if not conocido and any(self._estado.ajustes[r].estricto for r in ("facebook", "instagram")):
            raise NoPasa(errores.invalido())
        return token

    def _exigir_perfil_vivo(self, nodo: str, token: str) -> None:
        """Que ni el perfil nombrado ni el dueño del token tengan la credencial vencida."""
        nombrado = self._estado.perfil("facebook", nodo) or self._estado.perfil("instagram", nodo)
        duenos = [self._estado.perfil_de_token(r, token) for r in ("facebook", "instagram")]
        for perfil in (nombrado, *duenos):
            if perfil is not None and perfil.vence_en is not None and perfil.vence_en <= ahora():
                raise NoPasa(errores.vencido())
        if nombrado is None or not self._estado.ajustes[nombrado.red].estricto:
            return
        if not any((d and nombrado.id in (d.id, d.pagina)) or (d and d.id == nombrado.pagina) for d in duenos):
            raise NoPasa(errores.sin_permiso("pages_read_engagement"))

    def _de_token(self, token: str) -> Perfil:
        perfil = self._estado.perfil_de_token("facebook", token)
        if perfil is None:
            id_externo = str(int(hashlib.sha256(token.encode()).hexdigest()[:12], 16))
            perfil = self._estado.perfil("facebook", id_externo) or self._estado.registrar(
                Perfil(red="facebook", id=id_externo, nombre=f"Página {id_externo}", usuario=f"p{id_externo}")
            )
        return perfil

    def _cuentas(self, token: str) -> list[dict[str, str]]:
        perfil = self._de_token(token)
        return [{"id": perfil.id, "name": perfil.nombre, "access_token": token, "category": "Government organization"}]

    def _mirar_token(self, token: str) -> Respuesta:
        perfil = next(filter(None, (self._estado.perfil_de_token(r, token) for r in ("facebook", "instagram"))), None)
        vence_en = perfil.vence_en if perfil else None
        datos: dict[str, object] = {
            "app_id": "1234567890",
            "type": "PAGE",
            "application": "Pregonero (simulada)",
            "data_access_expires_at": int((ahora() + timedelta(days=90)).timestamp()),
            "expires_at": int(vence_en.timestamp()) if vence_en else 0,
            "is_valid": "vencido" not in token and (vence_en is None or vence_en > ahora()),
            "scopes": list((perfil and perfil.permisos) or PERMISOS),
            "profile_id": perfil.id if perfil else "0",
        }
        if not datos["is_valid"]:
            detalle = "Error validating access token: Session has expired."
            datos["error"] = {"code": 190, "message": detalle, "subcode": 463}
        return Respuesta(200, {"data": datos})

    def _uso(self, p: Peticion) -> str:
        """El porcentaje del cupo gastado; sin cupo puesto, sobre un límite holgado."""
        ajustes = self._estado.ajustes[p.red]
        cupo = ajustes.cupo or 10_000
        queda, _ = self._estado.gastar_cupo(p.red, "llamadas", cupo=cupo, ventana_s=3600, gasta=True)
        usado = min(100, 100 * (cupo - queda) // cupo) if p.red == "facebook" else 1
        return json.dumps({"call_count": usado, "total_time": usado, "total_cputime": usado})


def _sin_version(partes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """La versión que atiende y el resto de la ruta. A quien pide una muerta lo atiende la más vieja viva, sin error."""
    if partes[:1] == ("ig-api-upload",) and len(partes) == 3:
        return partes[1], partes
    if not partes or not (hallada := _VERSION.fullmatch(partes[0])):
        return f"v{_MAS_VIEJA}.0", partes
    mayor = int(hallada[1])
    if mayor > _MAS_NUEVA:
        raise NoPasa(errores.error(2500, f"Unknown path components: /{partes[0]}"))
    return (partes[0] if mayor >= _MAS_VIEJA else f"v{_MAS_VIEJA}.0"), partes[1:]
