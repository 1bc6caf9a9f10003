import { parseArgs } from 'node:util'
import type { RailSimulatorOptions } from './rail-simulator.ts'
import { isCallbackUrl, isSecret } from './server/callback-target.ts'
import type { TlsFiles } from './server/tls.ts'

export type FlagsResult =
  | { readonly ok: true; readonly options: RailSimulatorOptions }
  | { readonly ok: false; readonly errors: readonly string[] }

const numbers = {
  port: { option: 'port', most: 65_535 },
  seed: { option: 'seed', most: 2 ** 32 - 1 },
  'latency-ms': { option: 'latencyMs', most: 3_600_000 },
  'day-ms': { option: 'dayMs', most: 2_000_000_000 },
  'callback-delay-ms': { option: 'callbackDelayMs', most: 3_600_000 },
  'late-ms': { option: 'lateMs', most: 3_600_000 },
  'slow-ms': { option: 'slowMs', most: 3_600_000 },
  'hang-ms': { option: 'hangMs', most: 3_600_000 },
  'authorization-ms': { option: 'authorizationMs', most: 31_536_000_000 },
  retain: { option: 'retain', most: 5_000_000 },
} as const

const texts = {
  host: { option: 'host', accepts: (text: string) => text !== '', sentence: 'must be an address' },
  'callback-url': {
    option: 'callbackUrl',
    accepts: isCallbackUrl,
    sentence: 'must be a URL that begins with http:// or https://',
  },
  'callback-secret': { option: 'callbackSecret', accepts: isSecret, sentence: 'must be whsec_ and base64' },
  data: { option: 'data', accepts: (text: string) => text !== '', sentence: 'must be the path of a file' },
} as const

const files = ['tls-cert', 'tls-key', 'tls-ca', 'tls-crl'] as const

const defaultPort = 8090

export function readFlags(args: readonly string[]): FlagsResult {
  const errors: string[] = []
  const options: Record<string, string | number> = { port: defaultPort }
  const known = [...Object.keys(numbers), ...Object.keys(texts), ...files, 'secure']
  const { values, tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      known.map((name) => [name, { type: name === 'secure' ? 'boolean' : 'string' } as const]),
    ),
    strict: false,
    tokens: true,
  })
  // The messages leave out the words: one that follows a misspelled flag may be a secret.
  for (const { kind, index } of tokens) {
    if (kind === 'positional') errors.push(`Argument ${index + 1} belongs to no flag; every setting has one.`)
  }
  for (const [name, value] of Object.entries(values)) {
    if (!known.includes(name)) errors.push(`--${name} is not a flag; known are --${known.join(', --')}.`)
    else if (name === 'secure') continue
    else if (typeof value !== 'string' || value === '') errors.push(`--${name} needs a value.`)
    else readValue({ name, value }, options, errors)
  }
  const tls = readTls(values, errors)
  if (tls?.isSecure && String(options.callbackUrl ?? 'https:').startsWith('http:')) {
    errors.push('--secure: --callback-url must begin with https://.')
  }
  return errors.length === 0 ? { ok: true, options: { ...options, ...(tls && { tls }) } } : { ok: false, errors }
}

function readTls(values: Readonly<Record<string, unknown>>, errors: string[]): TlsFiles | undefined {
  const [cert, key, ca, crl] = files.map((name) => (typeof values[name] === 'string' ? values[name] : undefined))
  const isSecure = values.secure === true || values.secure === 'true'
  const missing = files.filter((name) => values[name] === undefined)
  if (isSecure && missing.length > 0) {
    errors.push(`--secure needs mutual TLS: give ${missing.map((name) => `--${name}`).join(', ')} too.`)
    return undefined
  }
  if (missing.length === files.length) return undefined
  if (cert === undefined || key === undefined || (crl !== undefined && ca === undefined)) {
    errors.push('--tls-cert and --tls-key need each other, and --tls-crl needs --tls-ca.')
    return undefined
  }
  return { cert, key, ...(ca !== undefined && { ca }), ...(crl !== undefined && { crl }), isSecure }
}

function readValue(
  { name, value }: { readonly name: string; readonly value: string },
  options: Record<string, string | number>,
  errors: string[],
): void {
  if (isOf(numbers, name)) {
    const { option, most } = numbers[name]
    const least = name === 'retain' ? 1 : 0
    if (/^\d{1,12}$/.test(value) && Number(value) >= least && Number(value) <= most) options[option] = Number(value)
    else errors.push(`--${name} must be a number from ${least} to ${most}, not "${value}".`)
  } else if (isOf(texts, name)) {
    const { option, accepts, sentence } = texts[name]
    if (accepts(value)) options[option] = value
    else errors.push(`--${name} ${sentence}.`)
  }
}

function isOf<Known extends object>(known: Known, name: PropertyKey): name is keyof Known {
  return Object.hasOwn(known, name)
}
