import { isKnownSubject } from '#access'
import type { Configuration } from '#platform/config'
import type { Route } from '#platform/http'
import { createLimits, limitMetrics, limitRoutes } from '#platform/limits'
import type { Database } from '#platform/postgres'
import type { Part } from './part.ts'

type LimitsDependencies = {
  readonly database: Database
  readonly configuration: Pick<Configuration, 'ratePerSecond'>
  readonly onFault: (error: unknown) => void
  readonly routes: () => readonly Route[]
}

/** What clients, people and books may ask of all processes together. */
export function composeLimits({ database, configuration: { ratePerSecond }, onFault, routes }: LimitsDependencies) {
  const rate = ratePerSecond && { requests: ratePerSecond, windowSeconds: 1, burst: ratePerSecond }
  const limits = createLimits({
    database,
    perClient: rate ? { rate, concurrency: undefined } : undefined,
    onFault,
  })
  const isOperation = (name: string) => routes().some(({ operation }) => operation === name)
  const part: Part = {
    routes: limitRoutes({ database, limits, isKnown: isKnownSubject, isOperation }),
    metrics: limitMetrics(limits),
  }
  return { limits, part }
}
