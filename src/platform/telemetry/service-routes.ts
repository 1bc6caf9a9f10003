import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import { answer, answerText, closedObject, type HttpModule, route } from '../http/index.ts'
import { createLatest } from '../time/index.ts'

type ServiceDeps = {
  readonly registry: Registry
  readonly isReady: () => Promise<boolean>
  /** What is missing besides the database, in sentences. Does not wait. */
  readonly lacks: () => readonly string[]
  /** The part of it without which the process can do nothing. */
  readonly needs: () => readonly string[]
}

/** `/metrics` needs no key and is costly to render, so requests within this time share one answer. */
const metricsGoodMs = 500

const statusSchema = closedObject({ status: Type.Literal('ok') })
const readySchema = closedObject({
  status: Type.Literal('ok'),
  lacks: Type.Optional(
    Type.Array(Type.String(), {
      description: 'What cannot be reached at present. Requests are answered, and what they start waits for it.',
    }),
  ),
})

const unready = 'The database is away or cannot be written to, or the server is stopping.'

/** The routes without a key, for operators and their tools: `/healthz`, `/readyz`, `/metrics`. */
export function serviceRoutes({ registry, isReady, lacks, needs }: ServiceDeps): HttpModule {
  const metrics = createLatest(() => registry.metrics(), metricsGoodMs)
  return {
    name: 'service',
    problems: {},
    routes: [
      route({
        method: 'GET',
        path: '/healthz',
        operation: 'get_health',
        summary: 'Whether the process is alive',
        tag: 'Service',
        permission: 'none',
        answers: { 200: statusSchema },
        handle: () => answer(200, { status: 'ok' }),
      }),
      route({
        method: 'GET',
        path: '/readyz',
        operation: 'get_readiness',
        summary: 'Whether requests can be answered',
        description:
          '503 while the database is away or cannot be written to (a standby, read only, no room left), while the server is stopping, and of a worker without the API while the brokers of its lanes are away.',
        tag: 'Service',
        permission: 'none',
        answers: { 200: readySchema },
        handle: async ({ refuse }) => {
          const [lacking, needed] = [lacks(), needs()]
          if (!(await isReady())) return refuse({ code: 'service_unavailable', message: unready })
          if (needed.length > 0) return refuse({ code: 'service_unavailable', message: needed.join(' ') })
          if (lacking.length === 0) return answer(200, { status: 'ok' })
          return answer(200, { status: 'ok', lacks: [...lacking] })
        },
      }),
      route({
        method: 'GET',
        path: '/metrics',
        operation: 'get_metrics',
        summary: 'Metrics in the text format of Prometheus',
        tag: 'Service',
        permission: 'none',
        contentType: registry.contentType,
        answers: { 200: Type.String() },
        handle: async () => answerText(200, await metrics(), { 'content-type': registry.contentType }),
      }),
    ],
  }
}
