// Sólo lo que cambió se vuelve a dibujar: no parpadea ni pierde el sitio donde se está leyendo.
const refrescar = async () => {
  if (document.hidden) return;
  try {
    const pagina = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
    for (const donde of [".cuentas", "#contenido"]) {
      const viejo = document.querySelector(donde), nuevo = pagina.querySelector(donde);
      if (viejo.innerHTML !== nuevo.innerHTML) viejo.replaceWith(nuevo);
    }
  } catch { /* el simulador se paró; cuando vuelva, seguirá */ }
};
setInterval(refrescar, 2000);
