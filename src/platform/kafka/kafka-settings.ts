import type { BaseOptions } from '@platformatic/kafka'
import { currentConnectOptions, type Tls } from '../tls/index.ts'
import './heard-connections.ts'

/** How a cluster is reached. Secrets are passed as values: who reads the settings resolves references to them. */
export type KafkaSettings = {
  /** `host:port` of some brokers. They name the others. */
  readonly brokers: readonly string[]
  readonly tls?: KafkaTls | undefined
  readonly sasl?: KafkaLogin | undefined
  /** After this, an exchange has failed. Default: 10 s. */
  readonly exchangeMs?: number
}

/** PEM texts, an empty object for the system's authorities, or files that are read again when they change. */
export type KafkaTls = { readonly ca?: string; readonly cert?: string; readonly key?: string } | Tls

export type KafkaLogin = {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly username: string
  readonly password: string
}

export const exchangeMsDefault = 10_000

/**
 * Without retries of the library: what is repeated, and when, is decided where it is known what that means. The library
 * always asks the first broker that accepts a connection. A frozen one accepts it and never answers: so another one is
 * the first each time that a client is opened.
 */
export function clientOptions(
  { brokers, tls, sasl, exchangeMs = exchangeMsDefault }: KafkaSettings,
  first = Math.floor(Math.random() * brokers.length),
): BaseOptions {
  return {
    clientId: 'munim',
    bootstrapBrokers: [...brokers.slice(first), ...brokers.slice(0, first)],
    connectTimeout: Math.min(5_000, exchangeMs),
    requestTimeout: exchangeMs,
    timeout: exchangeMs,
    retries: 0,
    autocreateTopics: false,
    ...(tls !== undefined && { tls: typeof tls === 'function' ? currentConnectOptions(tls) : { ...tls } }),
    ...(sasl !== undefined && { sasl: { ...sasl } }),
  }
}
