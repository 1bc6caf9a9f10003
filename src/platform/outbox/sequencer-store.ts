import type { BurstAnswer, BurstStep } from '../postgres/index.ts'

/** "munim fed" as a number: the lock of the process that assigns positions to events. */
const sequencingLock = 7_236_837_702

export const rowsPerRoundMax = 1000

const takeLockStep: BurstStep = {
  name: 'outbox-take-lock',
  text: `select set_config('munim.sequencing', pg_try_advisory_xact_lock(${sequencingLock})::text, true)`,
}

const sequenceText = (waiting: string) => `
  with waiting as (
    select o.id, o.book_id, o.transaction, o.id & 1099511627775 as number,
      coalesce(o.event_count, json_array_length(o.events::json)) as event_count
    from platform.outbox o
    where o.first_position is null and ${waiting} and current_setting('munim.sequencing') = 'true'
    order by o.transaction, o.id & 1099511627775
    limit ${rowsPerRoundMax}
  ), placed as (
    select w.id, w.event_count, coalesce(f.last_position, 0) + 1 - w.event_count
      + sum(w.event_count) over (partition by w.book_id order by w.transaction, w.number) as first_position
    from waiting w left join platform.feeds f on f.book_id = w.book_id
  ), advanced as (
    insert into platform.feeds (book_id, last_position)
    select w.book_id, sum(w.event_count) from waiting w group by w.book_id
    on conflict (book_id) do update set last_position = feeds.last_position + excluded.last_position
  ), sequenced as (
    update platform.outbox o set first_position = p.first_position, event_count = p.event_count
    from placed p where o.id = p.id
    returning 1
  )
  select current_setting('munim.sequencing'), count(*) from sequenced`

/**
 * Takes the lock, if it is free, and gives committed rows without a position the next positions of their books. With a
 * `floor`, rows with a lower number are not considered. Send the steps as a burst outside a transaction. The server
 * then ends the transaction by itself, so a frozen process blocks no other. The lock has its own statement, so that the
 * next one sees the writes of the previous holder. A row's number is drawn at its insertion. An event that depends on
 * an earlier one has the higher number and commits later, so it never appears without it.
 */
export function sequencingSteps(floor: bigint | undefined): readonly BurstStep[] {
  if (floor === undefined) return [takeLockStep, { name: 'outbox-sequence-all', text: sequenceText('true') }]
  const text = sequenceText('o.transaction is null and (o.id & 1099511627775) >= $1::bigint')
  return [takeLockStep, { name: 'outbox-sequence', text, values: [String(floor)] }]
}

export function readRound(answers: readonly BurstAnswer[]): { readonly hadLock: boolean; readonly rows: number } {
  const [hadLock, rows] = answers.at(-1)?.rows[0] ?? []
  return { hadLock: hadLock === 'true', rows: Number(rows ?? 0) }
}

/** Makes the statements above use index scans, independently of the planner's statistics. */
export const sequencingSettings: BurstStep = {
  name: 'outbox-plans',
  text: `select set_config(name, 'off', false)
    from unnest(array['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin']) as name`,
}
