import { setTimeout as sleep } from 'node:timers/promises'
import { withinMs } from '../time/index.ts'
import { DividedMeanwhile, GroupMembership, heartbeatMs } from './group-membership.ts'
import { kafkaFault } from './kafka-fault.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { groupHasMembers, leadersAnswer } from './leaders-answer.ts'
import { createOffsetCommits } from './offset-commits.ts'
import { createRecordDelivery, type ReadRecord } from './record-delivery.ts'

export type GroupConsumerOptions = {
  readonly kafka: KafkaSettings
  readonly topic: string
  readonly group: string
  /** Asked before each fetch. Call `wake` when it becomes true. */
  readonly hasRoom: () => boolean
  /** What it reads cannot be handled at present, and another member may have more luck. Asked again and again. */
  readonly isStuck: () => boolean
  readonly onRecords: (records: readonly ReadRecord[]) => void
  /** The partitions have been divided again: records that were not handled come again, here or elsewhere. */
  readonly onDivided: () => void
  readonly onFault: (error: unknown) => void
}

/** Reads a topic as a member of a group. At least once: a record comes again until its offset is committed. */
export type GroupConsumer = {
  readonly start: () => void
  readonly wake: () => void
  /** Reads no more. Records that were read can still be handled. */
  readonly pause: () => Promise<void>
  /** Commits what was handled, and leaves the group. */
  readonly stop: () => Promise<void>
  /** Records of this member's partitions that are not committed. */
  readonly lag: () => number
  /** Of the topic, as far as it is known. */
  readonly partitions: () => number
  /** Of this member's partitions, how many cannot be read at present. */
  readonly unread: () => number
  /** Records that a partition no longer had when they were to be read. */
  readonly lost: () => number
}

const restMs = 200
const restMsMax = 5_000
/** A stop waits no longer for brokers that are gone, or for a group that is being divided. */
const stopMs = 1_000
/** After more faults in a row, everything is opened again. */
const faultsMax = 2
/** After more faults in a row of one broker, another member may read what it leads. */
const brokerFaultsMax = 5
/** A member that can do nothing lets the others read, and looks now and then whether it can. */
const outRestMs = 2_000

export function createGroupConsumer(options: GroupConsumerOptions): GroupConsumer {
  const { kafka, topic, group } = options
  let isReading = false
  let reading: Promise<void> = Promise.resolve()
  let waiting = Promise.withResolvers<void>()
  const wake = () => waiting.resolve()
  const rest = async (ms: number) => {
    waiting = Promise.withResolvers()
    await Promise.race([waiting.promise, sleep(ms, undefined, { ref: false })])
  }
  const onFault = (error: unknown, what = `The topic ${topic} could not be read`) =>
    options.onFault(kafkaFault(error, what, kafka.brokers))
  const membership = new GroupMembership({
    ...{ kafka, topic, group },
    onDivided: () => {
      options.onDivided()
      wake()
    },
    onDividing: () => void commits.now(),
    onFetched: (partitions, fetched) => delivery.deliver(partitions, fetched),
    onFault: (error) => onFault(error),
  })
  const commits = createOffsetCommits({
    ...{ membership, topic, group },
    onFault: (error) => onFault(error, `Offsets of the topic ${topic} could not be committed`),
  })

  const delivery = createRecordDelivery({
    ...{ topic, membership, onFault, isReading: () => isReading, onRecords: options.onRecords },
    onHandled: commits.soon,
  })
  let faults = 0

  const readOnce = async () => {
    const joined = await membership.join()
    const { partitions } = await membership.assigned(joined)
    if (options.isStuck() && membership.isShared) return leave(options.isStuck)
    await joined.fetches.know()
    delivery.look()
    if (partitions.size === 0 || !options.hasRoom()) return rest(heartbeatMs)
    await joined.fetches.round(partitions)
    if (joined.fetches.faults > brokerFaultsMax && membership.isShared) await leave(isCutOff)
  }
  const isCutOff = async () => !(await leadersAnswer(kafka, { topic })) && (await groupHasMembers(kafka, group))
  const leave = async (isOut: () => boolean | Promise<boolean>) => {
    const { isShared } = membership
    await membership.leave()
    while (isShared && isReading && (await isOut())) await rest(outRestMs)
  }
  const recover = async (error: unknown) => {
    if (!isReading) return
    // A group or a partition that has no leader yet has one at the second try.
    if (faults > 1 && !(error instanceof DividedMeanwhile)) onFault(error)
    membership.joined?.consumer.clearMetadata()
    if (faults > faultsMax) await leave(isCutOff)
    await rest(Math.min(restMsMax, restMs * 2 ** faults))
  }
  const read = async () => {
    while (isReading) {
      try {
        await readOnce()
        faults = 0
      } catch (error) {
        faults += 1
        await recover(error)
      }
    }
  }
  const pause = async () => {
    isReading = false
    wake()
    await withinMs(reading, stopMs, undefined)
  }
  return {
    start: () => {
      isReading = true
      reading = read()
    },
    wake,
    pause,
    stop: async () => {
      await pause()
      await withinMs(commits.stop(), stopMs, undefined)
      await membership.leave()
    },
    lag: () => [...(membership.assignment?.partitions.values() ?? [])].reduce((sum, { lag }) => sum + lag, 0),
    // Which ones, nobody knows without a group.
    unread: () => membership.unread ?? (faults > 1 ? 1 : 0),
    partitions: () => membership.joined?.fetches.partitionsCount ?? 0,
    lost: delivery.lost,
  }
}
