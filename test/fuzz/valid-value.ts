import type { Random } from '../../scripts/random.ts'
import type { KnownValues } from './known-values.ts'

type Schema = { readonly [keyword: string]: unknown }

export type ValueSource = {
  readonly schemas: Readonly<Record<string, Schema>>
  readonly random: Random
  readonly known: KnownValues
}

/** Texts that are valid where a schema leaves room, and unusual. */
const oddTexts = [
  ...['é😀', "' or 1=1 --", 'a\r\nX-Injected: 1', 'toString', '__proto__', '{{7*7}}', '../../etc/passwd', '%00%s%n'],
  ...['<script>alert(1)</script>', 'null', '0', ' x ', '\u202egnp.exe', '{"a":1}', 'ok\t\u0001', 'İı', 'a'.repeat(200)],
]
const numbers = ['1', '7', '250', '1999', '9223372036854775807', '0', '-1', '9007199254740992']
const instruments = [
  ...['card_ok', 'card_visa_ok', 'card_declined', 'card_insufficient', 'card_pending', 'asha@upi', 'declined@upi'],
  ...['GB33BUKB20201555555555', 'DE89370400440532013000'],
]
const past = [
  '2026-01-31T09:30:00Z',
  '2020-02-29T23:59:59.999999Z',
  '2025-06-01T00:00:00+05:30',
  '0001-01-01T00:00:00Z',
]
const future = ['2199-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2030-01-01T00:00:00.5Z']

/** Fields that name what another call has made, and the word in the path of that call. */
const nouns = new Map<string, string>(
  Object.entries({
    ...{
      source: 'accounts',
      destination: 'accounts',
      wallet: 'accounts',
      account: 'accounts',
      code_prefix: 'accounts',
    },
    ...{ asset: 'assets', vendor: 'vendors', item: 'items', book: 'books', ref: 'books' },
  }),
)
const fixed = new Map<string, readonly string[]>(
  Object.entries({
    ...{ source: ['world', 'world', 'payer'], destination: ['shop', 'shop', 'payer'], wallet: ['payer', 'shop'] },
    ...{
      account: ['payer', 'shop', 'world'],
      asset: ['USD', 'USD', 'USD', 'USD', 'USD', 'EUR'],
      rail: ['card', 'upi', 'bank'],
    },
    ...{ other_rails: ['upi', 'bank', 'card'], instrument: instruments, consumer: ['event-topics', 'payment-days'] },
    ...{
      book: ['main'],
      ref: ['main', 'other'],
      iban: instruments.slice(-2),
      kind: ['iban', 'vpa', 'token', 'card'],
      vpa: ['asha@upi'],
      token: ['card_ok'],
    },
    ...{ amount: ['1', '5', '40', '250'], limit: ['1', '20', '100'] },
  }),
)

/** A value that the schema allows, mostly one that means something to the program. */
export function validValue(schema: Schema, { name, source }: { readonly name: string; readonly source: ValueSource }) {
  return make(schema, { name, depth: 0, ...source })
}

type Making = ValueSource & { readonly name: string; readonly depth: number }

function make(given: Schema, making: Making): unknown {
  const { random, schemas } = making
  const schema = resolve(given, schemas)
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (choices !== undefined) return make(random.pick(choices), making)
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return random.pick(schema.enum)
  const types = [schema.type ?? 'string'].flat() as string[]
  switch (random.pick(types)) {
    case 'object':
      return makeObject(schema, making)
    case 'array':
      return makeArray(schema, making)
    case 'boolean':
      return random.chance(0.5)
    case 'integer':
    case 'number':
      return makeNumber(schema, making)
    case 'null':
      return null
    default:
      return makeText(schema, making)
  }
}

function resolve(schema: Schema, schemas: ValueSource['schemas']): Schema {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined
  return name === undefined ? schema : resolve(schemas[name] ?? {}, schemas)
}

