import type { Timestamp, Uuid } from '#kernel'
import {
  type BurstAnswer,
  type BurstStep,
  fewRows,
  fromMicros,
  micros,
  type Proof,
  plainArray,
  type Queryable,
  textArray,
  toUuid,
} from '#platform/postgres'
import { accountFacts } from '../accounts/account-facts.ts'
import type { BookNumber, Metadata } from '../commands.ts'
import { nextLapse, toLapse } from '../holds/lapse-store.ts'
import type { LedgerRefusal } from '../refusals.ts'
import { journalColumns, transferFlag } from '../sealing/journal.ts'
import { madeTransfer, noMetadata, resolvedTransfer, type TransferRecord } from '../transfers/transfer-record.ts'
import type { Head } from '../transfers/working-set.ts'
import type { BatchRows } from './batch-rows.ts'

export type NamedTransfer = { readonly book: BookNumber; readonly id: Uuid }
export type NamedReference = { readonly book: BookNumber; readonly reference: string }

type Row = readonly (string | null)[]

/** Locks rows in account order, so that writers never deadlock. */
export function lockAccountsStep(accounts: readonly number[]): BurstStep {
  return {
    name: 'ledger-lock-accounts',
    text: 'select number from ledger.accounts where number = any ($1::bigint[]) order by number for no key update',
    values: [plainArray(accounts)],
  }
}

/** Skips accounts that another transaction has locked. Returns the locked ones. */
export function lockFreeAccountsStep(accounts: readonly number[]): BurstStep {
  return {
    name: 'ledger-lock-free-accounts',
    text: `select number from ledger.accounts where number = any ($1::bigint[])
      order by number for no key update skip locked`,
    values: [plainArray(accounts)],
  }
}

export function readHeadsStep(accounts: readonly number[]): BurstStep {
  return {
    name: 'ledger-read-heads',
    text: `select wanted.number, coalesce(entry.version, 0), coalesce(entry.posted, 0),
        coalesce(entry.pending_out, 0), coalesce(entry.pending_in, 0),
        settings.min_available, settings.max_balance, settings.state,
        case when entry.pending_out > 0 or entry.pending_in > 0 then ${nextLapse('wanted.number')} end,
        ${micros('coalesce(entry.recorded_at, settings.recorded_at)')}
      from unnest($1::bigint[]) as wanted (number)
      cross join lateral (
        select min_available, max_balance, state, recorded_at from ledger.account_settings
        where account = wanted.number order by version desc limit 1
      ) settings
      left join lateral (
        select version, posted, pending_out, pending_in, recorded_at from ledger.entries
        where account = wanted.number order by version desc limit 1
      ) entry on true`,
    values: [plainArray(accounts)],
  }
}

export function toHeads(answer: BurstAnswer): Head[] {
  return answer.rows.map((row) => ({
    number: Number(row[0]),
    version: Number(row[1]),
    posted: BigInt(row[2] ?? 0),
    pendingOut: BigInt(row[3] ?? 0),
    pendingIn: BigInt(row[4] ?? 0),
    minAvailable: row[5] == null ? null : BigInt(row[5]),
    maxBalance: row[6] == null ? null : BigInt(row[6]),
    state: Number(row[7]),
    lapsesAt: toLapse(row[8]),
    recordedAt: Number(row[9]),
  }))
}

/** One step per book. Scanning the primary key for a sorted array costs a fraction of one probe per id. */
export function findTransfersSteps(wanted: readonly NamedTransfer[]): BurstStep[] {
  return byBook(wanted, ({ id }) => id).map(([book, ids]) => ({
    name: 'ledger-find-transfers',
    text: `select ${recordColumns}
      from ledger.transfers t
      ${recordJoins}
      where t.book_id = $1::integer and t.id = any ($2::uuid[])`,
    values: [String(book), plainArray(ids)],
  }))
}

const recordColumns = `t.position, t.book_id, t.id, t.amount, t.flags, ${micros('t.effective_at')},
        ${micros('t.recorded_at')}, ${micros('t.expires_at')}, t.reference, t.metadata, t.options,
        source.number, source.id, source.code, source.asset,
        destination.number, destination.id, destination.code,
        resolution.kind, resolution.amount, ${micros('resolution.recorded_at')}`

// Look up each row by itself. A join planned for few rows would later read all of them.
const recordJoins = `left join lateral (
        select number, id, code, asset from ledger.accounts where number = t.source offset 0) source on true
      left join lateral (
        select number, id, code from ledger.accounts where number = t.destination offset 0) destination on true
      left join lateral (
        select kind, amount, recorded_at from ledger.resolutions where transfer = t.position offset 0) resolution on true`

