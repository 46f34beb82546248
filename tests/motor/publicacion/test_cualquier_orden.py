"""Pase lo que pase y en el orden que pase: nada sale dos veces y nada se pierde.

Hypothesis baraja los sucesos de la vida de una oficina (reclamar, morir en cualquier línea, respuestas perdidas o
tardías, arriendos que vencen, miradas, cancelaciones, cambios de hora) y comprueba tras cada uno lo que nunca debe
dejar de ser verdad. Al final la red se porta bien un rato, y todo debe quedar en un estado final o ante una persona.
"""

import shutil
import tempfile
import uuid
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from conectores import registro
from conectores.contrato import (
    ErrorDeContenido,
    ErrorDePerfil,
    ErrorDuplicado,
    ErrorIncierto,
    ErrorTransitorio,
    Publicado,
)
from conectores.memoria.conector import red_en_memoria
from modelos import Base, Entrega, Estado, Evento, Perfil, Publicacion
from modelos.estados import EN_VUELO, TERMINALES, puede_pasar
from motor.entorno import Entorno
from motor.publicacion.alta import NoEditable, actualizar
from motor.publicacion.conciliacion import apartar_dudas
from motor.publicacion.envio import Trabajo, anotar_publicada
from motor.publicacion.reclamo import Reclamo
from motor.publicacion.transiciones import transitar
from motor.reglas import Reglas
from motor.vigilancia import comprobar
from tests.conftest import RelojFijo, abrir_perfil
from tests.motor.oficina import MINUTO, SEGUNDO, MuereAqui, Oficina
from tests.servidores.postgresql import ServidorPostgreSQL

PERFILES = ("memoria", "dif")
TEXTOS = ("Corte de agua", "Feria del libro")  # pocos: que haya gemelas
FALLAS = {
    "perdida": (lambda: ErrorIncierto("Se cortó."), True),
    "cortada": (lambda: ErrorIncierto("Se cortó."), False),
    "rechazada": (lambda: ErrorDeContenido("No se admite."), False),
    "despacio": (lambda: ErrorTransitorio("429", espera=30 * SEGUNDO, de_perfil=True), False),
    "sin red": (lambda: ErrorTransitorio("Sin ruta."), False),
    "sin token": (lambda: ErrorDePerfil("Venció."), False),
    "duplicada": (lambda: ErrorDuplicado("Ya está."), False),
    "rara": (lambda: RuntimeError("un conector defectuoso"), True),
}