function makeObject(schema: Schema, making: Making): Record<string, unknown> {
  const { random, depth, name } = making
  const required = new Set((schema.required ?? []) as string[])
  const made: Record<string, unknown> = {}
  const set = (key: string, part: Schema) =>
    Object.defineProperty(made, key, {
      ...{ value: make(part, { ...making, name: key, depth: depth + 1 }), enumerable: true, writable: true },
      configurable: true,
    })
  for (const [key, part] of Object.entries((schema.properties ?? {}) as Record<string, Schema>)) {
    if (required.has(key) || random.chance(depth === 0 ? 0.13 : 0.25)) set(key, part)
  }
  // Members of any name, such as metadata.
  const open =
    Object.values((schema.patternProperties ?? {}) as Record<string, Schema>)[0] ?? schema.additionalProperties
  if (typeof open !== 'object') return made
  for (const key of required) if (!(key in made)) set(key, open as Schema)
  const keys = name === 'instrument' ? ['iban', 'vpa', 'token'] : ['order', 'note', 'constructor', 'é', ' ', "k'--"]
  for (const key of keys) if (random.chance(0.3)) set(key, open as Schema)
  return made
}

function makeArray(schema: Schema, making: Making): unknown[] {
  const least = Number(schema.minItems ?? 0)
  const most = Math.min(Number(schema.maxItems ?? 3), Math.max(least, 3))
  const items = (schema.items ?? {}) as Schema
  const made = Array.from({ length: making.random.between({ least, most }) }, () =>
    make(items, { ...making, depth: making.depth + 1 }),
  )
  if (schema.uniqueItems !== true) return made
  return [...new Map(made.map((one) => [JSON.stringify(one), one])).values()]
}

function makeNumber(schema: Schema, { random, name }: Making): number {
  const least = Number(schema.minimum ?? 0)
  const most = Number(schema.maximum ?? 1_000_000)
  if (random.chance(0.1)) return random.pick([least, most])
  const usual = (fixed.get(name) ?? ['1', '2', '5', '60', '250']).map(Number)
  const allowed = usual.filter((one) => one >= least && one <= most)
  return allowed.length > 0 ? random.pick(allowed) : least
}

/** What is sure to exist comes more often than what requests have made, which may be closed or spent. */
function weighted(values: readonly string[]): string[] {
  return Array.from({ length: 12 }, () => values).flat()
}

function makeText(schema: Schema, making: Making): string {
  const { random, known, name } = making
  const pattern = typeof schema.pattern === 'string' ? new RegExp(schema.pattern, 'u') : undefined
  const prefix = /^\^\(?([a-z|]+)\)?_\[0-7\]/.exec(String(schema.pattern ?? ''))?.[1]
  const examples = ((schema.examples ?? []) as unknown[]).map(String)
  const noun = nouns.get(name)
  if (prefix !== undefined) {
    const id = known.idOf(random.pick(prefix.split('|')), random)
    return id !== undefined && random.chance(0.9) ? id : (examples[0] ?? '')
  }
  const isAllowed = (text: string) =>
    (pattern?.test(text) ?? true) &&
    [...text].length >= Number(schema.minLength ?? 0) &&
    [...text].length <= Number(schema.maxLength ?? Number.POSITIVE_INFINITY)
  const usual = [...weighted(fixed.get(name) ?? []), ...(noun === undefined ? [] : known.codes(noun).slice(-20))]
  const own =
    name === 'code' || name === 'reference' ? [`fuzz-${random.below(2 ** 31)}`, `F${random.below(2 ** 31)}`] : []
  const times = schema.format === 'date-time' ? [...past, ...future] : []
  const likely = [...usual, ...own, ...times].filter(isAllowed)
  if (likely.length > 0 && random.chance(0.9)) return random.pick(likely)
  if (schema.format === 'date-time') return random.pick([...past, ...future])
  const others = [...examples, ...numbers, ...oddTexts].filter(isAllowed)
  return others.length === 0 ? (examples[0] ?? 'x') : random.pick(others)
}
