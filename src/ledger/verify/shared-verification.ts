import type { Database, Session } from '#platform/postgres'
import type { VerificationProgress } from './verify-ledger.ts'

/** Verifies, telling how far it is, until the signal ends it. */
export type Verify<Result> = (options: {
  readonly onProgress: (progress: VerificationProgress) => void
  readonly signal: AbortSignal
}) => Promise<Result>

/** What a verification says while it goes on, and at its end. */
export type SharedMessage<Result> = VerificationProgress | { readonly result: Result }

/**
 * One verification at a time, however many ask for it. Who asks while one is under way in this process
 * follows that one and gets its result; while another process is at it, nobody does (`undefined`). When
 * the last follower has left, the verification is ended.
 */
export type SharedVerification<Result> = {
  readonly follow: () => Promise<AsyncGenerator<SharedMessage<Result>> | undefined>
}

type Run<Result> = {
  readonly latest: Map<string, VerificationProgress>
  readonly result: Promise<Result>
  /** Ends it; who asks from then on begins another. */
  readonly leave: () => void
  followers: number
}

/** At most this often, a follower is told how far it is. */
const progressMs = 250
/** One statement may take minutes. Who waits is told again how far it is, lest they or somebody between take us for dead. */
const repeatAfterMs = 5_000
/** Who asked may be gone before the first word could be read, and nobody says so. */
const unfollowedMs = 10_000

export function createSharedVerification<Result>(
  database: Database,
  verify: Verify<Result>,
  { patienceMs = unfollowedMs, repeatMs = repeatAfterMs }: { patienceMs?: number; repeatMs?: number } = {},
): SharedVerification<Result> {
  let current: Promise<Run<Result> | undefined> | undefined

  const begin = async (): Promise<Run<Result> | undefined> => {
    const lock = await takeTurn(database)
    if (lock === undefined) return undefined
    const latest = new Map<string, VerificationProgress>()
    const abort = new AbortController()
    const onProgress = (progress: VerificationProgress) => latest.set(progress.check, progress)
    const result = verify({ onProgress, signal: abort.signal }).finally(() => {
      clearInterval(watch)
      if (!abort.signal.aborted) current = undefined
      return lock.close()
    })
    // Its failure is thrown to every follower.
    result.catch(() => {})
    const leave = () => {
      current = undefined
      abort.abort(new Error('nobody waits for the verification any more'))
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
  const told = new Map<string, VerificationProgress>()
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
        if (told.get(check) === progress) continue
        told.set(check, progress)
        yield progress
        toldMs = performance.now()
      }
      const last = [...told.values()].at(-1)
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

/** Takes the turn among all processes, which the connection holds until it is closed; undefined: another has it. */
async function takeTurn(database: Database): Promise<Session | undefined> {
  const session = await database.session('verification')
  try {
    const [turn] = await session.query<{ taken: boolean }>({
      text: `select pg_try_advisory_lock(hashtextextended('munim verification', 0)) as taken`,
    })
    if (turn?.taken === true) return session
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
