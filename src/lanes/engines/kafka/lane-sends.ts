import type { NewRecord, RecordProducer } from '#platform/kafka'
import { HeldPartitions } from './held-partitions.ts'
import { recordOf, type SentMessage } from './message-record.ts'

/** Sends the messages of one lane. */
export type LaneSends = {
  readonly held: HeldPartitions
  /**
   * Returns those that the brokers have. The others wait, with all later ones of their partitions. `again`: partitions
   * that could not be written before, and are tried again.
   */
  readonly send: (rows: readonly SentMessage[], again: ReadonlySet<number>) => Promise<readonly SentMessage[]>
  readonly close: () => Promise<void>
}

export type LaneSendsOptions = {
  readonly topic: string
  readonly producer: RecordProducer
  readonly onFault: (error: unknown) => void
}

export function createLaneSends({ topic, producer, onFault }: LaneSendsOptions): LaneSends {
  const held = new HeldPartitions({ reaches: (partition) => producer.reaches(topic, partition) })
  return {
    held,
    send: async (rows, again) => {
      const records = rows.map((message) => recordOf(topic, message))
      const unsent = await producer.send(records, held.heldBack(again))
      if (unsent.length === 0) return rows
      const idOf = new Map<NewRecord, bigint>(records.map((record, index) => [record, rows[index]?.id ?? 0n]))
      for (const { partition, records: some, fault } of unsent) {
        const ids = some.map((record) => idOf.get(record) ?? 0n)
        held.hold(partition, ids, { failed: fault !== undefined })
        for (const record of some) idOf.delete(record)
      }
      const [fault] = unsent.flatMap((one) => one.fault ?? [])
      if (fault !== undefined) onFault(fault)
      const confirmed = new Set(idOf.values())
      return rows.filter(({ id }) => confirmed.has(id))
    },
    close: producer.close,
  }
}
