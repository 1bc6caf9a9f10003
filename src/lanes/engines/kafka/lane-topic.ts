import { createGroupConsumer, type KafkaSettings, type ReadRecord } from '#platform/kafka'
import { systemClock } from '#platform/time'
import type { Claim } from '../../fairness/tenant-ring.ts'
import type { LaneName } from '../../lanes.ts'
import type { Take, Taking, Underway, Unreached } from '../engine.ts'
import type { FoundTenant, QueueName } from '../taken-message.ts'
import { FoundTenants, type HeldBatch, HeldMessages } from './held-messages.ts'
import { messageOf } from './message-record.ts'
import { createMessagesAside } from './messages-aside.ts'
import { takeAgainStep, takenWaiting, takeStep } from './waiting-store.ts'

/** The messages of one lane, as a member of the group that reads its topic. */
export type LaneTopic = {
  readonly start: () => void
  readonly take: (kind: string, claim: Claim) => Taking
  /** Puts aside what would keep others waiting: `open` are the kinds that are not handled at present. */
  readonly apply: (state: { readonly open: readonly string[]; readonly isPaused: boolean }) => void
  readonly underway: () => Underway
  /** Records for which no message waited: it was handled before, or is not of this database, or is none. */
  readonly passed: () => number
  /** Of the topic, as far as it is known. */
  readonly partitions: () => number
  readonly unreached: () => Omit<Unreached, 'unwritten'>
  readonly stop: () => Promise<void>
  readonly close: () => Promise<void>
}

export type LaneTopicOptions = {
  readonly kafka: KafkaSettings
  readonly lane: LaneName
  readonly topic: string
  readonly group: string
  readonly kinds: ReadonlySet<string>
  readonly onFound: (tenants: readonly FoundTenant[]) => void
  /** Keeps messages for later, in the transaction that takes them. */
  readonly putAside: (batch: HeldBatch, delayMs: number) => Promise<void>
  readonly onFault: (error: unknown) => void
}

/** Read ahead: more give fairness among more tenants, and take more memory. */
const heldMax = 4_096

export function createLaneTopic(options: LaneTopicOptions): LaneTopic {
  const { lane, onFound, onFault } = options
  const held = new HeldMessages()
  let passed = 0

  const onRecords = (records: readonly ReadRecord[]) => {
    const found = new FoundTenants()
    for (const record of records) {
      const message = messageOf(lane, record)
      if (message === undefined) {
        passed += 1
        record.handled()
        continue
      }
      held.add({ message, handled: record.handled })
      found.add(message)
    }
    const known = found.all().filter(({ kind }) => options.kinds.has(kind))
    if (known.length > 0) onFound(known)
    // Another version of the program handles the others.
    aside.wake()
  }
  const consumer = createGroupConsumer({
    ...{ kafka: options.kafka, topic: options.topic, group: options.group },
    hasRoom: () => held.waiting < heldMax,
    onRecords,
    onDivided: () => held.drop(),
    onFault,
  })
  const settle = (batch: HeldBatch) => {
    for (const { handled } of batch) handled()
    const found = held.settle(batch)
    if (found.length > 0) onFound(found)
    consumer.wake()
  }
  const giveBack = (batch: HeldBatch) => {
    const found = held.giveBack(batch)
    if (found.length > 0) onFound(found)
  }
  const aside = createMessagesAside({
    ...{ lane, held, heldMax, kinds: options.kinds, putAside: options.putAside, onFault },
    ...{ settle, giveBack, wakeReader: consumer.wake },
  })
  return {
    start: consumer.start,
    take: (kind, claim) => {
      const batch = held.pick(kind, claim)
      return {
        ...takeOf({ lane, kind }, batch, (count) => {
          passed += count
        }),
        again: (messages): Take => ({
          steps: messages.length === 0 ? [] : [takeAgainStep({ lane, kind }, messages)],
          taken: ([answer]) => takenWaiting({ lane, kind }, answer),
        }),
        settled: () => {
          aside.settled(batch)
          settle(batch)
        },
        returned: () => giveBack(batch),
      }
    },
    apply: aside.look,
    partitions: consumer.partitions,
    unreached: () => ({ unread: consumer.unread(), lost: consumer.lost() }),
    underway: () => {
      const oldest = held.oldestDueAt()
      return {
        messages: consumer.lag(),
        oldestMs: oldest === undefined ? 0 : Math.max(0, (systemClock.now() - oldest) / 1000),
      }
    },
    passed: () => passed,
    stop: consumer.pause,
    close: async () => {
      await aside.ended()
      await consumer.stop()
    },
  }
}

function takeOf(queue: QueueName, batch: HeldBatch, onPassed: (count: number) => void): Take {
  const records = batch.map(({ message }) => message)
  return {
    steps: records.length === 0 ? [] : [takeStep(queue, records)],
    taken: ([answer]) => {
      const messages = takenWaiting(queue, answer)
      const ids = new Set(messages.map(({ id }) => id))
      onPassed(records.filter(({ id }) => !ids.has(id)).length)
      return messages
    },
  }
}
