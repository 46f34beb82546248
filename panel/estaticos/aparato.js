// Lo que el panel hace como aplicación del teléfono: su trabajador, la barra sin señal, la versión nueva.

import { pedir } from './pregonero.js'

const barra = document.getElementById('avisos-del-aparato')
const dichos = new Map()

/** Poner o quitar un aviso de la barra. accion: {texto, al} o {texto, ir}. */
function poner(clave, texto, accion) {
  dichos.get(clave)?.remove()
  dichos.delete(clave)
  if (texto) {
    const p = document.createElement('p')
    p.setAttribute('role', 'status')
    p.append(texto)
    if (accion) {
      const boton = document.createElement(accion.ir ? 'a' : 'button')
      boton.textContent = accion.texto
      if (accion.ir) boton.href = accion.ir
      else boton.addEventListener('click', accion.al)
      p.append(' ', boton)
    }
    dichos.set(clave, p)
    barra.append(p)
  }
  barra.hidden = dichos.size === 0
}

// ── la señal ──

const copia = document.documentElement.dataset.copia

function decirSenal() {
  if (copia) {
    const hora = new Date(copia).toLocaleTimeString('es-MX', { hour: 'numeric', minute: '2-digit', hour12: false })
    poner('senal', barra.dataset.copia.replace('{hora}', hora), { texto: barra.dataset.recargar, al: () => location.reload() })
  } else poner('senal', navigator.onLine ? '' : barra.dataset.sinSenal)
}

if (barra) {
  addEventListener('online', decirSenal)
  addEventListener('offline', decirSenal)
  decirSenal()
}

// ── el trabajador ──

const DESCANSO_MS = 30 * 60_000
const quien = document.querySelector('meta[name="quien"]')?.content

async function empezar() {
  const registro = await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' })
  avisarSiHayNueva(registro)
  registro.addEventListener('updatefound', () => {
    registro.installing?.addEventListener('statechange', () => avisarSiHayNueva(registro))
  })
  const { active } = await navigator.serviceWorker.ready
  const mandar = () => active?.postMessage({ haz: 'mandar', quien })
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.hay) mandar()
    else if (data?.llego) poner('compartido', barra.dataset.llego, { texto: barra.dataset.abrir, ir: data.ir })
    else if (data?.error) poner('compartido', `${barra.dataset.fallo} ${data.error}`)
  })
  addEventListener('online', mandar)
  const alVolver = () => registro.sync?.register('borradores').catch(() => {}) // aunque entonces esté cerrado
  addEventListener('offline', alVolver)
  if (copia || !navigator.onLine) alVolver()
  if (navigator.onLine) mandar()
  if (navigator.onLine && !copia) {
    guardarCopias(active)
    renovarAvisos(registro)
  }
}

/** Los avisos que pidió este aparato siguen valiendo en la sesión de ahora. */
async function renovarAvisos(registro) {
  if (!('Notification' in window) || Notification.permission !== 'granted' || sessionStorage.getItem('avisos') === quien) return
  const suya = await registro.pushManager?.getSubscription()
  sessionStorage.setItem('avisos', quien ?? '')
  if (suya) await pedir('/cuenta/avisos/renovar', { direccion: suya.endpoint }).catch(() => {})
}

/** Lo de hoy y desde dónde escribir, para cuando no haya señal; de vez en cuando y sin estorbar. */
function guardarCopias(trabajador) {
  const ultima = JSON.parse(sessionStorage.getItem('copias') ?? '{}')
  if (!quien || (ultima.quien === quien && Date.now() - ultima.en < DESCANSO_MS)) return
  sessionStorage.setItem('copias', JSON.stringify({ quien, en: Date.now() }))
  setTimeout(() => trabajador?.postMessage({ haz: 'guardar', quien }), 3000)
}

function avisarSiHayNueva(registro) {
  if (!registro.waiting || !navigator.serviceWorker.controller) return
  poner('nueva', barra.dataset.nueva, {
    texto: barra.dataset.recargar,
    al: () => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
      registro.waiting.postMessage({ haz: 'estrenar' })
    },
  })
}

if (barra && 'serviceWorker' in navigator && isSecureContext) addEventListener('load', () => empezar().catch(() => {}))
