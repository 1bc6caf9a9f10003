import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:net'

/** A number that no other run of the checkout has until `release`, or until this process has ended. */
export type ClaimedRun = { readonly run: number; readonly release: () => Promise<void> }

const firstPort = 20_000
/** Below the ports that systems give out by themselves. */
const portsCount = 10_000

/**
 * The lowest free number from `first` on. A run has its number as long as it listens on the number's port, which the
 * system lets only one process do, and frees when the process ends, in whatever way.
 */
export async function claimRun(
  checkout: string,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<ClaimedRun | undefined> {
  for (let run = first; run <= last; run += 1) {
    const server = await listen(portOf(`${checkout} ${run}`))
    if (server === undefined) continue
    server.unref()
    return { run, release: () => new Promise((resolve) => server.close(() => resolve())) }
  }
  return undefined
}

function portOf(name: string): number {
  return firstPort + (createHash('sha256').update(name).digest().readUInt32BE(0) % portsCount)
}

/** Undefined when another process listens there. */
function listen(port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined)
      else reject(error)
    })
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server))
  })
}
