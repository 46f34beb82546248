"""Recibir un calendario: cada fila con su veredicto, y una copia que lo dice.

Que una fila esté mal no detiene a las demás. Soltarlo otra vez, corregido o tal como lo devolvimos, cambia lo que aún
no sale y deja en paz lo demás.
"""

import hashlib
from dataclasses import replace
from datetime import datetime

from conectores.contrato import Problema
from modelos import Recepcion, Veredicto
from motor.acervo.archivos import escribir_bytes
from motor.entorno import Entorno
from motor.entrada.colocar.colocacion import apartar, lugares, ordenar
from motor.entrada.colocar.traslado import PROCESANDO, Taller, lugar_libre, mover
from motor.entrada.contar import actas
from motor.entrada.contar.actas import Acta, acta_de
from motor.entrada.contar.copia import con_resultados
from motor.entrada.contar.devolucion import nombre_de_copia, nombre_propio
from motor.entrada.contar.filas import BUENAS, Suerte
from motor.entrada.decidir.desenlaces import Desenlace, Recibida
from motor.entrada.decidir.dictamen import NoSePuedeLeer, directorio_de, leer_archivo, sin_reabrir
from motor.entrada.decidir.emparejar import Conocida
from motor.entrada.decidir.filas_recibidas import (
    LecturaDeCalendario,
    dictaminar_filas,
    guardar_filas,
    leer_filas,
    sha_de_medio,
)
from motor.entrada.leer.calendario import interpretar
from motor.entrada.leer.codificacion import mostrable
from motor.entrada.leer.hoja import PESO_MAXIMO_BYTES, HojaIlegible, leer_hojas
from motor.entrada.mirar.unidades import Miembro, Unidad
from motor.fechas.escritas import fecha_larga

_FILAS_EN_EL_MOTIVO = 30


def recibir(entorno: Entorno, unidad: Unidad, taller: Taller, *, ahora: datetime) -> Recibida:
    """Decidir sobre un calendario que ya está en su taller. Deja el taller vacío."""
    try:
        contenido = leer_archivo(taller.archivos[unidad.principal], maximo_bytes=PESO_MAXIMO_BYTES)
        calendario = interpretar(leer_hojas(contenido, unidad.principal), directorio_de(entorno))
    except (NoSePuedeLeer, HojaIlegible) as error:
        return apartar(entorno, unidad, taller, [error.problema], ahora=ahora)
    sha256 = _sha256(contenido, taller, unidad)
    if repetido := _repetido(entorno, sha256):
        return apartar(entorno, unidad, taller, [repetido], ahora=ahora, sha256=sha256)
    de_un_tiron = sin_reabrir(entorno)
    lectura = leer_filas(entorno, unidad, taller, calendario, ahora)
    dictaminar_filas(de_un_tiron, lectura, taller, ahora)
    guardar_filas(de_un_tiron, lectura, ahora)
    copia = con_resultados(contenido, calendario, lectura.veredictos)
    if not _queda_algo(lectura):
        return _devuelto(entorno, unidad, taller, copia, lectura, ahora, sha256)
    return _aceptado(entorno, unidad, taller, copia, lectura, ahora, sha256)


def _sha256(contenido: bytes, taller: Taller, unidad: Unidad) -> str:
    suma = hashlib.sha256(contenido)
    for nombre, ruta in sorted(taller.archivos.items()):
        if nombre != unidad.principal:
            suma.update(f"\x00{mostrable(nombre)}\x00{sha_de_medio(ruta)}".encode())
    return suma.hexdigest()


def _repetido(entorno: Entorno, sha256: str) -> Problema | None:
    """El mismo libro otra vez no hace nada; salvo que tuviera filas rechazadas, que ahora quizá se acepten."""
    with entorno.base.leer() as sesion:
        igual = actas.gemela(sesion, sha256)
    if igual is None or acta_de(igual).rechazadas:
        return None
    return Problema(
        f"es idéntico a «{igual.nombre}», que ya se tomó; no se publicará dos veces.",
        "Para cambiar algo, corrija la fila y suéltelo otra vez.",
    )


def _queda_algo(lectura: LecturaDeCalendario) -> bool:
    """Hay algo que esperar de él: una fila nueva o cambiada, o una igual que aún no sale."""
    return lectura.anterior is not None or any(
        v.suerte in (Suerte.ACEPTADA, Suerte.CAMBIADA)
        or (v.suerte is Suerte.IGUAL and lectura.parejas.por_fila[v.numero].abierta)
        for v in lectura.veredictos.values()
    )


