// La galería: contar lo elegido, y enseñar la barra sólo cuando hay algo elegido.
import { decir } from './pregonero.js'

const formulario = document.getElementById('eleccion')
const cuenta = formulario?.querySelector('[data-cuenta]')
const botones = formulario ? [...formulario.querySelectorAll('[data-barra] button')] : []

function contar() {
  const elegidos = formulario.querySelectorAll('input[name="id"]:checked').length
  for (const boton of botones) boton.disabled = elegidos === 0
  const { uno, varios } = cuenta.dataset
  const dicho = elegidos === 1 ? uno : varios.replace('%(n)s', elegidos)
  cuenta.textContent = elegidos ? dicho : ''
  return dicho
}

if (formulario) {
  formulario.addEventListener('change', () => decir(contar()))
  contar()
  window.addEventListener('pageshow', contar) // al volver atrás, el navegador repone las casillas
}
