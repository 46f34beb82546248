// Mientras la red contesta: que se vea que se está preguntando, y desde cuándo. El formulario se manda como siempre.
import { decir } from './pregonero.js'

for (const forma of document.querySelectorAll('form.comprobar')) {
  forma.addEventListener('submit', () => {
    const espera = forma.querySelector('.espera')
    const cuanto = espera.querySelector('.cuanto')
    const desde = Date.now()
    espera.hidden = false
    cuanto.textContent = forma.dataset.espera
    decir(forma.dataset.espera)
    // Después de que el navegador lo haya recogido: un botón apagado no deja mandar.
    setTimeout(() => { forma.querySelector('button').disabled = true })
    setInterval(() => { cuanto.textContent = `${forma.dataset.espera} ${Math.round((Date.now() - desde) / 1000)} s` }, 1000)
  })
}

// De vuelta con el botón «atrás», la página guardada no debe seguir esperando.
window.addEventListener('pageshow', (evento) => { if (evento.persisted) location.reload() })
