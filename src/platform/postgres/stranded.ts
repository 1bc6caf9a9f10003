import type { Backend } from './backend.ts'
import { DatabaseFault } from './database-fault.ts'
import type { Queryable } from './transaction.ts'

/** Processes of the server that were given up and may be at work still. */
export type Stranded = {
  /** An exchange with this process ran out of time. */
  readonly add: (backend: Backend) => void
  /** Throws a retryable fault while too many of them are at work still: a write would be the next one. */
  readonly admit: (at: Queryable) => Promise<void>
}

/** So few that others who use the server keep their connections. */
const strandedMax = 16
const lookMs = 1_000

/**
 * The server does not notice that nobody waits for one of its processes which waits for a synchronous replica, or for
 * a disk that hangs: that one stays, and with it a connection of those that the server has. So while many have stayed
 * nothing new is begun that writes.
 */
export function createStranded(): Stranded {
  let backends: readonly Backend[] = []
  let lookedMs = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined
  const look = async (at: Queryable) => {
    const asked = backends
    const alive = await at.query<Backend>({
      text: `select pid, backend_start::text as started from pg_stat_activity
        where (pid, backend_start::text) in (select * from unnest($1::integer[], $2::text[]))`,
      values: [asked.map(({ pid }) => pid), asked.map(({ started }) => started)],
    })
    const isAlive = ({ pid, started }: Backend) => alive.some((one) => one.pid === pid && one.started === started)
    backends = backends.filter((one) => !asked.includes(one) || isAlive(one))
    lookedMs = performance.now()
  }
  return {
    add: (backend) => {
      backends = [...backends, backend]
    },
    admit: async (at) => {
      if (backends.length < strandedMax) return
      if (performance.now() - lookedMs > lookMs) {
        looking ??= look(at).finally(() => {
          looking = undefined
        })
        await looking
      }
      if (backends.length >= strandedMax) throw new DatabaseFault(new Error(stuckText))
    },
  }
}

/**
 * Ends a process that was given up and waits for a lock still: it keeps locks of its own from everybody. The server has
 * deadlines of its own for that, and finds processes that wait for each other, but by a clock: once that was set back,
 * not before it has caught up. One that is committing does not wait for a lock, and is left alone.
 */
export async function endLockWaiter(at: Queryable, { pid, started }: Backend): Promise<void> {
  await at.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity
      where pid = $1 and backend_start::text = $2 and wait_event_type = 'Lock'`,
    values: [pid, started],
  })
}

const stuckText = `${strandedMax} processes of the server are at work still on what was given up long ago: it may wait for a synchronous replica that is away, or for its disk; nothing is written before they end`
