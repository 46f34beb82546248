// La galería: contar lo elegido, y enseñar la barra sólo cuando hay algo elegido.
import { decir } from './pregonero.js'

const formulario = document.getElementById('eleccion')
const cuenta = formulario?.querySelector('[data-cuenta]')
const barra = formulario?.querySelector('[data-barra]')

function contar() {
  const elegidos = formulario.querySelectorAll('input[name="id"]:checked').length
  barra.hidden = elegidos === 0
  const { uno, varios } = cuenta.dataset
  const dicho = elegidos === 1 ? uno : varios.replace('{n}', elegidos)
  cuenta.textContent = elegidos ? dicho : ''
  return dicho
}

if (formulario) {
  formulario.addEventListener('change', () => decir(contar()))
  contar()
  window.addEventListener('pageshow', contar) // al volver atrás, el navegador repone las casillas
}
