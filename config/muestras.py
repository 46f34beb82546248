"""Los archivos de la oficina que vienen con Pregonero, comentados, para empezar de ellos."""

from pathlib import Path

DE_LA_OFICINA = ("monitores.toml", "fuentes.toml", "avisos.toml", "horarios.toml")
_LUGARES = "lugares"
_CON_PREGONERO = Path(__file__).parent


def poner(carpeta: Path) -> tuple[Path, ...]:
    """Copiar a la carpeta los que falten y decir cuáles; uno que ya está no se toca. Lanza OSError si no se puede.

    Los lugares van todos o ninguno: en cuanto hay uno de la oficina, los que vienen con Pregonero ya no se leen.
    """
    faltan = [Path(nombre) for nombre in DE_LA_OFICINA]
    if not (carpeta / _LUGARES).exists():
        faltan += sorted(
            a.relative_to(_CON_PREGONERO) for a in (_CON_PREGONERO / _LUGARES).iterdir() if a.suffix in (".toml", ".md")
        )
    puestos = []
    for relativa in faltan:
        destino = carpeta / relativa
        if destino.exists():
            continue
        destino.parent.mkdir(parents=True, exist_ok=True)
        destino.write_bytes((_CON_PREGONERO / relativa).read_bytes())
        puestos.append(destino)
    return tuple(puestos)
