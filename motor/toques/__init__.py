"""Los toques al teléfono (Web Push): un aviso corto que llega aunque el panel no esté abierto.

suscripciones  quién los pidió, desde qué aparato y de qué
bandeja        dejarlos escritos, en la misma transacción que lo que cuentan
llaves         con qué se firma: nacen al instalar, fuera de la base
sobre          cifrar para un aparato y firmar (no habla con nadie)
repartidor     mandarlos: al menos una vez, mientras sirva decirlo
"""

from motor.toques.bandeja import ALERTAS as ALERTAS
from motor.toques.bandeja import APROBACIONES as APROBACIONES
from motor.toques.bandeja import avisar as avisar
from motor.toques.bandeja import de_oficina as de_oficina
