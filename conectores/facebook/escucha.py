"""Lo que se oye en una página de Facebook: comentarios, etiquetas, visitantes y mensajes. Sólo lecturas."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from conectores.contrato import ErrorDeContrato
from conectores.contrato_escucha import Canal, Clase, Desde, HechosDeEscucha, Oido, Tanda
from conectores.facebook import oido
from conectores.grafo import Respuesta
from conectores.grafo_errores import SinPermiso
from conectores.grafo_escucha import Oidor, oir_conversaciones
from conectores.grafo_lectura import Lector, explicar_permiso, filas, siguiente
from conectores.grafo_piezas import leer_instante
from conectores.grafo_ronda import VIGILANCIA

ESCUCHA = HechosDeEscucha(
    conserva_respuestas=True,
    canales=(
        Canal(
            nombre="comentarios",
            clase=Clase.COMENTARIO,
            ayuda="comentarios y respuestas en las publicaciones de la página",
            cada=timedelta(minutes=5),
        ),
        Canal(
            nombre="menciones",
            clase=Clase.MENCION,
            ayuda="publicaciones de otros que etiquetan a la página; Facebook no dice quién",
            cada=timedelta(minutes=15),
        ),
        Canal(
            nombre="visitantes",
            clase=Clase.AJENA,
            ayuda="lo que otros publican en el muro de la página",
            cada=timedelta(minutes=15),
        ),
        Canal(
            nombre="mensajes",
            clase=Clase.DIRECTO,
            ayuda="mensajes privados que manda la gente por Messenger",
            cada=timedelta(minutes=5),
        ),
    ),
    fuente="https://developers.facebook.com/docs/graph-api/reference/page/, consultada 2026-11-22",
)

PERMISOS_DE_ESCUCHA = {
    "comentarios": ("pages_read_engagement", "pages_read_user_content"),
    "menciones": ("pages_read_engagement", "pages_read_user_content"),
    "visitantes": ("pages_read_engagement", "pages_read_user_content"),
    "mensajes": ("pages_messaging", "pages_read_engagement"),
}

PERMISOS_PARA_OIR = tuple(
    sorted({"read_insights", *(p for de_canal in PERMISOS_DE_ESCUCHA.values() for p in de_canal)})
)
"""Los de todos los canales, y el de las métricas."""

_PUBLICACIONES = (25, 10, 5)  # con comentarios dentro, más suele ser demasiado para Meta
_COMENTARIOS_DENTRO = 25
_COMENTARIOS = (100, 50, 25)
_AJENAS = (50, 25, 10)
_PUBLICACIONES_POR_LOTE = 25
_DE_FUERA_MAXIMAS = 100


class EscuchaDeFacebook:
    """Una llamada a `escuchar`."""

    def __init__(self, lector: Lector, pagina: str, desde: Desde) -> None:
        self._pagina = pagina
        self._desde = desde
        self._oidor = Oidor(lector, desde)
        # De una publicación a como la llamamos nosotros: un video, por el número del video.
        self._nuestros: dict[str, str] = {}

    def oir(self, canal: str) -> Tanda:
        canales: dict[str, Callable[[], None]] = {
            "comentarios": self._comentarios,
            "menciones": self._menciones,
            "visitantes": self._visitantes,
            "mensajes": self._mensajes,
        }
        if canal not in canales:
            raise ErrorDeContrato(f"Facebook no tiene ningún canal «{canal}»: {', '.join(canales)}.")
        try:
            canales[canal]()
        except SinPermiso as error:
            raise explicar_permiso(error, que=canal, permisos=PERMISOS_DE_ESCUCHA[canal]) from None
        return self._oidor.tanda()

    # ── Comentarios ──────────────────────────────────────────────────────────────────────────────────────────

    def _comentarios(self) -> None:
        """Tres pasos, cada uno donde lo dejó la tanda anterior:

        1. las publicaciones recientes de la página, con sus últimos comentarios dentro;
        2. las que pidió el motor y no salieron ahí, de veinticinco en veinticinco;
        3. los comentarios que no cupieron dentro.
        """
        ronda, lector = self._oidor.ronda, self._oidor.lector
        if ronda.listado == "" and not ronda.siguen:
            ronda.faltan = list(self._desde.publicaciones[:_DE_FUERA_MAXIMAS])
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
        campos = f"id,created_time,attachments{{media_type,target{{id}}}},{_comentarios_dentro()}"
        leido, _ = self._oidor.pagina(f"{self._pagina}/published_posts", cursor, limites=_PUBLICACIONES, fields=campos)
        publicaciones = filas(leido)
        for una in publicaciones:
            id_externo, nuestro = str(una["id"]), oido.id_de_publicacion(una)
            ronda.faltan = [i for i in ronda.faltan if i not in (id_externo, nuestro)]
            self._nuestros[id_externo] = nuestro
            self._recibir(id_externo, una.get("comments"))
        instantes = [i for una in publicaciones if (i := leer_instante(una.get("created_time"))) is not None]
        corte = max(self._desde.no_antes_de, datetime.now(UTC) - VIGILANCIA)
        acaba = not siguiente(leido) or (bool(instantes) and min(instantes) < corte)
        ronda.listado = None if acaba else siguiente(leido)

    def _mirar_lote(self) -> None:
        ronda = self._oidor.ronda
        lote, resto = ronda.faltan[:_PUBLICACIONES_POR_LOTE], ronda.faltan[_PUBLICACIONES_POR_LOTE:]
        leidas = self._oidor.lector.leer_varios(lote, f"id,{_comentarios_dentro()}")
        for id_externo, una in leidas.items():  # la que ya no está se lleva sus comentarios
            self._recibir(id_externo, una.get("comments"))
        ronda.faltan = resto

    def _recibir(self, publicacion: str, comentarios: object) -> None:
        oidos = self._oidor.traducir(filas(comentarios), self._traductor(publicacion))
        self._oidor.recibir(publicacion, oidos, sigue=siguiente(comentarios))

    def _seguir(self, publicacion: str) -> None:
        self._oidor.seguir(
            publicacion,
            f"{publicacion}/comments",
            self._traductor(publicacion),
            limites=_COMENTARIOS,
            filter="stream",
            order="reverse_chronological",
            fields=oido.CAMPOS_DE_COMENTARIO,
        )

    def _traductor(self, publicacion: str) -> Callable[[Respuesta], Oido | None]:
        nuestro = self._nuestros.get(publicacion, publicacion)
        return lambda nodo: oido.comentario(nodo, publicacion=nuestro, pagina=self._pagina)

    # ── Lo demás ─────────────────────────────────────────────────────────────────────────────────────────────

    def _menciones(self) -> None:
        """Sin comprobar bajas: lo de otros que ya no se alcanza puede ser sólo que se hizo privado."""
        self._recorrer("tagged", Clase.MENCION, oido.CAMPOS_DE_ETIQUETA)

    def _visitantes(self) -> None:
        self._recorrer("visitor_posts", Clase.AJENA, oido.CAMPOS_DE_AJENA)
        self._oidor.comprobar_bajas(Clase.AJENA)

    def _recorrer(self, arista: str, clase: Clase, campos: str) -> None:
        self._oidor.recorrer(
            f"{self._pagina}/{arista}",
            lambda nodo: oido.publicacion_ajena(nodo, clase=clase, pagina=self._pagina),
            limites=_AJENAS,
            fields=campos,
        )

    def _mensajes(self) -> None:
        oir_conversaciones(self._oidor, self._pagina, plataforma="messenger", propios=frozenset({self._pagina}))


def _comentarios_dentro() -> str:
    campos = oido.CAMPOS_DE_COMENTARIO
    return f"comments.filter(stream).order(reverse_chronological).limit({_COMENTARIOS_DENTRO}){{{campos}}}"
