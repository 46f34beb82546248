"""De octetos a texto y a celdas, sin que un archivo pueda hacer daño."""
