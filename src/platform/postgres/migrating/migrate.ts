import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { assert } from '#kernel'
import { DatabaseFault, Fault } from '../../faults/index.ts'
import type { Database, Session } from '../database.ts'
import type { Statement } from '../transaction.ts'
import { openLockSession, takeLock } from './advisory-lock.ts'

/** A module's schema, named after it, and the folder with its `NNNN_name.sql` files. */
export type MigratedModule = { readonly name: string; readonly directory: string }

export type AppliedMigration = { readonly module: string; readonly name: string }

type Migration = {
  readonly number: number
  readonly name: string
  readonly text: string
  readonly checksum: string
  readonly online: boolean
  /** Programs that do not know it can no longer work on the database. */
  readonly breaking: boolean
}

type Recorded = {
  readonly number: number
  readonly name: string
  readonly checksum: string
  readonly breaking: boolean
}

/** "migrate" in ASCII. */
const migrationLock = 30_794_313_020_761n
const lockPollMs = 50
const lockNotAvailable = '55P03'
const lockTimeoutMs = 300_000
/** Every statement behind a waiting lock request waits too. So a request is short, and repeated after a pause. */
const tableLockTimeoutMs = 500
const tableLockPauseMs = 1_500
const fileName = /^(\d{4})_([a-z0-9-]+)\.sql$/
const firstLine = /^-- (transactional|online), (not breaking|breaking)\s*$/

/**
 * Creates each module's schema and runs its pending migrations, in the order of modules and numbers. Of several
 * processes, one does the work and the others wait. A transactional migration commits with its record. The statements of
 * an online one, each ending with a semicolon at the end of a line, run outside any transaction, such as `create index
 * concurrently if not exists`. All run again if they were cut off. A newer program's migration that does not break is
 * accepted.
 * Faults: `migration_edited` (a recorded text has changed), `database_newer` (an unknown breaking migration),
 * `migrations_waiting` (another process does not finish), `migration_failed`.
 */
export async function migrate(
  database: Database,
  modules: readonly MigratedModule[],
): Promise<readonly AppliedMigration[]> {
  const folders = await Promise.all(
    modules.map(async ({ name, directory }) => ({ name, migrations: await readMigrations(directory) })),
  )
  const session = await openLockSession(database, 'migrations', { deadlineMs: null })
  try {
    await session.query({ text: `set statement_timeout = 0; set lock_timeout = ${tableLockTimeoutMs}` })
    await waitForLock(session)
    await makeRecords(session)
    const applied: AppliedMigration[] = []
    for (const { name, migrations } of folders) {
      await session.query({ text: `create schema if not exists ${quoted(name)}` })
      const recorded = await readRecords(session, name)
      for (const migration of pending(name, migrations, recorded)) {
        await apply(session, name, migration)
        applied.push({ module: name, name: migration.name })
      }
    }
    return applied
  } finally {
    await session.close()
  }
}

/** Tests check that migrations are well formed, so defects are asserted. */
async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name, index) => {
      const path = join(directory, name)
      const number = Number(fileName.exec(name)?.[1])
      assert(number > 0, `${path} is not named as a migration (NNNN_some-name.sql)`)
      const before = Number(fileName.exec(names[index - 1] ?? '')?.[1] ?? 0)
      assert(number !== before, `${path} has the number of ${names[index - 1]}`)
      // A checkout may have converted line ends; that is not an edit.
      const text = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n')
      const header = firstLine.exec(text.slice(0, text.indexOf('\n')))
      assert(header, `${path} does not begin with "-- transactional|online, breaking|not breaking"`)
      const checksum = createHash('sha256').update(text).digest('hex')
      return {
        ...{ number, name: name.slice(0, -'.sql'.length), text, checksum },
        ...{ online: header[1] === 'online', breaking: header[2] === 'breaking' },
      }
    }),
  )
}

/** Polls, because a blocked session holds a snapshot: a deadlock with `create index concurrently` in the other one. */
async function waitForLock(session: Session): Promise<void> {
  const deadline = performance.now() + lockTimeoutMs
  for (;;) {
    if (await takeLock(session, migrationLock)) return
    if (performance.now() > deadline) {
      throw new Fault({
        code: 'migrations_waiting',
        message: `Another process has been migrating the database for ${lockTimeoutMs / 60_000} minutes; start again when it is done.`,
        retryable: true,
      })
    }
    await sleep(lockPollMs)
  }
}

async function makeRecords(session: Session): Promise<void> {
  await session.query({
    text: `create schema if not exists platform;
      create table if not exists platform.migrations (
        module text not null,
        number integer not null,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default now(),
        breaking boolean not null default false,
        primary key (module, number)
      )`,
  })
  // The first programs lacked this column. It is checked first, since altering a table locks out all other sessions.
  const [breaking] = await session.query({
    text: `select from information_schema.columns
      where table_schema = 'platform' and table_name = 'migrations' and column_name = 'breaking'`,
  })
  if (breaking !== undefined) return
  await session.query({ text: 'alter table platform.migrations add column breaking boolean not null default false' })
}

