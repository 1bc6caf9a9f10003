import type { KafkaSettings } from '#platform/kafka'

export type ClusterWatchOptions = {
  readonly kafka: KafkaSettings
  /** Without topics, only whether a broker answers. */
  readonly topics: readonly string[]
  readonly copiesMin: number
}

export type ClusterWatch = {
  /**
   * What the cluster lacked when it was asked last: one that is away may not answer at all, and who asks for the health
   * of a process must not wait for that.
   */
  readonly lacks: () => readonly string[]
  /** It has answered otherwise. */
  readonly answered: () => void
}

const goodMs = 2_000
const unasked = 'Kafka has not answered yet.'

export function createClusterWatch({ kafka, topics, copiesMin }: ClusterWatchOptions): ClusterWatch {
  let known: readonly string[] | undefined
  let readAtMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  const read = async () => {
    // The client of Kafka is loaded only where it is used.
    const { topicsLack } = await import('#platform/kafka')
    known = await topicsLack(kafka, { topics, copiesMin })
  }
  return {
    lacks: () => {
      if (reading === undefined && performance.now() - readAtMs > goodMs) {
        reading = read()
          .catch((error: unknown) => {
            known = [String(error)]
          })
          .finally(() => {
            readAtMs = performance.now()
            reading = undefined
          })
      }
      return known ?? [unasked]
    },
    answered: () => {
      known ??= []
    },
  }
}
