"""Mandar un texto por un canal de Apprise, en un proceso que nace y muere: la biblioteca carga todos sus servicios y
deja ocupada una memoria que el demonio no volvería a usar. La dirección del canal va por la entrada, no en los
argumentos, que cualquiera en la máquina puede ver.
"""

import json
import logging
import subprocess
import sys

PLAZO_S = 45
FALTA, ILEGIBLE, NO_ACEPTO = 3, 4, 5
_MOTIVOS = {
    FALTA: "Falta el extra de canales: pip install 'pregonero[canales]'.",
    ILEGIBLE: "Una dirección de PREGONERO_CANALES no se entiende; revísela en la documentación de Apprise.",
    NO_ACEPTO: "El servicio «{}» no aceptó el aviso: revise su dirección, o si está caído.",
}


def entregar(canal: str, asunto: str, texto: str) -> str:
    """Mandar un texto por un canal; vacío si salió, o por qué no (sin decir su dirección). No lanza."""
    encargo = json.dumps({"canal": canal, "asunto": asunto, "texto": texto})
    try:
        hecho = subprocess.run(  # nuestro propio módulo, con argumentos fijos
            [sys.executable, "-W", "ignore", "-m", "motor.avisos.voz"],
            input=encargo.encode(),
            capture_output=True,
            timeout=PLAZO_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"No contestó a tiempo ({type(error).__name__})."
    if hecho.returncode == 0:
        return ""
    servicio = canal.partition("://")[0][:20]  # «slack», «tgram»: lo único de la dirección que se puede decir
    return _MOTIVOS.get(hecho.returncode, "El servicio «{}» falló.").format(servicio)


def principal() -> int:
    """Lo que hace el proceso; su salida dice cómo le fue."""
    try:
        import apprise
    except ImportError:
        return FALTA
    logging.disable(logging.CRITICAL)
    encargo = json.load(sys.stdin)
    mensajero = apprise.Apprise()
    if not mensajero.add(encargo["canal"]):
        return ILEGIBLE
    return 0 if mensajero.notify(body=encargo["texto"], title=encargo["asunto"]) else NO_ACEPTO


if __name__ == "__main__":
    sys.exit(principal())
