import type { Amount, Facts, Place, Subject, SubjectSchema, Tree, TypeName } from '#risk'

/** A value, written down in the plainest way: whole numbers as bigints. */
export type Naive =
  | { readonly is: 'missing' }
  | { readonly is: 'error'; readonly code: string }
  | { readonly is: TypeName; readonly value: unknown }

export type NaiveInput = {
  readonly schema: SubjectSchema
  readonly subject: Subject
  readonly facts: Facts
  readonly thresholds: Readonly<Record<string, number>>
}

const missing: Naive = { is: 'missing' }
const fail = (code: string): Naive => ({ is: 'error', code })
const make = (is: TypeName, value: unknown): Naive => ({ is, value })
const isWithout = (one: Naive): one is Exclude<Naive, { readonly value: unknown }> =>
  one.is === 'missing' || one.is === 'error'

const safe = BigInt(Number.MAX_SAFE_INTEGER)
const exact = (is: TypeName, value: bigint): Naive =>
  value > safe || value < -safe ? fail('overflow') : make(is, value)
const finite = (value: number): Naive => (Number.isFinite(value) ? make('number', value + 0) : fail('overflow'))

const whole: readonly string[] = ['whole', 'time', 'duration']

/** Walks the tree by the page of rules, word for word, without any thought for speed. */
export function interpret(tree: Tree, input: NaiveInput): Naive {
  switch (tree.kind) {
    case 'text':
    case 'number':
    case 'boolean':
      return make(tree.kind, tree.value)
    case 'whole':
      return make('whole', BigInt(tree.value))
    case 'amount':
      return make('amount', { minor: BigInt(tree.minor), asset: tree.asset })
    case 'time':
      return make('time', BigInt(Date.parse(tree.value)) * 1000n + BigInt(tree.value.slice(-4, -1)))
    case 'duration':
      return make('duration', durationOf(tree.value))
    case 'field':
      return fieldOf(tree.name, input)
    case 'and':
    case 'or':
      return junction(tree, input)
    case 'window':
      return windowOf(tree, input)
    case 'call':
      return special(tree, input) ?? applied(tree, input)
    case 'set':
      throw new Error('a set stands only after in')
  }
}

function durationOf(text: string): bigint {
  const sizes: Readonly<Record<string, bigint>> = { d: 86_400_000n, h: 3_600_000n, m: 60_000n, s: 1000n, ms: 1n }
  const total = [...text.matchAll(/(\d+)(ms|[dhms])/g)].reduce(
    (sum, [, count = '', unit = '']) => sum + BigInt(count) * (sizes[unit] ?? 0n) * 1000n,
    0n,
  )
  return text.startsWith('-') ? -total : total
}

function fieldOf(name: string, { schema, subject }: NaiveInput): Naive {
  const at = schema.fields.findIndex((field) => field.name === name)
  const { type } = schema.fields[at] ?? { type: 'text' }
  const value = subject.values[at]
  if (value === undefined) return missing
  return make(type, whole.includes(type) ? BigInt(value as number) : value)
}

function junction(tree: Tree & { readonly kind: 'and' | 'or' }, input: NaiveInput): Naive {
  const decides = tree.kind === 'or'
  let result: Naive = make('boolean', !decides)
  for (const part of tree.of) {
    const one = interpret(part, input)
    if (one.is === 'boolean' && one.value === decides) return one
    if (isWithout(one) && result.is !== 'error') result = one
  }
  return result
}

function windowOf(tree: Tree & { readonly kind: 'window' }, input: NaiveInput): Naive {
  const key = interpret(tree.by[0]?.value as Tree, input)
  if (isWithout(key)) return key
  const amount = fieldOf('amount', input)
  const asset = tree.asset ?? ('value' in amount ? (amount.value as Amount).asset : undefined)
  const isCount = tree.statistic === 'count'
  if (!isCount && asset === undefined) return missing
  const text = isCount
    ? String(key.value)
    : `${String(key.value).replaceAll('\\', '\\\\').replaceAll('|', '\\|')}|${asset}`
  const spec = { statistic: tree.statistic } as Parameters<Facts['windows']['read']>[0]
  const answer = input.facts.windows.read(spec, text, input.subject.at)
  if (answer === null) return fail('window_unavailable')
  if (answer === undefined) return missing
  return isCount ? make('whole', BigInt(answer)) : make('amount', { minor: answer, asset })
}

