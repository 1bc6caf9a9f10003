import type { NewRecord, RecordProducer } from '../kafka/index.ts'

type Named = { readonly topic: string; readonly partition: number }

type Held = Named & {
  fault: unknown
  faults: number
  retryAtMs: number
  state: 'resting' | 'asking' | 'ready' | 'tried'
}

/** Records that are sent together, and the partitions of their topics to which nothing is sent. */
type Part = { readonly records: readonly NewRecord[]; readonly partitions: ReadonlySet<number> }

const restMs = 500
const restMsMax = 5_000
const noPartitions: ReadonlySet<number> = new Set()

/** Partitions that did not take their records. Nothing is sent to them until their leader answers: who sends waits long. */
export class HeldTopicPartitions {
  readonly #held = new Map<string, Held>()
  readonly #reaches: RecordProducer['reaches']

  constructor(reaches: RecordProducer['reaches']) {
    this.#reaches = reaches
  }

  hold({ topic, partition }: Named, fault: unknown): void {
    const key = `${topic}/${partition}`
    const held = this.#held.get(key) ?? { topic, partition, fault, faults: 0, retryAtMs: 0, state: 'resting' }
    this.#held.set(key, held)
    held.fault = fault
    rest(held)
  }

  /**
   * Asks for those that have rested. Those that answered are tried again from now on, and one that fails again rests
   * longer. Call before the first record of a batch: what is held stays so until its end, or later ones would overtake.
   */
  retry(): void {
    for (const [key, held] of this.#held) {
      if (held.state === 'tried') this.#held.delete(key)
      else if (held.state === 'ready') held.state = 'tried'
      else if (held.state === 'resting' && held.retryAtMs <= performance.now()) this.#ask(held)
    }
  }

  /** The fault of a partition of the topic, or of any. */
  fault(topic: string): unknown {
    const all = [...this.#held.values()]
    return (all.find((held) => held.topic === topic) ?? all[0])?.fault
  }

  /** The records of topics with held partitions are sent by topic. */
  divide(records: readonly NewRecord[]): readonly Part[] {
    const partitions = new Map<string, Set<number>>()
    for (const { topic, partition, state } of this.#held.values()) {
      if (state === 'tried') continue
      partitions.set(topic, (partitions.get(topic) ?? new Set()).add(partition))
    }
    if (partitions.size === 0) return [{ records, partitions: noPartitions }]
    const groups = Map.groupBy(records, ({ topic }) => (partitions.has(topic) ? topic : ''))
    return [...groups].map(([topic, some]) => ({ records: some, partitions: partitions.get(topic) ?? noPartitions }))
  }

  #ask(held: Held): void {
    held.state = 'asking'
    void this.#reaches(held.topic, held.partition).then(
      (does) => {
        if (does) held.state = 'ready'
        else rest(held)
      },
      () => rest(held),
    )
  }
}

function rest(held: Held): void {
  held.retryAtMs = performance.now() + Math.min(restMsMax, restMs * 2 ** held.faults)
  held.faults += 1
  held.state = 'resting'
}
