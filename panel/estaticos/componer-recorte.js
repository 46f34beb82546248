// Recortar: un recuadro que se mueve con el ratón, con uno o dos dedos, o con el teclado. Corta el servidor.
import { pedir } from './pregonero.js'

const dialogo = document.getElementById('recorte')
const mesa = dialogo?.querySelector('[data-mesa]')
const foto = dialogo?.querySelector('[data-foto]')
const recuadro = dialogo?.querySelector('[data-recuadro]')
const medida = dialogo?.querySelector('[data-medida]')
const botones = dialogo?.querySelector('[data-razones]')
const MINIMO = 0.08
const PASO = 0.02

/** En partes de la imagen: x, y, ancho (el alto sale de la proporción). */
let caja = { x: 0, y: 0, ancho: 1, alto: 1 }
let razon = 0 // 0: libre
let actual = null

export function abrirRecorte(tarjeta, { textos, alRecortar }) {
  if (tarjeta.dataset.medio.startsWith('local-')) return // todavía no llega al servidor, que es quien corta
  actual = { tarjeta, textos, alRecortar, ancho: Number(tarjeta.dataset.ancho) || 1, alto: Number(tarjeta.dataset.alto) || 1 }
  ponerRazones(tarjeta, textos)
  foto.src = `/medio/${tarjeta.dataset.medio}/media`
  foto.onload = () => {
    actual.proporcion = foto.naturalWidth / foto.naturalHeight
    elegir(razon)
  }
  dialogo.showModal()
  recuadro.focus()
}

/** Las que admiten todas las redes elegidas: las dice el servidor en los botones que valen sin guiones. */
function ponerRazones(tarjeta, textos) {
  const dichas = JSON.parse(document.querySelector('[data-vistas] [data-razones]')?.textContent ?? '[]')
  const hay = [...dichas, { dicha: textos.libre, valor: 0 }]
  razon = hay[0].valor
  botones.replaceChildren(...hay.map(({ dicha, valor }) => {
    const rotulo = document.createElement('label')
    const radio = Object.assign(document.createElement('input'), { type: 'radio', name: 'razon', checked: valor === razon })
    radio.addEventListener('change', () => elegir(valor))
    rotulo.append(radio, ` ${dicha}`)
    return rotulo
  }))
}

/** El recuadro más grande de esa proporción, al centro. */
function elegir(valor) {
  razon = valor
  const relativa = razon ? razon / actual.proporcion : 1
  caja = relativa > 1 ? { ancho: 1, alto: 1 / relativa } : { ancho: relativa, alto: 1 }
  caja.x = (1 - caja.ancho) / 2
  caja.y = (1 - caja.alto) / 2
  pintar()
}

function pintar() {
  for (const [propiedad, valor] of [['left', caja.x], ['top', caja.y], ['width', caja.ancho], ['height', caja.alto]]) {
    recuadro.style.setProperty(propiedad, `${valor * 100}%`)
  }
  const { ancho, alto, textos } = actual
  medida.textContent = textos.medida.replace('%(ancho)s', Math.round(caja.ancho * ancho)).replace('%(alto)s', Math.round(caja.alto * alto))
}

const entre = (valor, desde, hasta) => Math.min(Math.max(valor, desde), Math.max(desde, hasta))

function mover(dx, dy) {
  caja.x = entre(caja.x + dx, 0, 1 - caja.ancho)
  caja.y = entre(caja.y + dy, 0, 1 - caja.alto)
  pintar()
}

/** Agrandarlo o achicarlo sin salirse ni perder la proporción, alrededor de su centro. */
function escalar(por) {
  const cabe = Math.min(1 / caja.ancho, 1 / caja.alto)
  const k = entre(por, MINIMO / Math.min(caja.ancho, caja.alto), cabe)
  const centro = { x: caja.x + caja.ancho / 2, y: caja.y + caja.alto / 2 }
  caja.ancho *= k
  caja.alto *= k
  caja.x = entre(centro.x - caja.ancho / 2, 0, 1 - caja.ancho)
  caja.y = entre(centro.y - caja.alto / 2, 0, 1 - caja.alto)
  pintar()
}

if (dialogo) {
  recuadro.addEventListener('keydown', (e) => {
    const paso = e.shiftKey ? PASO * 4 : PASO
    const moves = { ArrowLeft: [-paso, 0], ArrowRight: [paso, 0], ArrowUp: [0, -paso], ArrowDown: [0, paso] }
    if (moves[e.key]) mover(...moves[e.key])
    else if (e.key === '+' || e.key === '=') escalar(1 + paso * 2)
    else if (e.key === '-') escalar(1 / (1 + paso * 2))
    else return
    e.preventDefault()
  })
  const dedos = new Map()
  mesa.addEventListener('pointerdown', (e) => {
    mesa.setPointerCapture(e.pointerId)
    dedos.set(e.pointerId, { x: e.clientX, y: e.clientY })
  })
  mesa.addEventListener('pointermove', (e) => {
    const antes = dedos.get(e.pointerId)
    if (!antes) return
    const ahora = { x: e.clientX, y: e.clientY }
    const orilla = mesa.getBoundingClientRect()
    if (dedos.size === 1) mover((ahora.x - antes.x) / orilla.width, (ahora.y - antes.y) / orilla.height)
    else {
      const otro = [...dedos].find(([id]) => id !== e.pointerId)[1]
      const lejos = (p) => Math.hypot(p.x - otro.x, p.y - otro.y) || 1
      escalar(lejos(ahora) / lejos(antes))
    }
    dedos.set(e.pointerId, ahora)
  })
  for (const fin of ['pointerup', 'pointercancel']) mesa.addEventListener(fin, (e) => dedos.delete(e.pointerId))
  mesa.addEventListener('wheel', (e) => {
    e.preventDefault()
    escalar(e.deltaY < 0 ? 1.05 : 1 / 1.05)
  }, { passive: false })
  dialogo.querySelector('[data-cortar]').addEventListener('click', cortar)
}

async function cortar() {
  const { tarjeta, alRecortar } = actual
  try {
    const nuevo = await pedir('/componer/recortar', { medio: tarjeta.dataset.medio, ...caja })
    dialogo.close()
    alRecortar(nuevo)
  } catch (error) {
    medida.textContent = error.message
  }
}
