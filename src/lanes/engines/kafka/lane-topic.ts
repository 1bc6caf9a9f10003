import { createGroupConsumer, type KafkaSettings, type ReadRecord } from '#platform/kafka'
import { systemClock } from '#platform/time'
import type { Claim } from '../../fairness/tenant-ring.ts'
import type { LaneName } from '../../lanes.ts'
import type { Take, Taking, Underway } from '../engine.ts'
import type { FoundTenant, QueueName } from '../taken-message.ts'
import { FoundTenants, type HeldBatch, HeldMessages } from './held-messages.ts'
import { messageOf } from './message-record.ts'
import { takeAgainStep, takenWaiting, takeStep } from './waiting-store.ts'

/** The messages of one lane, as a member of the group that reads its topic. */
export type LaneTopic = {
  readonly start: () => void
  readonly take: (kind: string, claim: Claim) => Taking
  /** Puts aside what would keep others waiting: `open` are the kinds that are not handled at present. */
  readonly apply: (open: readonly string[]) => void
  readonly underway: () => Underway
  /** Records for which no message waited: it was handled before, or is not of this database, or is none. */
  readonly passed: () => number
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
  readonly putAside: (batch: HeldBatch) => Promise<void>
  readonly onFault: (error: unknown) => void
}

/** Read ahead: more give fairness among more tenants, and take more memory. */
const heldMax = 4_096

export function createLaneTopic(options: LaneTopicOptions): LaneTopic {
  const { lane, onFound, onFault } = options
  const held = new HeldMessages()
  let passed = 0
  let putting: Promise<void> | undefined

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
    const strange = new Set(found.all().flatMap(({ kind }) => (options.kinds.has(kind) ? [] : [kind])))
    if (strange.size > 0) putAside([...strange])
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
  const putAside = (kinds: readonly string[]) => {
    putting ??= putAllAside(kinds)
      .catch(onFault)
      .finally(() => {
        putting = undefined
      })
  }
  const putAllAside = async (kinds: readonly string[]) => {
    for (const kind of kinds) {
      const batch = held.pick(kind, { limit: asideMax, tenants: held.all(kind) })
      try {
        if (batch.length > 0) await options.putAside(batch)
        settle(batch)
      } catch (error) {
        giveBack(batch)
        throw error
      }
    }
  }
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
        settled: () => settle(batch),
        returned: () => giveBack(batch),
      }
    },
    apply: (open) => {
      if (held.waiting >= heldMax && open.length > 0) putAside(open)
    },
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
      await putting
      await consumer.stop()
    },
  }
}

const asideMax = 1_000

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
