"""Las redes cerradas, imitadas por HTTP de verdad: para las pruebas, el banco y la demostración.

Se usa así: `with Simulador() as sim:` (`simulador.servidor`), y desde la consola con `pregonero simular`.
"""
