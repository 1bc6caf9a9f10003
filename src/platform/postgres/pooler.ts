import pg from 'pg'
import { Fault } from '../faults/index.ts'

/** PgBouncer's answer, in statement mode, to a transaction that was begun. */
const noTransactionsState = '08P01'
/** A pooler that takes its servers in turn shows another one within a few statements. */
const looks = 6

/**
 * Makes sure that a connection stays with one server process for its whole life, as it does without a
 * pooler and with one in session mode: prepared statements, settings and session locks live in that
 * process. Needs no rights, leaves nothing behind, and uses two connections for a moment.
 *
 * While one session holds a transaction open, another must keep the process it had, and so it must
 * between transactions. A pooler that lends out the process used last gives it to the other session; one
 * that takes them in turn, or by chance, changes it from one statement to the next.
 *
 * Throws `pooler_unsuited` (a {@link Fault}); errors of the connections pass through as pg throws them.
 */
export async function refuseUnsuitedPooler(config: pg.ClientConfig): Promise<void> {
  const one = new pg.Client(config)
  const other = new pg.Client(config)
  for (const client of [one, other]) client.on('error', () => undefined)
  try {
    await one.connect()
    await other.connect()
    const first = await processOf(one)
    await begin(other)
    if ((await processOf(other)) === first) throw unsuited('transaction')
    if ((await processOf(one)) !== first) throw unsuited('transaction')
    await other.query('rollback')
    for (let look = 0; look < looks; look += 1) {
      if ((await processOf(one)) !== first) throw unsuited('transaction')
    }
  } finally {
    // Nobody waits for the goodbyes: a pooler that is going down may never answer them.
    for (const client of [one, other]) client.end().catch(() => undefined)
  }
}

async function processOf(client: pg.Client): Promise<number | undefined> {
  const answer = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return answer.rows[0]?.pid
}

async function begin(client: pg.Client): Promise<void> {
  try {
    await client.query('begin')
  } catch (error) {
    if ((error as { code?: string }).code === noTransactionsState) throw unsuited('statement')
    throw error
  }
}

function unsuited(mode: 'transaction' | 'statement'): Fault {
  return new Fault({
    code: 'pooler_unsuited',
    message: `The address in DATABASE_URL is that of a connection pooler (such as PgBouncer) in ${mode} mode, which Munim cannot use; set pool_mode = session for this database in the pooler, or give the address of PostgreSQL itself.`,
    retryable: false,
  })
}
