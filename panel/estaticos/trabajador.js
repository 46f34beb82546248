/* global PREGONERO */
// El trabajador: lo que el panel hace en el teléfono cuando no hay señal, o cuando no está abierto.
// El servidor le pone delante PREGONERO: la huella de esta versión y lo que hay que guardar.
//
//   la cáscara   estilo, guiones, iconos: se guardan al instalar; su dirección cambia con cada versión
//   las páginas  primero la red; sin ella, la copia de la última vez. Sólo unas pocas, y sólo de quien entró aquí
//   lo demás     a la red. Nunca se guarda la API, ni lo que se manda

importScripts(PREGONERO.borradores) // self.pendientes

importScripts(PREGONERO.pendientes) // lo que se escribió sin señal: `self.pendientes`

const CASCARA = `cascara-${PREGONERO.huella}`
const PAGINAS = 'paginas'
const FOTOS = 'fotos'
const FOTOS_MAXIMAS = 80
const DE_QUIEN = '/de-quien-es-esto'
const PLAZO_MS = 8000 // con dos rayas de señal, más vale la copia que esperar sin fin

self.addEventListener('install', (evento) => {
  evento.waitUntil(caches.open(CASCARA).then((cache) => cache.addAll(PREGONERO.cascara.map((d) => new Request(d, { cache: 'reload' })))))
})

self.addEventListener('activate', (evento) => {
  evento.waitUntil((async () => {
    for (const nombre of await caches.keys()) if (nombre.startsWith('cascara-') && nombre !== CASCARA) await caches.delete(nombre)
    await self.clients.claim()
  })())
})

const HACERES = {
  estrenar: () => self.skipWaiting(),
  guardar: guardarCopias,
  mandar: (ventana) => Promise.all([mandarCompartidos().then(() => contarCompartidos(ventana)), self.pendientes.enviarPendientes()]),
}

self.addEventListener('message', (evento) => {
  const { haz, quien } = evento.data ?? {}
  if (haz in HACERES) evento.waitUntil((quien ? deQuien(quien) : Promise.resolve()).then(() => HACERES[haz](evento.source)))
})

self.addEventListener('fetch', (evento) => {
  const { request } = evento
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.method === 'POST') {
    if (url.pathname === '/salir') evento.respondWith(olvidar().then(() => fetch(request)))
    else if (url.pathname === '/compartir' && request.mode === 'navigate') evento.respondWith(recibirCompartido(evento))
    return
  }
  if (request.method !== 'GET') return
  if (url.pathname.startsWith('/estaticos/')) evento.respondWith(deLaCascara(request))
  else if (/^\/medio\/\d+\/(estampilla|mini)$/.test(url.pathname)) evento.respondWith(foto(request))
  else if (request.mode === 'navigate') evento.respondWith(pagina(evento, url))
})

// ── la cáscara ──

async function deLaCascara(request) {
  return (await caches.match(request.url, { cacheName: CASCARA })) ?? fetch(request)
}

// ── las páginas ──

async function pagina(evento, url) {
  try {
    const respuesta = await conPlazo(fetch(evento.request), await hayCopia(url))
    if (new URL(respuesta.url || url).pathname === '/entrar') evento.waitUntil(olvidar()) // la sesión terminó
    else if (seCopia(url, respuesta)) evento.waitUntil(copiar(url.pathname, respuesta.clone()))
    return respuesta
  } catch {
    return (await copiaDe(url)) ?? (await caches.match(PREGONERO.sinSenal, { cacheName: CASCARA })) ?? Response.error()
  }
}

/** Lo que tarde de más vale como sin señal, pero sólo si hay una copia que enseñar. */
function conPlazo(promesa, hay) {
  if (!hay) return promesa
  return Promise.race([promesa, new Promise((_, no) => setTimeout(() => no(new Error('tarda')), PLAZO_MS))])
}

const seCopia = (url, respuesta) =>
  respuesta.ok && !respuesta.redirected && !url.search && PREGONERO.copiadas.includes(url.pathname) &&
  (respuesta.headers.get('Content-Type') ?? '').startsWith('text/html')

