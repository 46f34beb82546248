"""Los hechos de la escucha en X: qué canales hay, cada cuánto conviene preguntar y cuánto puede costar.

Consultado 2026-11-22 en docs.x.com (repositorio xdevplatform/docs, 28713281); nada se comprobó contra la red viva.
"""

from datetime import timedelta
from decimal import Decimal

from conectores.contrato_escucha import Canal, Clase, HechosDeEscucha
from conectores.x import precios

# Páginas cortas: se paga por lo que llega, no por preguntar, y así lo que se aparta del presupuesto es poco.
POR_PAGINA = 20
MENSAJES_POR_PAGINA = 5  # no tienen «desde»: cada pregunta vuelve a leer, y a contar, los últimos
REVISADOS_POR_LOTE = 10  # X admite 100 identificadores, pero de cada lote se aparta lo más que puede costar
MEDIDOS_POR_LOTE = 20
LISTADOS_POR_PAGINA = 50
PAGINAS_DE_LISTADO = 2

BUSQUEDA_DIAS = 7  # Fuente: https://docs.x.com/x-api/posts/search/introduction
# Para que un reloj un poco atrasado no pida lo que X ya no da, que es un error.
ALCANCE_DE_BUSQUEDA = timedelta(days=BUSQUEDA_DIAS) - timedelta(minutes=10)

# X da las últimas 800 menciones; las borradas cuentan y no se enseñan, así que con algo menos ya se sospecha.
# Fuente: https://docs.x.com/x-api/posts/timelines/introduction
MENCIONES_MAXIMAS = 800
MENCIONES_SOSPECHOSAS = 720

# Los números privados sólo se dan de lo publicado en los últimos 30 días; con un margen por el reloj.
# Fuente: https://docs.x.com/x-api/fundamentals/metrics
VIDA_DE_LO_PRIVADO = timedelta(days=30) - timedelta(hours=1)

_CUENTA_PROPIA = precios.USUARIO  # si no se sabe quiénes somos, hay que preguntarlo antes

APAGADA = (
    "X exige un plan «Enterprise», y nombrar a quien lo va a leer, para enseñar lo que se dice en su red al personal "
    "de un gobierno (https://docs.x.com/developer-terms/agreement y https://docs.x.com/developer-terms/ppu-agreement, "
    "sección «Government Use»). Si su oficina ya lo tramitó, o su área jurídica lo autoriza, enciéndala con "
    "PREGONERO_X_ESCUCHA=si y dé un presupuesto con PREGONERO_X_PRESUPUESTO_USD: leer en X se paga por mensaje."
)

MENCIONES = Canal(
    nombre="menciones",
    clase=Clase.MENCION,
    # Una respuesta nombra a quien responde, así que viene aquí; buscarla aparte («to:», «conversation_id:») sería
    # pagar dos veces lo mismo, y a precio de búsqueda.
    ayuda="Quien nombra a la cuenta o contesta a lo que publica.",
    cada=timedelta(minutes=15),
    costo=POR_PAGINA * precios.POST_CON_AUTOR + _CUENTA_PROPIA,
)
MENSAJES = Canal(
    nombre="mensajes",
    clase=Clase.DIRECTO,
    ayuda="Mensajes directos sin cifrar, de los últimos 30 días; los del chat cifrado no se pueden leer.",
    cada=timedelta(hours=6),
    costo=MENSAJES_POR_PAGINA * (precios.MENSAJE + precios.USUARIO) + _CUENTA_PROPIA,
)
BUSQUEDA = Canal(
    nombre="busqueda",
    clase=Clase.BUSQUEDA,
    ayuda="Lo público de los últimos 7 días que dice alguno de los términos.",
    cada=timedelta(minutes=30),
    costo=POR_PAGINA * precios.POST_CON_AUTOR,
)

HECHOS = HechosDeEscucha(
    canales=(MENCIONES, MENSAJES),
    busqueda=BUSQUEDA,
    apagada_porque=APAGADA,
    # X pide 24 horas; una menos, porque se purga cada cuarto de hora y las copias de los correos, cada hora.
    # Fuente: https://docs.x.com/developer-guidelines
    purga=timedelta(hours=22, minutes=30),
    lugar_solo_con_el_mensaje=True,  # Fuente: https://docs.x.com/developer-terms/policy, «geo data»
    fuente="https://docs.x.com (repositorio xdevplatform/docs, 28713281) y OpenAPI 2.166 y 2.167",
)

# Un mensaje editado se lee dos veces: la versión que se tenía y la nueva, con su autor. En el dialecto nuevo, además, X
# enseña sus otras versiones (a lo más cinco ediciones: https://docs.x.com/x-api/fundamentals/edit-posts).
EDICIONES_MAXIMAS = 5
COSTO_DE_REVISION = precios.POST + EDICIONES_MAXIMAS * precios.POST + precios.POST_CON_AUTOR
COSTO_DE_MEDIDA = precios.POST
COSTO_DE_PERFIL = precios.USUARIO
COSTO_DE_LISTADO: Decimal = LISTADOS_POR_PAGINA * PAGINAS_DE_LISTADO * precios.POST + _CUENTA_PROPIA
