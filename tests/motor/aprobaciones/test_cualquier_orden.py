"""Pase lo que pase y en el orden que pase: nada llega a la red sin que alguien haya aprobado exactamente eso.

Hypothesis baraja altas, cambios, firmas, negativas, veces que se suelta o se mueve por orden, flujos que nacen y se
apagan, filas y archivos tocados por fuera, muertes y arriendos. Tras cada paso se mira la red: cada texto que llegó,
o no exigía aprobación cuando se dio de alta, o alguien firmó ese mismo texto, viéndolo, antes de que saliera.
"""

import contextlib
import shutil
import tempfile
import uuid
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import update
from sqlmodel import col, select

from conectores import registro
from conectores.memoria.conector import red_en_memoria
from modelos import (
    Base,
    Entrega,
    Estado,
    EstadoDeSolicitud,
    Flujo,
    Nombramiento,
    Perfil,
    Publicacion,
    Rol,
    Solicitud,
    Usuario,
)
from modelos.estados import EN_VUELO
from motor.aprobaciones.alcance import alcanzar
from motor.aprobaciones.contenido import huella_de
from motor.aprobaciones.firmas import NoSePuedeFirmar, firmar
from motor.aprobaciones.flujo import Cuantos, Paso
from motor.aprobaciones.puerta import falta_aprobar
from motor.entorno import Entorno
from motor.publicacion import mando
from motor.publicacion.alta import NoEditable, actualizar
from motor.publicacion.reclamo import Reclamo
from motor.reglas import Reglas
from tests.conftest import RelojFijo, abrir_perfil
from tests.motor.oficina import HORA, MINUTO, SEGUNDO, MuereAqui, Oficina
from tests.servidores.postgresql import ServidorPostgreSQL

PERFILES = ("memoria", "dif")
cual = st.integers(0, 20)


