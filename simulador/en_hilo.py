"""El simulador dentro de una prueba: corre en su propio hilo y se le habla como a un objeto cualquiera."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

from simulador.control import fallo_de, perfil_de
from simulador.correo import Correo
from simulador.estado import REDES, Perfil, Publicada, ahora
from simulador.fallos import Alcance
from simulador.hilo import BucleEnHilo
from simulador.servidor import Anotada, Servidor
from simulador.voces import AJENA, BUSQUEDA, COMENTARIO, DIRECTO, MENCION, Voz


class Simulador:
    """Las redes imitadas, en un puerto libre de esta máquina, mientras dure el `with`.

    with Simulador(semilla=7) as sim:
        sim.perfil("x", "1001", token="1001-abc")
        sim.fallar("x", "reset_despues")
        ...  # publicar contra sim.url_de("x")
        assert len(sim.publicadas("x")) == 1
    """

    def __init__(self, *, semilla: int | None = None, puerto: int = 0, correo: bool = False, **ajustes: Any) -> None:
        self._semilla = semilla
        self._puerto = puerto
        self._con_correo = correo
        self._ajustes = ajustes
        self._bucle = BucleEnHilo("simulador")

    def __enter__(self) -> Self:
        self._bucle.arrancar()
        try:
            self._puerto = self._bucle.esperar(self._arrancar())
        except BaseException:
            self._bucle.cerrar()
            raise
        return self

    async def _arrancar(self) -> int:
        self._servidor = Servidor(semilla=self._semilla)
        if self._ajustes:
            self._servidor.estado.ajustar("", self._ajustes)
        return await self._servidor.arrancar(self._puerto, puerto_correo=0 if self._con_correo else None)

    def __exit__(
        self, clase: type[BaseException] | None, error: BaseException | None, rastro: TracebackType | None
    ) -> None:
        try:
            self._bucle.esperar(self._servidor.detener())
        finally:
            self._bucle.cerrar()

    @property
    def puerto(self) -> int:
        return self._puerto

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._puerto}"

    def url_de(self, red: str) -> str:
        """Lo que va en `PREGONERO_<RED>_URL`."""
        return f"{self.url}/{red}"

    @property
    def puerto_correo(self) -> int:
        """El del buzón SMTP; 0 si no se pidió con `correo=True`."""
        return self._servidor.buzon.puerto

    @property
    def correos(self) -> list[Correo]:
        return list(self._servidor.buzon.correos)

    @property
    def urls(self) -> dict[str, str]:
        return {red: self.url_de(red) for red in REDES}

    # ── Mirar ────────────────────────────────────────────────────────────────────────────────────────────────

    def publicadas(self, red: str = "", *, borradas: bool = False) -> list[Publicada]:
        """Lo que la gente ve, en el orden en que se aceptó; con `borradas`, también lo que ya se borró."""
        todas = self._bucle.hacer(lambda: self._servidor.estado.publicadas(red))
        return [p for p in todas if borradas or not p.borrada]

    def peticiones(self, red: str = "") -> list[Anotada]:
        """Las últimas peticiones que llegaron a las redes, con su desenlace."""
        todas = self._bucle.hacer(lambda: list(self._servidor.anotadas))
        return [p for p in todas if red in ("", p.red)]

    def fallos(self) -> dict[str, Any]:
        return self._bucle.hacer(self._servidor.fallos.resumen)

    def cobrado(self) -> Decimal:
        """Los dólares que X habría cobrado por lo leído."""
        return self._bucle.hacer(lambda: self._servidor.estado.cobros.total)

    # ── Mandar ───────────────────────────────────────────────────────────────────────────────────────────────

    def perfil(self, red: str, id_externo: str, **datos: Any) -> Perfil:
        """Registrar (o cambiar) un perfil: token, nombre, usuario, vence_en, permisos, pagina, tableros."""
        perfil = perfil_de({"red": red, "id": id_externo, **datos})
        return self._bucle.hacer(lambda: self._servidor.estado.registrar(perfil))

    def fallar(self, red: str, clase: str, *, veces: int = 1, **como: Any) -> None:
        """Las próximas `veces` peticiones al alcance fallan así (`fallos.Fallo` dice qué más se puede pedir)."""
        _exigir(red)
        fallo = fallo_de({"clase": clase, **como})
        self._bucle.hacer(lambda: self._servidor.fallos.encolar(red, fallo, veces=veces))

    def fallar_al_azar(self, red: str, tasas: Mapping[str, float], *, alcance: str = "visibles") -> None:
        _exigir(red)
        self._bucle.hacer(lambda: self._servidor.fallos.al_azar(red, tasas, alcance=Alcance(alcance)))

    def sin_fallos(self, red: str = "") -> None:
        self._bucle.hacer(lambda: self._servidor.fallos.limpiar(red))

    def ajustar(self, red: str = "", **cambios: Any) -> None:
        """Cambiar ajustes (`estado.Ajustes`) de una red, o de todas."""
        self._bucle.hacer(lambda: self._servidor.estado.ajustar(red, cambios))

    def reiniciar(self) -> None:
        self._bucle.hacer(self._servidor.reiniciar)

    # ── Que la gente hable ───────────────────────────────────────────────────────────────────────────────────

    def comentar(self, red: str, publicacion: str | None, texto: str, *, en_respuesta_a: str = "", **como: Any) -> Voz:
        """Comentar una publicación (None: la última de esa red). `como`: lo de `decir`."""
        vista = self._publicacion(red, publicacion)
        return self._decir(
            red, COMENTARIO, texto, perfil=vista.perfil, publicacion=vista.id, en_respuesta_a=en_respuesta_a, **como
        )

    def mencionar(self, red: str, perfil: str, texto: str, **como: Any) -> Voz:
        """Nombrar a un perfil. `perfil`: su identificador en la red."""
        return self._decir(red, MENCION, texto, perfil=perfil, **como)

    def visitar(self, red: str, perfil: str, texto: str, **como: Any) -> Voz:
        """Publicar en el muro de un perfil ajeno."""
        return self._decir(red, AJENA, texto, perfil=perfil, **como)

    def mensaje(self, red: str, perfil: str, texto: str, *, conversacion: str = "", **como: Any) -> Voz:
        """Mandarle un mensaje privado. conversacion: los del mismo nombre van juntos (por omisión, los del autor)."""
        return self._decir(red, DIRECTO, texto, perfil=perfil, en_respuesta_a=conversacion, **como)

    def hablar(self, red: str, texto: str, **como: Any) -> Voz:
        """Decir algo en público sin nombrar a nadie: sólo lo halla la búsqueda."""
        return self._decir(red, BUSQUEDA, texto, perfil="", **como)

    def decir(self, voces: Iterable[Voz]) -> None:
        """Poner muchas de una vez (`voces.Voz`); cuesta poco aunque sean miles."""
        listas = list(voces)
        self._bucle.hacer(lambda: self._servidor.estado.voces.poner(listas))

    def editar_voz(self, red: str, id_externo: str, texto: str) -> None:
        self._bucle.hacer(lambda: self._servidor.estado.voces.corregir(red, id_externo, texto=texto))

    def borrar_voz(self, red: str, id_externo: str) -> None:
        self._bucle.hacer(lambda: self._servidor.estado.voces.corregir(red, id_externo, borrada=True))

    def reaccionar(self, red: str, id_externo: str, **cuantas: int) -> None:
        """Sumar a las cifras de una publicación: `me_gusta=3, compartidos=1, vistas=200`."""
        self._bucle.hacer(lambda: self._servidor.estado.voces.sumar(red, id_externo, cuantas))

    def seguidores(self, red: str, perfil: str, cuantos: int, **demas: int) -> None:
        """Fijar los seguidores de un perfil, y sus demás cifras si se dan."""
        self._bucle.hacer(lambda: self._servidor.estado.voces.contar(red, perfil, {"seguidores": cuantos, **demas}))

    def publicar_como(
        self, red: str, perfil: str, texto: str, *, hace: timedelta = timedelta(), **demas: Any
    ) -> Publicada:
        """Una publicación que ya estaba: sin pasar por la API, y con la antigüedad que se diga."""
        estado, instante = self._servidor.estado, ahora() - hace
        return self._bucle.hacer(lambda: estado.sembrar(red, perfil, texto, instante=instante, **demas))

    def _publicacion(self, red: str, id_externo: str | None) -> Publicada:
        vistas = self.publicadas(red)
        if id_externo is not None:
            vistas = [p for p in vistas if p.id == id_externo]
        if not vistas:
            raise ValueError(f"No hay ninguna publicación {id_externo or ''} en «{red}» que comentar.")
        return vistas[-1]

    def _decir(
        self,
        red: str,
        clase: str,
        texto: str,
        *,
        perfil: str,
        autor: str = "Vecina",
        hace: timedelta = timedelta(),
        instante: datetime | None = None,
        **demas: Any,
    ) -> Voz:
        """autor: un nombre; su identificador y su usuario salen de él si no se dan."""
        _exigir(red)
        limpio = autor.lower().replace(" ", "")
        demas.setdefault("autor_id", str(sum(ord(c) * 257**i for i, c in enumerate(limpio[:6])) + 10**14))
        demas.setdefault("autor_usuario", limpio)
        estado = self._servidor.estado

        def poner() -> Voz:
            cuando = instante or ahora() - hace
            id_externo = demas.pop("id", "") or estado.voces.nuevo_id(red, cuando)
            datos = {"red": red, "perfil": perfil, "clase": clase, "texto": texto, "autor_nombre": autor, **demas}
            return estado.voces.poner([Voz(id=id_externo, instante=cuando, **datos)])[0]

        return self._bucle.hacer(poner)


def _exigir(red: str) -> None:
    if red not in REDES:
        raise ValueError(f"No hay ninguna red «{red}»: {', '.join(REDES)}.")
