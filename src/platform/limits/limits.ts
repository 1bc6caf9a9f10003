import { BoundedCache } from '#kernel'
import { createPeriodic } from '../background/index.ts'
import { newUuid } from '../ids/index.ts'
import type { Database, Session } from '../postgres/index.ts'
import type { Lease, Meter } from './lease.ts'
import { countProcesses, exchangeLeases, leaveProcesses, pruneLeases } from './lease-store.ts'
import { createLeases, type Entered } from './leases.ts'
import { bySubject, type DefaultLimit, type Limited, type LimitsBySubject, metersOf } from './limit.ts'
import { limitsVersion, readLimits } from './limit-store.ts'

export type Limits = {
  /** By the limits that are set. Undefined: there is none. A promise only when the database has to be asked. */
  readonly enter: (request: Limited) => Entered | Promise<Entered> | undefined
  /** By limits of the caller's own, under keys of its own. */
  readonly enterBy: (meters: readonly Meter[]) => Entered | Promise<Entered>
  /** Reads what is set now. The other processes read it within two seconds. */
  readonly reload: () => Promise<void>
  readonly statistics: () => { readonly entered: number; readonly refused: number; readonly exchanges: number }
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type LimitsDeps = {
  readonly database: Database
  /** Of clients without a limit of their own. */
  readonly perClient?: DefaultLimit | undefined
  readonly onFault: (error: unknown) => void
}

const everyMs = 1_000
const pruneEvery = 3_600
const plansMax = 20_000
const exchangeMs = 2_000
/** The exchanges of one process do not wait for locks of others for long. Nothing here must survive a crash. */
const settings = { synchronous_commit: 'off', lock_timeout: '1s', statement_timeout: '1500ms' }

export function createLimits({ database, perClient, onFault }: LimitsDeps): Limits {
  const process = newUuid()
  const line = createLine(database)
  const counts = { entered: 0, refused: 0, exchanges: 0 }
  let processes = 1
  let limits: LimitsBySubject = new Map()
  let version: string | undefined
  let rounds = 0
  let isUsedBesides = false
  const plans = new BoundedCache<string, readonly Lease[]>(plansMax)
  const leases = createLeases({
    exchange: async (asked) => {
      counts.exchanges += 1
      return exchangeLeases(await line.at(), process, asked)
    },
    processes: () => processes,
    onDropped: () => plans.clear(),
    onFault,
  })

  const isLimiting = () => perClient !== undefined || limits.size > 0 || isUsedBesides
  const planOf = (request: Limited): readonly Lease[] => {
    const key = `${request.client.id} ${request.book} ${request.operation}`
    const known = plans.get(key)
    if (known !== undefined) return known
    const plan = leases.of(metersOf(request, limits, perClient))
    plans.set(key, plan)
    return plan
  }
  const read = async () => {
    const now = await limitsVersion(database)
    if (now === version) return
    limits = bySubject(await readLimits(database))
    version = now
    plans.clear()
  }
  const count = (entered: Entered): Entered => {
    counts[entered.ok ? 'entered' : 'refused'] += 1
    return entered
  }
  const enter = (plan: readonly Lease[]) => {
    const entered = leases.enter(plan)
    return entered instanceof Promise ? entered.then(count) : count(entered)
  }
  const periodic = createPeriodic({
    name: 'renewing leases of limits',
    restMs: everyMs,
    work: async () => {
      await read()
      // A process without limits does not write each second.
      if (!isLimiting()) return undefined
      await leases.renew()
      const at = await line.at()
      processes = await countProcesses(at, process)
      rounds += 1
      if (rounds % pruneEvery === 0) await pruneLeases(at)
      return undefined
    },
    onFault,
  })

  return {
    enter: (request) => {
      if (!isLimiting()) return undefined
      const plan = planOf(request)
      return plan.length === 0 ? undefined : enter(plan)
    },
    enterBy: (meters) => {
      isUsedBesides = true
      return enter(leases.of(meters))
    },
    reload: read,
    statistics: () => counts,
    start: async () => {
      await read()
      if (isLimiting()) processes = await countProcesses(await line.at(), process)
      periodic.start()
    },
    stop: async () => {
      await periodic.stop()
      await line.close((at) => leaveProcesses(at, process)).catch(onFault)
    },
  }
}

type Line = {
  readonly at: () => Promise<Session>
  readonly close: (last: (at: Session) => Promise<void>) => Promise<void>
}

/** One connection, opened when it is needed. It is not of the pool, whose connections requests may hold. */
function createLine(database: Database): Line {
  let opening: Promise<Session> | undefined
  const at = async (): Promise<Session> => {
    const known = opening
    const before = await known?.catch(() => undefined)
    if (before?.closed() === false) return before
    if (opening !== known) return at()
    opening = database.session('limits', { settings, deadlineMs: exchangeMs })
    return opening
  }
  return {
    at,
    close: async (last) => {
      const opened = await opening?.catch(() => undefined)
      if (opened?.closed() !== false) return
      await last(opened).finally(opened.close)
    },
  }
}
