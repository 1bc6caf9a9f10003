import { afterAll, beforeAll } from 'vitest'
import { newUuid } from '#platform/ids'
import { type EngineUnderTest, type KafkaBrokers, startKafkaBrokers, testEngine } from '#testing'

let brokers: KafkaBrokers
beforeAll(async () => {
  brokers = await startKafkaBrokers({ brokers: 3 })
})
afterAll(() => brokers.stop())

const engine: EngineUnderTest = {
  newLanes: () => ({
    kafka: { brokers: brokers.addresses },
    prefix: `m${newUuid().slice(-12)}`,
    partitions: 3,
    replicas: 3,
  }),
  offsets: async () => new Map(),
  loseServer: async () => {
    await brokers.kill(1)
    return () => brokers.start(1)
  },
}

testEngine('of three brokers of Kafka', engine, 'the loss of servers')
