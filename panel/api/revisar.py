"""Lo que dice la revisión, en JSON. Lo dicen las reglas y los conectores: aquí sólo se cuenta."""

from collections.abc import Mapping
from datetime import datetime

from conectores.contrato import Gravedad, Problema
from motor.borradores.envio import Mirado
from motor.entorno import Entorno
from motor.publicacion import horas_elegidas
from motor.publicacion.horas_elegidas import SinHueco
from motor.publicacion.revision import CLAVE_DE_MENTIRA, Vista
from panel.api.errores import ProblemaDicho
from panel.api.formas_de_publicar import Revision, TextoEnRed, VistaEnPerfil

Horas = Mapping[str, tuple[datetime, str]]


def revision_de(entorno: Entorno, mirado: Mirado, *, ahora: datetime) -> Revision:
    horas, de_hora = _horas(entorno, mirado, ahora)
    problemas = (*mirado.problemas, *de_hora)
    graves = any(p.gravedad is Gravedad.ERROR for p in problemas)
    return Revision(
        admisible=mirado.armado.propuesta is not None and mirado.revision.admisible and not graves,
        problemas=[ProblemaDicho.de(p) for p in problemas],
        arreglos=list(mirado.revision.arreglos),
        perfiles=[_en_perfil(v, horas) for v in mirado.revision.vistas],
    )


def _horas(entorno: Entorno, mirado: Mirado, ahora: datetime) -> tuple[Horas, list[Problema]]:
    """La hora y su porqué en cada perfil, por su nombre; o lo que impide darle una."""
    propuesta = mirado.armado.propuesta
    if propuesta is None:
        return {}, []
    if propuesta.ventana is None:
        return {v.perfil.nombre: (propuesta.programada_en, "") for v in mirado.revision.vistas}, []
    try:
        previstas = horas_elegidas.previstas(entorno, propuesta, ahora=ahora)
    except SinHueco as error:
        return {}, [horas_elegidas.problema_de(error)]
    return {nombre: (a.en, a.frase) for nombre, a in previstas.items()}, []


def _en_perfil(vista: Vista, horas: Horas) -> VistaEnPerfil:
    capacidades = vista.capacidades
    hora, por_que = horas.get(vista.perfil.nombre, (None, ""))
    return VistaEnPerfil(
        perfil_id=vista.perfil.id,
        perfil=vista.perfil.nombre,
        red=vista.perfil.red,
        unidad=capacidades.unidad_de_largo,
        partes=[
            TextoEnRed(texto=pieza.texto.replace(CLAVE_DE_MENTIRA, "…"), largo=medida, maximo=capacidades.largo_maximo)
            for pieza, medida in zip(vista.piezas, vista.medidas, strict=True)
        ],
        problemas=[ProblemaDicho.de(p) for p in vista.problemas],
        hora=hora,
        por_que=por_que,
    )
