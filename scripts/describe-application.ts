import { createGateway } from '#gateway'
import { openDatabase } from '#platform/postgres'
import { createLogger, createMetricsRegistry, type MetricsRegistry } from '#platform/telemetry'
import { composeApplication } from '../src/compose.ts'

/** With all roles, to be described and never started: it opens no connection. */
export function describeApplication() {
  return composeApplication({
    database: openDatabase({}),
    logger: createLogger({ level: 'silent' }),
    configuration: { roles: new Set(['api', 'worker'] as const), docsUrl: undefined, ratePerSecond: undefined },
  })
}

/** The metrics of a gateway that is never started. */
export function describeGateway(): MetricsRegistry {
  const registry = createMetricsRegistry()
  const ignore = () => undefined
  createGateway({ upstreams: [], registry, timeoutMs: 1, requestsMax: 1, onState: ignore, onFault: ignore })
  return registry
}
