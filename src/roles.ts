import { fileURLToPath } from 'node:url'
import {
  accessRoutes,
  appendAudit,
  auditTable,
  createAuthenticator,
  listBookNumbers,
  readCursorSecret,
  verifyAuditLog,
} from '#access'
import { caseMetrics, caseRoutes, createCases } from '#cases'
import { encodeId, idPrefix } from '#kernel'
import { createLanes, laneMetrics, laneRoutes, type NameSubject } from '#lanes'
import { createLedger, ledgerMetrics, ledgerRoutes } from '#ledger'
import { createOrders, orderEvents, ordersRoutes } from '#orders'
import {
  createCaseHandler,
  createPayments,
  isOfChart,
  type PaymentsDependencies,
  paymentChecks,
  paymentEvents,
  paymentMetrics,
  paymentRoutes,
  paymentsQueue,
  sagaCases,
  timelineTable,
} from '#payments'
import { type Configuration, defaultKeepDays, type KeepDays } from '#platform/config'
import { createHttpServer, type HttpModule, type HttpServer, useCursorSecret } from '#platform/http'
import { createKeyPruner } from '#platform/idempotency'
import { referenceModule } from '#platform/openapi'
import { createFeedSequencer, outboxTable, verifyFeed } from '#platform/outbox'
import {
  createConfirmedUnits,
  createWriteProbe,
  type Database,
  type MigratedModule,
  readAtLength,
} from '#platform/postgres'
import { createRetention, unitsTable } from '#platform/retention'
import {
  createDurationHistogram,
  createMetricsRegistry,
  createRequestMetrics,
  type Logger,
  type MetricsRegistry,
  registerMetrics,
  registerPoolMetrics,
  serviceRoutes,
} from '#platform/telemetry'
import {
  createConfiguredRails,
  createRails,
  measureInto,
  railCallSeconds,
  railEvents,
  railMetrics,
  railRoutes,
} from '#rails'
import { createSagas } from '#sagas'
import { apiDescription } from './api-description.ts'
import { sdkCalls } from './sdk-calls.ts'

const migrationsOf = (name: string): MigratedModule => ({
  name,
  directory: fileURLToPath(new URL(`./${name}/migrations`, import.meta.url)),
})

/** In the order of their migration. */
export const migratedModules: readonly MigratedModule[] = [
  migrationsOf('platform'),
  migrationsOf('access'),
  migrationsOf('ledger'),
  migrationsOf('lanes'),
  migrationsOf('rails'),
  migrationsOf('payments'),
  migrationsOf('sagas'),
  migrationsOf('cases'),
  migrationsOf('orders'),
]

export type Application = {
  readonly server: HttpServer
  readonly registry: MetricsRegistry
  readonly start: (address: { readonly host: string; readonly port: number }) => Promise<string>
  /**
   * Finishes running work and writes everything that was accepted. Requests get most of `timeoutMs`, the books the
   * rest. The caller must close the database.
   */
  readonly stop: (timeoutMs: number) => Promise<void>
}

type ApplicationDeps = {
  readonly database: Database
  readonly logger: Logger
  readonly configuration: Pick<Configuration, 'roles' | 'docsUrl' | 'ratePerSecond'> &
    Partial<Pick<Configuration, 'rails' | 'keepDays'>>
  readonly modules?: readonly HttpModule[]
}

