"""Un pueblo que habla: tres semanas de lunes corrientes y, si se pide, una avenida inundada."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from modelos import Correo, Historia, Monitor
from modelos.escucha import Coincidencia, Conteo, Fuente, Mensaje, Pico
from motor.avisos.avisador import Avisador
from motor.escucha.entorno import EntornoDeEscucha
from motor.reglas import ReglasDeAvisos
from tests.conftest import RelojFijo

HORA = timedelta(hours=1)
PARA = ("coordinacion@ejemplo.mx",)
CORRIENTES = ("Hay un bache en la esquina.", "Buenos días Toluca.", "¿Ya abrió la ventanilla de pagos?")
INUNDADOS = (
    "Paseo Tollocan está hecho un río, estamos atorados frente a la terminal.",
    "Coches atorados en Tollocan, agua hasta la cintura en la terminal.",
    "Se inundó Tollocan otra vez, la terminal es una alberca y nadie viene. Atorados.",
)


@dataclass
class Pueblo:
    """Escribe en las dos bases lo que habrían escrito la recolección, los monitores y el detector."""

    escucha: EntornoDeEscucha
    reloj: RelojFijo
    _numero: int = 0
    monitores: dict[str, int] = field(default_factory=dict)

    def monitor(self, clave: str, nombre: str = "") -> int:
        with self.escucha.principal.base.escribir() as sesion:
            desde = self.reloj.ahora() - timedelta(days=60)
            fila = Monitor(clave=clave, nombre=nombre or clave.capitalize(), desde=desde, creado_en=desde)
            sesion.add(fila)
            sesion.flush()
            self.monitores[clave] = fila.id
            return fila.id

    def fuente(self, **columnas: object) -> int:
        ahora = self.reloj.ahora()
        base = {"clave": f"f{self._numero}", "red": "memoria", "desde": ahora - timedelta(days=60), "proxima_en": ahora}
        self._numero += 1
        with self.escucha.base.escribir() as sesion:
            fila = Fuente(**(base | {"oida_en": ahora} | columnas))
            sesion.add(fila)
            sesion.flush()
            return fila.id

    def dicen(self, texto: str, *monitores: int, hace: timedelta = timedelta(minutes=5), **columnas: object) -> Mensaje:
        """Un mensaje que cuentan esos monitores."""
        with self.escucha.base.escribir() as sesion:
            return self._decir(sesion, texto, monitores, hace, columnas)

    def _decir(
        self, sesion: Session, texto: str, monitores: tuple[int, ...], hace: timedelta, columnas: dict[str, object]
    ) -> Mensaje:
        self._numero += 1
        cuando = self.reloj.ahora() - hace
        base = {
            "red": "memoria",
            "id_externo": f"m{self._numero}",
            "clase": "mencion",
            "texto": texto,
            "autor_id": f"a{self._numero}",
            "autor_usuario": f"vecina{self._numero}",
            "url": f"https://red.mx/{self._numero}",
            "publicado_en": cuando,
            "recibido_en": self.reloj.ahora(),
            "comprobado_en": self.reloj.ahora(),
        }
        mensaje = Mensaje(**(base | columnas))
        sesion.add(mensaje)
        sesion.flush()
        for monitor in monitores:
            sesion.add(Coincidencia(mensaje_id=mensaje.id, monitor_id=monitor, publicado_en=cuando))
            inicio = cuando.replace(minute=0, second=0, microsecond=0)
            conteo = sesion.get(Conteo, (monitor, 3600, inicio))
            if conteo is None:
                sesion.add(Conteo(monitor_id=monitor, paso_s=3600, inicio=inicio, cuenta=1))
            else:
                conteo.cuenta += 1
        return mensaje

    def quincena(self, monitor: int, *, por_hora: int = 2, dias: int = 21) -> None:
        """Lo de siempre: `por_hora` de las 8 a las 22, sin los mensajes (sólo sus conteos) y unos pocos textos."""
        ahora = self.reloj.ahora().replace(minute=0, second=0, microsecond=0)
        zona = self.escucha.reglas.zona
        with self.escucha.base.escribir() as sesion:
            for n in range(2, dias * 24):
                inicio = ahora - n * HORA
                if 8 <= inicio.astimezone(zona).hour < 22:
                    sesion.add(Conteo(monitor_id=monitor, paso_s=3600, inicio=inicio, cuenta=por_hora))
            for n, texto in enumerate(CORRIENTES * 3):
                self._decir(sesion, texto, (monitor,), timedelta(days=1 + n), {})

    def inundacion(self, *monitores: int, cuantos: int = 30) -> None:
        with self.escucha.base.escribir() as sesion:
            for n in range(cuantos):
                columnas = {
                    "lugar": "Paseo Tollocan" if n % 3 else "",
                    "lugar_por": "texto" if n % 3 else "",
                    "interacciones": n * 10 if n % 5 else None,
                }
                self._decir(sesion, INUNDADOS[n % 3], monitores, timedelta(minutes=1 + n), columnas)

    def pico(self, monitor: int, **columnas: object) -> int:
        ahora = self.reloj.ahora()
        base = {
            "monitor_id": monitor,
            "paso_s": 3600,
            "desde": ahora - timedelta(minutes=40),
            "visto_en": ahora,
            "valor": 30.0,
            "esperado": 2.0,
            "puntaje": 12.0,
            "maximo": 30.0,
        }
        with self.escucha.base.escribir() as sesion:
            fila = Pico(**(base | columnas))
            sesion.add(fila)
            sesion.flush()
            return fila.id

    def acaba(self, pico: int) -> None:
        with self.escucha.base.escribir() as sesion:
            sesion.get_one(Pico, pico).hasta = self.reloj.ahora()

    def correos(self) -> list[Correo]:
        with self.escucha.principal.base.leer() as sesion:
            return list(sesion.exec(select(Correo).order_by(col(Correo.id))))

    def historias(self) -> list[Historia]:
        with self.escucha.principal.base.leer() as sesion:
            return list(sesion.exec(select(Historia).order_by(col(Historia.id))))

    def picos(self) -> list[Pico]:
        with self.escucha.base.leer() as sesion:
            return list(sesion.exec(select(Pico).order_by(col(Pico.id))))

    def salen(self) -> None:
        """Como si el cartero hubiera mandado lo que toca."""
        ahora = self.reloj.ahora()
        with self.escucha.principal.base.escribir() as sesion:
            for correo in sesion.exec(select(Correo).where(Correo.estado == "pendiente")):
                if correo.no_antes_de <= ahora:
                    correo.estado, correo.enviado_en, correo.intentos = "enviado", ahora, 1


@pytest.fixture
def sin_dibujar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sin Python con que dibujar: la gráfica tarda un segundo, y estas pruebas no la miran."""
    monkeypatch.setattr("motor.avisos.grafica.dibujo.PROGRAMA", "/no/existe/python")


