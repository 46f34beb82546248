"""Publicar en Instagram: contenedor, espera de su proceso y una sola llamada que lo enseña."""

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
    ErrorDePerfil,
    ErrorDeRed,
    ErrorDuplicado,
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
    TipoDeMedio,
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
from conectores.grafo import CLAVES, Grafo, exigir, exigir_id, exigir_lista, leer_medio
from conectores.grafo_errores import NoExiste
from conectores.grafo_lectura import Lector
from conectores.grafo_piezas import firmar, texto_con_enlace
from conectores.instagram import traduccion
from conectores.instagram.capacidades import CAPACIDADES, PERMISO_DE_PORTADORA, PERMISOS
from conectores.instagram.escucha import ESCUCHA, PERMISOS_PARA_OIR, EscuchaDeInstagram
from conectores.instagram.medicion import LOTE_DE_MEDIDA, MedicionDeInstagram
from conectores.instagram.traduccion import Avance, Contenedores
from conectores.instagram.validacion import validar

# El cupo se libera publicación a publicación según cumplen 24 h: mirar cada hora basta.
ESPERA_DE_CUPO = timedelta(hours=1)

# Pedir la dirección de lo publicado es un detalle: no puede alargar el envío.
PLAZO_DE_DIRECCION = timedelta(seconds=5)


