// Pedir los toques en este aparato: el permiso, la suscripción del navegador, y decírselo al servidor.

import { pedir } from './pregonero.js'

const forma = document.querySelector('[data-avisos]')
const falta = forma?.querySelector('[data-falta]')
const boton = forma?.querySelector('[data-pedir]')

const deBase64 = (texto) => Uint8Array.from(atob(texto.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const aBase64 = (llave) => btoa(String.fromCharCode(...new Uint8Array(llave))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

function decirFalta(texto) {
  falta.textContent = texto
  falta.hidden = !texto
}

async function suscribirse() {
  if (await Notification.requestPermission() !== 'granted') throw new Error(forma.dataset.negado)
  const registro = await navigator.serviceWorker.ready
  const llave = deBase64(forma.dataset.llave)
  const antes = await registro.pushManager.getSubscription()
  if (antes && aBase64(antes.options.applicationServerKey ?? []) !== forma.dataset.llave) await antes.unsubscribe()
  try {
    return await registro.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: llave })
  } catch { throw new Error(forma.dataset.noPudo) }
}

async function recibirAqui(evento) {
  evento.preventDefault()
  boton.disabled = true
  decirFalta('')
  try {
    const suya = await suscribirse()
    const cuerpo = new FormData(forma)
    cuerpo.set('direccion', suya.endpoint)
    cuerpo.set('p256dh', aBase64(suya.getKey('p256dh')))
    cuerpo.set('autenticacion', aBase64(suya.getKey('auth')))
    await pedir(forma.getAttribute('action'), cuerpo)
    location.reload()
  } catch (error) {
    decirFalta(error.message)
    boton.disabled = false
  }
}

if (forma) {
  const puede = isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
  boton.disabled = !puede
  if (!puede) decirFalta(forma.dataset.noPuede)
  forma.addEventListener('submit', recibirAqui)
}
