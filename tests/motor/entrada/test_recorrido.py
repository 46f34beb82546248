"""Soltar archivos y ver qué es de ellos. «Ahora» es el domingo 22 de noviembre de 2026, 9:00."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conectores.contrato import Problema
from modelos import Estado, Veredicto
from motor.entrada.recorrido import Recorrido

from ..acervo.fotos import bytes_de, exif_con_gps, foto

MANANA = "---\nfecha: 23 de noviembre de 2026, 9:00\n---\n"


@pytest.mark.dos_bases
def test_un_texto_se_toma_cuando_dos_miradas_lo_ven_igual(carpeta):
    carpeta.soltar("aviso.md", MANANA + "Mañana no habrá agua.")
    assert not carpeta.recorrido.recorrer().hubo_algo, "la primera mirada sólo toma nota"
    carpeta.entorno.reloj.avanzar(timedelta(seconds=1))
    assert not carpeta.recorrido.recorrer().hubo_algo, "todavía no ha reposado"
    carpeta.entorno.reloj.avanzar(timedelta(seconds=1))
    assert carpeta.recorrido.recorrer().aceptadas == ["aviso.md"]
    (publicacion,) = carpeta.publicaciones()
    assert (publicacion.texto, publicacion.origen, publicacion.origen_nombre) == (
        "Mañana no habrá agua.",
        "carpeta",
        "aviso.md",
    )
    assert [e.no_antes_de for e in carpeta.entregas()] == [datetime(2026, 11, 23, 15, 0, tzinfo=UTC)] * 2
    assert (carpeta.hay("entrada"), carpeta.hay("procesando")) == ([], ["aviso.md", "aviso.md.estado.txt"])


def test_mientras_crece_no_se_toca(carpeta):
    for largo in range(1, 6):
        carpeta.soltar("aviso.md", "Texto " * largo)
        assert not carpeta.recorrido.recorrer().hubo_algo
        carpeta.entorno.reloj.avanzar(timedelta(seconds=10))
    assert carpeta.recorrido.recorrer().aceptadas == ["aviso.md"]


def test_la_nota_dice_cuando_y_donde_saldra_y_como_cambiarlo(carpeta):
    carpeta.soltar("aviso.md", MANANA + "Aviso.")
    carpeta.esperar()
    nota = carpeta.nota("procesando/aviso.md.estado.txt")
    assert "memoria (Memoria): el lunes 23 de noviembre de 2026 a las 9:00" in nota
    assert "suelte en «entrada» otra vez «aviso.md»" in nota
    assert f"pregonero entregas cancelar {carpeta.entregas()[0].id}" in nota


def test_sin_fecha_sale_ya_y_la_nota_lo_dice(carpeta):
    carpeta.soltar("aviso.txt", "Aviso urgente.")
    carpeta.esperar()
    assert carpeta.entregas()[0].no_antes_de == carpeta.entorno.reloj.ahora()
    assert "No traía fecha" in carpeta.nota("procesando/aviso.txt.estado.txt")


# ── medios ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_las_fotos_que_nombra_se_toman_con_el(carpeta):
    carpeta.soltar("plaza.jpg", bytes_de(foto(), exif=exif_con_gps()))
    carpeta.soltar("aviso.md", "---\nfecha: mañana 9:00\nimagen: plaza.jpg\nalt: La plaza\n---\nVen.")
    assert carpeta.esperar().aceptadas == ["aviso.md"]
    ((medio, alternativo),) = carpeta.medios(carpeta.publicaciones()[0])
    assert (medio.nombre, alternativo) == ("plaza.jpg", "La plaza")
    assert b"Marca" not in (carpeta.entorno.acervo / medio.ruta).read_bytes()
    assert carpeta.hay("procesando") == ["aviso.md", "aviso.md.estado.txt", "plaza.jpg"]
    assert "plaza.jpg: se quitó la ubicación GPS" in carpeta.nota("procesando/aviso.md.estado.txt")


def test_la_foto_que_se_llama_como_el_va_con_el(carpeta):
    carpeta.soltar("Aviso.JPG", bytes_de(foto()))
    carpeta.soltar("aviso.txt", "Aviso.")
    assert carpeta.esperar().aceptadas == ["aviso.txt"]
    assert [m.nombre for m, _ in carpeta.medios(carpeta.publicaciones()[0])] == ["Aviso.JPG"]


def test_se_espera_la_foto_que_falta_y_despues_se_dice(carpeta):
    carpeta.soltar("aviso.md", "---\nimagen: plaza.jpg\n---\nVen.")
    assert not carpeta.esperar().hubo_algo
    assert not carpeta.esperar(timedelta(seconds=100)).hubo_algo
    carpeta.soltar("plaza.jpg", bytes_de(foto()))
    assert carpeta.esperar().aceptadas == ["aviso.md"], "llegó a tiempo"
    carpeta.soltar("otro.md", "---\nimagen: kiosco.jpg\n---\nVen.")
    assert carpeta.esperar_de_mas().rechazadas == ["otro.md"]
    motivo = carpeta.nota("rechazadas/otro.md.motivo.txt")
    assert "línea 2, imagen: falta el archivo «kiosco.jpg»." in motivo
    assert "Suéltelo junto al texto" in motivo


def test_mientras_una_foto_sigue_llegando_el_texto_espera(carpeta):
    carpeta.soltar("aviso.md", "---\nimagen: plaza.jpg\n---\nVen.")
    entera = bytes_de(foto(1200, 900))
    for parte in range(1, 5):
        carpeta.soltar("plaza.jpg", entera[: len(entera) * parte // 4])
        assert not carpeta.recorrido.recorrer().hubo_algo
        carpeta.entorno.reloj.avanzar(timedelta(minutes=3))
    assert carpeta.recorrido.recorrer().aceptadas == ["aviso.md"]


def test_una_copia_a_medias_con_otro_nombre_tambien_se_espera(carpeta):
    carpeta.soltar("aviso.md", "---\nimagen: plaza.jpg\n---\nVen.")
    for parte in range(1, 4):
        carpeta.soltar("plaza.jpg.part", b"x" * parte * 1000)
        carpeta.entorno.reloj.avanzar(timedelta(seconds=90))
        assert not carpeta.recorrido.recorrer().hubo_algo
    (carpeta.entrada / "plaza.jpg.part").unlink()
    carpeta.soltar("plaza.jpg", bytes_de(foto()))
    assert carpeta.esperar().aceptadas == ["aviso.md"]


def test_dos_textos_pueden_compartir_una_foto(carpeta):
    carpeta.soltar("plaza.jpg", bytes_de(foto()))
    for nombre in ("uno.md", "dos.md"):
        carpeta.soltar(nombre, f"---\nfecha: mañana 9:00\nimagen: plaza.jpg\nalt: Plaza\n---\n{nombre}")
    assert sorted(carpeta.esperar().aceptadas) == ["dos.md", "uno.md"]
    for publicacion in carpeta.publicaciones():
        assert len(carpeta.medios(publicacion)) == 1
    assert carpeta.hay("entrada") == []


def test_una_foto_que_nadie_nombra_se_rechaza_al_cabo_de_un_rato(carpeta):
    carpeta.soltar("suelta.jpg", bytes_de(foto()))
    assert not carpeta.esperar().hubo_algo
    assert carpeta.esperar_de_mas().rechazadas == ["suelta.jpg"]
    assert "imagen: suelta.jpg" in carpeta.nota("rechazadas/suelta.jpg.motivo.txt")


def test_una_foto_rota_rechaza_el_texto_y_se_van_juntos(carpeta):
    carpeta.soltar("plaza.jpg", bytes_de(foto())[:500])
    carpeta.soltar("aviso.md", "---\nimagen: plaza.jpg\n---\nVen.")
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert carpeta.hay("rechazadas") == ["aviso.md", "aviso.md.motivo.txt", "plaza.jpg"]
    assert "plaza.jpg: está dañada o incompleta" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


# ── carpetas ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_una_carpeta_con_un_texto_y_sus_fotos_es_una_unidad(carpeta):
    carpeta.soltar("feria/texto.md", "---\nfecha: mañana 9:00\nalt: [Uno, Dos]\n---\nLa feria.")
    carpeta.soltar("feria/1.jpg", bytes_de(foto()))
    carpeta.soltar("feria/2.jpg", bytes_de(foto(300, 300)))
    carpeta.soltar("feria/.DS_Store", "basura de Mac")
    assert carpeta.esperar().aceptadas == ["feria"]
    (publicacion,) = carpeta.publicaciones()
    assert [(m.nombre, alt) for m, alt in carpeta.medios(publicacion)] == [("1.jpg", "Uno"), ("2.jpg", "Dos")]
    assert carpeta.hay("procesando") == ["feria", "feria.estado.txt"]


def test_una_carpeta_se_toma_cuando_llego_todo_lo_que_nombra(carpeta):
    carpeta.soltar("feria/texto.md", "---\nfecha: mañana 9:00\nfotos: [1.jpg, 2.jpg]\n---\nLa feria.")
    carpeta.soltar("feria/1.jpg", bytes_de(foto()))
    assert not carpeta.esperar(timedelta(minutes=1)).hubo_algo
    carpeta.soltar("feria/2.jpg", bytes_de(foto()))
    assert not carpeta.recorrido.recorrer().hubo_algo
    assert carpeta.esperar().aceptadas == ["feria"]


@pytest.mark.parametrize(
    ("archivos", "dice"),
    [
        ({"a.md": "Uno", "b.txt": "Dos"}, "tiene 2 textos"),
        ({"a.jpg": "no es foto"}, "no tiene ningún texto"),
        ({"a.md": "Uno", "sub/b.md": "Dos"}, "es una carpeta dentro de otra"),
        ({"a.md": "Uno", "b.md.motivo.txt": "x"}, "lo escribió Pregonero"),
    ],
)
def test_una_carpeta_que_no_se_entiende_se_rechaza_entera(carpeta, archivos, dice):
    for nombre, contenido in archivos.items():
        carpeta.soltar(f"feria/{nombre}", contenido)
    assert carpeta.esperar_de_mas().rechazadas == ["feria"]
    assert dice in carpeta.nota("rechazadas/feria.motivo.txt")
    assert len([r for r in (carpeta.buzon / "rechazadas/feria").rglob("*") if r.is_file()]) == len(archivos)


def test_una_carpeta_vacia_se_deja_en_paz(carpeta):
    (carpeta.entrada / "nueva").mkdir()
    assert not carpeta.esperar_de_mas().hubo_algo
    assert carpeta.hay("entrada") == ["nueva"]


# ── lo que no se acepta ──────────────────────────────────────────────────────────────────────────────────────────


def test_el_motivo_dice_que_donde_y_como(carpeta):
    carpeta.soltar("aviso.md", "---\nred: hi5\nfecha: 31 de febrero, 9:00\n---\n" + "a" * 300)
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    motivo = carpeta.nota("rechazadas/aviso.md.motivo.txt")
    assert "línea 2, red: no conocemos la red o el perfil «hi5»." in motivo
    assert "línea 3, fecha: el 31 de febrero" in motivo
    assert motivo.count("Cómo arreglarlo:") == 2
    assert carpeta.publicaciones() == []
    assert carpeta.recepciones()[0].veredicto is Veredicto.RECHAZADO


def test_lo_que_la_red_no_admite_se_dice_antes_de_su_hora(carpeta):
    carpeta.soltar("largo.md", MANANA + "a" * 300)
    carpeta.esperar()
    assert "memoria, texto: tiene 300 caracteres y Memoria admite 280." in carpeta.nota(
        "rechazadas/largo.md.motivo.txt"
    )


def test_una_fecha_pasada_se_rechaza(carpeta):
    carpeta.soltar("viejo.md", "---\nfecha: 2026-11-21 9:00\n---\nHola")
    carpeta.esperar()
    assert "ya pasó" in carpeta.nota("rechazadas/viejo.md.motivo.txt")


@pytest.mark.parametrize(
    ("nombre", "contenido", "dice"),
    [
        ("oficio.docx", b"PK\x03\x04", "Copie el texto a un archivo .txt"),
        ("oficio.pdf", b"%PDF", "exporte la imagen como JPG"),
        ("viejo.xls", b"\xd0\xcf\x11\xe0", "Libro de Excel (.xlsx)"),
        ("raro.bin", b"\x00\x01", "No sabemos publicar este tipo"),
        ("sin-extension", b"hola", "No sabemos publicar este tipo"),
        ("aviso.md.motivo.txt", b"nota", "Lo escribió Pregonero"),
        ("aviso (conflicted copy 2026-11-22 101010).md", b"Hola", "copia en conflicto"),
        ("aviso.sync-conflict-20261122-101010-ABCDEFG.md", b"Hola", "copia en conflicto"),
        ("binario.md", bytes(range(256)), "No es un archivo de texto"),
    ],
)
def test_cada_cosa_rara_tiene_su_explicacion(carpeta, nombre, contenido, dice):
    carpeta.soltar(nombre, contenido)
    assert carpeta.esperar().rechazadas == [nombre]
    assert dice in carpeta.nota(f"rechazadas/{nombre}.motivo.txt")


def test_un_archivo_vacio_se_espera_y_luego_se_rechaza(carpeta):
    carpeta.soltar("aviso.md", "")
    assert not carpeta.esperar().hubo_algo, "muchos programas crean el archivo y luego lo llenan"
    assert carpeta.esperar_de_mas().rechazadas == ["aviso.md"]
    assert "está vacío" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


@pytest.mark.parametrize(
    "nombre",
    [".DS_Store", "Thumbs.db", "desktop.ini", "~$agenda.xlsx", ".~lock.agenda.ods#", "video.mp4.part", "x.tmp",
     "x.crdownload", ".syncthing.x.tmp", "@eaDir", ".stfolder", "aviso.md~", ".aviso.md.swp"],
)  # fmt: skip
def test_los_restos_de_otros_programas_no_se_tocan(carpeta, nombre):
    carpeta.soltar(nombre, "resto")
    assert not carpeta.esperar_de_mas().hubo_algo
    assert (carpeta.entrada / nombre).exists()


def test_nada_se_pisa_aunque_se_repitan_los_nombres(carpeta):
    for texto in ("uno", "dos", "tres"):
        carpeta.soltar("raro.bin", texto)
        carpeta.esperar()
    assert {n for n in carpeta.hay("rechazadas") if not n.endswith(".txt")} == {
        "raro.bin",
        "raro (2).bin",
        "raro (3).bin",
    }
    assert len([n for n in carpeta.hay("rechazadas") if n.endswith(".motivo.txt")]) == 3


# ── repetidas y cambiadas ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_el_mismo_archivo_dos_veces_es_una_publicacion(carpeta):
    carpeta.soltar("aviso.md", MANANA + "Aviso.")
    carpeta.esperar()
    carpeta.soltar("aviso.md", MANANA + "Aviso.")
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    carpeta.soltar("copia de aviso.md", MANANA + "Aviso.")
    assert carpeta.esperar().rechazadas == ["copia de aviso.md"]
    assert len(carpeta.publicaciones()) == 1
    assert "Es idéntica a la que ya está programada para el lunes 23" in carpeta.nota("rechazadas/aviso.md.motivo.txt")
    assert "Es idéntica a «aviso.md», que ya" in carpeta.nota("rechazadas/copia de aviso.md.motivo.txt")


def test_el_mismo_archivo_despues_de_publicado_tampoco_se_repite(carpeta):
    carpeta.soltar("aviso.md", "Aviso.")
    carpeta.esperar()
    carpeta.publicar()
    carpeta.esperar()
    carpeta.soltar("aviso.md", "Aviso.")
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert "ya se publicó" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


def test_manana_soltado_otro_dia_es_otra_publicacion(carpeta):
    for _ in range(2):
        carpeta.soltar("buenos-dias.md", "---\nfecha: mañana 9:00\n---\nBuenos días.")
        assert carpeta.esperar().aceptadas == ["buenos-dias.md"]
        carpeta.publicar(*[e for e in carpeta.entregas() if e.estado is Estado.PROGRAMADA])
        carpeta.esperar(timedelta(days=1))
    assert len(carpeta.publicaciones()) == 2


@pytest.mark.dos_bases
def test_corregido_antes_de_su_hora_cambia_y_lo_dice(carpeta):
    carpeta.soltar("aviso.md", MANANA + "Aviso con herror.")
    carpeta.esperar()
    carpeta.soltar("aviso.md", "---\nfecha: 24 de noviembre de 2026, 10:00\nred: memoria\n---\nAviso sin error.")
    assert carpeta.esperar().cambiadas == ["aviso.md"]
    (publicacion,) = carpeta.publicaciones()
    assert (publicacion.texto, publicacion.version) == ("Aviso sin error.", 2)
    vivas = [e for e in carpeta.entregas() if e.estado is Estado.PROGRAMADA]
    assert [(e.texto, e.no_antes_de.day) for e in vivas] == [("Aviso sin error.", 24)]
    nota = carpeta.nota("procesando/aviso.md.estado.txt")
    assert "«aviso.md» se cambió: vale esta versión." in nota
    assert "martes 24 de noviembre de 2026 a las 10:00" in nota
    assert carpeta.hay("procesando") == ["aviso (versión anterior 1).md", "aviso.md", "aviso.md.estado.txt"]
    assert "sin error" in carpeta.nota("procesando/aviso.md")
    assert len(carpeta.recepciones()) == 1


def test_corregir_el_texto_no_obliga_a_copiar_otra_vez_las_fotos(carpeta):
    carpeta.soltar("plaza.jpg", bytes_de(foto()))
    carpeta.soltar("aviso.md", MANANA.replace("---\n", "---\nimagen: plaza.jpg\n", 1) + "Uno.")
    carpeta.esperar()
    carpeta.soltar("aviso.md", MANANA.replace("---\n", "---\nimagen: plaza.jpg\n", 1) + "Dos.")
    assert carpeta.esperar().cambiadas == ["aviso.md"]
    assert [m.nombre for m, _ in carpeta.medios(carpeta.publicaciones()[0])] == ["plaza.jpg"]


def test_cambiar_solo_la_foto_tambien_es_un_cambio(carpeta):
    texto = MANANA.replace("---\n", "---\nimagen: plaza.jpg\n", 1) + "Uno."
    for lado in (100, 200):
        carpeta.soltar("plaza.jpg", bytes_de(foto(lado, lado)))
        carpeta.soltar("aviso.md", texto)
        resumen = carpeta.esperar()
    assert resumen.cambiadas == ["aviso.md"]
    assert [m.ancho for m, _ in carpeta.medios(carpeta.publicaciones()[0])] == [200]


def test_una_correccion_mala_no_estropea_la_buena(carpeta):
    carpeta.soltar("aviso.md", MANANA + "Bien.")
    carpeta.esperar()
    carpeta.soltar("aviso.md", MANANA + "a" * 300)
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert "La versión anterior de «aviso.md» sigue como estaba." in carpeta.nota("rechazadas/aviso.md.motivo.txt")
    assert [e.texto for e in carpeta.entregas()] == ["Bien.", "Bien."]


@pytest.mark.dos_bases
def test_corregido_despues_de_su_hora_se_dice_por_que_no(carpeta):
    carpeta.soltar("aviso.md", "---\nfecha: hoy 9:01\n---\nAviso.")
    carpeta.esperar()
    carpeta.entorno.reloj.avanzar(timedelta(minutes=2))
    primera, segunda = carpeta.entregas()
    carpeta.publicar(primera)
    carpeta.soltar("aviso.md", "---\nfecha: hoy 9:01\n---\nAviso corregido.")
    assert carpeta.esperar().rechazadas == ["aviso.md"], "una red ya lo publicó y la otra no"
    motivo = carpeta.nota("rechazadas/aviso.md.motivo.txt")
    assert "ya se publicó (memoria, el domingo 22" in motivo
    assert f"pregonero entregas borrar {primera.id}" in motivo
    carpeta.publicar(segunda)
    carpeta.esperar()
    carpeta.soltar("aviso.md", "---\nfecha: hoy 9:01\n---\nAviso corregido otra vez.")
    assert carpeta.esperar().rechazadas == ["aviso.md"], "y ahora que todo terminó, tampoco"
    assert "ya se publicó" in carpeta.nota("rechazadas/aviso (2).md.motivo.txt")


def test_el_nombre_se_puede_reusar_para_otra_publicacion_con_fecha_posterior(carpeta):
    carpeta.soltar("aviso.md", "Uno.")
    carpeta.esperar()
    carpeta.publicar()
    carpeta.esperar()
    carpeta.soltar("aviso.md", MANANA + "Otra cosa.")
    assert carpeta.esperar().aceptadas == ["aviso.md"]
    assert len(carpeta.publicaciones()) == 2


# ── terminar ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.dos_bases
def test_lo_publicado_termina_en_publicadas_con_su_resultado(carpeta):
    carpeta.soltar("plaza.jpg", bytes_de(foto()))
    carpeta.soltar("aviso.md", "---\nimagen: plaza.jpg\n---\nVen.")
    carpeta.esperar()
    primera, segunda = carpeta.entregas()
    carpeta.publicar(primera)
    assert carpeta.esperar().terminadas == []
    assert "memoria (Memoria): publicada el" in carpeta.nota("procesando/aviso.md.estado.txt"), "la nota va al día"
    carpeta.publicar(segunda, estado=Estado.FALLIDA)
    assert carpeta.esperar(timedelta()).terminadas == []
    assert carpeta.hay("publicadas") == ["aviso.md", "aviso.md.resultado.txt", "plaza.jpg"]
    resultado = carpeta.nota("publicadas/aviso.md.resultado.txt")
    assert "se publicó sólo en parte" in resultado
    assert "https://red.example/1" in resultado
    assert "memoria-2 (Memoria): no se publicó. Por la prueba." in resultado
    assert carpeta.hay("procesando") == []
    (recepcion,) = carpeta.recepciones()
    assert (recepcion.veredicto, recepcion.destino) == (Veredicto.PUBLICADO, "publicadas/aviso.md")


@pytest.mark.parametrize("estado", [Estado.CANCELADA, Estado.VENCIDA])
def test_lo_que_no_salio_en_ninguna_termina_en_rechazadas(carpeta, estado):
    carpeta.soltar("aviso.md", MANANA + "Aviso.")
    carpeta.esperar()
    carpeta.publicar(estado=estado)
    assert carpeta.recorrido.recorrer().terminadas == ["aviso.md"]
    assert carpeta.hay("rechazadas") == ["aviso.md", "aviso.md.motivo.txt"]
    assert "no se publicó en ningún perfil" in carpeta.nota("rechazadas/aviso.md.motivo.txt")


def test_mientras_decide_una_persona_sigue_en_procesando(carpeta):
    carpeta.soltar("aviso.md", MANANA + "Aviso.")
    carpeta.esperar()
    carpeta.publicar(estado=Estado.POR_DECIDIR)
    assert carpeta.recorrido.recorrer().terminadas == []
    assert "espera que una persona decida" in carpeta.nota("procesando/aviso.md.estado.txt")


def test_el_reloj_que_salta_no_engana_a_la_espera(carpeta):
    carpeta.soltar("aviso.md", "---\nimagen: plaza.jpg\n---\nVen.")
    carpeta.recorrido.recorrer()
    carpeta.entorno.reloj.saltar(timedelta(hours=5))
    assert not carpeta.recorrido.recorrer().hubo_algo, "no ha pasado el tiempo, sólo cambió la hora"
    carpeta.entorno.reloj.saltar(timedelta(hours=-9))
    assert not carpeta.recorrido.recorrer().hubo_algo
    carpeta.soltar("plaza.jpg", bytes_de(foto()))
    assert carpeta.esperar().aceptadas == ["aviso.md"]


def test_ya_sobrevive_a_un_salto_del_reloj_entre_dos_miradas(carpeta):
    carpeta.soltar("aviso.md", "---\nfecha: ya\n---\nVen.")
    carpeta.recorrido.recorrer()
    carpeta.entorno.reloj.saltar(timedelta(days=2))
    carpeta.entorno.reloj.avanzar(timedelta(seconds=2))
    assert carpeta.recorrido.recorrer().aceptadas == ["aviso.md"]
    assert carpeta.entregas()[0].no_antes_de == carpeta.entorno.reloj.ahora()


def test_manana_a_medianoche_es_desde_que_se_solto(carpeta):
    reloj = carpeta.entorno.reloj
    reloj.avanzar(datetime(2026, 12, 31, 23, 59, 59, tzinfo=carpeta.entorno.reglas.zona) - reloj.ahora())
    carpeta.soltar("aviso.md", "---\nfecha: mañana 9:00\n---\nFeliz año.")
    assert carpeta.esperar().aceptadas == ["aviso.md"]
    assert carpeta.publicaciones()[0].fecha_local == "2027-01-01 09:00"


def test_un_error_nuestro_no_se_traga_el_archivo_ni_se_repite(carpeta, caplog):
    abrir = carpeta.entorno.abrir

    class Tropieza:
        def __init__(self, conector):
            self.capacidades = conector.capacidades

        def validar(self, pieza) -> list[Problema]:
            raise ZeroDivisionError

    carpeta.recorrido = Recorrido(replace(carpeta.entorno, abrir=lambda perfil: Tropieza(abrir(perfil))))
    carpeta.soltar("aviso.md", MANANA + "Aviso.")
    assert carpeta.esperar().rechazadas == ["aviso.md"]
    assert "es un error nuestro, no suyo" in carpeta.nota("rechazadas/aviso.md.motivo.txt")
    assert "ZeroDivisionError" in caplog.text


def test_dos_recorridos_sobre_la_misma_carpeta_no_se_estorban(carpeta):
    otro = Recorrido(carpeta.entorno)
    carpeta.soltar("aviso.md", MANANA + "Aviso.")
    otro.recorrer()
    carpeta.esperar()
    assert otro.recorrer().problema == ""
    assert len(carpeta.publicaciones()) == 1
