import { parseArgs } from 'node:util'
import { isAddressBlock } from '../addresses/index.ts'
import { type LogLevel, logLevels } from '../telemetry/index.ts'
import { deadlineOptions, deadlineVariables, readDeadlineMax } from './deadline-settings.ts'
import { type EdgeSettings, gatewayOptions, gatewayVariables, readEdge } from './gateway-settings.ts'
import { type LanesSettings, lanesOptions, lanesVariables, readLanes } from './lanes-settings.ts'
import { type OauthSettings, oauthOptions, oauthVariables, readOauth } from './oauth-settings.ts'
import { readTls, refuseInsecure, type TlsSettings, tlsOptions, tlsVariables } from './tls-settings.ts'

/** A process has some of the first four; by default, all four. A gateway is a process of its own. */
export const roles = ['api', 'worker', 'relay', 'scheduler', 'gateway'] as const
export const rolesWithDatabase = ['api', 'worker', 'relay', 'scheduler'] as const satisfies readonly Role[]
type Role = (typeof roles)[number]

/** Days to keep each kind of aging rows; undefined: forever. */
export type KeepDays = {
  readonly keys: number
  readonly events: number | undefined
  /** Counted from the creation of the payment or payout. */
  readonly timelines: number | undefined
  readonly audit: number | undefined
}

export const defaultKeepDays: KeepDays = { keys: 30, events: 30, timelines: 1100, audit: 3660 }

/** What the flags say about rails. The module `rails` reads it. */
export type RailFlags = {
  readonly file: string | undefined
  readonly simulator: string | undefined
  readonly callbackSecret: string | undefined
  readonly timeoutMs: string | undefined
  /** Every rail must be reached by https. */
  readonly isSecure?: boolean
}

/** All settings of the program, read from flags and the environment. */
export type Configuration = {
  readonly dataDirectory: string
  readonly host: string
  readonly port: number
  /** undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined
  readonly roles: ReadonlySet<Role>
  readonly logLevel: LogLevel
  /** undefined: the server's own docs. */
  readonly docsUrl: string | undefined
  /** Where traces go, as OTLP over HTTP; undefined: none are made. */
  readonly otlpEndpoint: string | undefined
  readonly ratePerSecond: number | undefined
  /** The latest deadline that a request may have. */
  readonly deadlineMaxMs: number
  readonly keepDays: KeepDays
  /** Minor units by asset, up to which one person may write off. */
  readonly writeOffLimits: ReadonlyMap<string, bigint>
  /** Names a restore of the database from an older copy. undefined: there was none. */
  readonly restored: string | undefined
  readonly rails: RailFlags
  /** Addresses and blocks to which calls may go, besides those of `#platform/outgoing`. */
  readonly outgoingAllow: readonly string[]
  /** References to the key that seals secrets, and to the login of a key service. undefined: nothing is sealed. */
  readonly secrets: { readonly key: string; readonly token: string | undefined } | undefined
  /** undefined: the lanes run on PostgreSQL alone. */
  readonly lanes: LanesSettings | undefined
  /** undefined: the events are in the feed only. */
  readonly events: LanesSettings | undefined
  /** undefined: plain connections. */
  readonly tls: TlsSettings | undefined
  readonly oauth: OauthSettings
} & EdgeSettings

export type ConfigurationResult =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly errors: readonly string[] }

const options = {
  data: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  'database-url': { type: 'string' },
  roles: { type: 'string' },
  'log-level': { type: 'string' },
  'docs-url': { type: 'string' },
  'otlp-endpoint': { type: 'string' },
  'rate-per-second': { type: 'string' },
  'keep-keys': { type: 'string' },
  'keep-events': { type: 'string' },
  'keep-timelines': { type: 'string' },
  'keep-audit': { type: 'string' },
  'write-off-limits': { type: 'string' },
  restored: { type: 'string' },
  'rails-config': { type: 'string' },
  'rail-simulator': { type: 'string' },
  'rail-callback-secret': { type: 'string' },
  'rail-timeout-ms': { type: 'string' },
  'outgoing-allow': { type: 'string' },
  'secrets-key': { type: 'string' },
  'secrets-token': { type: 'string' },
  ...deadlineOptions,
  ...lanesOptions,
  ...tlsOptions,
  ...oauthOptions,
  ...gatewayOptions,
} as const

type Values = { -readonly [Name in keyof typeof options]?: string }

