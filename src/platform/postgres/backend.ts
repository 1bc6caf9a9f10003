import type pg from 'pg'
import type { BurstStep } from './burst.ts'

/** What tells one server process from every other, also from a later one with the same process id. */
export type Backend = { readonly pid: number; readonly started: string }

/** How `started` is read of `pg_stat_activity`: the same in every session, whatever its time zone and style of dates. */
export const startedText = 'extract(epoch from backend_start)::text'

/**
 * For the rest of the transaction, who logged in is who asks. A role may be set to act as another one from its login on
 * (`alter role … set role`), and the server neither tells that other one of the processes of who logged in, nor lets it
 * end them.
 */
export const asLoggedIn: BurstStep = { name: 'as-logged-in', text: `select set_config('role', 'none', true)` }

/** Which process of the server the client, which is in no transaction, is connected with. */
export async function readBackend(client: pg.ClientBase): Promise<Backend> {
  const text = `${asLoggedIn.text}; select pid, ${startedText} as started from pg_stat_activity where pid = pg_backend_pid()`
  // Of several statements there are several answers.
  const answers = (await client.query(text)) as unknown as readonly pg.QueryResult<Backend>[]
  return answers.at(-1)?.rows[0] ?? { pid: 0, started: '' }
}