class Azares(RuleBasedStateMachine):
    """Los sucesos y lo que nunca debe dejar de ser verdad. `abrir_base` y `plantilla` los pone cada prueba."""

    servidor: ServidorPostgreSQL | None = None
    plantilla: Path

    @initialize()
    def abrir(self) -> None:
        self.carpeta = Path(tempfile.mkdtemp(prefix="pregonero-azar-"))
        self.prestada = self.servidor.base() if self.servidor else None
        if self.prestada is None:
            shutil.copy(self.plantilla, self.carpeta / "azar.db")
        url = self.prestada.__enter__() if self.prestada else f"sqlite:///{self.carpeta / 'azar.db'}"
        self.base, self.reloj, nombre = Base(url), RelojFijo(), uuid.uuid4().hex
        self.red = red_en_memoria(nombre)
        self.red.ahora = self.reloj.ahora
        entorno = Entorno(
            base=self.base,
            reloj=self.reloj,
            reglas=Reglas(zona=ZoneInfo("America/Mexico_City"), separacion=2 * SEGUNDO, coordinacion=("c@x.mx",)),
            buzon=self.carpeta,
            acervo=self.carpeta,
            trabajador="azar",
            abrir=abrir_perfil,
            capacidades_de=lambda red: registro.clase(red).capacidades,
            reconocer_red=registro.slug,
        )
        with self.base.escribir() as sesion:
            for perfil in PERFILES:
                fila = {"nombre": perfil, "red": "memoria", "opciones": {"red": nombre}}
                sesion.add(Perfil(**fila, creado_en=self.reloj.ahora()))
        self.oficina = Oficina(entorno, self.reloj, self.red)
        self.viejas: list[Trabajo] = []
        self.reclamadas: list[Reclamo] = []

    # ── los sucesos ──

    @rule(texto=st.sampled_from(TEXTOS), perfil=st.sampled_from(PERFILES), en_s=st.sampled_from([0, 0, 30]))
    def programar(self, texto: str, perfil: str, en_s: int) -> None:
        self.oficina.programar(texto, perfiles=(perfil,), programada_en=self.reloj.ahora() + en_s * SEGUNDO)

    @rule(que=st.sampled_from(sorted(FALLAS)))
    def la_red_falla_la_proxima(self, que: str) -> None:
        error, acepta = FALLAS[que]
        self.red.fallar(error(), acepta=acepta)  # type: ignore[arg-type] # también lo que no es un veredicto

    @rule()
    def publicar(self) -> None:
        self.oficina.publicar()

    @rule()
    def reclamar_y_callar(self) -> None:
        """Reclamar y quedarse quieto: lo llevará después, quizá cuando su arriendo ya no valga."""
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
            try:
                self.oficina.despacho.procesar(reclamo)
            except MuereAqui:
                self._recordar(reclamo)
        self.red.al_publicar = None

    def _recordar(self, reclamo: Reclamo) -> None:
        with self.base.leer() as sesion:
            entrega = sesion.get(Entrega, reclamo.entrega_id)
            assert entrega is not None
            perfil = sesion.get(Perfil, entrega.perfil_id)
            assert perfil is not None
        self.viejas.append(Trabajo(reclamo, entrega, perfil, dudoso=False))

    @rule()
    def la_respuesta_llega_tarde(self) -> None:
        """Lo que la red aceptó de un muerto: alguien (un congelado que despierta) trae por fin su identificador."""
        for trabajo in self.viejas:
            de_la_red = [v for v in self.red.vistas if v.clave == trabajo.entrega.clave]
            for visto in de_la_red[:1]:
                anotar_publicada(self.oficina.entorno, trabajo, Publicado(visto.id))
        self.viejas.clear()

    @rule(solos=st.booleans())
    def barrer(self, solos: bool) -> None:
        if solos:  # arrancó de nuevo: lo que estaba en manos del anterior murió con él
            self.reclamadas.clear()
        self.oficina.barrer(solos=solos)

    @rule()
    def vencer(self) -> None:
        self.oficina.vencer()

    @rule()
    def mirar(self) -> None:
        self.oficina.mirar()

    @rule()
    def apartar_una_duda_y_morir(self) -> None:
        apartar_dudas(self.oficina.entorno, limite=1)

    @rule(s=st.sampled_from([1, 5, 20, 61, 600]))
    def pasa_el_tiempo(self, s: int) -> None:
        self.reloj.avanzar(s * SEGUNDO)

    @rule()
    def alguien_arregla_los_perfiles(self) -> None:
        for perfil in PERFILES:
            comprobar(self.oficina.entorno, self.oficina.perfil(perfil))

    @rule(cual=st.integers(0, 20), a=st.sampled_from([Estado.CANCELADA, Estado.RETENIDA, Estado.PROGRAMADA]))
    def una_persona_la_mueve(self, cual: int, a: Estado) -> None:
        entregas = self._entregas()
        if not entregas:
            return
        entrega = entregas[cual % len(entregas)]
        de_persona = {Estado.PROGRAMADA, Estado.RETENIDA, Estado.FALLIDA, Estado.CANCELADA, Estado.VENCIDA}
        if entrega.estado in de_persona and entrega.estado is not a and puede_pasar(entrega.estado, a):
            with self.base.escribir() as sesion:
                ahora = self.reloj.ahora()
                transitar(sesion, entrega.id, de={entrega.estado}, a=a, ahora=ahora, accion="a_mano", autor="ana")

    @rule(cual=st.integers(0, 20), texto=st.sampled_from(TEXTOS))
    def el_editor_la_cambia(self, cual: int, texto: str) -> None:
        entregas = self._entregas()
        if not entregas:
            return
        entrega = entregas[cual % len(entregas)]
        with self.base.leer() as sesion:
            publicacion = sesion.get(Publicacion, entrega.publicacion_id)
            perfil = sesion.get(Perfil, entrega.perfil_id)
        assert publicacion is not None
        assert perfil is not None
        propuesta = self.oficina.proponer(texto, perfiles=(perfil.nombre,))
        try:
            with self.base.escribir() as sesion:
                actualizar(sesion, self.oficina.entorno, publicacion, propuesta, ahora=self.reloj.ahora())
        except NoEditable:
            assert entrega.estado not in {Estado.PROGRAMADA, Estado.RETENIDA}

    # ── lo que nunca deja de ser verdad ──

    @invariant()
    def ninguna_sale_dos_veces(self) -> None:
        """La clave viaja en cada intento y cambia sólo al editar: dos aceptadas con la misma son una repetida."""
        claves = Counter(v.clave for v in self.red.vistas)
        assert [c for c, veces in claves.items() if veces > 1] == []

    @invariant()
    def dos_entregas_no_comparten_publicacion(self) -> None:
        ids = Counter((e.perfil_id, e.id_externo) for e in self._entregas() if e.id_externo)
        assert not ids or max(ids.values()) == 1

    @invariant()
    def en_cada_perfil_hay_a_lo_mas_una_en_vuelo(self) -> None:
        en_vuelo = Counter(e.perfil_id for e in self._entregas() if e.estado in EN_VUELO)
        assert not en_vuelo or max(en_vuelo.values()) == 1

    @invariant()
    def lo_publicado_esta_en_la_red_con_su_texto(self) -> None:
        vistas = {v.id: v.texto for v in self.red.vistas}
        for entrega in self._entregas():
            if entrega.estado is Estado.PUBLICADA:
                assert vistas[str(entrega.id_externo)] == entrega.texto

    @invariant()
    def quien_pregunta_ya_escribio_su_correo(self) -> None:
        por_decidir = [e for e in self._entregas() if e.estado is Estado.POR_DECIDIR]
        asuntos = " ".join(self.oficina.asuntos()) if por_decidir else ""
        assert all(f" {e.id} " in asuntos for e in por_decidir)

    # ── el final ──

    def teardown(self) -> None:
        if not hasattr(self, "oficina"):
            return
        try:
            self._acabar_bien()
        finally:
            self.base.cerrar()
            if self.prestada:
                self.prestada.__exit__(None, None, None)
            shutil.rmtree(self.carpeta, ignore_errors=True)

    def _acabar_bien(self) -> None:
        self.red._fallas.clear()
        self.reclamadas.clear()
        for _ in range(6):
            self.alguien_arregla_los_perfiles()
            self.oficina.pasar(20 * MINUTO, tick=5 * MINUTO)
        vivas = [e for e in self._entregas() if e.estado not in TERMINALES | {Estado.POR_DECIDIR, Estado.RETENIDA}]
        frenadas = {e.huella for e in self._entregas() if e.estado is Estado.POR_DECIDIR}
        assert [e.estado for e in vivas if e.huella not in frenadas] == []
        self._cuadrar()

    def _cuadrar(self) -> None:
        """Lo que está en la red es de una entrega publicada, o de una por decidir; o alguien lo canceló a medias."""
        suyas = {e.id_externo for e in self._entregas()}
        con_clave = {e.clave: e for e in self._entregas()}
        for visto in self.red.vistas:
            entrega = con_clave.get(visto.clave)
            if visto.id not in suyas and entrega is not None:
                assert entrega.estado is Estado.POR_DECIDIR, (visto, entrega.estado, self._historia(entrega))

    def _historia(self, entrega: Entrega) -> list[str]:
        with self.base.leer() as sesion:
            return [e.accion for e in sesion.exec(select(Evento).where(Evento.entrega_id == entrega.id))]

    def _entregas(self) -> list[Entrega]:
        with self.base.leer() as sesion:
            return list(sesion.exec(select(Entrega)))


def ajustes(ejemplos: int, pasos: int) -> settings:
    return settings(
        max_examples=ejemplos,
        stateful_step_count=pasos,
        deadline=None,
        derandomize=True,
        print_blob=False,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def test_en_sqlite(plantilla_sqlite: Path) -> None:
    class EnSQLite(Azares):
        plantilla = plantilla_sqlite

    run_state_machine_as_test(EnSQLite, settings=ajustes(10, 25))


@pytest.mark.servidor
def test_en_postgresql(servidor_postgresql: ServidorPostgreSQL) -> None:
    class EnPostgreSQL(Azares):
        servidor = servidor_postgresql

    run_state_machine_as_test(EnPostgreSQL, settings=ajustes(3, 20))