@pytest.fixture
def reglas_de_avisos() -> ReglasDeAvisos:
    return ReglasDeAvisos(escalar_a=("jefa@ejemplo.mx",))


@pytest.fixture
def pueblo(escucha: EntornoDeEscucha, reloj: RelojFijo, reglas_de_avisos: ReglasDeAvisos) -> Pueblo:
    return Pueblo(con_reglas(escucha, reglas_de_avisos), reloj)


@pytest.fixture
def agua(pueblo: Pueblo) -> int:
    monitor = pueblo.monitor("inundaciones", "Inundaciones")
    pueblo.quincena(monitor)
    return monitor


def con_reglas(escucha: EntornoDeEscucha, avisos: ReglasDeAvisos) -> EntornoDeEscucha:
    reglas = replace(escucha.reglas, coordinacion=PARA, avisos=avisos)
    return replace(escucha, principal=replace(escucha.principal, reglas=reglas))


@pytest.fixture
def avisador(pueblo: Pueblo) -> Avisador:
    return Avisador(pueblo.escucha)


@pytest.fixture
def con_callar(escucha: EntornoDeEscucha, pueblo: Pueblo) -> Callable[..., Avisador]:
    """Un avisador con otras reglas, sobre el mismo pueblo."""

    def armar(**cambios: object) -> Avisador:
        avisos = replace(pueblo.escucha.reglas.avisos, **cambios)  # type: ignore[arg-type] # reglas sueltas
        pueblo.escucha = con_reglas(escucha, avisos)
        return Avisador(pueblo.escucha)

    return armar


def hora_local(pueblo: Pueblo, hora: int) -> datetime:
    """Adelantar el reloj hasta esa hora local."""
    zona = pueblo.escucha.reglas.zona
    ahora = pueblo.reloj.ahora().astimezone(zona)
    meta = ahora.replace(hour=hora, minute=0, second=0, microsecond=0)
    if meta <= ahora:
        meta += timedelta(days=1)
    pueblo.reloj.avanzar(meta - ahora)
    return pueblo.reloj.ahora()
