import type { SnapshotReader } from '#platform/postgres'
import type { Found } from './found.ts'

/**
 * Finds credits that no call asked for, and whose clearing account does not have what the rail reports of them. While
 * nobody has settled one that is received, an operator has its case; so it is of one that was retracted then or later.
 */
export async function findMiscredited(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<CreditRow>({ text: creditsText, values: [limit] })
  const texts = rows.flatMap((row) => {
    if (row.id === null) return []
    const { rail, reference, said, booked, asset } = row
    const what =
      said === booked ? 'it has no case' : `the rail has ${said} ${asset} of it, and the clearing account has ${booked}`
    return `credit ${reference} of the rail ${rail}: ${what}`
  })
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

type CreditRow = { checked: bigint; total: bigint } & (
  | { id: string; rail: string; reference: string; asset: string; said: string; booked: string }
  | { id: null }
)

const creditsText = `
  with booked as (
    select c.id, sum(case
      when source.code = 'rails:' || c.rail || ':clearing:' || c.asset and destination.code = 'suspense:' || c.asset then t.amount
      when destination.code = 'rails:' || c.rail || ':clearing:' || c.asset and source.code = 'suspense:' || c.asset then -t.amount
      else 0 end) as amount
    from payments.credits c cross join lateral json_array_elements_text(c.transfers) name (id)
    left join ledger.transfers t on t.book_id = c.book_id and t.id = name.id::uuid and t.flags = 0
    left join ledger.accounts source on source.number = t.source
    left join ledger.accounts destination on destination.number = t.destination
    group by c.id
  ), compared as materialized (
    select c.id, c.rail, c.reference, c.asset,
      case c.state when 'received' then c.amount else 0 end as said, coalesce(booked.amount, 0) as booked,
      (c.may_be_moved or c.is_settled = (c.state = 'retracted')) and not exists (
        select from cases.cases k where k.queue = 'payments' and k.subject_id = c.id and k.resolved_at is null) as is_forgotten
    from payments.credits c left join booked using (id)
  ), wrong as materialized (
    select id, rail, reference, asset, said, booked from compared where said <> booked or is_forgotten
  )
  select (select count(*) from compared) as checked, (select count(*) from wrong) as total,
    first.id, first.rail, first.reference, first.asset, first.said::text as said, first.booked::text as booked
  from (select) one left join lateral (
    select id, rail, reference, asset, said, booked from wrong order by id limit $1) first on true`
