import { readFileSync } from 'node:fs'
import { webhookSecret } from '../webhooks/index.ts'

/** A configured rail. The module `rails` checks whether the adapter exists. */
export type RailSettings = {
  readonly name: string
  readonly adapter: string
  readonly url: string
  /** Secrets that sign callbacks; several during a rotation. */
  readonly callbackSecrets: readonly Buffer[]
  /** undefined: the adapter's own. */
  readonly timeoutMs: number | undefined
  /** How long to wait for an answer before an inquiry; undefined: the adapter's own. */
  readonly inquireAfterMs: number | undefined
}

type RailFlags = {
  readonly file: string | undefined
  readonly simulator: string | undefined
  readonly callbackSecret: string | undefined
  readonly timeoutMs: string | undefined
}

const namePattern = /^[a-z][a-z0-9_-]{0,31}$/
const fields = ['adapter', 'url', 'callback_secrets', 'timeout_ms', 'inquire_after_ms']
const durationMaxMs = 86_400_000
const simulatorRails = ['card', 'upi', 'bank'] as const

/** The default secret. It protects nothing. */
const simulatorSecret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='

/** The file holds secrets, so no message repeats its values. */
export function readRails(flags: RailFlags, errors: string[]): RailSettings[] {
  const rails = [...readSimulator(flags, errors), ...(flags.file === undefined ? [] : readFile(flags.file, errors))]
  const names = rails.map(({ name }) => name)
  for (const name of new Set(names.filter((name, at) => names.indexOf(name) !== at))) {
    errors.push(`The rail "${name}" is configured twice.`)
  }
  return rails
}

function readSimulator({ simulator, callbackSecret, timeoutMs }: RailFlags, errors: string[]): RailSettings[] {
  const secret = webhookSecret(callbackSecret ?? simulatorSecret)
  if (secret === undefined) errors.push('--rail-callback-secret must be whsec_ and the base64 of 16 to 64 bytes.')
  const timeout = timeoutMs === undefined ? undefined : readDuration(Number(timeoutMs))
  if (timeoutMs !== undefined && timeout === undefined) {
    errors.push(`--rail-timeout-ms must be a whole number from 1 to ${durationMaxMs}, not "${timeoutMs}".`)
  }
  if (simulator === undefined) return []
  if (!isWebUrl(simulator)) {
    errors.push('--rail-simulator must be a URL that begins with https:// or http://.')
    return []
  }
  return simulatorRails.map((name) => ({
    name,
    adapter: `simulator-${name}`,
    url: simulator,
    callbackSecrets: secret === undefined ? [] : [secret],
    timeoutMs: timeout,
    inquireAfterMs: undefined,
  }))
}

function readFile(path: string, errors: string[]): RailSettings[] {
  const value = parseFile(path, errors)
  if (value === undefined) return []
  if (!isRecord(value)) {
    errors.push(`--rails-config: ${path} must hold a JSON object with a rail under each name.`)
    return []
  }
  return Object.entries(value).flatMap(([name, rail]) => readRail(name, rail, errors))
}

function parseFile(path: string, errors: string[]): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    errors.push(
      `--rails-config: ${path} cannot be read (${error instanceof Error && 'code' in error ? error.code : 'unknown'}).`,
    )
    return undefined
  }
  try {
    return JSON.parse(text)
  } catch {
    errors.push(`--rails-config: ${path} is not JSON.`)
    return undefined
  }
}

function readRail(name: string, value: unknown, errors: string[]): RailSettings[] {
  const wrong = (what: string) => errors.push(`--rails-config: the rail "${name.slice(0, 40)}" ${what}.`)
  const before = errors.length
  if (!namePattern.test(name)) wrong('must be named in lower-case letters, digits, - and _, of up to 32 characters')
  if (!isRecord(value)) {
    wrong('must be an object')
    return []
  }
  for (const field of Object.keys(value)) {
    if (!fields.includes(field)) wrong(`has the field "${field.slice(0, 40)}"; known are ${fields.join(', ')}`)
  }
  const { adapter, url, callback_secrets: secretTexts = [] } = value
  if (typeof adapter !== 'string') wrong('needs an adapter')
  if (typeof url !== 'string' || !isWebUrl(url)) wrong('needs a url that begins with https:// or http://')
  const secrets = readSecrets(secretTexts)
  if (secrets === undefined) wrong('has callback_secrets that are not whsec_ and the base64 of 16 to 64 bytes')
  const durations = ['timeout_ms', 'inquire_after_ms'].map((field) => {
    const duration = readDuration(value[field])
    if (value[field] !== undefined && duration === undefined)
      wrong(`has a ${field} that is not from 1 to ${durationMaxMs}`)
    return duration
  })
  if (errors.length > before || typeof adapter !== 'string' || typeof url !== 'string') return []
  return [{ name, adapter, url, callbackSecrets: secrets ?? [], timeoutMs: durations[0], inquireAfterMs: durations[1] }]
}

function readSecrets(texts: unknown): Buffer[] | undefined {
  if (!Array.isArray(texts)) return undefined
  const secrets = texts.map((text) => (typeof text === 'string' ? webhookSecret(text) : undefined))
  return secrets.every((secret) => secret !== undefined) ? secrets : undefined
}

function readDuration(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= durationMaxMs
    ? value
    : undefined
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
