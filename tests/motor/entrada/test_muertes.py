"""Morir en cualquier línea, y que otro proceso lo termine: ni se pierde ni se repite."""

import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

from modelos import Recepcion, Veredicto
from motor.entrada.colocar.traslado import mover, tomar
from motor.entrada.contar.actas import acta_de
from motor.entrada.mirar.inventario import Clase
from motor.entrada.mirar.unidades import Miembro, Unidad
from motor.entrada.recorrido import Recorrido

from ..acervo.fotos import bytes_de, foto

TEXTO = "---\nfecha: 2026-11-23 9:00\nimagen: plaza.jpg\n---\nVen."


def soltar_con_foto(carpeta):
    carpeta.soltar("plaza.jpg", bytes_de(foto()))
    carpeta.soltar("aviso.md", TEXTO)


def al_volver(carpeta):
    """Otro proceso, con la memoria vacía."""
    carpeta.recorrido = Recorrido(carpeta.entorno)
    carpeta.recorrido.recorrer()
    return carpeta.esperar()


def todo_en_su_sitio(carpeta):
    assert carpeta.hay("entrada") == []
    assert carpeta.hay("procesando") == ["aviso.md", "aviso.md.estado.txt", "plaza.jpg"]
    assert len(carpeta.publicaciones()) == 1
    assert not list((carpeta.buzon / "procesando").glob(".tomando-*"))


def unidad_de(carpeta, nombre="aviso.md", *medios):
    miembros = tuple(Miembro(carpeta.entrada / n, n) for n in (*medios, nombre))
    return Unidad(nombre, Clase.TEXTO, nombre, miembros, carpeta.entorno.reloj.ahora())


def test_muerto_con_el_taller_lleno_y_sin_registrar(carpeta):
    soltar_con_foto(carpeta)
    tomar(carpeta.buzon, unidad_de(carpeta, "aviso.md", "plaza.jpg"))
    assert carpeta.hay("entrada") == []
    al_volver(carpeta)
    todo_en_su_sitio(carpeta)


def test_muerto_a_medio_tomar(carpeta):
    soltar_con_foto(carpeta)
    tomar(carpeta.buzon, unidad_de(carpeta, "plaza.jpg"))
    assert carpeta.hay("entrada") == ["aviso.md"]
    al_volver(carpeta)
    todo_en_su_sitio(carpeta)


def test_muerto_recien_registrado_y_sin_colocar(carpeta):
    soltar_con_foto(carpeta)
    carpeta.esperar()
    acta = acta_de(carpeta.recepciones()[0])
    procesando = carpeta.buzon / "procesando"
    (procesando / acta.taller).mkdir()
    for nombre in ("aviso.md", "plaza.jpg"):
        mover(procesando / nombre, procesando / acta.taller / nombre)
    (procesando / "aviso.md.estado.txt").unlink()
    assert not al_volver(carpeta).hubo_algo
    todo_en_su_sitio(carpeta)


def test_muerto_a_medio_cambiar_de_version(carpeta):
    soltar_con_foto(carpeta)
    carpeta.esperar()
    carpeta.soltar("aviso.md", TEXTO + " Corregido.")
    carpeta.esperar()
    acta = acta_de(carpeta.recepciones()[0])
    procesando = carpeta.buzon / "procesando"
    (procesando / acta.taller).mkdir()
    mover(procesando / "aviso.md", procesando / acta.taller / "aviso.md")
    mover(procesando / "aviso (versión anterior 1).md", procesando / "aviso.md")
    assert not al_volver(carpeta).hubo_algo
    assert "Corregido" in carpeta.nota("procesando/aviso.md")
    assert "Corregido" not in carpeta.nota("procesando/aviso (versión anterior 1).md")
    assert len(carpeta.publicaciones()) == 1


def test_muerto_a_medio_cerrar(carpeta):
    soltar_con_foto(carpeta)
    carpeta.esperar()
    carpeta.publicar()
    carpeta.recorrido.recorrer()
    with carpeta.entorno.base.escribir() as sesion:
        recepcion = sesion.get_one(Recepcion, carpeta.recepciones()[0].id)
        acta = acta_de(recepcion)
        acta.rutas = {nombre: f"procesando/{nombre}" for nombre in acta.cierre}
        recepcion.veredicto, recepcion.detalle = Veredicto.EN_CURSO, acta.en_texto()
        sesion.add(recepcion)
    mover(carpeta.buzon / "publicadas/aviso.md", carpeta.buzon / "procesando/aviso.md")
    al_volver(carpeta)
    assert carpeta.hay("procesando") == []
    assert carpeta.hay("publicadas") == ["aviso.md", "aviso.md.resultado.txt", "plaza.jpg"]
    assert carpeta.recepciones()[0].veredicto is Veredicto.PUBLICADO


