import type { NewRecord, RecordProducer, Unsent } from '#platform/kafka'
import { HeldPartitions } from './held-partitions.ts'
import { recordOf, type SentMessage } from './message-record.ts'

/** Sends the messages of one lane. */
export type LaneSends = {
  readonly held: HeldPartitions
  /**
   * Returns the partitions of those that the brokers may not have. They wait, with all later ones of their partitions.
   * `again`: partitions that could not be written before, and are tried again.
   */
  readonly send: (rows: readonly SentMessage[], again: ReadonlySet<number>) => Promise<ReadonlyMap<bigint, number>>
  readonly close: () => Promise<void>
}

export type LaneSendsOptions = {
  readonly topic: string
  readonly producer: RecordProducer
  readonly onFault: (error: unknown) => void
}

/** Stands for all partitions of a topic while they are not known: the topic is gone, or no broker says where they are. */
const anyPartition = -1

export function createLaneSends({ topic, producer, onFault }: LaneSendsOptions): LaneSends {
  const held = new HeldPartitions({
    reaches: (partition) => (partition === anyPartition ? producer.knows(topic) : producer.reaches(topic, partition)),
  })
  return {
    held,
    send: async (rows, again) => {
      const heldBack = held.heldBack(again)
      if (heldBack.has(anyPartition)) return allWaiting(rows)
      const waiting = new Map<bigint, number>()
      const records = rows.map((message) => recordOf(topic, message))
      let unsent: readonly Unsent[]
      try {
        unsent = await producer.send(records, heldBack)
      } catch (error) {
        // Nothing was sent. The lanes of other topics go on.
        onFault(error)
        held.failed(anyPartition)
        return allWaiting(rows)
      }
      if (unsent.length === 0) return waiting
      const idOf = new Map<NewRecord, bigint>(records.map((record, index) => [record, rows[index]?.id ?? 0n]))
      for (const { partition, records: some, fault } of unsent) {
        for (const record of some) waiting.set(idOf.get(record) ?? 0n, partition)
        if (fault !== undefined) held.failed(partition)
      }
      const [fault] = unsent.flatMap((one) => one.fault ?? [])
      if (fault !== undefined) onFault(fault)
      return waiting
    },
    close: producer.close,
  }
}

function allWaiting(rows: readonly SentMessage[]): ReadonlyMap<bigint, number> {
  return new Map(rows.map(({ id }) => [id, anyPartition]))
}
