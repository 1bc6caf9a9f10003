import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Random } from '../../scripts/random.ts'

export type BreakingProxy = { readonly url: string; readonly breaks: () => number; readonly stop: () => Promise<void> }

/** Each connection breaks after fewer than `bytesMax` bytes, in either direction, until `breaksMax` have broken. */
export async function startBreakingProxy(
  url: string,
  options: { readonly random: Random; readonly bytesMax: number; readonly breaksMax: number },
): Promise<BreakingProxy> {
  const target = new URL(url)
  const open = new Set<Socket>()
  let breaks = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let bytesLeft = breaks < options.breaksMax ? options.random.below(options.bytesMax) : Number.POSITIVE_INFINITY
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    const forward = (from: Socket, to: Socket) => {
      open.add(from)
      from.on('data', (chunk: Buffer) => {
        const passed = chunk.subarray(0, Math.max(0, bytesLeft))
        bytesLeft -= chunk.length
        to.write(passed)
        if (bytesLeft > 0) return
        breaks += 1
        bytesLeft = Number.POSITIVE_INFINITY
        // Bytes already passed on arrive before the end does.
        to.end()
        from.destroy()
      })
      from.on('error', end).on('close', () => {
        open.delete(from)
        to.end()
      })
    }
    forward(client, upstream)
    forward(upstream, client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    breaks: () => breaks,
    stop: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
