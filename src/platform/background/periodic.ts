import { Fault } from '../faults/index.ts'

/** Work that is done again and again in the background, one round after the other. */
export type Periodic = {
  /** Begins with a rest, or with a round when `isAtOnce`. Does nothing when it has begun already. */
  readonly start: (options?: { readonly isAtOnce?: boolean }) => void
  /** No further round begins. Resolves when the round under way has ended. */
  readonly stop: () => Promise<void>
  /** Does a round now, after the one under way; resolves when it has ended. Its fault is told as that of any round. */
  readonly round: () => Promise<void>
  readonly status: () => PeriodicStatus
}

/** What has become of the rounds so far. */
export type PeriodicStatus = {
  readonly rounds: number
  readonly faults: number
  /** Rounds that have failed since the last one that did not. */
  readonly faultsInARow: number
  readonly lastFault: Error | undefined
  /** How long the last round took, in milliseconds. */
  readonly lastMs: number
}

export type PeriodicOptions = {
  /** What is done, for faults: `sealing`. */
  readonly name: string
  /** The rest between the end of a round and the beginning of the next. */
  readonly restMs: number
  /** Does one round. It may answer the rest that it wants after it. `isStopping` tells a long round to end early. */
  readonly work: (isStopping: () => boolean) => Promise<number | undefined>
  /** Told of each round that failed, and how many have in a row. */
  readonly onFault: (fault: Error, faultsInARow: number) => void
  /** The rest after a round that failed; it doubles with each that fails, up to `restMaxMs`. Default: `restMs`. */
  readonly restAfterFaultMs?: number
  /** Default: the rest after a fault does not grow. */
  readonly restMaxMs?: number
}

/** Rests vary by as much, so that processes that began together do not go on so. */
const jitter = 0.1

/** Makes work that waits to be started. */
export function createPeriodic(options: PeriodicOptions): Periodic {
  const { name, restMs, work, onFault, restAfterFaultMs = restMs, restMaxMs = restAfterFaultMs } = options
  const status = { rounds: 0, faults: 0, faultsInARow: 0, lastFault: undefined as Error | undefined, lastMs: 0 }
  let timer: NodeJS.Timeout | undefined
  let running: Promise<number> | undefined
  let isStopped = true

  /** Answers the rest after it. */
  const attempt = async (): Promise<number> => {
    const begunMs = performance.now()
    status.rounds += 1
    try {
      const wanted = await work(() => isStopped)
      status.faultsInARow = 0
      return wanted ?? restMs
    } catch (error) {
      status.faults += 1
      status.faultsInARow += 1
      status.lastFault = asFault(error, name)
      onFault(status.lastFault, status.faultsInARow)
      return Math.max(restAfterFaultMs, Math.min(restMaxMs, restAfterFaultMs * 2 ** (status.faultsInARow - 1)))
    } finally {
      status.lastMs = performance.now() - begunMs
    }
  }
  const next = async (): Promise<number> => {
    while (running !== undefined) await running
    running = attempt().finally(() => {
      running = undefined
    })
    return running
  }
  const rest = (ms: number): void => {
    timer = setTimeout(goOn, ms * (1 - jitter + 2 * jitter * Math.random())).unref()
  }
  const goOn = () => {
    void next().then((ms) => {
      if (!isStopped) rest(ms)
    })
  }

  return {
    start: ({ isAtOnce = false } = {}) => {
      if (!isStopped) return
      isStopped = false
      if (isAtOnce) goOn()
      else rest(restMs)
    },
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      // One that was asked for may begin when the one before has ended.
      while (running !== undefined) await running
    },
    round: async () => {
      await next()
    },
    status: () => status,
  }
}

function asFault(error: unknown, name: string): Error {
  if (error instanceof Error) return error
  return new Fault({ code: 'background_work_failed', message: `${name} failed`, retryable: true, cause: error })
}
