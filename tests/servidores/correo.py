"""Correo de verdad en esta máquina: Postfix (SMTPS, STARTTLS, AUTH) → LMTP → Dovecot (IMAPS). Todo en 127.0.0.1.

Configuración y colas privadas en una carpeta temporal; sólo acepta `ejemplo.mx` y nada sale de aquí. Hace falta ser
root (Postfix cambia de usuario); si no, o si no está instalado, quien lo pide se salta diciendo por qué.
"""

import email
import email.policy
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from tests.servidores.bluesky import NoDisponible

CLAVE = "clave-del-buzon"
DOMINIO = "ejemplo.mx"
_ARRANQUE_S = 20
_PROGRAMAS = ("/usr/sbin/postfix", "/usr/sbin/dovecot", "/usr/lib/dovecot/lmtp", "/usr/lib/dovecot/imap")


class ServidorDeCorreo:
    """Un servidor, mientras dure el `with`. `smtp` (STARTTLS), `smtps` e `imaps` son sus puertos."""

    def __enter__(self) -> Self:
        _exigir_programas()
        self._carpeta = Path(tempfile.mkdtemp(prefix="pregonero-correo-"))
        self._carpeta.chmod(0o755)
        self.certificado = self._carpeta / "certificado.pem"
        self.smtp, self.smtps, self._lmtp, self.imaps, self._sasl = (_puerto_libre() for _ in range(5))
        self._escribir_certificado()
        self._escribir_dovecot()
        self._escribir_postfix()
        self._dovecot = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", str(self._carpeta / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._postfix("start")
        for puerto in (self.smtps, self.smtp, self.imaps, self._lmtp, self._sasl):
            _esperar(lambda puerto=puerto: _abierto(puerto), f"el puerto {puerto} del correo")
        return self

    def __exit__(self, *_: object) -> None:
        self._postfix("stop")
        self._dovecot.terminate()
        self._dovecot.wait(10)
        shutil.rmtree(self._carpeta, ignore_errors=True)

    def leer(self, buzon: str, *, al_menos: int = 1) -> list[EmailMessage]:
        """Los mensajes de `buzon@ejemplo.mx`, leídos por IMAPS, del más viejo al más nuevo."""
        contexto = ssl.create_default_context(cafile=str(self.certificado))
        mensajes: list[EmailMessage] = []

        def han_llegado() -> bool:
            with imaplib.IMAP4_SSL("127.0.0.1", self.imaps, ssl_context=contexto) as imap:
                imap.login(f"{buzon}@{DOMINIO}", CLAVE)
                _, (cuantos, *_) = imap.select("INBOX")
                total = int(cuantos or 0)
                if total < al_menos:
                    return False
                for numero in range(1, total + 1):
                    _, datos = imap.fetch(str(numero), "(RFC822)")
                    parte = datos[0]
                    assert isinstance(parte, tuple)
                    mensaje = email.message_from_bytes(parte[1], policy=email.policy.default)
                    assert isinstance(mensaje, EmailMessage)
                    mensajes.append(mensaje)
            return True

        _esperar(han_llegado, f"{al_menos} mensajes en el buzón {buzon}")
        return mensajes

    # ── las configuraciones ──

    def _postfix(self, orden: str) -> None:
        carpeta = str(self._carpeta / "postfix/conf")
        subprocess.run(["/usr/sbin/postfix", "-c", carpeta, orden], capture_output=True, check=False, timeout=30)

    def _escribir_certificado(self) -> None:
        clave = self._carpeta / "clave.pem"
        orden = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost"]
        orden += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(clave)]
        subprocess.run([*orden, "-out", str(self.certificado)], check=True, capture_output=True)
        clave.chmod(0o600)

    def _escribir_dovecot(self) -> None:
        nadie, d = pwd.getpwnam("nobody"), self._carpeta
        (d / "run").mkdir()
        (d / "buzones").mkdir()
        os.chown(d / "buzones", nadie.pw_uid, nadie.pw_gid)
        (d / "dovecot.conf").write_text(f"""
base_dir={d}/run
state_dir={d}/run
protocols=imap lmtp
listen=127.0.0.1
log_path={d}/dovecot.log
ssl=required
ssl_cert=<{d}/certificado.pem
ssl_key=<{d}/clave.pem
mail_location=maildir:~/Maildir
first_valid_uid={nadie.pw_uid}
first_valid_gid={nadie.pw_gid}
auth_mechanisms=plain login
auth_failure_delay=0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode=0
  }}
}}
passdb {{
  driver=static
  args=password={CLAVE}
}}
userdb {{
  driver=static
  args=uid=nobody gid=nogroup home={d}/buzones/%u
}}
service imap-login {{
  inet_listener imap {{
    port=0
  }}
  inet_listener imaps {{
    port={self.imaps}
    ssl=yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address=127.0.0.1
    port={self._lmtp}
  }}
}}
service auth {{
  inet_listener sasl {{
    address=127.0.0.1
    port={self._sasl}
  }}
}}
service stats {{
  chroot=
}}
""")

    def _escribir_postfix(self) -> None:
        d = self._carpeta / "postfix"
        for nombre in ("conf", "cola", "datos"):
            (d / nombre).mkdir(parents=True)
        postfix = pwd.getpwnam("postfix")
        os.chown(d / "datos", postfix.pw_uid, postfix.pw_gid)
        (d / "conf/main.cf").write_text(f"""
compatibility_level=3.6
queue_directory={d}/cola
data_directory={d}/datos
command_directory=/usr/sbin
daemon_directory=/usr/lib/postfix/sbin
maillog_file={d}/postfix.log
maillog_file_prefixes={d}
inet_interfaces=127.0.0.1
inet_protocols=ipv4
myhostname=localhost
mydestination=
virtual_mailbox_domains={DOMINIO}
virtual_transport=lmtp:inet:127.0.0.1:{self._lmtp}
default_transport=error:sin-salida-a-internet
smtpd_tls_cert_file={self._carpeta}/certificado.pem
smtpd_tls_key_file={self._carpeta}/clave.pem
smtpd_tls_auth_only=yes
smtpd_tls_security_level=encrypt
smtpd_sasl_auth_enable=yes
smtpd_sasl_type=dovecot
smtpd_sasl_path=inet:127.0.0.1:{self._sasl}
smtpd_delay_reject=no
smtpd_error_sleep_time=0
smtpd_sender_restrictions=permit_sasl_authenticated,reject
smtpd_recipient_restrictions=permit_sasl_authenticated,reject
message_size_limit=1048576
""")
        servicios = """
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
        (d / "conf/master.cf").write_text(
            f"127.0.0.1:{self.smtp} inet n - n - - smtpd\n"
            f"127.0.0.1:{self.smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n{servicios}"
        )


def _exigir_programas() -> None:
    if os.geteuid() != 0:
        raise NoDisponible("Postfix necesita root para cambiar de usuario")
    for programa in _PROGRAMAS:
        if not Path(programa).exists():
            raise NoDisponible(f"falta {programa} (apt-get install postfix dovecot-imapd dovecot-lmtpd)")


def _puerto_libre() -> int:
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        return int(enchufe.getsockname()[1])


def _abierto(puerto: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", puerto), 0.5).close()
    except OSError:
        return False
    return True


def _esperar(condicion: Callable[[], bool], que: str) -> None:
    limite = time.monotonic() + _ARRANQUE_S
    while not condicion():
        if time.monotonic() > limite:
            raise TimeoutError(f"No llegó a tiempo: {que}.")
        time.sleep(0.03)
