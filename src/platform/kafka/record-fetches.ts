import type { ConnectionPool, Consumer, RecordsBatch } from '@platformatic/kafka'
import { findError, hasProtocolError } from './kafka-fault.ts'
import type { PartitionProgress } from './partition-progress.ts'

export type FetchedRecord = {
  readonly partition: number
  readonly offset: bigint
  readonly key: string
  readonly value: string
  readonly headers: ReadonlyMap<string, string>
  readonly madeMs: number
}

/** What one broker leads. */
export type Source = {
  readonly consumer: Consumer
  /** A fetch waits on the broker: on a connection of its own, it delays no heartbeat. */
  readonly pool: ConnectionPool
  readonly node: number
  readonly topicId: string
  readonly partitions: ReadonlyMap<number, PartitionProgress>
}

export type Fetched = {
  readonly records: readonly FetchedRecord[]
  /** The broker has no longer, or not yet, what comes next in these partitions. */
  readonly outOfRange: readonly number[]
  /** What kept the other partitions from being read. */
  readonly error: unknown
}

const waitMs = 500
const bytesMax = 1024 * 1024
const controlBatch = 0x20
const outOfRangeCode = 1
/** The broker has forgotten what was asked before; the library asks again from the start. */
const sessionErrors = ['FETCH_SESSION_ID_NOT_FOUND', 'INVALID_FETCH_SESSION_EPOCH', 'FETCH_SESSION_TOPIC_ID_ERROR']

/** One fetch from one broker. Waits up to {@link waitMs} for records. Partitions that fail take nothing from the others. */
export async function fetchFrom({ consumer, pool, node, topicId, partitions }: Source): Promise<Fetched> {
  const wanted = [...partitions].map(([partition, { position }]) => ({
    ...{ partition, currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
    ...{ fetchOffset: position, partitionMaxBytes: bytesMax },
  }))
  const topics = [{ topicId, partitions: wanted }]
  const options = { node, topics, connectionPool: pool, maxWaitTime: waitMs, minBytes: 1, maxBytes: bytesMax }
  try {
    return decode(await consumer.fetch(options), partitions)
  } catch (error) {
    if (sessionErrors.some((id) => hasProtocolError(error, id))) return { ...nothing, error: undefined }
    const response = responseIn(error)
    if (response === undefined) throw error
    const fetched = decode(response, partitions)
    const others = response.responses.flatMap((topic) => topic.partitions.map(({ errorCode }) => errorCode))
    const isOther = others.some((code) => code !== 0 && code !== outOfRangeCode)
    return { ...fetched, error: isOther || fetched.outOfRange.length === 0 ? error : undefined }
  }
}

const nothing = { records: [], outOfRange: [] }

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>

/** The library throws when one partition has an error, with the answer for all of them. */
function responseIn(error: unknown): FetchResponse | undefined {
  const found = findError(error, (one) => 'response' in one) as { readonly response?: unknown } | undefined
  const response = found?.response as FetchResponse | undefined
  return Array.isArray(response?.responses) ? response : undefined
}

function decode({ responses }: FetchResponse, partitions: Source['partitions']): Fetched {
  const answers = responses.flatMap((topic) => topic.partitions)
  const outOfRange = answers.flatMap((one) => (one.errorCode === outOfRangeCode ? [one.partitionIndex] : []))
  const records = answers.flatMap(({ partitionIndex: partition, errorCode, highWatermark, records: batches }) => {
    const progress = partitions.get(partition)
    if (progress === undefined || errorCode !== 0) return []
    progress.sawEnd(highWatermark)
    const from = progress.position
    const read = (batches ?? []).flatMap((batch) => decodeBatch(batch, partition))
    const wanted = read.filter(({ offset }) => offset >= from)
    const last = batches?.at(-1)
    // What is not delivered need not be read again: markers of transactions.
    if (wanted.length === 0 && last) progress.readTo(last.firstOffset + BigInt(last.lastOffsetDelta) + 1n)
    return wanted
  })
  return { records, outOfRange, error: undefined }
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
