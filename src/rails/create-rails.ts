import { setTimeout as sleep } from 'node:timers/promises'
import type { CaseHandler } from '#cases'
import { assert } from '#kernel'
import type { Database, Transaction } from '#platform/postgres'
import { createRailCaseHandler } from './cases/rail-case-handler.ts'
import type { FindStoredCall } from './find-call.ts'
import { guardRail, type Measure } from './guard-rail.ts'
import { type HealthPolicy, healthPolicy } from './health-rules.ts'
import { readHealth } from './health-store.ts'
import type { HealthChange } from './health-sync.ts'
import { createInbox, type OnRailEvents } from './inbox.ts'
import type { InboxEntry } from './inbox-store.ts'
import { createMaintenance } from './maintenance.ts'
import { pauseRail } from './pause-rail.ts'
import { createProcessCount } from './process-count.ts'
import type { RailHealth, Rails } from './rail.ts'
import type { CallbackMessage, RailAdapter } from './rail-adapter.ts'
import { appendRailEvents, type ReadBooks } from './rail-events.ts'
import { createRailsHealth, type RailParts, type RailsHealth } from './rails-health.ts'
import { receiveCallback } from './receive-callback.ts'
import { requireMembers } from './require-members.ts'

export type RailsDeps = {
  readonly database: Database
  readonly adapters: readonly RailAdapter[]
  readonly onEvents: OnRailEvents
  /** Called after the commit: the events may have enqueued work that can start now. */
  readonly onHandedOn?: () => void
  /** For callbacks whose reading needs what is stored with a call. Default: none is known. */
  readonly findCall?: FindStoredCall
  readonly readBooks: ReadBooks
  readonly collects: boolean
  readonly measure: Measure
  /** Notifies an operator: a rail is down or up, or an event could not be read. */
  readonly onNotice: (
    notice: { readonly rail: string; readonly [detail: string]: string | number },
    text: string,
  ) => void
  readonly onFault: (fault: Error) => void
  readonly policy?: HealthPolicy
  /** Interval at which the processes exchange the health of their rails. Default: 250 ms. */
  readonly healthEveryMs?: number
  readonly statementsEveryMs?: number
  readonly random?: () => number
}

export type RailsService = Rails & {
  /** Carries out the actions on the cases of the queue `rails`. */
  readonly caseHandler: CaseHandler
  readonly receive: (callback: {
    readonly rail: string
    readonly message: CallbackMessage
  }) => ReturnType<typeof receiveCallback>
  readonly status: (rail: string) => RailStatus
  readonly parts: (rail: string) => RailParts
  /** Appends an event to every book; a repetition has no effect. Other processes apply it within a second. */
  readonly pause: (
    tx: Transaction,
    change: { readonly rail: string; readonly paused: boolean },
  ) => Promise<RailStatus & { readonly isChanged: boolean }>
  /** Called after the commit of `pause`: this process applies it at once. */
  readonly refresh: () => Promise<void>
}

export type RailStatus = RailHealth & { readonly paused: boolean }

/** For calls to end once their adapter is closed. What has not ended then is left behind, and resumed later. */
const callsEndMs = 500
const unheeded = { ref: false } as const

/** Makes no call and no query before `start`. */
export function createRails(deps: RailsDeps): RailsService {
  const { database, adapters, onEvents, onFault, measure } = deps
  const byName = new Map(adapters.map((adapter) => [adapter.name, adapter]))
  assert(byName.size === adapters.length, 'no two rails have one name')
  for (const adapter of adapters) requireMembers(adapter)
  const onProblem = ({ rail, eventId }: InboxEntry, reason: string) =>
    deps.onNotice({ rail, eventId, reason }, 'an event of a rail could not be read')
  const healthSync = healthOf(deps)
  const viewOf = (rail: string) => {
    const view = healthSync.view(rail)
    assert(view, `there is a rail ${rail}`)
    return view
  }
  const processes = createProcessCount({ database, everyMs: deps.healthEveryMs ?? 250, onFault })
  const isCounting = adapters.some(({ capabilities }) => capabilities.callsMax !== undefined)
  const guarded = new Map(
    adapters.map((adapter) => [
      adapter.name,
      guardRail(adapter, {
        ...{ healthSync, measure, onFault },
        view: viewOf(adapter.name),
        keys: healthSync.keys(adapter.name),
        processes: processes.count,
      }),
    ]),
  )
  const onHandedOn = () => deps.onHandedOn?.()
  const findCall = deps.findCall ?? (async () => undefined)
  const inbox = createInbox({ database, onEvents, onHandedOn, onProblem })
  const maintenance = createMaintenance({
    ...deps,
    onHandedOn,
    onProblem,
    statementsEveryMs: deps.statementsEveryMs ?? 2_000,
  })

  return {
    rail: (name) => guarded.get(name),
    names: () => [...byName.keys()],
    health: healthSync.health,
    status: (rail) => ({ ...healthSync.health(rail), paused: viewOf(rail).paused }),
    parts: healthSync.parts,
    receive: (callback) => receiveCallback({ adapter: (name) => byName.get(name), inbox, findCall }, callback),
    pause: async (tx, change) => {
      const { rail, paused } = change
      const isChanged = await pauseRail(tx, change)
      const [known] = await readHealth(tx, [rail])
      assert(known, 'a rail that was started has a row')
      const { state, since, retryAt } = known.row
      // The answer is stored with the change; what the rail has announced is known to this process.
      const away = paused ? undefined : healthSync.keys(rail)?.isAway()
      if (isChanged) {
        const type = paused ? 'rail.paused' : 'rail.resumed'
        await appendRailEvents(tx, deps.readBooks, [{ type, rail, since, retryAt }])
      }
      if (away !== undefined)
        return { rail, paused, isChanged, state: 'down', since: away.startsAt, retryAt: away.endsAt }
      return { rail, state, since, paused, isChanged, ...(retryAt !== undefined && { retryAt }) }
    },
    refresh: healthSync.refresh,
    caseHandler: createRailCaseHandler({ adapter: (name) => byName.get(name), onEvents, findCall }),
    start: async () => {
      await healthSync.start()
      if (isCounting) await processes.start()
      if (deps.collects) maintenance.start()
    },
    stop: async () => {
      const ended = Promise.all([maintenance.stop(), healthSync.stop()])
      // Ends their calls. A rail may take as long for the list of its statements as the process has to stop.
      await Promise.race([Promise.all(adapters.map(({ close }) => close())), sleep(callsEndMs, undefined, unheeded)])
      await Promise.race([ended, sleep(callsEndMs, undefined, unheeded)])
      if (isCounting) await processes.stop()
    },
  }
}

function healthOf(deps: RailsDeps): RailsHealth {
  const { database, onFault } = deps
  return createRailsHealth({
    database,
    rails: deps.adapters,
    policy: deps.policy ?? healthPolicy,
    intervalMs: deps.healthEveryMs ?? 250,
    onChanges: (tx, changes) => appendRailEvents(tx, deps.readBooks, changes.map(noticeOf)),
    onChanged: ({ rail, type, row }) => deps.onNotice({ rail, openings: row.openings }, type),
    onKeyChanged: ({ rail, key, isUp }) => deps.onNotice({ rail, key }, isUp ? 'rail.key_up' : 'rail.key_down'),
    onFault,
    random: deps.random ?? Math.random,
  })
}

function noticeOf({ rail, type, row }: HealthChange) {
  return { rail, type, since: row.since, retryAt: row.retryAt }
}
