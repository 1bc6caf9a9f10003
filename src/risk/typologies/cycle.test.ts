import { expect, it } from 'vitest'
import { createRandom, type Random } from '../../../scripts/random.ts'
import { cycleFinder } from './cycle.ts'
import type { PatternCounts } from './finder.ts'
import { FlowGraph } from './flow-graph.ts'
import type { CyclePattern } from './pattern.ts'
import type { FlowTransfer } from './transfer.ts'

const second = 1_000_000
const bounds = { transfersMax: 10_000, transfersPerSideMax: 4_096, idleAccountsMax: 1_000 }

const common = { id: 'cycle', version: 1, score: 50, kind: 'cycle', hopsMin: 3, hopsMax: 6 } as const

function graphFor(pattern: CyclePattern, lateSeconds: number): FlowGraph {
  const lateMicros = lateSeconds * second
  const keepMicros = pattern.withinSeconds * second + lateMicros
  return new FlowGraph(bounds, { keepMicros, lateMicros, pauseMinMicros: Number.MAX_SAFE_INTEGER })
}

/** The keys of the cycles that each transfer closes, in the order of arrival. */
function found(pattern: CyclePattern, transfers: readonly FlowTransfer[], lateSeconds = 0) {
  const graph = graphFor(pattern, lateSeconds)
  const finder = cycleFinder(pattern)
  const counts: PatternCounts = { cutSearches: 0, skippedHubs: 0 }
  const closed = transfers.map((transfer) => {
    if (graph.judge(transfer) !== 'taken') return []
    return finder.find({ graph, transfer: graph.add(transfer), counts }).map(({ key }) => key)
  })
  return { closed: closed.map((keys) => [...keys].sort()), counts }
}

function hop(source: string, destination: string, at: number, amount: number): FlowTransfer {
  return {
    id: `${source}${destination}${at}${amount}`,
    at: at * second,
    source,
    destination,
    amount: BigInt(amount),
    asset: 'EUR',
  }
}

/** Every choice of hops that goes around, tried one by one. */
function byTrying(pattern: CyclePattern, arrived: readonly FlowTransfer[]): string[] {
  const closing = arrived.at(-1)!
  const keys = new Set<string>()
  const visit = (path: readonly FlowTransfer[]) => {
    const last = path.at(-1)!
    if (last.destination === closing.source) {
      if (isCycle(pattern, path)) keys.add(fromTheFirst(path.map(({ source }) => source)))
      return
    }
    if (path.length === pattern.hopsMax || path.some(({ source }) => source === last.destination)) return
    for (const next of arrived)
      if (next.source === last.destination && next.asset === last.asset) visit([...path, next])
  }
  visit([closing])
  return [...keys].sort()
}

function isCycle(pattern: CyclePattern, path: readonly FlowTransfer[]): boolean {
  const amounts = path.map(({ amount }) => Number(amount))
  const times = path.map(({ at }) => at)
  const isBand = (Math.max(...amounts) - Math.min(...amounts)) * 10_000 <= pattern.bandBps * Math.max(...amounts)
  const isShort = Math.max(...times) - Math.min(...times) <= pattern.withinSeconds * second
  const isOrdered = times.some((_, start) => {
    const turned = [...times.slice(start), ...times.slice(0, start)]
    return turned.every((at, place) => place === 0 || at >= turned[place - 1]!)
  })
  return path.length >= pattern.hopsMin && isBand && isShort && (pattern.order === 'any' || isOrdered)
}

function fromTheFirst(accounts: readonly string[]): string {
  const start = accounts.indexOf([...accounts].sort()[0]!)
  return JSON.stringify([...accounts.slice(start), ...accounts.slice(0, start)])
}

function randomTransfers(random: Random): FlowTransfer[] {
  const accounts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, random.between({ least: 3, most: 7 }))
  const times = random.pick([4, 20, 100])
  return Array.from({ length: random.between({ least: 10, most: 34 }) }, (_, number) => {
    const [source, destination] = [random.pick(accounts), random.pick(accounts)]
    const amount = BigInt(random.between({ least: 90, most: random.pick([91, 110, 200]) }))
    const asset = random.chance(0.9) ? 'EUR' : 'USD'
    return { id: `${number}`, at: random.below(times) * second, source, destination, amount, asset }
  }).filter(({ source, destination }) => source !== destination)
}

