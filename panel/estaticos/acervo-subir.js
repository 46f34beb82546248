// Subir muchos a la vez: un archivo por petición, dos en vuelo, con su avance, cancelar y reintentar.
import { csrf, decir } from './pregonero.js'

const A_LA_VEZ = 2
const T = JSON.parse(document.getElementById('textos').textContent)
const formulario = document.querySelector('[data-subir]')
const entrada = document.getElementById('archivos')
const seccion = document.querySelector('[data-avance]')
const lista = seccion.querySelector('[data-lista]')
const total = seccion.querySelector('[data-total]')
const resumen = seccion.querySelector('[data-resumen]')
const despues = seccion.querySelector('[data-despues]')
const describir = seccion.querySelector('[data-describir]')

const subidas = []

formulario.querySelector('[data-sin-guiones]').hidden = true
entrada.required = false
entrada.addEventListener('change', () => {
  anadir(entrada.files)
  entrada.value = ''
})
for (const evento of ['dragenter', 'dragover']) {
  formulario.addEventListener(evento, (e) => {
    e.preventDefault()
    formulario.classList.add('encima')
  })
}
formulario.addEventListener('dragleave', () => formulario.classList.remove('encima'))
formulario.addEventListener('drop', (e) => {
  e.preventDefault()
  formulario.classList.remove('encima')
  anadir(e.dataTransfer.files)
})
window.addEventListener('beforeunload', (e) => {
  if (subidas.some((s) => s.estado === 'subiendo' || s.estado === 'espera')) e.preventDefault()
})

function anadir(archivos) {
  for (const archivo of archivos) {
    const s = { archivo, estado: 'espera', hecho: 0, id: null }
    s.fila = fila(s)
    lista.append(s.fila)
    subidas.push(s)
  }
  seccion.hidden = subidas.length === 0
  seguir()
}

function elemento(nombre, clase, texto = '') {
  const nuevo = document.createElement(nombre)
  if (clase) nuevo.className = clase
  nuevo.textContent = texto
  return nuevo
}

function fila(s) {
  const li = elemento('li')
  s.vista = elemento('span', 'hueco')
  s.boton = elemento('button', 'chico liso', T.cancelar)
  s.boton.type = 'button'
  s.boton.setAttribute('aria-label', `${T.cancelar}: ${s.archivo.name}`)
  s.boton.addEventListener('click', () => (s.estado === 'falla' ? reintentar(s) : cancelar(s)))
  s.como = elemento('span', 'como', T.espera)
  s.barra = elemento('progress')
  s.barra.max = 1
  s.barra.value = 0
  s.barra.setAttribute('aria-label', s.archivo.name)
  li.append(s.vista, elemento('span', 'nombre', s.archivo.name), s.boton, s.como, s.barra)
  return li
}

function seguir() {
  const vuelan = subidas.filter((s) => s.estado === 'subiendo').length
  subidas
    .filter((s) => s.estado === 'espera')
    .slice(0, Math.max(0, A_LA_VEZ - vuelan))
    .forEach(subir)
  pintar()
}

function subir(s) {
  s.estado = 'subiendo'
  s.como.textContent = T.subiendo
  const pedido = (s.pedido = new XMLHttpRequest())
  pedido.open('POST', '/acervo/subir')
  pedido.setRequestHeader('Accept', 'application/json')
  pedido.setRequestHeader('Content-Type', 'application/octet-stream')
  pedido.setRequestHeader('X-CSRF-Token', csrf())
  pedido.setRequestHeader('X-Nombre', encodeURIComponent(s.archivo.name))
  pedido.upload.addEventListener('progress', (e) => avanzar(s, e.loaded))
  pedido.upload.addEventListener('load', () => {
    avanzar(s, s.archivo.size)
    s.como.textContent = T.mirando
  })
  pedido.addEventListener('load', () => contestado(s, pedido))
  pedido.addEventListener('error', () => fallar(s, T.corte))
  pedido.addEventListener('abort', () => seguir())
  pedido.send(s.archivo)
}

function avanzar(s, leidos) {
  s.hecho = leidos
  s.barra.value = s.archivo.size ? leidos / s.archivo.size : 1
  pintar()
}

function contestado(s, pedido) {
  let dicho = {}
  try {
    dicho = JSON.parse(pedido.responseText)
  } catch {
    dicho = { error: `${T.corte} (${pedido.status})` }
  }
  if (pedido.status !== 200 || !dicho.id) return fallar(s, dicho.problema || dicho.error || T.corte)
  s.estado = 'lista'
  s.id = dicho.id
  s.hecho = s.archivo.size
  s.como.textContent = dicho.repetido_de ? T.repetido : T.listo
  s.boton.remove()
  s.barra.remove()
  const imagen = mini(dicho.url_mini)
  s.vista.replaceWith(imagen)
  const enlace = elemento('a', '', T.ver)
  enlace.href = `/acervo/${dicho.id}`
  enlace.setAttribute('aria-label', `${T.ver} ${dicho.nombre}`)
  s.fila.insertBefore(enlace, s.como)
  if (dicho.parecidos.length) s.fila.append(comparar(dicho))
  seguir()
}

function mini(url) {
  const imagen = document.createElement('img')
  imagen.src = url
  imagen.alt = ''
  return imagen
}

function comparar(dicho) {
  const caja = elemento('div', 'comparacion')
  caja.append(mini(dicho.url_mini), elemento('span', '', T.parece))
  for (const otra of dicho.parecidos.slice(0, 3)) {
    const enlace = elemento('a')
    enlace.href = `/acervo/${otra.id}`
    const imagen = mini(otra.url_mini)
    imagen.alt = otra.nombre
    enlace.append(imagen)
    caja.append(enlace)
  }
  return caja
}

function fallar(s, motivo) {
  s.estado = 'falla'
  s.hecho = 0
  s.barra.hidden = true
  s.como.textContent = motivo
  s.como.classList.add('mal')
  s.boton.textContent = T.otra
  s.boton.setAttribute('aria-label', `${T.otra}: ${s.archivo.name}`)
  seguir()
}

function reintentar(s) {
  s.estado = 'espera'
  s.barra.hidden = false
  s.barra.value = 0
  s.como.classList.remove('mal')
  s.como.textContent = T.espera
  s.boton.textContent = T.cancelar
  seguir()
}

function cancelar(s) {
  s.estado = 'cancelada'
  s.hecho = 0
  s.boton.remove()
  s.barra.remove()
  s.como.textContent = T.cancelado
  if (s.pedido) s.pedido.abort()
  else seguir()
}

function pintar() {
  const quedan = subidas.filter((s) => s.estado !== 'cancelada')
  const listas = quedan.filter((s) => s.estado === 'lista')
  const fallan = quedan.filter((s) => s.estado === 'falla').length
  const peso = quedan.reduce((suma, s) => suma + s.archivo.size, 0) || 1
  total.value = quedan.reduce((suma, s) => suma + s.hecho, 0) / peso
  let texto = T.resumen.replace('{hechos}', listas.length).replace('{todos}', quedan.length)
  if (fallan) texto += ` · ${T.fallan.replace('{n}', fallan)}`
  if (resumen.textContent !== texto) resumen.textContent = texto
  const acabo = quedan.every((s) => s.estado === 'lista' || s.estado === 'falla')
  total.hidden = acabo
  if (acabo && despues.hidden && listas.length) decir(texto)
  despues.hidden = !acabo || !listas.length
  describir.href = `/acervo/varios?${listas.map((s) => `id=${s.id}`).join('&')}`
}
