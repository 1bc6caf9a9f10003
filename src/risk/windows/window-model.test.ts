import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../scripts/random.ts'
import { ownerOf } from './owner-of.ts'
import { decodeRows, encodeRows, type StoredRows } from './rows.ts'
import type { Aggregate } from './series.ts'
import type { WindowValue } from './tally.ts'
import type { WindowDefinition } from './window-definition.ts'
import type { FieldValue, WindowEvent } from './window-event.ts'
import { createWindowMemory, type WindowMemory } from './window-memory.ts'

const day = 86_400
const second = 1_000_000
const since = Date.UTC(2026, 0, 1) * 1000
const amount = { kind: 'amount', field: 'amount', asset: 'INR' } as const
const points = { kind: 'integer', field: 'points' } as const
const vendor = { kind: 'text', field: 'vendor' } as const
const lateSeconds = 3600
const lengths = [1, 60, 3600, day, 7 * day, 90 * day]

const windows: readonly WindowDefinition[] = [
  ...lengths.flatMap((lengthSeconds): WindowDefinition[] => {
    const of = (key: string[], aggregate: Aggregate) => ({ key, aggregate, lengthSeconds })
    return [
      { name: `count ${lengthSeconds}`, ...of(['card'], 'count') },
      {
        name: `declined ${lengthSeconds}`,
        ...of(['card', 'country'], 'count'),
        filter: [
          { field: 'state', is: 'in', values: ['declined', 'blocked'] },
          { field: 'amount', is: 'more', value: 500, asset: 'INR' },
        ],
      },
      ...(['sum', 'average', 'minimum', 'maximum', 'deviation'] as const).map((aggregate) => ({
        name: `${aggregate} ${lengthSeconds}`,
        ...of(['card'], aggregate),
        value: amount,
      })),
      { name: `percentile ${lengthSeconds}`, ...of(['card'], 'percentile'), value: amount, percentile: 95.5 },
      { name: `points ${lengthSeconds}`, ...of(['card'], 'sum'), value: points },
      { name: `median ${lengthSeconds}`, ...of(['country'], 'percentile'), value: points, percentile: 50 },
      { name: `distinct ${lengthSeconds}`, ...of(['card'], 'distinct'), value: vendor },
    ]
  }),
]

/** `model`: every event that counts, in the order of arrival. */
function bruteForce(model: readonly WindowEvent[], { window, ...read }: Read): WindowValue {
  const { key, aggregate, value, lengthSeconds, percentile = 0 } = window
  const members = model.filter(
    (event) =>
      event.position <= read.asOf &&
      event.at > read.at - lengthSeconds * second &&
      event.at <= read.at &&
      key.every((field) => event.fields[field] === read.fields[field]) &&
      (window.filter === undefined || isLargeAndStopped(event)) &&
      (value === undefined || plainValue(event, value.kind) !== undefined),
  )
  const values = members.map((event) => (value ? plainValue(event, value.kind) : undefined))
  if (aggregate === 'count') return { kind: 'exact', value: members.length }
  if (aggregate === 'distinct') return { kind: 'exact', value: new Set(values).size }
  const numbers = (values as bigint[]).sort((one, other) => (one < other ? -1 : one > other ? 1 : 0))
  const sum = numbers.reduce((total, number) => total + number, 0n)
  if (aggregate === 'sum') return { kind: 'exact', value: sum }
  const [least] = numbers
  if (least === undefined) return { kind: 'empty' }
  if (aggregate === 'minimum') return { kind: 'exact', value: least }
  if (aggregate === 'maximum') return { kind: 'exact', value: numbers.at(-1) ?? 0n }
  const count = BigInt(numbers.length)
  if (aggregate === 'average') {
    const [low, rest] = [sum / count, sum % count]
    const up = rest * 2n >= count
    return { kind: 'exact', value: up ? low + 1n : low }
  }
  if (aggregate === 'percentile') {
    const rank = Number((count * BigInt(percentile * 10) + 999n) / 1000n)
    return { kind: 'exact', value: numbers[rank - 1] ?? 0n }
  }
  const spread = numbers.reduce((total, number) => total + (count * number - sum) ** 2n, 0n)
  return { kind: 'exact', value: Math.sqrt(Number(spread / count) / numbers.length / numbers.length) }
}

