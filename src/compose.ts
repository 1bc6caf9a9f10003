// The composition root: one function per module wires it, and composeApplication joins them from top to bottom.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  accessRoutes,
  auditLogCheck,
  auditTable,
  createAuthenticator,
  createOauth,
  listBookNumbers,
  readCursorSecret,
} from '#access'
import { caseMetrics, caseRoutes, createCases } from '#cases'
import { createLanes, type Lanes, laneMetrics, laneRoutes, onKafka, type Scaling, scalingRoutes } from '#lanes'
import { createLedger, ledgerEvents, ledgerMetrics, ledgerRoutes } from '#ledger'
import { createOrders, orderChecks, orderEvents, ordersRoutes } from '#orders'
import {
  createCaseHandler,
  createDisputeCaseHandler,
  createPayments,
  disputesQueue,
  endedSubjects,
  isOfChart,
  type Payments,
  type PaymentsDependencies,
  paymentChecks,
  paymentEvents,
  paymentMetrics,
  paymentRoutes,
  paymentsQueue,
  sagaCases,
  timelineTable,
} from '#payments'
import { type Configuration, defaultKeepDays } from '#platform/config'
import type { Fault } from '#platform/faults'
import type { HttpModule, HttpServer } from '#platform/http'
import { useCursorSecret } from '#platform/lists'
import { type FeedEvents, feedMetric } from '#platform/outbox'
import { allowOutgoing } from '#platform/outgoing'
import type { ConfiguredDatabase, Database } from '#platform/postgres'
import type { Sealing } from '#platform/sealing'
import type { Secret } from '#platform/secrets'
import {
  createDurationHistogram,
  createFaultLog,
  createMetricsRegistry,
  type Logger,
  type MetricsRegistry,
  registerMetrics,
  registerPoolMetrics,
} from '#platform/telemetry'
import type { Tls } from '#platform/tls'
import {
  createConfiguredRails,
  createRails,
  measureInto,
  type RailSettings,
  type RailsDeps,
  type RailsService,
  railCallSeconds,
  railEvents,
  railMetrics,
  railRoutes,
  railsQueue,
} from '#rails'
import { createSagas, type Sagas } from '#sagas'
import { bookOfCredits } from './book-of-credits.ts'
import { composeServer } from './compose-server.ts'
import { createEventConsumers } from './event-consumers.ts'
import { composeLimits } from './limits.ts'
import type { Part } from './part.ts'
import { tlsMetrics } from './process-tls.ts'
import { createSealing } from './sealing.ts'
import { createUpkeep } from './upkeep.ts'

export type Application = {
  readonly server: HttpServer
  readonly registry: MetricsRegistry
  readonly events: readonly FeedEvents[]
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
    Partial<Omit<Configuration, 'rails' | 'tls'>> & {
      readonly rails?: readonly RailSettings[]
      readonly tls?: Tls | undefined
    }
  /** Of the data directory: seals the keys that sign access tokens where there is no `--secrets-key`. */
  readonly ownKey?: Secret | undefined
  readonly modules?: readonly HttpModule[]
  /** Work that was to begin once servers are back cannot begin: the process should end. Default: it is logged. */
  readonly onRefused?: (error: unknown) => void
  /** Of the embedded server, since its last stop. */
  readonly files?: ConfiguredDatabase['files']
}

type Context = Omit<ApplicationDeps, 'modules' | 'onRefused'> & {
  readonly onRefused: (error: unknown) => void
  readonly registry: MetricsRegistry
  readonly onFault: (error: unknown) => void
}

