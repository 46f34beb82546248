// Componer: ver cómo queda mientras se escribe, y no perder nunca lo escrito.
//
// El formulario manda; aquí sólo se pide lo mismo sin moverse de página. Cada cambio se guarda primero en este aparato
// (`pendientes.js`) y después en el servidor; sin señal, se queda aquí hasta que vuelva.
import { csrf, decir } from './pregonero.js'
import './pendientes.js'
import { alCambiarImagenes, fotosSinSubir, numerarFaltas, prepararImagenes, reponerImagenes } from './componer-imagenes.js'

const { pendientes } = self
const hoja = document.getElementById('hoja')
const T = hoja ? JSON.parse(document.getElementById('textos-de-componer').textContent) : {}
const comoVa = document.querySelector('[data-como-va]')
const QUIEN = document.querySelector('meta[name="quien"]')?.content ?? ''
const EN_APARATO_MS = 300
const EN_SERVIDOR_MS = 1500
const REVISAR_MS = 450

let cerrada = false // ya se mandó, o espera la señal para mandarse
let sucia = false
let guardadoEn = comoVa?.textContent.trim() ? Date.now() : 0
let relojes = {}
let enVuelo = null
let ultimaVista = 0

if (hoja) empezar()

async function empezar() {
  for (const e of document.querySelectorAll('[data-sin-guiones]')) e.hidden = true
  const dicha = new URLSearchParams(location.search).get('borrador')
  if (dicha && dicha !== hoja.elements.clave.value) hoja.elements.clave.value = dicha // la copia sin señal es de otra hoja
  else if (hoja.dataset.nuevo) hoja.elements.clave.value = uuid()
  hoja.elements.aparato.value = uuid().slice(0, 16)
  prepararChips()
  prepararPestanas()
  prepararCuando()
  prepararEnlace()
  prepararImagenes({ textos: T, mandar: pedirTrozo })
  alCambiarImagenes(() => cambio(hoja))
  hoja.addEventListener('input', (e) => cambio(e.target))
  hoja.addEventListener('change', (e) => cambio(e.target))
  hoja.addEventListener('submit', alMandar)
  addEventListener('online', alVolver)
  addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && sucia && !cerrada && alCerrar())
  addEventListener('pagehide', () => sucia && !cerrada && alCerrar())
  setInterval(decirHace, 20_000)
  await recuperar()
  if (!vacia()) revisar() // a quien abre una hoja en blanco no se le dice que le falta todo
}

const vacia = () => !hoja.elements.texto.value.trim() && !hoja.querySelector('[name="perfil"]:checked, [name="medio"]')

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID().replaceAll('-', '')
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
}

// ── guardar ──

function cambio(donde) {
  if (cerrada || donde?.type === 'file') return
  sucia = true
  hoja.elements.sello.value = Number(hoja.elements.sello.value) + 1
  despues('aparato', EN_APARATO_MS, enAparato)
  despues('servidor', EN_SERVIDOR_MS, guardar)
  despues('revisar', REVISAR_MS, revisar)
}

function despues(cual, ms, hacer) {
  clearTimeout(relojes[cual])
  relojes[cual] = setTimeout(hacer, ms)
}

const cuerpo = () => new URLSearchParams([...new FormData(hoja)].filter(([n, v]) => typeof v === 'string' && n !== 'csrf')).toString()

function registro(camino) {
  return {
    clave: hoja.elements.clave.value,
    camino,
    cuerpo: cuerpo(),
    quien: QUIEN,
    sello: Number(hoja.elements.sello.value),
    rotulo: hoja.elements.texto.value.slice(0, 120),
    fotos: fotosSinSubir(),
  }
}

const enAparato = (camino = '/componer/guardar') => pendientes.poner(registro(camino)).catch(() => {})

/** Lo que queda al cerrar: en este aparato, y un último intento con el servidor. */
function alCerrar() {
  enAparato()
  fetch('/componer/guardar', { method: 'POST', keepalive: true, headers: cabeceras(), body: cuerpo() }).catch(() => {})
}

