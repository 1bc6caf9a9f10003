import { createDurationHistogram, type MetricsRegistry, registerMetrics } from '#platform/telemetry'
import type { Admission } from './requests/admission.ts'
import { type RequestClass, requestClasses } from './requests/request-class.ts'
import type { Upstream } from './upstreams/upstream.ts'

type Watched = {
  readonly admission: Pick<Admission, 'running' | 'waiting'>
  readonly upstreams: () => readonly Upstream[]
  readonly connections: () => number
}

type AnsweredRequest = {
  readonly class: RequestClass | 'none'
  readonly status: number
  readonly seconds: number
}

export type GatewayMetrics = {
  readonly onAnswered: (answered: AnsweredRequest) => void
  readonly count: (what: Counted, label: string) => void
}

type Counted = 'failures' | 'retries' | 'shed'

/** Registers what a gateway counts. */
export function createGatewayMetrics(registry: MetricsRegistry, watched: Watched): GatewayMetrics {
  const histogram = createDurationHistogram(registry, {
    name: 'munim_gateway_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer; none: refused before its class was known.',
    labelNames: ['class', 'status'],
  })
  const series = new Map<string, (seconds: number) => void>()
  const counts = {
    failures: new Map<string, number>(),
    retries: new Map<string, number>(),
    shed: new Map<string, number>(),
  }
  const read = (what: Counted, label: string) => () =>
    [...counts[what]].map(([value, count]) => [{ [label]: value }, count] as const)
  registerMetrics(registry, [
    {
      name: 'munim_gateway_upstream_failures_total',
      help: 'Requests to an API process without a whole answer: not sent, broken, or cut in the middle of the answer.',
      labels: ['kind'],
      read: read('failures', 'kind'),
    },
    {
      name: 'munim_gateway_retries_total',
      help: 'Requests that were sent again, by the reason.',
      labels: ['reason'],
      read: read('retries', 'reason'),
    },
    {
      name: 'munim_gateway_shed_total',
      help: 'Requests that were answered 503 because of too many others, by class.',
      labels: ['class'],
      read: read('shed', 'class'),
    },
    {
      name: 'munim_gateway_upstream_up',
      help: 'Whether an API process answers that it is ready.',
      labels: ['upstream'],
      read: () => watched.upstreams().map(({ name, state }) => [{ upstream: name }, state === 'up' ? 1 : 0] as const),
    },
    {
      name: 'munim_gateway_upstream_requests',
      help: 'Requests under way at an API process.',
      labels: ['upstream'],
      read: () => watched.upstreams().map(({ name, running }) => [{ upstream: name }, running] as const),
    },
    {
      name: 'munim_gateway_requests_waiting',
      help: 'Requests that wait for a place, by class.',
      labels: ['class'],
      read: () => requestClasses.map((name) => [{ class: name }, watched.admission.waiting()[name]] as const),
    },
    { name: 'munim_gateway_requests', help: 'Requests that have a place.', read: () => watched.admission.running() },
    { name: 'munim_gateway_connections', help: 'Connections of clients.', read: watched.connections },
  ])
  return {
    onAnswered: ({ class: asked, status, seconds }) => {
      const kind = `${Math.floor(status / 100)}xx`
      const name = `${asked} ${kind}`
      const observe = series.get(name) ?? histogram.series({ class: asked, status: kind })
      series.set(name, observe)
      observe(seconds)
    },
    count: (what, label) => counts[what].set(label, (counts[what].get(label) ?? 0) + 1),
  }
}
