import type { Uuid } from '#kernel'
import type { Principal } from '#platform/http'
import { byId, type Condition, type ListTable, type Page, type PageRequest, readItem, readPage } from '#platform/lists'
import { micros, type Queryable, type Transaction, timeOrNone, toUuid } from '#platform/postgres'
import type { Approval, ApprovalRules, ApprovalState, StoredState } from './approval.ts'

const isWaiting = `approvals.state in ('open', 'approved') and approvals.lapses_at > now()`
const stateNow = `case when approvals.state in ('open', 'approved') and approvals.lapses_at <= now() then 'lapsed' else approvals.state end`

const approvals: ListTable<ApprovalRow, Approval> = {
  from: 'access.approvals approvals',
  columns: `approvals.id, approvals.book_id, ${stateNow} as state, approvals.operation, approvals.method, approvals.path, approvals.body, approvals.asker, approvals.asker_kind, approvals.asker_name,
    approvals.of_any_book, ${micros('approvals.asked_at')} as asked_at, ${micros('approvals.lapses_at')} as lapses_at, approvals.decided_by, approvals.decided_name,
    ${micros('approvals.decided_at')} as decided_at`,
  toItem: toApproval,
  order: byId('approvals.id'),
}

type Asked = Pick<
  Approval,
  'id' | 'book' | 'operation' | 'method' | 'path' | 'body' | 'asker' | 'askerName' | 'ofAnyBook'
>

export async function insertApproval(
  tx: Transaction,
  { asker, ...asked }: Asked & { readonly lapseHours: number },
): Promise<void> {
  const { id, book, operation, method, path, body, askerName, ofAnyBook, lapseHours } = asked
  await tx.query({
    text: `insert into access.approvals (id, book_id, operation, method, path, body, asker, asker_kind, asker_name, of_any_book, lapses_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + make_interval(hours => $11))`,
    values: [id, book, operation, method, path, body, asker.id, asker.kind, askerName, ofAnyBook, lapseHours],
  })
}

/** Of an asker: how many of their calls wait, and the one of them that is this call. Locks nothing. */
export async function findWaiting(
  tx: Transaction,
  { asker, book, method, path, body }: Pick<Approval, 'asker' | 'book' | 'method' | 'path' | 'body'>,
): Promise<{ readonly count: number; readonly same: Uuid | undefined }> {
  const [row] = await tx.query<{ count: bigint; same: string | null }>({
    text: `select count(*) as count,
        (array_agg(id order by id desc) filter (where book_id = $2 and method = $3 and path = $4 and body = $5))[1] as same
      from access.approvals approvals where asker = $1 and state = 'open' and ${isWaiting}`,
    values: [asker.id, book, method, path, body],
  })
  return { count: Number(row?.count ?? 0n), same: row?.same == null ? undefined : toUuid(row.same) }
}

/** Locked until the end of the transaction. */
export function lockApproval(tx: Transaction, id: Uuid): Promise<Approval | undefined> {
  return readItem(tx, approvals, { text: 'where approvals.id = $1 for update of approvals', values: [id] })
}

export function findApproval(on: Queryable, id: Uuid): Promise<Approval | undefined> {
  return readItem(on, approvals, { text: 'where approvals.id = $1', values: [id] })
}

type Filter = { readonly book: number; readonly state: ApprovalState | undefined }

export function listApprovals(
  on: Queryable,
  { book, state, ...request }: PageRequest<Uuid> & Filter,
): Promise<Page<Approval, Uuid>> {
  const ofBook: Condition = (bind) => `approvals.book_id = ${bind(book)}`
  const inState: Condition[] = state === undefined ? [] : [(bind) => `${stateNow} = ${bind(state)}`]
  return readPage(on, approvals, { ...request, where: [ofBook, ...inState] })
}

/** It is used up. */
export async function endApproval(tx: Transaction, id: Uuid): Promise<void> {
  await tx.query({ text: `update access.approvals set state = 'done' where id = $1`, values: [id] })
}

/** By its asker, so nobody has decided it. */
export async function withdraw(tx: Transaction, id: Uuid): Promise<void> {
  await tx.query({
    text: `update access.approvals set state = 'withdrawn', decided_by = null, decided_name = null, decided_at = null where id = $1`,
    values: [id],
  })
}

type Decision = { readonly id: Uuid; readonly state: StoredState; readonly by: Uuid; readonly name: string }

export async function storeDecision(tx: Transaction, { id, state, by, name }: Decision): Promise<void> {
  await tx.query({
    text: `update access.approvals set state = $2, decided_by = $3, decided_name = $4, decided_at = now() where id = $1`,
    values: [id, state, by, name],
  })
}

/** Of one book, or with `ofAny`, whatever any book has. Undefined: none of these permissions needs a second person. */
export async function findRules(
  on: Queryable,
  { book, ofAny, needs }: { readonly book: number; readonly ofAny: boolean; readonly needs: readonly string[] },
): Promise<Pick<ApprovalRules, 'lapseHours'> | undefined> {
  const [row] = await on.query<{ lapse_hours: number | null }>({
    text: `select min(lapse_hours) as lapse_hours from access.approval_rules where (book_id = $1 or $2) and permissions && $3::text[]`,
    values: [book, ofAny, needs],
  })
  return row?.lapse_hours == null ? undefined : { lapseHours: row.lapse_hours }
}

/** Locked until the end of the transaction, if there are any. */
export async function readRules(on: Queryable, book: number, lock = false): Promise<ApprovalRules | undefined> {
  const [row] = await on.query<{ permissions: string[]; lapse_hours: number }>({
    text: `select permissions, lapse_hours from access.approval_rules where book_id = $1${lock ? ' for update' : ''}`,
    values: [book],
  })
  return row && { permissions: row.permissions, lapseHours: row.lapse_hours }
}

/** Undefined: nothing waits any more. */
export async function storeRules(tx: Transaction, book: number, rules: ApprovalRules | undefined): Promise<void> {
  if (rules === undefined) {
    await tx.query({ text: 'delete from access.approval_rules where book_id = $1', values: [book] })
    return
  }
  await tx.query({
    text: `insert into access.approval_rules (book_id, permissions, lapse_hours) values ($1, $2::text[], $3)
      on conflict (book_id) do update set permissions = excluded.permissions, lapse_hours = excluded.lapse_hours`,
    values: [book, rules.permissions, rules.lapseHours],
  })
}

type ApprovalRow = {
  id: string
  book_id: number
  state: ApprovalState
  operation: string
  method: string
  path: string
  body: string
  asker: string
  asker_kind: Principal['kind']
  asker_name: string
  of_any_book: boolean
  asked_at: bigint
  lapses_at: bigint
  decided_by: string | null
  decided_name: string | null
  decided_at: bigint | null
}

function toApproval(row: ApprovalRow): Approval {
  return {
    ...{ id: toUuid(row.id), book: row.book_id, state: row.state, operation: row.operation },
    ...{ method: row.method, path: row.path, body: row.body },
    asker: { kind: row.asker_kind, id: toUuid(row.asker) },
    askerName: row.asker_name,
    ofAnyBook: row.of_any_book,
    askedAt: Number(row.asked_at),
    lapsesAt: Number(row.lapses_at),
    decidedBy: row.decided_by === null ? undefined : toUuid(row.decided_by),
    decidedName: row.decided_name ?? undefined,
    decidedAt: timeOrNone(row.decided_at),
  }
}
