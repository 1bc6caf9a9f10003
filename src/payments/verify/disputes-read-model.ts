import { encodeId, idPrefix } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import { transfersText } from './books-read-model.ts'
import type { Found } from './found.ts'

/**
 * Finds payments whose disputes, as they are now, have not taken what the steps of disputes have booked to the rails'
 * clearing accounts. Timelines that older programs began do not name every dispute, and are not compared.
 */
export async function findMisdisputed(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<DisputedRow>({ text: disputedText, values: [limit] })
  const texts = rows.flatMap((row) =>
    row.id === null
      ? []
      : `payment ${encodeId(idPrefix.payment, row.id)}: disputes over the rail ${row.rail} have taken ${row.said} of it, and the books have ${row.booked}`,
  )
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

type DisputedRow = { checked: bigint; total: bigint } & (
  | { id: string; rail: string; said: string; booked: string }
  | { id: null }
)

const disputedText = `
  with ${transfersText}, older as (
    select distinct root_id from payments.steps
    where input = 'dispute' and recorded_at < coalesce(
      (select min(created_at) from payments.disputes where attempt_id is not null), 'infinity')
  ), booked as (
    select root_id, coalesce(clearing_in, clearing_out) as rail,
      sum(case when clearing_in is null then -posted else posted end) as amount
    from moved where is_dispute and coalesce(clearing_in, clearing_out) is not null
    group by root_id, coalesce(clearing_in, clearing_out)
  ), said as (
    select payment_id as root_id, rail,
      sum(case when taken is null then 0 else amount end + coalesce(kept, 0)) as amount
    from payments.disputes group by payment_id, rail
  ), compared as materialized (
    select root_id as id, rail, coalesce(said.amount, 0) as said, coalesce(booked.amount, 0) as booked
    from said full join booked using (root_id, rail)
    where root_id >= (select first_id from kept) and root_id not in (select root_id from older)
  )
  select (select count(*) from compared) as checked,
    (select count(*) from compared where said <> booked) as total,
    first.id, first.rail, first.said::text as said, first.booked::text as booked
  from (select) one left join lateral (
    select id, rail, said, booked from compared where said <> booked order by id, rail limit $1) first on true`

/** Finds disputes that wait for a person or an answer, and have no case, or no message that sends the answer. */
export async function findForgotten(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<ForgottenRow>({ text: forgottenText, values: [limit] })
  const texts = rows.flatMap((row) => {
    if (row.id === null) return []
    const what = row.is_unsent ? 'its answer is not sent by any message' : 'it has no case'
    return `dispute ${encodeId(idPrefix.dispute, row.id)} is ${row.stage}, and ${what}`
  })
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

type ForgottenRow = { checked: bigint; total: bigint } & (
  | { id: string; stage: string; is_unsent: boolean }
  | { id: null }
)

const forgottenText = `
  with open as (
    select id, stage, undelivered is not null or stage in ('inquiry', 'opened', 'challenged', 'pre_arbitration') as waits,
      coalesce(answer ->> 'state' = 'pending', false) as is_answering
    from payments.disputes where version > 0
  ), people as materialized (
    select subject_id from cases.cases where queue = 'disputes' and resolved_at is null
  ), coming as materialized (
    select subject from lanes.messages union select subject from lanes.outgoing union select subject from lanes.later
  ), forgotten as (
    select id, stage, is_answering and id not in (select subject from coming) as is_unsent
    from open
    where waits and id not in (select subject_id from people) or is_answering and id not in (select subject from coming)
  )
  select (select count(*) from open where waits) as checked, (select count(*) from forgotten) as total,
    first.id, first.stage, first.is_unsent
  from (select) one left join lateral (select id, stage, is_unsent from forgotten order by id limit $1) first on true`
