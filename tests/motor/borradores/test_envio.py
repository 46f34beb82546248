"""Mandar un borrador: una publicación, llegue las veces que llegue y por donde llegue."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from modelos import Borrador, Nombramiento, Perfil, Publicacion, Rol, Usuario
from motor.borradores import envio
from motor.borradores.contenido import Contenido, Cuando
from motor.borradores.envio import Enviado, NoSeEnvia, Remitente
from motor.borradores.guardado import guardar
from motor.entorno import Entorno
from motor.usuarios.permisos import Permisos

CLAVE = "clave-de-un-telefono"


@pytest.fixture
def quien(entorno: Entorno) -> Remitente:
    with entorno.base.escribir() as sesion:
        usuario = Usuario(correo="ana@sanjacinto.gob.mx", nombre="Ana", creado_en=entorno.reloj.ahora())
        sesion.add(usuario)
        sesion.flush()
        nombramiento = Nombramiento(usuario_id=usuario.id, rol=Rol.EDITOR)
        sesion.add(nombramiento)
    permisos = Permisos.de(usuario.id, [nombramiento])
    return Remitente(correo=usuario.correo, nombre=usuario.nombre, permisos=permisos)


def dejar(entorno: Entorno, quien: Remitente, **cambios: Any) -> None:
    contenido = Contenido(**{"texto": "Hola", "cuando": Cuando.YA, **cambios})
    with entorno.base.escribir() as sesion:
        guardar(
            sesion,
            contenido,
            clave=CLAVE,
            usuario_id=quien.permisos.usuario_id,
            revision=0,
            ahora=entorno.reloj.ahora(),
        )


def mandar(entorno: Entorno, quien: Remitente) -> Enviado:
    return envio.enviar(entorno, CLAVE, quien=quien, ahora=entorno.reloj.ahora(), asentar=lambda *_: None)


def publicaciones(entorno: Entorno) -> list[Publicacion]:
    with entorno.base.leer() as sesion:
        return list(sesion.exec(select(Publicacion)))


@pytest.mark.dos_bases
def test_diez_a_la_vez_son_una_publicacion(
    entorno: Entorno, quien: Remitente, perfil_de: Callable[..., Perfil]
) -> None:
    dejar(entorno, quien, perfiles=(perfil_de().id,))
    enviados: list[Enviado] = []
    salida = threading.Barrier(10)

    def uno() -> None:
        salida.wait()
        enviados.append(mandar(entorno, quien))

    hilos = [threading.Thread(target=uno) for _ in range(10)]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    (publicacion,) = publicaciones(entorno)
    assert {e.publicacion_id for e in enviados} == {publicacion.id}
    assert sum(not e.ya for e in enviados) == 1


def test_si_no_se_puede_no_queda_nada_a_medias(entorno: Entorno, quien: Remitente) -> None:
    dejar(entorno, quien)
    with pytest.raises(NoSeEnvia, match="no ha elegido en qué perfiles"):
        mandar(entorno, quien)
    with entorno.base.leer() as sesion:
        (borrador,) = sesion.exec(select(Borrador))
    assert (borrador.enviado_en, publicaciones(entorno)) == (None, [])


def test_sin_hueco_para_la_mejor_hora_se_dice_y_sigue_siendo_borrador(
    entorno: Entorno, quien: Remitente, perfil_de: Callable[..., Perfil]
) -> None:
    dejar(entorno, quien, perfiles=(perfil_de().id,), cuando=Cuando.MEJOR, ventana="ayer")
    with pytest.raises(NoSeEnvia):
        mandar(entorno, quien)
    assert publicaciones(entorno) == []


@pytest.mark.parametrize(
    ("cambios", "origen"), [({"texto": "Hola"}, "panel"), ({"prioridad": "alta", "etiquetas": "uno, #dos"}, "panel")]
)
def test_llega_como_lo_entenderia_la_carpeta(
    entorno: Entorno, quien: Remitente, perfil_de: Callable[..., Perfil], cambios: dict[str, Any], origen: str
) -> None:
    dejar(entorno, quien, perfiles=(perfil_de().id,), **cambios)
    mandar(entorno, quien)
    (publicacion,) = publicaciones(entorno)
    assert publicacion.origen == origen
    assert (publicacion.prioridad, publicacion.etiquetas) in [(0, []), (1, ["uno", "dos"])]
    assert len(publicacion.origen_huella) == 64