export function composeApplication({ modules = [], ...deps }: ApplicationDeps): Application {
  const { database, logger, configuration } = deps
  allowOutgoing(configuration.outgoingAllow ?? [])
  const registry = createMetricsRegistry()
  registerPoolMetrics(registry, database)
  registerMetrics(registry, tlsMetrics(configuration.tls))
  const isLasting = ({ code }: Fault) => code.startsWith('kafka_') && code !== 'kafka_records_lost'
  const onFault = createFaultLog(logger, isLasting)
  const context = { ...deps, registry, onFault, onRefused: deps.onRefused ?? onFault }

  const sealing = createSealing(context)
  const access = composeAccess({ ...context, secretSealing: sealing.ofSecrets })
  const { ledger, ...ledgerPart } = composeLedger(context)
  const { lanes, ...lanesPart } = composeLanes(context)
  const { rails, ...railsPart } = composeRails(context, {
    onEvents: (tx, events) => payments.receiveRailEvents(tx, events),
    onHandedOn: lanes.wake,
    findCall: (wanted) => payments.findRailCall(wanted),
  })
  const { payments, ...paymentsPart } = composePayments({ ...context, ledger, lanes, rails })
  const sagas = composeSagas({ lanes, payments })
  const casesPart = composeCases(context, { payments, sagas, lanes, rails })
  const ordersPart = composeOrders(context, { payments, sagas })
  const own: readonly Part[] = [ledgerPart, access.part, lanesPart, railsPart, paymentsPart, casesPart, ordersPart]
  const events = own.flatMap((part) => part.events ?? [])
  const { consumers, lacks: consumersLack, ...consumersPart } = createEventConsumers({ ...context, events })
  const { limits, part: limitsPart } = composeLimits({ ...context, routes: () => server.routes })
  const parts: readonly Part[] = [...own, consumersPart, { routes: sealing.routes }, limitsPart]

  for (const { metrics = [] } of [...parts, { metrics: [feedMetric(database)] }]) registerMetrics(registry, metrics)
  const tables = parts.flatMap((part) => part.tables ?? [])
  const upkeep = createUpkeep({ database, configuration, onFault, tables })
  const serves = configuration.roles.has('api')
  const works = configuration.roles.has('worker')
  const publishes = works || configuration.roles.has('relay')
  const prunes = works || configuration.roles.has('scheduler')
  let stopping = false
  const server = composeServer(context, {
    ...{ authenticate: access.authenticator.authenticate, limits },
    parts: serves ? parts : [],
    modules: [scalingRoutes(lanes.metrics.scaling), ...modules],
    isStopping: () => stopping,
    lacks: () => [...new Set([...lanes.lacks(), ...(publishes ? consumersLack() : [])])],
    // An API accepts work that others do. A worker alone does none without its brokers.
    needs: serves || !works ? () => [] : lanes.lacks,
  })

  return {
    server,
    registry,
    events,
    start: async (address) => {
      await sealing.start({ isWorking: prunes })
      if (serves) useCursorSecret(await readCursorSecret(database))
      await upkeep.start({ isPruning: prunes })
      for (const module of [ledger, rails, payments]) await module.start()
      await Promise.all([
        works ? lanes.start() : undefined,
        publishes ? consumers.start({ mayWait: serves }) : undefined,
      ])
      if (serves) access.authenticator.start()
      if (serves) await Promise.all([access.oauth.load(), limits.start()])
      const url = await server.listen(address)
      access.oauth.serve(configuration.oauth?.issuer ?? url)
      return url
    },
    stop: async (timeoutMs) => {
      stopping = true
      await server.close(timeoutMs * 0.7)
      await Promise.all([limits.stop(), consumers.stop(timeoutMs * 0.1), lanes.stop(timeoutMs * 0.1)])
      const ended = payments.stop(timeoutMs * 0.1)
      // A call of a rail that hangs ends when its rail is stopped.
      await Promise.race([ended, sleep(timeoutMs * 0.2, undefined, { ref: false })])
      await rails.stop()
      await ended
      await ledger.stop(timeoutMs * 0.1)
      await upkeep.stop()
      await Promise.all([access.authenticator.stop(), access.oauth.stop()])
      await sealing.stop()
    },
  }
}

type Sealed = { readonly secretSealing: Sealing | undefined }

function composeAccess({ database, configuration, secretSealing, onFault }: Context & Sealed) {
  const oauth = createOauth({ database, sealing: secretSealing, onFault })
  const authenticator = createAuthenticator({
    ...{ database, tokens: oauth.tokens, onFault },
    takesKeys: configuration.oauth?.takesKeys ?? true,
  })
  const part: Part = {
    routes: accessRoutes({ database, authenticator, oauth }),
    checks: [auditLogCheck(database)],
    tables: [auditTable((configuration.keepDays ?? defaultKeepDays).audit)],
  }
  return { authenticator, oauth, part }
}

