import { X509Certificate } from 'node:crypto'
import type { KafkaLogin, KafkaSettings } from '../kafka/index.ts'
import { openSecret } from '../secrets/index.ts'

/** The lanes, or the events, on topics of Kafka. */
export type LanesSettings = {
  readonly kafka: KafkaSettings
  readonly prefix: string
  readonly partitions: number
  readonly replicas: number
}

const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

export const lanesOptions = {
  lanes: { type: 'string' },
  events: { type: 'string' },
  'kafka-brokers': { type: 'string' },
  'kafka-prefix': { type: 'string' },
  'kafka-partitions': { type: 'string' },
  'kafka-replicas': { type: 'string' },
  'kafka-ca': { type: 'string' },
  'kafka-login': { type: 'string' },
  'kafka-user': { type: 'string' },
  'kafka-password': { type: 'string' },
} as const

export const lanesVariables: Readonly<Record<keyof typeof lanesOptions, string>> = {
  lanes: 'MUNIM_LANES',
  events: 'MUNIM_EVENTS',
  'kafka-brokers': 'MUNIM_KAFKA_BROKERS',
  'kafka-prefix': 'MUNIM_KAFKA_PREFIX',
  'kafka-partitions': 'MUNIM_KAFKA_PARTITIONS',
  'kafka-replicas': 'MUNIM_KAFKA_REPLICAS',
  'kafka-ca': 'MUNIM_KAFKA_CA',
  'kafka-login': 'MUNIM_KAFKA_LOGIN',
  'kafka-user': 'MUNIM_KAFKA_USER',
  'kafka-password': 'MUNIM_KAFKA_PASSWORD',
}

type Values = { readonly [Name in keyof typeof lanesOptions]?: string }
type Environment = Readonly<Record<string, string | undefined>>

type Topics = { readonly lanes: LanesSettings | undefined; readonly events: LanesSettings | undefined }

/** Events go where the lanes are, unless that is said. */
export function readLanes(values: Values, environment: Environment, errors: string[]): Topics {
  const lanes = readEngine({ flag: 'lanes', text: values.lanes ?? 'postgres' }, errors)
  const events = readEngine({ flag: 'events', text: values.events ?? lanes }, errors)
  if (lanes !== 'kafka' && events !== 'kafka') {
    const [stray] = Object.keys(values).filter((name) => name.startsWith('kafka-') && name in lanesOptions)
    if (stray !== undefined) errors.push(`--${stray} needs --lanes kafka or --events kafka.`)
    return { lanes: undefined, events: undefined }
  }
  const settings = readTopics(values, environment, errors)
  return { lanes: lanes === 'kafka' ? settings : undefined, events: events === 'kafka' ? settings : undefined }
}

type GivenEngine = { readonly flag: string; readonly text: string }

function readEngine({ flag, text }: GivenEngine, errors: string[]): 'postgres' | 'kafka' {
  if (text === 'postgres' || text === 'kafka') return text
  errors.push(`--${flag} must be postgres or kafka, not "${text}".`)
  return 'postgres'
}

function readTopics(values: Values, environment: Environment, errors: string[]): LanesSettings {
  return {
    kafka: {
      brokers: readBrokers(values['kafka-brokers'], errors),
      tls: readTls(values['kafka-ca'], environment, errors),
      sasl: readLogin(values, environment, errors),
    },
    prefix: readPrefix(values['kafka-prefix'] ?? 'munim', errors),
    partitions: readCount({ name: 'kafka-partitions', text: values['kafka-partitions'] ?? '12', most: 1_000 }, errors),
    replicas: readCount({ name: 'kafka-replicas', text: values['kafka-replicas'] ?? '3', most: 9 }, errors),
  }
}

function readBrokers(text: string | undefined, errors: string[]): readonly string[] {
  const brokers = (text ?? '').split(',').map((broker) => broker.trim())
  const isBroker = (broker: string) => {
    const port = Number(/^[^\s:,]+:(\d{1,5})$/.exec(broker)?.[1])
    return port >= 1 && port <= 65_535
  }
  if (brokers.every(isBroker)) return brokers
  errors.push('--kafka-brokers must name brokers, such as "kafka-1:9092,kafka-2:9092".')
  return []
}

function readPrefix(text: string, errors: string[]): string {
  if (/^[a-zA-Z0-9._-]{1,100}$/.test(text)) return text
  errors.push(`--kafka-prefix may have letters, digits, ".", "_" and "-", not "${text}".`)
  return 'munim'
}

type Count = { readonly name: string; readonly text: string; readonly most: number }

function readCount({ name, text, most }: Count, errors: string[]): number {
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= most) return Number(text)
  errors.push(`--${name} must be a whole number from 1 to ${most}, not "${text}".`)
  return 1
}

function readTls(reference: string | undefined, environment: Environment, errors: string[]): KafkaSettings['tls'] {
  if (reference === undefined) return undefined
  if (reference === 'system') return {}
  const opened = openSecret(reference, environment)
  const ca = opened.ok ? opened.secret.versions().join('\n') : ''
  if (opened.ok && isCertificates(ca)) return { ca }
  errors.push(opened.ok ? '--kafka-ca must lead to certificates in PEM.' : `--kafka-ca: ${opened.why}.`)
  return undefined
}

function isCertificates(text: string): boolean {
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  try {
    for (const certificate of certificates) new X509Certificate(certificate)
    return certificates.length > 0
  } catch {
    return false
  }
}

function readLogin(values: Values, environment: Environment, errors: string[]): KafkaLogin | undefined {
  const { 'kafka-user': username, 'kafka-password': reference, 'kafka-login': name = 'SCRAM-SHA-512' } = values
  const mechanism = mechanisms.find((known) => known === name)
  if (mechanism === undefined) errors.push(`--kafka-login must be one of ${mechanisms.join(', ')}, not "${name}".`)
  if (username === undefined && reference === undefined) return undefined
  if (username === undefined || reference === undefined) {
    errors.push('--kafka-user and --kafka-password need each other.')
    return undefined
  }
  if (!/^(env|file):./.test(reference)) {
    errors.push('--kafka-password must be a reference, env:NAME or file:PATH.')
    return undefined
  }
  const opened = openSecret(reference, environment)
  if (!opened.ok) errors.push(`--kafka-password: ${opened.why}.`)
  const [password] = opened.ok ? opened.secret.versions() : []
  return mechanism === undefined || password === undefined ? undefined : { mechanism, username, password }
}
