import { afterAll, beforeAll } from 'vitest'
import { newUuid } from '#platform/ids'
import { type EngineUnderTest, type KafkaBrokers, startKafkaBrokers, testEngine } from '#testing'

let brokers: KafkaBrokers
beforeAll(async () => {
  brokers = await startKafkaBrokers({ brokers: 3 })
})
afterAll(() => brokers.stop())

const engine = (loseServer: EngineUnderTest['loseServer']): EngineUnderTest => ({
  newLanes: () => ({
    kafka: { brokers: brokers.addresses },
    prefix: `m${newUuid().slice(-12)}`,
    partitions: 3,
    replicas: 3,
  }),
  offsets: async () => new Map(),
  loseServer,
})

const kill: EngineUnderTest['loseServer'] = async () => {
  await brokers.kill(1)
  return () => brokers.start(1)
}
testEngine('of three brokers of Kafka', engine(kill), 'the loss of servers')

/** It accepts connections and answers nothing. Clients are told of it before the others. */
const freezeFirst: EngineUnderTest['loseServer'] = async () => {
  brokers.signal(0, 'SIGSTOP')
  return async () => brokers.signal(0, 'SIGCONT')
}
testEngine('of three brokers of Kafka, of which the first is frozen', engine(freezeFirst), 'the loss of servers')
