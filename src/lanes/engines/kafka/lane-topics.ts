import type { KafkaSettings } from '#platform/kafka'
import { type LaneName, laneNames } from '../../lanes.ts'

export type KafkaLanes = {
  readonly kafka: KafkaSettings
  /** Before the names of topics and groups; a cluster may serve several installations. */
  readonly prefix: string
  /** Of a new topic. At most this many processes handle a lane at once. */
  readonly partitions: number
  readonly replicas: number
  /** What was sent so long ago and is not handled may be sent again. */
  readonly againAfterMs?: number | undefined
}

export function topicOfLane({ prefix }: Pick<KafkaLanes, 'prefix'>, lane: LaneName): string {
  return `${prefix}.lanes.${lane}`
}

export function topicsOf(lanes: Pick<KafkaLanes, 'prefix'>): string[] {
  return laneNames.map((lane) => topicOfLane(lanes, lane))
}

/** A record is written when so many brokers have it. */
export function copiesInSync({ replicas }: Pick<KafkaLanes, 'replicas'>): number {
  return Math.min(2, replicas)
}
