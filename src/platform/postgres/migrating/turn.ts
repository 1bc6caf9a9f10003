import type { Database, Session, SessionOptions } from '../database.ts'
import type { Queryable } from '../transaction.ts'

/** How long the server keeps a turn for a process that is frozen. */
const frozenMs = 60_000

/**
 * Opens a session for work that one process does at a time, see {@link takeTurn}. While the process lives, the session
 * stays open, also when nothing is asked of it. A frozen process sends no sign of life, so the server ends its session,
 * and another process may take the turn: a frozen one keeps its connections, and with them every lock.
 */
export async function openTurnSession(
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

/**
 * Takes the turn until the session ends; false when another session has it. A turn is a number, or a name that it is
 * made from. The answer comes at once: a session that waits for a lock holds a snapshot, which others wait for.
 */
export async function takeTurn(session: Queryable, turn: bigint | string): Promise<boolean> {
  const lock = typeof turn === 'string' ? 'hashtextextended($1, 0)' : '$1::bigint'
  const [answer] = await session.query<{ taken: boolean }>({
    text: `select pg_try_advisory_lock(${lock}) as taken`,
    values: [turn],
  })
  return answer?.taken === true
}
