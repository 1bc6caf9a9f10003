import type { SubjectSchema, Tree, TypeName } from '#risk'
import type { Random } from '../../scripts/random.ts'

type Make = (random: Random, depth: number) => Tree
type LiteralTree = Extract<Tree, { readonly value: unknown } | { readonly minor: string }>

const call = (name: string, ...args: readonly Tree[]): Tree => ({ kind: 'call', name, args })
const text = (value: string): LiteralTree => ({ kind: 'text', value })

export const words = ['', 'a', 'ab', 'Ab"c\\', 'é\n', 'IN', 'x@y.z', '12a3', '😀', "it's"]
export const countries = ['IN', 'NP', 'US', 'GB']
const assets = ['INR', 'JPY', 'XAU-MG']
const zones = ['UTC', 'Asia/Kolkata', 'America/New_York']
const durations = ['0s', '1h', '1d12h', '-30m', '250ms']
const times = ['2026-01-31T09:30:00.000000Z', '1969-12-31T23:59:59.999999Z', '2026-03-08T07:00:00.000000Z']
const numbers = [0, 1, -1, 2.5, -0.25, 1e17, 1e21, 3, 1e-7]
const wholes = [0, 1, -1, 2, 7, -13, 1000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]

export function randomLiteral(random: Random, type: TypeName): LiteralTree {
  switch (type) {
    case 'whole':
      return { kind: 'whole', value: random.pick(wholes) }
    case 'number':
      return { kind: 'number', value: random.pick(numbers) }
    case 'boolean':
      return { kind: 'boolean', value: random.chance(0.5) }
    case 'amount':
      return { kind: 'amount', minor: String(random.pick(wholes)), asset: random.pick(assets) }
    case 'time':
      return { kind: 'time', value: random.pick(times) }
    case 'duration':
      return { kind: 'duration', value: random.pick(durations) }
    case 'country':
      return text(random.pick(countries))
    default:
      return text(random.pick(words))
  }
}

const comparable: readonly TypeName[] = ['whole', 'number', 'time', 'duration', 'amount']
const equatable: readonly TypeName[] = ['text', 'country', 'boolean', ...comparable]

