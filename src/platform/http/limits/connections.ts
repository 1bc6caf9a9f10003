import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Linked, LinkedList } from '#kernel'
import { networkOf } from '../../addresses/index.ts'
import { Largest } from './largest.ts'

export type ConnectionsOptions = {
  readonly max?: number | undefined
  /** Then a connection counts from the end of its handshake. */
  readonly isTls?: boolean
}

export type Connections = {
  readonly count: () => number
  readonly closeUnused: () => void
}

class Open extends Linked {
  readonly socket: Socket
  readonly of: Client
  underWay = 0
  /** Pipelined requests that wait for an earlier answer. They count in `underWay`. */
  ahead: (readonly [IncomingMessage, ServerResponse])[] = []
  hasLeft = false

  constructor(socket: Socket, of: Client) {
    super()
    this.socket = socket
    this.of = of
  }
}

/** Each list is in order of age, oldest first. */
type Client = { readonly address: string; readonly waiting: LinkedList<Open>; readonly busy: LinkedList<Open> }

/** Reserved for files and for connections to the database and to rails. */
const othersMax = 512
/** Beyond this number, connections use a significant amount of memory. */
const connectionsMax = 20_000
const aheadMax = 32

/**
 * Limits the number of connections. Above the limit, it closes an idle connection of the address with the most
 * connections. If all of these are busy, it closes the oldest one, or the newcomer if the address is its own. So no
 * client can keep others out.
 *
 * Requests of one connection are handled one at a time, each in its own turn of the event loop. Node would handle all
 * requests of one read, possibly thousands, first.
 */
export function followConnections(
  server: Server,
  { max = defaultMax(), isTls = false }: ConnectionsOptions = {},
): Connections {
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
  server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
    const of = clientOf(networkOf(socket))
    const one = new Open(socket, of)
    of.waiting.push(one)
    sizes.grow(of)
    ofSocket.set(socket, one)
    count += 1
    socket.once('close', () => remove(one))
    stopParsing(socket, () => one.hasLeft)
    if (count > max) makeRoom(one)
  })
  const handlers = server.listeners('request') as RequestListener[]
  const handle: RequestListener = (request, response) => {
    for (const handler of handlers) handler.call(server, request, response)
  }
  const handleNext = (one: Open) => {
    const [request, response] = one.ahead.shift() ?? []
    if (request !== undefined && response !== undefined && !one.hasLeft) handle(request, response)
  }
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const one = ofSocket.get(request.socket)
    if (one === undefined) return handle(request, response)
    if (one.hasLeft) return
    if (one.ahead.length === aheadMax) {
      remove(one)
      one.socket.destroy()
      return
    }
    countRequest(one, 1)
    response.on('close', () => {
      countRequest(one, -1)
      if (one.ahead.length > 0) setImmediate(handleNext, one)
    })
    if (one.underWay === 1) handle(request, response)
    else one.ahead.push([request, response])
  })
  return {
    count: () => count,
    closeUnused: () => {
      for (const { waiting } of clients.values())
        for (const { socket } of waiting) if (socket.bytesRead === 0) socket.destroy()
    },
  }
}

type Parsing = Socket & {
  readonly parser?: { onIncoming?: (request: IncomingMessage, keepsAlive: boolean) => number }
}

/** The parser's code for a protocol upgrade: it then reads none of the following bytes. */
const readNoMore = 2

/**
 * Stops parsing requests that have already arrived once `isOver` returns true. Node has no API for this: it parses up
 * to 64 KiB of requests, for 50 ms, even after the socket is destroyed.
 */
function stopParsing({ parser }: Parsing, isOver: () => boolean): void {
  const { onIncoming } = parser ?? {}
  if (parser === undefined || onIncoming === undefined) return
  parser.onIncoming = (request, keepsAlive) => (isOver() ? readNoMore : onIncoming(request, keepsAlive))
}

function defaultMax(): number {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean }
  const had = report.excludeNetwork
  // Otherwise the report would resolve the names of all addresses.
  report.excludeNetwork = true
  const { userLimits } = report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } }
  report.excludeNetwork = had
  const files = Number(userLimits?.open_files?.soft)
  if (!Number.isFinite(files)) return connectionsMax
  return Math.max(1, Math.min(connectionsMax, files - Math.min(othersMax, files / 2)))
}
