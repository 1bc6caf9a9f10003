import { setTimeout as sleep } from 'node:timers/promises'
import { startWithin } from '#platform/background'
import { Fault } from '#platform/faults'
import { withinMs } from '#platform/time'

export type PatientStart = {
  readonly start: (work: () => Promise<void>) => Promise<void>
  /** Why the work could not begin when it was tried last. */
  readonly fault: () => Fault | undefined
  readonly stop: () => Promise<void>
}

export type PatientStartOptions = {
  /** The start does not wait for servers that are away: the work begins when they are back. */
  readonly mayWait: boolean
  readonly onFault: (error: unknown) => void
  /** Gets what no time mends, when it is known too late for the start to throw it. */
  readonly onRefused: (error: unknown) => void
  /** A start that may wait does so for no longer. Servers that are away may not answer at all. */
  readonly waitMs?: number
  readonly restMs?: number
}

const restMsDefault = 2_000
const waitMsDefault = 2_000
const stopMs = 1_000

/** Starts what needs servers that may be away. */
export function createPatientStart(options: PatientStartOptions): PatientStart {
  const { mayWait, onFault, onRefused, waitMs = waitMsDefault, restMs = restMsDefault } = options
  const stopping = new AbortController()
  let trying: Promise<void> = Promise.resolve()
  let last: Fault | undefined

  const tryUntilBegun = async (work: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await work()
        last = undefined
        return
      } catch (error) {
        if (!(error instanceof Fault && error.retryable)) throw error
        last = error
        onFault(error)
      }
      await sleep(restMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }
  return {
    start: async (work) => {
      if (!mayWait) return work()
      trying = tryUntilBegun(work)
      await startWithin(trying, { ms: waitMs, onLate: onRefused })
    },
    fault: () => last,
    stop: async () => {
      stopping.abort()
      await withinMs(trying, stopMs, undefined)
    },
  }
}
