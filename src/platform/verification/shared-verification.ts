import { type Database, openLockSession, type Session, takeLock } from '../postgres/index.ts'

/** A report of progress. `done` of `total` steps; their size differs by check. */
export type VerificationProgress = {
  readonly check: string
  readonly done: number
  readonly total: number
}

export type Verify<Result> = (options: {
  readonly onProgress: (progress: VerificationProgress) => void
  readonly signal: AbortSignal
}) => Promise<Result>

export type SharedMessage<Result> = VerificationProgress | { readonly result: Result }

/**
 * Shares one verification among requests. In this process, later requests follow the run and receive its result.
 * While another process runs one, a request receives `undefined`. When the last follower leaves, the run is aborted.
 */
export type SharedVerification<Result> = {
  readonly follow: () => Promise<AsyncGenerator<SharedMessage<Result>> | undefined>
}

type Run<Result> = {
  readonly latest: Map<string, VerificationProgress>
  readonly result: Promise<Result>
  /** Aborts the run. Later requests start another. */
  readonly leave: () => void
  followers: number
}

const progressMs = 250
/** One statement may take minutes. Repeats progress, so that neither followers nor a proxy close the connection. */
const repeatAfterMs = 5_000
/** A client may be gone before it has read the first message, without a report. */
const unfollowedMs = 10_000

export function createSharedVerification<Result>(
  database: Database,
  verify: Verify<Result>,
  { patienceMs = unfollowedMs, repeatMs = repeatAfterMs }: { patienceMs?: number; repeatMs?: number } = {},
): SharedVerification<Result> {
  let current: Promise<Run<Result> | undefined> | undefined

  const begin = async (): Promise<Run<Result> | undefined> => {
    const lock = await takeVerificationLock(database)
    if (lock === undefined) return undefined
    const latest = new Map<string, VerificationProgress>()
    const abort = new AbortController()
    const onProgress = (progress: VerificationProgress) => latest.set(progress.check, progress)
    const result = verify({ onProgress, signal: abort.signal }).finally(() => {
      clearInterval(watch)
      if (!abort.signal.aborted) current = undefined
      return lock.close()
    })
    // Every follower receives the failure.
    result.catch(() => {})
    const leave = () => {
      current = undefined
      abort.abort(new Error('no one waits for the verification any more'))
    }
    const run: Run<Result> = { latest, result, leave, followers: 0 }
    const watch = setInterval(() => {
      if (run.followers === 0) leave()
    }, patienceMs).unref()
    return run
  }

  return {
    follow: async () => {
      current ??= begin()
      const joined = current
      const run = await joined.catch((error) => {
        if (current === joined) current = undefined
        throw error
      })
      if (run === undefined) {
        if (current === joined) current = undefined
        return undefined
      }
      return messagesOf(run, repeatMs)
    },
  }
}

async function* messagesOf<Result>(run: Run<Result>, repeatMs: number): AsyncGenerator<SharedMessage<Result>> {
  const reported = new Map<string, VerificationProgress>()
  let toldMs = performance.now()
  const ended = run.result.then(
    () => true,
    () => true,
  )
  run.followers += 1
  try {
    for (let over = false; !over; ) {
      over = await Promise.race([ended, pause(progressMs)])
      for (const [check, progress] of run.latest) {
        if (reported.get(check) === progress) continue
        reported.set(check, progress)
        yield progress
        toldMs = performance.now()
      }
      const last = [...reported.values()].at(-1)
      if (over || last === undefined || performance.now() - toldMs < repeatMs) continue
      yield last
      toldMs = performance.now()
    }
    yield { result: await run.result }
  } finally {
    run.followers -= 1
    if (run.followers === 0) run.leave()
  }
}

/** Undefined when another process has the lock. The session keeps the lock until it is closed. */
async function takeVerificationLock(database: Database): Promise<Session | undefined> {
  const session = await openLockSession(database, 'verification')
  try {
    if (await takeLock(session, 'munim verification')) return session
  } catch (error) {
    await session.close()
    throw error
  }
  await session.close()
  return undefined
}

function pause(ms: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, false).unref()
  })
}
