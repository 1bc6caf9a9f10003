import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionPool, Producer } from '@platformatic/kafka'
import type { Fault } from '../faults/index.ts'
import { systemClock } from '../time/index.ts'
import { hasProtocolError, KafkaFault, kafkaFault } from './kafka-fault.ts'
import { clientOptions, exchangeMsDefault, type KafkaSettings } from './kafka-settings.ts'
import { leadersAnswer, topicIsKnown } from './leaders-answer.ts'
import { withLedPartitions } from './led-partitions.ts'
import { type PartitionRecords, produce } from './produce-requests.ts'
import { charactersOf, encodeBatch, keyHash, type NewRecord } from './record-batch.ts'
import { versionOf } from './spoken-apis.ts'

/** Records of a partition that were not confirmed, in their order. */
export type Unsent = {
  readonly topic: string
  readonly partition: number
  readonly records: readonly NewRecord[]
  /** Undefined: they were held back. */
  readonly fault: Fault | undefined
}

export type RecordProducer = {
  /**
   * Resolves when all copies in sync have the records, except those that it answers with. Some of these may have been
   * written: send them again, before any later ones of their partition. It throws when the partitions are not known.
   * Nothing is sent to the partitions in `heldBack`.
   */
  readonly send: (records: readonly NewRecord[], heldBack?: ReadonlySet<number>) => Promise<readonly Unsent[]>
  /** Whether the leader of the partition answers. */
  readonly reaches: (topic: string, partition: number) => Promise<boolean>
  /** Whether the partitions of the topic are known again. */
  readonly knows: (topic: string) => Promise<boolean>
  readonly close: () => Promise<void>
}