/** A flag overrides its variable. An empty variable counts as absent. */
export const variables: Readonly<Record<keyof typeof options, string>> = {
  data: 'MUNIM_DATA',
  port: 'MUNIM_PORT',
  host: 'MUNIM_HOST',
  'database-url': 'DATABASE_URL',
  roles: 'MUNIM_ROLES',
  'log-level': 'MUNIM_LOG_LEVEL',
  'docs-url': 'MUNIM_DOCS_URL',
  'otlp-endpoint': 'OTEL_EXPORTER_OTLP_ENDPOINT',
  'rate-per-second': 'MUNIM_RATE_PER_SECOND',
  'keep-keys': 'MUNIM_KEEP_KEYS',
  'keep-events': 'MUNIM_KEEP_EVENTS',
  'keep-timelines': 'MUNIM_KEEP_TIMELINES',
  'keep-audit': 'MUNIM_KEEP_AUDIT',
  'write-off-limits': 'MUNIM_WRITE_OFF_LIMITS',
  restored: 'MUNIM_RESTORED',
  'rails-config': 'MUNIM_RAILS_CONFIG',
  'rail-simulator': 'MUNIM_RAIL_SIMULATOR',
  'rail-callback-secret': 'MUNIM_RAIL_CALLBACK_SECRET',
  'rail-timeout-ms': 'MUNIM_RAIL_TIMEOUT_MS',
  'outgoing-allow': 'MUNIM_OUTGOING_ALLOW',
  'secrets-key': 'MUNIM_SECRETS_KEY',
  'secrets-token': 'MUNIM_SECRETS_TOKEN',
  ...deadlineVariables,
  ...lanesVariables,
  ...tlsVariables,
  ...oauthVariables,
  ...gatewayVariables,
}

/** An unknown flag or role, or a malformed value, is an error. */
export function readConfiguration(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ConfigurationResult {
  const errors: string[] = []
  const values = readValues(args, environment, errors)
  const tls = readTls(values, errors)
  const ownRoles = readRoles(values.roles ?? rolesWithDatabase.join(','), errors)
  const configuration: Configuration = {
    dataDirectory: values.data ?? '.munim',
    host: values.host ?? '127.0.0.1',
    port: readPort(values.port ?? '8080', errors),
    databaseUrl: readDatabaseUrl(values['database-url'], errors),
    roles: ownRoles,
    logLevel: readLogLevel(values['log-level'] ?? 'warn', errors),
    docsUrl: readUrl('docs-url', values, errors),
    otlpEndpoint: readEndpoint(values, errors),
    ratePerSecond: readRate(values['rate-per-second'], errors),
    deadlineMaxMs: readDeadlineMax(values, errors),
    keepDays: readKeepDays(values, errors),
    writeOffLimits: readLimits(values['write-off-limits'], errors),
    restored: values.restored,
    rails: {
      file: values['rails-config'],
      simulator: values['rail-simulator'],
      callbackSecret: values['rail-callback-secret'],
      timeoutMs: values['rail-timeout-ms'],
      ...(tls?.isSecure && { isSecure: true }),
    },
    outgoingAllow: readBlocks(values['outgoing-allow'], errors),
    secrets: readSecrets(values, errors),
    ...readLanes(values, environment, errors),
    tls,
    oauth: readOauth(values, errors),
    ...readEdge(values, { roles: ownRoles, tls }, errors),
  }
  if (tls?.isSecure) refuseInsecure(configuration, values['kafka-ca'], errors)
  return errors.length === 0 ? { ok: true, configuration } : { ok: false, errors }
}

function readValues(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  errors: string[],
): Values {
  // Not strict, so that one run reports every error in our own words.
  const { values: flags, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  // The messages leave out the words: one that follows a misspelled flag may be a secret.
  const named = new Set<string>()
  const stray = new Set<number>()
  for (const token of tokens) {
    if (token.kind === 'option' && token.rawName === `--${token.name}`) named.add(token.name)
    else if (token.kind !== 'option-terminator') stray.add(token.index)
  }
  for (const index of stray) errors.push(`Argument ${index + 1} belongs to no flag; every setting has one.`)
  const values: Values = {}
  for (const [name, value] of Object.entries(flags)) {
    if (!named.has(name)) continue
    if (!isOption(name)) errors.push(`--${name} is not a flag; known are --${Object.keys(options).join(', --')}.`)
    else Object.assign(values, readFlag({ name, value }, errors))
  }
  for (const name of Object.keys(options).filter(isOption)) {
    const fallback = environment[variables[name]]
    if (flags[name] === undefined && fallback !== undefined && fallback !== '') values[name] = fallback
  }
  return values
}

type GivenFlag = { readonly name: keyof typeof options; readonly value: unknown }

function readFlag({ name, value }: GivenFlag, errors: string[]): Values {
  if (typeof value === 'string' && value !== '') return { [name]: value }
  if (value === true && options[name].type === 'boolean') return { [name]: 'true' }
  errors.push(`--${name} needs a value.`)
  return {}
}

function isOption(name: string): name is keyof typeof options {
  return Object.hasOwn(options, name)
}

function readPort(text: string, errors: string[]): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  errors.push(`--port must be a number from 0 to 65535, not "${text}".`)
  return 0
}

function readRoles(text: string, errors: string[]): ReadonlySet<Role> {
  const names = text.split(',').map((name) => name.trim())
  const known = names.filter((name): name is Role => (roles as readonly string[]).includes(name))
  for (const name of names) {
    if (!(roles as readonly string[]).includes(name)) {
      errors.push(`--roles: "${name}" is not a role; known are ${roles.join(', ')}.`)
    }
  }
  return new Set(known)
}

function readLogLevel(text: string, errors: string[]): LogLevel {
  const level = logLevels.find((known) => known === text)
  if (level === undefined) errors.push(`--log-level must be one of ${logLevels.join(', ')}, not "${text}".`)
  return level ?? 'warn'
}

/** Checks only the scheme, and leaves the rest to the driver: PostgreSQL's URLs may omit the host. */
function readDatabaseUrl(text: string | undefined, errors: string[]): string | undefined {
  if (text === undefined || /^postgres(ql)?:\/\/./.test(text)) return text
  // The message omits the value, which may hold a password.
  errors.push('--database-url must be a URL that begins with postgres:// or postgresql://.')
  return undefined
}

function readUrl(flag: 'docs-url' | 'otlp-endpoint', values: Values, errors: string[]): string | undefined {
  const text = values[flag]
  if (text === undefined) return undefined
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '')
  errors.push(`--${flag} must be a URL that begins with https:// or http://.`)
  return undefined
}

