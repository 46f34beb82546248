"""Importar las tablas que las redes exportan: reconocer, leer y decidir (puro), y guardar (lo único que escribe)."""