/** Longest lapsed first. Run it after the batch has its time, so that it misses no hold that has lapsed by then. */
export function findLapsedHoldsStep(
  accounts: readonly number[],
  first?: { readonly ofEach: number; readonly ofAll: number },
): BurstStep {
  const limit = (place: '$2' | '$3') => (first === undefined ? '' : `order by expires_at limit ${place}::bigint`)
  const lapsedOf = (side: 'source' | 'destination') => `(select book_id, transfer, expires_at from ledger.holds
            where ${side} = wanted.number and expires_at <= statement_timestamp()
            ${limit('$2')})`
  return {
    name: first === undefined ? 'ledger-find-lapsed-holds' : 'ledger-find-first-lapsed-holds',
    text: `select ${recordColumns}
      from (
        select distinct h.book_id, h.transfer, h.expires_at
        from unnest($1::bigint[]) as wanted (number)
        cross join lateral (${lapsedOf('source')} union all ${lapsedOf('destination')}) h
        ${limit('$3')}
      ) lapsed
      cross join lateral (
        select t.position, t.book_id, t.id, t.amount, t.flags, t.effective_at, t.recorded_at, t.expires_at,
          t.reference, t.metadata, t.options, t.source, t.destination
        from ledger.transfers t
        where t.book_id = lapsed.book_id and t.position = lapsed.transfer and t.flags < 4 limit 1
      ) t
      ${recordJoins}
      order by lapsed.expires_at, lapsed.transfer`,
    values: [plainArray(accounts), ...(first === undefined ? [] : [String(first.ofEach), String(first.ofAll)])],
  }
}

export function toTransferRecords(answer: BurstAnswer): TransferRecord[] {
  return answer.rows.map(toTransferRecord)
}

function toTransferRecord(row: Row): TransferRecord {
  const book = Number(row[1])
  const id = toUuid(row[2])
  const flags = Number(row[4])
  if ((flags & transferFlag.refused) !== 0) {
    const { refusal, request } = JSON.parse(row[10] ?? '{}') as { refusal: LedgerRefusal; request: unknown }
    return { refusal, book, id, request: JSON.stringify(request) }
  }
  const asset = row[14] ?? ''
  const made = madeTransfer({
    position: Number(row[0]),
    book,
    id,
    amount: BigInt(row[3] ?? 0),
    flags,
    effectiveAt: Number(row[5]),
    recordedAt: Number(row[6]),
    expiresAt: row[7] == null ? undefined : Number(row[7]),
    reference: row[8] ?? undefined,
    metadata: row[9] == null ? noMetadata : (JSON.parse(row[9]) as Metadata),
    options: row[10] ?? undefined,
    source: accountFacts({ number: Number(row[11]), book, id: toUuid(row[12]), code: row[13] ?? '', asset }),
    destination: accountFacts({ number: Number(row[15]), book, id: toUuid(row[16]), code: row[17] ?? '', asset }),
  })
  if (row[18] == null) return made
  return resolvedTransfer(made, { kind: Number(row[18]), amount: BigInt(row[19] ?? 0), recordedAt: Number(row[20]) })
}

export function findReferencesSteps(wanted: readonly NamedReference[]): BurstStep[] {
  return byBook(wanted, ({ reference }) => reference).map(([book, references]) => ({
    name: 'ledger-find-references',
    text: 'select book_id, reference from ledger.transfers where book_id = $1::integer and reference = any ($2::text[])',
    values: [String(book), textArray(references)],
  }))
}

function byBook<Wanted extends { readonly book: BookNumber }>(
  wanted: readonly Wanted[],
  nameOf: (wanted: Wanted) => string,
): [BookNumber, string[]][] {
  const books = new Map<BookNumber, string[]>()
  for (const one of wanted) {
    const names = books.get(one.book)
    if (names === undefined) books.set(one.book, [nameOf(one)])
    else names.push(nameOf(one))
  }
  return [...books]
}

export function toReferences(answer: BurstAnswer): NamedReference[] {
  return answer.rows.map((row) => ({ book: Number(row[0]), reference: row[1] ?? '' }))
}

/** Run it after heads are read or locked, so that positions and times never decrease along an account's entries. */
export const beginBatchStep: BurstStep = {
  name: 'ledger-begin-batch',
  text: `select nextval('ledger.batch_number'), ${micros(
    'greatest(clock.now, (select recorded_at from ledger.batches order by position desc limit 1))',
  )}, ${micros('clock.now')}
    from (select clock_timestamp() as now offset 0) clock`,
}

/** `now`, the recording time, never decreases. Holds lapse by `clock`, the database's clock, even if it lags behind. */
export type BatchMoment = { readonly number: number; readonly now: Timestamp; readonly clock: Timestamp }

