import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KafkaBrokers, startKafkaBrokers } from '#testing'
import { createTestAuthority } from '../../../test/support/test-authority.ts'
import { openTls } from '../tls/index.ts'
import { checkKafka, createRecordProducer, ensureTopics, type KafkaSettings } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'munim-kafka-tls-'))
const authority = createTestAuthority('Kafka')
const jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule required'
const users = 'username="broker" password="b" user_broker="b" user_munim="right" user_guest="g"'
let brokers: KafkaBrokers
let kafka: KafkaSettings

beforeAll(async () => {
  const { cert, key } = authority.issue({ name: 'broker', hosts: ['127.0.0.1'] })
  const store = join(folder, 'broker.pem')
  writeFileSync(store, `${key}${cert}`)
  const trusted = join(folder, 'authority.pem')
  writeFileSync(trusted, authority.cert)
  brokers = await startKafkaBrokers({
    settings: [
      'listener.security.protocol.map=PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT',
      'sasl.enabled.mechanisms=PLAIN',
      'sasl.mechanism.inter.broker.protocol=PLAIN',
      `listener.name.plaintext.plain.sasl.jaas.config=${jaas} ${users};`,
      'ssl.keystore.type=PEM',
      `ssl.keystore.location=${store}`,
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${trusted}`,
      // With a login, only the setting of the listener counts. Brokers show each other the certificate of their keystore.
      'listener.name.plaintext.ssl.client.auth=required',
      'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users=User:ANONYMOUS;User:broker;User:munim',
    ],
  })
  const sasl = { mechanism: 'PLAIN', username: 'munim', password: 'right' } as const
  const own = { ...authority.issue({ name: 'munim' }), ca: [authority.cert], crl: [authority.revoke([])] }
  const opened = openTls(own, { isStrict: true })
  if (!opened.ok) throw new Error(opened.why)
  kafka = { brokers: brokers.addresses, tls: opened.tls, sasl, exchangeMs: 5_000 }
})
afterAll(async () => {
  await brokers?.stop()
  rmSync(folder, { recursive: true })
})

test('a cluster is used over mutual TLS with a login', async () => {
  await checkKafka(kafka)
  await ensureTopics(kafka, [{ name: 'over-tls', partitions: 1, replicas: 1 }])
  const producer = createRecordProducer(kafka)
  await producer.send([{ topic: 'over-tls', key: 'a', value: 'b' }])
  await producer.close()
})

test('a cluster that asks for a certificate is not used without', async () => {
  const without = { ...kafka, tls: { ca: authority.cert } }
  await expect(checkKafka(without)).rejects.toMatchObject({
    ...{ code: 'kafka_unauthorized', retryable: false },
    message: expect.stringMatching(/^Kafka at 127\.0\.0\.1:\d+ wants a certificate of Munim that it trusts \(.+\)\.$/),
  })
})

const login = (username: string, password: string) => ({ mechanism: 'PLAIN', username, password }) as const

test('a wrong password, a strange certificate and missing rights are each one sentence', async () => {
  await expect(checkKafka({ ...kafka, sasl: login('munim', 'wrong') })).rejects.toMatchObject({
    ...{ code: 'kafka_unauthorized', message: 'Kafka refused the user name or the password.', retryable: false },
  })
  await expect(checkKafka({ ...kafka, tls: { ca: createTestAuthority('other').cert } })).rejects.toMatchObject({
    ...{ code: 'kafka_untrusted', retryable: false },
    message: expect.stringMatching(/^The certificate of Kafka at 127\.0\.0\.1:\d+ is not trusted: .+\.$/),
  })
  const guest = { ...kafka, sasl: login('guest', 'g') }
  await expect(ensureTopics(guest, [{ name: 'of-guest', partitions: 1, replicas: 1 }])).rejects.toMatchObject({
    ...{ code: 'kafka_refused', retryable: false },
    message: 'The topic of-guest is missing and could not be created: the user of Munim may not use the topic.',
  })
})
