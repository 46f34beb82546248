"""La otra mitad, de punta a punta y de verdad: la red oficial de Bluesky, el detector, y el correo por Postfix."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlmodel import col, select

from modelos import Base, Monitor, Perfil, Vista
from modelos.escucha import Conteo, Fuente, Mensaje
from modelos.medicion import Medicion
from motor.arranque import Oficina, abrir_oficina
from motor.avisos.avisador import Avisador
from motor.avisos.correo import Cartero, Servidor
from motor.escucha.deteccion import Deteccion
from motor.escucha.entendedor import EntendedorAlDia
from motor.escucha.monitores.archivo import sincronizar
from motor.escucha.recoleccion.recolector import Recolector
from tests.servidores.bluesky import Cuenta, NoDisponible
from tests.servidores.bluesky_completo import RedBluesky, mencion_de
from tests.servidores.correo import CLAVE, DOMINIO, ServidorDeCorreo

pytestmark = [
    pytest.mark.servidor,
    pytest.mark.timeout(700),  # la primera vez, npm instala la red
]
COORDINACION = f"coordinacion@{DOMINIO}"
MONITORES = '[inundaciones]\nnombre = "Inundaciones"\nalguna = ["inundación", "inundada"]\nflexion = true\n'


@pytest.fixture(scope="module")
def red() -> Iterator[RedBluesky]:
    try:
        encendida = RedBluesky().__enter__()
    except NoDisponible as motivo:
        pytest.skip(f"Sin la red oficial de Bluesky: {motivo}.")
    yield encendida
    encendida.__exit__()


@pytest.fixture(scope="module")
def correo() -> Iterator[ServidorDeCorreo]:
    try:
        encendido = ServidorDeCorreo().__enter__()
    except NoDisponible as motivo:
        pytest.skip(f"Sin servidor de correo: {motivo}.")
    yield encendido
    encendido.__exit__()


@pytest.fixture
def oficina(tmp_path: Path, red: RedBluesky) -> Iterator[tuple[Oficina, Cuenta]]:
    """Una oficina con un perfil de Bluesky y un monitor que lleva dos semanas contando lo de siempre."""
    cuenta = red.crear_cuenta(f"municipio{os.getpid()}")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitores.toml").write_text(MONITORES, encoding="utf-8")
    variables = {
        "BASE": f"sqlite:///{tmp_path}/pregonero.db",
        "LLAVES": f"{tmp_path}/llaves",
        "PANEL_PUERTO": "0",
        "BUZON": f"{tmp_path}/buzon",
        "ACERVO": f"{tmp_path}/acervo",
        "ARCHIVOS": f"{tmp_path}/config",
        "BLUESKY_URL": red.url,
        "BLUESKY_IDENTIFICADOR": cuenta.nombre,
        "BLUESKY_CLAVE_DE_APLICACION": cuenta.clave,
        "CORREO_COORDINACION": COORDINACION,
        "PASADO_DIAS": "20",
    }
    suya = abrir_oficina({f"PREGONERO_{c}": v for c, v in variables.items()})
    with suya.entorno.base.escribir() as sesion:
        sesion.add(Perfil(nombre="bsky", red="bluesky", titulo="San Jacinto", creado_en=datetime.now(UTC)))
    sincronizar(suya.escucha)
    _sembrar(suya.entorno.base, suya.escucha.base)
    yield suya, cuenta
    suya.entorno.base.cerrar()
    suya.escucha.base.cerrar()


def _sembrar(principal: Base, escucha: Base) -> None:
    """Dos semanas de conteos: un mensaje cada pocas horas."""
    with principal.leer() as sesion:
        monitor = sesion.scalars(select(Monitor)).one()
    hora = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    filas = [
        {"monitor_id": monitor.id, "paso_s": 3600, "inicio": hora - timedelta(hours=n), "cuenta": 1}
        for n in range(1, 24 * 18, 4)
    ]
    with escucha.escribir() as sesion:
        sesion.execute(insert(Conteo), filas)


def _recolectar(recolector: Recolector) -> None:
    while recolector.recolectar():
        assert recolector.esperar(60)


def _hacer_como_si_fuera_hora_de_medir(oficina: Oficina) -> None:
    """Una publicación se mide por primera vez a los diez minutos."""
    ya = oficina.entorno.reloj.ahora()
    with oficina.entorno.base.escribir() as sesion:
        sesion.execute(update(Vista).values(medir_en=ya))
    with oficina.escucha.base.escribir() as sesion:
        sesion.execute(update(Fuente).where(col(Fuente.trabajo) == "medir").values(proxima_en=ya))


def test_lo_que_se_dice_en_bluesky_se_cuenta_se_nota_y_llega_por_correo(
    oficina: tuple[Oficina, Cuenta], red: RedBluesky, correo: ServidorDeCorreo
) -> None:
    suya, nuestra = oficina
    vecina = red.crear_cuenta(f"vecina{os.getpid()}")
    token, suyo = red.entrar(nuestra), red.entrar(vecina)
    publicada = red.decir(nuestra, "Hoy hay mercado en la plaza.", token=token)
    red.gustar(vecina, publicada, token=suyo)
    for n in range(14):
        registro = mencion_de(nuestra, f"¡La avenida Juárez está inundada! El agua va en {n} escalones.")
        red.decir(vecina, registro.pop("texto"), token=suyo, **registro)
    ultimo = red.decir(vecina, "Y la inundación sigue.", token=suyo, reply={"root": publicada, "parent": publicada})
    red.esperar(ultimo["uri"], token=token)

    entendedor = EntendedorAlDia(suya.escucha)
    recolector = Recolector(suya.escucha, lambda: entendedor)
    _recolectar(recolector)
    _hacer_como_si_fuera_hora_de_medir(suya)
    _recolectar(recolector)
    recolector.cerrar()

    with suya.escucha.base.leer() as sesion:
        mensajes = list(sesion.scalars(select(Mensaje)))
    assert sorted(m.clase for m in mensajes) == ["comentario"] + ["mencion"] * 14
    assert {m.autor_usuario for m in mensajes} == {vecina.nombre}
    with suya.entorno.base.leer() as sesion:
        [vista] = sesion.scalars(select(Vista))
        medidas = {
            m.metrica: m.valor for m in sesion.scalars(select(Medicion).where(col(Medicion.vista_id) == vista.id))
        }
    assert vista.id_externo == publicada["uri"]
    assert medidas["me_gusta"] == 1
    assert medidas["comentarios"] == 1

    assert Deteccion(suya.escucha).detectar() == 1
    avisador = Avisador(suya.escucha)
    assert avisador.atender() >= 1
    servidor = Servidor(
        anfitrion="localhost",
        puerto=correo.smtp,
        remitente=f"pregonero@{DOMINIO}",
        usuario=COORDINACION,
        clave=CLAVE,
        certificados=correo.certificado,
    )
    assert Cartero(suya.entorno.base, suya.entorno.reloj, servidor).repartir() == 1

    [recibido] = correo.leer("coordinacion")
    assert "Inundaciones" in str(recibido["Subject"])
    assert "15" in str(recibido["Subject"])
    llano = recibido.get_body(("plain",))
    html = recibido.get_body(("html",))
    assert llano is not None
    assert html is not None
    assert "avenida Juárez está inundada" in llano.get_content()
    assert f"https://bsky.app/profile/{vecina.nombre}/post/" in html.get_content()
    imagenes = [p for p in recibido.walk() if p.get_content_type() == "image/png"]
    assert len(imagenes) == 1
    assert bytes(imagenes[0].get_payload(decode=True)).startswith(b"\x89PNG")  # type: ignore[arg-type] # bytes, con decode
    assert avisador.atender() == 0, "la misma historia no se cuenta dos veces"
