"""La mitad del diagnóstico que mira la escucha: qué se vigila, de dónde se oye y cómo llega el aviso a una persona."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from modelos import Correo, EstadoDeCorreo, Monitor
from modelos.consultas import perfiles
from modelos.escucha import Fuente
from motor.avisos.pedidos.condiciones import AvisosMalEscritos
from motor.avisos.pedidos.menciones import ARCHIVO, leer_archivo
from motor.avisos.resumen import GRUPO
from motor.diagnostico import Gravedad, Hallazgo
from motor.escucha.entendedor import lugares_de
from motor.escucha.entorno import EntornoDeEscucha
from motor.escucha.lugares.archivos import ArchivoDeLugaresInvalido
from motor.escucha.monitores.archivo import NOMBRE, revisar
from motor.escucha.recoleccion.diagnostico import diagnosticar_escucha
from motor.horarios.archivo import ARCHIVO as HORARIOS
from motor.horarios.archivo import leer_archivo as leer_horarios
from motor.horarios.reglas_escritas import HorariosMalEscritos, desconocidos
from motor.legible import instante_legible


def diagnosticar_la_escucha(escucha: EntornoDeEscucha, *, con_enlaces: bool) -> Iterator[Hallazgo]:
    """De lo más cercano a lo más lejano, sin preguntar nada a ninguna red.

    con_enlaces: si los correos llevan el de «enterada», porque este servidor tiene dirección pública.
    """
    if escucha.reglas.escucha.activa:
        try:
            with escucha.base.leer() as sesion:
                sesion.scalars(select(col(Fuente.id)).limit(1)).first()
        except SQLAlchemyError as error:
            yield Hallazgo(
                "base de lo que se oye",
                Gravedad.MAL,
                f"No contesta: {type(error).__name__}.",
                "Revise PREGONERO_BASE_DE_ESCUCHA. Publicar no depende de ella.",
            )
            return
        yield from _archivos(escucha)
        yield from _monitores(escucha)
        yield from _lugares(escucha)
        yield from _pedido(escucha)
    yield from _horarios(escucha)
    yield from diagnosticar_escucha(escucha)
    yield from _llegar(escucha, con_enlaces=con_enlaces)


def _archivos(escucha: EntornoDeEscucha) -> Iterator[Hallazgo]:
    if escucha.archivos.is_dir():
        yield Hallazgo("archivos de la oficina", Gravedad.BIEN, f"En {escucha.archivos}.")
    else:
        yield Hallazgo(
            "archivos de la oficina",
            Gravedad.AVISO,
            f"No existe {escucha.archivos}.",
            "Escriba ahí los de muestra, comentados: pregonero configurar",
        )


def _monitores(escucha: EntornoDeEscucha) -> Iterator[Hallazgo]:
    cambios, _ = revisar(escucha)
    for error in cambios.errores:
        yield Hallazgo("monitores", Gravedad.MAL, error, "Mientras tanto se vigila lo que ya estaba bien escrito.")
    with escucha.principal.base.leer() as sesion:
        activos = list(sesion.scalars(select(Monitor).where(col(Monitor.activo))))
    if not activos and not cambios.nuevos and not cambios.errores:
        yield Hallazgo(
            "monitores",
            Gravedad.AVISO,
            "Ninguno: se guarda lo que llega, pero no se vigila ni se avisa de nada.",
            f"Escríbalos en {NOMBRE} (docs/escuchar.md); el archivo de muestra: pregonero configurar",
        )
        return
    if not activos and cambios.errores:
        return
    sin_aplicar = len(cambios.nuevos) + len(cambios.cambiados) + len(cambios.quitados)
    if sin_aplicar:
        yield Hallazgo(
            "monitores",
            Gravedad.AVISO,
            f"{NOMBRE} tiene cambios sin aplicar: {sin_aplicar}.",
            "Pregonero los aplica solo si está en marcha; ahora mismo: pregonero monitores sincronizar",
        )
    else:
        yield Hallazgo("monitores", Gravedad.BIEN, f"Se vigilan {len(activos)}.")


def _lugares(escucha: EntornoDeEscucha) -> Iterator[Hallazgo]:
    try:
        catalogo = lugares_de(escucha)
    except ArchivoDeLugaresInvalido as error:
        for falta in error.faltas:
            yield Hallazgo("lugares", Gravedad.MAL, falta, "Mientras tanto se usan los de antes.")
        return
    nuestro = catalogo.nuestro
    if nuestro is None:
        yield Hallazgo(
            "lugares",
            Gravedad.AVISO,
            "No se sabe cuál es nuestro municipio: de los homónimos se tomará el más grande del país.",
            "Dígalo en lugares/municipio.toml.",
        )
        return
    yield Hallazgo(
        "lugares",
        Gravedad.BIEN,
        f"Los de {nuestro.nombre}, {nuestro.estado}. Si no es su municipio, cámbielo en lugares/municipio.toml.",
    )


def _pedido(escucha: EntornoDeEscucha) -> Iterator[Hallazgo]:
    ruta = escucha.archivos / ARCHIVO
    if not ruta.exists():
        return
    try:
        leer_archivo(escucha, ruta)
    except AvisosMalEscritos as error:
        yield Hallazgo(ARCHIVO, Gravedad.MAL, str(error), "Mientras tanto vale lo que decía antes.")


def _horarios(escucha: EntornoDeEscucha) -> Iterator[Hallazgo]:
    """No es de escuchar, pero vive en la misma carpeta."""
    ruta = escucha.archivos / HORARIOS
    if not ruta.exists():
        return
    try:
        reglas = leer_horarios(ruta)
    except HorariosMalEscritos as error:
        yield Hallazgo(HORARIOS, Gravedad.MAL, str(error), "Mientras tanto vale lo que decía antes.")
        return
    with escucha.principal.base.leer() as sesion:
        nombres = [p.nombre for p in perfiles(sesion)]
    for falta in desconocidos(reglas, nombres):
        yield Hallazgo(HORARIOS, Gravedad.AVISO, falta, "Los perfiles que hay: pregonero perfiles")


def _llegar(escucha: EntornoDeEscucha, *, con_enlaces: bool) -> Iterator[Hallazgo]:
    """Que el aviso llegue, que se pueda contestar y que alguien lo atienda."""
    reglas = escucha.reglas.avisos
    if not con_enlaces:
        yield Hallazgo(
            "enterada",
            Gravedad.AVISO,
            "Los correos no llevan el botón «enterada»: el panel no tiene dirección pública.",
            "Ponga PREGONERO_URL_PUBLICA, con https (docs/panel.md), o atienda con: pregonero avisos atender NÚMERO",
        )
    minutos = int(reglas.escalar_tras.total_seconds() // 60)
    if reglas.escalar_a:
        detalle = f"A los {minutos} minutos sin que nadie atienda se avisa a {', '.join(reglas.escalar_a)}."
        yield Hallazgo("escalada", Gravedad.BIEN, detalle)
    else:
        yield Hallazgo(
            "escalada",
            Gravedad.AVISO,
            "Si nadie atiende un aviso, no se avisa a nadie más.",
            "Ponga PREGONERO_ESCALAR_A en .env.",
        )
    with escucha.principal.base.leer() as sesion:
        yield from _resumenes(sesion, escucha)


def _resumenes(sesion: Session, escucha: EntornoDeEscucha) -> Iterator[Hallazgo]:
    reglas = escucha.reglas
    if reglas.avisos.resumen_diario is None and reglas.avisos.resumen_semanal is None:
        yield Hallazgo("resúmenes", Gravedad.BIEN, "No se mandan: así lo dice .env.")
        return
    ultimo = sesion.scalars(
        select(Correo).where(col(Correo.grupo) == GRUPO).order_by(col(Correo.id).desc()).limit(1)
    ).first()
    if ultimo is None:
        yield Hallazgo("resúmenes", Gravedad.BIEN, "Todavía no toca ninguno. El de ahora: pregonero avisos resumen")
    elif ultimo.estado is EstadoDeCorreo.ENVIADO and ultimo.enviado_en is not None:
        yield Hallazgo(
            "resúmenes", Gravedad.BIEN, f"El último salió {instante_legible(ultimo.enviado_en, reglas.zona)}."
        )
    else:
        yield Hallazgo(
            "resúmenes", Gravedad.AVISO, f"El último no ha salido: {ultimo.estado.value}.", "Revise el correo, arriba."
        )
