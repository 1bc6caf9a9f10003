import type { Database } from '#platform/postgres'
import { type Verification, type VerificationProgress, type VerifyOptions, verifyLedger } from './verify-ledger.ts'

/** Progress messages, then the result. */
export type VerificationMessage = VerificationProgress | { readonly result: Verification }

const progressMs = 250

/** {@link verifyLedger} as a stream. Leaving the loop early aborts the verification. */
export async function* streamVerification(
  database: Database,
  options: Omit<VerifyOptions, 'onProgress'> = {},
): AsyncGenerator<VerificationMessage> {
  const left = new AbortController()
  const signal = options.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal])
  const latest = new Map<string, VerificationProgress>()
  let wake = (): void => {}
  const verification = verifyLedger(database, {
    ...options,
    signal,
    onProgress: (progress) => {
      latest.set(progress.check, progress)
      wake()
    },
  })
  // A failure is thrown below, if the consumer still listens.
  const ended = verification.then(
    () => true,
    () => true,
  )
  try {
    for (;;) {
      const news = new Promise<boolean>((resolve) => {
        wake = () => resolve(false)
      })
      const over = latest.size > 0 ? await Promise.race([ended, pause(progressMs)]) : await Promise.race([ended, news])
      for (const progress of latest.values()) yield progress
      latest.clear()
      if (over) break
    }
    yield { result: await verification }
  } finally {
    left.abort()
    await ended
  }
}

function pause(ms: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, false).unref()
  })
}
