"""Una historia: qué pasó, su gráfica, lo que hay detrás, a quién se le dijo y cuándo."""

from datetime import timedelta

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import HTMLResponse

from modelos import Historia
from motor.avisos.alzas.detras import detras
from motor.avisos.historias.historia import correos_de, monitores
from motor.avisos.historias.silencio import ambitos, silencio_vigente
from motor.usuarios.permisos import Accion
from panel.paginas.alertas.consulta import alzada, clases, picos_de, temas_de
from panel.peticion import NoEsta, Peticion, Pide

rutas = APIRouter()


@rutas.get("/alertas/{historia_id}")
def una(p: Pide, historia_id: int) -> HTMLResponse:
    return ensenar(p, historia_id)


def ensenar(p: Peticion, historia_id: int, *, falta: str = "", escrito: str = "", estado: int = 200) -> HTMLResponse:
    """falta: lo que no se pudo hacer; escrito: lo que se había escrito, para no perderlo."""
    p.exigir(Accion.VER)
    with p.entorno.base.leer() as sesion:
        historia = historia_de(sesion, historia_id)
        correos = correos_de(sesion, historia_id)
        temas = temas_de(sesion, [historia])
        callada = silencio_vigente(sesion, ambitos(historia), p.ahora)
        picos = picos_de(p.escucha, sesion, historia)
    mayor = max(picos, key=lambda pico: pico.puntaje, default=None)
    suyos = monitores(historia)
    monitor = temas.get(mayor.monitor_id if mayor is not None else next(iter(suyos), 0))
    alza = lo_de_atras = None
    if historia.clase == "pico":
        with p.escucha.base.leer() as oido:
            alza = alzada(oido, p.escucha, historia, monitor, picos, ahora=p.ahora)
            fin = (alza.hasta or p.ahora) + timedelta(microseconds=1)
            lo_de_atras = detras(oido, p.escucha, suyos, desde=alza.desde, hasta=fin) if suyos else None
    return p.pagina(
        "alertas/una.html",
        estado=estado,
        historia=historia,
        clase=clases().get(historia.clase, historia.clase),
        correos=correos,
        temas=temas,
        monitor=monitor,
        picos=picos,
        mayor=mayor,
        alza=alza,
        detras=lo_de_atras,
        callada=callada,
        puede=p.puede(Accion.COORDINAR),
        falta=falta,
        escrito=escrito,
    )


def historia_de(sesion: Session, historia_id: int) -> Historia:
    historia = sesion.get(Historia, historia_id)
    if historia is None:
        raise NoEsta
    return historia
