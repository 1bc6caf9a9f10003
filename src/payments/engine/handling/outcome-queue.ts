import { Fault } from '#platform/faults'
import type { StoredAttempt } from '../rows/attempt-store.ts'
import type { QueuedInput } from './queued-input.ts'

/** `called`: the attempt as it was when the rail was called. */
export type Answered = QueuedInput & { readonly called: StoredAttempt }

/** While a batch is handled, the next collects. An unhandled outcome is left to its timer and to `onLost`. */
export type OutcomeQueue = {
  readonly add: (queued: Answered) => void
  readonly count: () => number
  readonly drain: () => Promise<void>
}

type QueueDependencies = {
  readonly batchMax: () => number
  /** In a transaction of its own; throws when nothing of the batch was done. */
  readonly handle: (inputs: readonly QueuedInput[]) => Promise<void>
  readonly onLost: (queued: Answered) => void
  readonly onFault: (error: Error) => void
}

const triesMax = 6
const pauseMsMax = 1_000

export function createOutcomeQueue({ batchMax, handle, onLost, onFault }: QueueDependencies): OutcomeQueue {
  let waiting: Answered[] = []
  let running: Promise<void> | undefined
  let count = 0

  const run = async () => {
    // All outcomes that arrive in one turn of the event loop share the first batch.
    await new Promise(setImmediate)
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax())
      waiting = waiting.slice(batch.length)
      await handleAtLast(batch)
      count -= batch.length
    }
  }
  const handleAtLast = async (inputs: readonly Answered[]): Promise<void> => {
    const error = await tryOften(() => handle(inputs))
    if (error === undefined) return
    // One outcome of the batch may cause the error, and only that one may wait for its timer.
    if (inputs.length > 1) for (const queued of inputs) await handleAtLast([queued])
    else {
      onFault(error)
      for (const queued of inputs) onLost(queued)
    }
  }
  const wake = () => {
    running ??= run().finally(() => {
      running = undefined
      if (waiting.length > 0) wake()
    })
  }

  return {
    add: (queued) => {
      waiting.push(queued)
      count += 1
      wake()
    },
    count: () => count,
    drain: async () => {
      while (running !== undefined) await running
    },
  }
}

async function tryOften(attempt: () => Promise<void>): Promise<Error | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      await attempt()
      return undefined
    } catch (error) {
      const isRetryable = error instanceof Fault && error.retryable && tries < triesMax
      if (!isRetryable) return error instanceof Error ? error : new Error(String(error))
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** tries * 20, pauseMsMax)))
    }
  }
}
