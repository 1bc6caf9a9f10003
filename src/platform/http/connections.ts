import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The connections that clients have opened. */
export type Connections = {
  readonly count: () => number
  /** Ends those on which nothing was ever said. */
  readonly closeUnused: () => void
}

type Open = {
  readonly socket: Socket
  readonly address: string
  /** Requests whose answers are not out yet. */
  underWay: number
  /** When the latest request began. */
  usedMs: number
}

/** What the process opens besides: files, and connections to the database and to rails. */
const othersMax = 512
/** Beyond that their memory counts. */
const connectionsMax = 20_000

/**
 * Follows the connections of a server, of which it takes so many. When there are more, one that waits for its next
 * request makes room, of the address that has the most of them; only when all of these are busy, and the newcomer's own
 * address has fewer, the oldest of the busy ones. So nobody keeps others out by opening connections, and the files that
 * a process may open are left for the database.
 */
export function followConnections(server: Server, max = defaultMax()): Connections {
  const byAddress = new Map<string, Set<Open>>()
  const ofSocket = new WeakMap<Socket, Open>()
  let count = 0

  const remove = (one: Open) => {
    const those = byAddress.get(one.address)
    if (!those?.delete(one)) return
    if (those.size === 0) byAddress.delete(one.address)
    count -= 1
  }
  const makeRoom = (newcomer: Open) => {
    const most = largest(byAddress)
    const busy = most === byAddress.get(newcomer.address) ? undefined : least(most, true)
    const given = least(most, false, newcomer) ?? busy ?? newcomer
    remove(given)
    given.socket.destroy()
  }
  server.on('connection', (socket: Socket) => {
    const one = { socket, address: addressOf(socket), underWay: 0, usedMs: performance.now() }
    const those = byAddress.get(one.address)
    if (those === undefined) byAddress.set(one.address, new Set([one]))
    else those.add(one)
    ofSocket.set(socket, one)
    count += 1
    socket.once('close', () => remove(one))
    if (count > max) makeRoom(one)
  })
  server.on('request', ({ socket }, response: ServerResponse) => {
    const one = ofSocket.get(socket)
    if (one === undefined) return
    one.underWay += 1
    one.usedMs = performance.now()
    response.once('close', () => {
      one.underWay -= 1
    })
  })
  return {
    count: () => count,
    closeUnused: () => {
      for (const those of byAddress.values())
        for (const { socket } of those) if (socket.bytesRead === 0) socket.destroy()
    },
  }
}

/** A network of IPv6 is one client's, who chooses among its addresses. */
function addressOf({ remoteAddress = '' }: Socket): string {
  if (remoteAddress.startsWith('::ffff:') || !remoteAddress.includes(':')) return remoteAddress
  return remoteAddress.split(':', 4).join(':')
}

function largest(byAddress: ReadonlyMap<string, ReadonlySet<Open>>): ReadonlySet<Open> {
  let most: ReadonlySet<Open> = new Set()
  for (const those of byAddress.values()) if (those.size > most.size) most = those
  return most
}

/** Of those that are busy, or are not, the one whose latest request is the oldest. */
function least(those: ReadonlySet<Open>, isBusy: boolean, except?: Open): Open | undefined {
  let found: Open | undefined
  for (const one of those) {
    if (one === except || one.underWay > 0 !== isBusy) continue
    if (found === undefined || one.usedMs < found.usedMs) found = one
  }
  return found
}

/** As many as the files that the process may open allow. */
function defaultMax(): number {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean }
  const had = report.excludeNetwork
  // Or it would ask for the names of all addresses.
  report.excludeNetwork = true
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } }
  report.excludeNetwork = had
  const files = Number(userLimits?.open_files?.soft)
  // Without a limit, or where there are no such limits.
  if (!Number.isFinite(files)) return connectionsMax
  return Math.max(1, Math.min(connectionsMax, files - Math.min(othersMax, files / 2)))
}
