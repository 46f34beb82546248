// El servidor oficial de Bluesky (PDS) y su registro de identidades (PLC). Con DB_POSTGRES_URL y REDIS_HOST, también la red
// social que los lee (AppView): menciones, búsqueda y números.
// Escribe una línea JSON con sus direcciones; termina con SIGTERM o al cerrarse su entrada.
import { TestNetwork, TestNetworkNoAppView, mockMailer } from '@atproto/dev-env'

const plc = { port: Number(process.env.PLC_PUERTO) }
const pds = {
  port: Number(process.env.PDS_PUERTO),
  hostname: 'localhost',
  enableDidDocWithSession: true,
  ...JSON.parse(process.env.PDS_AJUSTES ?? '{}'),
}
const puerto = Number(process.env.APPVIEW_PUERTO)
const red = process.env.DB_POSTGRES_URL
  ? await TestNetwork.create({
      plc,
      pds,
      bsky: { port: puerto, dbPostgresSchema: 'bsky', publicUrl: `http://localhost:${puerto}` },
      ozone: { port: Number(process.env.OZONE_PUERTO), chatUrl: 'http://localhost:9', chatDid: 'did:example:chat' },
    })
  : await TestNetworkNoAppView.create({ plc, pds })
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
