import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionPool, Producer } from '@platformatic/kafka'
import { systemClock } from '../time/index.ts'
import { hasProtocolError, KafkaFault, kafkaFault } from './kafka-fault.ts'
import { clientOptions, exchangeMsDefault, type KafkaSettings } from './kafka-settings.ts'
import { type PartitionRecords, produce } from './produce-requests.ts'
import { charactersOf, encodeBatch, keyHash, type NewRecord } from './record-batch.ts'
import { versionOf } from './spoken-apis.ts'

export type RecordProducer = {
  /**
   * Resolves when all copies in sync have the records. When it throws, some of them may have been written: send all of
   * them again, before any later ones.
   */
  readonly send: (records: readonly NewRecord[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** Another broker is becoming the leader of a partition, as when the topic has just been created. */
const moving = ['NOT_LEADER_OR_FOLLOWER', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION', 'FENCED_LEADER_EPOCH']
const pausesMs = [50, 100, 200, 400]
/** Of one partition in a request. A broker takes a megabyte, unless the topic's settings say otherwise. */
const batchCharactersMax = 300 * 1024

/** Knows the leaders; its own way to send is slower than ours. */
type Client = { readonly library: Producer; readonly pool: ConnectionPool; version?: number | undefined }

export function createRecordProducer(settings: KafkaSettings): RecordProducer {
  let client: Client | undefined
  const open = () => {
    client ??= {
      library: new Producer({ ...clientOptions(settings), idempotent: false }),
      pool: new ConnectionPool('munim', clientOptions(settings)),
    }
    return client
  }
  const close = async () => {
    const open = client
    client = undefined
    if (open !== undefined) await Promise.allSettled([open.library.close(true), open.pool.close()])
  }
  const send = async (records: readonly NewRecord[], [pauseMs, ...pauses] = pausesMs): Promise<void> => {
    try {
      await sendAll(open(), records, settings.exchangeMs ?? exchangeMsDefault)
    } catch (error) {
      // Its connections may be dead, and what it knows of the leaders old.
      await close()
      const isMoving = moving.some((id) => hasProtocolError(error, id))
      if (!isMoving || pauseMs === undefined) throw kafkaFault(error, 'Records could not be sent', settings.brokers)
      await sleep(pauseMs)
      await send(records, pauses)
    }
  }
  return {
    send: async (records) => {
      if (records.length > 0) await send(records)
    },
    close,
  }
}

/** One request to each leader at a time, so that the records of a partition stay in their order. */
async function sendAll(client: Client, records: readonly NewRecord[], timeoutMs: number): Promise<void> {
  client.version ??= versionOf('Produce', await client.library.listApis())
  const { version } = client
  const topics = [...new Set(records.map(({ topic }) => topic))]
  const metadata = await client.library.metadata({ topics })
  const partitionsOf = (topic: string) => metadata.topics.get(topic)?.partitions ?? []
  const parts = byPartition(records, (topic) => partitionsOf(topic).length)
  const byLeader = Map.groupBy(parts, ({ topic, partition }) => partitionsOf(topic)[partition]?.leader ?? -1)
  const sending = [...byLeader].map(async ([leader, led]) => {
    const broker = metadata.brokers.get(leader)
    if (broker === undefined || version === undefined) throw leaderless(led[0]?.topic ?? '')
    const connection = await client.pool.get(broker)
    for (const request of requestsOf(led)) await produce(connection, request, { version, timeoutMs })
  })
  // Nothing is under way when the caller sends again.
  for (const one of await Promise.allSettled(sending)) if (one.status === 'rejected') throw one.reason
}

type PartitionOf = { readonly topic: string; readonly partition: number; readonly records: NewRecord[] }

function byPartition(records: readonly NewRecord[], countOf: (topic: string) => number): PartitionOf[] {
  const topics = new Map<string, PartitionOf[]>()
  for (const record of records) {
    const { topic, key } = record
    let partitions = topics.get(topic)
    if (partitions === undefined) {
      const count = countOf(topic)
      if (count === 0) throw leaderless(topic)
      partitions = Array.from({ length: count }, (_, partition) => ({ topic, partition, records: [] }))
      topics.set(topic, partitions)
    }
    partitions[keyHash(key) % partitions.length]?.records.push(record)
  }
  return [...topics.values()].flat().filter((one) => one.records.length > 0)
}

/** Each request has at most one batch of a partition, as the protocol demands. */
function* requestsOf(led: readonly PartitionOf[]): Iterable<PartitionRecords[]> {
  const madeMs = systemClock.now() / 1000
  const batches = led.map(({ topic, partition, records }) => ({ topic, partition, slices: slicesOf(records) }))
  const most = Math.max(...batches.map(({ slices }) => slices.length))
  for (let round = 0; round < most; round += 1) {
    yield batches.flatMap(({ topic, partition, slices }) => {
      const slice = slices[round]
      return slice === undefined ? [] : [{ topic, partition, records: encodeBatch(slice, madeMs) }]
    })
  }
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
  return new KafkaFault({ code: 'kafka_unavailable', message: `The topic ${topic} has no leader.`, retryable: true })
}
