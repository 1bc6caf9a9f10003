import { copiesInSync, type KafkaLanes, topicsOf } from './lane-topics.ts'

const goodMs = 2_000

/**
 * What the cluster lacks, as it was known when it was asked for last: a cluster that is away may not answer at all, and
 * who asks for the health of a process must not wait for that.
 */
export function createClusterWatch(lanes: KafkaLanes): () => readonly string[] {
  let known: readonly string[] = []
  let readAtMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  const read = async () => {
    // The client of Kafka is loaded only where it is used.
    const { topicsLack } = await import('#platform/kafka')
    known = await topicsLack(lanes.kafka, { topics: topicsOf(lanes), copiesMin: copiesInSync(lanes) })
  }
  return () => {
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
    return known
  }
}
