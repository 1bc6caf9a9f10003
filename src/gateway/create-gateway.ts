import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { AddressList } from '#platform/addresses'
import { createProblems, httpProblems } from '#platform/http'
import type { MetricsRegistry } from '#platform/telemetry'
import type { Tls, TlsListener } from '#platform/tls'
import { createEdgeServer, type EdgeServer } from './edge-server.ts'
import { createGatewayMetrics } from './gateway-metrics.ts'
import { type AnsweredLine, createRequestHandler, type RequestLimits, readingTimeoutMs } from './handle-request.ts'
import { createAdmission } from './requests/admission.ts'
import { createPassOn } from './requests/pass-on.ts'
import { createServiceHandler } from './service-handler.ts'
import type { Upstream } from './upstreams/upstream.ts'
import { createUpstreams, type UpstreamsOptions } from './upstreams/upstreams.ts'

export type Gateway = {
  /** Returns the URL of the port for clients. */
  readonly start: (address: { readonly host: string; readonly port: number }) => Promise<string>
  /** Requests under way get the time. */
  readonly stop: (timeoutMs: number) => Promise<void>
  /** Of the port for operators; undefined: there is none. */
  readonly serviceUrl: () => string | undefined
}

export type GatewayOptions = {
  readonly upstreams: readonly string[]
  readonly registry: MetricsRegistry
  /** With which the gateway connects to upstreams. */
  readonly tls?: Tls | undefined
  readonly clients?: TlsListener | undefined
  readonly operators?: TlsListener | undefined
  readonly servicePort?: number | undefined
  readonly docsUrl?: string | undefined
  readonly allow?: AddressList | undefined
  readonly proxies?: AddressList | undefined
  readonly timeoutMs: number
  readonly requestsMax: number
  readonly limits?: Partial<RequestLimits>
  /** For each request that was read. */
  readonly onAnswered?: ((answered: AnsweredLine) => void) | undefined
  readonly onState: (upstream: Pick<Upstream, 'name' | 'state'>, why: string) => void
  readonly onFault: (error: unknown) => void
  readonly resolve?: UpstreamsOptions['resolve']
  readonly resolveEveryMs?: number
}

/** Requests that wait for a place. */
const waitingMax = 2_000
const sweepEveryMs = 250
/** In this time, another process may have taken the place of one that is gone. */
const retryMs = 5_000

export function createGateway(options: GatewayOptions): Gateway {
  const { registry, tls, servicePort, timeoutMs, requestsMax, onState, onFault, limits = {} } = options
  let isStopping = false
  let serviceUrl: string | undefined
  const problems = createProblems([httpProblems], options.docsUrl ?? '/docs')
  const upstreams = createUpstreams({
    ...{ origins: options.upstreams, tls, requestsMax, onFault, onChange: onState },
    onSilent: (upstream) => passOn.giveUp(upstream),
    ...(options.resolve && { resolve: options.resolve }),
    ...(options.resolveEveryMs && { resolveEveryMs: options.resolveEveryMs }),
  })
  const nowMs = () => performance.now()
  const admission = createAdmission({ runningMax: requestsMax, waitingMax: limits.waitingMax ?? waitingMax, nowMs })
  const sweeping = setInterval(admission.sweep, sweepEveryMs).unref()
  const metrics = createGatewayMetrics(registry, {
    admission,
    upstreams: upstreams.all,
    connections: () => server.connections(),
  })
  const passOn = createPassOn({
    upstreams,
    timeoutMs,
    retryMs: limits.retryMs ?? retryMs,
    stuckMs: 2 * (limits.readingTimeoutMs ?? readingTimeoutMs),
    onDown: onState,
    onFailure: (_upstream, kind) => metrics.count('failures', kind),
    onRetry: (reason) => metrics.count('retries', reason),
  })
  const isReady = () => !isStopping && upstreams.isAnyUp()
  const isLast = (socket: Socket) => server.isLast(socket)
  const answerHealth = createServiceHandler({ problems, isReady, isLast, registry: undefined })
  const handler = createRequestHandler({
    ...{ problems, admission, passOn, metrics, answerHealth, limits, onFault },
    ...{ allow: options.allow, proxies: options.proxies },
    isLast,
    onAnswered: options.onAnswered,
  })
  const server: EdgeServer = createEdgeServer({ handle: handler.handle, problems, tls: options.clients, ...limits })
  const isLastAtService = (socket: Socket) => service.isLast(socket)
  const answerOperators = createServiceHandler({ problems, isReady, isLast: isLastAtService, registry })
  const service: EdgeServer = createEdgeServer({
    handle: (request: IncomingMessage, response: ServerResponse) => answerOperators(request, response),
    problems,
    tls: options.operators,
  })
  return {
    serviceUrl: () => serviceUrl,
    start: async ({ host, port }) => {
      await upstreams.start()
      if (servicePort !== undefined) serviceUrl = await service.listen({ host, port: servicePort })
      return server.listen({ host, port })
    },
    stop: async (closeMs) => {
      isStopping = true
      await server.close(closeMs)
      await service.close(closeMs)
      clearInterval(sweeping)
      handler.stop()
      passOn.stop()
      await upstreams.stop()
    },
  }
}
