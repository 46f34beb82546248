// Lo que espera en este aparato: se manda al abrir la lista o al volver la señal, y lo que no se pudo dice por qué.
import './pendientes.js'

const { pendientes } = self
const seccion = document.querySelector('[data-en-el-telefono]')
const T = JSON.parse(document.getElementById('textos-de-borradores').textContent)
const QUIEN = document.querySelector('meta[name="quien"]')?.content ?? ''

async function pintar() {
  const suyos = (await pendientes.todos()).filter((r) => !r.quien || r.quien === QUIEN)
  seccion.hidden = !suyos.length
  seccion.querySelector('[data-lista]').replaceChildren(...suyos.map(renglon))
}

function renglon(r) {
  const li = document.createElement('li')
  li.className = 'borrador'
  const cual = document.createElement('a')
  cual.className = 'cual'
  cual.href = `/componer?borrador=${encodeURIComponent(r.clave)}`
  cual.textContent = r.rotulo || T.sin_texto
  const como = document.createElement('p')
  como.className = r.razon ? 'falta' : 'suave'
  como.textContent = r.razon || (r.camino === '/componer/enviar' ? T.por_enviar : T.esperando)
  li.append(cual, como)
  if (r.razon) {
    const boton = document.createElement('button')
    boton.className = 'chico'
    boton.textContent = T.intentar
    boton.addEventListener('click', async () => {
      await pendientes.poner({ ...r, razon: '' })
      await mandar()
    })
    li.append(boton)
  }
  return li
}

async function mandar() {
  const contestados = await pendientes.enviarPendientes().catch(() => [])
  if (contestados.some((c) => c.dicho.guardado || c.dicho.enviado)) location.reload()
  else await pintar()
}

addEventListener('online', mandar)
await pintar()
await mandar()
