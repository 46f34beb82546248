"""Recolección: de qué fuentes se oye, cada cuánto, con qué dinero, y qué se hace cuando una no contesta."""
