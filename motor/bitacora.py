"""La bitácora del proceso: en español, con claves para las máquinas y sin un solo secreto."""

import json
import logging
import sys
from datetime import UTC, datetime

from conectores.secretos import redactar

_PROPIOS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_RUIDOSAS = ("apscheduler", "urllib3", "tweepy", "httpx", "httpcore", "PIL", "alembic", "requests_oauthlib", "oauthlib")


class Redactor(logging.Formatter):
    """Da forma a cada línea y le tapa los secretos, también los de las excepciones."""

    def __init__(self, *, json_: bool) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S")
        self._json = json_

    def format(self, record: logging.LogRecord) -> str:
        extras = {k: v for k, v in record.__dict__.items() if k not in _PROPIOS}
        if self._json:
            linea = {
                "instante": datetime.fromtimestamp(record.created, UTC).isoformat(),
                "nivel": record.levelname,
                "sala": record.name,
                "mensaje": record.getMessage(),
                **extras,
            }
            if record.exc_info:
                linea["excepcion"] = self.formatException(record.exc_info)
            return redactar(json.dumps(linea, ensure_ascii=False, default=str))
        cola = " ".join(f"{k}={v}" for k, v in extras.items())
        return redactar(f"{super().format(record)}  [{cola}]" if cola else super().format(record))


def abrir_bitacora(*, forma: str, nivel: int = logging.INFO) -> None:
    """Mandar la bitácora del proceso a la salida de errores."""
    salida = logging.StreamHandler(sys.stderr)
    salida.setFormatter(Redactor(json_=forma == "json"))
    raiz = logging.getLogger()
    raiz.handlers[:] = [salida]
    raiz.setLevel(nivel)
    for nombre in _RUIDOSAS:  # al detalle imprimirían cabeceras con credenciales
        logging.getLogger(nombre).setLevel(logging.WARNING)
    # Un tick que se solapa con el anterior se omite a propósito: no es noticia.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
