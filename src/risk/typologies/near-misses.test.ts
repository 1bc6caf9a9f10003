import { expect, it } from 'vitest'
import { createDetector, defaultBounds } from './detector.ts'
import type { Finding } from './finding.ts'
import type { Pattern } from './pattern.ts'

const day = 86_400_000_000

/** Source, destination, day, amount. */
type Hop = readonly [string, string, number, number]

function findingsOf(patterns: readonly Pattern[], hops: readonly Hop[]): Finding[] {
  const detector = createDetector({ patterns, lateSeconds: 0, bounds: defaultBounds })
  return hops.flatMap(([source, destination, on, amount], number) => {
    const transfer = { id: `t${number}`, at: on * day, source, destination, amount: BigInt(amount), asset: 'EUR' }
    return detector.observe(transfer).findings.map(({ finding }) => finding)
  })
}

function subjectsOf(patterns: readonly Pattern[], hops: readonly Hop[]): string[] {
  return findingsOf(patterns, hops).map(({ id, revision, subjects }) => `${id}#${revision} ${subjects.join()}`)
}

const common = { id: 'p', version: 1, asset: 'EUR', score: 50 }

function spread(count: number, hop: (number: number) => Hop): Hop[] {
  return Array.from({ length: count }, (_, number) => hop(number))
}

it('does not take an account for structuring that has many other transfers', () => {
  const pattern: Pattern = {
    ...common,
    kind: 'structuring',
    side: 'source',
    limit: '1000',
    marginBps: 1_000,
    countMin: 3,
    withinSeconds: 7 * 86_400,
    shareMinBps: 5_000,
  }
  const under = spread(3, (number): Hop => ['a', 'b', 2 + number, 950])
  expect(subjectsOf([pattern], under)).toEqual(['p/EUR/t2/0#1 a'])
  const others = spread(4, (number): Hop => ['a', 'c', 3 + number / 10, 20 + number])
  const all = [...under, ...others].sort((one, other) => one[2] - other[2])
  expect(subjectsOf([pattern], all)).toEqual([])
})

it('does not take an account for round that pays other amounts as well', () => {
  const pattern: Pattern = {
    ...common,
    kind: 'round_amounts',
    side: 'source',
    unit: '1000',
    countMin: 3,
    withinSeconds: 7 * 86_400,
    shareMinBps: 7_000,
  }
  const round = spread(3, (number): Hop => ['a', 'b', 2 + number, 2_000])
  expect(subjectsOf([pattern], round)).toEqual(['p/EUR/t2/0#1 a'])
  const others = spread(2, (number): Hop => ['a', 'c', 3.5 + number / 10, 999])
  expect(
    subjectsOf(
      [pattern],
      [...round, ...others].sort((one, other) => one[2] - other[2]),
    ),
  ).toEqual([])
})

it('does not take monthly wages for a fan, and a larger burst than ever for one', () => {
  const pattern: Pattern = {
    ...common,
    kind: 'fan_out',
    counterpartiesMin: 4,
    bandBps: 10_000,
    withinSeconds: 86_400,
    timesUsual: 2,
    historySeconds: 20 * 86_400,
    hubTransfersMax: 100,
  }
  const wages = (month: number, count: number) =>
    spread(count, (number): Hop => ['employer', `person-${number}`, month * 30 + 1.5, 2_000])
  const others: Hop[] = [['x', 'y', 0, 5]]
  expect(subjectsOf([pattern], [...others, ...wages(0, 5), ...wages(1, 6), ...wages(2, 9)])).toEqual([])
  expect(subjectsOf([pattern], [...others, ...wages(1, 5)])).toEqual(['p/EUR/t4/0#1 employer'])
  expect(subjectsOf([pattern], [...others, ...wages(0, 5), ...wages(1, 6), ...wages(2, 12)])).toEqual([
    'p/EUR/t23/0#1 employer',
  ])
})

