import { setTimeout as sleep } from 'node:timers/promises'
import { asLoggedIn, type Backend, startedText } from './backend.ts'
import type { BurstStep } from './burst.ts'
import { DatabaseFault } from './database-fault.ts'
import type { Transaction } from './transaction.ts'

/** Processes of the server that were given up and may be there still. */
export type Stranded = {
  /** An exchange with this process ran out of time, or it did not answer when it was asked. */
  readonly add: (backend: Backend) => void
  /** Ends those that can be ended; throws a retryable fault while too many stay: a write would be the next one. */
  readonly admit: (at: Admitting) => Promise<void>
}

/** Where to ask: a connection that is in no transaction. */
export type Admitting = Pick<Transaction, 'burst'>

/** So few that others who use the server keep their connections. */
const strandedMax = 16
const lookMs = 1_000
/** One that was told to end is gone in a moment. */
const endPauseMs = 20
const endLooksMax = 25

/**
 * The server does not notice that nobody waits for one of its processes: when the packets of a connection are lost on
 * the way, its process waits for hours for the next statement, with its locks and its place among the connections that
 * the server has. One that waits for a lock waits for long, too, when the clock was set back, by which the server's own
 * deadlines go. So they are ended from another connection. One that may be committing is left alone: what it has
 * committed must not be seen before synchronous replicas have it. While many have stayed nothing new is begun that writes.
 */
export function createStranded(): Stranded {
  let backends: readonly Backend[] = []
  let lookedMs = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined

  const endAll = async (at: Admitting) => {
    for (let looks = 0; looks < endLooksMax; looks += 1) {
      const asked = backends
      const values = [`{${asked.map(({ pid }) => pid).join()}}`, `{${asked.map(({ started }) => started).join()}}`]
      const [, answer] = await at.burst([asLoggedIn, { ...endStep, values }])
      const alive = (answer?.rows ?? []).map(([pid, started, told]) => ({
        pid: Number(pid),
        started,
        told: told === 't',
      }))
      const isAlive = ({ pid, started }: Backend) => alive.some((one) => one.pid === pid && one.started === started)
      backends = backends.filter((one) => !asked.includes(one) || isAlive(one))
      lookedMs = performance.now()
      if (backends.length < strandedMax || !alive.some(({ told }) => told)) return
      await sleep(endPauseMs)
    }
  }

  return {
    add: (backend) => {
      backends = [...backends, backend]
    },
    admit: async (at) => {
      if (backends.length === 0) return
      if (performance.now() - lookedMs > lookMs) {
        looking ??= endAll(at).finally(() => {
          looking = undefined
        })
        await looking
      }
      if (backends.length >= strandedMax) throw new DatabaseFault(new Error(stuckText))
    },
  }
}

const endStep: BurstStep = {
  name: 'end-stranded',
  text: `select pid, ${startedText} as started,
      case when state not in ('active', 'disabled') or wait_event_type in ('Lock', 'Client')
        then pg_terminate_backend(pid) else false end as told
    from pg_stat_activity
    where (pid, ${startedText}) in (select * from unnest($1::integer[], $2::text[]))`,
}

const stuckText = `${strandedMax} processes of the server are at work still on what was given up long ago: it may wait for a synchronous replica that is away, or for its disk; nothing is written before they end`
