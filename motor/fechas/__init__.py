"""Las fechas como las escribe la gente: `escritas.leer_fecha` («viernes 4 de diciembre a las 9 de la noche»). Pura."""
