import { hash } from 'node:crypto'
import type { Database } from '#platform/postgres'
import { listRefreshTokens } from './oauth-record-store.ts'

const newestMax = 10_000
/** A token that another process issued is known within this time, once requests are being limited. */
const learnEveryMs = 5000

type Deps = { readonly database: Database; readonly nowMs: () => number; readonly onFault: (error: unknown) => void }

/** Whether a refresh token is one of the newest that are in force. A guess costs no query. */
export function createKnownRefreshTokens({ database, nowMs, onFault }: Deps) {
  let known: ReadonlySet<string> = new Set()
  let learntMs = Number.NEGATIVE_INFINITY
  const learn = async () => {
    learntMs = nowMs()
    known = new Set(await listRefreshTokens(database, newestMax))
  }
  return {
    learn,
    has: (token: string): boolean => {
      if (known.has(hash('sha256', token, 'base64url'))) return true
      if (nowMs() - learntMs >= learnEveryMs) learn().catch(onFault)
      return false
    },
  }
}
