// Lo que se escribió y el servidor todavía no tiene: se guarda en este aparato y se manda cuando se puede, una vez.
//
// Cada borrador tiene aquí a lo más un registro: {clave, camino, cuerpo, creado, quien, sello, rotulo, fotos, razon}.
// Mandarlo dos veces no duplica nada: el servidor lo reconoce por su clave. Nada se quita sin que lo haya recibido.
// No usa la página: vale igual en una ventana y en el trabajador (`importScripts`), que lo toman de `self.pendientes`.

;(() => {
  const BASE = 'pregonero'
  const ALMACEN = 'pendientes'
  const DE_FORMULARIO = 'application/x-www-form-urlencoded;charset=UTF-8'

  function abrir() {
    return new Promise((si, no) => {
      const pedido = indexedDB.open(BASE, 1)
      pedido.onupgradeneeded = () => pedido.result.createObjectStore(ALMACEN, { keyPath: 'clave' })
      pedido.onsuccess = () => si(pedido.result)
      pedido.onerror = () => no(pedido.error)
    })
  }

  async function enAlmacen(modo, hacer) {
    const base = await abrir()
    try {
      return await new Promise((si, no) => {
        const paso = base.transaction(ALMACEN, modo)
        const pedido = hacer(paso.objectStore(ALMACEN))
        paso.oncomplete = () => si(pedido?.result)
        paso.onerror = paso.onabort = () => no(paso.error)
      })
    } finally {
      base.close()
    }
  }

  const poner = (registro) => enAlmacen('readwrite', (a) => a.put({ creado: Date.now(), fotos: [], razon: '', ...registro }))
  const de = (clave) => enAlmacen('readonly', (a) => a.get(clave))
  const todos = () => enAlmacen('readonly', (a) => a.getAll())

  /** Quitar lo que ya llegó; si mientras tanto se escribió más, eso se queda. */
  function quitar(clave, sello = Infinity) {
    return enAlmacen('readwrite', (a) => {
      const pedido = a.get(clave)
      pedido.onsuccess = () => {
        if (pedido.result && pedido.result.sello <= sello) a.delete(clave)
      }
      return pedido
    })
  }

  // ── mandar ──

  /** La ficha de la sesión que haya ahora: la de la página puede ser de ayer. null: no hay señal, o no hay sesión. */
  async function pedirFicha(clave = '') {
    try {
      const respuesta = await fetch(`/componer/ficha?clave=${encodeURIComponent(clave)}`, { headers: { Accept: 'application/json' } })
      return respuesta.ok ? await respuesta.json() : null
    } catch {
      return null
    }
  }

  /** Mandar todo lo que espera, de quien tiene la sesión. Devuelve [{registro, dicho}] de lo que se contestó. */
  async function enviarPendientes() {
    const solo = self.navigator.locks
    return solo ? solo.request('pendientes', enviarTodos) : enviarTodos()
  }

  async function enviarTodos() {
    const esperan = (await todos()).filter((r) => !r.razon).sort((a, b) => a.creado - b.creado)
    if (!esperan.length) return []
    let ficha = await pedirFicha()
    const contestados = []
    for (const registro of esperan) {
      if (!ficha) break
      if (registro.quien && registro.quien !== ficha.quien) continue
      const hecho = await mandar(registro, () => ficha, async () => (ficha = await pedirFicha()))
      if (hecho === 'sin señal') break
      if (hecho) contestados.push({ registro, dicho: hecho })
    }
    return contestados
  }

  async function mandar(registro, ficha, renovar) {
    try {
      const cuerpo = await conFotosSubidas(registro, ficha)
      let respuesta = await pedir(registro.camino, cuerpo, ficha())
      if (respuesta.status === 403 && (await renovar())) respuesta = await pedir(registro.camino, cuerpo, ficha())
      if (respuesta.status === 401 || respuesta.status >= 500) return 'sin señal'
      const dicho = await respuesta.json().catch(() => ({}))
      if (respuesta.ok || dicho.guardado || dicho.vacio) await quitar(registro.clave, registro.sello)
      else await poner({ ...registro, razon: dicho.error || `(${respuesta.status})` })
      return dicho
    } catch (error) {
      if (!(error instanceof FotoRechazada)) return 'sin señal'
      await poner({ ...registro, razon: error.message })
      return { error: error.message }
    }
  }

  const pedir = (camino, cuerpo, ficha) =>
    fetch(camino, {
      method: 'POST',
      headers: { Accept: 'application/json', 'Content-Type': DE_FORMULARIO, 'X-CSRF-Token': ficha.ficha },
      body: cuerpo,
    })

  class FotoRechazada extends Error {}

  /** Primero las fotos; después lo escrito, con el número que les tocó. La misma foto dos veces es una. */
  async function conFotosSubidas(registro, ficha) {
    let cuerpo = registro.cuerpo
    const quedan = [...(registro.fotos ?? [])]
    while (quedan.length) {
      const foto = quedan[0]
      const id = await subir(foto, ficha().ficha)
      cuerpo = conId(cuerpo, foto.ficha, id)
      quedan.shift()
      await poner({ ...registro, cuerpo, fotos: quedan })
    }
    return cuerpo
  }

  async function subir(foto, ficha) {
    const respuesta = await fetch('/acervo/subir', {
      method: 'POST',
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/octet-stream',
        'X-CSRF-Token': ficha,
        'X-Nombre': encodeURIComponent(foto.nombre),
      },
      body: foto.blob,
    })
    if (respuesta.status >= 500 || respuesta.status === 401 || respuesta.status === 403) throw new Error(`(${respuesta.status})`)
    const dicho = await respuesta.json().catch(() => ({}))
    if (!dicho.id) throw new FotoRechazada(dicho.problema || dicho.error || foto.nombre)
    return dicho.id
  }

  function conId(cuerpo, ficha, id) {
    const nuevo = new URLSearchParams()
    for (const [nombre, valor] of new URLSearchParams(cuerpo)) {
      nuevo.append(nombre === `alt:${ficha}` ? `alt:${id}` : nombre, nombre === 'medio' && valor === ficha ? String(id) : valor)
    }
    return nuevo.toString()
  }

  self.pendientes = { poner, quitar, de, todos, enviarPendientes, subir, pedirFicha }
})()
