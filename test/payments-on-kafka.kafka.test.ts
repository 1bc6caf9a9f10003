import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KafkaBrokers, startKafkaBrokers } from '#testing'
import { type CrashPlace, compileOnce, startCrashPlace } from './support/crash-place.ts'
import { paymentFlows, runFlow } from './support/payment-flows.ts'

// Two processes for the API and two workers, on one database and on topics of Kafka. A payment ends as it does with one
// of each on PostgreSQL alone, also when a process is killed between the commit of its effect and that of the offset, or
// while it relays messages.

const points = ['lanes.batch.after-commit', 'lanes.relay.sent', 'lanes.batch.before-commit']
const flows = paymentFlows.filter((_, index) => index % 5 === 0).slice(0, 4)

let brokers: KafkaBrokers
let alone: CrashPlace
let onKafka: CrashPlace

beforeAll(async () => {
  await compileOnce()
  brokers = await startKafkaBrokers()
  alone = await startCrashPlace('apart')
  const lanes = ['--lanes', 'kafka', '--kafka-brokers', brokers.addresses.join(), '--kafka-replicas', '1']
  onKafka = await startCrashPlace('apart', { each: 2, flags: [...lanes, '--kafka-partitions', '4'] })
})
afterAll(async () => {
  await alone?.stop()
  await onKafka?.stop()
  await brokers?.stop()
})

describe('a payment whose lanes are on Kafka', () => {
  it.each(flows.map((flow, index) => ({ flow, name: flow.name, point: points[index % points.length] ?? '' })))(
    'ends as on PostgreSQL alone: $name, undisturbed and with a process killed at $point',
    async ({ flow, point }) => {
      const end = await runFlow(alone, flow)
      expect(await runFlow(onKafka, flow)).toEqual(end)
      onKafka.arm(point)
      expect(await runFlow(onKafka, flow)).toEqual(end)
      expect(onKafka.disarm()).toBe(true)
    },
  )
})
