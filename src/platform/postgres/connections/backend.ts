import type pg from 'pg'
import type { BurstStep } from '../burst.ts'

/** Identifies one server process, even against a later one with the same process id. */
export type Backend = { readonly pid: number; readonly started: string }

/** Reads `started` from `pg_stat_activity`: the same text in every session, in any time zone and date style. */
export const startedText = 'extract(epoch from backend_start)::text'

/**
 * Acts as the login role for the rest of the transaction. A role may be configured to act as another one after its
 * login (`alter role … set role`). The server neither shows that other role the processes of the login role, nor lets
 * it end them.
 */
export const asLoggedIn: BurstStep = { name: 'as-logged-in', text: `select set_config('role', 'none', true)` }

/** The server process of a client, which must not be in a transaction. */
export async function readBackend(client: pg.ClientBase): Promise<Backend> {
  const text = `${asLoggedIn.text}; select pid, ${startedText} as started from pg_stat_activity where pid = pg_backend_pid()`
  // Several statements give several answers.
  const answers = (await client.query(text)) as unknown as readonly pg.QueryResult<Backend>[]
  return answers.at(-1)?.rows[0] ?? { pid: 0, started: '' }
}
