"""Publicar en Bluesky una sola vez: la clave del registro se elige y se guarda antes de publicarlo."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from conectores import http
from conectores.bluesky import texto, traduccion, validacion
from conectores.bluesky.capacidades import CAPACIDADES
from conectores.bluesky.cliente import Cliente
from conectores.bluesky.escucha import OidoEnBluesky
from conectores.bluesky.traduccion import COLECCION, Direccion, Rechazo
from conectores.contrato import (
    Acceso,
    Adjunto,
    Ausente,
    Busqueda,
    Capacidades,
    Clave,
    EnProceso,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
    ErrorIncierto,
    ErrorTransitorio,
    EstadoDePerfil,
    Hallada,
    Hallazgo,
    Permiso,
    Pieza,
    Preparada,
    Problema,
    Publicado,
    SinSaber,
)
from conectores.http import Paso
from conectores.secretos import recordar


class ConectorBluesky(OidoEnBluesky):
    capacidades: ClassVar[Capacidades] = CAPACIDADES
    claves: ClassVar[tuple[Clave, ...]] = (
        Clave("identificador", "El nombre de la cuenta («municipio.bsky.social») o su DID."),
        Clave(
            "clave_de_aplicacion", "Se crea en bsky.app, Configuración, Privacidad y seguridad; no es la contraseña."
        ),
    )

    def __init__(self, acceso: Acceso) -> None:
        clave = acceso.credenciales.get("clave_de_aplicacion", "").strip()
        recordar(clave)
        self._acceso = acceso
        self._completo = bool(clave and acceso.credenciales.get("identificador", "").strip())
        self._cliente = Cliente(
            url=acceso.url,
            identificador=acceso.credenciales.get("identificador", "").strip().removeprefix("@"),
            clave=clave,
            total=acceso.plazo_total,
        )

    def validar(self, pieza: Pieza) -> list[Problema]:
        return validacion.problemas(pieza)

    def medir_texto(self, pieza: Pieza) -> int:
        return texto.contar_grafemas(texto.texto_final(pieza))

    def partir(self, pieza: Pieza) -> list[str]:
        return texto.partir(pieza)

    def comprobar(self) -> EstadoDePerfil:
        with self._invisible():
            datos = self._cliente.leer("com.atproto.server.getSession")
        if datos.get("active") is False:
            raise ErrorDePerfil(
                f"La cuenta no está activa ({datos.get('status') or 'sin motivo'}).",
                remedio="Entre en bsky.app con esta cuenta y reactívela.",
            )
        if self._acceso.id_externo and self._acceso.id_externo != self._cliente.did:
            raise ErrorDePerfil(
                f"La clave es de otra cuenta de Bluesky: {self._cliente.nombre}.",
                remedio="Ponga la de la cuenta de este perfil, o corrija su identificador.",
            )
        return EstadoDePerfil(nombre=self._cliente.nombre, id_externo=self._cliente.did, permisos=("publicar",))

    def preparar(self, pieza: Pieza, *, clave: str, previa: Preparada | None = None) -> Preparada | EnProceso:
        """La clave del registro no cambia nunca: sea cual sea el intento que llegue, sólo cabe una publicación."""
        archivos = [_leer(a) for a in pieza.adjuntos]
        resumen, ahora = traduccion.contenido(pieza, archivos), datetime.now(UTC)
        with self._invisible():
            self._cliente.entrar()
            did = self._cliente.did
            antes = previa.datos if previa is not None and previa.datos.get("did") == did else {}
            # Aunque ya se subieran: la red borra pronto lo que nadie usa, y el mismo archivo da la misma referencia.
            imagenes = [self._cliente.subir(c, a.mime) for c, a in zip(archivos, pieza.adjuntos, strict=True)]
            creado = (
                traduccion.fecha_que_sirve(antes["registro"]["createdAt"], ahora) if antes else traduccion.fecha(ahora)
            )
            if antes.get("contenido") == resumen:
                registro = {**antes["registro"], "createdAt": creado}
            else:
                registro = self._registro(pieza, creado, imagenes)
        return Preparada(
            {
                "did": did,
                "nombre": self._cliente.nombre,
                "rkey": antes.get("rkey") or traduccion.tid(ahora, clave),
                "contenido": resumen,
                "registro": registro,
            }
        )

    def publicar(self, preparada: Preparada, *, clave: str, permiso: Permiso) -> Publicado:
        """`swapRecord: null`: la red sólo lo acepta si esa clave está libre o tiene exactamente lo mismo."""
        datos = preparada.datos
        if not {"did", "nombre", "rkey", "registro"} <= datos.keys():
            raise ErrorDeContrato("Lo preparado es de otra versión de Pregonero.")
        cuerpo = {"repo": datos["did"], "collection": COLECCION, "rkey": datos["rkey"], "record": datos["registro"]}
        with self._invisible():
            recien_entrado = self._cliente.entrar()
        with http.visible(permiso) as paso:
            try:
                respuesta = self._cliente.enviar("com.atproto.repo.putRecord", {**cuerpo, "swapRecord": None})
            except Rechazo as rechazo:
                if rechazo.error == "InvalidSwap":
                    return self._ya_estaba(datos)
                if rechazo.error in traduccion.SESION_CADUCA and not recien_entrado:
                    self._cliente.salir()
                    raise ErrorTransitorio("La sesión caducó justo al publicar; se entrará otra vez.") from None
                raise traduccion.veredicto(rechazo, paso=paso) from None
        hecho = traduccion.publicado(datos["did"], datos["rkey"], datos["nombre"])
        if respuesta.get("uri") != hecho.id_externo:
            raise ErrorDeContrato("Bluesky dijo que sí, pero no que publicara lo que se pidió.")
        return hecho

    def conciliar(self, busqueda: Busqueda) -> Hallazgo:
        datos = busqueda.preparada.datos
        if "rkey" not in datos:
            return SinSaber("No quedó guardada la clave del registro.")
        with self._invisible():
            registro = self._buscar(Direccion(datos["did"], COLECCION, datos["rkey"]))
        if registro is None:
            return Ausente()
        hallada = traduccion.publicado(datos["did"], datos["rkey"], datos["nombre"])
        if hallada.id_externo in busqueda.ya_adoptados:
            return SinSaber("Lo que hay con esta clave pertenece a otra entrega.")
        if not traduccion.es_el_mismo(registro["value"], datos["registro"]):
            return SinSaber(f"Con esta clave hay publicada otra cosa: mire {hallada.url}")
        return Hallada(hallada)

    def borrar(self, id_externo: str) -> None:
        donde = Direccion.leer(id_externo)
        cuerpo = {"repo": donde.did, "collection": donde.coleccion, "rkey": donde.rkey}
        with self._invisible():
            self._cliente.escribir("com.atproto.repo.deleteRecord", cuerpo)

    def _registro(self, pieza: Pieza, creado: str, imagenes: list[dict[str, Any]]) -> dict[str, Any]:
        respuesta = None
        if pieza.en_respuesta_a:
            anterior = self._buscar(Direccion.leer(pieza.en_respuesta_a))
            if anterior is None:
                raise ErrorDeContenido(
                    "La parte anterior del hilo ya no está en Bluesky.", remedio="Publique el resto como un hilo nuevo."
                )
            respuesta = traduccion.respuesta_a(anterior)
        nombres = texto.menciones(texto.texto_final(pieza))
        dids = {n: did for n in nombres if (did := self._identidad(n))}
        return traduccion.registro(pieza, creado=creado, imagenes=imagenes, dids=dids, respuesta=respuesta)

    def _identidad(self, nombre: str) -> str | None:
        """El DID de un nombre mencionado; None si no es nadie («@oficina.de.turismo»)."""
        try:
            return str(self._cliente.leer("com.atproto.identity.resolveHandle", handle=nombre)["did"])
        except Rechazo as rechazo:
            if rechazo.estado == 400 and rechazo.error not in traduccion.SESION_CADUCA:
                return None
            raise

    def _buscar(self, donde: Direccion) -> Mapping[str, Any] | None:
        try:
            datos = self._cliente.leer(
                "com.atproto.repo.getRecord", repo=donde.did, collection=donde.coleccion, rkey=donde.rkey
            )
        except Rechazo as rechazo:
            if rechazo.error == "RecordNotFound":
                return None
            raise
        return traduccion.leer_registro(datos)

    def _ya_estaba(self, datos: Mapping[str, Any]) -> Publicado:
        """La clave ya tenía algo: si es lo nuestro, lo dejó un intento cuya respuesta se perdió."""
        try:
            # Sin renovar la sesión, que sería otra petición que escribe: leer un registro no la necesita.
            donde = {"repo": datos["did"], "collection": COLECCION, "rkey": datos["rkey"]}
            registro = traduccion.leer_registro(self._cliente.preguntar("com.atproto.repo.getRecord", donde))
        except Rechazo as rechazo:
            raise ErrorIncierto(f"Ya había algo publicado y no se pudo leer ({rechazo}).") from None
        if not traduccion.es_el_mismo(registro["value"], datos["registro"]):
            raise ErrorIncierto("Con esta clave hay publicada otra cosa.")
        return traduccion.publicado(datos["did"], datos["rkey"], datos["nombre"])

    @contextmanager
    def _invisible(self) -> Iterator[Paso]:
        if not self._completo:
            raise ErrorDePerfil(
                "Faltan el identificador o la clave de aplicación.",
                remedio="Escríbalos en el panel (Perfiles, Credenciales) o en .env.",
            )
        with http.invisible() as paso:
            try:
                yield paso
            except Rechazo as rechazo:
                raise traduccion.veredicto(rechazo, paso=paso) from None


def _leer(adjunto: Adjunto) -> bytes:
    try:
        return adjunto.ruta.read_bytes()
    except OSError as error:
        raise ErrorDeContenido(
            f"No se puede leer {adjunto.ruta.name} ({error.strerror}).",
            remedio="Vuelva a dejar la publicación con su archivo.",
        ) from None