export function toBatchMoment(answer: BurstAnswer): BatchMoment {
  const row = answer.rows[0] ?? []
  return { number: Number(row[0]), now: Number(row[1]), clock: Number(row[2]) }
}

/** Fails (MU001) when a head on which a refusal relied has moved. Accepted commands need only the primary key. */
export function requireHeadsStep(reliedUpon: ReadonlyMap<number, number>): BurstStep {
  return {
    name: 'ledger-require-heads',
    text: 'select ledger.require_heads($1::bigint[], $2::bigint[])',
    values: [plainArray([...reliedUpon.keys()]), plainArray([...reliedUpon.values()])],
  }
}

/** Includes the hash, as another server may assign the same position again. */
export type BatchIdentity = { readonly position: number; readonly hash: Buffer }

/** The batch's own row, which its steps already insert, is the proof. */
export function proofOfBatch({ position, hash }: BatchIdentity): Proof {
  return {
    write: undefined,
    find: {
      name: 'ledger-find-batch',
      text: `select position from ledger.batches where position = $1::bigint and hash = decode($2, 'hex')`,
      values: [String(position), hash.toString('hex')],
    },
  }
}

export async function findMissingBatches(
  queryable: Queryable,
  batches: readonly BatchIdentity[],
): Promise<readonly number[]> {
  const rows = await queryable.query<{ position: bigint }>({
    name: 'ledger-missing-batches',
    text: `select wanted.position from unnest($1::bigint[], $2::text[]) as wanted (position, hash)
      where not exists (
        select from ledger.batches
        where batches.position = wanted.position and batches.hash = decode(wanted.hash, 'hex')
      )`,
    values: [batches.map(({ position }) => position), batches.map(({ hash }) => hash.toString('hex'))],
  })
  return rows.map(({ position }) => Number(position))
}

const columnsOf = {
  transfers: journalColumns('ledger.transfers'),
  entries: journalColumns('ledger.entries'),
  resolutions: journalColumns('ledger.resolutions'),
}

export function writeBatchSteps(rows: BatchRows, now: Timestamp, hash: Buffer | undefined): BurstStep[] {
  const steps: BurstStep[] = []
  const copy = (
    { table, columns }: { table: string; columns: string },
    from: { rows: number; stream: () => Buffer },
  ) => {
    if (from.rows > 0) {
      steps.push({
        name: `ledger-copy-${table}`,
        text: `copy ledger.${table} (${columns}) from stdin (format binary)`,
        copy: from.stream(),
      })
    }
  }
  copy({ table: 'transfers', columns: columnsOf.transfers }, rows.transfers)
  copy({ table: 'entries', columns: columnsOf.entries }, rows.entries)
  copy({ table: 'resolutions', columns: columnsOf.resolutions }, rows.resolutions)
  copy(
    { table: 'backdated_entries', columns: 'account, effective_at, version, position, recorded_at, posted_delta' },
    rows.backdatedEntries,
  )
  copy({ table: 'holds', columns: 'transfer, book_id, expires_at, source, destination, amount' }, rows.holds)
  copy({ table: 'metadata_terms', columns: 'term, position' }, rows.metadataTerms)
  const runColumns = 'account, first_version, last_version, earliest, latest, held_out, held_in'
  copy({ table: 'expiry_runs', columns: runColumns }, rows.expiryRuns)
  if (hash !== undefined) steps.push(insertBatchStep(rows, now, hash))
  return steps
}

/** Run it after the earlier batches, which may have created these holds. */
export function closeHoldsSteps(rows: BatchRows): BurstStep[] {
  if (rows.closedHolds.length === 0) return []
  return [
    {
      name: 'ledger-close-holds',
      text: `delete from ledger.holds using ${fewRows('$1::integer[], $2::bigint[]')} as closed (book_id, transfer)
        where holds.book_id = closed.book_id and holds.transfer = closed.transfer`,
      values: [
        plainArray(rows.closedHolds.map(({ book }) => book)),
        plainArray(rows.closedHolds.map(({ transfer }) => transfer)),
      ],
    },
  ]
}

export function insertBatchStep(
  { position, operations }: Pick<BatchRows, 'position' | 'operations'>,
  now: Timestamp,
  hash: Buffer,
): BurstStep {
  return {
    name: 'ledger-insert-batch',
    text: `insert into ledger.batches (position, recorded_at, operations, hash)
      values ($1::bigint, ${fromMicros('$2::bigint')}, $3::integer, decode($4, 'hex'))`,
    values: [String(position), String(now), String(operations), hash.toString('hex')],
  }
}
