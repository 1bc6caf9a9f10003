import type { Database } from '#platform/postgres'
import type { QueueName } from '../engines/taken-message.ts'
import type { Queue } from '../fairness/queue.ts'
import { closeBreaker, openBreaker, takeProbeLease } from '../operating/control-store.ts'
import { type Observer, type Outcomes, probeDelayMs } from './breaker.ts'

/** Opens and closes breakers at once in this process, and through the database in all others. */
export type Breakers = {
  /** False when the breaker is open: the search for failing messages can stop. */
  readonly observe: (queue: Queue, observer: Observer, outcomes: Readonly<Outcomes>) => boolean
  readonly apply: (queues: readonly Queue[], open: readonly QueueName[]) => void
  /** Lets one message through in each open queue with work and no delay left. One process at a time does so. */
  readonly probe: (queues: readonly Queue[]) => Promise<void>
  readonly settled: () => Promise<void>
}

export function createBreakers(deps: {
  readonly database: Database
  readonly onFault: (error: unknown) => void
}): Breakers {
  const writing = new Set<Promise<void>>()
  const write = (work: Promise<void>) => {
    const done = work.catch(deps.onFault).finally(() => writing.delete(done))
    writing.add(done)
  }
  const close = (queue: Queue) => {
    queue.breaker = 'closed'
    queue.failures.clear()
  }
  return {
    observe: (queue, observer, { failed, succeeded }) => {
      if (queue.breaker === 'probe' && succeeded > 0) {
        close(queue)
        write(closeBreaker(deps.database, queue.name))
      } else if (queue.breaker !== 'closed') {
        queue.breaker = 'open'
        return false
      }
      queue.failures.observe(observer, { failed, succeeded, nowMs: performance.now() })
      if (failed === 0 || !queue.failures.trips()) return true
      queue.breaker = 'open'
      const reason = 'nearly every message of the last seconds failed'
      write(openBreaker(deps.database, queue.name, { reason, delayMs: probeDelayMs(0) }))
      return false
    },
    apply: (queues, open) => {
      const names = new Set(open.map(({ lane, kind }) => `${lane} ${kind}`))
      for (const queue of queues) {
        const isOpen = names.has(`${queue.name.lane} ${queue.name.kind}`)
        if (isOpen && queue.breaker === 'closed') queue.breaker = 'open'
        // A breaker that is still being written may be missing from what was read.
        else if (!isOpen && queue.breaker !== 'closed' && writing.size === 0) close(queue)
      }
    },
    probe: async (queues) => {
      for (const queue of queues) {
        if (queue.breaker !== 'open' || queue.runs.size > 0 || !queue.ring.hasWork) continue
        const lease = await takeProbeLease(deps.database, queue.name, probeDelayMs)
        if (lease === 'gone' && writing.size === 0) close(queue)
        else if (lease === 'mine') queue.breaker = 'probe'
      }
    },
    settled: async () => void (await Promise.all(writing)),
  }
}
