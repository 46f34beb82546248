"""La página que enseña lo publicado."""

import re
import smtplib

import pytest
import requests

from simulador.en_hilo import Simulador


def publicar(sim: Simulador, texto: str) -> str:
    cabeceras = {"Authorization": "Bearer token-x"}
    respuesta = requests.post(f"{sim.url}/2/tweets", json={"text": texto}, headers=cabeceras, timeout=5)
    return str(respuesta.json()["data"]["id"])


def pagina(sim: Simulador) -> str:
    respuesta = requests.get(sim.url, timeout=5)
    assert respuesta.status_code == 200
    assert "default-src 'none'" in respuesta.headers["Content-Security-Policy"]
    return respuesta.text


def test_sin_nada_publicado_dice_como_usarlo(sim: Simulador) -> None:
    html = pagina(sim)
    assert html.count("Todavía no se ha publicado nada.") == 4
    assert f"PREGONERO_X_URL={sim.url}/x" in html


def test_lo_publicado_se_ve_escapado_con_su_perfil_y_su_identificador(sim: Simulador) -> None:
    id_externo = publicar(sim, "<script>alert(1)</script> & más en https://sanjacinto.gob.mx")
    html = pagina(sim)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; más" in html
    assert '<span class="enlace">https://sanjacinto.gob.mx</span>' in html
    assert f"<code>{id_externo}</code>" in html
    assert "@SanJacintoGob" in html


def test_lo_borrado_se_dice(sim: Simulador) -> None:
    id_externo = publicar(sim, "uno")
    requests.delete(f"{sim.url}/2/tweets/{id_externo}", headers={"Authorization": "Bearer token-x"}, timeout=5)
    assert '<span class="marca mal">borrada</span>' in pagina(sim)
    assert "0 a la vista · 1 borrada" in pagina(sim)


def test_los_fallos_se_cuentan_en_palabras(sim: Simulador) -> None:
    sim.fallar("x", "reset_despues")
    with pytest.raises(requests.ConnectionError):
        publicar(sim, "uno")
    assert "X: respuesta perdida después de aceptar × 1" in pagina(sim)


def test_con_muchas_publicaciones_ensena_las_ultimas(sim: Simulador) -> None:
    for i in range(35):
        publicar(sim, f"post número {i}")
    html = pagina(sim)
    assert "post número 34<" in html
    assert "post número 4<" not in html
    assert "y 5 anteriores" in html


def test_no_carga_nada_de_fuera(sim: Simulador) -> None:
    partes = [pagina(sim)]
    for archivo in re.findall(r'(?:href|src)="(/_pagina/[^"]+)"', partes[0]):
        respuesta = requests.get(f"{sim.url}{archivo}", timeout=5)
        assert respuesta.status_code == 200
        partes.append(respuesta.text)
    assert len(partes) == 3
    assert not re.search(r'(?:href|src|url\(|@import)[="\s(]*(?:https?:)?//', "".join(partes))


def test_los_correos_recibidos_tambien_se_ven() -> None:
    with Simulador(correo=True) as sim:
        with smtplib.SMTP("127.0.0.1", sim.puerto_correo, timeout=5) as smtp:
            smtp.sendmail("p@a.mx", ["prensa@a.mx"], "Subject: Por decidir\r\n\r\nMire el perfil.")
        assert [c.asunto for c in sim.correos] == ["Por decidir"]
        assert "Correos enviados (1)" in pagina(sim)
        assert requests.get(f"{sim.url}/_control/correos", timeout=5).json()["correos"][0]["para"] == ["prensa@a.mx"]
