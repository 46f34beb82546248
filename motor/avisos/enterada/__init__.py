"""Contestar un aviso desde el teléfono: decir «enterada» o silenciar el tema.

enlaces    la dirección firmada que va en el correo (puro)
contestar  lo que hace cada botón de la página que abre
"""
