import { amountText, encodeId, idPrefix } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import { transfersText } from './books-read-model.ts'
import type { Found } from './found.ts'

/**
 * Finds accounts that gave back more of a payment than it brought them: to refunds, disputes, returns, debts and undone
 * bookings together. An account that is no recipient may pay for a refund.
 */
export async function findGivenBeyond(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<BeyondRow>({ text: beyondText, values: [limit] })
  const texts = rows.flatMap((row) =>
    row.id === null
      ? []
      : `payment ${encodeId(idPrefix.payment, row.id)}: the account ${row.code} gave back ${amountText(row.beyond, row.asset)} more of it than it got`,
  )
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

type BeyondRow = { checked: bigint; total: bigint } & (
  | { id: string; asset: string; code: string; beyond: bigint }
  | { id: null }
)

const beyondText = `
  with ${transfersText}, parts as (
    select root_id, credited as account, posted as amount, refund_id is null as is_recipient
    from moved where not to_suspense and not to_clearing
    union all
    select root_id, debited, -posted, false from moved where not from_suspense and not from_clearing
  ), kept_of as materialized (
    select root_id, account, sum(amount)::bigint as amount from parts
    where amount <> 0
    group by root_id, account having bool_or(is_recipient)
  ), beyond as materialized (
    select p.id, p.asset, a.code, -k.amount as beyond
    from kept_of k join payments.payments p on p.id = k.root_id join ledger.accounts a on a.number = k.account
    where k.amount < 0 and p.id >= (select first_id from kept)
  )
  select (select count(*) from kept_of) as checked, (select count(*) from beyond) as total,
    first.id, first.asset, first.code, first.beyond
  from (select) one left join lateral (
    select id, asset, code, beyond from beyond order by id, code limit $1) first on true`