/** Another broker is becoming the leader of a partition, as when the topic has just been created. */
const moving = ['NOT_LEADER_OR_FOLLOWER', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION', 'FENCED_LEADER_EPOCH']
const pausesMs = [50, 100, 200, 400]
const noneHeld: ReadonlySet<number> = new Set()
/** Of one partition in a request. A broker takes a megabyte, unless the topic's settings say otherwise. */
const batchCharactersMax = 300 * 1024

/** Knows the leaders; its own way to send is slower than ours. */
type Client = { readonly library: Producer; readonly pool: ConnectionPool; version?: number | undefined }

/** What is left to send of a partition. A batch that is refused as too large is split. */
type Line = {
  readonly topic: string
  readonly partition: number
  left: (readonly NewRecord[])[]
  error: unknown
}

export function createRecordProducer(settings: KafkaSettings): RecordProducer {
  let client: Client | undefined
  const timeoutMs = settings.exchangeMs ?? exchangeMsDefault
  const open = () => {
    client ??= {
      library: withLedPartitions(new Producer({ ...clientOptions(settings), idempotent: false })),
      pool: new ConnectionPool('munim', clientOptions(settings)),
    }
    return client
  }
  const close = async () => {
    const open = client
    client = undefined
    if (open !== undefined) await Promise.allSettled([open.library.close(true), open.pool.close()])
  }
  const faultOf = (error: unknown) => kafkaFault(error, 'Records could not be sent', settings.brokers)
  /** The partitions are known once it has resolved. Throws without them. */
  const divide = async (records: readonly NewRecord[], [pauseMs, ...pauses] = pausesMs): Promise<Line[]> => {
    try {
      return await linesOf(open(), records)
    } catch (error) {
      // Its connections may be dead, and what it knows of the leaders old.
      await close()
      if (!isMoving(error) || pauseMs === undefined) throw faultOf(error)
      await sleep(pauseMs)
      return divide(records, pauses)
    }
  }
  const sendLines = async (lines: readonly Line[], [pauseMs, ...pauses] = pausesMs): Promise<void> => {
    await sendToLeaders(open(), lines, timeoutMs)
    const failed = lines.filter(({ error }) => error !== undefined)
    if (failed.length === 0) return
    await close()
    const again = failed.filter(({ error }) => isMoving(error))
    if (again.length === 0 || pauseMs === undefined) return
    await sleep(pauseMs)
    for (const line of again) line.error = undefined
    await sendLines(again, pauses)
  }
  return {
    send: async (records, heldBack = noneHeld) => {
      if (records.length === 0) return []
      const lines = await divide(records)
      await sendLines(lines.filter(({ partition }) => !heldBack.has(partition)))
      const unsent = lines.filter(({ left }) => left.length > 0)
      return unsent.map(({ topic, partition, left, error }) => ({
        ...{ topic, partition, records: left.flat() },
        fault: error === undefined ? undefined : faultOf(error),
      }))
    },
    reaches: (topic, partition) => leadersAnswer(settings, { topic, partitions: [partition] }),
    knows: (topic) => topicIsKnown(settings, topic),
    close,
  }
}

function isMoving(error: unknown): boolean {
  return (
    (error instanceof KafkaFault && error.code === 'kafka_unavailable') ||
    moving.some((id) => hasProtocolError(error, id))
  )
}

/** One request to each leader at a time, so that the records of a partition stay in their order. */
async function sendToLeaders(client: Client, lines: readonly Line[], timeoutMs: number): Promise<void> {
  const failAll = (some: readonly Line[], error: unknown) => {
    for (const line of some) line.error ??= error
  }
  try {
    client.version ??= versionOf('Produce', await client.library.listApis())
    const { version } = client
    const metadata = await client.library.metadata({ topics: [...new Set(lines.map(({ topic }) => topic))] })
    const leaderOf = ({ topic, partition }: Line) => metadata.topics.get(topic)?.partitions[partition]?.leader ?? -1
    const sending = [...Map.groupBy(lines, leaderOf)].map(async ([leader, led]) => {
      try {
        const broker = metadata.brokers.get(leader)
        if (broker === undefined || version === undefined) throw leaderless(led[0]?.topic ?? '')
        const connection = await client.pool.get(broker)
        const send = (parts: readonly PartitionRecords[]) => produce(connection, parts, { version, timeoutMs })
        await sendLed(led, send)
      } catch (error) {
        failAll(
          led.filter(({ left }) => left.length > 0),
          error,
        )
      }
    })
    // Nothing is under way when the caller sends again.
    await Promise.all(sending)
  } catch (error) {
    failAll(lines, error)
  }
}

type Send = (parts: readonly PartitionRecords[]) => Promise<ReadonlyMap<PartitionRecords, unknown>>

/** Each request has at most one batch of a partition, as the protocol demands. */
async function sendLed(led: readonly Line[], send: Send): Promise<void> {
  const madeMs = systemClock.now() / 1000
  const round = () => led.filter(({ left, error }) => left.length > 0 && error === undefined)
  for (let lines = round(); lines.length > 0; lines = round()) {
    const parts = lines.map(({ topic, partition, left: [first = []] }) => {
      return { topic, partition, records: encodeBatch(first, madeMs) }
    })
    const refused = await send(parts)
    for (const [index, line] of lines.entries()) {
      const part = parts[index]
      const error = part && refused.get(part)
      const [first = [], ...others] = line.left
      if (error === undefined) line.left = others
      else if (first.length > 1 && hasProtocolError(error, 'MESSAGE_TOO_LARGE')) {
        const half = Math.ceil(first.length / 2)
        line.left = [first.slice(0, half), first.slice(half), ...others]
      } else line.error = error
    }
  }
}

async function linesOf(client: Client, records: readonly NewRecord[]): Promise<Line[]> {
  const metadata = await client.library.metadata({ topics: [...new Set(records.map(({ topic }) => topic))] })
  const topics = new Map<string, NewRecord[][]>()
  for (const record of records) {
    const { topic, key } = record
    let partitions = topics.get(topic)
    if (partitions === undefined) {
      const count = metadata.topics.get(topic)?.partitions.length ?? 0
      if (count === 0) throw leaderless(topic)
      partitions = Array.from({ length: count }, () => [])
      topics.set(topic, partitions)
    }
    partitions[keyHash(key) % partitions.length]?.push(record)
  }
  return [...topics].flatMap(([topic, partitions]) =>
    partitions.flatMap((some, partition) =>
      some.length === 0 ? [] : [{ topic, partition, left: slicesOf(some), error: undefined }],
    ),
  )
}

function slicesOf(records: readonly NewRecord[]): (readonly NewRecord[])[] {
  const slices: NewRecord[][] = []
  let left = 0
  for (const record of records) {
    const characters = charactersOf(record)
    if (characters > left) {
      slices.push([])
      left = batchCharactersMax
    }
    slices.at(-1)?.push(record)
    left -= characters
  }
  return slices
}

function leaderless(topic: string): KafkaFault {
  return new KafkaFault({
    code: 'kafka_unavailable',
    message: `Partitions of the topic ${topic} have no leader.`,
    retryable: true,
  })
}
