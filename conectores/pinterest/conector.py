"""Pinterest por su API v5: un pin de una a cinco imágenes en un tablero.

La red no ofrece ninguna ayuda para no publicar dos veces: la llamada visible no se repite sin mirar antes el tablero.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from conectores.contrato import (
    Acceso,
    Ausente,
    Busqueda,
    Capacidades,
    Clave,
    EnProceso,
    ErrorDeContenido,
    ErrorDeContrato,
    ErrorDePerfil,
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
from conectores.contrato_escucha import EnElPerfil, HechosDeEscucha, Mediciones
from conectores.pinterest import medidas, traduccion, validacion
from conectores.pinterest.capacidades import CAPACIDADES, MEDIDOS_POR_LOTE, PAGINAS_MAXIMAS, POR_PAGINA
from conectores.pinterest.cliente import Cliente
from conectores.secretos import recordar

_DE_RENOVAR = ("id_de_aplicacion", "secreto_de_aplicacion", "token_de_renovacion")


class ConectorPinterest:
    capacidades: ClassVar[Capacidades] = CAPACIDADES
    # La API no enseña comentarios, menciones ni mensajes: no hay nada que oír, sólo que medir.
    escucha: ClassVar[HechosDeEscucha] = HechosDeEscucha(canales=(), fuente=CAPACIDADES.fuente)
    lote_de_medida: ClassVar[int] = MEDIDOS_POR_LOTE
    costo_de_medida: ClassVar[Decimal] = Decimal(0)
    claves: ClassVar[tuple[Clave, ...]] = (
        Clave("token", "Token de la cuenta, de developers.pinterest.com; vive 30 días.", obligatoria=False),
        Clave("id_de_aplicacion", "«App id», para renovar el token solo.", obligatoria=False),
        Clave("secreto_de_aplicacion", "«App secret key», para renovar el token solo.", obligatoria=False),
        Clave("token_de_renovacion", "«Refresh token»: vive 60 días.", obligatoria=False),
    )

    def __init__(self, acceso: Acceso) -> None:
        for secreto in acceso.credenciales.values():
            recordar(secreto)
        aplicacion, secreto, renovacion = (acceso.credenciales.get(n, "").strip() for n in _DE_RENOVAR)
        self._acceso = acceso
        self._tablero = acceso.opciones.get("tablero", "").strip()
        self._cliente = Cliente(
            url=acceso.url,
            token=acceso.credenciales.get("token", "").strip(),
            renovacion=(aplicacion, secreto, renovacion) if aplicacion and secreto and renovacion else None,
            total=acceso.plazo_total,
            al_renovar=acceso.al_renovar,
        )

    def validar(self, pieza: Pieza) -> list[Problema]:
        return validacion.problemas(pieza, tablero=self._tablero_de(pieza))

    def medir_texto(self, pieza: Pieza) -> int:
        return len(pieza.texto)

    def comprobar(self) -> EstadoDePerfil:
        cuenta, cabeceras = self._cliente.leer("/user_account")
        avisos = []
        if traduccion.es_de_prueba(cabeceras):
            avisos.append("La aplicación tiene acceso de prueba («Trial»): sus pines sólo los ve quien los crea.")
        if self._tablero:
            tablero, _ = self._cliente.leer(f"/boards/{self._tablero}")
            if tablero.get("privacy") == "SECRET":
                avisos.append(f"El tablero «{tablero.get('name')}» es secreto: nadie verá lo que se publique en él.")
        else:
            avisos.append("El perfil no tiene tablero: cada publicación deberá decir el suyo.")
        id_externo = str(cuenta.get("id") or "")
        if not (id_externo or cuenta.get("username")):
            raise ErrorDeContrato("Pinterest no dijo de quién es el token.")
        if self._acceso.id_externo and id_externo and id_externo != self._acceso.id_externo:
            raise ErrorDePerfil(
                f"El token es de otra cuenta de Pinterest: {cuenta.get('username')}.",
                remedio="Ponga el de la cuenta de este perfil, o corrija su identificador.",
            )
        return EstadoDePerfil(
            nombre=str(cuenta.get("username") or self._acceso.perfil),
            id_externo=id_externo or self._acceso.id_externo,
            vence_en=self._cliente.vence_en,
            avisos=tuple(avisos),
        )

    def preparar(self, pieza: Pieza, *, clave: str, previa: Preparada | None = None) -> Preparada | EnProceso:
        """Pinterest no tiene dónde dejar nada antes de publicar: las imágenes van dentro de la llamada visible."""
        return Preparada(
            {
                "pin": traduccion.pin(pieza, tablero=self._tablero_de(pieza)),
                "imagenes": [{"ruta": str(a.ruta), "mime": a.mime} for a in pieza.adjuntos],
                "tablero_de_la_pieza": bool(pieza.opciones.get("tablero", "").strip()),
            }
        )

    def publicar(self, preparada: Preparada, *, clave: str, permiso: Permiso) -> Publicado:
        datos = preparada.datos
        if not {"pin", "imagenes", "tablero_de_la_pieza"} <= datos.keys():
            raise ErrorDeContrato("Lo preparado es de otra versión de Pregonero.")
        imagenes = [_leer(i) for i in datos["imagenes"]]
        cuerpo = {**datos["pin"], "media_source": traduccion.fuente(imagenes)}
        respuesta = self._cliente.publicar(
            "/pins", cuerpo, permiso=permiso, del_editor=bool(datos["tablero_de_la_pieza"])
        )
        return traduccion.publicado(respuesta)

    def conciliar(self, busqueda: Busqueda) -> Hallazgo:
        """Leer el tablero entero: su orden lo puede cambiar una persona, así que no se deja de leer antes."""
        if "pin" not in busqueda.preparada.datos:
            return SinSaber("No quedó guardado en qué tablero se publicaba.")
        tablero, marca = str(busqueda.preparada.datos["pin"]["board_id"]), ""
        for _ in range(PAGINAS_MAXIMAS):
            consulta = {"page_size": str(POR_PAGINA)} | ({"bookmark": marca} if marca else {})
            pagina, _ = self._cliente.leer(f"/boards/{tablero}/pins", consulta)
            for visto in _pines(pagina):
                if traduccion.es_el_nuestro(visto, busqueda):
                    return Hallada(traduccion.publicado(visto))
            if not (marca := str(pagina.get("bookmark") or "")):
                return Ausente()
        return SinSaber(f"El tablero tiene más de {PAGINAS_MAXIMAS * POR_PAGINA} pines.")

    def borrar(self, id_externo: str) -> None:
        self._cliente.borrar(f"/pins/{quote(id_externo, safe='')}")

    # ── Medir ────────────────────────────────────────────────────────────────────────────────────────────────

    def medir_publicaciones(self, ids: Sequence[str]) -> Mapping[str, Mediciones]:
        medidos = {i: self._medir(i) for i in ids if i.isdigit()}
        return {i: mediciones for i, mediciones in medidos.items() if mediciones is not None}

    def _medir(self, id_externo: str) -> Mediciones | None:
        """Una petición para lo de toda su vida y, si es reciente, otra para lo que sólo se da por días."""
        pin = self._cliente.consultar(f"/pins/{id_externo}", {"pin_metrics": "true"})
        if pin is None:
            return None
        analitica: Mapping[str, Any] = {}
        if (ventana := medidas.dias(pin, datetime.now(UTC).date())) is not None:
            consulta = {
                "start_date": ventana[0].isoformat(),
                "end_date": ventana[1].isoformat(),
                "metric_types": ",".join(medidas.METRICAS_PEDIDAS),
            }
            analitica = self._cliente.consultar(f"/pins/{id_externo}/analytics", consulta) or {}
        return medidas.de_pin(pin, analitica)

    def medir_perfil(self) -> Mediciones:
        cuenta = self._cliente.consultar("/user_account")
        if not cuenta or not (cuenta.get("id") or cuenta.get("username")):
            raise ErrorDeContrato("Pinterest no dijo de quién es el token.")
        return medidas.de_cuenta(cuenta)

    def listar(self, desde: datetime) -> Sequence[EnElPerfil]:
        """Se leen todos: Pinterest no dice en qué orden los da."""
        todos, marca = [], ""
        for _ in range(PAGINAS_MAXIMAS):
            consulta = {"page_size": str(POR_PAGINA), "pin_filter": "exclude_repins"}
            pagina = self._cliente.consultar("/pins", consulta | ({"bookmark": marca} if marca else {})) or {}
            todos += [medidas.en_el_perfil(p) for p in _pines(pagina)]
            if not (marca := str(pagina.get("bookmark") or "")):
                break
        return [p for p in todos if p.publicada_en >= desde]

    def _tablero_de(self, pieza: Pieza) -> str:
        return pieza.opciones.get("tablero", "").strip() or self._tablero


def _pines(pagina: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    pines = pagina.get("items")
    if not isinstance(pines, list) or not all(isinstance(p, dict) for p in pines):
        raise ErrorDeContrato("Pinterest no dio la lista de pines.")
    return iter(pines)


def _leer(imagen: Mapping[str, Any]) -> tuple[str, bytes]:
    ruta = Path(imagen["ruta"])
    try:
        return str(imagen["mime"]), ruta.read_bytes()
    except OSError as error:
        raise ErrorDeContenido(
            f"No se puede leer {ruta.name} ({error.strerror}).",
            remedio="Vuelva a dejar la publicación con su archivo.",
        ) from None
