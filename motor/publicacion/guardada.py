"""La pieza de una entrega guardada, tal como se dirá; sin sus adjuntos, que hay que ajustar a la red. No toca nada."""

from dataclasses import replace
from datetime import timedelta

from conectores.contrato import Encuesta, Pieza
from modelos import Entrega, Perfil, Publicacion
from motor.entorno import Entorno
from motor.publicacion.composicion import etiquetar_enlaces


def pieza_guardada(entorno: Entorno, entrega: Entrega, perfil: Perfil, publicacion: Publicacion) -> Pieza:
    """El título, el enlace y la encuesta van en la primera parte; las demás de un hilo sólo dicen su texto."""
    capacidades = entorno.capacidades_de(perfil.red)
    opciones = {k: str(v) for k, v in publicacion.opciones.get(perfil.red, {}).items()}
    pieza = Pieza(texto=entrega.texto, tipo=publicacion.tipo, opciones=opciones)
    if entrega.parte > 0:
        return pieza
    encuesta = publicacion.encuesta
    enlace = etiquetar_enlaces(publicacion.enlace, dominios=entorno.reglas.dominios_propios, clave=entrega.clave)
    return replace(
        pieza,
        titulo=publicacion.titulo,
        enlace="" if capacidades.enlace_en_texto else enlace,
        encuesta=Encuesta(tuple(encuesta["opciones"]), timedelta(seconds=encuesta["duracion_s"])) if encuesta else None,
    )
