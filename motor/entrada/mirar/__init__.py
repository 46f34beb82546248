"""Qué hay en la carpeta, qué va junto y qué terminó de llegar, sin abrir nada."""
