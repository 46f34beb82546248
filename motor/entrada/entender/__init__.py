"""De lo que escribió un editor a una Propuesta, o a la lista de lo que le falta. Puro."""
