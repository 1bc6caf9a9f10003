import { type Consumer, ListOffsetTimestamps } from '@platformatic/kafka'
import { KafkaFault } from './kafka-fault.ts'
import { PartitionProgress } from './partition-progress.ts'

type Partitions = ReadonlyMap<number, PartitionProgress>

/** The offsets at which the partitions go on. Those of a broker that does not answer are known all the same. */
export async function readProgress(consumer: Consumer, topic: string, partitions: readonly number[]) {
  if (partitions.length === 0) return new Map<number, PartitionProgress>()
  const committed = await consumer.listCommittedOffsets({ topics: [{ topic, partitions: [...partitions] }] })
  const known = (partition: number) => committed.get(topic)?.[partition] ?? -1n
  const isKnown = (partition: number) => known(partition) >= 0n
  const others = partitions.filter((partition) => !isKnown(partition))
  const first = new Map<number, bigint>()
  const reading = others.map(async (partition) => {
    const offset = await offsetOf(consumer, { topic, partition, timestamp: ListOffsetTimestamps.EARLIEST })
    first.set(partition, offset)
  })
  await Promise.allSettled(reading)
  return new Map(
    partitions.map((partition) => {
      const offset = isKnown(partition) ? known(partition) : (first.get(partition) ?? 0n)
      return [partition, new PartitionProgress(offset, { isCommitted: isKnown(partition) })]
    }),
  )
}

/** Where the partitions end, of each group that has one leader. What cannot be read stays as it was. */
export async function readEnds(
  consumer: Consumer,
  topic: string,
  { groups, partitions }: { readonly groups: readonly (readonly number[])[]; readonly partitions: Partitions },
): Promise<void> {
  const reading = groups.map(async (led) => {
    const timestamp = ListOffsetTimestamps.LATEST
    const ends = await consumer.listOffsets({ topics: [topic], partitions: { [topic]: [...led] }, timestamp })
    for (const partition of led) partitions.get(partition)?.sawEnd(ends.get(topic)?.[partition] ?? 0n)
  })
  await Promise.allSettled(reading)
}

/**
 * Goes on where the partition begins, when it no longer has what comes next. Returns how many records are lost, with a
 * fault that says so; undefined when the offset is within the partition by now.
 */
export async function passLoss(
  consumer: Consumer,
  { topic, partition, progress }: { topic: string; partition: number; progress: PartitionProgress },
): Promise<{ readonly lost: number; readonly fault: KafkaFault | undefined } | undefined> {
  const at = progress.position
  const [first, end] = await Promise.all(
    [ListOffsetTimestamps.EARLIEST, ListOffsetTimestamps.LATEST].map((timestamp) =>
      offsetOf(consumer, { topic, partition, timestamp }),
    ),
  )
  if (first === undefined || end === undefined || (first <= at && at <= end)) return undefined
  const { isCommitted } = progress
  progress.restart(first)
  progress.sawEnd(end)
  // The group had read nothing yet.
  if (!isCommitted) return { lost: 0, fault: undefined }
  const what =
    first > at
      ? `has dropped records of the partition ${partition} before they were handled, from offset ${at} to ${first}: keep its records for longer.`
      : `has lost the end of the partition ${partition}, from offset ${end} to ${at}: its records are read from the first one.`
  const fault = new KafkaFault({ code: 'kafka_records_lost', message: `The topic ${topic} ${what}`, retryable: false })
  return { lost: Number(first > at ? first - at : at - end), fault }
}

type Place = { readonly topic: string; readonly partition: number; readonly timestamp: bigint }

async function offsetOf(consumer: Consumer, { topic, partition, timestamp }: Place): Promise<bigint> {
  const found = await consumer.listOffsets({ topics: [topic], partitions: { [topic]: [partition] }, timestamp })
  const offset = found.get(topic)?.[partition]
  if (offset === undefined) throw new Error(`the offsets of the partition ${partition} of ${topic} are unknown`)
  return offset
}
