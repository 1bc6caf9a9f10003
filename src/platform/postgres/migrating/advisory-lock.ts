import type { Database, Session, SessionOptions } from '../database.ts'
import type { Queryable } from '../transaction.ts'

/** How long the server keeps a lock for a process that is frozen. */
const frozenMs = 60_000

/** Opens a session for {@link takeLock}, open while its process lives. The server ends that of a frozen process. */
export async function openLockSession(
  database: Database,
  purpose: string,
  { idleMs = frozenMs, ...options }: SessionOptions & { readonly idleMs?: number } = {},
): Promise<Session> {
  const settings = { ...options.settings, idle_session_timeout: String(idleMs) }
  const session = await database.session(purpose, { ...options, settings })
  let isAsking = false
  const signOfLife = setInterval(async () => {
    // One at a time: the work's own statements may take hours.
    if (isAsking || session.closed()) return
    isAsking = true
    // A failed transaction refuses it, which is an answer, too.
    await session.query({ text: 'select' }).catch(() => undefined)
    isAsking = false
  }, idleMs / 6).unref()
  const close = async () => {
    clearInterval(signOfLife)
    await session.close()
  }
  return { ...session, close }
}

/** False when another session has it. Does not wait: a waiting session holds a snapshot, for which others wait. */
export async function takeLock(session: Queryable, lock: bigint | string): Promise<boolean> {
  const key = typeof lock === 'string' ? 'hashtextextended($1, 0)' : '$1::bigint'
  const [answer] = await session.query<{ taken: boolean }>({
    text: `select pg_try_advisory_lock(${key}) as taken`,
    values: [lock],
  })
  return answer?.taken === true
}
