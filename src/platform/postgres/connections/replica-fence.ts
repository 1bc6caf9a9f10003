import pg from 'pg'
import { DatabaseFault } from '../../faults/index.ts'
import { isToBeSet, plainSettings } from '../plain-settings.ts'
import { startedText } from './backend.ts'
import { identityText } from './server-identity.ts'
import { untilSilent } from './silence.ts'

/** Resolves once the synchronous replicas have everything that the server shows; at once when it has none. */
export type ReplicaFence = (server: { readonly identity: string; readonly replicated: boolean }) => Promise<void>

const patienceMs = 10_000

/**
 * After a restart, or the crash of one of its processes, a server shows commits that synchronous replicas may lack. So
 * before anything is read, the fence commits a transaction, which comes after these and waits for the replicas.
 */
export function createReplicaFence(config: pg.ClientConfig): ReplicaFence {
  let passed: string | undefined
  let passing: Promise<void> | undefined
  const pass = async () => {
    passed = await commitOne(config)
  }
  return async ({ identity, replicated }) => {
    if (!replicated) passed = identity
    if (identity === passed) return
    passing ??= pass().finally(() => {
      passing = undefined
    })
    await withinPatience(passing)
    if (identity !== passed)
      throw new DatabaseFault(new Error('the server was started again while a connection was made'))
  }
}

/** Commits an empty message, which waits for the replicas. Returns the identity of the server. */
async function commitOne(config: pg.ClientConfig): Promise<string> {
  const client = new pg.Client({ ...config, application_name: `${config.application_name} fence` })
  client.on('error', () => undefined)
  try {
    await client.connect()
    // As the login role: see asLoggedIn.
    await client.query('set role none')
    const { rows } = await client.query<{ pid: number; started: string; identity: string }>(
      `select pid, ${startedText} as started, ${identityText} as identity,
          (select set_config('synchronous_commit', '${plainSettings.synchronous_commit}', false)
            where ${isToBeSet("'synchronous_commit'")}) as waits
        from pg_stat_activity where pid = pg_backend_pid()`,
    )
    const [{ pid, started, identity } = { pid: 0, started: '', identity: '' }] = rows
    const commit = client.query(`select pg_logical_emit_message(true, 'munim', '')`)
    await untilSilent({ client, backend: { pid, started }, config }, commit)
    return identity
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function withinPatience(passing: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DatabaseFault(new Error(awayText))), patienceMs)
  await Promise.race([passing, late]).finally(() => clearTimeout(timer))
}

const awayText =
  'the synchronous replicas do not have yet what the server had committed when it was started; it is not read before they do'
