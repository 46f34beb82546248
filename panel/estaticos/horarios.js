// La semana se recorre con las flechas, celda por celda, y de cada una se dice qué se sabe.

const tabla = document.querySelector('[data-semana]')
const dicha = document.querySelector('[data-dicha]')

if (tabla && dicha) {
  const filas = [...tabla.tBodies[0].rows].map((fila) => [...fila.cells].slice(1))
  tabla.setAttribute('role', 'grid')
  filas.flat().forEach((celda) => { celda.setAttribute('role', 'gridcell'); celda.tabIndex = -1 })
  const primera = tabla.querySelector('[data-puesto="1"]') ?? filas[0][0]
  primera.tabIndex = 0
  dicha.hidden = false
  dicha.textContent = primera.dataset.dice

  const de = (celda) => {
    const dia = filas.findIndex((fila) => fila.includes(celda))
    return [dia, filas[dia].indexOf(celda)]
  }
  function ir(desde, dia, hora) {
    const celda = filas[Math.min(Math.max(dia, 0), 6)][Math.min(Math.max(hora, 0), 23)]
    desde.tabIndex = -1
    celda.tabIndex = 0
    celda.focus()
  }
  // En el teléfono la tabla está acostada: abajo es la hora que sigue, no el día.
  const acostada = () => getComputedStyle(tabla).display === 'grid'
  tabla.addEventListener('keydown', (evento) => {
    const celda = evento.target.closest('td')
    if (!celda) return
    const [dia, hora] = de(celda)
    const uno = acostada() ? [0, 1] : [1, 0]
    const paso = { ArrowDown: uno, ArrowUp: uno.map((n) => -n), ArrowRight: [uno[1], uno[0]], ArrowLeft: [-uno[1], -uno[0]] }[evento.key]
    if (paso) ir(celda, dia + paso[0], hora + paso[1])
    else if (evento.key === 'Home') ir(celda, dia, 0)
    else if (evento.key === 'End') ir(celda, dia, 23)
    else return
    evento.preventDefault()
  })
  const decir = (evento) => {
    const celda = evento.target.closest('td')
    if (celda) dicha.textContent = celda.dataset.dice
  }
  for (const suceso of ['focusin', 'pointerover', 'click']) tabla.addEventListener(suceso, decir)
}