def test_mientras_estuvo_muerto_llego_una_version_nueva(carpeta):
    soltar_con_foto(carpeta)
    tomar(carpeta.buzon, unidad_de(carpeta))
    carpeta.soltar("aviso.md", TEXTO + " Corregido.")
    assert al_volver(carpeta).aceptadas == ["aviso.md"]
    assert [p.texto for p in carpeta.publicaciones()] == ["Ven. Corregido."]
    assert "Llegó otro con el mismo nombre" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


def test_lo_puesto_a_mano_en_procesando_se_lee(carpeta):
    (carpeta.buzon / "procesando/aviso.md").write_text("---\nfecha: 2026-11-23 9:00\n---\nHola")
    assert al_volver(carpeta).aceptadas == ["aviso.md"]


def test_si_la_base_no_contesta_se_espera_y_no_se_rechaza(carpeta, caplog):
    soltar_con_foto(carpeta)
    carpeta.recorrido.recorrer()
    carpeta.entorno.reloj.avanzar(timedelta(seconds=2))
    with carpeta.entorno.base.motor.connect() as conexion:
        conexion.exec_driver_sql("ALTER TABLE publicacion RENAME TO perdida")
        conexion.commit()
    for _ in range(3):
        resumen = carpeta.recorrido.recorrer()
        assert resumen.problema == "OperationalError"
        assert not resumen.hubo_algo
    assert caplog.text.count("No se puede recorrer la carpeta") == 1, "se dice una vez"
    with carpeta.entorno.base.motor.connect() as conexion:
        conexion.exec_driver_sql("ALTER TABLE perdida RENAME TO publicacion")
        conexion.commit()
    carpeta.esperar()
    carpeta.esperar()
    todo_en_su_sitio(carpeta)


GUION = """
import sys, threading, os, signal, random
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo
from conectores import registro
from conectores.contrato import Acceso
from modelos import Base
from motor.entorno import Entorno
from motor.entrada.mirar.inventario import Clase
from motor.entrada.recorrido import Recorrido
from motor.reglas import Reglas
from motor.reloj import RelojReal

raiz, espera_s = Path(sys.argv[1]), float(sys.argv[2])
entorno = Entorno(
    base=Base(f"sqlite:///{raiz / 'pregonero.db'}"),
    reloj=RelojReal(), reglas=Reglas(zona=ZoneInfo("America/Mexico_City")),
    buzon=raiz / "buzon", acervo=raiz / "acervo", trabajador="hijo",
    abrir=lambda p: registro.abrir(p.red, Acceso(perfil=p.nombre)),
    capacidades_de=lambda red: registro.clase(red).capacidades, reconocer_red=registro.slug,
)
recorrido = Recorrido(entorno, reposo=timedelta(0))
print("listo", flush=True)
if espera_s:
    threading.Timer(espera_s, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
    while True:
        recorrido.recorrer()
for _ in range(4):
    recorrido.recorrer()
"""


def test_matar_el_proceso_en_cualquier_momento_no_pierde_ni_repite(carpeta):
    raiz = carpeta.buzon.parent
    cuantos = 12
    for n in range(cuantos):
        carpeta.soltar(f"foto{n}.jpg", bytes_de(foto(200 + n, 200)))
        carpeta.soltar(f"aviso{n}.md", f"---\nfecha: 2031-01-01 9:00\nimagen: foto{n}.jpg\n---\nAviso {n}.")
    guion = raiz / "guion.py"
    guion.write_text(textwrap.dedent(GUION))
    entorno = os.environ | {"PYTHONPATH": str(Path.cwd())}
    for vida in range(7):
        plazo = 0.02 + 0.05 * (vida * 3 % 11)
        orden = [sys.executable, str(guion), str(raiz), str(plazo)]
        muerto = subprocess.run(orden, env=entorno, capture_output=True, timeout=60)
        assert muerto.returncode == -signal.SIGKILL, muerto.stderr.decode()
    final = subprocess.run([sys.executable, str(guion), str(raiz), "0"], env=entorno, capture_output=True, timeout=60)
    assert final.returncode == 0, final.stderr.decode()
    textos = sorted(p.texto for p in carpeta.publicaciones())
    assert textos == sorted(f"Aviso {n}." for n in range(cuantos))
    archivos = [n for n in carpeta.hay("procesando") if not n.endswith(".estado.txt")]
    assert sorted(archivos) == sorted(n for i in range(cuantos) for n in (f"aviso{i}.md", f"foto{i}.jpg"))
    assert len([n for n in carpeta.hay("procesando") if n.endswith(".estado.txt")]) == cuantos
    assert carpeta.hay("rechazadas") == []
