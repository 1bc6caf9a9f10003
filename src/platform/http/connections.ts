import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Largest } from './largest.ts'

/** The connections that clients have opened. */
export type Connections = {
  readonly count: () => number
  /** Ends those on which nothing was ever said. */
  readonly closeUnused: () => void
}

type Open = {
  readonly socket: Socket
  readonly of: Client
  /** Requests whose answers are not out yet. */
  underWay: number
}

/** The connections of an address: those that wait for a request, and those with some under way, each the oldest first. */
type Client = { readonly address: string; readonly waiting: Set<Open>; readonly busy: Set<Open> }

/** What the process opens besides: files, and connections to the database and to rails. */
const othersMax = 512
/** Beyond that their memory counts. */
const connectionsMax = 20_000

/**
 * Follows the connections of a server, of which it takes so many. When there are more, one that waits for its next
 * request makes room, of the address that has the most of them; only when all of these are busy, and the newcomer's is
 * another address, the oldest of the busy ones. So nobody keeps others out by opening connections, and the files that
 * a process may open are left for the database.
 */
export function followConnections(server: Server, max = defaultMax()): Connections {
  const clients = new Map<string, Client>()
  const sizes = new Largest<Client>()
  const ofSocket = new WeakMap<Socket, Open>()
  let count = 0

  const clientOf = (address: string): Client => {
    const known = clients.get(address)
    if (known !== undefined) return known
    const client = { address, waiting: new Set<Open>(), busy: new Set<Open>() }
    clients.set(address, client)
    return client
  }
  const remove = (one: Open) => {
    const { of } = one
    if (!of.waiting.delete(one) && !of.busy.delete(one)) return
    if (sizes.shrink(of) === 0) clients.delete(of.address)
    count -= 1
  }
  const makeRoom = (newcomer: Open) => {
    const most = sizes.first() ?? newcomer.of
    const [waiting] = most.waiting
    const [busy] = most === newcomer.of ? [] : most.busy
    const given = waiting ?? busy ?? newcomer
    remove(given)
    given.socket.destroy()
  }
  server.on('connection', (socket: Socket) => {
    const of = clientOf(addressOf(socket))
    const one = { socket, of, underWay: 0 }
    of.waiting.add(one)
    sizes.grow(of)
    ofSocket.set(socket, one)
    count += 1
    socket.once('close', () => remove(one))
    if (count > max) makeRoom(one)
  })
  server.on('request', ({ socket }, response: ServerResponse) => {
    const one = ofSocket.get(socket)
    if (one === undefined) return
    one.underWay += 1
    if (one.of.waiting.delete(one)) one.of.busy.add(one)
    response.once('close', () => {
      one.underWay -= 1
      if (one.underWay === 0 && one.of.busy.delete(one)) one.of.waiting.add(one)
    })
  })
  return {
    count: () => count,
    closeUnused: () => {
      for (const { waiting } of clients.values())
        for (const { socket } of waiting) if (socket.bytesRead === 0) socket.destroy()
    },
  }
}

/** Of IPv6 the part that one client may have, who chooses among the networks and addresses in it: 48 bits. */
export function addressOf({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string {
  if (remoteAddress.startsWith('::ffff:') || !remoteAddress.includes(':')) return remoteAddress
  const [before = [], after = []] = remoteAddress.split('::').map((part) => (part === '' ? [] : part.split(':')))
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after].slice(0, 3).join(':')
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
