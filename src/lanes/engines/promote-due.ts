import type { BurstAnswer, BurstStep } from '#platform/postgres'

export type Promotion = {
  readonly to: 'lanes.messages' | 'lanes.outgoing'
  /** Of `rollback`; otherwise of the other lanes. */
  readonly urgent: boolean
  readonly max: number
}

/** Moves due messages to where they are taken from. */
export function promoteDueStep({ to, urgent, max }: Promotion): BurstStep {
  return {
    name: urgent ? 'lanes-promote-urgent' : 'lanes-promote-due',
    text: `with due as (
        delete from lanes.later where ctid = any (array(
          select ctid from lanes.later where due_at <= statement_timestamp() and ${urgent ? 'lane = 0' : 'lane > 0'}
          order by due_at, id limit $1 for update skip locked
        ))
        returning lane, kind, tenant, book_id, subject, payload, attempts, enqueued_at, due_at, id
      )
      insert into ${to} (lane, kind, tenant, book_id, subject, payload, attempts, enqueued_at, due_at)
      select lane, kind, tenant, book_id, subject, payload, attempts, enqueued_at, due_at
      from due order by due_at, id`,
    values: [String(max)],
  }
}

export function promotedCount(answer: BurstAnswer | undefined): number {
  return Number(answer?.tag.split(' ').at(-1) ?? 0)
}
