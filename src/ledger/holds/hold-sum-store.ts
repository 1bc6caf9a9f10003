import { fromMicros, micros, type Queryable } from '#platform/postgres'
import { entrySide } from '../sealing/journal.ts'

/* The sums of an account's holds that lapse at about the same time; see the migration `0009_sums-of-holds.sql`. */

/** An account with so many holds that lapse within a second or so is summed. */
const manyMin = 250
const targetAhead = '1 hour'
/** Sums are continued when their target is nearer than this. */
const targetNear = '30 minutes'
const newTarget = `date_bin('1 second', statement_timestamp() + interval '${targetAhead}', 'epoch')`
/** Sums that balances need soon are merged first. */
const soon = '5 seconds'
const unmergedMax = 8

/** SQL for the whole second up to which the sums of an account hold for `at`; '-infinity' when it is not summed. */
export function summedUntil({ account, at }: { readonly account: string; readonly at: string }): string {
  return `coalesce((
          select least(known_sum.until, date_bin('1 second', ${at}, 'epoch')) from ledger.summed_accounts known_sum
          where known_sum.account = ${account}
        ), '-infinity')`
}

/** SQL for the sum of an account's open holds that lapsed up to a second of {@link summedUntil}. */
export function summedHolds(
  side: 'source' | 'destination',
  { account, until }: { readonly account: string; readonly until: string },
): string {
  return `coalesce((
          select sum(hold_sum.amount) from ledger.hold_sums hold_sum
          where hold_sum.account = ${account} and hold_sum.side = ${entrySide[side]} and hold_sum.second <= ${until}
        ), 0)`
}

/** Holds that lapse after `from`, in microseconds, up to `aheadMs` from now. Undefined: from the earliest on. */
export type Look = { readonly from: number | undefined; readonly aheadMs: number }

/** Begins to sum the accounts of which many holds lapse within one look. Returns the time, and whether any is summed. */
export async function addSummedAccounts(
  queryable: Queryable,
  looks: readonly Look[],
): Promise<{ readonly now: number; readonly isSumming: boolean }> {
  const lapsing = 'h.expires_at > look.after and h.expires_at <= look.until'
  const [row] = await queryable.query<{ now: bigint; summing: boolean }>({
    name: 'ledger-add-summed-accounts',
    text: `with look as (
        select coalesce(${fromMicros('given.after')}, '-infinity') as after,
          statement_timestamp() + given.ahead * interval '1 ms' as until, number
        from unnest($1::bigint[], $2::integer[]) with ordinality as given (after, ahead, number)
      ), added as (
        insert into ledger.summed_accounts (account, target)
        select distinct account, ${newTarget}
        from (
          select lapsing.account
          from look cross join lateral (
            select h.source as account from ledger.holds h where ${lapsing}
            union all select h.destination from ledger.holds h where ${lapsing}
          ) lapsing
          where lapsing.account is not null
          group by look.number, lapsing.account having count(*) >= ${manyMin}
        ) crowded
        on conflict do nothing returning account
      )
      select ${micros('statement_timestamp()')} as now,
        exists (select from added) or exists (select from ledger.summed_accounts) as summing`,
    values: [looks.map(({ from }) => from ?? null), looks.map(({ aheadMs }) => aheadMs)],
  })
  return { now: Number(row?.now ?? 0n), isSumming: row?.summing === true }
}

/** Sums that are complete nearly up to now get a new target. */
export async function continueSums(queryable: Queryable): Promise<void> {
  await queryable.query({
    name: 'ledger-continue-hold-sums',
    text: `update ledger.summed_accounts set target = ${newTarget}, fence = null
      where until = target and target < statement_timestamp() + interval '${targetNear}'`,
  })
}

/** Sets the fences of new targets. A fence from before a dump of the database was restored is set again. */
export async function fenceTargets(queryable: Queryable): Promise<void> {
  await queryable.query({
    name: 'ledger-fence-hold-sums',
    text: `update ledger.summed_accounts set fence = pg_snapshot_xmax(pg_current_snapshot())
      where until < target and (fence is null or fence > pg_snapshot_xmax(pg_current_snapshot()))`,
  })
}

/** Completes the sums, in one snapshot, up to the targets that no running transaction has overlooked. */
export async function completeSums(queryable: Queryable): Promise<void> {
  const ofSide = (side: 'source' | 'destination') => `
          select due.account, ${entrySide[side]} as side, ledger.second_of_lapse(h.expires_at) as second, h.amount, 1 as holds
          from due join ledger.holds h
            on h.${side} = due.account and h.expires_at > due.until and h.expires_at <= due.target`
  await queryable.query({
    name: 'ledger-complete-hold-sums',
    text: `with due as materialized (
        select account, until, target from ledger.summed_accounts
        where until < target and fence <= pg_snapshot_xmin(pg_current_snapshot())
        order by account for update
      ), done as (
        update ledger.summed_accounts summed set until = due.target from due where summed.account = due.account
      )
      insert into ledger.hold_sums (account, side, second, amount, holds)
      select account, side, second, sum(amount), sum(holds)
      from (${ofSide('source')} union all ${ofSide('destination')}
          union all
          select known.account, known.side, known.second, -known.amount, -known.holds
          from due join ledger.hold_sums known
            on known.account = due.account and known.second > due.until and known.second <= due.target
      ) missing
      group by account, side, second having sum(holds) <> 0 or sum(amount) <> 0`,
  })
}

/** Makes one row of the rows of a second. */
export async function mergeSums(queryable: Queryable): Promise<void> {
  await queryable.query({
    name: 'ledger-merge-hold-sums',
    text: `with divided as (
        select account, side, second from ledger.hold_sums
        group by account, side, second
        having count(*) > case when second <= statement_timestamp() + interval '${soon}' then 1 else ${unmergedMax} end
      ), merged as (
        delete from ledger.hold_sums known using divided
        where known.account = divided.account and known.side = divided.side and known.second = divided.second
        returning known.account, known.side, known.second, known.amount, known.holds
      )
      insert into ledger.hold_sums (account, side, second, amount, holds)
      select account, side, second, sum(amount), sum(holds) from merged
      group by account, side, second having sum(holds) <> 0 or sum(amount) <> 0`,
  })
}

/** Sums no longer the accounts of which no hold has lapsed or lapses soon. */
export async function dropSums(queryable: Queryable, lookAheadMs: number): Promise<void> {
  const none = (side: 'source' | 'destination') => `not exists (
          select from ledger.holds h where h.${side} = summed.account and h.expires_at <= next.at
        )`
  await queryable.query({
    name: 'ledger-drop-hold-sums',
    text: `with dropped as (
        delete from ledger.summed_accounts summed
        using (select statement_timestamp() + $1 * interval '1 ms' as at offset 0) next
        where ${none('source')} and ${none('destination')}
        returning account
      )
      delete from ledger.hold_sums known using dropped where known.account = dropped.account`,
    values: [lookAheadMs],
  })
}