it('takes only amounts that are unlike what both sides otherwise have', () => {
  const pattern: Pattern = {
    ...common,
    kind: 'fan_in',
    counterpartiesMin: 3,
    bandBps: 5_000,
    withinSeconds: 100 * 86_400,
    unlikeFactor: 4,
    hubTransfersMax: 100,
  }
  const people = ['a', 'b', 'c']
  const small = (payee: string) => people.map((person, number): Hop => [person, payee, 10 + number, 10 + number])
  const usual = (amount: number) => people.map((person): Hop => [person, 'shop', 1, amount])
  expect(subjectsOf([pattern], [...usual(200), ['x', 'd', 2, 300], ...small('d')])).toEqual(['p/EUR/t6/0#1 d'])
  expect(subjectsOf([pattern], [...usual(200), ['x', 'd', 2, 30], ...small('d')])).toEqual([])
  expect(subjectsOf([pattern], [...usual(30), ['x', 'd', 2, 300], ...small('d')])).toEqual([])
  expect(subjectsOf([pattern], [['x', 'd', 2, 300], ...small('d')])).toEqual([])
})

it('does not take an account for woken that moves about what it always did', () => {
  const pattern: Pattern = {
    ...common,
    kind: 'dormant_woken',
    idleSeconds: 90 * 86_400,
    withinSeconds: 86_400,
    amountMin: '100',
    timesUsual: 5,
  }
  const before = (amount: number): Hop[] => [['a', 'b', 0, amount]]
  const woken: Hop[] = [['a', 'c', 100, 400]]
  expect(subjectsOf([pattern], [...before(80), ...woken])).toEqual(['p/EUR/t1/0#1 a'])
  expect(subjectsOf([pattern], [...before(100), ...woken])).toEqual([])
  expect(subjectsOf([pattern], [...before(80), ['a', 'b', 50, 1], ...woken])).toEqual([])
})

it('does not connect mules by a hub', () => {
  const passing: Pattern = {
    ...common,
    id: 'passing',
    kind: 'pass_through',
    amountMin: '100',
    shareMinBps: 9_000,
    shareMaxBps: 10_000,
    withinSeconds: 86_400,
    hubTransfersMax: 20,
  }
  const cluster: Pattern = {
    ...common,
    kind: 'mule_cluster',
    passThrough: 'passing',
    accountsMin: 2,
    withinSeconds: 5 * 86_400,
    hubTransfersMax: 20,
  }
  const mules: Hop[] = [
    ['thief', 'a', 1, 200],
    ['shop', 'b', 1, 300],
    ['a', 'shop', 1.1, 195],
    ['b', 'boss', 1.2, 290],
  ]
  const found = (hops: readonly Hop[]) => subjectsOf([passing, cluster], hops).filter((text) => text.startsWith('p/'))
  expect(found(mules)).toEqual(['p/EUR/t3/0#1 a,b'])
  expect(found([...spread(30, (number): Hop => [`p${number}`, 'shop', 0.5, 7]), ...mules])).toEqual([])
})

it('reports a finding again only when it has grown much', () => {
  const pattern: Pattern = {
    ...common,
    kind: 'fan_in',
    counterpartiesMin: 3,
    bandBps: 10_000,
    withinSeconds: 86_400,
    hubTransfersMax: 100,
  }
  const fan = findingsOf(
    [pattern],
    spread(9, (number): Hop => [`p${number}`, 'a', number / 100, 10]),
  )
  expect(fan.map(({ id, revision, transfers }) => [id, revision, transfers.length])).toEqual([
    ['p/EUR/t2/0', 1, 3],
    ['p/EUR/t2/0', 2, 6],
  ])
  const later = spread(3, (number): Hop => [`p${number}`, 'a', 5 + number / 100, 10])
  const again = findingsOf([pattern], [...spread(3, (number): Hop => [`p${number}`, 'a', number / 100, 10]), ...later])
  expect(again.map(({ id }) => id)).toEqual(['p/EUR/t2/0', 'p/EUR/t5/0'])
})
