import { newUuid } from '#platform/ids'
import { fromMicros, type Transaction } from '#platform/postgres'
import type { StuckSubject } from './stuck.ts'

/** A subject whose input could not be handled. `diedAt`: microseconds. */
export type DeadSubject = {
  readonly subject: StuckSubject
  readonly book: number
  readonly detail: string
  readonly diedAt: number
}

/**
 * Opens an entry for each subject that has none for a dead letter, unless an operator has resolved one since it died.
 * The dead letter may be a decision about the subject, so another decision is allowed again.
 */
export async function openForDeadLetters(tx: Transaction, dead: readonly DeadSubject[]): Promise<void> {
  await tx.query({
    name: 'stuck-open-for-dead-letters',
    text: `with opened as (
        insert into payments.stuck (id, book_id, subject_kind, subject_id, reason, detail)
        select id, book_id, subject_kind, subject_id, 'dead_letter', detail
        from json_to_recordset($1::json)
          as dead (id uuid, book_id integer, subject_kind text, subject_id uuid, detail text, died_at bigint)
        where not exists (
          select from payments.stuck seen
          where seen.reason = 'dead_letter' and seen.subject_id = dead.subject_id
            and seen.resolved_at >= ${fromMicros('dead.died_at')})
        on conflict (subject_kind, subject_id) where resolved_at is null and reason = 'dead_letter' do nothing
        returning subject_kind, subject_id
      )
      update payments.stuck set is_deciding = false
      from opened
      where stuck.subject_kind = opened.subject_kind and stuck.subject_id = opened.subject_id
        and stuck.resolved_at is null and stuck.is_deciding and stuck.reason <> 'dead_letter'`,
    values: [
      JSON.stringify(
        dead.map(({ subject, book, detail, diedAt }) => ({
          id: newUuid(),
          book_id: book,
          subject_kind: subject.kind,
          subject_id: subject.id,
          detail,
          died_at: diedAt,
        })),
      ),
    ],
  })
}

/** Closes the entries of subjects whose dead letters have all been replayed. */
export async function closeForReplayed(tx: Transaction, subjects: readonly StuckSubject[]): Promise<void> {
  await tx.query({
    name: 'stuck-close-for-replayed',
    text: `update payments.stuck
      set resolved_at = now(), resolution = coalesce(stuck.decision, 'retry'), is_deciding = false
      from json_to_recordset($1::json) as replayed (kind text, id uuid)
      where stuck.subject_kind = replayed.kind and stuck.subject_id = replayed.id
        and stuck.reason = 'dead_letter' and stuck.resolved_at is null`,
    values: [JSON.stringify(subjects)],
  })
}