def _devuelto(
    entorno: Entorno,
    unidad: Unidad,
    taller: Taller,
    copia: bytes,
    lectura: LecturaDeCalendario,
    ahora: datetime,
    sha256: str,
) -> Recibida:
    """Ninguna fila dio para nada: el calendario vuelve, con su copia y sus motivos."""
    en_orden = [veredicto for _, veredicto in sorted(lectura.veredictos.items())]
    problemas = [Problema(v.texto, "", f"fila {v.numero}") for v in en_orden if v.suerte not in BUENAS]
    if not problemas:
        problemas = [Problema("todas sus filas ya estaban, y ya salieron.", "Añada filas nuevas y suéltelo otra vez.")]
    sobran = len(problemas) - _FILAS_EN_EL_MOTIVO
    nota = f"… y {sobran} filas más: todas están en la copia, en la columna «resultado»." if sobran > 0 else ""
    suya = nombre_de_copia(unidad.nombre, unidad.principal)
    escribir_bytes(taller.carpeta / suya, copia)
    con_copia = replace(unidad, miembros=(Miembro(taller.carpeta / suya, suya), *unidad.miembros))
    problemas = problemas[:_FILAS_EN_EL_MOTIVO]
    return apartar(entorno, con_copia, taller, problemas, ahora=ahora, sha256=sha256, nota=nota)


def _aceptado(
    entorno: Entorno,
    unidad: Unidad,
    taller: Taller,
    copia: bytes,
    lectura: LecturaDeCalendario,
    ahora: datetime,
    sha256: str,
) -> Recibida:
    anterior = lectura.anterior
    if not unidad.es_carpeta:
        unidad = _rebautizada(unidad, taller, anterior.nombre if anterior else nombre_propio(unidad.nombre))
    acta = _acta(entorno, unidad, taller, lectura)
    with entorno.base.escribir() as sesion:
        recepcion = sesion.get(Recepcion, anterior.id) if anterior else None
        recepcion = recepcion or Recepcion(
            nombre=actas.nombre_guardable(unidad.nombre), sha256="", veredicto=Veredicto.EN_CURSO, recibida_en=ahora
        )
        recepcion.sha256 = sha256
        recepcion.destino = mostrable(acta.rutas[acta.principal])[:400]
        recepcion.detalle = acta.en_texto()
        sesion.add(recepcion)
        sesion.flush()
        recepcion_id, nombre = recepcion.id, recepcion.nombre
    # Una muerte aquí deja el taller lleno y la fila escrita: `ordenar` lo termina al volver.
    escribir_bytes(entorno.buzon / acta.copia, copia)
    ordenar(entorno, recepcion_id, ahora=ahora)
    return Recibida(nombre, Desenlace.CAMBIADA if anterior else Desenlace.ACEPTADA, len(lectura.por_guardar))


def _rebautizada(unidad: Unidad, taller: Taller, nombre: str) -> Unidad:
    """La copia que devolvimos, u otra versión con otro nombre, toma el del calendario que es."""
    if unidad.nombre == nombre:
        return unidad
    mover(taller.carpeta / unidad.nombre, taller.carpeta / nombre)
    miembros = tuple(replace(m, nombre=nombre) if m.nombre == unidad.nombre else m for m in unidad.miembros)
    return replace(unidad, nombre=nombre, principal=nombre, miembros=miembros)


def _acta(entorno: Entorno, unidad: Unidad, taller: Taller, lectura: LecturaDeCalendario) -> Acta:
    previa = acta_de(lectura.anterior) if lectura.anterior else Acta()
    veredictos = [veredicto for _, veredicto in sorted(lectura.veredictos.items())]
    filas = {str(v.numero): v.publicacion_id for v in veredictos if v.publicacion_id is not None}
    libre = lugar_libre(entorno.buzon / PROCESANDO, nombre_de_copia(unidad.nombre, unidad.principal))
    return Acta(
        rutas=lugares(entorno, unidad, lectura.anterior),
        principal=unidad.nombre,
        publicaciones=sorted({*previa.publicaciones, *filas.values()}),
        filas=filas,
        rechazadas={str(v.numero): v.texto for v in veredictos if v.suerte not in BUENAS},
        arreglos=lectura.arreglos,
        avisos=[*(str(p) for p in lectura.calendario.avisos), *_ausentes(entorno, lectura), *lectura.arreglos],
        taller=taller.carpeta.name,
        cambios=previa.cambios + 1 if lectura.anterior else 0,
        es_calendario=True,
        copia=previa.copia or libre.relative_to(entorno.buzon).as_posix(),
    )


def _ausentes(entorno: Entorno, lectura: LecturaDeCalendario) -> list[str]:
    return [
        f"la fila {ausente.fila} de antes ya no está, pero su publicación sigue programada para "
        f"{_para_cuando(entorno, ausente)}: «{ausente.texto[:60]}»."
        for ausente in lectura.parejas.ausentes
    ]


def _para_cuando(entorno: Entorno, ausente: Conocida) -> str:
    if ausente.hasta is not None:
        return f"la mejor hora, antes del {fecha_larga(ausente.hasta, entorno.reglas.zona)}"
    return f"el {fecha_larga(ausente.programada_en, entorno.reglas.zona)}"
