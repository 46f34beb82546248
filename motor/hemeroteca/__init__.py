"""La hemeroteca: lo que se publicó, tal cual, con lo que le contestaron y sus números. Sólo lee."""
