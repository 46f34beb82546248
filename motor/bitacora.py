"""La bitácora del proceso: en español, con claves para las máquinas y sin un solo secreto."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

from conectores.secretos import redactar

_PROPIOS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_RUIDOSAS = ("apscheduler", "urllib3", "tweepy", "httpx", "httpcore", "PIL", "alembic", "requests_oauthlib", "oauthlib")

# Con un salto de línea, un texto ajeno escribiría renglones falsos; con un escape, mandaría en la terminal.
_MANDAN = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _en_un_renglon(texto: str) -> str:
    return _MANDAN.sub(lambda m: f"\\u{ord(m[0]):04x}", texto)


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
            return _en_un_renglon(redactar(json.dumps(linea, ensure_ascii=False, default=str)))
        cola = " ".join(f"{k}={v}" for k, v in extras.items())
        record.message, record.asctime = record.getMessage(), self.formatTime(record, self.datefmt)
        cabeza = self.formatMessage(record)
        renglones = [_en_un_renglon(redactar(f"{cabeza}  [{cola}]" if cola else cabeza))]
        if record.exc_info:  # lo único que ocupa varios renglones; van metidos, para que ninguno parezca otro suceso
            rastro = redactar(self.formatException(record.exc_info))
            renglones += [f"  {_en_un_renglon(r)}" for r in rastro.splitlines()]
        return "\n".join(renglones)


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
