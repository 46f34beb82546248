// Saber que algo cambió sin preguntarlo. Sólo se escucha con la página a la vista: un navegador da pocas conexiones.

const ESPERA_MS = 1500 // que muchas páginas no pidan a la vez
const SIN_OIR_MS = 60_000

/** Llamar a `mirar` cuando algo cambie, y al volver a la página. `mirar` puede ser asíncrona; nunca corren dos. */
export function alCambiar(mirar) {
  let conexion = null
  let reloj = null
  let mirando = false
  let otra = false

  async function ya() {
    reloj = null
    if (mirando) { otra = true; return }
    mirando = true
    try { await mirar() } finally {
      mirando = false
      if (otra) { otra = false; pronto() }
    }
  }
  const pronto = (espera = Math.random() * ESPERA_MS) => { reloj ??= setTimeout(ya, espera) }

  function abrir() {
    if (conexion || document.hidden || !('EventSource' in window)) return
    conexion = new EventSource('/vivo')
    conexion.addEventListener('hola', () => pronto())
    conexion.addEventListener('cambio', () => pronto())
    conexion.addEventListener('fin', cerrar)
  }
  function cerrar() {
    conexion?.close()
    conexion = null
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? cerrar() : abrir()))
  addEventListener('pagehide', cerrar)
  addEventListener('pageshow', abrir)
  addEventListener('online', () => { cerrar(); abrir() })
  // Las horas relativas envejecen, y una conexión que el proxy no deja pasar no avisa.
  setInterval(() => { if (!document.hidden) pronto() }, SIN_OIR_MS)
  abrir()
}
