"""Los avisos de lo que tropieza al publicar: qué pasó, qué mirar y cómo contestar. Puro.

Los lee la coordinadora en su teléfono.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from modelos import Entrega, Perfil
from motor.avisos.aviso import Aviso
from motor.legible import instante_legible


def _resumen(entrega: Entrega, perfil: Perfil, zona: ZoneInfo) -> str:
    texto = " ".join(entrega.texto.split())
    recorte = texto if len(texto) <= 140 else texto[:139] + "…"
    return (
        f"Publicación {entrega.id} en {perfil.titulo or perfil.nombre} ({perfil.red})\n"
        f"Su hora: {instante_legible(entrega.no_antes_de, zona)}\n"
        f"Texto: «{recorte}»"
    )


def _por_que_no_salio(entrega: Entrega, perfil: Perfil) -> str:
    if perfil.pausado_en is not None:
        return f"el perfil está en pausa: {perfil.pausa_motivo}"
    if entrega.fallos:
        return entrega.detalle
    return "Pregonero estaba detenido, o el perfil tenía otras publicaciones antes"


def _vez(entrega: Entrega) -> str:
    """Distingue las veces que a una misma entrega le pasa lo mismo: con otra hora es otro aviso."""
    return f"{entrega.id}:{entrega.ficha}:{entrega.no_antes_de.isoformat()}"


def por_decidir(entrega: Entrega, perfil: Perfil, motivo: str, zona: ZoneInfo) -> Aviso:
    """No se sabe si salió: una persona debe mirar el perfil y contestar."""
    return Aviso(
        clave=f"por_decidir:{entrega.id}:{entrega.ficha}",
        grupo="por_decidir",
        asunto=f"Decida: ¿salió la publicación {entrega.id} en {perfil.titulo or perfil.nombre}?",
        texto=(
            f"{_resumen(entrega, perfil, zona)}\n\n"
            f"Qué pasó: {motivo}\n"
            f"Pregonero no la repetirá por su cuenta, para no publicarla dos veces.\n\n"
            f"Qué mirar: abra el perfil {perfil.titulo or perfil.nombre} y busque ese texto desde esa hora.\n"
            f"Cómo contestar, en el servidor:\n"
            f"  · Sí está:            pregonero entregas resolver {entrega.id} --publicada ENLACE\n"
            f"  · No está, publíquela: pregonero entregas resolver {entrega.id} --repetir\n"
            f"  · No está, ni hace falta: pregonero entregas resolver {entrega.id} --cancelar"
        ),
    )


def tarde(entrega: Entrega, perfil: Perfil, retraso: str, zona: ZoneInfo) -> Aviso:
    """Seguro que no salió, pero ya pasó demasiado de su hora: una persona decide si todavía sirve."""
    return Aviso(
        clave=f"tarde:{_vez(entrega)}",
        grupo="tarde",
        asunto=f"Decida: la publicación {entrega.id} lleva {retraso} de retraso",
        texto=(
            f"{_resumen(entrega, perfil, zona)}\n\n"
            f"Qué pasó: no pudo salir a su hora ({_por_que_no_salio(entrega, perfil)}) y lleva {retraso} "
            f"de retraso. No se ha publicado.\n"
            f"Un aviso viejo puede confundir más que ayudar: decida usted.\n\n"
            f"Cómo contestar, en el servidor:\n"
            f"  · Que salga ya:   pregonero entregas resolver {entrega.id} --repetir\n"
            f'  · A otra hora:    pregonero entregas reprogramar {entrega.id} "mañana 9:00"\n'
            f"  · Ya no sirve:    pregonero entregas resolver {entrega.id} --cancelar"
        ),
    )


def sin_derechos(entrega: Entrega, perfil: Perfil, motivo: str, zona: ZoneInfo) -> Aviso:
    """Lo que lleva ya no se puede usar: queda retenida hasta que alguien lo cambie."""
    return Aviso(
        clave=f"sin_derechos:{_vez(entrega)}",
        grupo="sin_derechos",
        asunto=f"No se publicó la {entrega.id}: lleva algo que ya no se puede usar",
        texto=(
            f"{_resumen(entrega, perfil, zona)}\n\n"
            f"Qué pasó: {motivo} No se publicó, y queda retenida.\n\n"
            f"Cuando esté arreglada: pregonero entregas soltar {entrega.id}"
        ),
    )


def fallida(entrega: Entrega, perfil: Perfil, motivo: str, remedio: str, zona: ZoneInfo) -> Aviso:
    """La red no la aceptará nunca tal como está: hay que cambiarla."""
    return Aviso(
        clave=f"fallida:{entrega.id}:{entrega.ficha}",
        grupo="fallida",
        asunto=f"No se pudo publicar la {entrega.id} en {perfil.titulo or perfil.nombre}",
        texto=(
            f"{_resumen(entrega, perfil, zona)}\n\n"
            f"Qué pasó: {motivo}\n"
            f"Qué hacer: {remedio or 'cambie la publicación'}\n"
            f"Después, suelte un archivo nuevo, ya corregido y sólo para ese perfil (redes: {perfil.nombre}).\n"
            f"Si lo que había que arreglar no era el texto: pregonero entregas resolver {entrega.id} --repetir"
        ),
    )


def perfil_en_pausa(perfil: Perfil, motivo: str, remedio: str, ahora: datetime) -> Aviso:
    return Aviso(
        clave=f"pausa:{perfil.id}:{ahora.isoformat()}",
        grupo="perfiles",
        asunto=f"El perfil {perfil.titulo or perfil.nombre} no puede publicar",
        texto=(
            f"Perfil: {perfil.nombre} ({perfil.red})\n\n"
            f"Qué pasó: {motivo}\n"
            f"Qué hacer: {remedio or 'revise la credencial de este perfil'}\n"
            f"Mientras tanto sus publicaciones esperan; las de los demás perfiles siguen saliendo.\n"
            f"Al arreglarlo se reanuda solo; para no esperar: pregonero perfiles comprobar {perfil.nombre}"
        ),
    )


def perfil_recuperado(perfil: Perfil, ahora: datetime) -> Aviso:
    return Aviso(
        clave=f"recuperado:{perfil.id}:{ahora.isoformat()}",
        grupo="perfiles",
        asunto=f"El perfil {perfil.titulo or perfil.nombre} ya puede publicar",
        texto=f"El perfil {perfil.nombre} ({perfil.red}) volvió a funcionar y sus publicaciones siguen su curso.",
    )


def token_por_vencer(perfil: Perfil, aviso: int, ahora: datetime, zona: ZoneInfo) -> Aviso:
    """aviso: cuál de los dos es, el de 7 días o el de la víspera; cada uno se manda una vez."""
    assert perfil.token_vence_en is not None  # noqa: S101 # sólo se avisa de lo que tiene fecha
    return Aviso(
        clave=f"token:{perfil.id}:{perfil.token_vence_en.date()}:{aviso}",
        grupo="tokens",
        asunto=f"La credencial de {perfil.titulo or perfil.nombre} {_cuando_vence(perfil.token_vence_en, ahora, zona)}",
        texto=(
            f"Perfil: {perfil.nombre} ({perfil.red})\n"
            f"Vence: {instante_legible(perfil.token_vence_en, zona)}\n\n"
            f"Si no se renueva antes, ese perfil dejará de publicar. Quién: la persona de sistemas.\n"
            f"Cómo: genere una credencial nueva en la red, póngala en el archivo .env y reinicie Pregonero "
            f"(docs/operacion.md, «Renovar una credencial»)."
        ),
    )


def _cuando_vence(vence_en: datetime, ahora: datetime, zona: ZoneInfo) -> str:
    if vence_en <= ahora:
        return "ya venció"
    dias = (vence_en.astimezone(zona).date() - ahora.astimezone(zona).date()).days
    return {0: "vence hoy", 1: "vence mañana"}.get(dias, f"vence en {dias} días")


def contrato_roto(perfil: Perfil, detalle: str, dia: str) -> Aviso:
    return Aviso(
        clave=f"contrato:{perfil.red}:{dia}",
        grupo="contrato",
        asunto=f"La red {perfil.red} contesta algo que Pregonero no sabe leer",
        texto=(
            f"Perfil: {perfil.nombre}\nLo que contestó: {detalle}\n\n"
            f"Puede que la red haya cambiado. Reenvíe este mensaje a quien mantiene Pregonero."
        ),
    )


def vencida(entrega: Entrega, perfil: Perfil, zona: ZoneInfo) -> Aviso:
    """Pasó su vencimiento: no salió, y no saldrá."""
    return Aviso(
        clave=f"vencida:{_vez(entrega)}",
        grupo="vencida",
        asunto=f"Venció sin publicarse la {entrega.id} en {perfil.titulo or perfil.nombre}",
        texto=(
            f"{_resumen(entrega, perfil, zona)}\n\n"
            f"Qué pasó: llegó su vencimiento y no había salido ({_por_que_no_salio(entrega, perfil)}).\n"
            f'Si todavía sirve: pregonero entregas reprogramar {entrega.id} "mañana 9:00"'
        ),
    )
