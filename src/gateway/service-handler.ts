import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Problems, requestIdOf } from '#platform/http'
import type { MetricsRegistry } from '#platform/telemetry'
import { answerProblem, answerText } from './answers.ts'

type ServiceDeps = {
  readonly problems: Problems
  readonly isReady: () => boolean
  readonly isLast: (socket: Socket) => boolean
  /** undefined: metrics are not for those who ask here. */
  readonly registry: MetricsRegistry | undefined
}

const json = 'application/json; charset=utf-8'
const unready = 'The gateway is stopping, or no process that answers requests is ready.'

/** Answers `/healthz`, `/readyz` and `/metrics` of the gateway itself. */
export function createServiceHandler({ problems, isReady, isLast: isLastOn, registry }: ServiceDeps) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url?.split('?', 1)[0]
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const isLast = !request.complete || isLastOn(request.socket)
    request.resume()
    const isGood = path === '/healthz' || (path === '/readyz' && isReady())
    if (isRead && isGood) {
      answerText(response, { type: json, text: '{"status":"ok"}', isLast })
      return
    }
    if (isRead && path === '/metrics' && registry !== undefined) {
      registry.metrics().then(
        (text) => answerText(response, { type: registry.contentType, text, isLast }),
        () => answerProblem(response, problems.own(requestIdOf(request), 'internal_error')),
      )
      return
    }
    const isUnready = isRead && path === '/readyz'
    const also = isUnready ? { detail: unready, headers: { 'retry-after': '1' } } : {}
    const code = isUnready ? 'service_unavailable' : 'route_not_found'
    answerProblem(response, problems.own(requestIdOf(request), code, also), { isLast })
  }
}
