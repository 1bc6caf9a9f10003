import type { ConnectionPool, Consumer, RecordsBatch } from '@platformatic/kafka'
import { hasProtocolError, KafkaFault } from './kafka-fault.ts'
import type { PartitionProgress } from './partition-progress.ts'

export type FetchedRecord = {
  readonly partition: number
  readonly offset: bigint
  readonly key: string
  readonly value: string
  readonly headers: ReadonlyMap<string, string>
  readonly madeMs: number
}

type Reading = {
  readonly consumer: Consumer
  /** A fetch waits on the broker: on a connection of its own, it delays no heartbeat. */
  readonly pool: ConnectionPool
  readonly topic: string
  readonly partitions: ReadonlyMap<number, PartitionProgress>
}

const waitMs = 500
const bytesMax = 1024 * 1024
const controlBatch = 0x20

/** One fetch from each broker that leads some of the partitions. Waits up to {@link waitMs} for records. */
export async function fetchRecords(reading: Reading): Promise<FetchedRecord[]> {
  const { consumer, topic, partitions } = reading
  const found = (await consumer.metadata({ topics: [topic] })).topics.get(topic)
  if (found === undefined || partitions.size === 0) return []
  const byLeader = Map.groupBy(partitions.keys(), (partition) => found.partitions[partition]?.leader ?? -1)
  const fetches = [...byLeader].map(([node, led]) => fetchFrom(reading, { node, topicId: found.id, led }))
  return (await Promise.all(fetches)).flat()
}

type Source = { readonly node: number; readonly topicId: string; readonly led: readonly number[] }

async function fetchFrom({ consumer, pool, topic, partitions }: Reading, { node, topicId, led }: Source) {
  const wanted = led.map((partition) => ({
    partition,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    fetchOffset: partitions.get(partition)?.position ?? 0n,
    partitionMaxBytes: bytesMax,
  }))
  const topics = [{ topicId, partitions: wanted }]
  const options = { node, topics, connectionPool: pool, maxWaitTime: waitMs, minBytes: 1, maxBytes: bytesMax }
  try {
    return decode(await consumer.fetch(options), partitions)
  } catch (error) {
    if (!hasProtocolError(error, 'OFFSET_OUT_OF_RANGE')) throw error
    const message = `The topic ${topic} has dropped records before they were handled: keep its records for longer.`
    throw new KafkaFault({ code: 'kafka_records_lost', message, retryable: false })
  }
}

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>

function decode({ responses }: FetchResponse, partitions: Reading['partitions']): FetchedRecord[] {
  const answers = responses.flatMap((topic) => topic.partitions)
  return answers.flatMap(({ partitionIndex: partition, highWatermark, records: batches }) => {
    const progress = partitions.get(partition)
    if (progress === undefined) return []
    progress.sawEnd(highWatermark)
    const from = progress.position
    const records = (batches ?? []).flatMap((batch) => decodeBatch(batch, partition))
    const wanted = records.filter(({ offset }) => offset >= from)
    const last = batches?.at(-1)
    // What is not delivered need not be read again: markers of transactions.
    if (wanted.length === 0 && last) progress.readTo(last.firstOffset + BigInt(last.lastOffsetDelta) + 1n)
    return wanted
  })
}

function decodeBatch(batch: RecordsBatch, partition: number): FetchedRecord[] {
  if ((batch.attributes & controlBatch) !== 0) return []
  return batch.records.map(({ offsetDelta, timestampDelta, key, value, headers }) => ({
    partition,
    offset: batch.firstOffset + BigInt(offsetDelta),
    key: textOf(key),
    value: textOf(value),
    headers: new Map(headers.map(([name, content]) => [textOf(name), textOf(content)])),
    madeMs: Number(batch.firstTimestamp + timestampDelta),
  }))
}

function textOf(bytes: Buffer | null): string {
  return bytes === null ? '' : bytes.toString('utf8')
}
