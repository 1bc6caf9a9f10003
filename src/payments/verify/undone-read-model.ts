import { encodeId, idPrefix } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import type { Found } from './found.ts'

/**
 * Finds captures that an operator's statement undid though the last report of the rail had booked them: the rail still
 * has the money. Earlier programs did so when the rail confirmed a capture just before the statement was handled.
 */
export async function findUndone(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<UndoneRow>({ text: undoneText, values: [limit] })
  const texts = rows.flatMap(({ id, payment }) =>
    id === null
      ? []
      : `payment ${encodeId(idPrefix.payment, payment)}: its capture ${encodeId(idPrefix.capture, id)} was undone by hand, and the rail had confirmed it and has not denied it since`,
  )
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

type UndoneRow = { checked: bigint; total: bigint } & ({ id: string; payment: string } | { id: null; payment: null })

const undoneText = `
  with settled as materialized (
    select c.book_id, c.id, c.payment_id
    from payments.captures c join payments.attempts a on a.root_id = c.payment_id and a.subject_id = c.id
    where c.state = 'failed' and c.reason = 'settled_by_hand' and a.operation = 'capture' and a.state = 'failed'
      and a.reason = 'settled_by_hand' and a.amount_moved is not null
  ), undone as materialized (
    select settled.id, settled.payment_id
    from settled cross join lateral (
      select s.transfers is not null as is_booked from payments.steps s
      where s.root_id = settled.payment_id and s.book_id = settled.book_id and s.subject_id = settled.id
        and s.input = 'outcome'
      order by s.recorded_at desc, s.ordinal desc limit 1) last_report
    where last_report.is_booked
  )
  select (select count(*) from settled) as checked, (select count(*) from undone) as total, first.id, first.payment_id as payment
  from (select) one left join lateral (select id, payment_id from undone order by id limit $1) first on true`
