import { readFileSync } from 'node:fs'
import type { RailFlags } from '#platform/config'
import { webhookSecret } from '#platform/webhooks'
import { type RailSettings, wrongSettings } from '../create-configured-rails.ts'
import { simulatorRails } from '../simulator/create-simulator-rails.ts'
import { durationMaxMs } from './setting.ts'

const simulated = [
  ...simulatorRails.map((name) => [name, `simulator-${name}`] as const),
  ['netbank', 'netbank'] as const,
]
const namePattern = /^[a-z][a-z0-9_-]{0,31}$/

/** The default secret. It protects nothing. */
const simulatorSecret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='

export type RailsResult =
  | { readonly ok: true; readonly rails: readonly RailSettings[] }
  | { readonly ok: false; readonly errors: readonly string[] }

/** The rails that the flags name. The file may hold secrets, so no message repeats its values. */
export function readRails(flags: RailFlags): RailsResult {
  const errors: string[] = []
  const rails = [...readSimulator(flags, errors), ...(flags.file === undefined ? [] : readFile(flags.file, errors))]
  const names = rails.map(({ name }) => name)
  if (flags.isSecure) {
    for (const { name, url } of rails) {
      if (typeof url !== 'string' || !url.startsWith('https:')) {
        errors.push(`--secure: the rail "${name}" needs a url that begins with https://.`)
      }
    }
  }
  for (const name of new Set(names.filter((name, at) => names.indexOf(name) !== at))) {
    errors.push(`The rail "${name}" is configured twice.`)
  }
  return errors.length === 0 ? { ok: true, rails } : { ok: false, errors }
}

function readSimulator(
  { simulator, callbackSecret = simulatorSecret, timeoutMs }: RailFlags,
  errors: string[],
): RailSettings[] {
  const before = errors.length
  if (webhookSecret(callbackSecret) === undefined) {
    errors.push('--rail-callback-secret must be whsec_ and the base64 of 16 to 64 bytes.')
  }
  if (timeoutMs !== undefined && !(/^[1-9]\d{0,7}$/.test(timeoutMs) && Number(timeoutMs) <= durationMaxMs)) {
    errors.push(`--rail-timeout-ms must be a whole number from 1 to ${durationMaxMs}, not "${timeoutMs}".`)
  }
  if (simulator === undefined) return []
  if (!(/^https?:\/\//.test(simulator) && URL.canParse(simulator))) {
    errors.push('--rail-simulator must be a URL that begins with https:// or http://.')
  }
  if (errors.length > before) return []
  return simulated.map(([name, adapter]) => ({
    ...{ name, adapter },
    url: simulator,
    callback_secrets: [callbackSecret],
    ...(timeoutMs !== undefined && { timeout_ms: Number(timeoutMs) }),
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
  const before = errors.length
  const wrong = (what: string) => errors.push(`--rails-config: the rail "${name.slice(0, 40)}" ${what}.`)
  if (!namePattern.test(name)) wrong('must be named in lower-case letters, digits, - and _, of up to 32 characters')
  if (!isRecord(value)) {
    wrong('must be an object')
    return []
  }
  const { adapter } = value
  if (typeof adapter !== 'string') {
    wrong('needs an adapter')
    return []
  }
  const rail: RailSettings = { ...value, name, adapter }
  for (const text of wrongSettings(rail)) wrong(text)
  return errors.length > before ? [] : [rail]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