class ConectorInstagram:
    capacidades: ClassVar[Capacidades] = CAPACIDADES
    claves: ClassVar[tuple[Clave, ...]] = CLAVES
    escucha: ClassVar[HechosDeEscucha] = ESCUCHA
    lote_de_medida: ClassVar[int] = LOTE_DE_MEDIDA
    costo_de_medida: ClassVar[Decimal] = Decimal(0)

    def __init__(self, acceso: Acceso) -> None:
        self._acceso = acceso
        self._grafo = Grafo(acceso)

    @property
    def _cuenta(self) -> str:
        return exigir_id(self._acceso.id_externo, de="la cuenta de Instagram")

    def validar(self, pieza: Pieza) -> list[Problema]:
        return validar(pieza)

    def medir_texto(self, pieza: Pieza) -> int:
        return len(texto_con_enlace(pieza))

    def comprobar(self) -> EstadoDePerfil:
        cuenta = self._grafo.leer(self._cuenta, fields="id,username")
        restante = self._leer_cupo()
        token = self._grafo.leer_token()
        necesarios = PERMISOS if self._acceso.direccion_publica else (*PERMISOS, PERMISO_DE_PORTADORA)
        avisos = []
        if not self._acceso.direccion_publica and not self._acceso.opciones.get("pagina"):
            avisos.append(
                "No puede publicar imágenes: falta la opción «pagina» (el número de su página de Facebook), o que este "
                "servidor tenga dirección pública."
            )
        if token is None:
            avisos.append("Sin app_id y app_secret no se puede vigilar cuándo vence el token ni qué permisos tiene.")
        if token is not None and (sordos := [p for p in PERMISOS_PARA_OIR if p not in token.permisos]):
            avisos.append(f"Para escuchar y medir del todo faltan permisos: {', '.join(sordos)}.")
        return EstadoDePerfil(
            nombre=str(cuenta.get("username") or self._cuenta),
            id_externo=exigir(cuenta, "id"),
            vence_en=token.vence_en if token else None,
            permisos=token.permisos if token else (),
            faltan=tuple(p for p in necesarios if p not in token.permisos) if token else (),
            cupo_restante=restante,
            avisos=tuple(avisos),
        )

    def preparar(self, pieza: Pieza, *, clave: str, previa: Preparada | None = None) -> Preparada | EnProceso:
        contenedores, avance = traduccion.aprovechable(previa, pieza), Avance.CADUCADO
        if contenedores is not None:
            avance = self._mirar(contenedores)
        if contenedores is None or avance is Avance.CADUCADO:
            self._exigir_cupo()
            contenedores = self._crear(pieza, vueltas=contenedores.vueltas + 1 if contenedores else 1)
            avance = self._mirar(contenedores)
        if avance is Avance.LISTO and not contenedores.contenedor:
            contenedores = contenedores.juntado(
                self._crear_contenedor(traduccion.datos_de_carrusel(pieza, contenedores.hijos))
            )
            avance = self._mirar(contenedores)
        match avance:
            case Avance.EN_PROCESO:
                espera = traduccion.espera_de_proceso(contenedores.preparado_en, datetime.now(UTC))
                return EnProceso(contenedores.guardar(), espera)
            case Avance.PUBLICADO:
                return contenedores.publicado_ya().guardar()
            case Avance.CADUCADO:
                raise ErrorTransitorio("Instagram da por malo un contenedor recién hecho; se hará otro.")
        return contenedores.guardar()

    def publicar(self, preparada: Preparada, *, clave: str, permiso: Permiso) -> Publicado:
        contenedores = traduccion.leer_preparada(preparada)
        if contenedores.ya_salio:
            # No se sabe qué haría Instagram con un contenedor ya publicado: no se le da la ocasión.
            raise ErrorDuplicado("Instagram dice que esta publicación ya salió.")
        if not contenedores.contenedor:
            raise ErrorTransitorio("La publicación aún no termina de prepararse.")
        datos = {"creation_id": contenedores.contenedor}
        try:
            publicada = self._grafo.publicar(f"{self._cuenta}/media_publish", datos, permiso=permiso)
        except NoExiste as error:
            raise ErrorTransitorio(f"Instagram ya no tiene lo que se había preparado. {error.detalle}") from None
        id_externo = exigir(publicada, "id")
        return Publicado(id_externo, self._buscar_direccion(id_externo))

    def conciliar(self, busqueda: Busqueda) -> Hallazgo:
        contenedores = traduccion.leer_preparada(busqueda.preparada)
        estado = self._leer_estado(contenedores.contenedor)
        if estado in ("FINISHED", "ERROR"):
            return Ausente()
        if estado == "IN_PROGRESS":
            return SinSaber("Instagram todavía procesa la publicación.")
        recientes = self._grafo.leer(f"{self._cuenta}/media", fields=traduccion.CAMPOS_DEL_LISTADO, limit=100)
        if (hallado := traduccion.buscar_en_listado(exigir_lista(recientes), busqueda)) is not None:
            return Hallada(hallado)
        if estado == "PUBLISHED":
            return SinSaber("Instagram dice que la publicación ya salió, pero aún no la enseña.")
        return Ausente()

    def borrar(self, id_externo: str) -> None:
        try:
            self._grafo.borrar(id_externo)
        except NoExiste:
            # Con el mismo código dice «no existe» y «no tiene permiso»: si la cuenta se puede leer, es lo primero.
            self._grafo.leer(self._cuenta, fields="id")

    # ── Escuchar y medir ─────────────────────────────────────────────────────────────────────────────────────

    def escuchar(self, canal: str, desde: Desde) -> Tanda:
        pagina = self._acceso.opciones.get("pagina", "")
        return EscuchaDeInstagram(self._lector(), self._cuenta, desde, pagina=pagina).oir(canal)

    def medir_publicaciones(self, ids: Sequence[str]) -> Mapping[str, Mediciones]:
        return MedicionDeInstagram(self._lector(), self._cuenta).medir_publicaciones(ids)

    def medir_perfil(self) -> Mediciones:
        return MedicionDeInstagram(self._lector(), self._cuenta).medir_perfil()

    def listar(self, desde: datetime) -> Sequence[EnElPerfil]:
        return MedicionDeInstagram(self._lector(), self._cuenta).listar(desde)

    def retratar(self, cuenta: str) -> Retrato | Ilegible:
        return MedicionDeInstagram(self._lector(), self._cuenta).retratar(cuenta)

    def _lector(self) -> Lector:
        return Lector(self._grafo, llave=f"{self._acceso.url}|{self._cuenta}")

    # ── Pasos ────────────────────────────────────────────────────────────────────────────────────────────────

    def _leer_cupo(self) -> int | None:
        limite = self._grafo.leer(f"{self._cuenta}/content_publishing_limit", fields="config,quota_usage")
        return traduccion.cupo_restante(limite)

    def _exigir_cupo(self) -> None:
        if self._leer_cupo() == 0:
            raise ErrorTransitorio(
                "Se agotó el cupo de publicaciones de Instagram en 24 horas.", espera=ESPERA_DE_CUPO, de_perfil=True
            )

    def _crear(self, pieza: Pieza, *, vueltas: int) -> Contenedores:
        if not pieza.adjuntos:
            raise ErrorDeContenido(
                "Instagram no publica texto solo.", remedio="Adjunte al menos una imagen o un video."
            )
        preparado_en = datetime.now(UTC).isoformat(timespec="seconds")
        en_carrusel = len(pieza.adjuntos) > 1
        portadoras: list[str] = []
        ids = []
        for adjunto in pieza.adjuntos:
            es_imagen = adjunto.tipo is TipoDeMedio.IMAGEN
            direccion = self._dar_direccion(adjunto, portadoras) if es_imagen else ""
            datos = traduccion.datos_de_contenedor(pieza, adjunto, direccion=direccion, en_carrusel=en_carrusel)
            contenedor = self._crear_contenedor(datos)
            if not es_imagen:
                self._grafo.subir(contenedor, adjunto.ruta)
            ids.append(contenedor)
        return Contenedores(
            firma=firmar(pieza),
            preparado_en=preparado_en,
            contenedor="" if en_carrusel else ids[0],
            hijos=tuple(ids) if en_carrusel else (),
            portadoras=tuple(portadoras),
            vueltas=vueltas,
        )

    def _crear_contenedor(self, datos: dict[str, object]) -> str:
        return exigir(self._grafo.escribir(f"{self._cuenta}/media", datos), "id")

    def _dar_direccion(self, imagen: Adjunto, portadoras: list[str]) -> str:
        """Una dirección desde la que Instagram pueda descargar la imagen; anota la portadora, si hizo falta."""
        if self._acceso.direccion_publica is not None:
            return self._acceso.direccion_publica(imagen.ruta)
        pagina = self._acceso.opciones.get("pagina", "")
        if not pagina:
            raise ErrorDePerfil(
                "Instagram tiene que descargar las imágenes de algún sitio y este perfil no le da ninguno.",
                remedio="Ponga en el perfil la opción «pagina» con el número de su página de Facebook.",
            )
        foto = self._grafo.escribir(
            f"{pagina}/photos", {"published": False}, archivo=leer_medio(imagen.ruta), campo="source"
        )
        portadoras.append(exigir(foto, "id"))
        return traduccion.elegir_direccion(self._grafo.leer(portadoras[-1], fields="images"))

    def _mirar(self, contenedores: Contenedores) -> Avance:
        """El avance del conjunto. Lo que ya se publicó no caduca, aunque sea viejo."""
        avances = []
        for contenedor in contenedores.por_mirar:
            try:
                leido = self._grafo.leer(contenedor, fields="status_code,status")
            except NoExiste:
                return Avance.CADUCADO
            avances.append(traduccion.leer_avance(leido, vueltas=contenedores.vueltas))
        avance = max(avances)
        if avance is not Avance.PUBLICADO and traduccion.caducaron(contenedores, datetime.now(UTC)):
            return Avance.CADUCADO
        return avance

    def _leer_estado(self, contenedor: str) -> str:
        """El estado crudo de un contenedor; vacío si ya no existe o no llegó a haberlo."""
        if not contenedor:
            return ""
        try:
            return exigir(self._grafo.leer(contenedor, fields="status_code"), "status_code")
        except NoExiste:
            return ""

    def _buscar_direccion(self, id_externo: str) -> str:
        plazo = min(PLAZO_DE_DIRECCION, self._acceso.plazo_total)
        try:
            return str(Grafo(self._acceso, total=plazo).leer(id_externo, fields="permalink").get("permalink") or "")
        except ErrorDeRed:
            return ""  # salió, que es lo que importa
