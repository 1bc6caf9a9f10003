import pg from 'pg'
import { Fault } from '../faults/index.ts'

/** PgBouncer's answer, in statement mode, to `begin`. */
const noTransactionsState = '08P01'
/** A pooler that rotates its server connections shows another one within a few statements. */
const looks = 6

/**
 * Checks that a connection keeps one server process for life, to which prepared statements, settings and session locks
 * belong. While one session holds a transaction open, another must keep its process, and also between transactions. A
 * pooler that lends the process used last gives it to the other session. One that rotates or picks at random changes it
 * between statements. Throws `pooler_unsuited`, and errors of the connections as pg throws them.
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
    // Not awaited: a pooler that is shutting down may never answer.
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