/** Random trees of a type over the fields of a schema. Every operator is in some of them. */
export function randomRules(schema: SubjectSchema) {
  const fieldOf = (random: Random, type: TypeName): Tree => {
    const names = schema.fields.filter((field) => field.type === type).map(({ name }) => name)
    return { kind: 'field', name: random.pick(names) }
  }

  const make = (random: Random, type: TypeName, depth: number): Tree => {
    if (type === 'texts') return fieldOf(random, 'texts')
    if (type === 'place') return depth > 0 && random.chance(0.3) ? place(random, depth - 1) : fieldOf(random, 'place')
    const leaf = type === 'country' ? fieldOf(random, type) : undefined
    if (leaf !== undefined || depth <= 0 || random.chance(0.1)) {
      return leaf ?? (random.chance(0.6) ? fieldOf(random, type) : randomLiteral(random, type))
    }
    const { [type]: makers = [] } = composed
    return random.chance(0.15) ? general(random, type, depth) : random.pick(makers)(random, depth - 1)
  }

  const two =
    (name: string, left: TypeName, right = left): Make =>
    (random, depth) =>
      call(name, make(random, left, depth), make(random, right, depth))
  const one =
    (name: string, type: TypeName): Make =>
    (random, depth) =>
      call(name, make(random, type, depth))
  const place: Make = (random, depth) => call('place', make(random, 'number', depth), make(random, 'number', depth))

  /** Forms of every type. */
  const general = (random: Random, type: TypeName, depth: number): Tree => {
    const [left, right] = [make(random, type, depth - 1), make(random, type, depth - 1)]
    return random.chance(0.5)
      ? call('?:', make(random, 'boolean', depth - 1), left, right)
      : call('orElse', left, right)
  }

  const compare: Make = (random, depth) => {
    const type = random.pick(comparable)
    const other = type === 'whole' && random.chance(0.3) ? 'number' : type
    return call(random.pick(['==', '!=', '<', '<=', '>', '>=']), make(random, type, depth), make(random, other, depth))
  }
  const equate: Make = (random, depth) => {
    const type = random.pick(equatable)
    const right = type === 'country' ? randomLiteral(random, type) : make(random, type, depth)
    return call(random.pick(['==', '!=']), make(random, type, depth), right)
  }
  const junction: Make = (random, depth) => ({
    kind: random.chance(0.5) ? 'and' : 'or',
    of: Array.from({ length: random.between({ least: 2, most: 4 }) }, () => make(random, 'boolean', depth)),
  })
  const inSet: Make = (random, depth) => {
    const type = random.pick(equatable)
    const items = Array.from({ length: random.between({ least: 1, most: 4 }) }, () => randomLiteral(random, type))
    return call('in', make(random, type, depth), { kind: 'set', items })
  }
  const inList: Make = (random, depth) => call('in', make(random, 'text', depth), call('list', text('blocked')))
  const has: Make = (random, depth) => call('has', make(random, random.pick(equatable), depth))
  const like: Make = (random, depth) =>
    call('like', make(random, 'text', depth), text(random.pick(['*', 'a*', '*b', '?', '*a*b*', ''])))

  const window = (random: Random, depth: number, statistic: 'count' | 'sum' | 'average'): Tree => ({
    kind: 'window',
    stream: 'payment',
    last: random.pick(['1h', '1d']),
    by: [{ field: 'payer.id', value: make(random, 'text', Math.min(depth, 1)) }],
    ...(random.chance(0.4) && { where: call('==', { kind: 'field', name: 'payer.id' }, text('a')) }),
    statistic,
    ...(statistic !== 'count' && { field: 'amount' }),
    ...(statistic === 'average' && { asset: 'INR' }),
  })
  const clock =
    (name: string): Make =>
    (random, depth) =>
      call(name, make(random, 'time', depth), text(random.pick(zones)))

  const sums = (type: TypeName): Make[] => [two('+', type), two('-', type), one('minus', type), one('abs', type)]
  const composed: Readonly<Partial<Record<TypeName, readonly Make[]>>> = {
    boolean: [junction, junction, compare, compare, equate, inSet, inList, has, like, one('!', 'boolean')].concat(
      ['startsWith', 'endsWith', 'contains'].map((name) => two(name, 'text')),
      [two('in', 'text', 'texts')],
    ),
    whole: [...sums('whole'), two('*', 'whole'), two('/', 'whole'), two('%', 'whole')].concat(
      [one('size', 'text'), one('size', 'texts'), clock('getHours'), clock('getMinutes')],
      [clock('getDayOfWeek'), clock('getDate'), (random, depth) => window(random, depth, 'count')],
      () => call('threshold', text('most')),
    ),
    number: [...sums('number'), two('*', 'number'), two('/', 'number', 'whole'), two('/', 'amount')].concat([
      two('+', 'whole', 'number'),
      two('distance', 'place'),
      two('/', 'duration'),
    ]),
    amount: [...sums('amount'), two('*', 'amount', 'whole'), two('*', 'whole', 'amount')].concat(
      [two('/', 'amount', 'whole'), two('%', 'amount')],
      [(random, depth) => window(random, depth, random.chance(0.5) ? 'sum' : 'average')],
    ),
    time: [two('+', 'time', 'duration'), two('-', 'time', 'duration'), two('+', 'duration', 'time'), () => call('now')],
    duration: [
      ...sums('duration'),
      two('-', 'time'),
      two('*', 'duration', 'whole'),
      two('*', 'whole', 'duration'),
    ].concat([two('/', 'duration', 'whole'), two('%', 'duration')]),
    text: ['lower', 'upper', 'trim', 'digits']
      .map((name) => one(name, 'text'))
      .concat([two('before', 'text'), two('after', 'text'), one('asset', 'amount'), one('upper', 'country')]),
  }

  return make
}
