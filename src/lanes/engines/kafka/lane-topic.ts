import { createGroupConsumer, type KafkaSettings, type ReadRecord } from '#platform/kafka'
import { systemClock } from '#platform/time'
import type { Claim } from '../../fairness/tenant-ring.ts'
import type { LaneName } from '../../lanes.ts'
import type { Take, Taking, Underway, Unreached } from '../engine.ts'
import type { FoundTenant, QueueName, TakenMessage } from '../taken-message.ts'
import { FoundTenants, type Held, type HeldBatch, HeldMessages } from './held-messages.ts'
import { messageOf, type SentMessage } from './message-record.ts'
import { createMessagesAside } from './messages-aside.ts'
import { stillWaiting } from './still-waiting.ts'
import { takeAgainStep, takenWaiting, takeStep } from './waiting-store.ts'

/** The messages of one lane, as a member of the group that reads its topic. */
export type LaneTopic = {
  readonly start: () => void
  readonly take: (kind: string, claim: Claim) => Taking
  /** Called once a second, as far as the database answers. Puts aside what would keep others waiting: `open` are the kinds that are not handled at present. */
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
  /** All that waits of the records' keys, up to them, in its order. */
  readonly findWaiting: (records: readonly SentMessage[]) => Promise<SentMessage[]>
  /** Keeps messages for later, in the transaction that takes them. */
  readonly putAside: (batch: HeldBatch, delayMs: number) => Promise<void>
  readonly onFault: (error: unknown) => void
}

/** After so long without an answer of the database, others may take the messages. */
const awayMs = 5_000
/** Read ahead: more give fairness among more tenants, and take more memory. */
const heldMax = 4_096

export function createLaneTopic(options: LaneTopicOptions): LaneTopic {
  const { lane, onFound, onFault } = options
  const held = new HeldMessages()
  const access = createAccessWatch()
  let passed = 0

  const report = (found: readonly FoundTenant[]) => {
    if (found.length > 0) onFound(found)
  }
  const onRecords = (records: readonly ReadRecord[]) => {
    const all = readable(lane, records)
    passed += records.length - all.length
    admit(all)
    // Another version of the program handles some.
    aside.wake()
  }
  const admit = (all: readonly Held[]) => {
    const found = new FoundTenants()
    for (const one of all) {
      held.add(one)
      found.add(one.message)
    }
    report(found.all().filter(({ kind }) => options.kinds.has(kind)))
  }
  const consumer = createGroupConsumer({
    ...{ kafka: options.kafka, topic: options.topic, group: options.group },
    hasRoom: () => held.waiting < heldMax,
    isStuck: access.isLost,
    onRecords,
    onDivided: () => held.drop(),
    onFault,
  })
  const settleLeft = async (left: HeldBatch) => {
    try {
      const again = await stillWaiting(left, options.findWaiting)
      passed += Math.max(0, left.length - again.length)
      admit(again)
    } catch (error) {
      onFault(error)
      admit(left)
    }
  }
  const settle = (batch: HeldBatch, left: HeldBatch = []) => {
    const kept = new Set(left)
    for (const one of batch) if (!kept.has(one)) one.handled()
    if (left.length > 0) void settleLeft(left)
    report(held.settle(batch))
    consumer.wake()
  }
  const giveBack = (batch: HeldBatch) => report(held.giveBack(batch))
  const aside = createMessagesAside({
    ...{ lane, held, heldMax, kinds: options.kinds, putAside: options.putAside, onFault },
    // What had to wait for earlier messages of its key was not stored.
    settle: (batch) => settle(batch, batch),
    settleExcess: (batch) => void settleLeft(batch),
    ...{ giveBack, wakeReader: consumer.wake },
  })
  return {
    start: consumer.start,
    take: (kind, claim) => {
      const batch = held.pick(kind, claim)
      const { left, ...taking } = takingOf({ lane, kind }, batch)
      return {
        ...taking,
        settled: () => {
          if (batch.length > 0) access.found()
          aside.settled(batch)
          settle(batch, left())
        },
        returned: () => {
          access.failed()
          giveBack(batch)
        },
      }
    },
    apply: (state) => {
      access.found()
      aside.look(state)
    },
    partitions: consumer.partitions,
    unreached: () => ({ unread: consumer.unread(), lost: consumer.lost() }),
    underway: () => ({ messages: consumer.lag(), oldestMs: waitedMs(held.oldestDueAt()) }),
    passed: () => passed,
    stop: consumer.pause,
    close: async () => {
      await aside.ended()
      await consumer.stop()
    },
  }
}

function waitedMs(dueAt: number | undefined): number {
  return dueAt === undefined ? 0 : Math.max(0, (systemClock.now() - dueAt) / 1000)
}

/** Records that are no messages need not come again. */
function readable(lane: LaneName, records: readonly ReadRecord[]): Held[] {
  return records.flatMap((record): Held[] => {
    const message = messageOf(lane, record)
    if (message !== undefined) return [{ message, handled: record.handled }]
    record.handled()
    return []
  })
}

/** `left`: what a unit does not take. The last unit counts. */
function takingOf(queue: QueueName, batch: HeldBatch) {
  let left: HeldBatch = []
  const take = (steps: Take['steps']): Take => ({
    steps,
    taken: ([answer]) => {
      const messages = takenWaiting(queue, answer)
      // A record that nobody has sent may have the id of a message of another key.
      const subjects = new Map(messages.map(({ id, subject }) => [id, subject]))
      left = batch.filter(({ message }) => subjects.get(message.id) !== message.subject)
      return messages
    },
  })
  const records = batch.map(({ message }) => message)
  return {
    ...take(records.length === 0 ? [] : [takeStep(queue, records)]),
    again: (messages: readonly TakenMessage[]) => take(messages.length === 0 ? [] : [takeAgainStep(queue, messages)]),
    left: () => left,
  }
}

/** Whether the database is lost to this process: it failed, and has not answered since for a while. */
function createAccessWatch() {
  let foundMs = performance.now()
  let isFailing = false
  return {
    found: () => {
      foundMs = performance.now()
      isFailing = false
    },
    failed: () => {
      isFailing = true
    },
    isLost: () => isFailing && performance.now() - foundMs > awayMs,
  }
}
