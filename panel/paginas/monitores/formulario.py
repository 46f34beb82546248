"""De lo que trae el formulario de un monitor a su definición, como en `monitores.toml`, y al revés. Puro.

Aquí no se comprueba nada: eso lo hace `motor.escucha.monitores.lectura`, con las mismas palabras que al archivo. Lo que
no se entiende (un número con letras) se pasa como se escribió, para que sea él quien lo diga.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

TAL_CUAL, VARIANTES = "=", "~"
"""Delante de un término, que no siga lo que diga la casilla de las variantes."""
_LISTAS = ("todas", "alguna", "ninguna")


@dataclass(frozen=True, slots=True, kw_only=True)
class Escrito:
    """Lo que hay en el formulario, tal como se escribió. en: «», «lugares», «circulo» o «poligono»."""

    nombre: str = ""
    todas: str = ""
    alguna: str = ""
    ninguna: str = ""
    flexion: bool = True
    redes: tuple[str, ...] = ()
    idiomas: str = ""
    clases: tuple[str, ...] = ()
    en: str = ""
    lugares: str = ""
    latitud: str = ""
    longitud: str = ""
    radio_km: str = "5"
    poligono: str = ""
    confianza: str = "0"
    sin_lugar: bool = False

    @property
    def datos(self) -> dict[str, Any]:
        """Como lo leería el archivo; lo vacío no está."""
        escritos: dict[str, Any] = {"nombre": self.nombre}
        for lista in _LISTAS:
            if terminos := [_termino(t, flexion=self.flexion) for t in _renglones(getattr(self, lista))]:
                escritos[lista] = terminos
        escritos["flexion"] = self.flexion
        for clave, valores in (("redes", self.redes), ("clases", self.clases), ("idiomas", _comas(self.idiomas))):
            if valores:
                escritos[clave] = list(valores)
        if self.en:
            escritos["lugar"] = self._lugar()
        return escritos

    def _lugar(self) -> dict[str, Any]:
        lugar: dict[str, Any] = {}
        match self.en:
            case "circulo":
                lugar = {
                    "centro": [_numero(self.latitud), _numero(self.longitud)],
                    "radio_km": _numero(self.radio_km),
                }
            case "poligono":
                lugar = {"poligono": _geojson(self.poligono)}
            case "lugares":
                lugar = {"lugares": _renglones(self.lugares)}
        if (confianza := _numero(self.confianza)) != 0:
            lugar["confianza_minima"] = confianza
        if self.sin_lugar:
            lugar["sin_lugar"] = "incluir"
        return lugar


def leido(datos: FormData) -> Escrito:
    def texto(nombre: str, largo: int = 20_000) -> str:
        return str(datos.get(nombre) or "").strip()[:largo]

    def elegidos(nombre: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(v)[:40] for v in datos.getlist(nombre)))[:50]

    return Escrito(
        nombre=texto("nombre", 300),
        todas=texto("todas"),
        alguna=texto("alguna"),
        ninguna=texto("ninguna"),
        flexion="flexion" in datos,
        redes=elegidos("redes"),
        idiomas=texto("idiomas", 200),
        clases=elegidos("clases"),
        en=texto("en", 20),
        lugares=texto("lugares"),
        latitud=texto("latitud", 40),
        longitud=texto("longitud", 40),
        radio_km=texto("radio_km", 40),
        poligono=texto("poligono", 900_000),
        confianza=texto("confianza", 10) or "0",
        sin_lugar="sin_lugar" in datos,
    )


def de_definicion(nombre: str, definicion: Mapping[str, Any]) -> Escrito:
    """Lo guardado, como se escribiría. Tolera lo que no entiende: lo dirá la lectura al guardarlo."""
    flexion = definicion.get("flexion") is True
    lugar = definicion.get("lugar")
    lugar = lugar if isinstance(lugar, Mapping) else {}
    centro = lugar.get("centro")
    centro = centro if isinstance(centro, Sequence) and len(centro) == 2 else ("", "")
    en = next((en for clave, en in (("centro", "circulo"), ("poligono", "poligono")) if clave in lugar), "")
    return Escrito(
        nombre=nombre,
        **{lista: "\n".join(_escrito(t, flexion=flexion) for t in definicion.get(lista, ())) for lista in _LISTAS},
        flexion=flexion,
        redes=tuple(str(r) for r in definicion.get("redes", ())),
        idiomas=", ".join(map(str, definicion.get("idiomas", ()))),
        clases=tuple(str(c) for c in definicion.get("clases", ())),
        en=en or ("lugares" if "lugares" in lugar else ""),
        lugares="\n".join(map(str, lugar.get("lugares", ()))),
        latitud=str(centro[0]),
        longitud=str(centro[1]),
        radio_km=str(lugar.get("radio_km", "5")),
        poligono=json.dumps(lugar["poligono"], ensure_ascii=False) if "poligono" in lugar else "",
        confianza=f"{lugar.get('confianza_minima', 0):g}",
        sin_lugar=lugar.get("sin_lugar") == "incluir",
    )


def _termino(escrito: str, *, flexion: bool) -> str | dict[str, Any]:
    marca, resto = escrito[:1], escrito[1:].strip()
    if marca == TAL_CUAL and resto:
        return {"termino": resto, "flexion": False} if flexion else resto
    if marca == VARIANTES and resto:
        return resto if flexion else {"termino": resto, "flexion": True}
    return escrito


def _escrito(termino: Any, *, flexion: bool) -> str:
    if not isinstance(termino, Mapping):
        return str(termino)
    suya, dicho = termino.get("flexion", flexion), str(termino.get("termino", ""))
    return dicho if suya == flexion else f"{VARIANTES if suya else TAL_CUAL}{dicho}"


def _renglones(texto: str) -> list[str]:
    return list(dict.fromkeys(limpio for renglon in texto.splitlines() if (limpio := renglon.strip())))


def _comas(texto: str) -> list[str]:
    return [limpio for parte in texto.split(",") if (limpio := parte.strip())]


def _numero(escrito: str) -> float | str:
    try:
        return float(escrito.replace(",", "."))
    except ValueError:
        return escrito


def _geojson(escrito: str) -> Any:
    try:
        return json.loads(escrito)
    except (ValueError, RecursionError):
        return escrito
