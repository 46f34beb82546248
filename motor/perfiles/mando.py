"""Lo que una persona manda sobre un perfil. `autor` es su correo, u «orden» si fue desde el servidor."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from conectores.contrato import EstadoDePerfil
from modelos import Entrega, Evento, Nombramiento, Perfil
from motor.entorno import Entorno
from motor.perfiles.datos import (
    DatoMalo,
    DatosDePerfil,
    Ritmo,
    exigir_nombre,
    exigir_separacion,
    leer_cupo,
    revisar,
)
from motor.publicacion.mando import AUTOR_DE_ORDEN, NoSePuede
from motor.publicacion.transiciones import anotar

CONECTANDO = "sin conectar"
"""En `pausado_por`: aún no se termina de conectar. Ni publica ni se le pregunta a su red hasta que se compruebe."""
_UNA_PERSONA = "una persona"
_MOTIVO_MAXIMO = 500


def agregar(
    sesion: Session,
    entorno: Entorno,
    *,
    nombre: str,
    red: str,
    datos: DatosDePerfil,
    ritmo: Ritmo,
    ahora: datetime,
    autor: str = AUTOR_DE_ORDEN,
    conectando: bool = False,
) -> Perfil:
    """Dar de alta un perfil. conectando: nace detenido, y arranca cuando la comprobación pase.

    Lanza DatoMalo si algo está mal escrito o repetido.
    """
    exigir_nombre(nombre)
    conocida = entorno.reconocer_red(red)
    if conocida is None:
        raise DatoMalo("red", f"No conozco la red «{red}». Vea las que hay en el README.")
    if sesion.scalars(select(col(Perfil.id)).where(col(Perfil.nombre) == nombre)).first() is not None:
        raise DatoMalo("nombre", f"Ya hay un perfil «{nombre}».")
    perfil = Perfil(nombre=nombre, red=conocida, creado_en=ahora)
    _poner_datos(sesion, entorno, perfil, datos)
    _poner_ritmo(perfil, ritmo)
    if conectando:
        perfil.pausado_en, perfil.pausado_por = ahora, CONECTANDO
        perfil.pausa_motivo = "Falta terminar de conectarlo."
    sesion.add(perfil)
    sesion.flush()
    anotar(sesion, "perfil_agregado", ahora=ahora, perfil_id=perfil.id, detalle=nombre, autor=autor)
    return perfil


def cambiar_datos(
    sesion: Session, entorno: Entorno, perfil: Perfil, datos: DatosDePerfil, *, autor: str, ahora: datetime
) -> list[str]:
    """Los nombres de lo que cambió. Lo que la red no declara se queda como estaba. Lanza DatoMalo."""
    antes = _apuntado(perfil)
    _poner_datos(sesion, entorno, perfil, datos)
    sesion.add(perfil)
    cambiaron = sorted(n for n, v in _apuntado(perfil).items() if antes.get(n, "") != v)
    if cambiaron:
        detalle = f"Cambió: {', '.join(cambiaron)}."
        anotar(sesion, "perfil_cambiado", ahora=ahora, perfil_id=perfil.id, detalle=detalle, autor=autor)
    return cambiaron


def cambia_de_cuenta(perfil: Perfil, datos: DatosDePerfil) -> bool:
    """Si con esos datos se publicaría en otro sitio. Pura.

    Con una credencial que comparten varios perfiles, eso es publicar en la cuenta de otro: no le toca a quien sólo
    administra éste.
    """
    nuevas = {n: v.strip() for n, v in datos.opciones.items()}
    viejas = {n: str(perfil.opciones.get(n, "")) for n in nuevas}
    return datos.id_externo.strip() != perfil.id_externo or nuevas != viejas


def cambiar_ritmo(sesion: Session, perfil: Perfil, ritmo: Ritmo, *, autor: str, ahora: datetime) -> None:
    """La separación y el cupo propio. Vale desde la siguiente publicación. Lanza DatoMalo."""
    _poner_ritmo(perfil, ritmo)
    sesion.add(perfil)
    detalle = f"Separación: {_o_general(ritmo.separacion_s)}; cupo: {ritmo.cupo.strip() or 'el de la red'}."
    anotar(sesion, "perfil_cambiado", ahora=ahora, perfil_id=perfil.id, detalle=detalle, autor=autor)


def pausar(sesion: Session, perfil: Perfil, motivo: str, *, ahora: datetime, autor: str = AUTOR_DE_ORDEN) -> None:
    """Detenerlo: lo suyo espera hasta que una persona lo reanude, aunque la comprobación pase."""
    perfil.pausado_en = ahora
    perfil.pausado_por = _UNA_PERSONA if autor == AUTOR_DE_ORDEN else autor[:120]
    perfil.pausa_motivo = " ".join(motivo.split())[:_MOTIVO_MAXIMO] or "Pausado a mano."
    sesion.add(perfil)
    anotar(sesion, "perfil_en_pausa", ahora=ahora, perfil_id=perfil.id, detalle=perfil.pausa_motivo, autor=autor)


def reanudar(sesion: Session, perfil: Perfil, *, ahora: datetime, autor: str = AUTOR_DE_ORDEN) -> None:
    """Volver a publicar. Lo que se atrasó más de la tolerancia lo decide una persona, como siempre."""
    perfil.pausado_en, perfil.pausado_por, perfil.pausa_motivo = None, "", ""
    sesion.add(perfil)
    anotar(sesion, "perfil_reanudado", ahora=ahora, perfil_id=perfil.id, autor=autor)


def terminar_de_conectar(
    sesion: Session, perfil: Perfil, respuesta: EstadoDePerfil, *, ahora: datetime, autor: str
) -> bool:
    """Ponerlo a publicar si sólo esperaba a que la red dijera que sí a todo; False si no."""
    if perfil.pausado_por != CONECTANDO or respuesta.faltan:
        return False
    reanudar(sesion, perfil, ahora=ahora, autor=autor)
    return True


def quitar(sesion: Session, perfil: Perfil, *, ahora: datetime, autor: str = AUTOR_DE_ORDEN) -> None:
    """Borrar uno que nunca se usó, con sus credenciales y nombramientos. Lanza NoSePuede si tiene historia."""
    suyas = select(func.count()).select_from(Entrega).where(col(Entrega.perfil_id) == perfil.id)
    tiene_historia = NoSePuede(
        f"«{perfil.nombre}» tiene historia y no se borra. Deténgalo: en el panel, «Pausar»; o con "
        f"pregonero perfiles pausar {perfil.nombre}"
    )
    if sesion.execute(suyas).scalar_one():
        raise tiene_historia
    try:
        with sesion.begin_nested():
            sesion.execute(delete(Nombramiento).where(col(Nombramiento.perfil_id) == perfil.id))
            # La historia se queda, aunque ya no haya de quién.
            sesion.execute(update(Evento).where(col(Evento.perfil_id) == perfil.id).values(perfil_id=None))
            sesion.delete(perfil)
    except IntegrityError:  # se midió, o se aprendió de él
        raise tiene_historia from None
    anotar(sesion, "perfil_quitado", ahora=ahora, detalle=perfil.nombre, autor=autor)


def _poner_datos(sesion: Session, entorno: Entorno, perfil: Perfil, datos: DatosDePerfil) -> None:
    red = entorno.redes().get(perfil.red) if _dice_su_forma(datos) else None
    limpios = revisar(datos, red.conexion if red is not None else None)
    if limpios.id_externo and limpios.id_externo != perfil.id_externo:
        _exigir_cuenta_libre(sesion, perfil, limpios.id_externo)
    perfil.titulo, perfil.id_externo = limpios.titulo, limpios.id_externo
    quedan = {n: v for n, v in perfil.opciones.items() if n not in datos.opciones}
    perfil.opciones = {**quedan, **limpios.opciones}


def _dice_su_forma(datos: DatosDePerfil) -> bool:
    """Preguntar por las redes importa sus bibliotecas: sólo si hay algo que revisar."""
    return bool(datos.id_externo.strip() or any(v.strip() for v in datos.opciones.values()))


def _exigir_cuenta_libre(sesion: Session, perfil: Perfil, id_externo: str) -> None:
    orden = select(col(Perfil.nombre)).where(col(Perfil.red) == perfil.red, col(Perfil.id_externo) == id_externo)
    if perfil.id is not None:
        orden = orden.where(col(Perfil.id) != perfil.id)
    if (otro := sesion.scalars(orden).first()) is not None:
        raise DatoMalo("id_externo", f"Esa cuenta ya es del perfil «{otro}»: se publicaría dos veces lo mismo.")


def _poner_ritmo(perfil: Perfil, ritmo: Ritmo) -> None:
    cupo = leer_cupo(ritmo.cupo)
    perfil.separacion_s = exigir_separacion(ritmo.separacion_s)
    perfil.cupo_maximo = cupo.maximo if cupo else None
    perfil.cupo_ventana_s = int(cupo.ventana.total_seconds()) if cupo else None


def _apuntado(perfil: Perfil) -> Mapping[str, str]:
    opciones = {n: str(v) for n, v in perfil.opciones.items()}
    return {"titulo": perfil.titulo, "id_externo": perfil.id_externo, **opciones}


def _o_general(separacion_s: int | None) -> str:
    return "la general" if separacion_s is None else f"{separacion_s} s"
