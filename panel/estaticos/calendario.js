// Mover lo que está en el calendario: arrastrándolo, con el dedo, o con el teclado. Sin guion se mueve en su página.
import { csrf, decir } from './pregonero.js'

const AL_PULSAR_MS = 350
const DESHACER_MS = 10_000
const DIAS = ['domingo', 'lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado']
const MESES = 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' ')

// ── fechas locales, como «2026-11-23T09:00», sin zona: la pone el servidor ──

const partir = (local) => local.split('T')
const comoFecha = (local) => new Date(`${local}:00Z`)
const escribir = (fecha) => fecha.toISOString().slice(0, 16)
const enPalabras = (local) => {
  const f = comoFecha(local)
  return `${DIAS[f.getUTCDay()]} ${f.getUTCDate()} de ${MESES[f.getUTCMonth()]}, ${f.getUTCHours()}:${local.slice(14)}`
}
const mas = (local, { dias = 0, horas = 0 }) => escribir(new Date(comoFecha(local).getTime() + (dias * 24 + horas) * 3_600_000))

// ── pedirlo ──

async function pedirMover(pieza, destino, { aunque = false } = {}) {
  const [dia, hora] = partir(destino)
  const cuerpo = new URLSearchParams({ dia, hora, era: pieza.dataset.era })
  for (const id of pieza.dataset.mover.split(' ')) cuerpo.append('entrega', id)
  if (aunque) cuerpo.set('aunque', '1')
  const respuesta = await fetch(`${new URL(pieza.href).pathname}/mover`, {
    method: 'POST',
    headers: { Accept: 'application/json', 'X-CSRF-Token': csrf() },
    body: cuerpo,
  })
  const dicho = await respuesta.json().catch(() => ({}))
  if (dicho.avisos?.length && !aunque) {
    const seguir = window.confirm(`${dicho.avisos.join('\n\n')}\n\n¿Moverla de todos modos?`)
    return seguir ? pedirMover(pieza, destino, { aunque: true }) : null
  }
  if (!respuesta.ok || dicho.error) throw new Error(dicho.error || 'No se pudo mover. Revise su conexión y vuelva a intentarlo.')
  return dicho
}

/** Moverla ya en la pantalla y después en la base; si no se puede, vuelve a donde estaba y se dice. */
async function mover(pieza, destino, { deshacible = true } = {}) {
  const antes = pieza.dataset.local
  if (destino === antes) return true
  const vuelta = recordar(pieza)
  poner(pieza, destino)
  try {
    const dicho = await pedirMover(pieza, destino)
    if (dicho === null) { vuelta(); return false }
    pieza.dataset.era = dicho.era
    poner(pieza, dicho.local)
    avisar(dicho.hecho, deshacible ? () => mover(pieza, antes, { deshacible: false }) : null)
    return true
  } catch (error) {
    vuelta()
    avisar(error.message, null, true)
    return false
  }
}

function recordar(pieza) {
  const { parentNode, nextSibling } = pieza
  const local = pieza.dataset.local
  return () => {
    parentNode.insertBefore(pieza, nextSibling)
    rotular(pieza, local)
  }
}

function rotular(pieza, local) {
  pieza.dataset.local = local
  const hora = pieza.querySelector('time')
  if (hora) hora.textContent = `${Number(local.slice(11, 13))}:${local.slice(14)}`
}

/** Llevarla a su día (y a su hora, en la semana), entre las demás. Si su día no está en la pantalla, se quita. */
function poner(pieza, local) {
  rotular(pieza, local)
  const [dia, hora] = partir(local)
  const casa = document.querySelector(`[data-soltar] [data-dia="${dia}"]`)
  if (!casa) { pieza.remove(); return }
  const numero = Number(hora.slice(0, 2))
  const cuadro = casa.querySelector(`[data-hora="${numero < 6 ? 0 : numero}"]`) ?? casa.querySelector('.cosas')
  const siguiente = [...cuadro.querySelectorAll('.pieza[data-local]')].find((o) => o !== pieza && o.dataset.local > local)
  cuadro.insertBefore(pieza, siguiente ?? cuadro.querySelector('.resto, .fantasma, .falta-algo'))
  cuadro.classList.remove('sola')
  casa.classList.remove('vacia')
}

