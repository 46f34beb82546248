"""Lo que intentaría quien quiere hacer daño: desde fuera, desde otro perfil, y con lo que escribe o sube."""

from collections.abc import Callable
from typing import Any

from sqlmodel import select

from modelos import Entrega, Perfil, Rol
from panel.entorno import EntornoDelPanel
from tests.panel.personas import Persona

Entra = Callable[..., Persona]
CreaPerfil = Callable[..., Perfil]


# ── publicar donde no le toca ────────────────────────────────────────────────────────────────────────────────────


def _escrito(perfil: Perfil, **mas: Any) -> dict[str, Any]:
    suyo = {"clave": "borrador-mio", "texto": "Hola.", "perfil": [str(perfil.id)], "aparato": "telefono", "sello": "9"}
    return {**suyo, "cuando": "hora", "fecha": "2026-12-24T10:00", **mas}


def test_un_borrador_en_un_perfil_ajeno_no_se_manda_diciendo_que_es_para_el_suyo(
    persona: Entra, perfil_de: CreaPerfil, panel: EntornoDelPanel
) -> None:
    """Lo guardado dice un perfil; lo que llega, más viejo, dice otro: manda el permiso de donde va a salir."""
    suyo, ajeno = perfil_de(), perfil_de()
    alguien = persona(Rol.EDITOR, perfil_id=suyo.id)
    alguien.hacer("/componer/guardar", _escrito(ajeno, sello="100"))
    respuesta = alguien.hacer("/componer/enviar", _escrito(suyo, sello="1"))
    assert respuesta.status_code in (403, 404, 422)
    with panel.entorno.base.leer() as sesion:
        assert sesion.exec(select(Entrega).where(Entrega.perfil_id == ajeno.id)).all() == []
