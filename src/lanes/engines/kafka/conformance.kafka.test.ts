import { afterAll, beforeAll } from 'vitest'
import { newUuid } from '#platform/ids'
import { type EngineUnderTest, type KafkaBrokers, readGroupOffsets, startKafkaBrokers, testEngine } from '#testing'

let brokers: KafkaBrokers
beforeAll(async () => {
  brokers = await startKafkaBrokers()
})
afterAll(() => brokers.stop())

const engine: EngineUnderTest = {
  newLanes: () => ({
    kafka: { brokers: brokers.addresses },
    prefix: `m${newUuid().slice(-12)}`,
    partitions: 3,
    replicas: 1,
  }),
  offsets: async (lanes) =>
    lanes === undefined ? new Map() : readGroupOffsets(lanes.kafka, `${lanes.prefix}.lanes.standard`),
  loseServer: () => Promise.reject(new Error('one broker cannot be lost')),
}

testEngine('of Kafka', engine, 'all but the loss of servers')