it('finds the cycles that trying all paths finds, at the transfer that closes them', () => {
  let cycles = 0
  for (let seed = 1; seed <= 120; seed += 1) {
    const random = createRandom(seed)
    const pattern: CyclePattern = {
      ...common,
      hopsMin: random.between({ least: 2, most: 4 }),
      hopsMax: random.between({ least: 4, most: 6 }),
      withinSeconds: random.pick([3, 10, 200]),
      bandBps: random.pick([0, 500, 2_000, 10_000]),
      order: random.pick(['time', 'any']),
    }
    const transfers = randomTransfers(random)
    const isInOrder = random.chance(0.5)
    if (isInOrder) transfers.sort((one, other) => one.at - other.at)
    const { closed, counts } = found(pattern, transfers, isInOrder ? 0 : 1_000)
    const expected = transfers.map((_, place) => byTrying(pattern, transfers.slice(0, place + 1)))
    expect({ seed, closed }).toEqual({ seed, closed: expected })
    expect(counts.cutSearches).toBe(0)
    cycles += expected.flat().length
  }
  expect(cycles).toBeGreaterThan(300)
})

it('respects the order of hops, whichever hop is the last to arrive', () => {
  const pattern: CyclePattern = { ...common, order: 'time', withinSeconds: 60, bandBps: 1_000 }
  const inOrder = [hop('a', 'b', 1, 100), hop('b', 'c', 2, 99), hop('c', 'a', 3, 98)]
  const [ab, bc, ca] = inOrder as [FlowTransfer, FlowTransfer, FlowTransfer]
  for (const arrival of [inOrder, [bc, ca, ab], [ca, ab, bc], [ca, bc, ab]]) {
    expect(found(pattern, arrival, 60).closed.flat()).toEqual(['["a","b","c"]'])
  }
  const backwards = [hop('c', 'd', 1, 100), hop('b', 'c', 2, 99), hop('a', 'b', 3, 98), hop('d', 'a', 4, 97)]
  expect(found(pattern, backwards).closed.flat()).toEqual([])
  expect(found({ ...pattern, order: 'any' }, backwards).closed.flat()).toEqual(['["a","b","c","d"]'])
})

it('takes hops of the same time in either order', () => {
  const pattern: CyclePattern = { ...common, order: 'time', withinSeconds: 60, bandBps: 1_000 }
  const hops = [hop('c', 'd', 5, 100), hop('a', 'b', 5, 100), hop('d', 'a', 5, 100), hop('b', 'c', 5, 100)]
  expect(found(pattern, hops).closed).toEqual([[], [], [], ['["a","b","c","d"]']])
})

it('counts a search that a hub would make long, and ends it', () => {
  const pattern: CyclePattern = { ...common, order: 'any', withinSeconds: 1_000_000, bandBps: 10_000 }
  const spokes = Array.from({ length: 4_000 }, (_, number) =>
    hop(`m${number % 60}`, `n${number % 59}`, number, 100 + number),
  )
  const ends = Array.from({ length: 59 }, (_, number) =>
    hop(`n${number}`, `m${(number * 7) % 60}`, 5_000 + number, 100),
  )
  const { closed, counts } = found(pattern, [...spokes, ...ends])
  expect(counts.cutSearches).toBeGreaterThan(10)
  expect(Math.max(...closed.map(({ length }) => length))).toBeLessThanOrEqual(32)
})

it('ends a search that visits too much, even where no cycle is', () => {
  const pattern: CyclePattern = { ...common, order: 'any', withinSeconds: 1_000_000, bandBps: 10_000 }
  const rows = Array.from({ length: 90 }, (_, number) => number)
  const wide = rows.flatMap((one) => rows.map((other) => hop(`m${one}`, `n${other}`, 1, 100)))
  const start = rows.map((one) => hop('b', `m${one}`, 1, 100))
  const { closed, counts } = found(pattern, [
    ...wide,
    ...start,
    hop('y', 'x', 1, 100),
    hop('x', 'a', 1, 100),
    hop('a', 'b', 2, 100),
  ])
  expect([closed.flat(), counts.cutSearches]).toEqual([[], 1])
})
