// Hoy se cambia solo, sin mover a quien lo está leyendo ni quitarle de las manos lo que iba a tocar.

import { decir, pedir } from './pregonero.js'
import { alCambiar } from './vivo.js'

const bloques = document.getElementById('bloques')
let etiqueta = ''
let cuantos = contar()

function contar() {
  return Number(bloques.querySelector('[data-cuantos]')?.dataset.cuantos ?? 0)
}

/** Cómo volver a hallar lo que tiene el foco cuando los bloques se escriban otra vez. */
function senas(de) {
  if (!bloques.contains(de)) return null
  if (de.tagName === 'A') return `a[href="${CSS.escape(de.getAttribute('href'))}"]`
  const forma = de.closest('form')
  return forma ? { accion: forma.getAttribute('action'), texto: de.textContent } : null
}

function enfocar(dicho) {
  if (!dicho) return
  const hallado = typeof dicho === 'string'
    ? bloques.querySelector(dicho)
    : [...bloques.querySelectorAll('form')].find((f) => f.getAttribute('action') === dicho.accion && f.textContent.trim() === dicho.texto.trim())?.querySelector('button')
  const destino = hallado ?? bloques.querySelector('h2')
  if (destino?.tagName === 'H2') destino.tabIndex = -1
  destino?.focus({ preventScroll: true })
}

function poner(html) {
  const dicho = senas(document.activeElement)
  const arriba = scrollY
  bloques.innerHTML = html
  enfocar(dicho)
  scrollTo({ top: arriba, behavior: 'instant' })
  const ahora = contar()
  if (ahora > cuantos) decir(bloques.querySelector('#h-necesita').textContent)
  cuantos = ahora
}

async function mirar() {
  try {
    const respuesta = await fetch(bloques.dataset.fragmento, { headers: etiqueta ? { 'If-None-Match': etiqueta } : {}, cache: 'no-store', redirect: 'error' })
    if (respuesta.status === 304) return
    if (!respuesta.ok) throw new Error(String(respuesta.status))
    etiqueta = respuesta.headers.get('ETag') ?? ''
    poner(await respuesta.text())
  } catch {
    // Sin señal, o la sesión terminó: se queda lo que había y la barra de conexión lo dice.
  }
}

// Un toque resuelve sin cambiar de página; si algo no procede, el formulario de siempre lo explica.
// En el documento, para oírlo después de quien pregunta «¿seguro?» (pregonero.js).
document.addEventListener('submit', async (evento) => {
  if (evento.defaultPrevented || !bloques.contains(evento.target)) return
  evento.preventDefault()
  const forma = evento.target
  const boton = evento.submitter ?? forma.querySelector('button')
  boton.disabled = true
  try {
    const dicho = await pedir(forma.getAttribute('action'), new FormData(forma))
    decir(dicho.hecho ?? '')
    await mirar()
  } catch (error) {
    boton.disabled = false
    const aviso = document.createElement('p')
    aviso.className = 'falta'
    aviso.role = 'alert'
    aviso.textContent = error instanceof TypeError ? bloques.dataset.sinSenal : error.message
    forma.parentElement.querySelector('.falta')?.remove()
    forma.parentElement.append(aviso)
  }
})

alCambiar(mirar)
