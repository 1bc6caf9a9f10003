import type pg from 'pg'
import type { BurstStep } from '../burst.ts'

/** Identifies one server process, even against a later one with the same process id. */
export type Backend = { readonly pid: number; readonly started: string }

/** The same text in every session, in any time zone and date style. */
export const startedText = 'extract(epoch from backend_start)::text'

/** Acts as the login role in this transaction: another (`alter role … set role`) cannot see or end its processes. */
export const asLoggedIn: BurstStep = { name: 'as-logged-in', text: `select set_config('role', 'none', true)` }

/** The client must not be in a transaction. */
export async function readBackend(client: pg.ClientBase): Promise<Backend> {
  const text = `${asLoggedIn.text}; select pid, ${startedText} as started from pg_stat_activity where pid = pg_backend_pid()`
  // A query of several statements has several answers.
  const answers = (await client.query(text)) as unknown as readonly pg.QueryResult<Backend>[]
  return answers.at(-1)?.rows[0] ?? { pid: 0, started: '' }
}
