"""La API de control: registrar perfiles, pedir fallos, ajustar y mirar lo publicado. JSON, bajo `/_control/`."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from simulador.correo import Buzon
from simulador.estado import REDES, Estado, Perfil, Publicada, ahora
from simulador.fallos import Alcance, Clase, Fallo, Fallos
from simulador.mensajes import Respuesta
from simulador.voces import Voz


def como_json(p: Publicada) -> dict[str, Any]:
    return {
        "red": p.red,
        "perfil": p.perfil,
        "id": p.id,
        "texto": p.texto,
        "titulo": p.titulo,
        "enlace": p.enlace,
        "tipo": p.tipo,
        "medios": [asdict(m) for m in p.medios],
        "instante": p.instante.isoformat(),
        "visible_en": p.visible_en.isoformat(),
        "orden": p.orden,
        "url": p.url,
        "clave": p.clave,
        "borrada": p.borrada,
    }


def perfil_de(datos: Mapping[str, Any]) -> Perfil:
    """Un perfil a partir de JSON; acepta `id` o `id_externo`. Lanza ValueError si algo no se entiende."""
    limpios = dict(datos)
    if "id_externo" in limpios:
        limpios["id"] = limpios.pop("id_externo")
    conocidos = {c.name for c in fields(Perfil)}
    if ajenos := [c for c in limpios if c not in conocidos]:
        raise ValueError(f"Un perfil no tiene «{ajenos[0]}»: {', '.join(sorted(conocidos))}.")
    if limpios.get("red") not in REDES or not limpios.get("id"):
        raise ValueError(f"Un perfil necesita `red` ({', '.join(REDES)}) e `id`.")
    if isinstance(vence := limpios.get("vence_en"), str):
        limpios["vence_en"] = datetime.fromisoformat(vence)
    if (momento := limpios.get("vence_en")) is not None and momento.tzinfo is None:
        raise ValueError("`vence_en` lleva zona horaria.")
    limpios["id"] = str(limpios["id"])
    limpios["permisos"] = tuple(limpios.get("permisos", ()))
    limpios["tableros"] = tuple((str(i), str(nombre)) for i, nombre in limpios.get("tableros", ()))
    limpios.setdefault("nombre", f"Perfil {limpios['id']}")
    limpios.setdefault("usuario", f"u{limpios['id']}")
    return Perfil(**limpios)


def voz_como_json(voz: Voz) -> dict[str, Any]:
    editada = voz.editada.isoformat() if voz.editada else None
    return asdict(voz) | {"instante": voz.instante.isoformat(), "editada": editada}


def fallo_de(datos: Mapping[str, Any]) -> Fallo:
    limpios = {c: v for c, v in datos.items() if c not in ("red", "veces")}
    limpios["clase"] = Clase(limpios.get("clase", ""))
    limpios["alcance"] = Alcance(limpios.get("alcance", Alcance.VISIBLES))
    return Fallo(**limpios)


class Control:
    def __init__(self, estado: Estado, fallos: Fallos, buzon: Buzon, reiniciar: Callable[[], None]) -> None:
        self._estado = estado
        self._fallos = fallos
        self._buzon = buzon
        self._reiniciar = reiniciar

    def atender(self, metodo: str, que: str, *, consulta: Mapping[str, str], cuerpo: bytes) -> Respuesta:
        try:
            datos = json.loads(cuerpo or b"{}")
            return self._despachar(metodo, que.rstrip("/"), consulta, datos)
        except (ValueError, TypeError, KeyError) as error:
            return Respuesta(400, {"error": str(error)})

    def _despachar(self, metodo: str, que: str, consulta: Mapping[str, str], datos: Any) -> Respuesta:
        match (metodo, que):
            case ("GET", "salud"):
                return Respuesta(200, {"vive": True, "publicadas": len(self._estado.publicadas())})
            case ("GET", "publicadas"):
                desde = int(consulta.get("desde", "0"))
                halladas = self._estado.publicadas(consulta.get("red", ""), desde=desde)
                return Respuesta(200, {"publicadas": [como_json(p) for p in halladas]})
            case ("POST", "publicadas"):
                return self._sembrar(datos if isinstance(datos, list) else [datos])
            case ("GET" | "POST" | "PATCH", "voces"):
                return self._de_voces(metodo, consulta, datos)
            case ("POST", "numeros"):
                return self._poner_numeros(datos if isinstance(datos, list) else [datos])
            case ("GET", "perfiles"):
                visibles = [{"red": p.red, "id": p.id, "nombre": p.nombre} for p in self._estado.perfiles()]
                return Respuesta(200, {"perfiles": visibles})
            case ("POST", "perfiles"):
                varios = datos if isinstance(datos, list) else [datos]
                return Respuesta(201, {"registrados": [self._estado.registrar(perfil_de(d)).id for d in varios]})
            case ("GET", "fallos"):
                return Respuesta(200, self._fallos.resumen())
            case ("DELETE", "fallos"):
                self._fallos.limpiar(consulta.get("red", ""))
                return Respuesta(200, self._fallos.resumen())
            case ("POST", "fallos"):
                return self._pedir_fallo(datos)
            case ("GET", "ajustes"):
                return Respuesta(200, {red: asdict(a) for red, a in self._estado.ajustes.items()})
            case ("POST", "ajustes"):
                self._estado.ajustar(datos.get("red", ""), {c: v for c, v in datos.items() if c != "red"})
                return Respuesta(200, {red: asdict(a) for red, a in self._estado.ajustes.items()})
            case ("GET", "correos"):
                correos = [
                    {"de": c.de, "para": c.para, "asunto": c.asunto, "texto": c.texto} for c in self._buzon.correos
                ]
                return Respuesta(200, {"correos": correos})
            case ("GET", "cobros"):
                cobros = self._estado.cobros
                return Respuesta(200, {"dolares": str(cobros.total), "recursos": dict(cobros.recursos)})
            case ("POST", "reinicio"):
                self._reiniciar()
                return Respuesta(200, {"publicadas": 0})
        return Respuesta(404, {"error": f"No hay {metodo} /_control/{que}."})

    def _sembrar(self, varias: list[Any]) -> Respuesta:
        """`{"red", "perfil", "texto", "hace_s"}`: publicaciones que ya estaban."""
        puestas = []
        for datos in varias:
            limpios = dict(datos)
            instante = ahora() - timedelta(seconds=float(limpios.pop("hace_s", 0)))
            puestas.append(self._estado.sembrar(instante=instante, **limpios).id)
        return Respuesta(201, {"puestas": puestas})

    def _de_voces(self, metodo: str, consulta: Mapping[str, str], datos: Any) -> Respuesta:
        """Decir (una `voces.Voz` o una lista, con `instante` o `hace_s`), mirar lo dicho, o cambiarlo."""
        voces = self._estado.voces
        match metodo:
            case "POST":
                puestas = voces.decir(datos if isinstance(datos, list) else [datos])
                return Respuesta(201, {"puestas": [v.id for v in puestas]})
            case "PATCH":
                cambios = {c: v for c, v in datos.items() if c not in ("red", "id")}
                return Respuesta(200, voz_como_json(voces.corregir(datos["red"], datos["id"], **cambios)))
        return Respuesta(200, {"voces": [voz_como_json(v) for v in voces.todas(consulta.get("red", ""))]})

    def _poner_numeros(self, varias: list[Any]) -> Respuesta:
        """`{"red", "id", "numeros": {"vistas": 900}}` los fija; `"sumar"` los suma. De una publicación o un perfil."""
        for datos in varias:
            self._estado.voces.contar(datos["red"], str(datos["id"]), datos.get("numeros", {}))
            self._estado.voces.sumar(datos["red"], str(datos["id"]), datos.get("sumar", {}))
        return Respuesta(200, {"puestas": len(varias)})

    def _pedir_fallo(self, datos: Mapping[str, Any]) -> Respuesta:
        """`{"red", "clase", "veces"…}` pone en la cola; `{"red", "tasas", "alcance"}` pide al azar. Sin red: todas."""
        redes = [datos["red"]] if datos.get("red") else list(REDES)
        if ajenas := [r for r in redes if r not in REDES]:
            raise ValueError(f"No hay ninguna red «{ajenas[0]}»: {', '.join(REDES)}.")
        for red in redes:
            if "tasas" in datos:
                alcance = Alcance(datos.get("alcance", Alcance.VISIBLES))
                self._fallos.al_azar(red, datos["tasas"], alcance=alcance)
            else:
                self._fallos.encolar(red, fallo_de(datos), veces=int(datos.get("veces", 1)))
        return Respuesta(200, self._fallos.resumen())
