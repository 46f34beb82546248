// Lo poco que todas las páginas mejoran con guion. Sin él, todo sigue siendo formularios y enlaces.

export const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? ''

/** Decir algo a quien no ve la pantalla. */
export function decir(texto) {
  const voz = document.getElementById('voz')
  if (voz) voz.textContent = texto
}

/** Pedir algo a una ruta nuestra que cambia cosas. Devuelve lo contestado; lanza Error con lo que hay que decir. */
export async function pedir(camino, cuerpo = {}) {
  const respuesta = await fetch(camino, {
    method: 'POST',
    headers: { Accept: 'application/json', 'X-CSRF-Token': csrf() },
    body: cuerpo instanceof FormData ? cuerpo : new URLSearchParams(cuerpo),
  })
  const dicho = await respuesta.json().catch(() => ({}))
  if (!respuesta.ok || dicho.error) throw new Error(dicho.error || `(${respuesta.status})`)
  return dicho
}

document.addEventListener('submit', (evento) => {
  const pregunta = evento.target.dataset?.confirmar
  if (pregunta && !window.confirm(pregunta)) evento.preventDefault()
})
