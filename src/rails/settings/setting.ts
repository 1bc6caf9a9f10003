import { openSecret } from '#platform/secrets'
import { openTls, type Tls, type TlsReferences } from '#platform/tls'

/** `wrong` completes the sentence "the rail card …". It never contains the value, which may be a secret. */
export type SettingResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly wrong: string }

/** One setting of an adapter. An absent one is read as `undefined`. */
export type Setting<Value> = (field: string, value: unknown) => SettingResult<Value>

/** The settings of an adapter, by their names in the file of rails. */
// biome-ignore lint/suspicious/noExplicitAny: a schema has settings of any types.
export type SettingsSchema = Readonly<Record<string, Setting<any>>>

export type SettingsOf<Schema extends SettingsSchema> = {
  readonly [Field in keyof Schema]: Schema[Field] extends Setting<infer Value> ? Value : never
}

export const durationMaxMs = 86_400_000

export const webUrl: Setting<string> = (field, value) =>
  typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
    ? found(value)
    : wrong(`needs a ${field} that begins with https:// or http://`)

/** A whole number of milliseconds. */
export function duration<Absent extends number | undefined>(absent: Absent): Setting<number | Absent> {
  return (field, value) => {
    if (value === undefined) return found(absent)
    const isDuration = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= durationMaxMs
    return isDuration ? found(value) : wrong(`has a ${field} that is not from 1 to ${durationMaxMs}`)
  }
}

const countMax = 1_000_000

export const optionalCount: Setting<number | undefined> = (field, value) => {
  if (value === undefined) return found(undefined)
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= countMax
  return isCount ? found(value) : wrong(`has a ${field} that is not from 1 to ${countMax}`)
}

export function oneOf<Value extends string>(values: readonly Value[]): Setting<Value | undefined> {
  return (field, value) => {
    if (value === undefined) return found(undefined)
    const known = values.find((one) => one === value)
    return known === undefined ? wrong(`has a ${field} that is none of ${values.join(', ')}`) : found(known)
  }
}

/** The id or code of a book. */
export const optionalBook: Setting<string | undefined> = (field, value) => {
  if (value === undefined) return found(undefined)
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value)
    ? found(value)
    : wrong(`has a ${field} that is no id or code of a book`)
}

/**
 * References to secrets, such as `env:NAME` and `file:PATH`. The setting's value returns all valid versions at the time
 * of each use. `parse` returns undefined for a malformed value; `form` says how one should look.
 */
export function secrets<Value>(
  parse: (text: string) => Value | undefined,
  form: string,
): Setting<() => readonly Value[]> {
  return (field, value) => {
    if (value === undefined) return found(() => [])
    if (!Array.isArray(value)) return wrong(`has ${field} that are not a list`)
    const opened = value.map((reference) => openSecret(typeof reference === 'string' ? reference : ''))
    const known = opened.flatMap((one) => (one.ok ? [one.secret] : []))
    const missing = opened.find((one) => !one.ok)
    if (missing !== undefined && !missing.ok) return wrong(`has ${field} of which one is missing: ${missing.why}`)
    const read = () => known.flatMap(({ versions }) => versions().map(parse))
    if (read().includes(undefined)) return wrong(`has ${field} that are not ${form}`)
    return found(() => read().filter((one) => one !== undefined))
  }
}

/**
 * A client's certificate, as references to PEM texts: `{ "cert": …, "key": …, "ca": [ … ] }`. `ca`: the authorities of
 * the rail's own certificate, if they are not public ones; `crl`: what these have revoked. The setting's value goes to
 * the HTTP client as it is.
 */
export const certificate: Setting<Tls> = (field, value) => {
  const read = optionalCertificate(field, value)
  if (!read.ok) return read
  const isMissing = read.value === undefined || read.value().cert === undefined
  return isMissing || read.value === undefined ? wrong(`needs a ${field} with cert and key`) : found(read.value)
}

/** It may be absent, or have only `ca`. */
export const optionalCertificate: Setting<Tls | undefined> = (field, value) => {
  if (value === undefined) return found(undefined)
  if (!isTlsReferences(value))
    return wrong(`has a ${field} that is not an object of cert, key and the lists ca and crl`)
  const opened = openTls(value)
  return opened.ok ? found(opened.tls) : wrong(`has a ${field} that is wrong: ${opened.why}`)
}

function isTlsReferences(value: unknown): value is TlsReferences {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { cert = '', key = '', ca = [], crl = [], ...others } = value as Readonly<Record<string, unknown>>
  if (Object.keys(others).length > 0 || typeof cert !== 'string' || typeof key !== 'string') return false
  return [ca, crl].every((list) => Array.isArray(list) && list.every((one) => typeof one === 'string'))
}

function found<Value>(value: Value): SettingResult<Value> {
  return { ok: true, value }
}

function wrong(text: string): SettingResult<never> {
  return { ok: false, wrong: text }
}