function isLargeAndStopped(event: WindowEvent): boolean {
  return event.fields.state !== 'paid' && (inr(event) ?? 0n) > 500n
}

function inr(event: WindowEvent): bigint | undefined {
  const value = event.fields.amount
  return typeof value === 'object' && value.asset === 'INR' ? value.minor : undefined
}

function plainValue(event: WindowEvent, kind: 'amount' | 'integer' | 'text'): FieldValue | undefined {
  return kind === 'amount' ? inr(event) : kind === 'integer' ? (event.fields.points as bigint) : event.fields.vendor
}

function expectEqual(given: WindowValue, expected: WindowValue, about: string): void {
  if (about.includes('deviation') && given.kind === 'exact' && expected.kind === 'exact') {
    expect(Math.abs(Number(given.value) - Number(expected.value)), about).toBeLessThanOrEqual(
      Number(expected.value) * 1e-9,
    )
  } else expect(given, about).toEqual(expected)
}

function randomEvent(random: Random, { now, position }: { now: number; position: number }): WindowEvent {
  const late = random.chance(0.3) ? random.below(lateSeconds * second) : random.chance(0.1) ? 200 * day * second : 0
  const onGrid = random.chance(0.3) ? (now - late) % second : 0
  return {
    id: `event ${position}`,
    at: now - late - onGrid,
    position,
    fields: {
      card: `card ${random.below(4)}`,
      country: random.pick(['IN', 'JP']),
      state: random.pick(['paid', 'declined', 'blocked']),
      vendor: random.chance(0.05) ? undefined : `vendor ${random.below(200)}`,
      points: BigInt(random.below(2000) - 1000),
      amount: { minor: BigInt(random.below(1000)), asset: random.chance(0.9) ? 'INR' : 'USD' },
    },
  }
}

type Read = {
  readonly window: WindowDefinition
  readonly fields: WindowEvent['fields']
  readonly at: number
  readonly asOf: number
}

function ownedBy(owner: number): WindowMemory {
  return createWindowMemory(windows, { since, owns: (key) => ownerOf(key, 2) === owner })
}

function restarted(memory: WindowMemory, again: WindowMemory): WindowMemory {
  const stored = JSON.parse(JSON.stringify([...memory.rows()].map(encodeRows))) as StoredRows[]
  const series = new Map(again.series.map((one) => [one.id, one]))
  for (const rows of stored) again.load(decodeRows(series.get(rows.head.series)!, rows))
  return again
}

/** Two processes, each with the keys that it owns. */
function createOwners() {
  const memories = [ownedBy(0), ownedBy(1)]
  return {
    observe: (event: WindowEvent, now: number) => {
      for (const memory of memories) memory.observe(event, now)
    },
    restart: (owner: number) => {
      memories[owner] = restarted(memories[owner]!, ownedBy(owner))
    },
    read: ({ window: { name, key }, ...subject }: Read) => {
      const parts = key.map((field) => String(subject.fields[field]))
      const owner = ownerOf(parts.length === 1 ? parts[0]! : JSON.stringify(parts), 2)
      return memories[owner]!.read(name, subject)
    },
  }
}

function nextEvent(
  random: Random,
  recent: readonly WindowEvent[],
  place: { now: number; position: number },
): WindowEvent {
  if (recent.length === 0 || random.chance(0.8)) return randomEvent(random, place)
  const repeated = random.pick(recent)
  const at = random.chance(0.3) ? Math.min(place.now, repeated.at + random.below(9) * second) : repeated.at
  return { ...repeated, at, position: place.position }
}

