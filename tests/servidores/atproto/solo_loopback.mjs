// Precarga (node --import ./solo_loopback.mjs …): todo lo que escuche queda en 127.0.0.1.
// El servidor oficial escucha en 0.0.0.0 y no tiene un ajuste para evitarlo.
import net from 'node:net'

const ABIERTAS = new Set(['0.0.0.0', '::', '', undefined, null])
const original = net.Server.prototype.listen

net.Server.prototype.listen = function (...args) {
  const [primero] = args
  if (typeof primero === 'number' || (typeof primero === 'string' && /^\d+$/.test(primero))) {
    if (typeof args[1] !== 'string') args.splice(1, 0, '127.0.0.1')
    else if (ABIERTAS.has(args[1])) args[1] = '127.0.0.1'
  } else if (primero && typeof primero === 'object' && 'port' in primero && ABIERTAS.has(primero.host)) {
    args[0] = { ...primero, host: '127.0.0.1' }
  }
  return original.apply(this, args)
}
