import type { Registry } from 'prom-client'
import { createDurationHistogram } from './duration-histogram.ts'

type Handled = { readonly method: string; readonly path: string }

type Answered = { readonly status: number }

/** Registers `munim_http_request_duration_seconds` by method, route and class of status (`2xx`). */
export function createRequestMetrics(
  registry: Registry,
): (request: Handled, answer: Answered, seconds: number) => void {
  const histogram = createDurationHistogram(registry, {
    name: 'munim_http_request_duration_seconds',
    help: 'Time from the first header of a request to its answer.',
    labelNames: ['method', 'route', 'status'],
  })
  // Keyed by route, then by method and status. There are few of each, because the path is a route's pattern.
  const routes = new Map<string, Map<string, (seconds: number) => void>>()
  return ({ method, path }, { status }, seconds) => {
    let route = routes.get(path)
    if (!route) {
      route = new Map()
      routes.set(path, route)
    }
    const kind = `${Math.floor(status / 100)}xx`
    const name = `${method} ${kind}`
    let observe = route.get(name)
    if (!observe) {
      observe = histogram.series({ method, route: path, status: kind })
      route.set(name, observe)
    }
    observe(seconds)
  }
}
