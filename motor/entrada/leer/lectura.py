"""De los octetos de un .md o .txt a lo que pide: encabezado, texto y textos propios de una red. Puro.

Lo que va en el encabezado puede ir también por secciones en el cuerpo: un renglón «## X» (el nombre de una red o de
un perfil) abre el texto propio de esa red, hasta la siguiente sección. Un «## Avisos» que no es una red es texto.
"""

import re
from collections.abc import Iterator

from conectores.contrato import Gravedad, Problema
from motor.entrada.entender import campos
from motor.entrada.entender.directorio import Directorio
from motor.entrada.entender.solicitud import Dato, Solicitud, como_texto
from motor.entrada.leer.codificacion import decodificar, reparos
from motor.entrada.leer.frente import Campo, EncabezadoIlegible, Partes, Valor, partir

PESO_MAXIMO_BYTES = 262_144
"""Un cuarto de megabyte de texto: cien veces más de lo que admite ninguna red."""

_SECCION = re.compile(r"##[ \t]+(?P<quien>[^#\n]{1,80}?)[ \t]*:?[ \t]*")
_MARCADO = re.compile(r"\*\*[^*\n]+\*\*|(?m:^#{1,6} \S)|!?\[[^\]\n]+\]\([^)\n]+\)")


def leer(contenido: bytes, *, directorio: Directorio) -> Solicitud:
    """Lo que pide el archivo; si no se puede leer, una Solicitud vacía con sus problemas."""
    if not contenido.strip():
        return _fallida(Problema("el archivo está vacío.", "Escriba en él el texto que se publicará.", "texto"))
    if len(contenido) > PESO_MAXIMO_BYTES:
        return _fallida(
            Problema(
                "el archivo es demasiado grande para ser una publicación.", "Deje sólo el texto; las fotos van aparte."
            )
        )
    texto = decodificar(contenido)
    if isinstance(texto, Problema):
        return _fallida(texto)
    if faltas := reparos(texto.texto):
        return _fallida(*faltas)
    try:
        partes = partir(texto.texto)
    except EncabezadoIlegible as error:
        return _fallida(error.problema)
    if olvido := _encabezado_sin_guiones(partes):
        return _fallida(olvido)
    return _solicitud(partes, directorio)


def _fallida(*problemas: Problema) -> Solicitud:
    return Solicitud(problemas=problemas)


def _encabezado_sin_guiones(partes: Partes) -> Problema | None:
    """Quien olvida los tres guiones publicaría «redes: facebook» a la vista de todos."""
    if partes.campos:
        return None
    for numero, renglon in enumerate(partes.cuerpo.lstrip("\n").split("\n")[:20], 1):
        clave, separador, _ = renglon.partition(":")
        if not separador or campos.reconocer(clave) is None:
            return None
        if campos.reconocer(clave) in campos.PROPIOS_DEL_MOTOR:
            return Problema(
                f"«{renglon.strip()[:60]}» parece un dato del encabezado, pero éste no va entre tres guiones.",
                "Ponga un renglón con --- antes del primer dato y otro después del último.",
                f"línea {numero}",
            )
    return None


def _solicitud(partes: Partes, directorio: Directorio) -> Solicitud:
    datos: dict[str, Dato] = {}
    imagenes: list[Dato] = []
    variantes: dict[str, Dato] = {}
    opciones: dict[str, dict[str, str]] = {}
    problemas: list[Problema] = []
    for campo in partes.campos:
        dato = Dato(campo.valor, f"línea {campo.linea}, {campo.clave}")
        problemas += _reparos_de(campo, dato.donde)
        canonico = campos.reconocer(campo.clave)
        if canonico == "imagenes":
            imagenes.append(dato)
        elif canonico in datos:
            problemas.append(Problema("repite un dato que ya estaba.", "Deje uno solo.", dato.donde))
        elif canonico is not None:
            datos[canonico] = dato
        elif (quien := directorio.destinatario(campo.clave)) is not None:
            _de_una_red(quien, dato, variantes, opciones)
        else:
            remedio = campos.parecido(campo.clave) or "Se ignorará."
            problemas.append(Problema("no conocemos este dato.", remedio, dato.donde, Gravedad.AVISO))
    texto = _secciones(partes, directorio, variantes, problemas)
    problemas += _de_texto(texto, datos, partes)
    if texto:
        datos["texto"] = Dato(texto, "texto")
    return Solicitud(
        datos=datos, imagenes=tuple(imagenes), variantes=variantes, opciones=opciones, problemas=tuple(problemas)
    )


def _reparos_de(campo: Campo, donde: str) -> Iterator[Problema]:
    """Un YAML entre comillas puede esconder caracteres («\\x00») que no estaban en el archivo."""
    for problema in reparos(como_texto(campo.valor)):
        yield Problema(problema.mensaje, problema.remedio, donde)


def _de_una_red(quien: str, dato: Dato, variantes: dict[str, Dato], opciones: dict[str, dict[str, str]]) -> None:
    """`x: texto`, o `pinterest: {tablero: Avisos, texto: …}`."""
    if not isinstance(dato.valor, dict):
        variantes[quien] = dato
        return
    suyas: dict[str, Valor] = dict(dato.valor)
    for clave in list(suyas):
        if campos.reconocer(clave) == "texto":
            variantes[quien] = Dato(suyas.pop(clave), dato.donde)
    opciones[quien] = {campos.llano(clave): como_texto(valor) for clave, valor in suyas.items()}


def _secciones(partes: Partes, directorio: Directorio, variantes: dict[str, Dato], problemas: list[Problema]) -> str:
    """El texto general; lo de cada sección «## Red» va a `variantes`."""
    renglones: dict[str, list[str]] = {"": []}
    abierta = ""
    for numero, renglon in enumerate(partes.cuerpo.split("\n"), partes.linea_del_cuerpo):
        titulo = _SECCION.fullmatch(renglon)
        quien = directorio.destinatario(titulo["quien"]) if titulo else None
        if quien is None:
            renglones[abierta].append(renglon)
            continue
        if quien in variantes or quien in renglones:
            problemas.append(Problema("el texto de esta red está dos veces.", "Deje uno solo.", f"línea {numero}"))
        abierta = quien
        renglones.setdefault(quien, [])
        variantes.setdefault(quien, Dato("", f"línea {numero}, {titulo['quien'] if titulo else quien}"))
    for quien, suyos in renglones.items():
        if quien:
            variantes[quien] = Dato("\n".join(suyos).strip(), variantes[quien].donde)
    return "\n".join(renglones[""]).strip()


def _de_texto(texto: str, datos: dict[str, Dato], partes: Partes) -> Iterator[Problema]:
    if texto and "texto" in datos:
        yield Problema(
            "hay un texto en el encabezado y otro debajo.", "Deje uno solo.", f"línea {partes.linea_del_cuerpo}"
        )
    if hallado := _MARCADO.search(texto):
        linea = partes.linea_del_cuerpo + partes.cuerpo[: partes.cuerpo.find(hallado[0])].count("\n")
        yield Problema(
            f"«{hallado[0][:40].strip()}» se verá tal cual: las redes no entienden Markdown.",
            "Quite los signos si no los quiere.",
            f"línea {linea}",
            Gravedad.AVISO,
        )
