import { createPeriodic } from '#platform/background'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'

export type ProcessCount = {
  /** The processes that call rails, this one included. 0 until the others know of this one. */
  readonly count: () => number
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Longer than a call: those of a process that is frozen or gone have ended when the others take its part. */
const liveMs = 15_000
/** After this time every other process has counted this one. */
const joinMs = 1_000

export function createProcessCount(deps: {
  readonly database: Database
  readonly everyMs: number
  readonly onFault: (fault: Error) => void
}): ProcessCount {
  const { database, everyMs, onFault } = deps
  const id = newUuid()
  let joinedMs: number | undefined
  let counted = 0
  const look = async () => {
    const [row] = await database.query<{ others: bigint }>({
      name: 'rails-count-processes',
      text: `with me as (
          insert into rails.processes (id) values ($1) on conflict (id) do update set seen_at = clock_timestamp()
        ), gone as (
          delete from rails.processes where id <> $1 and seen_at < clock_timestamp() - 4 * $2 * interval '1 millisecond'
        )
        select count(*) as others from rails.processes
        where id <> $1 and seen_at > clock_timestamp() - $2 * interval '1 millisecond'`,
      values: [id, liveMs],
    })
    joinedMs ??= performance.now()
    counted = Number(row?.others ?? 0) + 1
  }
  const work = async () => {
    await look()
    return undefined
  }
  const periodic = createPeriodic({ name: 'counting the processes that call rails', restMs: everyMs, work, onFault })
  return {
    count: () => (joinedMs === undefined || performance.now() - joinedMs < joinMs ? 0 : counted),
    start: async () => {
      await look()
      periodic.start()
    },
    stop: async () => {
      await periodic.stop()
      await database.query({ text: 'delete from rails.processes where id = $1', values: [id] }).catch(onFault)
    },
  }
}

/** One process's part of the calls that a rail accepts at once. */
export function partOf({ callsMax, processes }: { readonly callsMax: number; readonly processes: number }): number {
  return processes === 0 ? 0 : Math.max(1, Math.floor(callsMax / processes))
}
