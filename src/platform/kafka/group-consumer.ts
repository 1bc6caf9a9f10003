import { setTimeout as sleep } from 'node:timers/promises'
import { withinMs } from '../time/index.ts'
import { DividedMeanwhile, GroupMembership, heartbeatMs } from './group-membership.ts'
import { kafkaFault } from './kafka-fault.ts'
import type { KafkaSettings } from './kafka-settings.ts'
import { createOffsetCommits } from './offset-commits.ts'
import { type FetchedRecord, fetchRecords } from './record-fetches.ts'

export type ReadRecord = FetchedRecord & {
  /** Call it when the record need not come again. Its offset is committed when all before it are handled, too. */
  readonly handled: () => void
}

export type GroupConsumerOptions = {
  readonly kafka: KafkaSettings
  readonly topic: string
  readonly group: string
  /** Asked before each fetch. Call `wake` when it becomes true. */
  readonly hasRoom: () => boolean
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
}

const restMs = 200
const restMsMax = 5_000
/** A stop waits no longer for brokers that are gone, or for a group that is being divided. */
const stopMs = 1_000
/** After more faults in a row, everything is opened again. */
const faultsMax = 2

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
  })
  const commits = createOffsetCommits({
    ...{ membership, topic, group },
    onFault: (error) => onFault(error, `Offsets of the topic ${topic} could not be committed`),
  })

  const readOnce = async () => {
    const joined = await membership.join()
    const assignment = await membership.assigned(joined)
    const { partitions } = assignment
    if (partitions.size === 0) return rest(heartbeatMs)
    const fetched = await fetchRecords({ ...joined, topic, partitions })
    // Divided again meanwhile: whoever has the partitions now reads them from their committed offsets.
    if (membership.assignment !== assignment || !isReading) return
    const records = fetched.map((record): ReadRecord => {
      const delivered = partitions.get(record.partition)?.deliver(record.offset)
      const handled = () => {
        if (delivered !== undefined) delivered.isHandled = true
        commits.soon()
      }
      return { ...record, handled }
    })
    if (records.length > 0) options.onRecords(records)
  }
  const recover = async (error: unknown, faults: number) => {
    if (!isReading) return
    // A group or a partition that has no leader yet has one at the second try.
    if (faults > 1 && !(error instanceof DividedMeanwhile)) onFault(error)
    membership.joined?.consumer.clearMetadata()
    if (faults > faultsMax) await membership.leave()
    await rest(Math.min(restMsMax, restMs * 2 ** faults))
  }
  const read = async () => {
    let faults = 0
    while (isReading) {
      try {
        if (options.hasRoom()) await readOnce()
        else await rest(heartbeatMs)
        faults = 0
      } catch (error) {
        faults += 1
        await recover(error, faults)
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
  }
}
