import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach } from 'vitest'
import { createGateway, type Gateway, type GatewayOptions } from '#gateway'
import { createMetricsRegistry } from '#platform/telemetry'

/** What an upstream has received. */
export type Received = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type TestUpstream = {
  readonly url: string
  readonly seen: Received[]
  /** What `/readyz` answers; 0: nothing. */
  ready: number
  readonly stop: () => Promise<void>
}

type Act = (response: ServerResponse, received: Received, socket: Socket) => void

export type TestGateway = { readonly gateway: Gateway; readonly url: string; readonly service: string }

/** Gateways in this process, and what stands for an API behind them. All end with each test. */
export function useTestGateways() {
  const ends: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })
  /** `act` answers each request once it is there; `onRequest` gets the request itself instead. */
  const startUpstream = async (
    act: Act,
    onRequest?: (request: IncomingMessage, response: ServerResponse) => boolean,
  ): Promise<TestUpstream> => {
    const server = createServer((request, response) => {
      if (request.url === '/readyz' && upstream.ready === 0) return void request.socket.destroy()
      if (request.url === '/readyz') return void response.writeHead(upstream.ready).end()
      if (onRequest?.(request, response) === true) return undefined
      return void receive(request).then((received) => {
        upstream.seen.push(received)
        act(response, received, request.socket)
      }, ignore)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const upstream = {
      url: `http://127.0.0.1:${port}`,
      seen: [] as Received[],
      ready: 200,
      stop: () => stopServer(server),
    }
    ends.push(upstream.stop)
    return upstream
  }
  const startGateway = async (
    upstreams: readonly (Pick<TestUpstream, 'url'> | string)[],
    also: Partial<GatewayOptions> = {},
  ): Promise<TestGateway> => {
    const gateway = createGateway({
      upstreams: upstreams.map((one) => (typeof one === 'string' ? one : one.url)),
      registry: createMetricsRegistry(),
      servicePort: 0,
      timeoutMs: 60_000,
      requestsMax: 100,
      onState: ignore,
      onFault: (error) => {
        throw error
      },
      ...also,
    })
    ends.push(() => gateway.stop(0))
    const url = await gateway.start({ host: '127.0.0.1', port: 0 })
    return { gateway, url, service: gateway.serviceUrl() ?? '' }
  }
  return { startUpstream, startGateway }
}

function ignore(): void {}

async function receive(request: IncomingMessage): Promise<Received> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  const { method = '', url = '', headers } = request
  return { method, url, headers, body }
}

async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections()
  if (server.listening) await new Promise((resolve) => server.close(resolve))
}
