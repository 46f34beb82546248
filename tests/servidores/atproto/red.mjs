// El servidor oficial de Bluesky (PDS) y su registro de identidades (PLC), sin la red social que los lee.
// Escribe una línea JSON con sus direcciones; termina con SIGTERM o al cerrarse su entrada.
import { TestNetworkNoAppView, mockMailer } from '@atproto/dev-env'

const red = await TestNetworkNoAppView.create({
  plc: { port: Number(process.env.PLC_PUERTO) },
  pds: {
    port: Number(process.env.PDS_PUERTO),
    hostname: 'localhost',
    enableDidDocWithSession: true,
    ...JSON.parse(process.env.PDS_AJUSTES ?? '{}'),
  },
})
mockMailer(red.pds)
console.log(JSON.stringify({ listo: true, pds: red.pds.url }))

let cerrando = false
const terminar = async () => {
  if (cerrando) return
  cerrando = true
  setTimeout(() => process.exit(0), 5000).unref()
  await red.close().catch((error) => console.error(String(error)))
  process.exit(0)
}
process.on('SIGTERM', terminar)
process.on('SIGINT', terminar)
process.stdin.resume()
process.stdin.on('end', terminar) // si muere quien lo lanzó, no queda huérfano
