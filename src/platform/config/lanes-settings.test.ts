import { expect, it } from 'vitest'
import { readConfiguration } from './configuration.ts'

const read = (args: readonly string[], environment: Record<string, string> = {}) => {
  const result = readConfiguration(args, environment)
  return result.ok ? result.configuration.lanes : result.errors
}

it('puts the lanes on Kafka, with a password by reference', () => {
  expect(read([])).toBeUndefined()
  expect(read(['--lanes', 'postgres'])).toBeUndefined()
  expect(read(['--lanes', 'kafka', '--kafka-brokers', 'one:9092, two:9093'])).toEqual({
    kafka: { brokers: ['one:9092', 'two:9093'], tls: undefined, sasl: undefined },
    ...{ prefix: 'munim', partitions: 12, replicas: 3 },
  })
  const login = ['--kafka-user', 'munim', '--kafka-password', 'env:SECRET', '--kafka-ca', 'system']
  expect(read(['--lanes', 'kafka', '--kafka-brokers', 'one:9092', ...login], { SECRET: 'hidden' })).toMatchObject({
    kafka: { tls: {}, sasl: { mechanism: 'SCRAM-SHA-512', username: 'munim', password: 'hidden' } },
  })
})

it.each([
  [['--lanes', 'kafka'], { lanes: true, events: true }],
  [['--lanes', 'kafka', '--events', 'postgres'], { lanes: true, events: false }],
  [['--events', 'kafka'], { lanes: false, events: true }],
])('%j puts on Kafka what it says', (args, expected) => {
  const result = readConfiguration([...args, '--kafka-brokers', 'one:9092'], {})
  if (!result.ok) throw new Error(result.errors.join())
  const { lanes, events } = result.configuration
  expect({ lanes: lanes !== undefined, events: events !== undefined }).toEqual(expected)
})

it.each([
  [['--lanes', 'redis'], '--lanes must be postgres or kafka, not "redis".'],
  [['--events', 'redis'], '--events must be postgres or kafka, not "redis".'],
  [['--kafka-brokers', 'one:9092'], '--kafka-brokers needs --lanes kafka or --events kafka.'],
  [['--lanes', 'kafka'], '--kafka-brokers must name brokers, such as "kafka-1:9092,kafka-2:9092".'],
  [
    ['--lanes', 'kafka', '--kafka-brokers', 'one'],
    '--kafka-brokers must name brokers, such as "kafka-1:9092,kafka-2:9092".',
  ],
  [
    ['--lanes', 'kafka', '--kafka-brokers', 'one:99999'],
    '--kafka-brokers must name brokers, such as "kafka-1:9092,kafka-2:9092".',
  ],
])('refuses %j with one sentence', (args, sentence) => {
  expect(read(args)).toEqual([sentence])
})

it.each([
  [['--kafka-replicas', '0'], '--kafka-replicas must be a whole number from 1 to 9, not "0".'],
  [['--kafka-prefix', 'a b'], '--kafka-prefix may have letters, digits, ".", "_" and "-", not "a b".'],
  [['--kafka-user', 'munim'], '--kafka-user and --kafka-password need each other.'],
  [
    ['--kafka-user', 'munim', '--kafka-password', 'open'],
    '--kafka-password must be a reference, env:NAME or file:PATH.',
  ],
  [['--kafka-user', 'munim', '--kafka-password', 'env:NONE'], '--kafka-password: the variable NONE is not set.'],
  [['--kafka-login', 'GSSAPI'], '--kafka-login must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, not "GSSAPI".'],
])('refuses %j of Kafka with one sentence', (args, sentence) => {
  expect(read(['--lanes', 'kafka', '--kafka-brokers', 'one:9092', ...args])).toEqual([sentence])
})

it('refuses an authority that is no certificate', () => {
  const args = ['--lanes', 'kafka', '--kafka-brokers', 'one:9092', '--kafka-ca', 'env:CA']
  for (const ca of ['garbage', '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----']) {
    expect(read(args, { CA: ca })).toEqual(['--kafka-ca must lead to certificates in PEM.'])
  }
})