/** The path of traces is appended to it, and no login is sent. */
function readEndpoint(values: Values, errors: string[]): string | undefined {
  const text = readUrl('otlp-endpoint', values, errors)
  if (text === undefined) return undefined
  const { username, password, search, hash } = new URL(text)
  if (username + password + search + hash === '' && !/[?#]$/.test(text)) return text
  errors.push('--otlp-endpoint must be a URL without a login, a query and a fragment.')
  return undefined
}

function readRate(text: string | undefined, errors: string[]): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  errors.push(`--rate-per-second must be a whole number from 1 to 9999999, not "${text}".`)
  return undefined
}

function readKeepDays(values: Values, errors: string[]): KeepDays {
  const read = (name: 'events' | 'timelines' | 'audit') => {
    const text = values[`keep-${name}`]
    if (text === 'forever') return undefined
    if (text === undefined) return defaultKeepDays[name]
    return readDays({ flag: `keep-${name}`, text, or: ' or "forever"' }, errors)
  }
  const keys = values['keep-keys']
  return {
    keys: keys === undefined ? defaultKeepDays.keys : readDays({ flag: 'keep-keys', text: keys }, errors),
    events: read('events'),
    timelines: read('timelines'),
    audit: read('audit'),
  }
}

type GivenDays = { readonly flag: string; readonly text: string; readonly or?: string }

function readDays({ flag, text, or = '' }: GivenDays, errors: string[]): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text)
  errors.push(`--${flag} must be a number of days from 1 to 99999${or}, not "${text}".`)
  return 0
}

function readLimits(text: string | undefined, errors: string[]): ReadonlyMap<string, bigint> {
  const limits = new Map<string, bigint>()
  for (const part of text?.split(',') ?? []) {
    const [, asset = '', amount = ''] = /^\s*([A-Z][A-Z0-9-]*)=(\d{1,18})\s*$/.exec(part) ?? []
    if (asset !== '') limits.set(asset, BigInt(amount))
    else errors.push(`--write-off-limits must be like "USD=10000,INR=500000", in minor units, not "${text}".`)
  }
  return limits
}

function readBlocks(text: string | undefined, errors: string[]): readonly string[] {
  const blocks = text?.split(',').map((block) => block.trim()) ?? []
  for (const block of blocks.filter((one) => !isAddressBlock(one))) {
    errors.push(`--outgoing-allow must be addresses or blocks such as "10.2.0.0/16,fd12::/48", not "${block}".`)
  }
  return blocks
}

/** The messages leave out the values, which may be keys by mistake. */
function readSecrets(values: Values, errors: string[]): Configuration['secrets'] {
  const { 'secrets-key': key, 'secrets-token': token } = values
  if (key === undefined) return undefined
  if (!/^(env|file|transit):./.test(key)) errors.push('--secrets-key must be env:NAME, file:PATH or transit:URL.')
  return { key, token }
}
