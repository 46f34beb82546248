"""Lo que se le deja escrito al editor, y lo que recordamos de cada unidad."""
