"""Dónde está un mensaje, cómo se sabe, y en qué rangos cae."""