class Aprobaciones(RuleBasedStateMachine):
    servidor: ServidorPostgreSQL | None = None
    plantilla: Path

    @initialize()
    def abrir(self) -> None:
        self.carpeta = Path(tempfile.mkdtemp(prefix="pregonero-aprobar-"))
        self.prestada = self.servidor.base() if self.servidor else None
        if self.prestada is None:
            shutil.copy(self.plantilla, self.carpeta / "azar.db")
        url = self.prestada.__enter__() if self.prestada else f"sqlite:///{self.carpeta / 'azar.db'}"
        self.base, self.reloj, nombre = Base(url), RelojFijo(), uuid.uuid4().hex
        self.red = red_en_memoria(nombre)
        self.red.ahora = self.reloj.ahora
        self.entorno = Entorno(
            base=self.base,
            reloj=self.reloj,
            reglas=Reglas(zona=ZoneInfo("America/Mexico_City"), separacion=SEGUNDO, coordinacion=("c@x.mx",)),
            buzon=self.carpeta,
            acervo=self.carpeta,
            trabajador="azar",
            abrir=abrir_perfil,
            capacidades_de=lambda red: registro.clase(red).capacidades,
            reconocer_red=registro.slug,
        )
        ahora = self.reloj.ahora()
        with self.base.escribir() as sesion:
            for perfil in PERFILES:
                sesion.add(Perfil(nombre=perfil, red="memoria", opciones={"red": nombre}, creado_en=ahora))
            self.gente = [Usuario(correo=f"{n}@x.mx", nombre=n, creado_en=ahora) for n in ("Ana", "Luis", "Eva")]
            sesion.add_all(self.gente)
            sesion.flush()
            for usuario in self.gente:
                sesion.add(Nombramiento(usuario_id=usuario.id, rol=Rol.COORDINADOR))
            ana, luis, _ = (u.id for u in self.gente)
            pasos = [Paso(aprobadores=(ana, luis), cuantos=Cuantos.TODOS), Paso()]
            filas = [([Paso()], ["prensa"]), (pasos, ["obra"])]
            for orden, (suyos, etiquetas) in enumerate(filas):
                sesion.add(
                    Flujo(
                        nombre=str(orden),
                        orden=orden,
                        condiciones={"etiquetas": etiquetas},
                        pasos=[p.en_datos() for p in suyos],
                        creado_en=ahora,
                        actualizado_en=ahora,
                    )
                )
        self.oficina = Oficina(self.entorno, self.reloj, self.red)
        self.reclamadas: list[Reclamo] = []
        self.numero = 0
        self.encendidas = {"prensa", "obra"}
        self.exigidos: set[str] = set()
        self.aprobados: dict[str, int] = {}  # de cada texto, cuántas veces se aprobó para salir en algún perfil
        self.miradas = 0

    # ── los sucesos ──

    @rule(
        etiqueta=st.sampled_from(["", "prensa", "obra"]),
        perfiles=st.sampled_from([("memoria",), PERFILES]),
        en_s=st.sampled_from([0, 0, 30]),
        autor=st.sampled_from(["", "eva@x.mx", "Ana"]),
    )
    def alta(self, etiqueta: str, perfiles: tuple[str, ...], en_s: int, autor: str) -> None:
        self.numero += 1
        texto = f"Aviso {self.numero}"
        etiquetas = (etiqueta,) if etiqueta else ()
        en = self.reloj.ahora() + en_s * SEGUNDO
        self.oficina.programar(texto, perfiles=perfiles, etiquetas=etiquetas, programada_en=en, autor=autor)
        if etiqueta in self.encendidas:
            self.exigidos.add(texto)

    @rule(cual=cual, mismo=st.booleans(), etiqueta=st.sampled_from(["", "prensa"]))
    def la_cambian(self, cual: int, mismo: bool, etiqueta: str) -> None:
        """El mismo texto a otra hora, o otro; con etiqueta o sin ella. Lo que exigía, sigue exigiendo."""
        if (entrega := self._una(cual)) is None:
            return
        with self.base.leer() as sesion:
            publicacion = sesion.get_one(Publicacion, entrega.publicacion_id)
            antes = [e.texto for e in sesion.exec(select(Entrega).where(Entrega.publicacion_id == publicacion.id))]
            nombre = sesion.get_one(Perfil, entrega.perfil_id).nombre
        self.numero += not mismo
        texto = publicacion.texto if mismo else f"Aviso {self.numero}"
        en = self.reloj.ahora() + 10 * SEGUNDO
        propuesta = self.oficina.proponer(
            texto, perfiles=(nombre,), programada_en=en, etiquetas=(etiqueta,) if etiqueta else ()
        )
        with contextlib.suppress(NoEditable), self.base.escribir() as sesion:
            suya = sesion.get_one(Publicacion, publicacion.id)
            actualizar(sesion, self.entorno, suya, propuesta, ahora=self.reloj.ahora())
            if etiqueta or (entrega.exige_aprobacion and set(antes) & self.exigidos):
                self.exigidos.add(texto)

    @rule(cual=cual, quien=st.integers(0, 2), aprueba=st.sampled_from([True, True, True, False]), vieja=st.booleans())
    def firman(self, cual: int, quien: int, aprueba: bool, vieja: bool) -> None:
        """vieja: firmar una que ya se anuló, con lo que se veía entonces."""
        with self.base.leer() as sesion:
            estados = list(EstadoDeSolicitud) if vieja else [EstadoDeSolicitud.PENDIENTE]
            todas = list(
                sesion.exec(select(Solicitud).where(col(Solicitud.estado).in_(estados)).order_by(Solicitud.id))
            )
            if not todas:
                return
            suya = todas[cual % len(todas)]
            ids = list(map(int, suya.alcance))
            textos = list(sesion.exec(select(Entrega.texto).where(col(Entrega.id).in_(ids))))
        try:
            with self.base.escribir() as sesion:
                caso = firmar(
                    sesion,
                    self.entorno,
                    suya.id,
                    self.gente[quien],
                    aprueba=aprueba,
                    vista=huella_de(suya.alcance),
                    comentario="" if aprueba else "No.",
                    ahora=self.reloj.ahora(),
                )
        except NoSePuedeFirmar:
            return
        if caso.solicitud.estado is EstadoDeSolicitud.APROBADA:
            for texto in textos:
                self.aprobados[texto] = self.aprobados.get(texto, 0) + 1

    @rule(y_luego=st.sampled_from(["nada", "la tocan", "publicar"]), cual=cual)
    def firman_todos_todo(self, y_luego: str, cual: int) -> None:
        """Para que las historias lleguen lejos: lo que espera se aprueba, y quizá justo entonces alguien la toca."""
        for n in range(12):
            self.firman(cual=0, quien=n % 3, aprueba=True, vieja=False)
        if y_luego == "la tocan":
            aprobadas = [e for e in self._todas() if e.exige_aprobacion and e.estado is Estado.PROGRAMADA]
            self._cambiarle_el_texto(aprobadas[cual % len(aprobadas)] if aprobadas else None)
        if y_luego != "nada":
            self.oficina.publicar()

    @rule(cual=cual, que=st.sampled_from(["soltar", "retener", "cancelar", "reprogramar", "reintentar", "resolver"]))
    def por_orden(self, cual: int, que: str) -> None:
        if (entrega := self._una(cual)) is None:
            return
        ahora = self.reloj.ahora()
        como = {"autor": "orden", "ahora": ahora}
        with contextlib.suppress(mando.NoSePuede), self.base.escribir() as sesion:
            suya = sesion.get_one(Entrega, entrega.id)
            match que:
                case "reprogramar":
                    mando.reprogramar(sesion, self.entorno, suya, ahora + 5 * SEGUNDO, **como)  # type: ignore[arg-type]
                case "resolver":
                    mando.resolver(sesion, suya, mando.Respuesta.NO_SALIO, **como)  # type: ignore[arg-type]
                case _:
                    getattr(mando, que)(sesion, suya, **como)

    @rule(cual=cual)
    def alguien_la_suelta_por_fuera(self, cual: int) -> None:
        """Un error nuestro, o alguien en la base: la pone a salir, pero no puede inventar la aprobación."""
        entrega = self._una(cual)
        if entrega is not None and entrega.estado is Estado.RETENIDA:
            with self.base.escribir() as sesion:
                sesion.execute(
                    update(Entrega)
                    .where(col(Entrega.id) == entrega.id)
                    .values(estado=Estado.PROGRAMADA, despertar_en=self.reloj.ahora(), aprobada_tarde=True)
                )

    @rule(cual=cual)
    def alguien_le_cambia_el_texto_por_fuera(self, cual: int) -> None:
        self._cambiarle_el_texto(self._una(cual))

    def _cambiarle_el_texto(self, entrega: Entrega | None) -> None:
        if entrega is not None and entrega.exige_aprobacion and entrega.estado not in EN_VUELO:
            self.numero += 1
            self.exigidos.add(f"Colado {self.numero}")
            with self.base.escribir() as sesion:
                suya = update(Entrega).where(col(Entrega.id) == entrega.id, col(Entrega.estado) == entrega.estado)
                sesion.execute(suya.values(texto=f"Colado {self.numero}"))

    @rule(cual=st.integers(0, 1), activo=st.booleans(), tambien=st.booleans())
    def el_flujo_se_apaga_o_alcanza(self, cual: int, activo: bool, tambien: bool) -> None:
        with self.base.escribir() as sesion:
            flujo = sesion.exec(select(Flujo).order_by(Flujo.orden)).all()[cual]
            flujo.activo = tambien or activo or cual == 0
            etiqueta = ("prensa", "obra")[cual]
            self.encendidas = self.encendidas | {etiqueta} if flujo.activo else self.encendidas - {etiqueta}
        if tambien:
            alcanzar(self.entorno, flujo)
            with self.base.leer() as sesion:
                self.exigidos |= set(sesion.exec(select(Entrega.texto).where(col(Entrega.exige_aprobacion))))

    @rule()
    def publicar(self) -> None:
        self.oficina.publicar()

    @rule()
    def reclamar_y_callar(self) -> None:
        self.reclamadas += self.oficina.reclamar()

    @rule()
    def seguir_con_lo_reclamado(self) -> None:
        for reclamo in self.reclamadas:
            self.oficina.despacho.procesar(reclamo)
        self.reclamadas.clear()

    @rule()
    def morir_tras_publicar(self) -> None:
        def morir(_perfil: str) -> None:
            raise MuereAqui

        self.red.al_publicar = morir
        for reclamo in self.oficina.reclamar():
            with contextlib.suppress(MuereAqui):
                self.oficina.despacho.procesar(reclamo)
        self.red.al_publicar = None

    @rule(solos=st.booleans())
    def barrer(self, solos: bool) -> None:
        if solos:
            self.reclamadas.clear()
        self.oficina.barrer(solos=solos)
        self.oficina.vencer()
        self.oficina.mirar()

    @rule(s=st.sampled_from([1, 10, 61, 4000]))
    def pasa_el_tiempo(self, s: int) -> None:
        self.reloj.avanzar(s * SEGUNDO)

    # ── lo que nunca deja de ser verdad ──

    @invariant()
    def a_la_red_solo_llega_lo_aprobado(self) -> None:
        for visto in self.red.vistas[self.miradas :]:
            if visto.texto in self.exigidos:
                assert self.aprobados.get(visto.texto), f"Salió «{visto.texto}» y nadie lo aprobó."
        self.miradas = len(self.red.vistas)

    @invariant()
    def lo_que_esta_en_vuelo_esta_aprobado(self) -> None:
        with self.base.leer() as sesion:
            en_vuelo = sesion.exec(select(Entrega).where(col(Entrega.estado).in_(EN_VUELO))).all()
        assert [e.id for e in en_vuelo if falta_aprobar(e)] == []

    @invariant()
    def lo_que_espera_tiene_a_quien_pedirselo(self) -> None:
        """Toda retenida por aprobar está en una solicitud que no se anuló."""
        with self.base.leer() as sesion:
            retenidas = sesion.exec(select(Entrega).where(Entrega.estado == Estado.RETENIDA)).all()
            vivas = sesion.exec(select(Solicitud).where(Solicitud.estado != EstadoDeSolicitud.ANULADA)).all()
        pedidas = {int(e) for s in vivas for e in s.alcance}
        assert [e.id for e in retenidas if falta_aprobar(e) and e.id not in pedidas] == []

    def teardown(self) -> None:
        if not hasattr(self, "oficina"):
            return
        try:
            self.oficina.pasar(HORA, tick=20 * MINUTO)
            self.a_la_red_solo_llega_lo_aprobado()
        finally:
            self.base.cerrar()
            if self.prestada:
                self.prestada.__exit__(None, None, None)
            shutil.rmtree(self.carpeta, ignore_errors=True)

    def _todas(self) -> list[Entrega]:
        with self.base.leer() as sesion:
            return list(sesion.exec(select(Entrega).order_by(col(Entrega.id))))

    def _una(self, cual: int) -> Entrega | None:
        todas = self._todas()
        return todas[cual % len(todas)] if todas else None


def ajustes(ejemplos: int, pasos: int) -> settings:
    return settings(
        max_examples=ejemplos,
        stateful_step_count=pasos,
        deadline=None,
        derandomize=True,
        print_blob=False,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def test_en_sqlite(plantilla_sqlite: Path) -> None:
    class EnSQLite(Aprobaciones):
        plantilla = plantilla_sqlite

    run_state_machine_as_test(EnSQLite, settings=ajustes(12, 30))


@pytest.mark.servidor
def test_en_postgresql(servidor_postgresql: ServidorPostgreSQL) -> None:
    class EnPostgreSQL(Aprobaciones):
        servidor = servidor_postgresql

    run_state_machine_as_test(EnPostgreSQL, settings=ajustes(3, 20))
