import { recordAct, secondPerson } from '#access'
import { verifyInThread } from '#ledger'
import type { Configuration } from '#platform/config'
import {
  type Authenticate,
  type CallerLimits,
  createHttpServer,
  type HttpModule,
  type HttpServer,
} from '#platform/http'
import { referenceModule } from '#platform/openapi'
import { eventRoutes, feedCheck } from '#platform/outbox'
import { createWriteProbe, type Database } from '#platform/postgres'
import { createRequestMetrics, type Logger, type MetricsRegistry, serviceRoutes } from '#platform/telemetry'
import { createRefusalLog, type Tls } from '#platform/tls'
import { verificationRoutes } from '#platform/verification'
import { apiDescription } from './api-description.ts'
import type { Part } from './part.ts'
import { sdkCalls } from './sdk-calls.ts'

type ServerContext = {
  readonly database: Database
  readonly logger: Logger
  readonly configuration: Pick<Configuration, 'docsUrl'> &
    Partial<Pick<Configuration, 'trustedGateways'>> & {
      readonly deadlineMaxMs?: number
      readonly tls?: Tls | undefined
    }
  readonly registry: MetricsRegistry
}

type Served = {
  readonly authenticate: Authenticate
  readonly limits: CallerLimits
  /** Without parts, the server has only the service routes. */
  readonly parts: readonly Part[]
  readonly modules: readonly HttpModule[]
  readonly isStopping: () => boolean
  readonly lacks: () => readonly string[]
  readonly needs: () => readonly string[]
}

export function composeServer(
  { database, logger, configuration, registry }: ServerContext,
  served: Served,
): HttpServer {
  const { authenticate, limits, parts, modules, isStopping } = served
  const canWrite = createWriteProbe(database)
  const isReady = async () => !isStopping() && (await canWrite())
  const service = serviceRoutes({ registry, isReady, lacks: served.lacks, needs: served.needs })
  const described = [...partsModules(database, parts), service, ...modules]
  const { docsUrl, deadlineMaxMs, tls, trustedGateways } = configuration
  const port = parts.length > 0 ? 'api' : 'service'
  return createHttpServer({
    modules: parts.length > 0 ? [...described, referenceModule(apiDescription, described, sdkCalls)] : described,
    ...{ authenticate, limits },
    database,
    record: recordAct,
    secondPerson,
    logger,
    onAnswered: createRequestMetrics(registry),
    ...(tls !== undefined && { tls: { tls, port, onRefused: createRefusalLog(logger) } }),
    trustedGateways,
    ...(docsUrl !== undefined && { docsUrl }),
    ...(deadlineMaxMs !== undefined && { deadlineMaxMs }),
  })
}

/** The routes of every part, and those that show events and checks of all of them. */
function partsModules(database: Database, parts: readonly Part[]): readonly HttpModule[] {
  const [first, ...others] = parts.map(({ routes }) => routes)
  if (first === undefined) return []
  const events = eventRoutes({ database, events: parts.flatMap((part) => part.events ?? []) })
  const verification = verificationRoutes({
    database,
    verifyBooks: verifyInThread(database),
    checks: [feedCheck(database), ...parts.flatMap((part) => part.checks ?? [])],
  })
  return [first, events, verification, ...others]
}
