"""Mover sin perder: cada cosa en su carpeta, también después de una muerte."""
