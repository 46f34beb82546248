"""Lo que se oye en una cuenta de Instagram: comentarios, etiquetas y mensajes. Sólo lecturas."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from conectores.contrato import ErrorDeContrato, ErrorDePerfil
from conectores.contrato_escucha import Canal, Clase, Desde, HechosDeEscucha, Oido, Tanda
from conectores.grafo import Respuesta
from conectores.grafo_errores import SinPermiso
from conectores.grafo_escucha import Oidor, oir_conversaciones
from conectores.grafo_lectura import Lector, explicar_permiso, filas, siguiente
from conectores.grafo_piezas import leer_instante
from conectores.grafo_ronda import VIGILANCIA
from conectores.instagram import oido

ESCUCHA = HechosDeEscucha(
    conserva_respuestas=True,
    canales=(
        Canal(
            nombre="comentarios",
            clase=Clase.COMENTARIO,
            ayuda="comentarios y respuestas en las publicaciones de la cuenta",
            cada=timedelta(minutes=5),
        ),
        Canal(
            nombre="menciones",
            clase=Clase.MENCION,
            ayuda="publicaciones de otros que etiquetan a la cuenta",
            cada=timedelta(minutes=30),
        ),
        Canal(
            nombre="mensajes",
            clase=Clase.DIRECTO,
            ayuda="mensajes privados que manda la gente; piden el número de la página («pagina»)",
            cada=timedelta(minutes=10),
        ),
    ),
    fuente="https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference, 2026-11-22",
)

PERMISOS_DE_ESCUCHA = {
    "comentarios": ("instagram_basic", "instagram_manage_comments", "pages_read_engagement"),
    "menciones": ("instagram_basic", "instagram_manage_comments", "pages_read_engagement"),
    "mensajes": ("instagram_basic", "instagram_manage_messages", "pages_messaging"),
}

PERMISOS_PARA_OIR = tuple(
    sorted({"instagram_manage_insights", *(p for de_canal in PERMISOS_DE_ESCUCHA.values() for p in de_canal)})
)
"""Los de todos los canales, y el de las métricas."""

_MEDIOS = (50, 25)
_MEDIOS_POR_LOTE = 10
_COMENTARIOS_DENTRO = 50  # lo más que da Instagram de una vez
_COMENTARIOS = (50, 25)
_DE_FUERA_MAXIMAS = 25  # si todas faltaran, cada una costaría una petición
_RESPUESTAS = "/replies"


class EscuchaDeInstagram:
    """Una llamada a `escuchar`. pagina: la de Facebook a la que está unida la cuenta; vacía si no se sabe."""

    def __init__(self, lector: Lector, cuenta: str, desde: Desde, *, pagina: str = "") -> None:
        self._cuenta = cuenta
        self._pagina = pagina
        self._desde = desde
        self._oidor = Oidor(lector, desde)
        self._apuntadas: set[str] = set()

    def oir(self, canal: str) -> Tanda:
        canales: dict[str, Callable[[], None]] = {
            "comentarios": self._comentarios,
            "menciones": self._menciones,
            "mensajes": self._mensajes,
        }
        if canal not in canales:
            raise ErrorDeContrato(f"Instagram no tiene ningún canal «{canal}»: {', '.join(canales)}.")
        try:
            canales[canal]()
        except SinPermiso as error:
            raise explicar_permiso(error, que=canal, permisos=PERMISOS_DE_ESCUCHA[canal]) from None
        return self._oidor.tanda()

    # ── Comentarios ──────────────────────────────────────────────────────────────────────────────────────────

    def _comentarios(self) -> None:
        """Tres pasos, cada uno donde lo dejó la tanda anterior:

        1. qué publicaciones hay y cuántos comentarios dicen tener;
        2. los comentarios, con sus respuestas, de las recientes y de las que cambiaron de cuenta;
        3. los que no cupieron.
        """
        ronda, lector = self._oidor.ronda, self._oidor.lector
        primera = True
        while not ronda.terminada and (primera or lector.puede_seguir):
            primera = False
            if ronda.listado is not None:
                self._listar(ronda.listado)
            elif ronda.faltan:
                self._mirar_lote()
            else:
                self._seguir(next(iter(ronda.siguen)))
        self._oidor.comprobar_bajas(Clase.COMENTARIO)

    def _listar(self, cursor: str) -> None:
        ronda = self._oidor.ronda
        leido, _ = self._oidor.pagina(
            f"{self._cuenta}/media", cursor, limites=_MEDIOS, fields="id,timestamp,comments_count"
        )
        medios = [m for m in filas(leido) if m.get("id") and leer_instante(m.get("timestamp"))]
        self._apuntar(medios)
        corte = max(self._desde.no_antes_de, datetime.now(UTC) - VIGILANCIA)
        viejos = [m for m in medios if _instante(m) < corte]
        if siguiente(leido) and not viejos:
            ronda.listado = siguiente(leido)
            return
        ronda.listado = None
        otras = [i for i in self._desde.publicaciones if i not in self._apuntadas][:_DE_FUERA_MAXIMAS]
        self._apuntar(list(self._oidor.lector.leer_varios(otras, "id,timestamp,comments_count").values()))

    def _apuntar(self, medios: list[Respuesta]) -> None:
        """Qué publicaciones mirar: las recientes siempre; las viejas, si cambió su cuenta o no se conocía."""
        ronda = self._oidor.ronda
        corte = ronda.empezo - VIGILANCIA
        for medio in medios:
            id_externo, cuantos = str(medio["id"]), medio.get("comments_count")
            self._apuntadas.add(id_externo)
            reciente = (leer_instante(medio.get("timestamp")) or corte) >= corte
            if (reciente and cuantos != 0) or cuantos != ronda.cuentas.get(id_externo, 0):
                ronda.faltan.append(id_externo)
            if isinstance(cuantos, int):
                ronda.contar(id_externo, cuantos)

    def _mirar_lote(self) -> None:
        ronda = self._oidor.ronda
        lote, resto = ronda.faltan[:_MEDIOS_POR_LOTE], ronda.faltan[_MEDIOS_POR_LOTE:]
        dentro = f"comments.limit({_COMENTARIOS_DENTRO}){{{oido.CAMPOS_DE_COMENTARIO}}}"
        for id_externo, medio in self._oidor.lector.leer_varios(lote, f"id,username,{dentro}").items():
            self._recibir(id_externo, medio.get("comments"), propio=str(medio.get("username") or ""))
        ronda.faltan = resto

    def _recibir(self, medio: str, comentarios: object, *, propio: str = "", desde_arriba: bool = True) -> None:
        """Cada comentario, seguido de sus respuestas."""
        propios = frozenset({self._cuenta, propio}) - {""}
        oidos: list[Oido] = []
        for nodo in filas(comentarios):
            respuestas = nodo.get("replies")
            oidos += self._oidor.traducir([nodo], partial(oido.comentario, en=medio, propios=propios))
            traducir = partial(oido.comentario, en=str(nodo.get("id")), propios=propios)
            oidos += self._oidor.traducir(filas(respuestas), traducir)
            if cursor := siguiente(respuestas):
                self._oidor.ronda.siguen.setdefault(f"{nodo['id']}{_RESPUESTAS}", cursor)
        self._oidor.recibir(medio, oidos, sigue=siguiente(comentarios), desde_arriba=desde_arriba)

    def _seguir(self, grupo: str) -> None:
        if grupo.endswith(_RESPUESTAS):
            traducir = partial(oido.comentario, en=grupo.removesuffix(_RESPUESTAS), propios=frozenset({self._cuenta}))
            self._oidor.seguir(grupo, grupo, traducir, limites=_COMENTARIOS, fields=oido.CAMPOS_DE_RESPUESTA)
            return
        cursor = self._oidor.ronda.siguen[grupo]
        leido, cursor = self._oidor.pagina(
            f"{grupo}/comments", cursor, limites=_COMENTARIOS, fields=oido.CAMPOS_DE_COMENTARIO
        )
        self._recibir(grupo, leido, desde_arriba=not cursor)

    # ── Lo demás ─────────────────────────────────────────────────────────────────────────────────────────────

    def _menciones(self) -> None:
        """Sin comprobar bajas: lo de otros que ya no se alcanza puede ser sólo que se hizo privado."""
        self._oidor.recorrer(f"{self._cuenta}/tags", oido.etiqueta, limites=(50, 25), fields=oido.CAMPOS_DE_ETIQUETA)

    def _mensajes(self) -> None:
        if not self._pagina:
            raise ErrorDePerfil(
                "Para leer los mensajes de Instagram falta el número de su página de Facebook.",
                remedio="Ponga en el perfil la opción «pagina» con el número de su página.",
            )
        oir_conversaciones(
            self._oidor, self._pagina, plataforma="instagram", propios=frozenset({self._cuenta, self._pagina})
        )


def _instante(medio: Respuesta) -> datetime:
    return leer_instante(medio.get("timestamp")) or datetime.now(UTC)
