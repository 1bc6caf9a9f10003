import type { GroupMembership } from './group-membership.ts'
import { passLoss, readEnds } from './partition-offsets.ts'
import type { PartitionProgress } from './partition-progress.ts'
import type { Fetched, FetchedRecord } from './record-fetches.ts'

export type ReadRecord = FetchedRecord & {
  /** Call it when the record need not come again. Its offset is committed when all before it are handled, too. */
  readonly handled: () => void
}

export type RecordDelivery = {
  readonly deliver: (partitions: Partitions, fetched: Fetched) => void
  /** Looks where the partitions end, whatever is read: a reader that takes nothing shows what waits. */
  readonly look: () => void
  /** Records that a partition no longer had when they were to be read. */
  readonly lost: () => number
}

export type RecordDeliveryOptions = {
  readonly topic: string
  readonly membership: GroupMembership
  readonly isReading: () => boolean
  readonly onRecords: (records: readonly ReadRecord[]) => void
  readonly onHandled: () => void
  readonly onFault: (error: unknown) => void
}

type Partitions = ReadonlyMap<number, PartitionProgress>

const lookMs = 2_000

/** From what was fetched to what is read. */
export function createRecordDelivery(options: RecordDeliveryOptions): RecordDelivery {
  const { topic, membership, onFault } = options
  let lost = 0
  let lookedAtMs = Number.NEGATIVE_INFINITY
  const passing = new Set<number>()

  const goOn = async (partitions: Partitions, partition: number) => {
    const [consumer, progress] = [membership.joined?.consumer, partitions.get(partition)]
    if (consumer === undefined || progress === undefined || passing.has(partition)) return
    passing.add(partition)
    try {
      const passed = await passLoss(consumer, { topic, partition, progress })
      lost += passed?.lost ?? 0
      if (passed?.fault !== undefined) onFault(passed.fault)
    } catch (error) {
      onFault(error)
    } finally {
      passing.delete(partition)
    }
  }
  return {
    deliver: (partitions, { records, outOfRange }) => {
      // Divided again meanwhile: whoever has the partitions now reads them from their committed offsets.
      if (membership.assignment?.partitions !== partitions || !options.isReading()) return
      const read = records.map((record): ReadRecord => {
        const delivered = partitions.get(record.partition)?.deliver(record.offset)
        const handled = () => {
          if (delivered !== undefined) delivered.isHandled = true
          options.onHandled()
        }
        return { ...record, handled }
      })
      if (read.length > 0) options.onRecords(read)
      for (const partition of outOfRange) void goOn(partitions, partition)
    },
    look: () => {
      const { joined, assignment } = membership
      if (joined === undefined || assignment === undefined || performance.now() - lookedAtMs < lookMs) return
      lookedAtMs = performance.now()
      const { partitions } = assignment
      void readEnds(joined.consumer, topic, { groups: joined.fetches.answering(partitions), partitions })
    },
    lost: () => lost,
  }
}
