import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'

/**
 * `before`: the server never receives the COMMIT. `during`: it receives the COMMIT and continues, while the client is
 * already gone. `after`: it has committed, and the client gets no answer.
 */
export type Cut = 'before' | 'during' | 'after'

export type CuttingProxy = {
  readonly host: string
  readonly port: number
  readonly arm: (cut: Cut) => void
  /** Existing connections pass no more bytes, and neither side gets an error; new connections work. */
  readonly freeze: () => void
  /** Existing connections end. */
  readonly breakAll: () => void
  readonly cuts: () => number
  readonly closeUntil: (opened: Promise<void>) => void
  readonly stop: () => Promise<void>
}

/** `purpose` is that of the connection to cut, by its application name; null means any. */
export async function startCuttingProxy(
  server: { host: string; port: number },
  purpose: string | null = 'writer',
): Promise<CuttingProxy> {
  let armed: Cut | undefined
  let cuts = 0
  let closed = false
  let generation = 0
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }

  const proxy = createServer((client) => {
    keep(client)
    if (closed) {
      client.destroy()
      return
    }
    const own = generation
    const upstream = connect(join(server.host, `.s.PGSQL.${server.port}`))
    keep(upstream)
    let isMeant: boolean | undefined
    let cut: Cut | undefined
    client.on('data', (chunk) => {
      if (own < generation) return
      isMeant ??= purpose === null || chunk.includes(`munim ${purpose}`)
      // The Bind message of the prepared COMMIT.
      if (isMeant && armed !== undefined && chunk.includes('\0commit\0')) {
        cut = armed
        armed = undefined
        cuts += 1
      }
      if (cut !== 'before') upstream.write(chunk)
      if (cut === 'before') upstream.destroy()
      if (cut === 'before' || cut === 'during') client.destroy()
    })
    upstream.on('data', (chunk) => {
      if (own < generation) return
      if (cut === 'after' && chunk.includes('COMMIT\0')) client.destroy()
      else if (!client.destroyed) client.write(chunk)
    })
    upstream.on('close', () => own === generation && client.destroy())
    // After a cut during the commit, or a freeze, the server is not notified of the client's end.
    client.on('close', () => own === generation && cut !== 'during' && upstream.end())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    host: '127.0.0.1',
    port: (proxy.address() as AddressInfo).port,
    arm: (cut) => {
      armed = cut
    },
    freeze: () => {
      generation += 1
    },
    breakAll: () => {
      for (const socket of sockets) socket.destroy()
    },
    cuts: () => cuts,
    closeUntil: (opened) => {
      closed = true
      opened.then(() => {
        closed = false
      })
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}
