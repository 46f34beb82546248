// Las imágenes de la hoja: del acervo, subidas o tomadas ahí mismo; en orden, descritas y recortadas.
import { csrf, decir } from './pregonero.js'
import './pendientes.js'
import { abrirRecorte } from './componer-recorte.js'

const { pendientes } = self
const hoja = document.getElementById('hoja')
const lista = hoja?.querySelector('[data-imagenes]')
const molde = document.getElementById('tarjeta-de-imagen')
const ALTO_MAXIMO = 30

/** Las que todavía no tienen número: {ficha, nombre, blob}. */
let sinSubir = []
let avisar = () => {}
let T = {}

export const fotosSinSubir = () => sinSubir.map(({ ficha, nombre, blob }) => ({ ficha, nombre, blob }))
export const alCambiarImagenes = (hacer) => (avisar = hacer)

export function prepararImagenes({ textos }) {
  T = textos
  for (const tarjeta of lista.children) preparar(tarjeta)
  hoja.querySelector('[data-subir]').addEventListener('change', (e) => {
    subirTodas([...e.target.files])
    e.target.value = ''
  })
  const zona = document.getElementById('medios')
  zona.addEventListener('dragover', (e) => e.dataTransfer.types.includes('Files') && e.preventDefault())
  zona.addEventListener('drop', (e) => {
    if (!e.dataTransfer.files.length) return
    e.preventDefault()
    subirTodas([...e.dataTransfer.files])
  })
  prepararAcervo()
  ordenar()
}

// ── las tarjetas ──

function preparar(tarjeta) {
  const recortar = tarjeta.querySelector('[data-recortar]')
  if (recortar) {
    recortar.hidden = false
    recortar.addEventListener('click', () => abrirRecorte(tarjeta, { textos: T, alRecortar: (nuevo) => recortada(tarjeta, nuevo) }))
  }
  for (const e of tarjeta.querySelectorAll('[data-sin-guiones]')) e.hidden = true
  for (const boton of tarjeta.querySelectorAll('[data-mover]')) {
    boton.addEventListener('click', (e) => {
      e.preventDefault()
      mover(tarjeta, Number(boton.dataset.mover), boton)
    })
  }
  tarjeta.querySelector('[data-quitar]').addEventListener('click', (e) => {
    e.preventDefault()
    const vecina = tarjeta.nextElementSibling ?? tarjeta.previousElementSibling
    sinSubir = sinSubir.filter((f) => f.ficha !== tarjeta.dataset.medio)
    tarjeta.remove()
    ordenar()
    decir(T.quitada)
    ;(vecina?.querySelector('[data-quitar]') ?? hoja.querySelector('[data-del-acervo]')).focus()
    avisar()
  })
  arrastrable(tarjeta)
}

function mover(tarjeta, cuanto, boton) {
  const otra = cuanto < 0 ? tarjeta.previousElementSibling : tarjeta.nextElementSibling
  if (!otra) return
  if (cuanto < 0) otra.before(tarjeta)
  else otra.after(tarjeta)
  ordenar()
  if (boton.disabled) tarjeta.querySelector('[data-mover]:not(:disabled)')?.focus()
  else boton.focus()
  decir(T.movida.replace('%(n)s', [...lista.children].indexOf(tarjeta) + 1).replace('%(de)s', lista.children.length))
  avisar()
}

function arrastrable(tarjeta) {
  const asa = tarjeta.querySelector('.mini')
  asa.draggable = true
  asa.addEventListener('dragstart', (e) => {
    e.dataTransfer.effectAllowed = 'move'
    e.dataTransfer.setData('text/plain', '')
    tarjeta.classList.add('en-mano')
  })
  asa.addEventListener('dragend', () => {
    tarjeta.classList.remove('en-mano')
    ordenar()
    avisar()
  })
  tarjeta.addEventListener('dragover', (e) => {
    const enMano = lista.querySelector('.en-mano')
    if (!enMano || enMano === tarjeta) return
    e.preventDefault()
    const caja = tarjeta.getBoundingClientRect()
    if (e.clientY > caja.top + caja.height / 2) tarjeta.after(enMano)
    else tarjeta.before(enMano)
  })
}

function ordenar() {
  const todas = [...lista.children]
  todas.forEach((tarjeta, i) => {
    tarjeta.querySelector('[data-orden]').textContent = i + 1
    tarjeta.querySelector('[data-mover="-1"]').disabled = i === 0
    tarjeta.querySelector('[data-mover="1"]').disabled = i === todas.length - 1
  })
}

/** Cada lista de faltas, con el lugar que su imagen tiene ahora. */
export function numerarFaltas() {
  let n = 0
  for (const tarjeta of lista.children) {
    const enviada = !tarjeta.dataset.medio.startsWith('local-')
    tarjeta.querySelector('[data-faltas]').dataset.faltas = enviada ? `medio-${(n += 1)}` : ''
  }
}

function nueva({ id, src, alt = '', ancho = 0, alto = 0, tipo = 'imagen' }) {
  const tarjeta = molde.content.firstElementChild.cloneNode(true)
  poner(tarjeta, { id, src, ancho, alto, tipo })
  tarjeta.querySelector('textarea').value = alt
  if (tipo !== 'imagen') tarjeta.querySelector('[data-recortar]')?.remove()
  lista.append(tarjeta)
  preparar(tarjeta)
  return tarjeta
}

