"""De qué perfil es una tabla: lo dice ella, lo dice quien la importa, o se pregunta. Puro."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motor.entrada.entender.campos import llano

Cuenta = tuple[str, str]
"""(identificador, nombre), como los da la tabla; vacíos si no los da."""

NINGUNA: Cuenta = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PerfilConocido:
    id: int
    nombre: str
    red: str
    nombre_de_red: str
    titulo: str = ""
    id_externo: str = ""

    def es(self, cuenta: Cuenta) -> bool:
        """Por el identificador; o por el nombre, que no se compara con mayúsculas, acentos ni arroba."""
        identificador, nombre = cuenta
        if identificador and identificador == self.id_externo:
            return True
        return bool(nombre) and llano(nombre) in {llano(n) for n in (self.titulo, self.nombre, self.id_externo) if n}


class NoSeSabeDeQuien(Exception):
    """No se sabe de qué perfil es la tabla; el mensaje dice cuáles hay y cómo decirlo."""


def repartir(
    cuentas: Sequence[Cuenta], perfiles: Sequence[PerfilConocido], *, que: str, redes: Sequence[str], pedido: str = ""
) -> Mapping[Cuenta, PerfilConocido]:
    """A qué perfil va cada cuenta de la tabla; las de nadie no están. Lanza NoSeSabeDeQuien.

    que: cómo se llama la tabla. redes: los nombres de las que puede ser, para decirlas. perfiles: todos.
    """
    suyos = [p for p in perfiles if p.nombre_de_red in redes]
    if pedido:
        return _al_pedido(cuentas, perfiles, suyos, que=que, pedido=pedido)
    if not suyos:
        raise NoSeSabeDeQuien(
            f"es {que}, y no hay ningún perfil de {_o(redes)}. Dé de alta el suyo con «pregonero perfiles "
            "agregar»: no necesita tener API."
        )
    con_nombre = [c for c in cuentas if c != NINGUNA]
    if not con_nombre:
        if len(suyos) == 1:
            return dict.fromkeys(cuentas or [NINGUNA], suyos[0])
        raise NoSeSabeDeQuien(f"es {que}, y no dice de qué perfil. {_digalo(suyos)}")
    reparto = {c: p for c in con_nombre if (p := _el_de(c, suyos)) is not None}
    if not reparto:
        raise NoSeSabeDeQuien(f"es {que}, de {_cuentas(con_nombre)}, que no es ningún perfil. {_digalo(suyos)}")
    if NINGUNA in cuentas and len(set(p.id for p in reparto.values())) == 1:
        reparto[NINGUNA] = next(iter(reparto.values()))
    return reparto


def _al_pedido(
    cuentas: Sequence[Cuenta],
    perfiles: Sequence[PerfilConocido],
    suyos: Sequence[PerfilConocido],
    *,
    que: str,
    pedido: str,
) -> Mapping[Cuenta, PerfilConocido]:
    """Al que dice quien importa; si la tabla trae varias cuentas, sólo la que es suya."""
    perfil = next((p for p in perfiles if p.nombre == pedido), None)
    if perfil is None:
        hay = ", ".join(p.nombre for p in perfiles) or "ninguno todavía"
        raise NoSeSabeDeQuien(f"no hay un perfil «{pedido}». Los que hay: {hay}.")
    if perfil not in suyos:
        raise NoSeSabeDeQuien(f"es {que}, y «{pedido}» es un perfil de {perfil.nombre_de_red}.")
    con_nombre = [c for c in cuentas if c != NINGUNA]
    if len({c[0] or c[1] for c in con_nombre}) < 2:
        return dict.fromkeys(cuentas or [NINGUNA], perfil)
    propias = [c for c in con_nombre if perfil.es(c)]
    if not propias:
        raise NoSeSabeDeQuien(
            f"es {que}, y trae varias cuentas: {_cuentas(con_nombre)}. Ninguna es «{pedido}»: expórtela con una sola, "
            "o corrija el título o el identificador del perfil."
        )
    return dict.fromkeys(propias, perfil)


def _el_de(cuenta: Cuenta, perfiles: Sequence[PerfilConocido]) -> PerfilConocido | None:
    suyos = [p for p in perfiles if p.es(cuenta)]
    return suyos[0] if len(suyos) == 1 else None


def _digalo(perfiles: Sequence[PerfilConocido]) -> str:
    ejemplo = perfiles[0].nombre
    return f"Dígalo con --perfil {ejemplo}" + (
        f"; los que pueden ser: {', '.join(p.nombre for p in perfiles)}." if len(perfiles) > 1 else "."
    )


def _cuentas(cuentas: Sequence[Cuenta]) -> str:
    dichas = list(dict.fromkeys(f"«{nombre or identificador}»" for identificador, nombre in cuentas))
    return ", ".join(dichas[:5]) + ("…" if len(dichas) > 5 else "")


def _o(redes: Sequence[str]) -> str:
    return " o ".join(dict.fromkeys(redes))