const cabeceras = () => ({ Accept: 'application/json', 'X-CSRF-Token': csrf(), 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' })

/** Uno a la vez: el segundo espera al primero y manda lo último. */
async function guardar() {
  if (cerrada) return
  if (enVuelo) return despues('servidor', 300, guardar)
  if (fotosSinSubir().length) return sinSenal() // las sube `pendientes` con lo escrito
  const mio = registro('/componer/guardar')
  decirComoVa(T.guardando)
  enVuelo = mandar('/componer/guardar', mio)
  const dicho = await enVuelo.catch(() => null)
  enVuelo = null
  if (!dicho) return sinSenal()
  if (dicho.aparte) return seFueAparte(dicho)
  if (dicho.error && !dicho.vacio) return decirComoVa(T.no_guardado.replace('%(motivo)s', dicho.error))
  await pendientes.quitar(mio.clave, mio.sello)
  if (dicho.revision) hoja.elements.revision.value = dicho.revision
  if (Number(hoja.elements.sello.value) === mio.sello) sucia = false
  if (dicho.vacio) return decirComoVa('')
  guardadoEn = Date.now()
  decirHace()
  ponerDireccion(mio.clave)
}

/** Lanza si no hay señal. Con la ficha vieja, pide otra y lo intenta una vez más. */
async function mandar(camino, mio) {
  let respuesta = await fetch(camino, { method: 'POST', headers: cabeceras(), body: mio.cuerpo })
  if (respuesta.status === 403) {
    const ficha = await pendientes.pedirFicha()
    if (!ficha || ficha.quien !== QUIEN) throw new Error('sin sesión')
    document.querySelector('meta[name="csrf"]').content = ficha.ficha
    respuesta = await fetch(camino, { method: 'POST', headers: cabeceras(), body: mio.cuerpo })
  }
  if (respuesta.status === 401 || respuesta.status >= 500) throw new Error(`(${respuesta.status})`)
  return respuesta.json()
}

/** Que el teléfono lo mande al volver la señal, aunque esta página ya no esté abierta. */
const pedirQueSeMande = () => navigator.serviceWorker?.ready.then((r) => r.sync?.register('pendientes')).catch(() => {})

function sinSenal() {
  enAparato()
  pedirQueSeMande()
  decirComoVa(T.sin_senal)
}

function ponerDireccion(clave) {
  if (!location.search.includes(clave)) history.replaceState(null, '', `/componer?borrador=${clave}`)
}

function seFueAparte(dicho) {
  cerrada = true
  pendientes.quitar(hoja.elements.clave.value)
  comoVa.replaceChildren(`${T.aparte} `, enlace(`/componer?borrador=${dicho.aparte}`, T.abrir))
}

function enlace(a, texto) {
  const nuevo = document.createElement('a')
  nuevo.href = a
  nuevo.textContent = texto
  return nuevo
}

function decirComoVa(texto) {
  if (comoVa && comoVa.textContent !== texto) comoVa.textContent = texto
}

function decirHace() {
  if (!guardadoEn || cerrada || sucia) return
  const minutos = Math.floor((Date.now() - guardadoEn) / 60_000)
  decirComoVa(minutos ? T.hace.replace('%(n)s', minutos) : T.guardado)
}

// ── lo que esperaba en este aparato ──

async function recuperar() {
  const clave = hoja.elements.clave.value
  const suyo = await pendientes.de(clave).catch(() => null)
  if (suyo && (!suyo.quien || suyo.quien === QUIEN)) {
    if (!(await alVolver())) reponer(suyo)
  } else if (!(await alVolver()) && !hoja.dataset.nuevo) await alDia(clave)
}

/** Si el trabajador mandó lo que esperaba mientras se abría esta página, lo que trae ya es viejo. */
async function alDia(clave) {
  const ficha = await pendientes.pedirFicha(clave)
  if (ficha && !sucia && ficha.revision > Number(hoja.elements.revision.value)) location.replace(`/componer?borrador=${clave}`)
}

/** Volvió la señal, o se abrió la página: mandar lo que espera. Verdadero si lo de esta hoja ya llegó. */
async function alVolver() {
  const contestados = await pendientes.enviarPendientes().catch(() => [])
  const clave = hoja.elements.clave.value
  const mio = contestados.find((c) => c.registro.clave === clave)
  if (!mio && hoja.inert && !(await pendientes.de(clave))) location.assign(`/componer?borrador=${clave}`) // lo mandó el trabajador
  if (!mio) return false
  if (mio.dicho.enviado) location.assign(mio.dicho.ir)
  else if (mio.dicho.guardado) location.replace(mio.dicho.ir || `/componer?borrador=${clave}`)
  else if (mio.dicho.error) decirComoVa(mio.dicho.error)
  return Boolean(mio.dicho.guardado || mio.dicho.enviado)
}

function reponer(suyo) {
  const datos = new URLSearchParams(suyo.cuerpo)
  for (const campo of hoja.elements) {
    if (!campo.name || campo.type === 'file' || campo.tagName === 'BUTTON' || ['csrf', 'aparato', 'clave'].includes(campo.name)) continue
    if (campo.type === 'checkbox' || campo.type === 'radio') campo.checked = datos.getAll(campo.name).includes(campo.value)
    else if (datos.has(campo.name) && campo.name !== 'encuesta') campo.value = datos.get(campo.name)
  }
  const opciones = datos.getAll('encuesta')
  hoja.querySelectorAll('[name="encuesta"]').forEach((campo, i) => (campo.value = opciones[i] ?? ''))
  reponerImagenes(datos, suyo.fotos)
  hoja.dispatchEvent(new Event('repuesta'))
  sucia = true
  if (suyo.camino === '/componer/enviar' && !suyo.razon) esperarLaSenal()
  else decirComoVa(suyo.razon || T.recuperado)
}

// ── mandarlo ──

async function alMandar(evento) {
  const boton = evento.submitter
  const camino = boton?.getAttribute('formaction') ?? hoja.getAttribute('action')
  if (camino === '/componer/guardar') {
    evento.preventDefault()
    clearTimeout(relojes.servidor)
    sucia = true
    return guardar()
  }
  if (camino !== '/componer/enviar') return
  evento.preventDefault()
  if (cerrada) return
  Object.values(relojes).forEach(clearTimeout)
  await enVuelo?.catch(() => null)
  hoja.elements.sello.value = Number(hoja.elements.sello.value) + 1
  const mio = registro('/componer/enviar')
  await pendientes.poner(mio).catch(() => {})
  boton.disabled = true
  decirComoVa(T.enviando)
  let dicho = null
  if (!mio.fotos.length) dicho = await mandar('/componer/enviar', mio).catch(() => null)
  else dicho = (await pendientes.enviarPendientes().catch(() => [])).find((c) => c.registro.clave === mio.clave)?.dicho ?? null
  boton.disabled = false
  if (!dicho) return esperarLaSenal()
  await pendientes.quitar(mio.clave)
  if (dicho.enviado) {
    cerrada = true
    return location.assign(dicho.ir)
  }
  if (dicho.revision) hoja.elements.revision.value = dicho.revision
  decirComoVa(dicho.error)
  decir(dicho.error)
  await revisar()
  hoja.querySelector('.faltas:not([hidden])')?.closest('.hoja, .campo')?.scrollIntoView({ block: 'center' })
}

/** Queda guardado para mandarse solo; si cambia de idea, sigue escribiendo y ya no se manda. */
function esperarLaSenal() {
  cerrada = true
  pedirQueSeMande()
  decir(T.por_enviar)
  const seguir = document.createElement('button')
  seguir.type = 'button'
  seguir.className = 'chico'
  seguir.textContent = T.seguir
  seguir.addEventListener('click', () => {
    cerrada = false
    hoja.inert = false
    decirComoVa('')
    cambio(hoja)
  })
  comoVa.replaceChildren(`${T.por_enviar} `, seguir)
  hoja.inert = true
}

// ── revisar ──

async function pedirTrozo(camino, datos = cuerpo()) {
  const respuesta = await fetch(camino, { method: 'POST', headers: { ...cabeceras(), Accept: 'text/html', 'X-Trozo': '1' }, body: datos })
  if (!respuesta.ok || respuesta.redirected) throw new Error(`(${respuesta.status})`)
  return respuesta.text()
}

async function revisar() {
  const esta = ++ultimaVista
  const html = await pedirTrozo('/componer/revisar').catch(() => null)
  if (esta !== ultimaVista) return
  if (html === null) return olvidarRevision()
  const vistas = document.querySelector('[data-vistas]')
  vistas.innerHTML = html
  const hallado = vistas.querySelector('[data-panorama]')
  const porCampo = JSON.parse(hallado.querySelector('[data-por-campo]').textContent)
  numerarFaltas()
  for (const lista of hoja.querySelectorAll('[data-faltas]')) ponerFaltas(lista, porCampo[lista.dataset.faltas] ?? [])
  decirResumen(Number(hallado.dataset.graves), Boolean(hallado.dataset.listo))
}

/** Lo que se dijo de un texto que ya no es éste. */
function olvidarRevision() {
  for (const lista of hoja.querySelectorAll('[data-faltas]')) ponerFaltas(lista, [])
  decirResumen(0, false)
  document.querySelector('[data-vistas]').replaceChildren(Object.assign(document.createElement('p'), { className: 'suave', textContent: T.sin_vista }))
}

function ponerFaltas(lista, dichas) {
  lista.hidden = !dichas.length
  lista.replaceChildren(...dichas.map(({ dicha, grave }) => Object.assign(document.createElement('li'), { textContent: dicha, className: grave ? '' : 'ojo' })))
}

function decirResumen(graves, listo) {
  const resumen = hoja.querySelector('[data-resumen]')
  const texto = listo ? T.listo : graves === 1 ? T.un_problema : graves ? T.problemas.replace('%(n)s', graves) : ''
  if (resumen.textContent !== texto) resumen.textContent = texto
  resumen.classList.toggle('bien', listo)
}

// ── lo que se mejora ──

function prepararChips() {
  const chips = [...hoja.querySelectorAll('[name="perfil"]')]
  const todos = hoja.querySelector('[data-todos]')
  if (chips.length < 2) return
  todos.hidden = false
  const pintar = () => (todos.textContent = chips.every((c) => c.checked) ? T.ninguno : T.todos)
  todos.addEventListener('click', () => {
    const poner = !chips.every((c) => c.checked)
    for (const chip of chips) chip.checked = poner
    chips[0].dispatchEvent(new Event('change', { bubbles: true }))
  })
  hoja.addEventListener('change', pintar)
  hoja.addEventListener('repuesta', pintar)
  pintar()
}

/** Un texto a la vista y los demás detrás de su pestaña; sólo las de lo elegido, o las que ya dicen algo. */
function prepararPestanas() {
  const lista = hoja.querySelector('[data-pestanas]')
  const paneles = [...hoja.querySelectorAll('[data-panel]')]
  if (paneles.length < 2) return
  let actual = ''
  const botones = paneles.map((panel, i) => {
    const boton = document.createElement('button')
    boton.type = 'button'
    boton.role = 'tab'
    boton.id = `pestana-${i}`
    panel.id ||= `panel-${i}`
    boton.setAttribute('aria-controls', panel.id)
    boton.textContent = panel.dataset.rotulo ?? T.general
    boton.addEventListener('click', () => elegir(panel.dataset.panel))
    lista.append(boton)
    panel.setAttribute('role', 'tabpanel')
    panel.setAttribute('aria-labelledby', boton.id)
    if (panel.tagName === 'DETAILS') {
      panel.open = true
      panel.querySelector('summary').hidden = true
      const general = panel.querySelector('[data-usar-general]')
      general.hidden = false
      general.addEventListener('click', () => {
        const area = panel.querySelector('textarea')
        area.value = ''
        area.dispatchEvent(new Event('input', { bubbles: true }))
        elegir('')
        botones[0].focus()
      })
    }
    return boton
  })
  lista.addEventListener('keydown', (e) => {
    const salto = { ArrowRight: 1, ArrowLeft: -1 }[e.key]
    if (!salto) return
    const vistos = botones.filter((b) => !b.hidden)
    vistos[(vistos.indexOf(document.activeElement) + salto + vistos.length) % vistos.length].focus()
    document.activeElement.click()
    e.preventDefault()
  })
  const elegir = (cual) => {
    actual = cual
    pintar()
  }
  const pintar = () => {
    const elegidos = new Set([...hoja.querySelectorAll('[name="perfil"]:checked')].map((c) => c.value))
    let hay = 0
    paneles.forEach((panel, i) => {
      const suyos = (panel.dataset.perfiles ?? '').split(' ')
      const propio = panel.dataset.panel && panel.querySelector('textarea').value.trim()
      const toca = !panel.dataset.panel || propio || suyos.some((s) => elegidos.has(s))
      botones[i].hidden = !toca
      botones[i].classList.toggle('propio', Boolean(propio))
      hay += toca
      if (!toca && actual === panel.dataset.panel) actual = ''
    })
    paneles.forEach((panel, i) => {
      const es = panel.dataset.panel === actual
      panel.hidden = !es
      botones[i].setAttribute('aria-selected', es)
      botones[i].tabIndex = es ? 0 : -1
    })
    lista.hidden = hay < 2
  }
  hoja.addEventListener('input', pintar)
  hoja.addEventListener('change', pintar)
  hoja.addEventListener('repuesta', pintar)
  pintar()
}

function prepararCuando() {
  const pintar = () => {
    const elegido = hoja.querySelector('[name="cuando"]:checked')?.value
    for (const e of hoja.querySelectorAll('[data-si-cuando]')) e.hidden = e.dataset.siCuando !== elegido
    for (const e of hoja.querySelectorAll('[data-de-red]')) e.hidden = !hoja.querySelector(`[name="perfil"][data-red="${e.dataset.deRed}"]:checked`)
  }
  hoja.addEventListener('change', pintar)
  hoja.addEventListener('repuesta', pintar)
  pintar()
}

function prepararEnlace() {
  const campo = hoja.elements.enlace
  const sitio = hoja.querySelector('[data-tarjeta]')
  let visto = ''
  const mirar = async () => {
    const dicho = campo.value.trim()
    if (dicho === visto) return
    visto = dicho
    sitio.innerHTML = ''
    if (!/^https?:\/\/[^\s/]+\.[^\s/]+/.test(dicho)) return
    const html = await pedirTrozo('/componer/enlace').catch(() => '')
    if (visto === dicho) sitio.innerHTML = html
  }
  campo.addEventListener('change', mirar)
  if (campo.value) mirar()
}