function poner(tarjeta, { id, src, ancho, alto, tipo }) {
  tarjeta.dataset.medio = id
  if (ancho) Object.assign(tarjeta.dataset, { ancho, alto })
  if (tipo) tarjeta.dataset.tipo = tipo
  tarjeta.querySelector('[name="medio"]').value = id
  const area = tarjeta.querySelector('textarea')
  area.name = `alt:${id}`
  area.id = `alt-${id}`
  tarjeta.querySelector('label').htmlFor = area.id
  const porQue = tarjeta.querySelector('small')
  porQue.id = `por-que-${id}`
  area.setAttribute('aria-describedby', porQue.id)
  for (const boton of tarjeta.querySelectorAll('button[name="hacer"]')) boton.value = boton.value.replace(/:[^:]*$/, `:${id}`)
  tarjeta.querySelector('img').src = src
}

function recortada(tarjeta, nuevo) {
  poner(tarjeta, { id: String(nuevo.id), src: nuevo.url_mini, ancho: nuevo.ancho, alto: nuevo.alto })
  decir(T.recortada)
  tarjeta.querySelector('[data-recortar]').focus()
  avisar()
}

/** Volver a poner las que llevaba un registro guardado sin señal. */
export function reponerImagenes(datos, fotos = []) {
  const blobs = new Map(fotos.map((f) => [f.ficha, f]))
  lista.replaceChildren()
  sinSubir = []
  for (const id of datos.getAll('medio')) {
    const foto = blobs.get(id)
    if (!foto && id.startsWith('local-')) continue
    if (foto) sinSubir.push(foto)
    nueva({ id, src: foto ? URL.createObjectURL(foto.blob) : `/medio/${id}/mini`, alt: datos.get(`alt:${id}`) ?? '' })
  }
  ordenar()
}

// ── subirlas ──

async function subirTodas(archivos) {
  for (const archivo of archivos.slice(0, ALTO_MAXIMO - lista.children.length)) {
    const ficha = `local-${Math.random().toString(36).slice(2)}${Date.now().toString(36)}`
    const foto = { ficha, nombre: archivo.name, blob: archivo }
    sinSubir.push(foto)
    const tipo = archivo.type.startsWith('video') ? 'video' : 'imagen'
    const tarjeta = nueva({ id: ficha, src: tipo === 'imagen' ? URL.createObjectURL(archivo) : '/estaticos/sin-vista.svg', tipo })
    ordenar()
    await subirUna(tarjeta, foto)
  }
}

async function subirUna(tarjeta, foto) {
  const aviso = tarjeta.querySelector('small')
  const decia = aviso.textContent
  aviso.textContent = T.subiendo
  try {
    const id = String(await pendientes.subir(foto, csrf()))
    sinSubir = sinSubir.filter((f) => f.ficha !== foto.ficha)
    aviso.textContent = decia
    if ([...lista.children].some((otra) => otra !== tarjeta && otra.dataset.medio === id)) tarjeta.remove()
    else poner(tarjeta, { id, src: `/medio/${id}/mini` })
    medir(tarjeta)
  } catch (error) {
    aviso.textContent = navigator.onLine && error.message && !(error instanceof TypeError) ? error.message : T.esperando
    aviso.classList.toggle('falta', aviso.textContent === error.message)
    if (aviso.textContent === error.message) sinSubir = sinSubir.filter((f) => f.ficha !== foto.ficha)
  }
  ordenar()
  avisar()
}

function medir(tarjeta) {
  const imagen = tarjeta.querySelector('img')
  imagen.addEventListener('load', () => {
    if (!Number(tarjeta.dataset.ancho)) Object.assign(tarjeta.dataset, { ancho: imagen.naturalWidth, alto: imagen.naturalHeight })
  }, { once: true })
}

// ── las del acervo ──

function prepararAcervo() {
  const dialogo = document.getElementById('acervo')
  const hallados = dialogo.querySelector('[data-hallados]')
  const campo = dialogo.querySelector('input[type="search"]')
  const nada = dialogo.querySelector('[data-sin-hallados]')
  let reloj = 0
  let elegidos = new Map()
  const buscar = async () => {
    const respuesta = await fetch(`/acervo/buscar?sin_audio=1&q=${encodeURIComponent(campo.value)}`, { headers: { Accept: 'application/json' } }).catch(() => null)
    const { medios = [] } = respuesta?.ok ? await respuesta.json() : {}
    nada.hidden = medios.length > 0
    hallados.replaceChildren(...medios.filter((m) => !m.vencido).map(opcion))
  }
  const opcion = (m) => {
    const li = document.createElement('li')
    const rotulo = document.createElement('label')
    const casilla = Object.assign(document.createElement('input'), { type: 'checkbox', value: m.id, checked: elegidos.has(m.id) })
    casilla.addEventListener('change', () => (casilla.checked ? elegidos.set(m.id, m) : elegidos.delete(m.id)))
    const imagen = Object.assign(document.createElement('img'), { src: m.url_mini, alt: m.rotulo, width: 160, height: 120, loading: 'lazy' })
    rotulo.append(casilla, imagen)
    li.append(rotulo)
    return li
  }
  hoja.querySelector('[data-del-acervo]').addEventListener('click', (e) => {
    e.preventDefault()
    elegidos = new Map()
    dialogo.showModal()
    campo.focus()
    buscar()
  })
  campo.addEventListener('input', () => {
    clearTimeout(reloj)
    reloj = setTimeout(buscar, 300)
  })
  dialogo.querySelector('[data-anadir]').addEventListener('click', () => {
    const ya = new Set([...lista.children].map((t) => t.dataset.medio))
    for (const m of elegidos.values()) {
      if (ya.has(String(m.id)) || lista.children.length >= ALTO_MAXIMO) continue
      nueva({ id: String(m.id), src: m.url_mini, alt: m.descripcion, ancho: m.ancho, alto: m.alto, tipo: m.tipo })
    }
    ordenar()
    dialogo.close()
    avisar()
  })
}
