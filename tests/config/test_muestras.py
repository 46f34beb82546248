"""Los archivos de muestra: se ponen los que faltan, y los de la oficina no se tocan."""

import tomllib
from pathlib import Path

from config.muestras import DE_LA_OFICINA, poner


def test_en_una_carpeta_nueva_se_ponen_todos_y_se_entienden(tmp_path: Path) -> None:
    puestos = poner(tmp_path / "oficina")
    relativos = {str(p.relative_to(tmp_path / "oficina")) for p in puestos}
    assert {*DE_LA_OFICINA, "lugares/municipio.toml", "lugares/plantilla.toml"} <= relativos
    assert not any(r.endswith((".py", ".csv")) for r in relativos)
    for puesto in puestos:
        if puesto.suffix == ".toml":
            tomllib.loads(puesto.read_text(encoding="utf-8"))


def test_lo_de_la_oficina_no_se_toca(tmp_path: Path) -> None:
    (tmp_path / "monitores.toml").write_text("# los nuestros\n", encoding="utf-8")
    (tmp_path / "lugares").mkdir()
    assert {p.name for p in poner(tmp_path)} == {"fuentes.toml", "avisos.toml", "horarios.toml"}
    assert (tmp_path / "monitores.toml").read_text(encoding="utf-8") == "# los nuestros\n"
    assert list((tmp_path / "lugares").iterdir()) == []
    assert poner(tmp_path) == ()
