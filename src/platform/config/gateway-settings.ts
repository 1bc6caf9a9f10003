import { type AddressList, createAddressList, isAddressBlock } from '../addresses/index.ts'
import type { TlsReferences } from '../tls/index.ts'
import type { TlsSettings } from './tls-settings.ts'

/** Of a process with the role `gateway`. */
export type GatewaySettings = {
  /** Origins of processes with the role `api`, such as `https://api.internal:8080`. A name may have many addresses. */
  readonly upstreams: readonly string[]
  /** Health and metrics for operators; undefined: only health, where clients are. */
  readonly servicePort: number | undefined
  /** Clients of other addresses are refused. */
  readonly allow: AddressList | undefined
  /** Proxies before the gateway, whose X-Forwarded-For counts. */
  readonly proxies: AddressList | undefined
  /** From the arrival of a request to the beginning of its answer. */
  readonly timeoutMs: number
  /** Requests that are passed on at once. */
  readonly requestsMax: number
  /** The certificate that clients see; undefined: that of the process. */
  readonly certificate: Pick<TlsReferences, 'cert' | 'key'> | undefined
  /** Whether clients may come without a certificate although there is an authority. */
  readonly admitsAnyone: boolean
}

export const gatewayOptions = {
  'gateway-upstream': { type: 'string' },
  'gateway-service-port': { type: 'string' },
  'gateway-allow': { type: 'string' },
  'gateway-timeout-ms': { type: 'string' },
  'gateway-requests': { type: 'string' },
  'gateway-cert': { type: 'string' },
  'gateway-key': { type: 'string' },
  'gateway-clients': { type: 'string' },
  'trusted-proxies': { type: 'string' },
  'trusted-gateways': { type: 'string' },
} as const

export const gatewayVariables: Readonly<Record<keyof typeof gatewayOptions, string>> = {
  'gateway-upstream': 'MUNIM_GATEWAY_UPSTREAM',
  'gateway-service-port': 'MUNIM_GATEWAY_SERVICE_PORT',
  'gateway-allow': 'MUNIM_GATEWAY_ALLOW',
  'gateway-timeout-ms': 'MUNIM_GATEWAY_TIMEOUT_MS',
  'gateway-requests': 'MUNIM_GATEWAY_REQUESTS',
  'gateway-cert': 'MUNIM_GATEWAY_CERT',
  'gateway-key': 'MUNIM_GATEWAY_KEY',
  'gateway-clients': 'MUNIM_GATEWAY_CLIENTS',
  'trusted-proxies': 'MUNIM_TRUSTED_PROXIES',
  'trusted-gateways': 'MUNIM_TRUSTED_GATEWAYS',
}

export type EdgeSettings = {
  /** undefined: the process is no gateway. */
  readonly gateway: GatewaySettings | undefined
  /** Of an API: the addresses of gateways that have no certificate. */
  readonly trustedGateways: AddressList | undefined
}

/** What other processes have, and what leads there. */
const credentials = ['database-url', 'secrets-key', 'secrets-token', 'kafka-password'] as const

type Values = { readonly [Name in keyof typeof gatewayOptions | (typeof credentials)[number]]?: string }

type Process = { readonly roles: ReadonlySet<string>; readonly tls: TlsSettings | undefined }

/** More than an API takes to answer. */
const timeoutMsDefault = 35_000
const requestsMaxDefault = 2_000

export function readEdge(values: Values, process: Process, errors: string[]): EdgeSettings {
  return {
    gateway: process.roles.has('gateway') ? readGateway(values, process, errors) : undefined,
    trustedGateways: readTrustedGateways(values, process, errors),
  }
}

