import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Linked, LinkedList } from '#kernel'
import { Largest } from './largest.ts'

/** The connections that clients have opened. */
export type Connections = {
  readonly count: () => number
  /** Ends those on which nothing was ever said. */
  readonly closeUnused: () => void
}

class Open extends Linked {
  readonly socket: Socket
  readonly of: Client
  /** Requests whose answers are not out yet. */
  underWay = 0
  hasLeft = false

  constructor(socket: Socket, of: Client) {
    super()
    this.socket = socket
    this.of = of
  }
}

/** The connections of an address: those that wait for a request, and those with some under way, each the oldest first. */
type Client = { readonly address: string; readonly waiting: LinkedList<Open>; readonly busy: LinkedList<Open> }

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
    const client = { address, waiting: new LinkedList<Open>(), busy: new LinkedList<Open>() }
    clients.set(address, client)
    return client
  }
  const listOf = ({ of, underWay }: Open) => (underWay === 0 ? of.waiting : of.busy)
  /** Counts its requests under way, and puts it where it belongs then. */
  const countRequest = (one: Open, by: 1 | -1) => {
    const before = listOf(one)
    one.underWay += by
    const after = listOf(one)
    if (one.hasLeft || before === after) return
    before.remove(one)
    after.push(one)
  }
  const remove = (one: Open) => {
    const { of } = one
    if (one.hasLeft) return
    one.hasLeft = true
    listOf(one).remove(one)
    if (sizes.shrink(of) === 0) clients.delete(of.address)
    count -= 1
  }
  const makeRoom = (newcomer: Open) => {
    const most = sizes.first() ?? newcomer.of
    const busy = most === newcomer.of ? undefined : most.busy.first
    const given = most.waiting.first ?? busy ?? newcomer
    remove(given)
    given.socket.destroy()
  }
  server.on('connection', (socket: Socket) => {
    const of = clientOf(addressOf(socket))
    const one = new Open(socket, of)
    of.waiting.push(one)
    sizes.grow(of)
    ofSocket.set(socket, one)
    count += 1
    socket.once('close', () => remove(one))
    if (count > max) makeRoom(one)
  })
  server.on('request', ({ socket }, response: ServerResponse) => {
    const one = ofSocket.get(socket)
    if (one === undefined) return
    countRequest(one, 1)
    response.on('close', () => countRequest(one, -1))
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
