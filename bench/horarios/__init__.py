"""El banco de las mejores horas: mundos cuya verdad se sabe, cuentas públicas, otros métodos y rapidez."""
