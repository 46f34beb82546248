"""Lo que se le dice a quien debe esperar antes de otro intento."""

from datetime import timedelta

from panel.textos import _, n_


def que_espere(cuanto: timedelta) -> str:
    segundos = max(int(cuanto.total_seconds()) + 1, 1)
    if segundos < 60:
        dicho = n_("%(n)d segundo", "%(n)d segundos", segundos) % {"n": segundos}
    else:
        minutos = -(-segundos // 60)
        dicho = n_("%(n)d minuto", "%(n)d minutos", minutos) % {"n": minutos}
    return _("Demasiados intentos. Espere %(cuanto)s y vuelva a probar.") % {"cuanto": dicho}
