"""La gráfica de un alza.

normal          qué es lo normal a cada hora, y los puntos que se dibujan (puro)
especificacion  de los puntos a Vega-Lite (puro)
dibujo          de Vega-Lite al PNG, en un proceso aparte
"""
