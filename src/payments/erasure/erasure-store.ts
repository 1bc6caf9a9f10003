import type { Timestamp, Uuid } from '#kernel'
import { micros, type Queryable, type Transaction, toUuid } from '#platform/postgres'

export type ErasureSubject = { readonly kind: 'payment' | 'payout' | 'account'; readonly id: Uuid }

export type Erasure = {
  readonly id: Uuid
  readonly book: number
  readonly subject: ErasureSubject
  /** The names of an account. */
  readonly accounts: readonly string[]
  readonly place: ErasurePlace | undefined
  readonly payments: number
  readonly payouts: number
  readonly waiting: number
  readonly createdAt: Timestamp
  readonly doneAt: Timestamp | undefined
}

/** `account`: its id or code. */
export type NewErasure = { readonly id: Uuid; readonly book: number } & (
  | { readonly subject: { readonly kind: 'payment' | 'payout'; readonly id: Uuid } }
  | { readonly account: string }
)

export type ErasurePlace = { readonly table: 'payments' | 'payouts'; readonly after: Uuid }

type Row = {
  id: string
  book_id: number
  subject_kind: ErasureSubject['kind']
  subject_id: string
  accounts: string[] | null
  place: string | null
  payments: bigint
  payouts: bigint
  waiting: bigint
  created_at: bigint
  done_at: bigint | null
}

const columns = `id, book_id, subject_kind, subject_id, accounts, place, payments, payouts, waiting,
  ${micros('created_at')} as created_at, ${micros('done_at')} as done_at`

export async function insertErasure(
  tx: Transaction,
  { id, book, subject, accounts }: Pick<Erasure, 'id' | 'book' | 'subject' | 'accounts'>,
): Promise<Erasure> {
  const rows = await tx.query<Row>({
    text: `insert into payments.erasures (id, book_id, subject_kind, subject_id, accounts)
      values ($1, $2, $3, $4, $5) returning ${columns}`,
    values: [id, book, subject.kind, subject.id, accounts.length === 0 ? null : JSON.stringify(accounts)],
  })
  return rows.map(toErasure)[0] as Erasure
}

export async function findErasure(
  on: Queryable,
  { book, id }: { readonly book: number; readonly id: Uuid },
): Promise<Erasure | undefined> {
  const rows = await on.query<Row>({
    text: `select ${columns} from payments.erasures where id = $1 and book_id = $2`,
    values: [id, book],
  })
  return rows.map(toErasure)[0]
}

export async function lockErasure(tx: Transaction, id: Uuid): Promise<Erasure | undefined> {
  const rows = await tx.query<Row>({
    text: `select ${columns} from payments.erasures where id = $1 for no key update`,
    values: [id],
  })
  return rows.map(toErasure)[0]
}

export async function updateErasure(tx: Transaction, erasure: Erasure & { readonly isDone: boolean }): Promise<void> {
  await tx.query({
    text: `update payments.erasures set place = $2, payments = $3, payouts = $4, waiting = $5,
        done_at = case when $6 then clock_timestamp() end where id = $1`,
    values: [
      ...[erasure.id, erasure.place === undefined ? null : JSON.stringify(erasure.place)],
      ...[erasure.payments, erasure.payouts, erasure.waiting, erasure.isDone],
    ],
  })
}

export type AccountRows = { readonly ids: readonly Uuid[]; readonly last: Uuid | undefined }

type Window = Pick<Erasure, 'book' | 'accounts'> & ErasurePlace & { readonly limit: number }

/** Those of the next `limit` rows that pay the account, or are paid by it. `last`: undefined behind the last row. */
export async function readAccountRows(
  tx: Transaction,
  { book, accounts, table, after, limit }: Window,
): Promise<AccountRows> {
  const isOf =
    table === 'payouts'
      ? 'source = any ($3::text[])'
      : 'source_rail is not null and exists (select 1 from json_array_elements(destinations) d where d ->> 0 = any ($3::text[]))'
  const rows = await tx.query<{ id: string; is_of: boolean }>({
    text: `select id, ${isOf} as is_of from payments.${table}
      where book_id = $1 and id > $2::uuid order by id limit $4`,
    values: [book, after, accounts, limit],
  })
  const last = rows.length < limit ? undefined : rows.at(-1)
  return { ids: rows.filter((row) => row.is_of).map(({ id }) => toUuid(id)), last: last && toUuid(last.id) }
}

/** Their partition of steps was not dropped. */
export async function rootsWithSteps(tx: Transaction, roots: readonly Uuid[]): Promise<ReadonlySet<Uuid>> {
  const rows = await tx.query<{ root_id: string }>({
    text: 'select distinct root_id from payments.steps where root_id = any ($1::uuid[])',
    values: [roots],
  })
  return new Set(rows.map(({ root_id }) => toUuid(root_id)))
}

const isOver = `d.stage in ('won', 'lost', 'accepted', 'expired')`

/** Of disputes that are over. Returns the payments with others. */
export async function deleteEvidenceOf(
  tx: Transaction,
  { book, payments }: { readonly book: number; readonly payments: readonly Uuid[] },
): Promise<ReadonlySet<Uuid>> {
  const ofPayments = 'd.book_id = $1 and d.payment_id = any ($2::uuid[])'
  const rows = await tx.query<{ payment_id: string }>({
    text: `with gone as (
        delete from payments.dispute_evidence e using payments.disputes d
        where ${ofPayments} and ${isOver} and e.dispute_id = d.id
      )
      select distinct d.payment_id from payments.disputes d where ${ofPayments} and not (${isOver})`,
    values: [book, payments],
  })
  return new Set(rows.map(({ payment_id: id }) => toUuid(id)))
}

function toErasure(row: Row): Erasure {
  return {
    ...{ id: toUuid(row.id), book: row.book_id },
    subject: { kind: row.subject_kind, id: toUuid(row.subject_id) },
    accounts: row.accounts ?? [],
    place: row.place === null ? undefined : (JSON.parse(row.place) as ErasurePlace),
    ...{ payments: Number(row.payments), payouts: Number(row.payouts), waiting: Number(row.waiting) },
    createdAt: Number(row.created_at),
    doneAt: row.done_at === null ? undefined : Number(row.done_at),
  }
}