/** Guardar una página, si dice de quién es; si es de otra persona que las demás, ésas se olvidan antes. */
async function copiar(camino, respuesta) {
  const quien = /<meta name="quien" content="([0-9a-f]+)">/.exec(await respuesta.clone().text())?.[1]
  if (!quien) return
  await deQuien(quien)
  const cabeceras = new Headers(respuesta.headers)
  cabeceras.set('X-Copiada', new Date().toISOString())
  const cache = await caches.open(PAGINAS)
  await cache.put(camino, new Response(await respuesta.blob(), { status: 200, headers: cabeceras }))
}

/** Lo guardado es de una sola persona: si ahora entra otra, lo anterior se olvida. */
async function deQuien(quien) {
  const antes = await dueno()
  if (antes === quien) return
  if (antes) await olvidar()
  await (await caches.open(PAGINAS)).put(DE_QUIEN, new Response(quien))
}

const dueno = async () => (await (await caches.match(DE_QUIEN, { cacheName: PAGINAS }))?.text()) ?? ''

const hayCopia = async (url) => !url.search && Boolean(await caches.match(url.pathname, { cacheName: PAGINAS }))

/** La copia, diciendo de cuándo es. Con una búsqueda o un borrador en la dirección, la de la página sola. */
async function copiaDe(url) {
  const guardada = await caches.match(url.pathname, { cacheName: PAGINAS })
  if (!guardada) return null
  const html = (await guardada.text()).replace('<html ', `<html data-copia="${guardada.headers.get('X-Copiada')}" `)
  const cabeceras = new Headers(guardada.headers)
  for (const sobra of ['Content-Encoding', 'Content-Length', 'ETag']) cabeceras.delete(sobra)
  return new Response(html, { status: 200, headers: cabeceras })
}

/** Traer las demás páginas que se pueden necesitar sin señal, sin prisa. */
async function guardarCopias() {
  for (const camino of PREGONERO.copiadas) {
    try {
      const respuesta = await fetch(camino, { redirect: 'follow', credentials: 'same-origin' })
      if (seCopia(new URL(camino, self.location), respuesta)) await copiar(camino, respuesta)
    } catch { return }
  }
}

async function olvidar() {
  await Promise.all([caches.delete(PAGINAS), caches.delete(FOTOS), vaciarCompartidos()])
}

// ── las fotos pequeñas de lo que se ve ──

async function foto(request) {
  const cache = await caches.open(FOTOS)
  const guardada = await cache.match(request.url)
  if (guardada) return guardada
  const respuesta = await fetch(request)
  if (respuesta.ok) {
    await cache.put(request.url, respuesta.clone())
    const todas = await cache.keys()
    for (const vieja of todas.slice(0, Math.max(todas.length - FOTOS_MAXIMAS, 0))) await cache.delete(vieja)
  }
  return respuesta
}

// ── lo que se comparte desde la galería ──

async function recibirCompartido(evento) {
  const copia = evento.request.clone()
  try {
    return await fetch(evento.request)
  } catch {
    await guardarCompartido(await copia.formData())
    await self.registration.sync?.register('compartidos').catch(() => {})
    return Response.redirect('/componer', 303)
  }
}

self.addEventListener('sync', (evento) => {
  if (evento.tag === 'compartidos') evento.waitUntil(mandarCompartidos({ lanzar: true }))
  if (evento.tag === 'pendientes') evento.waitUntil(self.pendientes.enviarPendientes())
  if (evento.tag === 'borradores') evento.waitUntil(self.pendientes.enviarPendientes())
})

let mandando = null

/** Mandar lo que espera, de uno en uno. Repetir uno no duplica nada: el acervo guarda cada foto por su contenido. */
function mandarCompartidos(opciones) {
  mandando ??= mandarTodos(opciones).finally(() => { mandando = null })
  return mandando
}

