import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionPool, Consumer } from '@platformatic/kafka'
import { BrokerFetches, type BrokerFetchesOptions } from './broker-fetches.ts'
import { KafkaFault } from './kafka-fault.ts'
import { clientOptions, type KafkaSettings } from './kafka-settings.ts'
import { withLedPartitions } from './led-partitions.ts'
import { readProgress } from './partition-offsets.ts'
import type { PartitionProgress } from './partition-progress.ts'

/** The partitions of this member, from one division of the group to the next. */
export type Assignment = {
  readonly member: { readonly id: string; readonly generation: number }
  readonly partitions: ReadonlyMap<number, PartitionProgress>
}

export type Joined = {
  readonly consumer: Consumer
  readonly fetches: BrokerFetches
  /** A join waits for all members: on connections of its own, a commit does not wait for that. */
  readonly commitPool: ConnectionPool
}

export type MembershipOptions = {
  readonly kafka: KafkaSettings
  readonly topic: string
  readonly group: string
  /** The partitions have been divided again, or membership was lost. */
  readonly onDivided: () => void
  /** The group is about to be divided. What is committed now need not be read again. */
  readonly onDividing: () => void
} & Pick<BrokerFetchesOptions, 'onFetched' | 'onFault'>

/** No broker allows less by default: a member that is silent for this long has left. */
const sessionMs = 6_000
export const heartbeatMs = 1_000
const rebalanceMs = 8_000
const closeMs = 2_000

const protocol = {
  sessionTimeout: sessionMs,
  rebalanceTimeout: rebalanceMs,
  heartbeatInterval: heartbeatMs,
  protocols: [{ name: 'roundrobin', version: 1 }],
}

/** Membership of a group: joined when needed, and joined again after it was lost. */
export class GroupMembership {
  readonly #options: MembershipOptions
  #joined: Joined | undefined
  #assignment: Assignment | undefined

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  get joined(): Joined | undefined {
    return this.#joined
  }

  get assignment(): Assignment | undefined {
    return this.#assignment
  }

  /** Whether another member may have more luck with the partitions of this one. */
  get isShared(): boolean {
    const [joined, assignment] = [this.#joined, this.#assignment]
    return assignment !== undefined && assignment.partitions.size < (joined?.fetches.partitionsCount ?? 0)
  }

  /** Of its partitions, how many cannot be read at present. Undefined: it has none yet. */
  get unread(): number | undefined {
    const [joined, assignment] = [this.#joined, this.#assignment]
    return assignment && joined?.fetches.unread(assignment.partitions).length
  }

  async join(): Promise<Joined> {
    if (this.#joined !== undefined) return this.#joined
    const { kafka, topic, group, onDividing, onFetched, onFault } = this.#options
    const options = { ...clientOptions(kafka), ...protocol, groupId: group, autocommit: false }
    const consumer = withLedPartitions(new Consumer(options))
    const lose = () => void this.leave()
    consumer.topics.track(topic)
    consumer.on('consumer:group:join', () => this.#divided())
    consumer.on('consumer:group:rebalance', onDividing)
    consumer.on('consumer:heartbeat:stalled', lose)
    // The library rejoins by itself. When that fails, it does nothing more.
    consumer.on('error', lose)
    const fetches = new BrokerFetches({ kafka, topic, consumer, onFetched, onFault, onMadeAgain: lose })
    const joined = { consumer, fetches, commitPool: new ConnectionPool('munim', clientOptions(kafka)) }
    this.#joined = joined
    try {
      await consumer.joinGroup({ ...protocol })
    } catch (error) {
      await this.leave()
      throw error
    }
    return joined
  }

  /** The member's partitions, and the offsets at which they go on. */
  async assigned({ consumer }: Joined): Promise<Assignment> {
    if (this.#assignment !== undefined) return this.#assignment
    const { topic } = this.#options
    const { memberId, generationId, assignments } = consumer
    const wanted = assignments?.find((one) => one.topic === topic)?.partitions ?? []
    const partitions = await readProgress(consumer, topic, wanted)
    if (memberId === null || consumer.generationId !== generationId || this.#joined?.consumer !== consumer) {
      throw new DividedMeanwhile()
    }
    this.#assignment = { member: { id: memberId, generation: generationId }, partitions }
    return this.#assignment
  }

  async leave(): Promise<void> {
    const left = this.#joined
    this.#joined = undefined
    if (left === undefined) return
    this.#divided()
    left.consumer.removeAllListeners('consumer:group:join')
    // The library may wait for a broker that is gone.
    const late = sleep(closeMs, undefined, { ref: false })
    await Promise.race([
      Promise.allSettled([left.consumer.close(true), left.fetches.close(), left.commitPool.close()]),
      late,
    ])
  }

  #divided(): void {
    this.#assignment = undefined
    this.#options.onDivided()
  }
}

export class DividedMeanwhile extends KafkaFault {
  constructor() {
    const message = 'The partitions were divided again while their offsets were read.'
    super({ code: 'kafka_divided', message, retryable: true })
  }
}
