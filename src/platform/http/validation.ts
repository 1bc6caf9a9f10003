import { type AnySchema, type ErrorObject, type ValidateFunction, Ajv2020 as Validator } from 'ajv/dist/2020.js'
import { distance } from 'fastest-levenshtein'
import { parseTimestamp } from '#kernel'
import { isCardNumber, noCardNumber } from './card-number.ts'
import { expectation, meaning } from './schemas.ts'

type Mismatch = {
  readonly detail: string
  readonly param: string | undefined
  /** Default: `validation_failed`. */
  readonly code?: 'card_number_refused'
}

/** `place`: the value's list with this name begins with the item of this index. */
export type Check = (value: unknown, place?: Place) => Mismatch | undefined

type Place = { readonly name: string; readonly first: number }

const nameLengthMax = 200

/**
 * Coerces, removes and fills in nothing. Schemas are compiled on first use: compiling all took a sixth of the startup.
 */
export function createSchemaCompiler(): (schema: AnySchema) => Check {
  const validator = new Validator({
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    allErrors: false,
    verbose: true,
    strictTypes: false,
    allowMatchingProperties: true,
  })
  for (const annotation of [expectation, meaning]) validator.addKeyword(annotation)
  validator.addKeyword('example')
  validator.addKeyword({
    keyword: noCardNumber,
    type: 'string',
    validate: (_: true, text: string) => !isCardNumber(text),
  })
  validator.addFormat('date-time', (text) => parseTimestamp(text) !== undefined)
  return (schema) => {
    let matches: ValidateFunction | undefined
    return (value, place) => {
      matches ??= validator.compile(schema)
      if (matches(value)) return undefined
      return refusedCard(matches.errors, place) ?? describe(matches.errors?.at(-1), place)
    }
  }
}

const bytesPerTurn = 128 * 1024

/** Checks a body of so many bytes, and yields between parts of its longest list. */
export function* checkInTurns(
  { schema, check }: { readonly schema: AnySchema; readonly check: Check },
  body: unknown,
  bytes: number,
): Generator<undefined, Mismatch | undefined, undefined> {
  const [name, list] = longestList(body)
  const perTurn = Math.max(1, Math.floor((list.length * bytesPerTurn) / bytes))
  // A list that is too long is refused as a whole, before its items.
  if (list.length <= perTurn || list.length > itemsMaxOf(schema, name)) return check(body)
  for (let first = 0; first < list.length; first += perTurn) {
    if (first > 0) yield
    const part = { ...(body as object), [name]: list.slice(first, first + perTurn) }
    const mismatch = check(part, { name, first })
    if (mismatch !== undefined) return mismatch
  }
  return undefined
}

function longestList(body: unknown): readonly [name: string, list: readonly unknown[]] {
  let longest: readonly [string, readonly unknown[]] = ['', []]
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return longest
  for (const [name, value] of Object.entries(body)) {
    if (Array.isArray(value) && value.length > longest[1].length) longest = [name, value]
  }
  return longest
}

type ListSchema = { readonly maxItems?: number; readonly uniqueItems?: boolean }

/** 0 for a list that must be checked as a whole. */
function itemsMaxOf(schema: AnySchema, name: string): number {
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, ListSchema>> }
  const list = Object.hasOwn(properties, name) ? properties[name] : undefined
  return list?.uniqueItems === true ? 0 : (list?.maxItems ?? 0)
}

function pathOf({ instancePath }: ErrorObject, place: Place | undefined): string[] {
  const path = instancePath.split('/').slice(1).map(unescapePointer)
  if (place !== undefined && path.length > 1 && path[0] === place.name) path[1] = String(Number(path[1]) + place.first)
  return path
}

function refusedCard(errors: ValidateFunction['errors'], place: Place | undefined): Mismatch | undefined {
  const error = errors?.find(({ keyword }) => keyword === noCardNumber)
  if (error === undefined) return undefined
  const param = pathOf(error, place).join('.')
  const detail = `${param} is a card number. Send the token of the card that the rail or the vault has given.`
  return { code: 'card_number_refused', detail, param }
}

/** Of an `anyOf`, the last error is about the whole; the earlier ones are about its branches. */
function describe(error: ErrorObject | undefined, place: Place | undefined): Mismatch {
  if (error === undefined) return { detail: 'The request is not valid.', param: undefined }
  const path = pathOf(error, place)
  const known = fieldsOf(error.parentSchema)
  // A client that misspells a required field also omits it. The message names the misspelled one.
  const unknown = known && error.keyword === 'required' ? unknownOf(error.data, known) : undefined
  const { missingProperty, additionalProperty = unknown, propertyName } = error.params as Named
  const name = additionalProperty ?? missingProperty ?? propertyName
  if (name !== undefined) path.push(name)
  const param = path.length === 0 ? undefined : path.join('.').slice(0, nameLengthMax).toWellFormed()
  const named = param ?? 'The body'
  if (additionalProperty === undefined) return { detail: `${named} ${complaint(error)}.`, param }
  const near = nearest(additionalProperty, known)
  return { detail: `${named} is not known here${near === undefined ? '.' : `: did you mean ${near}?`}`, param }
}

type Named = { readonly [Name in 'missingProperty' | 'additionalProperty' | 'propertyName']?: string }

function fieldsOf(schema: unknown): readonly string[] | undefined {
  const { properties, additionalProperties } = (schema ?? {}) as { properties?: object; additionalProperties?: unknown }
  return properties !== undefined && additionalProperties === false ? Object.keys(properties) : undefined
}

function unknownOf(data: unknown, known: readonly string[]): string | undefined {
  return Object.keys(data as object).find((name) => !known.includes(name))
}

const typosMax = 3

function nearest(name: string, known: readonly string[] = []): string | undefined {
  if (name.length > nameLengthMax) return undefined
  const typosOf = (field: string) => distance(name, field)
  return known
    .filter((field) => typosOf(field) <= Math.min(typosMax, field.length / 2))
    .sort((one, other) => typosOf(one) - typosOf(other))[0]
}

const complaints: Readonly<Record<string, (error: ErrorObject) => string>> = {
  required: () => 'is required',
  type: ({ params }) => `must be ${String(params.type).split(',').map(withArticle).join(' or ')}`,
  enum: ({ params }) => `must be one of ${params.allowedValues.join(', ')}`,
  const: ({ params }) => `must be ${JSON.stringify(params.allowedValue)}`,
  anyOf: () => 'has none of the forms it may have',
  minProperties: ({ parentSchema }) => `needs at least one of ${fieldsOf(parentSchema)?.join(', ') ?? 'its fields'}`,
  minLength: ({ params }) => `must have at least ${counted(params.limit, 'character')}`,
  maxLength: ({ params }) => `may have at most ${counted(params.limit, 'character')}`,
  minItems: ({ params }) => `must have at least ${counted(params.limit, 'item')}`,
  maxItems: ({ params }) => `may have at most ${counted(params.limit, 'item')}`,
  minimum: ({ params }) => `must be at least ${params.limit}`,
  maximum: ({ params }) => `must be at most ${params.limit}`,
}

function complaint(error: ErrorObject): string {
  const expected = (error.parentSchema as Record<string, unknown> | undefined)?.[expectation]
  if (typeof expected === 'string' && error.keyword !== 'required') return `must be ${expected}`
  return complaints[error.keyword]?.(error) ?? error.message ?? 'is not valid'
}

function withArticle(type: string): string {
  return type === 'null' ? type : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
