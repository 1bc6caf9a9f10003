import { type BurstAnswer, type BurstStep, plainArray } from '#platform/postgres'
import { type AgingTable, dayNumber } from '#platform/retention'
import type { SentMessage } from './message-record.ts'

/** Longer than a topic keeps records: what it delivers again is known here. */
const keepDays = 10

/** The handled messages as an aging table, by the day of their enqueueing. */
export const inboxTable: AgingTable = {
  name: 'lanes.inbox',
  key: 'day',
  period: 'day',
  bound: (startMs) => String(dayNumber(startMs)),
  keepDays,
}

/**
 * Marks messages as handled. Waits for a transaction that is handling one of them, and answers with the ids of those
 * that nobody has handled. In the order of the ids, so that two processes with the same messages do not deadlock.
 */
export function inboxStep(messages: readonly Pick<SentMessage, 'id' | 'day'>[]): BurstStep {
  return {
    name: 'lanes-inbox',
    text: `insert into lanes.inbox (day, message)
      select day, message from unnest($1::integer[], $2::bigint[]) as taken (day, message) order by day, message
      on conflict do nothing returning message`,
    values: [plainArray(messages.map(({ day }) => day)), plainArray(messages.map(({ id }) => id))],
  }
}

/** Those of the batch that nobody has handled. A topic may have a message twice, and so may a batch. */
export function unhandled<One extends { readonly message: SentMessage }>(
  batch: readonly One[],
  answer: BurstAnswer | undefined,
): One[] {
  const ids = new Set((answer?.rows ?? []).map(([id]) => BigInt(id ?? 0)))
  return batch.filter(({ message }) => ids.delete(message.id))
}
