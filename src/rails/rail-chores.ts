import type { Database } from '#platform/postgres'
import { pruneInbox } from './inbox-store.ts'
import type { RailAdapter } from './rail-adapter.ts'
import { type CollectorDeps, collectStatements } from './statement-collector.ts'

/** Work that is done again and again, each in its own time. */
export type Chores = { readonly start: () => void; readonly stop: () => Promise<void> }

export type ChoresDeps = CollectorDeps & {
  readonly database: Database
  readonly adapters: readonly RailAdapter[]
  /** How often statements are asked for. */
  readonly statementsEveryMs: number
  readonly onFault: (fault: Error) => void
}

const pruneEveryMs = 3_600_000
const pruneLimit = 5_000
/** A rail repeats an event within hours; after this time it would be taken for a new one. */
const inboxDays = 90
/** While it fails, a chore is done less and less often. */
const restMaxMs = 60_000

/** Collects statements and forgets old events, until stopped. */
export function createChores(deps: ChoresDeps): Chores {
  const { adapters, statementsEveryMs } = deps
  const prune = async () => {
    while ((await pruneInbox(deps.database, { days: inboxDays, limit: pruneLimit })) === pruneLimit);
  }
  const works = [
    { everyMs: pruneEveryMs, work: prune },
    ...adapters.flatMap(({ name, statements }) =>
      statements === undefined
        ? []
        : [{ everyMs: statementsEveryMs, work: () => collectStatements(deps, name, statements) }],
    ),
  ].map((chore) => repeat({ ...chore, onFault: deps.onFault }))
  return {
    start: () => {
      for (const { start } of works) start()
    },
    stop: async () => {
      await Promise.all(works.map(({ stop }) => stop()))
    },
  }
}

function repeat(chore: {
  readonly everyMs: number
  readonly work: () => Promise<unknown>
  readonly onFault: (fault: Error) => void
}): Chores {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let stopped = true
  let failures = 0

  const once = async () => {
    try {
      await chore.work()
      failures = 0
    } catch (error) {
      failures += 1
      // A rail that is away is told of once.
      if (failures === 1) chore.onFault(error instanceof Error ? error : new Error(String(error)))
    }
  }
  const rest = () => {
    const slower = Math.max(chore.everyMs, Math.min(restMaxMs, chore.everyMs * 2 ** Math.min(failures, 10)))
    timer = setTimeout(() => {
      running = once().then(() => {
        running = undefined
        if (!stopped) rest()
      })
    }, slower)
  }
  return {
    start: () => {
      stopped = false
      rest()
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
