import { openDatabase } from '#platform/postgres'
import { createLogger } from '#platform/telemetry'
import { composeApplication } from '../src/compose.ts'

/** With all roles, to be described and never started: it opens no connection. */
export function describeApplication() {
  return composeApplication({
    database: openDatabase({}),
    logger: createLogger({ level: 'silent' }),
    configuration: { roles: new Set(['api', 'worker'] as const), docsUrl: undefined, ratePerSecond: undefined },
  })
}
