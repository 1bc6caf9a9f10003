import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#platform/faults'
import { withinMs } from '#platform/time'

export type PatientStart = {
  readonly start: (work: () => Promise<void>) => Promise<void>
  readonly stop: () => Promise<void>
}

const restMs = 2_000
/** Servers that are away may not answer at all. */
const stopMs = 1_000

/** Starts what needs servers that may be away. What no time mends is thrown by the first try. */
export function createPatientStart({
  mayWait,
  onFault,
}: {
  readonly mayWait: boolean
  readonly onFault: (error: unknown) => void
}): PatientStart {
  const stopping = new AbortController()
  let trying: Promise<void> = Promise.resolve()

  const tryAgain = async (work: () => Promise<void>) => {
    while (!stopping.signal.aborted) {
      await sleep(restMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
      if (stopping.signal.aborted) return
      try {
        await work()
        return
      } catch (error) {
        onFault(error)
      }
    }
  }
  return {
    start: async (work) => {
      try {
        await work()
      } catch (error) {
        if (!(mayWait && error instanceof Fault && error.retryable)) throw error
        onFault(error)
        trying = tryAgain(work)
      }
    },
    stop: async () => {
      stopping.abort()
      await withinMs(trying, stopMs, undefined)
    },
  }
}
