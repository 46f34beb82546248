"""Elegir el hueco de una publicación: entre los libres de su ventana, el de más ganancia. Puro."""
