"""Qué se hace con lo que llegó: aceptarlo, cambiar con él lo que aún no sale, o rechazarlo."""
