// Decir en el botón cuántas van marcadas.

const formulario = document.querySelector('form.varias')
const boton = formulario?.querySelector('button[data-cuantas]')

function contar() {
  const n = formulario.querySelectorAll('input[name="firma"]:checked').length
  boton.textContent = n ? boton.dataset.cuantas.replace('{n}', String(n)) : boton.dataset.texto
}

if (boton) {
  formulario.addEventListener('change', contar)
  contar()
}
