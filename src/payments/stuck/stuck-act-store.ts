import type { Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import { micros, type Transaction, toUuid } from '#platform/postgres'
import type { StuckReason } from '../machine.ts'
import type { Stuck, StuckSubject } from './stuck.ts'

/** The part of an entry that a decision needs. */
export type LockedStuck = Pick<Stuck, 'id' | 'book' | 'subject' | 'reason' | 'revision' | 'isDeciding' | 'resolvedAt'>

/**
 * Finds an entry of the books and locks it until the transaction ends. With `withRoot`, the row of its payment or
 * payout is locked first: the engine locks the two in that order.
 */
export async function lockStuck(
  tx: Transaction,
  { books, id, withRoot }: { readonly books: readonly number[]; readonly id: Uuid; readonly withRoot: boolean },
): Promise<LockedStuck | undefined> {
  if (withRoot) await lockRoot(tx, books, id)
  const rows = await tx.query<LockedRow>({
    text: `select id, book_id, subject_kind, subject_id, reason, revision, is_deciding,
        ${micros('resolved_at')} as resolved_at
      from payments.stuck
      where book_id = any ($1::integer[]) and id = $2
      for update`,
    values: [books, id],
  })
  return rows.map(toLocked)[0]
}

/** The subject of an entry never changes, so it may be read before anything is locked. */
async function lockRoot(tx: Transaction, books: readonly number[], id: Uuid): Promise<void> {
  const values = [books, id]
  await tx.query({
    text: `select from payments.payments
      where (book_id, id) = (
        select book_id, case subject_kind
          when 'payment' then subject_id
          when 'capture' then (
            select payment_id from payments.captures c where c.book_id = stuck.book_id and c.id = subject_id)
          when 'refund' then (
            select payment_id from payments.refunds r where r.book_id = stuck.book_id and r.id = subject_id)
          end
        from payments.stuck
        where stuck.book_id = any ($1::integer[]) and stuck.id = $2)
      for update`,
    values,
  })
  await tx.query({
    text: `select from payments.payouts
      where (book_id, id) = (
        select book_id, subject_id from payments.stuck
        where stuck.book_id = any ($1::integer[]) and stuck.id = $2 and subject_kind = 'payout')
      for update`,
    values,
  })
}

type Decided = { readonly decision: string; readonly evidence: string | undefined }

/** Records that a decision was taken, and blocks any other until it has been carried out. */
export async function storeDecision(tx: Transaction, id: Uuid, { decision, evidence }: Decided): Promise<void> {
  await tx.query({
    text: `update payments.stuck set is_deciding = true, decision = $2, evidence = coalesce($3, evidence)
      where id = $1`,
    values: [id, decision, evidence ?? null],
  })
}

export async function resolveStuck(tx: Transaction, id: Uuid, { decision, evidence }: Decided): Promise<void> {
  await tx.query({
    text: `update payments.stuck
      set decision = $2, evidence = coalesce($3, evidence), resolved_at = now(), resolution = $2
      where id = $1`,
    values: [id, decision, evidence ?? null],
  })
}

export async function storeOwner(tx: Transaction, id: Uuid, owner: string): Promise<void> {
  await tx.query({ text: 'update payments.stuck set owner = $2 where id = $1', values: [id, owner] })
}

export async function insertAct(
  tx: Transaction,
  act: { readonly stuck: Uuid; readonly actor: Uuid; readonly action: string; readonly text: string | undefined },
): Promise<void> {
  await tx.query({
    text: 'insert into payments.stuck_acts (id, stuck_id, actor, action, text) values ($1, $2, $3, $4, $5)',
    values: [newUuid(), act.stuck, act.actor, act.action, act.text ?? null],
  })
}

type LockedRow = {
  id: string
  book_id: number
  subject_kind: StuckSubject['kind']
  subject_id: string
  reason: StuckReason
  revision: number
  is_deciding: boolean
  resolved_at: bigint | null
}

function toLocked(row: LockedRow): LockedStuck {
  return {
    id: toUuid(row.id),
    book: row.book_id,
    subject: { kind: row.subject_kind, id: toUuid(row.subject_id) },
    reason: row.reason,
    revision: row.revision,
    isDeciding: row.is_deciding,
    resolvedAt: row.resolved_at === null ? undefined : Number(row.resolved_at),
  }
}
