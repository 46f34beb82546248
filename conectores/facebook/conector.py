"""Publicar en una página de Facebook: primero un borrador que nadie ve, luego una sola llamada que lo enseña."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

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
from conectores.contrato_escucha import (
    Desde,
    EnElPerfil,
    HechosDeEscucha,
    Ilegible,
    Mediciones,
    Retrato,
    Tanda,
)
from conectores.facebook import traduccion
from conectores.facebook.capacidades import CAPACIDADES, PERMISOS
from conectores.facebook.escucha import ESCUCHA, PERMISOS_PARA_OIR, EscuchaDeFacebook
from conectores.facebook.medicion import LOTE_DE_MEDIDA, MedicionDeFacebook
from conectores.grafo import (
    CLAVES,
    Grafo,
    Respuesta,
    exigir,
    exigir_exito,
    exigir_id,
    exigir_lista,
    exigir_numero,
    leer_medio,
    pesar,
)
from conectores.grafo_errores import NoExiste
from conectores.grafo_lectura import Lector
from conectores.grafo_piezas import es_vieja, firmar, imagenes, videos

ESPERA_DE_VIDEO = timedelta(seconds=20)
_USO_ALTO_PCT = 80


class ConectorFacebook:
    capacidades: ClassVar[Capacidades] = CAPACIDADES
    claves: ClassVar[tuple[Clave, ...]] = CLAVES
    escucha: ClassVar[HechosDeEscucha] = ESCUCHA
    lote_de_medida: ClassVar[int] = LOTE_DE_MEDIDA
    costo_de_medida: ClassVar[Decimal] = Decimal(0)

    def __init__(self, acceso: Acceso) -> None:
        self._acceso = acceso
        self._grafo = Grafo(acceso)

    @property
    def _pagina(self) -> str:
        return exigir_id(self._acceso.id_externo, de="la página de Facebook")

    def validar(self, pieza: Pieza) -> list[Problema]:
        return traduccion.validar(pieza)

    def medir_texto(self, pieza: Pieza) -> int:
        return len(traduccion.texto_final(pieza))

    def comprobar(self) -> EstadoDePerfil:
        pagina = self._grafo.leer(self._pagina, fields="id,name,is_published")
        token = self._grafo.leer_token()
        avisos = []
        if pagina.get("is_published") is False:
            avisos.append("La página está oculta: nadie verá lo que se publique.")
        if token is None:
            avisos.append("Sin app_id y app_secret no se puede vigilar cuándo vence el token ni qué permisos tiene.")
        if self._grafo.uso_pct >= _USO_ALTO_PCT:
            avisos.append(f"Lleva gastado el {self._grafo.uso_pct} % de las llamadas que Meta permite.")
        if token is not None and (sordos := [p for p in PERMISOS_PARA_OIR if p not in token.permisos]):
            avisos.append(f"Para escuchar y medir del todo faltan permisos: {', '.join(sordos)}.")
        return EstadoDePerfil(
            nombre=str(pagina.get("name") or self._pagina),
            id_externo=exigir(pagina, "id"),
            vence_en=token.vence_en if token else None,
            permisos=token.permisos if token else (),
            faltan=tuple(p for p in PERMISOS if p not in token.permisos) if token else (),
            avisos=tuple(avisos),
        )

    def preparar(self, pieza: Pieza, *, clave: str, previa: Preparada | None = None) -> Preparada | EnProceso:
        if previa is not None and (lista := self._aprovechar(pieza, previa)) is not None:
            return lista
        if peliculas := videos(pieza):
            if len(pieza.adjuntos) > 1:  # nunca dejar fuera, callando, algo que el editor puso
                raise ErrorDeContenido(
                    "Facebook publica un video solo.", remedio="Quite las imágenes o los otros videos."
                )
            nodo = traduccion.nodo_nuevo(pieza, self._subir_video(pieza, peliculas[0]), ahora=datetime.now(UTC))
            return self._segun_video(nodo, self._grafo.leer(nodo.id, fields=nodo.campos))
        fotos = [self._subir_foto(foto) for foto in imagenes(pieza)]
        borrador = self._grafo.escribir(f"{self._pagina}/feed", traduccion.datos_de_publicacion(pieza, fotos))
        return traduccion.nodo_nuevo(pieza, exigir(borrador, "id"), ahora=datetime.now(UTC)).guardar()

    def publicar(self, preparada: Preparada, *, clave: str, permiso: Permiso) -> Publicado:
        nodo = traduccion.leer_preparada(preparada)
        try:
            exigir_exito(self._grafo.publicar(nodo.id, nodo.orden_de_publicar, permiso=permiso))
        except NoExiste as error:
            # Alguien borró el borrador, o Facebook sus fotos: al prepararlo otra vez se hará uno nuevo.
            raise ErrorTransitorio(f"El borrador ya no está en Facebook. {error.detalle}") from None
        return traduccion.publicado(nodo)

    def conciliar(self, busqueda: Busqueda) -> Hallazgo:
        nodo = traduccion.leer_preparada(busqueda.preparada)
        try:
            leido = self._grafo.leer(nodo.id, fields=nodo.campos)
        except NoExiste:
            return self._buscar_en_listado(busqueda) or Ausente()
        if nodo.id in busqueda.ya_adoptados:
            return SinSaber("Esta publicación de Facebook ya pertenece a otra entrega.")
        match nodo.esta_publicado(leido):
            case True:
                return Hallada(traduccion.publicado(nodo, leido))
            case False:
                return Ausente()
            case None:
                return self._buscar_en_listado(busqueda) or SinSaber("Facebook no dice si el borrador ya se publicó.")

    def borrar(self, id_externo: str) -> None:
        try:
            self._grafo.borrar(id_externo)
        except NoExiste:
            # Con el mismo código dice «no existe» y «no tiene permiso»: si la página se puede leer, es lo primero.
            self._grafo.leer(self._pagina, fields="id")

    # ── Escuchar y medir ─────────────────────────────────────────────────────────────────────────────────────

    def escuchar(self, canal: str, desde: Desde) -> Tanda:
        return EscuchaDeFacebook(self._lector(), self._pagina, desde).oir(canal)

    def medir_publicaciones(self, ids: Sequence[str]) -> Mapping[str, Mediciones]:
        return MedicionDeFacebook(self._lector(), self._pagina).medir_publicaciones(ids)

    def medir_perfil(self) -> Mediciones:
        return MedicionDeFacebook(self._lector(), self._pagina).medir_perfil()

    def listar(self, desde: datetime) -> Sequence[EnElPerfil]:
        return MedicionDeFacebook(self._lector(), self._pagina).listar(desde)

    def retratar(self, cuenta: str) -> Retrato | Ilegible:
        return MedicionDeFacebook(self._lector(), self._pagina).retratar(cuenta)

    def _lector(self) -> Lector:
        return Lector(self._grafo, llave=f"{self._acceso.url}|{self._pagina}")

    # ── Pasos ────────────────────────────────────────────────────────────────────────────────────────────────

    def _buscar_en_listado(self, busqueda: Busqueda) -> Hallada | None:
        leido = self._grafo.leer(f"{self._pagina}/published_posts", fields=traduccion.CAMPOS_DEL_LISTADO, limit=100)
        hallado = traduccion.buscar_en_listado(exigir_lista(leido), busqueda)
        return None if hallado is None else Hallada(hallado)

    def _aprovechar(self, pieza: Pieza, previa: Preparada) -> Preparada | EnProceso | None:
        """Lo que ya estaba preparado, si sigue allí y es de esta misma pieza; None si hay que empezar de nuevo.

        Si resulta que ya se publicó también se aprovecha: publicarlo otra vez no hace nada.
        """
        try:
            nodo = traduccion.leer_preparada(previa)
        except ErrorDeContrato:  # la escribió otra versión de Pregonero
            return None
        if nodo.firma != firmar(pieza):
            return None
        try:
            leido = self._grafo.leer(nodo.id, fields=nodo.campos)
        except NoExiste:
            return None
        if nodo.esta_publicado(leido):
            return previa
        if es_vieja(nodo.preparado_en, datetime.now(UTC)):
            return None
        return self._segun_video(nodo, leido) if nodo.es_video else previa

    def _segun_video(self, nodo: traduccion.Nodo, leido: Respuesta) -> Preparada | EnProceso:
        match traduccion.estado_de_video(leido):
            case "error" | "expired":
                raise ErrorDeContenido(
                    "Facebook no pudo procesar el video.", remedio="Conviértalo a MP4 con video H.264 y audio AAC."
                )
            case "processing" | "uploading" | "upload_complete":
                return EnProceso(nodo.guardar(), ESPERA_DE_VIDEO)
        return nodo.guardar()

    def _subir_foto(self, foto: Adjunto) -> str:
        datos = traduccion.datos_de_foto(foto)
        subida = self._grafo.escribir(f"{self._pagina}/photos", datos, archivo=leer_medio(foto.ruta), campo="source")
        return exigir(subida, "id")

    def _subir_video(self, pieza: Pieza, video: Adjunto) -> str:
        """Subirlo por partes, del tamaño que pida Facebook, y cerrarlo sin publicar. Da su identificador."""
        ruta = f"{self._pagina}/videos"
        inicio = self._grafo.escribir(ruta, {"upload_phase": "start", "file_size": pesar(video.ruta)})
        sesion = {"upload_session_id": exigir(inicio, "upload_session_id")}
        tramo = inicio
        while (desde := exigir_numero(tramo, "start_offset")) < (hasta := exigir_numero(tramo, "end_offset")):
            tramo = self._grafo.escribir(
                ruta,
                {"upload_phase": "transfer", "start_offset": desde, **sesion},
                archivo=leer_medio(video.ruta, desde, hasta),
                campo="video_file_chunk",
            )
            if exigir_numero(tramo, "start_offset") <= desde:
                raise ErrorDeContrato("Facebook pide otra vez la misma parte del video.")
        exigir_exito(
            self._grafo.escribir(ruta, {"upload_phase": "finish", **sesion, **traduccion.datos_de_video(pieza)})
        )
        return exigir(inicio, "video_id")
