import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseFault } from '../../faults/index.ts'
import type { BurstStep } from '../burst.ts'
import type { Transaction } from '../transaction.ts'
import { asLoggedIn, type Backend, startedText } from './backend.ts'

export type Stranded = {
  readonly add: (backend: Backend) => void
  /** Ends the processes that it can. Throws a retryable fault while too many remain: a write could be stranded next. */
  readonly admit: (at: Admitting) => Promise<void>
}

/** A connection that is in no transaction. */
export type Admitting = Pick<Transaction, 'burst'>

/** Low enough that other users of the server keep their connections. */
const strandedMax = 16
const lookMs = 1_000
const endPauseMs = 20
const endLooksMax = 25

/**
 * When packets are lost, an abandoned process keeps its locks and its slot for hours. So does one that waits for a lock
 * after the clock was set back, since the server's timeouts use that clock. They are ended from another connection,
 * unless they may be committing: a commit must not be visible before synchronous replicas have it.
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
      const alive = (answer?.rows ?? []).map(([pid, started, reported]) => ({
        pid: Number(pid),
        started,
        reported: reported === 't',
      }))
      const isAlive = ({ pid, started }: Backend) => alive.some((one) => one.pid === pid && one.started === started)
      backends = backends.filter((one) => !asked.includes(one) || isAlive(one))
      lookedMs = performance.now()
      if (backends.length < strandedMax || !alive.some(({ reported }) => reported)) return
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
        then pg_terminate_backend(pid) else false end as ended
    from pg_stat_activity
    where (pid, ${startedText}) in (select * from unnest($1::integer[], $2::text[]))`,
}

const stuckText = `${strandedMax} processes of the server are at work still on what was given up long ago: it may wait for a synchronous replica that is away, or for its disk; nothing is written before they end`