async function mandarTodos({ lanzar = false } = {}) {
  for (const clave of await enAlmacen('readonly', (a) => a.getAllKeys())) {
    const suyo = await enAlmacen('readonly', (a) => a.get(clave))
    if (!suyo || suyo.paso || suyo.quien !== await dueno()) continue
    const forma = new FormData()
    for (const nombre of ['titulo', 'texto', 'enlace']) forma.append(nombre, suyo[nombre])
    for (const f of suyo.fotos) forma.append('fotos', f.blob, f.nombre)
    let respuesta
    try {
      respuesta = await fetch('/compartir', { method: 'POST', body: forma, headers: { Accept: 'application/json' } })
    } catch (error) {
      if (lanzar) throw error // que el navegador lo intente otra vez
      return
    }
    if (respuesta.status === 401 || respuesta.status >= 500) return // al entrar otra vez, o más tarde
    const dicho = await respuesta.json().catch(() => ({}))
    const paso = { llego: respuesta.ok, ir: dicho.ir ?? '/componer', error: dicho.error ?? '' }
    await enAlmacen('readwrite', (a) => a.put({ paso, quien: suyo.quien }, clave))
    for (const ventana of await self.clients.matchAll({ type: 'window' })) ventana.postMessage({ hay: true })
  }
}

/** Lo que pasó con lo compartido se guarda hasta que una página lo pida: puede mandarse sin ninguna abierta. */
async function contarCompartidos(ventana) {
  for (const clave of await enAlmacen('readonly', (a) => a.getAllKeys())) {
    const { paso, quien } = await enAlmacen('readonly', (a) => a.get(clave)) ?? {}
    if (!paso || !ventana || quien !== await dueno()) continue
    await enAlmacen('readwrite', (a) => a.delete(clave))
    ventana.postMessage(paso)
  }
}

function almacen() {
  return new Promise((si, no) => {
    const pedido = indexedDB.open('compartidos', 1)
    pedido.onupgradeneeded = () => pedido.result.createObjectStore('compartidos', { autoIncrement: true })
    pedido.onsuccess = () => si(pedido.result)
    pedido.onerror = () => no(pedido.error)
  })
}

async function enAlmacen(modo, hacer) {
  const base = await almacen()
  try {
    return await new Promise((si, no) => {
      const pedido = hacer(base.transaction('compartidos', modo).objectStore('compartidos'))
      pedido.onsuccess = () => si(pedido.result)
      pedido.onerror = () => no(pedido.error)
    })
  } finally { base.close() }
}

async function guardarCompartido(forma) {
  const fotos = forma.getAll('fotos').filter((f) => f instanceof File && f.size).map((f) => ({ nombre: f.name, blob: new Blob([f], { type: f.type }) }))
  const dicho = (nombre) => String(forma.get(nombre) ?? '')
  const quien = await dueno()
  await enAlmacen('readwrite', (a) => a.add({ titulo: dicho('titulo'), texto: dicho('texto'), enlace: dicho('enlace'), fotos, quien }))
}

const vaciarCompartidos = () => enAlmacen('readwrite', (a) => a.clear()).catch(() => {})

// ── los toques ──

self.addEventListener('push', (evento) => {
  let dicho = {}
  try { dicho = evento.data?.json() ?? {} } catch { /* un servicio que manda otra cosa */ }
  evento.waitUntil(self.registration.showNotification(String(dicho.titulo ?? 'Pregonero'), {
    body: String(dicho.texto ?? ''),
    tag: String(dicho.clave ?? ''),
    icon: PREGONERO.icono,
    badge: PREGONERO.insignia,
    lang: 'es-MX',
    requireInteraction: dicho.tema === 'alertas',
    data: { camino: caminoNuestro(dicho.camino) },
  }))
})

const caminoNuestro = (camino) => (typeof camino === 'string' && /^\/(?![/\\])/.test(camino) ? camino : '/')

self.addEventListener('notificationclick', (evento) => {
  evento.notification.close()
  evento.waitUntil(abrir(caminoNuestro(evento.notification.data?.camino)))
})

/** En la ventana que ya esté abierta, si la hay. */
async function abrir(camino) {
  for (const ventana of await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
    if (new URL(ventana.url).pathname === camino) return ventana.focus()
  }
  return self.clients.openWindow(camino)
}
