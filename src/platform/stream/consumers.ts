import { Fault } from '../faults/index.ts'
import { newUuid } from '../ids/index.ts'
import { withinMs } from '../time/index.ts'
import type { Consumer } from './consumer.ts'
import { type RunDependencies, runConsumer } from './run-consumer.ts'

/** All consumers of the program. */
export type Consumers = {
  readonly all: readonly Consumer[]
  /** `mayWait`: a consumer that cannot be opened yet is opened with its first batch. */
  readonly start: (options?: { readonly mayWait: boolean }) => Promise<void>
  /** Waits no longer for what a consumer is doing: it is repeated. */
  readonly stop: (timeoutMs: number) => Promise<void>
}

export function createConsumers(all: readonly Consumer[], deps: Omit<RunDependencies, 'holder'>): Consumers {
  const holder = newUuid()
  const running = all.map((consumer) => runConsumer(consumer, { ...deps, holder }))
  return {
    all,
    start: async ({ mayWait } = { mayWait: false }) => {
      for (const consumer of all)
        await consumer.open?.().catch((error: unknown) => {
          if (!(mayWait && error instanceof Fault && error.retryable)) throw error
          deps.onFault(error)
        })
      for (const one of running) one.start({ isAtOnce: true })
    },
    stop: async (timeoutMs) => {
      await withinMs(Promise.all(running.map((one) => one.stop())), timeoutMs, undefined)
      await Promise.all(all.map((consumer) => consumer.close?.()))
    },
  }
}
