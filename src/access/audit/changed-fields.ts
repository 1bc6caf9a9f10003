/** The fields that differ, as JSON. Null: the subject was not there, or is not there any more. */
export type ChangedFields = { readonly before: string | null; readonly after: string | null }

type Fields = Readonly<Record<string, unknown>>

const redacted = '[redacted]'
/** Rows of the log stay when a person is erased, so they never have what a person could be known by. */
const personal = new Set(['instrument', 'party', 'purpose', 'email', 'phone', 'birth_date', 'ip_address'])
const secret = /(^|_)(key|secret|password|passcode|token|pin|code_hash|otp)$/
/** Clients choose the names of these fields and may put anything into their values. */
const free = new Set(['metadata'])

/** Undefined: nothing changed. Secrets and personal fields are redacted; that they changed still shows. */
export function changedFields(
  before: object | null | undefined,
  after: object | null | undefined,
): ChangedFields | undefined {
  const [was, is] = [before ?? null, after ?? null]
  const changed = differences(was as Fields | null, is as Fields | null)
  if (changed === undefined) return undefined
  const textOf = (fields: Fields | null) => fields && JSON.stringify(redact(fields))
  return { before: textOf(changed.before), after: textOf(changed.after) }
}

function differences(before: Fields | null, after: Fields | null) {
  if (before === null || after === null) return before === after ? undefined : { before, after }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = names.flatMap((name) => differenceOf(name, before[name], after[name]))
  if (changed.length === 0) return undefined
  return {
    before: Object.fromEntries(changed.map(({ name, was }) => [name, was])),
    after: Object.fromEntries(changed.map(({ name, is }) => [name, is])),
  }
}

type Difference = { readonly name: string; readonly was: unknown; readonly is: unknown }

function differenceOf(name: string, was: unknown = null, is: unknown = null): Difference[] {
  if (JSON.stringify(was) === JSON.stringify(is)) return []
  const within = isFields(was) && isFields(is) ? differences(was, is) : undefined
  return [within === undefined ? { name, was, is } : { name, was: within.before, is: within.after }]
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact)
  if (!isFields(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      if (field === null) return [name, null]
      if (free.has(name) && isFields(field)) return [name, hideValues(field)]
      return personal.has(name) || secret.test(name) ? [name, redacted] : [name, redact(field)]
    }),
  )
}

function hideValues(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value === null ? null : redacted]))
}