function composeLedger({ database, onFault }: Context) {
  const ledger = createLedger({ database, onFault, isReserved: isOfChart })
  return {
    ledger,
    routes: ledgerRoutes({ ledger, database }),
    events: ledgerEvents,
    metrics: ledgerMetrics(ledger),
  }
}

function composeLanes({ database, logger, configuration, onFault, onRefused }: Context) {
  const openEngine = configuration.lanes && onKafka(configuration.lanes)
  const onScaling = (scaling: Scaling, isNews: boolean) => logger[isNews ? 'info' : 'debug']({ scaling }, 'scaling')
  // An API is ready without brokers.
  const mayWait = configuration.roles.has('api')
  const lanes = createLanes({ database, onFault, openEngine, onScaling, mayWait, onRefused })
  return { lanes, routes: laneRoutes({ database, lanes }), metrics: laneMetrics(lanes.metrics) }
}

type RailsHooks = Pick<RailsDeps, 'onEvents' | 'onHandedOn' | 'findCall'>

function composeRails({ database, logger, configuration, registry, onFault }: Context, hooks: RailsHooks) {
  const rails = createRails({
    ...hooks,
    database,
    adapters: createConfiguredRails(configuration.rails ?? [], configuration.tls),
    readBooks: listBookNumbers,
    collects: configuration.roles.has('worker') || configuration.roles.has('scheduler'),
    measure: measureInto(createDurationHistogram(registry, railCallSeconds).series),
    onNotice: (notice, text) => logger.warn(notice, text),
    onFault,
  })
  return {
    rails,
    routes: railRoutes({ rails, database }),
    events: [railEvents],
    metrics: railMetrics(rails, database),
  }
}

function composePayments(context: Context & PaymentsDependencies) {
  const { database, configuration } = context
  const payments = createPayments({
    ...{ bookOfCredits: bookOfCredits(context.rails), restored: configuration.restored },
    ...context,
  })
  return {
    payments,
    routes: paymentRoutes({ payments, database }),
    events: paymentEvents,
    checks: paymentChecks(database),
    metrics: paymentMetrics(payments),
    tables: [timelineTable((configuration.keepDays ?? defaultKeepDays).timelines)],
  }
}

/** When payments end, the sagas that wait for them continue. */
function composeSagas({ lanes, payments }: { readonly lanes: Lanes; readonly payments: Payments }) {
  const sagas = createSagas({ lanes, ...sagaCases })
  lanes.register(sagas.handler)
  payments.onEnded(async (tx, ended) => {
    await sagas.subjectsEnded(tx, endedSubjects(ended))
  })
  return sagas
}

type CaseHolders = {
  readonly payments: Payments
  readonly sagas: Sagas
  readonly lanes: Lanes
  readonly rails: Pick<RailsService, 'caseHandler'>
}

function composeCases({ database, configuration }: Context, { payments, sagas, lanes, rails }: CaseHolders): Part {
  const cases = createCases()
  const { writeOffLimits = new Map() } = configuration
  cases.register(paymentsQueue, createCaseHandler({ payments, sagas, lanes, writeOffLimits }))
  cases.register(railsQueue, rails.caseHandler)
  cases.register(disputesQueue, createDisputeCaseHandler({ payments }))
  return {
    routes: caseRoutes({ database, cases, onActed: payments.wake }),
    metrics: caseMetrics(cases, database),
  }
}

/** When payments end, orders return money that arrived too late. */
function composeOrders({ database }: Context, { payments, sagas }: Pick<CaseHolders, 'payments' | 'sagas'>): Part {
  const orders = createOrders({ payments, sagas })
  payments.onEnded(orders.paymentsEnded)
  return {
    routes: ordersRoutes({ orders, sagas, database }),
    events: orderEvents,
    checks: orderChecks(database),
  }
}
