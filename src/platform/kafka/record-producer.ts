import { setTimeout as sleep } from 'node:timers/promises'
import { ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka'
import { hasProtocolError, kafkaFault } from './kafka-fault.ts'
import { clientOptions, type KafkaSettings } from './kafka-settings.ts'

export type NewRecord = {
  readonly topic: string
  /** Records with the same key stay in their order. */
  readonly key: string
  readonly value: string
  readonly headers?: Readonly<Record<string, string>>
}

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

export function createRecordProducer(settings: KafkaSettings): RecordProducer {
  let producer: Producer<string, string, string, string> | undefined
  const open = () => {
    producer ??= new Producer({ ...clientOptions(settings), serializers: stringSerializers, idempotent: false })
    return producer
  }
  const close = async () => {
    const open = producer
    producer = undefined
    await open?.close(true).catch(() => undefined)
  }
  const send = async (records: readonly NewRecord[], [pauseMs, ...pauses] = pausesMs): Promise<void> => {
    try {
      await open().send({ messages: [...records], acks: ProduceAcks.ALL })
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