function readGateway(values: Values, process: Process, errors: string[]): GatewaySettings {
  if (process.roles.size > 1) errors.push('--roles: a gateway is a process of its own, without other roles.')
  const held = credentials.filter((name) => values[name] !== undefined).map((name) => `--${name}`)
  if (held.length > 0) {
    errors.push(`--roles gateway: leave out ${held.join(', ')}; a gateway has no credentials of the other processes.`)
  }
  return {
    upstreams: readUpstreams(values['gateway-upstream'], process, errors),
    servicePort: readNumber({ name: 'gateway-service-port', values, max: 65_535 }, errors),
    allow: readList('gateway-allow', values, errors),
    proxies: readList('trusted-proxies', values, errors),
    timeoutMs: readNumber({ name: 'gateway-timeout-ms', values, max: 600_000 }, errors) ?? timeoutMsDefault,
    requestsMax: readNumber({ name: 'gateway-requests', values, max: 100_000 }, errors) ?? requestsMaxDefault,
    certificate: readCertificate(values, process, errors),
    admitsAnyone: readClients(values['gateway-clients'], process, errors),
  }
}

function readTrustedGateways(values: Values, { tls }: Process, errors: string[]): AddressList | undefined {
  const list = readList('trusted-gateways', values, errors)
  if (list === undefined || tls?.isSecure !== true) return list
  errors.push('--secure: gateways are known by their certificates; leave out --trusted-gateways.')
  return undefined
}

function readUpstreams(text: string | undefined, { tls }: Process, errors: string[]): string[] {
  if (text === undefined) {
    errors.push('--roles gateway needs --gateway-upstream, the address of each API or a name that has them all.')
    return []
  }
  const urls = text.split(',').map((url) => url.trim().replace(/\/$/, ''))
  for (const url of urls) {
    const isOrigin = /^https?:\/\//.test(url) && URL.canParse(url) && new URL(url).origin === withoutPort(url)
    if (!isOrigin)
      errors.push('--gateway-upstream must be addresses without a path: https://api-1:8080,https://api-2:8080.')
    else if (tls?.isSecure === true && !url.startsWith('https:'))
      errors.push('--secure: --gateway-upstream must begin with https://.')
  }
  return [...new Set(urls)]
}

/** As `origin` has it: without the port that the scheme has anyway. */
function withoutPort(url: string): string {
  return url.replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2')
}

function readList(
  name: 'gateway-allow' | 'trusted-proxies' | 'trusted-gateways',
  values: Values,
  errors: string[],
): AddressList | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const blocks = text.split(',').map((block) => block.trim())
  const wrong = blocks.filter((block) => !isAddressBlock(block))
  for (const block of wrong) {
    errors.push(`--${name} must be addresses or blocks such as "10.2.0.0/16,fd12::/48", not "${block}".`)
  }
  return wrong.length > 0 ? undefined : createAddressList(blocks)
}

type GivenNumber = {
  readonly name: 'gateway-service-port' | 'gateway-timeout-ms' | 'gateway-requests'
  readonly values: Values
  readonly max: number
}

function readNumber({ name, values, max }: GivenNumber, errors: string[]): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const least = name === 'gateway-service-port' ? 0 : 1
  if (/^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= max) return Number(text)
  errors.push(`--${name} must be a whole number from ${least} to ${max}, not "${text}".`)
  return undefined
}

function readCertificate(values: Values, { tls }: Process, errors: string[]): GatewaySettings['certificate'] {
  const { 'gateway-cert': cert, 'gateway-key': key } = values
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) errors.push('--gateway-cert and --gateway-key need each other.')
  if (tls === undefined) errors.push('--gateway-cert needs --tls-cert, with which the gateway connects to the API.')
  return { cert: `file:${cert}`, key: `file:${key}` }
}

function readClients(text: string | undefined, { tls }: Process, errors: string[]): boolean {
  if (text === undefined || text === 'certificate') return false
  if (text !== 'any') errors.push(`--gateway-clients must be certificate or any, not "${text}".`)
  else if (tls?.references.ca === undefined) errors.push('--gateway-clients needs --tls-cert and --tls-ca.')
  return text === 'any'
}
