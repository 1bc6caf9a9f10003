import type { Uuid } from '#kernel'
import type { Database } from '#platform/postgres'

/** The record of the books at one position. Times are in microseconds. */
export type Happening = { readonly position: number; readonly recordedAt: number } & (
  | {
      readonly kind: 'booked'
      readonly id: Uuid
      readonly amount: bigint
      readonly pending: boolean
      readonly source: string
      readonly destination: string
      readonly expiresAt: number | undefined
    }
  | { readonly kind: 'refused'; readonly id: Uuid; readonly code: string; readonly amount: bigint }
  | { readonly kind: 'ended'; readonly id: Uuid; readonly amount: bigint; readonly how: 'post' | 'void' | 'expire' }
  | {
      readonly kind: 'changed'
      readonly account: string
      readonly version: number
      readonly minAvailable: bigint | null
      readonly maxBalance: bigint | null
      readonly state: number
    }
)

export type HistoryEntry = {
  readonly position: number
  readonly account: string
  readonly version: number
  readonly posted: bigint
  readonly pendingOut: bigint
  readonly pendingIn: bigint
}

export type History = { readonly happenings: readonly Happening[]; readonly entries: readonly HistoryEntry[] }

const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`

export async function readHistory(database: Database, book: number): Promise<History> {
  const happenings = [
    ...(await readTransfers(database, book)),
    ...(await readEnds(database, book)),
    ...(await readChanges(database, book)),
  ].sort((a, b) => a.position - b.position)
  return { happenings, entries: await readEntries(database, book) }
}

async function readTransfers(database: Database, book: number): Promise<Happening[]> {
  const rows = await database.query<{
    position: bigint
    id: string
    amount: bigint
    flags: number
    source: string
    destination: string
    recorded_at: bigint
    expires_at: bigint | null
    code: string
  }>({
    text: `select t.position, t.id, t.amount, t.flags, source.code as source, destination.code as destination,
        ${micros('t.recorded_at')} as recorded_at, ${micros('t.expires_at')} as expires_at,
        t.options -> 'refusal' ->> 'code' as code
      from ledger.transfers t
      left join ledger.accounts source on source.number = t.source
      left join ledger.accounts destination on destination.number = t.destination
      where t.book_id = $1`,
    values: [book],
  })
  return rows.map((row) => {
    const at = { position: Number(row.position), recordedAt: Number(row.recorded_at), id: row.id.replaceAll('-', '') }
    if (row.flags >= 4) return { ...at, kind: 'refused', code: row.code, amount: row.amount }
    const expiresAt = row.expires_at === null ? undefined : Number(row.expires_at)
    const { amount, source, destination } = row
    return { ...at, kind: 'booked', amount, source, destination, expiresAt, pending: (row.flags & 1) === 1 }
  })
}

async function readEnds(database: Database, book: number): Promise<Happening[]> {
  const rows = await database.query<{
    position: bigint
    id: string
    amount: bigint
    kind: number
    recorded_at: bigint
  }>({
    text: `select r.position, t.id, r.amount, r.kind, ${micros('r.recorded_at')} as recorded_at
      from ledger.resolutions r join ledger.transfers t on t.book_id = r.book_id and t.position = r.transfer and t.flags < 4
      where r.book_id = $1`,
    values: [book],
  })
  return rows.map((row) => ({
    kind: 'ended',
    position: Number(row.position),
    recordedAt: Number(row.recorded_at),
    id: row.id.replaceAll('-', ''),
    amount: row.amount,
    how: row.kind === 3 ? 'post' : row.kind === 4 ? 'void' : 'expire',
  }))
}

async function readChanges(database: Database, book: number): Promise<Happening[]> {
  const rows = await database.query<{
    position: bigint
    code: string
    version: bigint
    min_available: bigint | null
    max_balance: bigint | null
    state: number
    recorded_at: bigint
  }>({
    text: `select s.position, a.code, s.version, s.min_available, s.max_balance, s.state,
        ${micros('s.recorded_at')} as recorded_at
      from ledger.account_settings s join ledger.accounts a on a.number = s.account
      where a.book_id = $1 and s.version > 0`,
    values: [book],
  })
  return rows.map((row) => ({
    kind: 'changed',
    position: Number(row.position),
    recordedAt: Number(row.recorded_at),
    account: row.code,
    version: Number(row.version),
    minAvailable: row.min_available,
    maxBalance: row.max_balance,
    state: row.state,
  }))
}

async function readEntries(database: Database, book: number): Promise<HistoryEntry[]> {
  const rows = await database.query<{
    position: bigint
    code: string
    version: bigint
    posted: bigint
    pending_out: bigint
    pending_in: bigint
  }>({
    text: `select e.position, a.code, e.version, e.posted, e.pending_out, e.pending_in
      from ledger.entries e join ledger.accounts a on a.number = e.account
      where a.book_id = $1 order by e.position, e.side`,
    values: [book],
  })
  return rows.map((row) => ({
    position: Number(row.position),
    account: row.code,
    version: Number(row.version),
    posted: row.posted,
    pendingOut: row.pending_out,
    pendingIn: row.pending_in,
  }))
}
