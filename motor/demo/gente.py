"""La gente de la oficina de San Jacinto: una persona por rol, quién aprueba qué, y lo que dejaron a medias."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import select

from modelos import Perfil, Publicacion, Rol, Usuario
from motor.aprobaciones.comentarios import comentar
from motor.aprobaciones.edicion import FlujoPedido, guardar
from motor.aprobaciones.flujo import Condiciones, Paso
from motor.borradores.contenido import Contenido
from motor.borradores.guardado import guardar as guardar_borrador
from motor.entorno import Entorno
from motor.usuarios import cuentas, enlaces
from motor.usuarios.cuentas import Cargo
from motor.usuarios.enlaces import Para


@dataclass(frozen=True, slots=True)
class Persona:
    nombre: str
    rol: Rol
    hace: str

    @property
    def correo(self) -> str:
        return f"{self.nombre.split()[0].lower().replace('ó', 'o').replace('á', 'a')}@sanjacinto.gob.mx"


EDITORA = Persona("Mariana Solís", Rol.EDITOR, "escribe y programa")
OBRAS = Persona("Óscar Peña", Rol.EDITOR, "escribe por Obras y Protección Civil")
COORDINADORA = Persona("Carmen Aguilar", Rol.COORDINADOR, "coordina, aprueba y atiende las alertas")
SUPLENTE = Persona("Rosa Núñez", Rol.APROBADOR, "aprueba cuando Carmen no está")
GENTE = (
    COORDINADORA,
    EDITORA,
    OBRAS,
    SUPLENTE,
    Persona("Tomas Ibarra", Rol.AGENTE, "atiende a la gente"),
    Persona("Lucia Vargas", Rol.LECTOR, "mira, desde Presidencia"),
    Persona("Julian Robles", Rol.ADMINISTRADOR, "cuida el servidor"),
)


def llegar(entorno: Entorno) -> Mapping[str, int]:
    """Abrirles cuenta y componer quién aprueba qué; el id de cada una, por su nombre."""
    ahora = entorno.reloj.ahora()
    with entorno.base.escribir() as sesion:
        ids = {p.nombre: cuentas.crear(sesion, p.correo, p.nombre, [Cargo(p.rol)], ahora=ahora).id for p in GENTE}
        paso = Paso(
            nombre="Coordinación",
            aprobadores=(ids[COORDINADORA.nombre],),
            suplentes=(ids[SUPLENTE.nombre],),
            suplentes_tras_h=4,
        )
        pedido = FlujoPedido(
            nombre="Protección Civil y gobierno",
            condiciones=Condiciones(etiquetas=("protección civil", "gobierno")),
            pasos=(paso,),
        )
        guardar(sesion, None, pedido, ahora=ahora)
    return ids


def dejar_a_medias(entorno: Entorno, ids: Mapping[str, int]) -> None:
    """Un comentario en lo que espera aprobación, y un borrador sin acabar."""
    ahora = entorno.reloj.ahora()
    with entorno.base.escribir() as sesion:
        avance = sesion.exec(select(Publicacion).where(Publicacion.texto.startswith("Avance de la limpieza"))).one()
        dicho = "¿Seguro que el paso se abre a las 10:00? Obras me dijo que a las 11:00."
        comentar(sesion, avance, sesion.get_one(Usuario, ids[COORDINADORA.nombre]), dicho, ahora=ahora)
        perfiles = sesion.exec(select(Perfil).order_by(Perfil.nombre)).all()
        contenido = Contenido(
            texto="Posada popular el 18 de diciembre en la plaza: piñatas, aguinaldos y ponche. Falta",
            perfiles=tuple(p.id for p in perfiles[:2]),
        )
        guardar_borrador(
            sesion, contenido, clave="posada-a-medias", usuario_id=ids[EDITORA.nombre], revision=0, ahora=ahora
        )


def enlaces_de_cada_una(entorno: Entorno, ids: Mapping[str, int]) -> list[tuple[Persona, str]]:
    """El camino de un solo uso con que entra cada persona, sin repetir rol."""
    ahora = entorno.reloj.ahora()
    with entorno.base.escribir() as sesion:
        return [(p, enlaces.crear(sesion, ids[p.nombre], Para.ENTRAR, ahora=ahora)) for p in GENTE if p is not OBRAS]