// ── decirlo ──

let recado
function avisar(texto, deshacer, mal = false) {
  recado?.remove()
  recado = document.createElement('div')
  recado.className = `recado-volante${mal ? ' mal' : ''}`
  recado.append(Object.assign(document.createElement('span'), { textContent: texto }))
  const este = recado
  const quitar = () => este.remove()
  if (deshacer) {
    const boton = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Deshacer' })
    boton.addEventListener('click', () => { quitar(); deshacer() })
    recado.append(boton)
  }
  document.body.append(recado)
  decir(deshacer ? `${texto} Hay diez segundos para deshacerlo.` : texto)
  setTimeout(quitar, DESHACER_MS)
}

// ── arrastrarla ──

let mano = null

document.addEventListener('pointerdown', (evento) => {
  const pieza = evento.target.closest?.('.pieza[data-mover]')
  if (!pieza || evento.button !== 0 || evento.target.closest('button')) return
  mano = { pieza, x: evento.clientX, y: evento.clientY, toque: evento.pointerType !== 'mouse', viva: false }
  if (mano.toque) mano.espera = setTimeout(() => levantar(), AL_PULSAR_MS)
})

document.addEventListener('pointermove', (evento) => {
  if (!mano) return
  const lejos = Math.hypot(evento.clientX - mano.x, evento.clientY - mano.y) > 6
  if (!mano.viva) {
    if (!lejos) return
    if (mano.toque) { soltar(); return }
    levantar()
  }
  llevar(evento.clientX, evento.clientY)
})

document.addEventListener('pointerup', () => {
  if (!mano) return
  const { pieza, viva, cae } = mano
  soltar()
  if (!viva) return
  const tragar = (e) => { e.preventDefault(); e.stopPropagation() } // al soltarla no se abre
  document.addEventListener('click', tragar, true)
  setTimeout(() => document.removeEventListener('click', tragar, true), 50)
  if (cae) mover(pieza, destinoEn(pieza, cae))
})

document.addEventListener('pointercancel', () => mano && soltar())
document.addEventListener('keydown', (e) => { if (e.key === 'Escape' && mano?.viva) soltar() })
document.addEventListener('dragstart', (e) => { if (e.target.closest?.('.pieza')) e.preventDefault() })
document.addEventListener('contextmenu', (e) => { if (mano?.viva) e.preventDefault() })
document.addEventListener('touchmove', (e) => { if (mano?.viva) e.preventDefault() }, { passive: false })

function levantar() {
  mano.viva = true
  mano.copia = mano.pieza.cloneNode(true)
  mano.copia.removeAttribute('data-mover')
  mano.copia.classList.add('volando')
  mano.copia.style.setProperty('width', `${mano.pieza.offsetWidth}px`)
  document.body.append(mano.copia)
  mano.pieza.classList.add('en-mano')
  document.body.classList.add('arrastrando')
  navigator.vibrate?.(12)
  llevar(mano.x, mano.y)
}

function llevar(x, y) {
  mano.copia.style.setProperty('transform', `translate(${x - 24}px, ${y - 14}px) rotate(1deg)`)
  if (y < 60) window.scrollBy(0, -14)
  else if (y > window.innerHeight - 80) window.scrollBy(0, 14)
  const debajo = document.elementFromPoint(x, y)
  const dia = debajo?.closest('[data-soltar] [data-dia]')
  const cae = dia && (debajo.closest('[data-hora]') ?? dia)
  if (cae === mano.cae) return
  mano.cae?.classList.remove('aqui-cae')
  mano.cae = cae
  cae?.classList.add('aqui-cae')
}

function soltar() {
  clearTimeout(mano.espera)
  mano.copia?.remove()
  mano.cae?.classList.remove('aqui-cae')
  mano.pieza.classList.remove('en-mano')
  document.body.classList.remove('arrastrando')
  mano = null
}

/** Otro día, a la misma hora; en la semana, a la hora donde cae, con sus mismos minutos. */
function destinoEn(pieza, cuadro) {
  const dia = cuadro.closest('[data-dia]').dataset.dia
  const [, hora] = partir(pieza.dataset.local)
  const suya = Number(hora.slice(0, 2))
  const nueva = cuadro.dataset.hora
  const enSuHora = nueva === undefined || Number(nueva) === (suya < 6 ? 0 : suya)
  return enSuHora ? `${dia}T${hora}` : `${dia}T${nueva.padStart(2, '0')}:${hora.slice(3)}`
}

