import { createPeriodic, type Periodic } from '#platform/background'
import type { Database } from '#platform/postgres'
import { inboxDays, pruneInbox } from './inbox-store.ts'
import type { RailAdapter } from './rail-adapter.ts'
import { type CollectorDeps, collectStatements } from './statement-collector.ts'

export type Maintenance = Pick<Periodic, 'start'> & {
  /** Resolves when the rounds have ended. Their faults are no longer reported. */
  readonly stop: () => Promise<void>
}

export type MaintenanceDeps = CollectorDeps & {
  readonly database: Database
  readonly adapters: readonly RailAdapter[]
  readonly statementsEveryMs: number
  readonly onFault: (fault: Error) => void
}

const pruneEveryMs = 3_600_000
const pruneLimit = 5_000
/** The longest pause of a failing job; the pauses grow while it fails. */
const restMaxMs = 60_000

export function createMaintenance(deps: MaintenanceDeps): Maintenance {
  const { adapters, statementsEveryMs } = deps
  let isStopped = false
  const isStopping = () => isStopped
  const prune = async () => {
    while (!isStopped && (await pruneInbox(deps.database, { days: inboxDays, limit: pruneLimit })) === pruneLimit);
  }
  const repeat = (name: string, restMs: number, does: () => Promise<unknown>) =>
    createPeriodic({
      ...{ name, restMs, restMaxMs },
      work: async () => {
        await does()
        return undefined
      },
      onFault: (fault, inARow) => {
        if (inARow === 1 && !isStopped) deps.onFault(fault)
      },
    })
  const works = [repeat('forgetting old events of rails', pruneEveryMs, prune)]
  for (const { name, statements } of adapters) {
    if (statements === undefined) continue
    const collect = () => collectStatements({ ...deps, isStopping }, name, statements)
    works.push(repeat('collecting statements', statementsEveryMs, collect))
  }
  return {
    start: () => {
      for (const { start } of works) start()
    },
    stop: async () => {
      isStopped = true
      await Promise.all(works.map(({ stop }) => stop()))
    },
  }
}
