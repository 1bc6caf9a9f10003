import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Backend, startedText } from './backend.ts'

export type Watched = {
  readonly client: pg.ClientBase
  readonly backend: Backend
  readonly config: pg.ClientConfig
  readonly lookMs?: number | undefined
}

const lookMsDefault = 30_000
const answerTimeoutMs = 10_000
/** How long an answer may be in transit. */
const onTheWayMs = 2_000
/** After this many consecutive looks that reach no server, it counts as gone. */
const looksInVainMax = 3

/**
 * Waits without a time limit. The network may drop packets and keep the connection. So another connection checks
 * whether the server still works on the exchange. If not, the socket is destroyed, which makes the exchange fail.
 */
export async function untilSilent<Value>(
  watched: Watched,
  exchange: Promise<Value>,
  onSilent?: () => void,
): Promise<Value> {
  const end = new AbortController()
  void watch(watched, end.signal, onSilent)
  try {
    return await exchange
  } finally {
    end.abort()
  }
}

async function watch(watched: Watched, over: AbortSignal, onSilent?: () => void): Promise<void> {
  const { lookMs = lookMsDefault } = watched
  const stream = streamOf(watched.client)
  let received = stream.bytesRead
  let inVain = 0
  while (await pause(lookMs, over)) {
    const isHeard = stream.bytesRead !== received
    received = stream.bytesRead
    const state = isHeard ? 'at work' : await look(watched)
    inVain = state === 'unknown' ? inVain + 1 : 0
    const isLost = state === 'not at work' && (await pause(Math.min(onTheWayMs, lookMs), over))
    if (over.aborted) return
    if ((isLost && stream.bytesRead === received) || inVain >= looksInVainMax) {
      onSilent?.()
      stream.destroy(new Error('the server does not work on it any more, and its answer has not come'))
      return
    }
  }
}

async function pause(ms: number, over: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { ref: false, signal: over }).catch(() => false)
}

async function look({ backend, config }: Watched): Promise<'at work' | 'not at work' | 'unknown'> {
  const working = await readWorking(config, [backend])
  if (working === 'unknown') return working
  return working.length === 0 ? 'not at work' : 'at work'
}

/** The processes that work and do not wait for their clients; all, if `track_activities` is off. */
export async function readWorking(
  config: pg.ClientConfig,
  backends: readonly Backend[],
): Promise<readonly Backend[] | 'unknown'> {
  const client = new pg.Client({
    ...config,
    application_name: `${config.application_name} look`,
    connectionTimeoutMillis: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    // As the login role: see asLoggedIn.
    await client.query('set role none')
    const { rows } = await client.query<Backend>(
      `select pid, ${startedText} as started from pg_stat_activity
        where (pid, ${startedText}) in (select * from unnest($1::integer[], $2::text[]))
        and (state = 'active' and wait_event_type is distinct from 'Client' or state = 'disabled')`,
      [backends.map(({ pid }) => pid), backends.map(({ started }) => started)],
    )
    return rows
  } catch (error) {
    // A server that refuses, for example because it has no free connections, is alive.
    return typeof (error as { severity?: unknown }).severity === 'string' ? backends : 'unknown'
  } finally {
    client.end().catch(() => undefined)
  }
}

function streamOf(client: pg.ClientBase): { readonly bytesRead: number; destroy(error: Error): void } {
  return (client as unknown as { connection: { stream: { bytesRead: number; destroy(error: Error): void } } })
    .connection.stream
}
