import type { NewRecord, RecordProducer, Unsent } from '#platform/kafka'
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

/** Stands for all partitions of a topic while they are not known: the topic is gone, or no broker says where they are. */
const anyPartition = -1

export function createLaneSends({ topic, producer, onFault }: LaneSendsOptions): LaneSends {
  const held = new HeldPartitions({
    reaches: (partition) => (partition === anyPartition ? producer.knows(topic) : producer.reaches(topic, partition)),
  })
  const holdAll = (rows: readonly SentMessage[], how: { readonly failed: boolean }) => {
    const ids = rows.map(({ id }) => id)
    held.hold(anyPartition, ids, how)
    return []
  }
  return {
    held,
    send: async (rows, again) => {
      const heldBack = held.heldBack(again)
      if (heldBack.has(anyPartition)) return holdAll(rows, { failed: false })
      const records = rows.map((message) => recordOf(topic, message))
      let unsent: readonly Unsent[]
      try {
        unsent = await producer.send(records, heldBack)
      } catch (error) {
        // Nothing was sent. The lanes of other topics go on.
        onFault(error)
        return holdAll(rows, { failed: true })
      }
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
