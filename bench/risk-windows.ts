import { createWindowMemory, type EventFields, type WindowDefinition, type WindowEvent, type WindowValue } from '#risk'
import { createRandom } from '../scripts/random.ts'
import { type BenchOptions, table, wholeNumber } from './bench.ts'

const second = 1_000_000
const day = 86_400
const since = Date.UTC(2026, 0, 1) * 1000
const amount = { kind: 'amount', field: 'amount', asset: 'INR' } as const
const vendor = { kind: 'text', field: 'vendor' } as const

const windows: readonly WindowDefinition[] = [
  { name: 'count', key: ['card'], aggregate: 'count', lengthSeconds: 3600 },
  { name: 'sum', key: ['card'], aggregate: 'sum', value: amount, lengthSeconds: day },
  { name: 'average', key: ['card'], aggregate: 'average', value: amount, lengthSeconds: 30 * day },
  { name: 'maximum', key: ['customer'], aggregate: 'maximum', value: amount, lengthSeconds: 90 * day },
  { name: 'distinct', key: ['device'], aggregate: 'distinct', value: vendor, lengthSeconds: 7 * day },
  { name: 'deviation', key: ['customer'], aggregate: 'deviation', value: amount, lengthSeconds: 30 * day },
]

type Read = { readonly fields: EventFields; readonly at: number }

/** `cpu_us`: processor time of one, garbage collection included. On a busy machine it says more than the rate. */
type Rate = { readonly name: string; readonly per_s: number; readonly p99_us: number; readonly cpu_us: number }

/**
 * One process in memory: events observed, and 6 windows read, against brute force over all events and over those of the
 * key, which must find the same. `--events` (300,000) over 200 days, of 20,000 cards.
 */
export function measureWindows(options: BenchOptions): void {
  const events = makeEvents(wholeNumber(options, 'events', 300_000))
  const memory = createWindowMemory(windows, { since: since - 90 * day * second })
  const readAll = (read: Read) => windows.map(({ name }) => memory.read(name, read))
  const write = (event: WindowEvent) => memory.observe(event, event.at)
  const [history, live] = [events.slice(0, -50_000), events.slice(-50_000)]
  const rates = [timed('observe', history, write)]
  const decide = (event: WindowEvent) => {
    write(event)
    return readAll(event)
  }
  rates.push(timed('observe and read 6 windows', live, decide))
  const reads = live.map(({ fields }) => ({ fields, at: live.at(-1)?.at ?? since }))
  rates.push(timed('read 6 windows', reads, readAll))
  const byKey = indexEvents(events)
  const few = reads.slice(-5000)
  rates.push(timed('read 6, brute force over the key', few, (read) => readByKey(byKey, read)))
  const busy = few
    .slice(0, 1000)
    .map(({ at }) => ({ fields: { ...events[0]?.fields, card: 'card 0', customer: 'customer 0' }, at }))
  rates.push(timed('read 6 of the busiest key', busy, readAll))
  rates.push(timed('read 6 of it, brute force over the key', busy.slice(0, 200), (read) => readByKey(byKey, read)))
  const all = (read: Read) => windows.map((window) => bruteForce(events, { window, ...read }))
  rates.push(timed('read 6, brute force over all', reads.slice(-20), all))
  for (const read of [...few, ...busy]) compare(readAll(read), readByKey(byKey, read))
  report(options, rates)
}

function makeEvents(count: number): WindowEvent[] {
  const random = createRandom(7)
  const step = Math.floor((200 * day * second) / count)
  return Array.from({ length: count }, (_, position) => {
    // One card has 2% of all; the square makes others busier than most.
    const card = random.chance(0.02) ? 0 : Math.floor(random.next() ** 2 * 20_000)
    return {
      id: `payment ${position}`,
      at: since + position * step,
      position,
      fields: {
        card: `card ${card}`,
        customer: `customer ${card >> 1}`,
        device: `device ${random.below(15_000)}`,
        vendor: `vendor ${random.below(500)}`,
        amount: { minor: BigInt(1 + random.below(1_000_000)), asset: 'INR' },
      },
    }
  })
}

function timed<Given>(name: string, given: readonly Given[], act: (one: Given) => unknown): Rate {
  const micros = new Float64Array(given.length)
  const cpu = process.cpuUsage()
  const begin = performance.now()
  let last = begin
  for (const [index, one] of given.entries()) {
    act(one)
    const now = performance.now()
    micros[index] = (now - last) * 1000
    last = now
  }
  const { user, system } = process.cpuUsage(cpu)
  micros.sort()
  const p99 = micros[Math.floor(micros.length * 0.99)] ?? 0
  return {
    name,
    per_s: Math.round((given.length * 1000) / (last - begin)),
    p99_us: Math.round(p99 * 10) / 10,
    cpu_us: Math.round(((user + system) * 10) / given.length) / 10,
  }
}

type Indexed = ReadonlyMap<string, readonly WindowEvent[]>

function indexEvents(events: readonly WindowEvent[]): Indexed {
  const index = new Map<string, WindowEvent[]>()
  for (const event of events) {
    for (const field of ['card', 'customer', 'device']) {
      const key = `${field} ${event.fields[field]}`
      const some = index.get(key)
      if (some) some.push(event)
      else index.set(key, [event])
    }
  }
  return index
}

function readByKey(index: Indexed, read: Read): WindowValue[] {
  return windows.map((window) => {
    const [field = ''] = window.key
    return bruteForce(index.get(`${field} ${read.fields[field]}`) ?? [], { window, ...read })
  })
}

function bruteForce(
  events: readonly WindowEvent[],
  { window, fields, at }: Read & { readonly window: WindowDefinition },
): WindowValue {
  const [field = ''] = window.key
  const after = at - window.lengthSeconds * second
  const inside = events.filter((event) => event.at > after && event.at <= at && event.fields[field] === fields[field])
  if (window.aggregate === 'count') return { kind: 'exact', value: inside.length }
  if (window.aggregate === 'distinct') {
    return { kind: 'exact', value: new Set(inside.map((event) => event.fields.vendor)).size }
  }
  const minors = inside.map(({ fields: { amount: value } }) => (typeof value === 'object' ? value.minor : 0n))
  const sum = minors.reduce((total, minor) => total + minor, 0n)
  if (window.aggregate === 'sum') return { kind: 'exact', value: sum }
  const count = BigInt(minors.length)
  if (count === 0n) return { kind: 'empty' }
  if (window.aggregate === 'maximum') {
    return { kind: 'exact', value: minors.reduce((most, minor) => (minor > most ? minor : most)) }
  }
  if (window.aggregate === 'average') {
    const [low, twice] = [sum / count, (sum % count) * 2n]
    return { kind: 'exact', value: twice >= count ? low + 1n : low }
  }
  const squares = minors.reduce((total, minor) => total + minor * minor, 0n)
  return { kind: 'exact', value: Math.sqrt(Number(count * squares - sum * sum)) / minors.length }
}

function compare(given: readonly WindowValue[], expected: readonly WindowValue[]): void {
  for (const [index, value] of given.entries()) {
    const other = expected[index]
    if (value.kind !== other?.kind || ('value' in value && 'value' in other && value.value !== other.value)) {
      throw new Error(`${windows[index]?.name} is not what brute force finds`)
    }
  }
}

function report(options: BenchOptions, rates: readonly Rate[]): void {
  const rows = rates.map(({ name, per_s, p99_us, cpu_us }) => [name, per_s, p99_us, cpu_us])
  console.log(table([['windows', 'per s', 'p99 µs', 'cpu µs'], ...rows]))
  if (options.json) console.log(JSON.stringify({ windows: rates }))
}
