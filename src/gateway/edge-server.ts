import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import {
  answerConnectionError,
  asListenFault,
  followConnections,
  type Listening,
  listeningUrl,
  type Problems,
  refuseConnect,
} from '#platform/http'
import { guardServer, serverOptions, type TlsListener } from '#platform/tls'

export type EdgeServer = {
  /** Returns the URL. */
  readonly listen: (address: Omit<Listening, 'scheme'>) => Promise<string>
  /** Requests under way get the time; idle connections end at once. */
  readonly close: (timeoutMs: number) => Promise<void>
  readonly connections: () => number
  /** Whether the connection ends with the answer under way. */
  readonly isLast: (socket: Socket) => boolean
}

export type EdgeServerOptions = {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
  readonly problems: Problems
  readonly tls: TlsListener | undefined
  readonly connectionsMax?: number | undefined
  /** Of the headers of a request. Default 10 s. */
  readonly headersTimeoutMs?: number | undefined
  /** Of a whole request. Default 60 s. */
  readonly requestTimeoutMs?: number | undefined
}

/** Less than what an API takes, because the gateway adds the client's certificate. */
const headerBytesMax = 12 * 1024
const keepAliveTimeout = 72_000

/** A server for strangers: Node's strict parser, with bounds on connections, heads, and their times. */
export function createEdgeServer(options: EdgeServerOptions): EdgeServer {
  const { handle, problems, tls, headersTimeoutMs = 10_000, requestTimeoutMs = 60_000 } = options
  let isClosing = false
  const ending = new WeakSet<Socket>()
  const http = {
    maxHeaderSize: headerBytesMax,
    insecureHTTPParser: false,
    requireHostHeader: false,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout,
    connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs / 2),
  }
  const secure = tls && createTlsServer({ ...http, ...serverOptions(tls.tls, tls) })
  const server: Server = secure ?? createPlainServer(http)
  // The number is bounded by the size of the head. Node would drop those beyond 2,000.
  server.maxHeadersCount = 0
  const guard = secure && guardServer(secure, tls)
  const underWay = new WeakMap<Socket, ServerResponse>()
  server.on('request', (request, response) => {
    underWay.set(request.socket, response)
    handle(request, response)
  })
  server.on('clientError', (error, duplex) => {
    const socket = duplex as Socket
    const response = underWay.get(socket)
    const isOver = response === undefined || (response.req.complete && response.writableFinished)
    if (isOver || !(response.req.complete || response.headersSent)) {
      answerConnectionError(problems, error, socket)
      return
    }
    // What is wrong comes after a whole request, or its answer is on its way: that is the last one.
    ending.add(socket)
    if (response.writableFinished) socket.destroySoon()
    else response.once('finish', () => socket.destroySoon())
  })
  server.on('connect', (_request, socket) => refuseConnect(problems, socket as Socket))
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  const connections = followConnections(server, { max: options.connectionsMax, isTls: tls !== undefined })
  const scheme = tls === undefined ? 'http' : 'https'
  return {
    listen: async ({ host, port }) => {
      const listening = { host, port, scheme } as const
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port }, () => {
          server.off('error', reject)
          resolve()
        })
      }).catch((error: unknown) => Promise.reject(asListenFault(error, listening)))
      return listeningUrl(server, listening)
    },
    close: async (timeoutMs) => {
      isClosing = true
      if (!server.listening) return
      guard?.stop()
      const timer = setTimeout(() => server.closeAllConnections(), timeoutMs)
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      connections.closeUnused()
      await closed
      clearTimeout(timer)
    },
    connections: connections.count,
    isLast: (socket) => isClosing || ending.has(socket) || guard?.isOutdated(socket) === true,
  }
}
