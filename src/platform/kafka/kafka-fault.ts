import { Fault } from '../faults/index.ts'

export class KafkaFault extends Fault {
  override readonly name = 'KafkaFault'
}

/** The protocol's names of errors that an operator mends, with what is said after what was attempted. */
const sentences: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: 'the user of Munim may not use the topic',
  GROUP_AUTHORIZATION_FAILED: 'the user of Munim may not use the consumer group',
  CLUSTER_AUTHORIZATION_FAILED: 'the user of Munim may not do that on this cluster',
  INVALID_REPLICATION_FACTOR: 'the cluster has fewer brokers than the topic is to have copies',
  NOT_ENOUGH_REPLICAS: 'too few copies of the partition are in sync',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'too few copies of the partition are in sync',
  POLICY_VIOLATION: 'a policy of the cluster forbids it',
  MESSAGE_TOO_LARGE: 'the record is larger than the topic allows',
}
/** The library's own words, which take the place of the protocol's. */
const unknownTopic = /^Unknown topic (\S+)$/
const unknownTopicIds = ['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID']
/** Settings, not the moment, are the cause. */
const lasting = /AUTHORIZATION|REPLICATION_FACTOR|POLICY|TOO_LARGE/

/** One sentence, whatever the library wraps its errors in. */
export function kafkaFault(error: unknown, attempted: string, brokers: readonly string[]): Fault {
  if (error instanceof Fault) return error
  const cause = error instanceof Error ? error : new Error(String(error))
  const code = (name: string) => withCauses(cause).some((one) => one.code === name)
  for (const [id, why] of Object.entries(sentences)) {
    if (!hasProtocolError(cause, id)) continue
    const name = lasting.test(id) ? 'kafka_refused' : 'kafka_unavailable'
    return new KafkaFault({ code: name, message: `${attempted}: ${why}.`, cause, retryable: !lasting.test(id) })
  }
  if (code('PLT_KFK_AUTHENTICATION')) {
    return new KafkaFault({
      code: 'kafka_unauthorized',
      message: 'Kafka refused the user name or the password.',
      cause,
      retryable: false,
    })
  }
  if (code('PLT_KFK_UNSUPPORTED_API')) {
    const why = 'the broker lacks a request that Munim needs, in a version that Munim speaks'
    return new KafkaFault({ code: 'kafka_too_old', message: `${attempted}: ${why}.`, cause, retryable: false })
  }
  const root = rootOf(cause)
  const [, missing] = unknownTopic.exec(root) ?? []
  if (missing !== undefined || unknownTopicIds.some((id) => hasProtocolError(cause, id))) {
    const message = `${attempted}: the topic${missing === undefined ? '' : ` ${missing}`} is missing.`
    return new KafkaFault({ code: 'kafka_topic_missing', message, cause, retryable: true })
  }
  const at = brokers.join(', ')
  const [, alert] = /alert ((?:\w+ )*certificate(?: \w+)*|unknown ca)/.exec(root) ?? []
  if (alert !== undefined) {
    const text = `Kafka at ${at} wants a certificate of Munim that it trusts (${alert}).`
    return new KafkaFault({ code: 'kafka_unauthorized', message: text, cause, retryable: false })
  }
  if (/certificate|self.signed|CERT_|CRL|altnames/i.test(root)) {
    const text = `The certificate of Kafka at ${at} is not trusted: ${root}.`
    return new KafkaFault({ code: 'kafka_untrusted', message: text, cause, retryable: false })
  }
  if (code('PLT_KFK_NETWORK') || code('PLT_KFK_TIMEOUT')) {
    return new KafkaFault({
      code: 'kafka_unreachable',
      message: `${attempted}: no answer from Kafka at ${at} (${root}).`,
      cause,
      retryable: true,
    })
  }
  return new KafkaFault({ code: 'kafka_failed', message: `${attempted}: ${root}.`, cause, retryable: true })
}

export function hasProtocolError(error: unknown, id: string): boolean {
  return withCauses(error).some(({ apiId }) => apiId === id)
}

/** The first that is so, of the error and of all that it was made from. */
export function findError(error: unknown, is: (one: Error) => boolean): Error | undefined {
  return withCauses(error).find(is)
}

type LibraryError = Error & { readonly code?: unknown; readonly apiId?: unknown }

/** The error, and all that it was made from. The library's own search leaves out causes. */
function withCauses(error: unknown): LibraryError[] {
  if (!(error instanceof Error)) return []
  const made: readonly unknown[] = [error.cause, ...(error instanceof AggregateError ? error.errors : [])]
  return [error, ...made.flatMap(withCauses)]
}

/** The innermost message: that of the socket or of the broker. */
function rootOf(error: Error): string {
  const inner = error instanceof AggregateError && error.errors.length > 0 ? error.errors.at(-1) : error.cause
  return inner instanceof Error ? rootOf(inner) : error.message.replace(/\.$/, '')
}
