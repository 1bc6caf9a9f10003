// The process's own certificate, and what uses it.
import type { Configuration, TlsSettings } from '#platform/config'
import type { Logger, Metric } from '#platform/telemetry'
import { endsOf, openTls, type Tls, withAuthorities } from '#platform/tls'

type Topics = Configuration['lanes']

export type ProcessTls =
  | { readonly ok: true; readonly tls: Tls | undefined }
  | { readonly ok: false; readonly error: string }

export function openProcessTls(settings: TlsSettings | undefined, logger: Pick<Logger, 'warn'>): ProcessTls {
  if (settings === undefined) return { ok: true, tls: undefined }
  const opened = openTls(settings.references, {
    isStrict: settings.isSecure,
    onFault: ({ code, message }) => logger.warn({ fault: { code, message } }, 'changed TLS files are not used'),
  })
  return opened.ok ? opened : { ok: false, error: `The files of --tls-cert cannot be used: ${opened.why}.` }
}

/** Kafka gets the process's certificate: in a secure process always, in others when `--kafka-ca` asks for TLS. */
export function withKafkaTls(topics: Topics, tls: Tls | undefined): Topics {
  if (topics === undefined || tls === undefined) return topics
  const { kafka } = topics
  if (tls().isStrict) return { ...topics, kafka: { ...kafka, tls } }
  if (kafka.tls === undefined || typeof kafka.tls === 'function') return topics
  const { ca } = kafka.tls
  return { ...topics, kafka: { ...kafka, tls: withAuthorities(tls, ca === undefined ? undefined : [ca]) } }
}

export function tlsMetrics(tls: Tls | undefined): readonly Metric[] {
  return [
    {
      name: 'munim_tls_end_timestamp_seconds',
      help: "When the process's certificate, the authority or the list of revoked certificates ends; none without TLS.",
      labels: ['what'],
      read: () =>
        tls === undefined ? [] : endsOf(tls()).map(({ what, endsMs }) => [{ what }, endsMs / 1_000] as const),
    },
  ]
}
