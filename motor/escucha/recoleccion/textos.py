"""Lo que dicen los avisos de la recolección. Puro. Los lee la coordinadora en su teléfono."""

from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from zoneinfo import ZoneInfo

from modelos.escucha import Fuente
from motor.avisos.aviso import Aviso
from motor.legible import MESES, instante_legible


def mes_legible(mes: str) -> str:
    """«noviembre de 2026», de «2026-11»."""
    ejercicio, _, numero = mes.partition("-")
    return f"{MESES[int(numero) - 1]} de {ejercicio}"


def dolares(cantidad: Decimal) -> str:
    """«25.00 dólares»; los centavos, hacia arriba: nunca se dice que costó menos."""
    return f"{cantidad.quantize(Decimal('0.01'), ROUND_CEILING):f} dólares"


def presupuesto_por_acabarse(red: str, mes: str, *, gastado: Decimal, presupuesto: Decimal) -> Aviso:
    return Aviso(
        clave=f"presupuesto:{red}:{mes}:80",
        grupo="presupuesto",
        asunto=f"Se ha gastado el 80 % de lo de {mes_legible(mes)} para escuchar {red}",
        texto=(
            f"Van {dolares(gastado)} de {dolares(presupuesto)}. Cuando se acabe, Pregonero deja de preguntar a esa red "
            f"hasta el mes que entra; nunca gasta más.\n\n"
            f"En qué se fue: pregonero fuentes gasto\n"
            f"Para subirlo: cambie PREGONERO_{red.upper()}_PRESUPUESTO_USD en .env y reinicie Pregonero."
        ),
    )


def presupuesto_agotado(red: str, mes: str, *, gastado: Decimal, presupuesto: Decimal) -> Aviso:
    return Aviso(
        clave=f"presupuesto:{red}:{mes}:100",
        grupo="presupuesto",
        asunto=f"Se acabó el presupuesto de {mes_legible(mes)} para escuchar {red}",
        texto=(
            f"Van {dolares(gastado)} de {dolares(presupuesto)}, y lo que queda no alcanza para la siguiente pregunta. "
            f"Pregonero no vuelve a preguntar a esa red hasta el mes que entra: lo que se diga ahí entre tanto no se "
            f"verá, y sus cuentas dirán «sin dato».\n\n"
            f"En qué se fue: pregonero fuentes gasto\n"
            f"Para seguir este mes: suba PREGONERO_{red.upper()}_PRESUPUESTO_USD en .env y reinicie Pregonero."
        ),
    )


def fuente_detenida(fuente: Fuente, zona: ZoneInfo) -> Aviso:
    """Una fuente que lleva horas sin poder oírse por algo que arregla una persona."""
    desde = fuente.oida_en or fuente.desde
    return Aviso(
        clave=f"fuente_detenida:{fuente.id}:{desde.isoformat()}",
        grupo="fuentes",
        asunto=f"No se puede oír: {fuente.nombre}",
        texto=(
            f"Desde {instante_legible(desde, zona)} no se ha podido. Lo que contestó la red: {fuente.detalle}\n\n"
            f"Se vuelve a intentar cada hora; lo demás se sigue oyendo, y publicar no se ve afectado.\n"
            f"Cómo va: pregonero fuentes"
        ),
    )


def contrato_roto_al_oir(fuente: Fuente, detalle: str, ahora: datetime, zona: ZoneInfo) -> Aviso:
    """A lo más uno al día por red: quizá la red cambió."""
    return Aviso(
        clave=f"contrato_al_oir:{fuente.red}:{ahora.astimezone(zona):%Y-%m-%d}",
        grupo="contrato",
        asunto=f"{fuente.red} contestó algo que no sabemos leer",
        texto=(
            f"Al preguntar por: {fuente.nombre}\nLo que contestó: {detalle}\n\n"
            f"Puede que la red haya cambiado. Reenvíe este mensaje a quien mantiene Pregonero. Se sigue intentando."
        ),
    )
