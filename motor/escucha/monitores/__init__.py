"""Qué mensajes cuenta cada monitor: sus palabras, su lugar y lo demás que pide."""