function readRecords(session: Session, module: string): Promise<Recorded[]> {
  return session.query<Recorded>({
    text: 'select number, name, checksum, breaking from platform.migrations where module = $1 order by number',
    values: [module],
  })
}

function pending(module: string, migrations: readonly Migration[], recorded: readonly Recorded[]): Migration[] {
  for (const record of recorded) {
    const migration = migrations.find(({ number }) => number === record.number)
    if (migration === undefined) {
      if (record.breaking) throw databaseNewer({ module, name: record.name })
      continue
    }
    if (migration.name !== record.name || migration.checksum !== record.checksum) {
      throw new Fault({
        code: 'migration_edited',
        message: `The migration ${module}/${migration.name} is not the one that was run on this database (${record.name}); a released migration is never edited, put it back and add a new one.`,
        retryable: false,
      })
    }
  }
  const done = new Set(recorded.map((record) => record.number))
  return migrations.filter((migration) => !done.has(migration.number))
}

function databaseNewer({ module, name }: { readonly module: string; readonly name: string }): Fault {
  return new Fault({
    code: 'database_newer',
    message: `The database was written by a newer Munim: it has the migration ${module}/${name}, which this one does not know and cannot work beside. Run that version, or give another database.`,
    retryable: false,
  })
}

const lookMs = 15_000

/** Reports, once, the first breaking migration that a newer program applies. Returns a function that stops it. */
export async function watchMigrations(
  database: Database,
  modules: readonly MigratedModule[],
  { onBreaking, everyMs = lookMs }: { readonly onBreaking: (fault: Fault) => void; readonly everyMs?: number },
): Promise<() => void> {
  const known = new Set<string>()
  for (const { name, directory } of modules) {
    for (const { number } of await readMigrations(directory)) known.add(`${name} ${number}`)
  }
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const look = async () => {
    const applied = await database.query<{ module: string; number: number; name: string }>({
      text: 'select module, number, name from platform.migrations where breaking',
    })
    const unknown = applied.find(({ module, number }) => !known.has(`${module} ${number}`))
    if (unknown === undefined || isOver) return
    isOver = true
    onBreaking(databaseNewer({ module: unknown.module, name: unknown.name }))
  }
  // One look at a time, as a database may be slow. An unreachable database is reported by the code that needs it.
  const lookAgain = () => {
    if (isOver) return
    timer = setTimeout(
      () =>
        void look()
          .catch(() => undefined)
          .then(lookAgain),
      everyMs,
    )
    timer.unref()
  }
  lookAgain()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

async function apply(session: Session, module: string, migration: Migration): Promise<void> {
  const record = {
    text: 'insert into platform.migrations (module, number, name, checksum, breaking) values ($1, $2, $3, $4, $5)',
    values: [module, migration.number, migration.name, migration.checksum, migration.breaking],
  }
  try {
    if (!migration.online) return await applyTogether(session, [{ text: migration.text }, record])
    // They wait for older snapshots, such as a backup's, and no statement waits behind them.
    await session.query({ text: 'set lock_timeout = 0' })
    await dropUnfinishedIndexes(session, module)
    for (const text of statementsOf(migration.text)) await session.query({ text })
    await session.query({ text: `set lock_timeout = ${tableLockTimeoutMs}` })
    await session.query(record)
  } catch (cause) {
    throw new Fault({
      code: 'migration_failed',
      message: `The migration ${module}/${migration.name} failed: ${(cause as Error).message}`,
      retryable: cause instanceof Fault && cause.retryable,
      cause,
    })
  }
}

/** In one transaction. Waits for whoever has a table locked, without making others wait behind it for long. */
async function applyTogether(session: Session, statements: readonly Statement[]): Promise<void> {
  const deadline = performance.now() + lockTimeoutMs
  for (;;) {
    try {
      await session.query({ text: 'begin' })
      for (const statement of statements) await session.query(statement)
      await session.query({ text: 'commit' })
      return
    } catch (error) {
      const isLocked = error instanceof DatabaseFault && error.state === lockNotAvailable
      if (!isLocked || performance.now() > deadline) throw error
      await session.query({ text: 'rollback' })
      await sleep(tableLockPauseMs)
    }
  }
}

/** Several statements in one message would share a transaction. */
function statementsOf(text: string): string[] {
  return text.split(/;[ \t]*(?:\n|$)/).filter((statement) => statement.trim() !== '')
}

/** A `create index concurrently` that was cut off leaves an index that is never used and blocks its name. */
async function dropUnfinishedIndexes(session: Session, module: string): Promise<void> {
  const unfinished = await session.query<{ name: string }>({
    text: `select format('%I.%I', namespace.nspname, class.relname) as name
      from pg_index index
      join pg_class class on class.oid = index.indexrelid
      join pg_namespace namespace on namespace.oid = class.relnamespace
      where not index.indisvalid and namespace.nspname = $1`,
    values: [module],
  })
  for (const { name } of unfinished) await session.query({ text: `drop index concurrently ${name}` })
}

function quoted(name: string): string {
  assert(/^[a-z][a-z_]*$/.test(name), `"${name}" is no name for a schema`)
  return `"${name}"`
}
