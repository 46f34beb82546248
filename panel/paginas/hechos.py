"""Los hechos de la bitácora, dichos en palabras; y a dónde lleva aquello sobre lo que fueron."""

from functools import cache

from panel.textos import _


def hechos() -> dict[str, str]:
    """De cada acción, qué hizo quien la hizo («Invitó a alguien»). Lo que falte se enseña tal cual se anotó."""
    return {**_de_quien_entra(), **_de_lo_que_se_publica(), **_de_lo_que_se_oye()}


def en_palabras(accion: str) -> str:
    return hechos().get(accion) or accion.replace("_", " ").capitalize()


def puerta(sobre: str) -> str:
    """La página de eso, si la tiene; vacío si no."""
    clase, _dos, id_ = sobre.partition(":")
    camino = _puertas().get(clase, "")
    return f"{camino}{id_}" if camino and id_.isdecimal() else ""


def de_que(sobre: str) -> str:
    """«Publicación 7»."""
    clase, _dos, id_ = sobre.partition(":")
    clases = {
        "publicacion": _("Publicación"),
        "usuario": _("Persona"),
        "perfil": _("Perfil"),
        "medio": _("Archivo"),
        "monitor": _("Monitor"),
        "historia": _("Alerta"),
        "flujo": _("Flujo"),
        "borrador": _("Borrador"),
        "silencio": _("Silencio"),
    }
    return f"{clases.get(clase, clase)} {id_}".strip()


@cache
def _puertas() -> dict[str, str]:
    return {
        "publicacion": "/publicacion/",
        "usuario": "/usuarios/",
        "perfil": "/perfiles/",
        "medio": "/acervo/",
        "monitor": "/monitores/",
        "historia": "/alertas/",
        "flujo": "/flujos/",
    }


def _de_quien_entra() -> dict[str, str]:
    return {
        "entro": _("Entró"),
        "entro_con_enlace": _("Entró con un enlace"),
        "salio": _("Salió"),
        "usuario_invitado": _("Invitó a alguien"),
        "cargos_cambiados": _("Cambió lo que puede alguien"),
        "usuario_desactivado": _("Hizo que alguien ya no entre"),
        "usuario_reactivado": _("Hizo que alguien vuelva a entrar"),
        "enlace_dado": _("Dio un enlace para entrar"),
        "nombre_cambiado": _("Cambió su nombre; antes era"),
        "correo_pedido": _("Pidió cambiar su correo"),
        "correo_cambiado": _("Cambió un correo; antes era"),
        "clave_puesta": _("Puso otra contraseña"),
        "segundo_factor_puesto": _("Puso el segundo factor"),
        "segundo_factor_quitado": _("Quitó el segundo factor"),
        "sesiones_cerradas": _("Cerró sesiones suyas"),
        "ficha_creada": _("Hizo una ficha para otro sistema"),
        "ficha_revocada": _("Revocó una ficha"),
        "avisos_pedidos": _("Pidió avisos en su teléfono"),
        "avisos_quitados": _("Quitó los avisos de un teléfono"),
        "calendario_suscrito": _("Sacó la dirección de su calendario"),
        "calendario_dejado": _("Quitó la dirección de su calendario"),
        "perfil_agregado": _("Agregó un perfil"),
        "perfil_cambiado": _("Cambió un perfil"),
        "perfil_quitado": _("Quitó un perfil"),
        "perfil_comprobado": _("Comprobó un perfil"),
        "perfil_en_pausa": _("Puso en pausa un perfil"),
        "perfil_reanudado": _("Reanudó un perfil"),
        "credencial_puesta": _("Guardó una credencial"),
        "credencial_quitada": _("Quitó una credencial"),
        "credencial_renovada": _("Renovó una credencial"),
    }


def _de_lo_que_se_publica() -> dict[str, str]:
    return {
        "publicacion_creada": _("Programó una publicación"),
        "publicacion_cambiada": _("Cambió una publicación"),
        "publicacion_aprobada": _("Aprobó una publicación"),
        "cambios_pedidos": _("Pidió cambios"),
        "aprobacion_pedida_otra_vez": _("Pidió otra vez la aprobación"),
        "comentario": _("Comentó una publicación"),
        "entrega_reprogramada": _("Cambió la hora de una entrega"),
        "entrega_cancelada": _("Canceló una entrega"),
        "entrega_retenida": _("Retuvo una entrega"),
        "entrega_soltada": _("Soltó una entrega"),
        "entrega_reintentada": _("Volvió a intentar una entrega"),
        "duda_salio": _("Dijo que una entrega dudosa sí salió"),
        "duda_no_salio": _("Dijo que una entrega dudosa no salió"),
        "duda_no_hace_falta": _("Dejó una entrega dudosa como está"),
        "borrado_pedido": _("Pidió borrar lo publicado"),
        "borrador_creado": _("Empezó un borrador"),
        "borrador_descartado": _("Descartó un borrador"),
        "borrador_recuperado": _("Recuperó un borrador"),
        "compartido_desde_el_telefono": _("Compartió archivos desde su teléfono"),
        "flujo_creado": _("Compuso un flujo de aprobación"),
        "flujo_cambiado": _("Cambió un flujo de aprobación"),
        "flujo_movido": _("Movió un flujo de aprobación"),
        "flujo_encendido": _("Encendió un flujo de aprobación"),
        "flujo_apagado": _("Apagó un flujo de aprobación"),
        "flujo_alcanza_lo_programado": _("Retuvo lo programado hasta que se apruebe"),
        "medio_subido": _("Subió un archivo"),
        "medio_descrito": _("Describió un archivo"),
        "medios_descritos": _("Describió varios archivos"),
        "medio_recortado": _("Recortó una imagen"),
        "medio_archivado": _("Archivó un archivo"),
        "medio_restaurado": _("Restauró un archivo"),
        "acervo_exportado": _("Se llevó el acervo"),
        "hemeroteca_exportada": _("Se llevó lo publicado"),
        "horario_aprendido": _("Mandó aprender las horas de un perfil"),
    }


def _de_lo_que_se_oye() -> dict[str, str]:
    return {
        "monitor_creado": _("Creó un monitor"),
        "monitor_cambiado": _("Cambió un monitor"),
        "monitor_ajustado": _("Ajustó un monitor"),
        "monitor_recontado": _("Mandó recontar un monitor"),
        "monitor_vigilado": _("Puso a vigilar un monitor"),
        "monitor_reanudado": _("Reanudó un monitor"),
        "monitor_en_pausa": _("Puso en pausa un monitor"),
        "monitor_dejado": _("Dejó de vigilar un monitor"),
        "historia_atendida": _("Se dio por enterada de una alerta"),
        "silencio": _("Silenció avisos"),
        "silencio_quitado": _("Quitó un silencio"),
    }
