import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCallbacks, defaultCallbackSecret } from './callbacks.ts'
import { closeDay } from './close-day.ts'
import { createConduct } from './conduct.ts'
import { createAgenda } from './faults/agenda.ts'
import { createFaultSchedule } from './faults/fault-schedule.ts'
import { createOutages } from './faults/outages.ts'
import { defaultTimings, type Timings, timingNames } from './faults/timings.ts'
import { createForgottenKeys } from './journal/forgotten-keys.ts'
import { type Journal, openJournal, readJournal } from './journal/journal.ts'
import { createMandates } from './journal/mandates.ts'
import { dateOf, replay, resume, snapshot, type Unfinished } from './journal/restore.ts'
import { createReversals } from './journal/reversals.ts'
import { createNetbankDays } from './netbank/netbank-days.ts'
import type { Operation, RailName } from './operations/operation.ts'
import { createOperationLog } from './operations/operation-log.ts'
import { createExchange } from './server/http-exchange.ts'
import { createTlsServer, openTls, type Tls, type TlsFiles } from './server/tls.ts'
import { createStatements } from './statements.ts'
import { type Clock, systemClock } from './time.ts'
import type { World } from './world.ts'

export type RailSimulatorOptions = Partial<Timings> & {
  /** 0, the default, means a free port. */
  readonly port?: number
  readonly host?: string
  /** For fault schedules that get no seed through the control API. */
  readonly seed?: number
  /** With `{rail}` for the rail's name; without a URL, no callbacks are sent. */
  readonly callbackUrl?: string
  /** `whsec_` and base64. */
  readonly callbackSecret?: string
  readonly data?: string
  readonly retain?: number
  readonly clock?: Clock
  /** Its own certificate. Callbacks to an https address show it as well. */
  readonly tls?: TlsFiles
  /** Refused connections and unusable files. */
  readonly say?: (sentence: string) => void
}

/** A running simulator; `stop` breaks its connections and leaves nothing behind. */
export type RailSimulator = { readonly url: string; readonly stop: () => Promise<void> }

const defaultRetain = 200_000
/** Longer than any client keeps an idle connection, so that none is closed while a request is in flight. */
const keepAliveTimeoutMs = 120_000

/** Resolves when the rails accept requests. Rejects when the port or the journal is not available. */
export async function startRailSimulator(options: RailSimulatorOptions = {}): Promise<RailSimulator> {
  const tls = options.tls && openTls(options.tls, options.say ?? (() => undefined))
  const { world, unfinished } = createWorld(options, tls)
  const settings = { keepAliveTimeout: keepAliveTimeoutMs }
  const exchange = createExchange(world)
  const server = tls === undefined ? createServer(settings, exchange) : createTlsServer(tls, settings, exchange)
  try {
    await listen(server, options.port ?? 0, options.host ?? '127.0.0.1')
  } catch (error) {
    world.journal.close()
    throw error
  }
  resume(world, unfinished)
  world.onTimings()
  const { address, port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${address.includes(':') ? `[${address}]` : address}:${port}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      world.agenda.close()
      world.callbacks.close()
      await closed
      world.journal.close()
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function createWorld(options: RailSimulatorOptions, tls: Tls | undefined): { world: World; unfinished: Unfinished } {
  const { clock = systemClock, retain = defaultRetain } = options
  // The new journal starts with the content of the old one, so it is opened last.
  let journal: Journal | undefined
  const current = (): Journal => journal ?? openJournal(undefined, [])
  const agenda = createAgenda()
  const log = createOperationLog(current, retain)
  const statements = createStatements(current, dateOf(clock.now()))
  const faults = createFaultSchedule(options.seed ?? 1)
  const forgotten = createForgottenKeys(current, retain)
  const netbankDays = createNetbankDays(current)
  const reversals = createReversals(current, retain)
  const mandates = createMandates(current, retain)
  const stored = { log, statements, faults, forgotten, netbankDays, reversals, mandates }
  const unfinished = replay(stored, readJournal(options.data))
  journal = openJournal(options.data, snapshot(stored, unfinished))
  const outages = createOutages(agenda, (rail) => callbacks.release(rail))
  const isAway = (rail: RailName) => outages.of(rail) !== undefined
  const target = { url: options.callbackUrl, secret: options.callbackSecret ?? defaultCallbackSecret }
  const callbacks = createCallbacks({ clock, agenda, journal: current, isAway, tls }, target)
  const timings = timingsOf(options)
  const conduct = createConduct(clock)
  const parts = { ...stored, clock, agenda, timings, journal, callbacks, outages, conduct }
  const forStatement = new Set<Operation>()
  const world: World = { ...parts, forStatement, onTimings: () => days.rearm() }
  const days = createDays(world)
  return { world, unfinished }
}

function timingsOf(options: Partial<Timings>): Timings {
  const timings = { ...defaultTimings }
  for (const name of timingNames) timings[name] = options[name] ?? timings[name]
  return timings
}

function createDays(world: World): { readonly rearm: () => void } {
  let cancel: () => void = () => undefined
  const rearm = () => {
    cancel()
    const { dayMs } = world.timings
    if (dayMs === 0) return
    cancel = world.agenda.after(dayMs, () => {
      closeDay(world)
      rearm()
    })
  }
  return { rearm }
}
