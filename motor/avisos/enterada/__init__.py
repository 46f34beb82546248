"""Contestar un aviso desde el teléfono: decir «enterada» o silenciar el tema.

enlaces  la dirección firmada que va en el correo (puro)
pagina   lo que abre
"""
