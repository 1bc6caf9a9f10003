import { afterAll, beforeAll, test } from 'vitest'
import { newUuid } from '#platform/ids'
import { checkKafka, ensureTopics } from '#platform/kafka'
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

/** It accepts connections and answers nothing. Clients are given its address first. */
const freezeFirst: EngineUnderTest['loseServer'] = async () => {
  brokers.signal(0, 'SIGSTOP')
  return async () => brokers.signal(0, 'SIGCONT')
}
testEngine('of three brokers of Kafka, of which the first is frozen', engine(freezeFirst), 'the loss of servers')

test('the checks of a start pass while one of the brokers is frozen, whichever is named first', async () => {
  const topics = [{ name: `test-${newUuid()}`, partitions: 3, replicas: 3 }]
  await ensureTopics({ brokers: brokers.addresses }, topics)
  brokers.signal(0, 'SIGSTOP')
  try {
    for (const named of [brokers.addresses, brokers.addresses.toReversed()]) {
      const kafka = { brokers: named, exchangeMs: 3_000 }
      await checkKafka(kafka)
      await ensureTopics(kafka, topics)
    }
  } finally {
    brokers.signal(0, 'SIGCONT')
  }
})
