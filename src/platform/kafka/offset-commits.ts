import { type Consumer, offsetCommitV8, offsetCommitV9 } from '@platformatic/kafka'
import type { Assignment, GroupMembership } from './group-membership.ts'
import { hasProtocolError } from './kafka-fault.ts'
import { type OfferedApi, versionOf } from './spoken-apis.ts'

export type OffsetCommits = {
  readonly soon: () => void
  /** Resolves when what was handled by now is committed, or will not be. */
  readonly now: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type OffsetCommitsOptions = {
  readonly membership: GroupMembership
  readonly topic: string
  readonly group: string
  readonly onFault: (error: unknown) => void
}

const restMs = 25
/** After faults in a row. */
const restMsMax = 5_000
/** Answers to a member of an old generation. It commits nothing: its records come again, and their effects are known. */
const outdated = ['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS']

export function createOffsetCommits({ membership, topic, group, onFault }: OffsetCommitsOptions): OffsetCommits {
  const offered = new WeakMap<Consumer, readonly OfferedApi[]>()
  let timer: NodeJS.Timeout | undefined
  let faults = 0
  let last: Promise<void> = Promise.resolve()

  const commit = async () => {
    const { joined, assignment } = membership
    const offsets = assignment === undefined ? [] : handledOffsets(assignment)
    if (joined === undefined || assignment === undefined || offsets.length === 0) return
    const { consumer, commitPool } = joined
    const apis = offered.get(consumer) ?? (await consumer.listApis())
    offered.set(consumer, apis)
    const api = versionOf('OffsetCommit', apis) === 8 ? offsetCommitV8.api : offsetCommitV9.api
    const coordinator = await consumer.findGroupCoordinator()
    const broker = (await consumer.metadata({ topics: [topic] })).brokers.get(coordinator)
    if (broker === undefined) throw new Error(`the coordinator of the group ${group} is unknown`)
    const connection = await commitPool.get(broker)
    const partitions = offsets.map(([partitionIndex, committedOffset]) => ({
      ...{ partitionIndex, committedOffset, committedLeaderEpoch: -1 },
    }))
    const { id, generation } = assignment.member
    // Not the library's own commit: after a rebalance, that one joins again and repeats the old offsets in the name of
    // the new generation. So it may take back what the new owner of a partition has committed.
    await api.async(connection, group, generation, id, null, [{ name: topic, partitions }])
    for (const [partition, offset] of offsets) assignment.partitions.get(partition)?.committed(offset)
  }
  /** One at a time, so that an older commit cannot arrive after a newer one. */
  const now = () => {
    last = last.then(commit).then(
      () => {
        faults = 0
      },
      (error: unknown) => {
        if (outdated.some((id) => hasProtocolError(error, id))) return
        onFault(error)
        faults += 1
        soon()
      },
    )
    return last
  }
  const soon = () => {
    timer ??= setTimeout(
      () => {
        timer = undefined
        void now()
      },
      Math.min(restMsMax, restMs * 2 ** faults),
    ).unref()
  }
  return {
    soon,
    now,
    stop: async () => {
      await now()
      clearTimeout(timer)
    },
  }
}

function handledOffsets({ partitions }: Assignment): [partition: number, offset: bigint][] {
  return [...partitions].flatMap(([partition, progress]) => {
    const offset = progress.committable
    return offset === undefined ? [] : [[partition, offset]]
  })
}
