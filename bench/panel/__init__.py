"""El panel con mucho dentro: cuánto tarda cada página, si estorba a lo que se publica, y lo que opina Lighthouse."""