// ── con el teclado, o eligiendo la hora ──

const dialogo = document.getElementById('mover')
let elegida = null

function abrir(pieza) {
  elegida = pieza
  dialogo.querySelector('[data-dice]').textContent = pieza.querySelector('.dice').textContent
  dialogo.querySelector('[data-ver]').href = pieza.href
  dialogo.querySelector('[data-falta]').hidden = true
  apuntar(pieza.dataset.local)
  dialogo.showModal()
  dialogo.querySelector('[data-a-donde]').focus()
}

const apuntada = () => `${dialogo.querySelector('[name=dia]').value}T${dialogo.querySelector('[name=hora]').value}`

function apuntar(local) {
  const [dia, hora] = partir(local)
  dialogo.querySelector('[name=dia]').value = dia
  dialogo.querySelector('[name=hora]').value = hora
  dialogo.querySelector('[data-a-donde] output').textContent = enPalabras(local)
}

document.addEventListener('keydown', (evento) => {
  const pieza = evento.target.closest?.('.pieza[data-mover]')
  if (pieza && evento.key.toLowerCase() === 'm' && !evento.ctrlKey && !evento.metaKey && !evento.altKey) {
    evento.preventDefault()
    abrir(pieza)
  }
})

// Un botón que se ve al pasar por la tarjeta: quien no sabe de la tecla también la mueve sin arrastrar.
const boton = Object.assign(document.createElement('button'), { type: 'button', className: 'mando-mover', textContent: 'Mover…', tabIndex: -1 })
boton.addEventListener('click', (evento) => {
  evento.preventDefault()
  evento.stopPropagation()
  abrir(boton.para)
})
document.addEventListener('pointerover', (evento) => {
  if (evento.pointerType !== 'mouse' || mano?.viva || evento.target === boton) return
  const pieza = evento.target.closest?.('.pieza[data-mover]')
  if (!pieza) { boton.remove(); return }
  boton.para = pieza
  const casa = pieza.parentElement
  if (boton.parentElement !== casa) casa.append(boton)
  casa.style.setProperty('position', 'relative')
  boton.style.setProperty('inset', `${pieza.offsetTop + pieza.offsetHeight - 27}px 3px auto auto`)
})

if (dialogo) {
  dialogo.querySelector('[data-a-donde]').addEventListener('keydown', (evento) => {
    const paso = { ArrowLeft: { dias: -1 }, ArrowRight: { dias: 1 }, ArrowUp: { horas: -1 }, ArrowDown: { horas: 1 } }[evento.key]
    if (paso) {
      evento.preventDefault()
      apuntar(mas(apuntada(), paso))
    } else if (evento.key === 'Enter') {
      evento.preventDefault()
      dialogo.querySelector('form').requestSubmit()
    }
  })
  dialogo.addEventListener('input', () => { if (apuntada().length === 16) apuntar(apuntada()) })
  dialogo.querySelector('[data-dejar]').addEventListener('click', () => dialogo.close())
  dialogo.addEventListener('close', () => { elegida?.focus(); decir('') })
  dialogo.querySelector('form').addEventListener('submit', async (evento) => {
    evento.preventDefault()
    const pieza = elegida
    dialogo.close()
    if (await mover(pieza, apuntada())) pieza.isConnected && pieza.focus()
  })
}

// ── los filtros se aplican al elegirlos ──

for (const forma of document.querySelectorAll('[data-filtros]')) {
  forma.querySelector('button')?.classList.add('solo-lector')
  forma.addEventListener('change', (evento) => { if (evento.target.matches('select, input')) forma.requestSubmit() })
}

document.addEventListener('click', (evento) => {
  for (const abierto of document.querySelectorAll('.elegir[open]')) if (!abierto.contains(evento.target)) abierto.open = false
})

// En el teléfono la semana es larga: empieza en hoy.
if (!location.hash && window.matchMedia('(max-width: 760px)').matches) document.querySelector('.rejilla .hoy')?.scrollIntoView()
