import { Fault } from '#platform/faults'
import type { StoredAttempt } from './attempt-store.ts'
import type { Work } from './work.ts'

/**
 * Gathers what rails answered into batches: while one is being handled, the next collects. What
 * cannot be handled is reported, and left to the attempts' timers and to `onLost`.
 */
/** What a rail answered, and the attempt as it was when the rail was called. */
export type Answered = Work & { readonly called: StoredAttempt }

export type OutcomeQueue = {
  readonly add: (work: Answered) => void
  /** How many have not been handled yet. */
  readonly count: () => number
  /** Resolves when everything added has been handled. */
  readonly drain: () => Promise<void>
}

type QueueDependencies = {
  /** How many are handled together. */
  readonly batchMax: () => number
  /** Handles a batch in a transaction of its own; throws when nothing of it was done. */
  readonly handle: (works: readonly Work[]) => Promise<void>
  /** Told of what was not handled, however often it was tried. */
  readonly onLost: (work: Answered) => void
  readonly onFault: (error: Error) => void
}

const triesMax = 6
const pauseMsMax = 1_000

export function createOutcomeQueue({ batchMax, handle, onLost, onFault }: QueueDependencies): OutcomeQueue {
  let waiting: Answered[] = []
  let running: Promise<void> | undefined
  let count = 0

  const run = async () => {
    // What arrives in the same turn of the event loop shares the first batch.
    await new Promise(setImmediate)
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax())
      waiting = waiting.slice(batch.length)
      await handleAtLast(batch)
      count -= batch.length
    }
  }
  const handleAtLast = async (works: readonly Answered[]): Promise<void> => {
    const error = await tryOften(() => handle(works))
    if (error === undefined) return
    // Of several one may be at fault, and only that one is to wait for its timer.
    if (works.length > 1) for (const work of works) await handleAtLast([work])
    else {
      onFault(error)
      for (const work of works) onLost(work)
    }
  }
  const wake = () => {
    running ??= run().finally(() => {
      running = undefined
      if (waiting.length > 0) wake()
    })
  }

  return {
    add: (work) => {
      waiting.push(work)
      count += 1
      wake()
    },
    count: () => count,
    drain: async () => {
      while (running !== undefined) await running
    },
  }
}

/** Does work again after faults that may pass; the error when that did not help. */
async function tryOften(work: () => Promise<void>): Promise<Error | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work()
      return undefined
    } catch (error) {
      const isRetryable = error instanceof Fault && error.retryable && tries < triesMax
      if (!isRetryable) return error instanceof Error ? error : new Error(String(error))
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** tries * 20, pauseMsMax)))
    }
  }
}
