import pg from 'pg'
import { DatabaseFault, databaseFault } from '../../faults/index.ts'
import { type Backend, readBackend } from '../connections/backend.ts'
import { keepaliveSettings } from '../connections/keepalive.ts'
import { untilSilent } from '../connections/silence.ts'
import { isToBeSet, plainSettings } from '../plain-settings.ts'
import type { Queryable, Statement } from '../transaction.ts'
import { CopyDecoder } from './copy-decoder.ts'
import { CopyOut, type OnTuple } from './copy-out.ts'

/** Reads one snapshot, for long and bulk reads. It cannot write, and its statements have no time limits. */
export type SnapshotReader = Queryable & {
  /** Opens further readers on the same snapshot while this one is open. */
  readonly snapshot: string
  /** Reads `COPY (…) TO STDOUT (FORMAT binary)` statements, joined by semicolons, row by row. */
  readonly copyOut: (text: string, onTuple: OnTuple) => Promise<void>
  /** `row` is valid during the call only. */
  readonly eachRow: (select: string, onRow: (row: CopyDecoder) => void) => Promise<void>
  readonly set: (settings: Readonly<Record<string, string>>) => Promise<void>
  /** Closes at once; a statement in progress fails. */
  readonly close: () => Promise<void>
}

export type SnapshotReaderOptions = {
  readonly purpose: string
  readonly snapshot?: string
  readonly lookMs?: number
}

// No time limits. But the server must notice when the client of a long statement is gone.
const patience: Readonly<Record<string, string>> = {
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  client_connection_check_interval: '1s',
  ...plainSettings,
  ...keepaliveSettings,
}

const greetingMs = 10_000

/** Reads one snapshot on a connection of its own, without a time limit, until the signal ends it. */
export async function readAtLength<Value>(
  { connection }: { readonly connection: pg.ClientConfig },
  { purpose, signal }: { readonly purpose: string; readonly signal?: AbortSignal | undefined },
  read: (reader: SnapshotReader) => Promise<Value>,
): Promise<Value> {
  signal?.throwIfAborted()
  const reader = await openSnapshotReader(connection, { purpose })
  const end = () => void reader.close()
  signal?.addEventListener('abort', end)
  try {
    signal?.throwIfAborted()
    return await read(reader)
  } finally {
    signal?.removeEventListener('abort', end)
    await reader.close()
  }
}

/** Opens a reader on a snapshot of its own, or on that of another reader. */
export async function openSnapshotReader(
  connection: pg.ClientConfig,
  options: SnapshotReaderOptions,
): Promise<SnapshotReader> {
  const client = new pg.Client({
    ...connection,
    application_name: `${connection.application_name} ${options.purpose}`,
  })
  // Without a listener, an error between statements would be thrown.
  client.on('error', () => {})
  await client.connect().catch(databaseFault)
  const backend = await greet(client).catch(async (error: unknown) => {
    await client.end().catch(() => undefined)
    throw error
  })
  const watched = { client, backend, config: connection, lookMs: options.lookMs }
  let underWay = 0
  const counted = async <Value>(work: Promise<Value>): Promise<Value> => {
    underWay += 1
    try {
      return await untilSilent(watched, work)
    } finally {
      underWay -= 1
    }
  }
  const query = async <Row extends object>(statement: Statement) => {
    const config = { text: statement.text, values: [...(statement.values ?? [])] }
    return (await counted(client.query<Row>(config).catch(databaseFault))).rows
  }
  const set = async (settings: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, value] of Object.entries(settings)) {
      await query({ text: `SELECT set_config($1, $2, true) WHERE ${isToBeSet('$1')}`, values: [name, value] })
    }
  }
  const close = async () => {
    // pg's own end() would wait for a statement in progress.
    if (underWay > 0) client.connection.stream.destroy()
    await client.end().catch(() => {})
  }

  try {
    await query({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' })
    if (options.snapshot !== undefined) {
      await query({ text: `SET TRANSACTION SNAPSHOT ${client.escapeLiteral(options.snapshot)}` })
    }
    await set(patience)
    const [exported] = await query<{ snapshot: string }>({ text: 'SELECT pg_export_snapshot() AS snapshot' })
    const copyOut = (text: string, onTuple: OnTuple): Promise<void> => {
      const copy = new CopyOut(text, onTuple)
      client.query(copy)
      return counted(copy.done)
    }
    const eachRow = (select: string, onRow: (row: CopyDecoder) => void): Promise<void> => {
      const row = new CopyDecoder()
      return copyOut(`COPY (${select}) TO STDOUT (FORMAT binary)`, (_, tuple) => {
        row.clear()
        row.append(tuple)
        row.next()
        onRow(row)
      })
    }
    return { snapshot: exported?.snapshot ?? '', query, copyOut, eachRow, set, close }
  } catch (error) {
    await close()
    throw error instanceof DatabaseFault ? error : new DatabaseFault(error as Error)
  }
}

async function greet(client: pg.Client): Promise<Backend> {
  const timer = setTimeout(() => client.connection.stream.destroy(new Error('the server did not answer')), greetingMs)
  try {
    return await readBackend(client).catch(databaseFault)
  } finally {
    clearTimeout(timer)
  }
}