type Call = Tree & { readonly kind: 'call' }

/** What does not simply apply a function to all its arguments. */
function special({ name, args }: Call, input: NaiveInput): Naive | undefined {
  const [first, second] = args as readonly [Tree, Tree]
  if (name === 'now') return make('time', BigInt(input.subject.at))
  if (name === 'threshold') return make('whole', BigInt(input.thresholds[(first as { value: string }).value] ?? 0))
  if (name === 'in' && second.kind === 'set') {
    const value = interpret(first, input)
    if (isWithout(value)) return value
    return make(
      'boolean',
      second.items.some((item) => isSame(value.value, (interpret(item, input) as { value: unknown }).value)),
    )
  }
  if (name === 'in' && second.kind === 'call' && second.name === 'list') {
    const value = interpret(first, input)
    if (isWithout(value)) return value
    const list = (second.args[0] as { value: string }).value
    return make('boolean', input.facts.lists.has({ list, value: value.value as string, at: input.subject.at }))
  }
  return presence({ name, args }, input)
}

function presence({ name, args }: Pick<Call, 'name' | 'args'>, input: NaiveInput): Naive | undefined {
  const [first, second, third] = args as readonly [Tree, Tree, Tree]
  if (name === 'has') {
    const value = interpret(first, input)
    return value.is === 'error' ? value : make('boolean', value.is !== 'missing')
  }
  if (name === 'orElse') {
    const value = interpret(first, input)
    return value.is === 'missing' ? interpret(second, input) : value
  }
  if (name === '?:') {
    const condition = interpret(first, input)
    return isWithout(condition) ? condition : interpret(condition.value === true ? second : third, input)
  }
  return undefined
}

function isSame(one: unknown, other: unknown): boolean {
  const textOf = (value: unknown) =>
    typeof value === 'object' ? `${(value as Amount).minor} ${(value as Amount).asset}` : `${typeof value} ${value}`
  const isNumeric = [one, other].every((value) => ['bigint', 'number'].includes(typeof value))
  return isNumeric ? Number(one) === Number(other) : textOf(one) === textOf(other)
}

function applied({ name, args }: Call, input: NaiveInput): Naive {
  const values: { readonly is: TypeName; readonly value: unknown }[] = []
  for (const argument of args) {
    const value = interpret(argument, input)
    if (isWithout(value)) return value
    values.push(value)
  }
  const [left, right] = values.map(({ value }) => value)
  const types = values.map(({ is }) => is)
  if (['==', '!=', '<', '<=', '>', '>='].includes(name)) return compared(name, types, [left, right])
  if (types[0] === 'text' || types[0] === 'country') return ofTexts(name, String(left), right)
  if (types.includes('amount')) return ofAmounts(name, types, [left, right])
  if (types.includes('number')) return ofNumbers(name, Number(left), Number(right))
  if (name.startsWith('get')) return clock(name, left as bigint, String(right))
  if (name === '!') return make('boolean', !left)
  if (name === 'size') return make('whole', BigInt((left as readonly string[]).length))
  if (name === 'distance') return make('number', distance(left as Place, right as Place))
  return ofWholes(name, types, [left as bigint, right as bigint])
}

type Pair = readonly [unknown, unknown]

function compared(name: string, types: readonly TypeName[], [left, right]: Pair): Naive {
  let [one, other] = [left as number, right as number]
  if (types[0] === 'amount') {
    const [a, b] = [left as Amount, right as Amount]
    if (a.asset !== b.asset) return fail('asset_mismatch')
    ;[one, other] = [Number(a.minor - b.minor), 0]
  } else if (types.includes('number')) [one, other] = [Number(left), Number(right)]
  const results: Readonly<Record<string, boolean>> = {
    '==': one === other,
    '!=': one !== other,
    '<': one < other,
    '<=': one <= other,
    '>': one > other,
    '>=': one >= other,
  }
  return make('boolean', results[name])
}