export function composeApplication({ database, logger, configuration, modules = [] }: ApplicationDeps): Application {
  const onFault = (error: unknown) => logger.warn({ err: error }, 'background work met a fault')
  const serves = configuration.roles.has('api')
  const works = configuration.roles.has('worker')
  const registry = createMetricsRegistry()
  registerPoolMetrics(registry, database)
  const ledger = createLedger({ database, onFault, isReserved: isOfChart })
  const lanes = createLanes({ database, onFault })
  const rails = createRails({
    database,
    adapters: createConfiguredRails(configuration.rails ?? []),
    onEvents: (tx, events) => payments.receiveRailEvents(tx, events),
    onHandedOn: () => lanes.wake(),
    readBooks: listBookNumbers,
    collects: works,
    measure: measureInto(createDurationHistogram(registry, railCallSeconds).series),
    onNotice: (notice, text) => logger.warn(notice, text),
    onFault,
  })
  const { payments, sagas, orders, cases } = joinPayments({ database, ledger, lanes, rails, onFault })
  const own = [...ledgerMetrics(ledger), ...laneMetrics(lanes.metrics), ...paymentMetrics(payments)]
  const stored = [...railMetrics(rails, database), ...caseMetrics(cases, database)]
  // biome-ignore lint/nursery/noFloatingPromises: it returns nothing.
  for (const metrics of [own, stored]) registerMetrics(registry, metrics)
  const authenticator = createAuthenticator({ database, onFault })
  const upkeep = createUpkeep(database, configuration.keepDays ?? defaultKeepDays, onFault)
  let stopping = false

  const canWrite = createWriteProbe(database)
  const isReady = async () => !stopping && (await canWrite())
  const api: HttpModule[] = serves
    ? [
        ledgerRoutes({
          ledger,
          database,
          addedChecks: [feedCheck(database), auditLogCheck(database), ...paymentChecks(database)],
          addedEvents: [...paymentEvents, ...orderEvents, railEvents],
        }),
        accessRoutes({ database, authenticator }),
        laneRoutes({ database, lanes, nameSubject }),
        railRoutes({ rails, database }),
        paymentRoutes({ payments, database }),
        caseRoutes({ database, cases, onActed: payments.wake }),
        ordersRoutes({ orders, sagas, database }),
      ]
    : []
  const described = [...api, serviceRoutes({ registry, isReady }), ...modules]
  const server = createHttpServer({
    modules: serves ? [...described, referenceModule(apiDescription, described, sdkCalls)] : described,
    authenticate: authenticator.authenticate,
    database,
    logger,
    onAnswered: createRequestMetrics(registry),
    ...(configuration.docsUrl !== undefined && { docsUrl: configuration.docsUrl }),
    ...(configuration.ratePerSecond !== undefined && {
      ratePolicy: { requests: configuration.ratePerSecond, windowSeconds: 1, burst: configuration.ratePerSecond },
    }),
  })

  return {
    server,
    registry,
    start: async (address) => {
      if (serves) useCursorSecret(await readCursorSecret(database))
      await upkeep.start(serves || works, works)
      if (serves || works) for (const part of [ledger, rails, payments]) await part.start()
      if (works) await lanes.start()
      if (serves) authenticator.start()
      return server.listen(address)
    },
    stop: async (timeoutMs) => {
      stopping = true
      await server.close(timeoutMs * 0.7)
      await lanes.stop(timeoutMs * 0.1)
      await payments.stop(timeoutMs * 0.1)
      await rails.stop()
      if (serves || works) await ledger.stop(timeoutMs * 0.1)
      await upkeep.stop()
      await authenticator.stop()
    },
  }
}

function createUpkeep(database: Database, keepDays: KeepDays, onFault: (fault: unknown) => void) {
  const sequencer = createFeedSequencer({ database, onFault })
  const confirmed = createConfirmedUnits(database, onFault)
  const retention = createRetention({
    database,
    tables: [outboxTable(keepDays.events), unitsTable, timelineTable(keepDays.timelines), auditTable(keepDays.audit)],
    onFault,
  })
  const { isClockSettled } = retention
  const pruner = createKeyPruner({ database, keepDays: keepDays.keys, isClockSettled, onFault })
  return {
    start: async (writes: boolean, prunes: boolean) => {
      if (writes) {
        await retention.start()
        sequencer.start()
      }
      if (prunes) pruner.start()
    },
    stop: async () => {
      await Promise.all([pruner.stop(), sequencer.stop(), retention.stop(), confirmed.stop()])
    },
  }
}

/** When payments end, their sagas continue, and orders return money that arrived too late. */
function joinPayments(deps: PaymentsDependencies) {
  const payments = createPayments(deps)
  const sagas = createSagas({ lanes: deps.lanes, ...sagaCases })
  deps.lanes.register(sagas.handler)
  const orders = createOrders({ payments, sagas })
  payments.onEnded(async (tx, ended) => {
    // A step may wait for its payment while another refund or capture of it is running.
    const subjects = ended.flatMap((one) => ('payment' in one ? [one.row.id, one.payment.id] : [one.row.id]))
    await sagas.subjectsEnded(tx, [...new Set(subjects)])
    await orders.paymentsEnded(tx, ended)
  })
  const cases = createCases({ audit: appendAudit })
  cases.register(paymentsQueue, createCaseHandler({ payments, sagas, lanes: deps.lanes }))
  return { payments, sagas, orders, cases }
}

function feedCheck(database: Database) {
  return {
    name: 'event_feed',
    run: (signal: AbortSignal) => readAtLength(database, { purpose: 'verify events', signal }, verifyFeed),
  }
}

function auditLogCheck(database: Database) {
  return {
    name: 'audit_log',
    run: async (signal: AbortSignal) => {
      const { checked, broken } = await readAtLength(database, { purpose: 'verify audit log', signal }, verifyAuditLog)
      const findings = broken.map((number) => `act ${number} of the audit log does not follow from the one before it`)
      return { checked, findings }
    },
  }
}

const workKinds = ['payment', 'capture', 'refund', 'payout'] as const

/** The public id of a dead letter's subject. For payments, the payload names the subject's kind. */
function nameSubject({ kind, subject, payload }: Parameters<NameSubject>[0]): string | undefined {
  if (kind === 'saga.step') return encodeId(idPrefix.saga, subject)
  const said = (payload as { readonly s?: unknown } | null)?.s
  const workKind = kind === 'payment.input' ? workKinds.find((each) => each === said) : undefined
  return workKind && encodeId(idPrefix[workKind], subject)
}
