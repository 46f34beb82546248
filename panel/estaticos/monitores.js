// Por dónde va la cuenta del pasado de un monitor.

import { decir } from './pregonero.js'

const aviso = document.querySelector('[data-recuento]')
const barra = aviso?.querySelector('progress')

async function mirar() {
  try {
    const respuesta = await fetch(aviso.dataset.recuento, { headers: { Accept: 'application/json' }, cache: 'no-store' })
    if (!respuesta.ok) return
    const va = await respuesta.json()
    if (!va.sigue) {
      location.reload()
      return
    }
    if (va.de) {
      barra.max = va.de
      barra.value = va.van
      decir(`${Math.round((100 * va.van) / va.de)} %`)
    }
  } catch {
    // Sin señal: se vuelve a mirar.
  }
  setTimeout(mirar, 2000)
}

if (aviso) setTimeout(mirar, 1000)