function ofTexts(name: string, text: string, right: unknown): Naive {
  const other = String(right)
  const at = text.indexOf(other)
  switch (name) {
    case 'in':
      return make('boolean', (right as readonly string[]).includes(text))
    case 'before':
      return at < 0 ? missing : make('text', text.slice(0, at))
    case 'after':
      return at < 0 ? missing : make('text', text.slice(at + other.length))
    case 'like': {
      const pattern = other
        .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')
      return make('boolean', new RegExp(`^${pattern}$`, 's').test(text))
    }
    case 'size':
      return make('whole', BigInt([...text].length))
    case 'digits':
      return make('text', [...text].filter((letter) => /[0-9]/.test(letter)).join(''))
  }
  const tests: Readonly<Record<string, boolean>> = {
    startsWith: at === 0,
    endsWith: text.endsWith(other),
    contains: at >= 0,
  }
  if (name in tests) return make('boolean', tests[name])
  return make('text', name === 'lower' ? text.toLowerCase() : name === 'upper' ? text.toUpperCase() : text.trim())
}

function ofAmounts(name: string, types: readonly TypeName[], [left, right]: Pair): Naive {
  if (name === 'asset') return make('text', (left as Amount).asset)
  const { minor, asset } = (types[0] === 'amount' ? left : right) as Amount
  const amount = (value: bigint) => make('amount', { minor: value, asset })
  if (name === 'minus') return amount(-minor)
  if (name === 'abs') return amount(minor < 0n ? -minor : minor)
  if (types.includes('whole')) {
    const factor = (types[0] === 'whole' ? left : right) as bigint
    if (name === '*') return amount(minor * factor)
    return factor === 0n ? fail('division_by_zero') : amount(minor / factor)
  }
  const other = right as Amount
  if (other.asset !== asset) return fail('asset_mismatch')
  if (name === '+') return amount(minor + other.minor)
  if (name === '-') return amount(minor - other.minor)
  if (other.minor === 0n) return fail('division_by_zero')
  return name === '%' ? amount(minor % other.minor) : finite(Number(minor) / Number(other.minor))
}

function ofNumbers(name: string, left: number, right: number): Naive {
  if (name === 'place') {
    const isPlace = Math.abs(left) <= 90 && Math.abs(right) <= 180
    return isPlace ? make('place', { latitude: left, longitude: right }) : fail('not_a_place')
  }
  if (name === '+') return finite(left + right)
  if (name === '-') return finite(left - right)
  if (name === '*') return finite(left * right)
  if (name === 'minus') return finite(-left)
  if (name === 'abs') return finite(Math.abs(left))
  return right === 0 ? fail('division_by_zero') : finite(left / right)
}

function ofWholes(name: string, types: readonly TypeName[], [left, right]: readonly [bigint, bigint]): Naive {
  const isDuration = types[0] === types[1] ? types[0] === 'time' : types.includes('duration')
  const is = isDuration
    ? types.includes('time') && types[0] !== types[1]
      ? 'time'
      : 'duration'
    : (types[0] as TypeName)
  if (name === '+') return exact(is, left + right)
  if (name === '-') return exact(is, left - right)
  if (name === '*') return exact(is, left * right)
  if (name === 'minus') return make(is, -left)
  if (name === 'abs') return make(is, left < 0n ? -left : left)
  if (right === 0n) return fail('division_by_zero')
  if (name === '%') return make(is, left % right)
  return types[1] === 'duration' ? finite(Number(left) / Number(right)) : make(is, left / right)
}

function clock(name: string, time: bigint, timeZone: string): Naive {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(Math.floor(Number(time) / 1000))
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
  const read: Readonly<Record<string, number>> = {
    getHours: Number(part('hour')),
    getMinutes: Number(part('minute')),
    getDate: Number(part('day')),
    getDayOfWeek: days.indexOf(part('weekday')),
  }
  return make('whole', BigInt(read[name] ?? -1))
}

function distance(from: Place, to: Place): number {
  const point = ({ latitude, longitude }: Place) => {
    const [up, along] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180]
    return [Math.cos(up) * Math.cos(along), Math.cos(up) * Math.sin(along), Math.sin(up)]
  }
  const [one, other] = [point(from), point(to)]
  const chord = Math.hypot(...one.map((value, at) => value - (other[at] ?? 0)))
  return 2 * 6371.0088 * Math.asin(Math.min(1, chord / 2))
}
