import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionPool, type Consumer } from '@platformatic/kafka'
import { KafkaFault } from './kafka-fault.ts'
import { clientOptions, type KafkaSettings } from './kafka-settings.ts'
import type { PartitionProgress } from './partition-progress.ts'
import { type Fetched, fetchFrom } from './record-fetches.ts'

type Partitions = ReadonlyMap<number, PartitionProgress>

type Broker = {
  pool: ConnectionPool
  underway: Promise<void> | undefined
  faults: number
  restUntilMs: number
  error: unknown
}

type Leaders = { readonly topicId: string; readonly of: readonly number[] }

export type BrokerFetchesOptions = {
  readonly kafka: KafkaSettings
  readonly topic: string
  readonly consumer: Consumer
  readonly onFetched: (partitions: Partitions, fetched: Fetched) => void
  readonly onFault: (error: unknown) => void
  /** The topic is another one of the same name, with offsets of its own. */
  readonly onMadeAgain: () => void
}

const restMs = 200
const restMsMax = 5_000
const noLeader = -1

/** Fetches from each broker by itself: one that does not answer delays nothing that the others have. */
export class BrokerFetches {
  readonly #options: BrokerFetchesOptions
  readonly #brokers = new Map<number, Broker>()
  #leaders: Leaders | undefined
  #refreshing: Promise<void> | undefined
  /** In a row, for the leaders of partitions that have none. */
  #looks = 0
  #lookAtMs = 0

  constructor(options: BrokerFetchesOptions) {
    this.#options = options
  }

  /** Faults in a row of the broker that has most of them. */
  get faults(): number {
    return Math.max(0, ...[...this.#brokers.values()].map(({ faults }) => faults))
  }

  /** Partitions in the topic. */
  get partitionsCount(): number {
    return this.#leaders?.of.length ?? 0
  }

  /** Of these partitions, those that cannot be read at present. */
  unread(partitions: Partitions): number[] {
    return [...partitions.keys()].filter((partition) => {
      const leader = this.#leaderOf(partition)
      return leader === noLeader || (this.#brokers.get(leader)?.faults ?? 0) > 1
    })
  }

  /** By leader, without brokers that have just failed. */
  answering(partitions: Partitions): number[][] {
    const byLeader = Map.groupBy(partitions.keys(), (partition) => this.#leaderOf(partition))
    return [...byLeader].flatMap(([leader, led]) =>
      leader === noLeader || (this.#brokers.get(leader)?.faults ?? 0) > 0 ? [] : [led],
    )
  }

  /** Resolves when the leaders are known. */
  async know(): Promise<void> {
    if (this.#leaders === undefined) await this.#refresh()
  }

  /** Begins a fetch from each broker that has none under way, and resolves when one of them has ended. */
  async round(partitions: Partitions): Promise<void> {
    await this.know()
    const byLeader = Map.groupBy(partitions.keys(), (partition) => this.#leaderOf(partition))
    if (byLeader.has(noLeader)) this.#lookForLeaders()
    else this.#looks = 0
    const brokers = [...byLeader].flatMap(([leader, led]) =>
      leader === noLeader
        ? []
        : [this.#begin(leader, new Map(led.map((one) => [one, partitions.get(one)])), partitions)],
    )
    const underway = brokers.flatMap((broker) => broker.underway ?? [])
    const failed = brokers.find(({ error }) => error !== undefined)
    if (underway.length === 0 && failed !== undefined) throw failed.error
    await Promise.race([...underway, sleep(restMs, undefined, { ref: false })])
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#brokers.values()].map(({ pool }) => pool.close()))
  }

  #leaderOf(partition: number): number {
    return this.#leaders?.of[partition] ?? noLeader
  }

  #begin(node: number, led: ReadonlyMap<number, PartitionProgress | undefined>, all: Partitions): Broker {
    let broker = this.#brokers.get(node)
    if (broker === undefined) {
      broker = { pool: this.#newPool(), underway: undefined, faults: 0, restUntilMs: 0, error: undefined }
      this.#brokers.set(node, broker)
    }
    if (broker.underway === undefined && performance.now() >= broker.restUntilMs) {
      broker.underway = this.#fetch(node, broker, led as Partitions, all)
    }
    return broker
  }

  async #fetch(node: number, broker: Broker, led: Partitions, all: Partitions): Promise<void> {
    const { consumer, onFetched } = this.#options
    try {
      const topicId = this.#leaders?.topicId ?? ''
      const fetched = await fetchFrom({ consumer, pool: broker.pool, node, topicId, partitions: led })
      onFetched(all, fetched)
      if (fetched.error !== undefined) throw fetched.error
      broker.faults = 0
      broker.error = undefined
    } catch (error) {
      this.#failed(broker, error)
    } finally {
      broker.underway = undefined
    }
  }

  #failed(broker: Broker, error: unknown): void {
    broker.faults += 1
    broker.error = error
    broker.restUntilMs = performance.now() + Math.min(restMsMax, restMs * 2 ** (broker.faults - 1))
    // Its connections may be dead, and what is known of the leaders old.
    void broker.pool.close().catch(() => undefined)
    broker.pool = this.#newPool()
    void this.#refresh().catch(() => undefined)
    // A partition that has no leader yet has one at the second try.
    if (broker.faults > 1) this.#options.onFault(error)
  }

  /** No other member would find them either. */
  #lookForLeaders(): void {
    if (performance.now() < this.#lookAtMs) return
    this.#lookAtMs = performance.now() + Math.min(restMsMax, restMs * 2 ** this.#looks)
    this.#looks += 1
    if (this.#looks > 2) this.#options.onFault(leaderless(this.#options.topic))
    void this.#refresh().catch(() => undefined)
  }

  #newPool(): ConnectionPool {
    return new ConnectionPool('munim', clientOptions(this.#options.kafka))
  }

  #refresh(): Promise<void> {
    const { consumer, topic } = this.#options
    this.#refreshing ??= consumer
      .metadata({ topics: [topic], forceUpdate: true })
      .then(({ topics }) => {
        const found = topics.get(topic)
        if (found === undefined) throw leaderless(topic)
        const isOther = this.#leaders !== undefined && this.#leaders.topicId !== found.id
        this.#leaders = { topicId: found.id, of: found.partitions.map(({ leader }) => leader) }
        if (isOther) this.#options.onMadeAgain()
      })
      .finally(() => {
        this.#refreshing = undefined
      })
    return this.#refreshing
  }
}

function leaderless(topic: string): KafkaFault {
  return new KafkaFault({
    code: 'kafka_unavailable',
    message: `Partitions of the topic ${topic} have no leader.`,
    retryable: true,
  })
}
