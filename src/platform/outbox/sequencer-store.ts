import type { BurstStep } from '../postgres/index.ts'

/** "munim fed" squeezed into a number: held by the process that gives events their places. */
const sequencingLock = 7_236_837_702

/** Rows that one round gives their places; of up to 256 events each. */
export const rowsPerRoundMax = 1000

/**
 * One round of the sequencer: takes its turn, if no other process has it, and gives the committed rows
 * that have no place yet the next positions of their books. Answers, in its last row, how many rows that was.
 * Send it as a burst on a connection without a transaction: all of it then is one transaction that the
 * server ends by itself, so that a process that is frozen in the middle holds up nobody. The turn is a
 * statement of its own, so that the next one sees what the previous holder of the turn has written.
 *
 * Order: a row's number is drawn when it is inserted, so of two events of one subject, of which the second
 * was decided upon the first, the second has the higher number and, being committed later, is never seen
 * without the first. Rows from before there were positions come first, in the order that readers knew.
 */
export const sequencingSteps: readonly BurstStep[] = [
  {
    name: 'outbox-take-turn',
    text: `select set_config('munim.sequencing', pg_try_advisory_xact_lock(${sequencingLock})::text, true)`,
  },
  {
    name: 'outbox-sequence',
    text: `
      with waiting as (
        select o.id, o.book_id, o.transaction, o.id & 1099511627775 as number,
          coalesce(o.event_count, json_array_length(o.events::json)) as event_count
        from platform.outbox o
        where o.first_position is null and current_setting('munim.sequencing') = 'true'
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
      select count(*) from sequenced`,
  },
]

/** Settings under which the statements above are walks along indexes, whatever the planner knows of the tables. */
export const sequencingSettings: BurstStep = {
  name: 'outbox-plans',
  text: "select set_config(name, 'off', false) from unnest(array['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) as name",
}
