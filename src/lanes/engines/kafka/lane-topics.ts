import { type LaneName, laneNames } from '../../lanes.ts'
import type { KafkaLanes } from './kafka-transport.ts'

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