/** Often at the very moment at which an event leaves the window, or just before. */
function nextRead(random: Random, recent: readonly WindowEvent[], event: WindowEvent, now: number): Read {
  const window = random.pick(windows)
  const asked = { window, fields: event.fields, asOf: event.position }
  const leaves = (recent.length > 0 ? random.pick(recent).at : now) + window.lengthSeconds * second - random.below(2)
  const at = random.pick([now, event.at, leaves, now - random.below(lateSeconds * second)])
  return { ...asked, at: at <= now && at > now - lateSeconds * second ? at : now }
}

function play(
  seed: number,
  { spanDays, events, reads }: { spanDays: number; events: number; reads: number },
): { compared: number; replayed: number } {
  const random = createRandom(seed)
  const owners = createOwners()
  const model: WindowEvent[] = []
  const recent: WindowEvent[] = []
  const past: (Read & { readonly value: WindowValue })[] = []
  const stepMax = Math.floor((spanDays * day * second) / events)
  let now = since + 95 * day * second
  let replayed = 0
  for (let position = 0; position < events; position += 1) {
    now += random.below(random.chance(0.5) ? stepMax : 3 * second)
    const event = nextEvent(random, recent, { now, position })
    if (!model.some(({ id }) => id === event.id) && event.at > now - 100 * day * second) {
      model.push(event)
      recent.splice(0, recent.length - 20, event)
    }
    owners.observe(event, now)
    if (random.chance(0.04)) owners.restart(random.below(2))
    for (let index = 0; index < reads; index += 1) {
      const read = nextRead(random, recent, event, now)
      const value = owners.read(read)
      expectEqual(value, bruteForce(model, read), `seed ${seed}, ${read.window.name}, position ${position}`)
      if (random.chance(0.2)) past.push({ ...read, value })
    }
    const { value, ...read } =
      past.length > 0 ? random.pick(past) : { ...nextRead(random, recent, event, now), value: undefined }
    const again = owners.read(read)
    if (value === undefined || (again.kind !== 'exact' && again.kind !== 'empty')) continue
    expectEqual(again, value, `seed ${seed}, ${read.window.name} again, as of ${read.asOf}`)
    replayed += 1
  }
  return { compared: events * reads, replayed }
}

describe('windows over random streams', () => {
  it.each([
    { spanDays: 400, seed: 1 },
    { spanDays: 20, seed: 2 },
    { spanDays: 1, seed: 3 },
  ])('equal brute force, with late and repeated events, restarts and two owners: $spanDays days', (stream) => {
    const { replayed } = play(stream.seed, { ...stream, events: 900, reads: 4 })
    expect(replayed).toBeGreaterThan(100)
  })

  it('is replayed from the events in the order of arrival: every read is what it was, bounds included', () => {
    const random = createRandom(8)
    const create = () => createWindowMemory(windows, { since, eventsMax: 60 })
    const log: { event: WindowEvent; now: number; reads: (Read & { value: WindowValue })[] }[] = []
    let live = create()
    let now = since + 95 * day * second
    for (let position = 0; position < 900; position += 1) {
      now += random.below(random.chance(0.1) ? 12 * 3600 * second : 30 * second)
      const event = nextEvent(
        random,
        log.slice(-20).map((entry) => entry.event),
        { now, position },
      )
      live.observe(event, now)
      if (random.chance(0.03)) live = restarted(live, create())
      const reads = Array.from({ length: 3 }, () => nextRead(random, [], event, now))
      log.push({ event, now, reads: reads.map((read) => ({ ...read, value: live.read(read.window.name, read) })) })
    }
    const again = create()
    const kinds = new Set<string>()
    for (const { event, now: then, reads } of log) {
      again.observe(event, then)
      for (const { value, ...read } of reads) {
        expect(again.read(read.window.name, read)).toEqual(value)
        kinds.add(value.kind)
      }
    }
    expect([...kinds].sort()).toEqual(['at_least', 'at_most', 'empty', 'exact', 'missing'])
  })
})
