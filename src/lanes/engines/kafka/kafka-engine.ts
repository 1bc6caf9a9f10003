import { laneNames } from '../../lanes.ts'
import type { LaneEngine, OpenEngine, Taking } from '../engine.ts'
import { enqueueing } from '../enqueue.ts'
import { createClusterWatch } from './cluster-watch.ts'
import type { KafkaTransport } from './kafka-transport.ts'
import { copiesInSync, type KafkaLanes, topicsOf } from './lane-topics.ts'
import { outgoingTable, sendAgain } from './outgoing-store.ts'
import { createTopicRepair } from './topic-repair.ts'

/** The time within which a transaction that enqueues an urgent message commits, and asks for a look at urgent ones. */
const urgentForMs = 2_000

const nothingTaken: Taking = {
  steps: [],
  taken: () => [],
  again: () => nothingTaken,
  settled: () => {},
  returned: () => {},
}

/**
 * Messages are records in a topic for each lane. A message is enqueued as a row, in the caller's transaction, which the
 * relay names in a record. The row is the message: the effect's transaction deletes it. Offsets follow.
 */
export function onKafka(lanes: KafkaLanes): OpenEngine {
  return (deps): LaneEngine => {
    let transport: KafkaTransport | undefined
    let urgentUntil = 0
    let isStopped = false
    const watch = createClusterWatch({ kafka: lanes.kafka, topics: topicsOf(lanes), copiesMin: copiesInSync(lanes) })
    const enqueueSteps = enqueueing({ name: 'lanes-enqueue-outgoing', table: outgoingTable })
    const repair = createTopicRepair({ make: async () => transport?.makeTopics(), onFault: deps.onFault })
    const topics = () => [...(transport?.topics ?? [])]
    return {
      name: 'kafka',
      table: outgoingTable,
      enqueueSteps: (messages) => {
        if (messages.some(({ lane }) => lane === 'rollback')) urgentUntil = performance.now() + urgentForMs
        return enqueueSteps(messages)
      },
      wake: () => transport?.relay.wake({ urgent: performance.now() < urgentUntil }),
      take: ({ lane, kind }, claim) => transport?.topics.get(lane)?.take(kind, claim) ?? nothingTaken,
      putBack: sendAgain,
      apply: ({ open, paused }) => {
        for (const [lane, topic] of topics()) {
          const kinds = open.flatMap((breaker) => (breaker.lane === lane ? [breaker.kind] : []))
          topic.apply({ open: kinds, isPaused: paused.has(lane) })
        }
      },
      unreached: (lane) => ({
        ...(transport?.topics.get(lane)?.unreached() ?? { unread: 0, lost: 0 }),
        unwritten: transport?.relay.unwritten(lane) ?? 0,
      }),
      workersMax: () => Math.max(lanes.partitions, ...topics().map(([, topic]) => topic.partitions())),
      underway: (lane) => transport?.topics.get(lane)?.underway() ?? { messages: 0, oldestMs: 0 },
      passed: (lane) => transport?.topics.get(lane)?.passed() ?? 0,
      start: async (intake) => {
        isStopped = false
        // The client of Kafka is loaded only where it is used.
        const { openTransport } = await import('./kafka-transport.ts')
        const onFault = (error: unknown) => {
          repair(error)
          deps.onFault(error)
        }
        transport = await openTransport(lanes, { ...deps, onFault }, intake)
        watch.answered()
        if (isStopped) return
        for (const lane of laneNames) transport.topics.get(lane)?.start()
        transport.relay.start()
      },
      stop: async () => {
        isStopped = true
        await Promise.all(topics().map(([, topic]) => topic.stop()))
        await transport?.relay.stop()
      },
      close: async () => {
        await Promise.all(topics().map(([, topic]) => topic.close()))
      },
      lacks: watch.lacks,
    }
  }
}
