"""La prueba: cuánto valió elegir la hora, medido con las que se sortearon y no con lo que el modelo predice.

Una de cada diez horas automáticas se sortea entre las permitidas, y queda escrito con qué probabilidad salió. Pesando
cada publicación por el inverso de esa probabilidad, las que salieron a la mejor hora y las sorteadas se comparan como
si se hubiera echado una moneda con todas: es lo único de las horas que es causa y no predicción.

ensayo      una publicación con hora sorteada o elegida, y lo que respondió la gente (puro)
estimacion  el efecto, con su intervalo (puro)
veredicto   qué se puede decir, y cuánto falta si es pronto (puro)
lectura     de la base, las publicaciones que cuentan y las que no (efecto)
"""
