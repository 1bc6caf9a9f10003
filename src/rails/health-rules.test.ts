import { describe, expect, it } from 'vitest'
import {
  addCounts,
  addProbe,
  byTheClock,
  type Counts,
  type HealthRow,
  healthPolicy,
  healthyRow,
  isDue,
  takePermits,
} from './health-rules.ts'

const second = 1_000_000
const now = 1_000 * second
const moment = { now, policy: healthPolicy, random: 0.5 }
const up: HealthRow = { ...healthyRow(0), windowStartedAt: now - second }
const counted = (calls: number, failures: number, refusedLast = 0): Counts => ({
  calls,
  failures,
  refusedLast,
  answered: calls > refusedLast,
  books: new Map(),
})
/** By book: its calls, and those of them that failed; the last of these could not be sent. */
type OfBook = readonly [book: number, calls: number, failures: number, refused?: number]
const countedBy = (...books: readonly OfBook[]): Counts => {
  const sum = (of: (one: OfBook) => number) => books.reduce((total, one) => total + of(one), 0)
  const counts = books.map(
    ([book, calls, failures, refused = 0]) => [book, { calls, failures, refused, answered: calls > failures }] as const,
  )
  const all = counted(
    sum(([, calls]) => calls),
    sum(([, , failures]) => failures),
    sum(([, , , refused = 0]) => refused),
  )
  return { ...all, books: new Map(counts) }
}
const permits = (row: HealthRow, ...demand: readonly (readonly [book: number, count: number])[]) => {
  const { row: after, taken } = takePermits(row, new Map(demand), { policy: healthPolicy, atOnce: 10 })
  return { row: after, taken, sum: [...taken.values()].reduce((sum, count) => sum + count, 0) }
}
const down: HealthRow = { ...up, state: 'down', since: now - second, retryAt: now, openings: 1 }
const probing: HealthRow = { ...down, state: 'probing', retryAt: now + second, permits: healthPolicy.permits }

describe('a rail that is up', () => {
  it.each<[string, Partial<HealthRow>, Counts, HealthRow['state']]>([
    ['nothing but answers', {}, counted(1000, 0), 'up'],
    ['failures below the share', {}, counted(100, 49), 'up'],
    ['failures at the share', {}, counted(100, 50), 'down'],
    ['all failed, but fewer than tell anything', {}, counted(19, 19), 'up'],
    ['all failed, and as many as tell something', {}, counted(20, 20), 'down'],
    ['failures counted by others and by this one', { calls: 15, failures: 15 }, counted(5, 5), 'down'],
    ['failures of the window before', { callsBefore: 30, failuresBefore: 30 }, counted(1, 1), 'down'],
    [
      'failures of the window before, which answers outweigh',
      { callsBefore: 30, failuresBefore: 30 },
      counted(100, 0),
      'up',
    ],
    ['failures from long ago', { windowStartedAt: now - 21 * second, calls: 30, failures: 30 }, counted(1, 1), 'up'],
    [
      'failures from one window ago',
      { windowStartedAt: now - 11 * second, calls: 30, failures: 30 },
      counted(1, 1),
      'down',
    ],
    ['five in a row not sent', {}, counted(5, 5, 5), 'down'],
    ['five in a row not sent, in two processes', { refused: 3 }, counted(2, 2, 2), 'down'],
    ['answers between those not sent', { refused: 4 }, counted(3, 2, 2), 'up'],
  ])('%s', (_what, row, counts, state) => {
    expect(addCounts({ ...up, ...row }, counts, moment).state).toBe(state)
  })

  it.each<[string, readonly Counts[], HealthRow['state']]>([
    ['one book fails, and another one gets answers', [countedBy([1, 500, 500], [2, 3, 0])], 'up'],
    ['one book fails, and no other uses the rail', [countedBy([1, 500, 500])], 'down'],
    ['both books fail', [countedBy([1, 500, 500], [2, 3, 2])], 'down'],
    ['two of three books fail', [countedBy([1, 20, 20], [2, 1, 1], [3, 1, 0])], 'down'],
    ['one book fails now, another one got answers before', [countedBy([2, 1, 0]), countedBy([1, 50, 50])], 'up'],
    ['one book is refused, and another one got answers', [countedBy([2, 1, 0]), countedBy([1, 5, 5, 5])], 'up'],
    ['two of three books are refused', [countedBy([3, 9, 0]), countedBy([1, 4, 4, 4], [2, 1, 1, 1])], 'down'],
  ])('%s', (_what, reports, state) => {
    expect(reports.reduce((row, counts) => addCounts(row, counts, moment), up).state).toBe(state)
  })

  it('forgets a book that has been silent for two windows', () => {
    const heard = addCounts(up, countedBy([2, 1, 0]), moment)
    const late = { ...moment, now: now + 25 * second }
    expect(addCounts(heard, countedBy([1, 20, 20]), late).state).toBe('down')
  })

  it('is probed after a back-off that doubles up to half a minute, give or take a quarter', () => {
    const waits = [0, 1, 2, 5, 30].map((openings) => {
      const opened = addCounts({ ...up, openings }, counted(20, 20), moment)
      return ((opened.retryAt ?? 0) - now) / second
    })
    expect(waits).toEqual([1, 2, 4, 30, 30])
    for (const [random, wait] of [
      [0, 0.75],
      [0.999, 1.25],
    ] as const) {
      expect(((addCounts(up, counted(20, 20), { ...moment, random }).retryAt ?? 0) - now) / second).toBeCloseTo(wait, 2)
    }
  })

  it('is down since the moment it went down, also after further openings', () => {
    const opened = addCounts(up, counted(20, 20), moment)
    expect(opened.since).toBe(now)
    expect(addProbe(opened, false, { ...moment, now: now + second }).since).toBe(now)
  })
})

describe('a rail that is down', () => {
  it('is due for a probe at its time', () => {
    expect([isDue(down, now - 1), isDue(down, now), isDue(up, now)]).toEqual([false, true, false])
  })

  it('is due when its time is impossibly late, as the clock was set back', () => {
    const hour = 3_600 * second
    const ahead = { ...down, since: now + hour, retryAt: now + hour, windowStartedAt: now + hour }
    expect(byTheClock(ahead, now)).toEqual({ ...down, since: now, retryAt: now, windowStartedAt: now })
    const longest = { ...down, retryAt: now + 60 * second }
    expect(byTheClock(longest, now)).toEqual(longest)
  })

  it('ignores counts from before processes knew that it is down', () => {
    expect(addCounts(down, counted(100, 0), moment)).toBe(down)
  })

  it('stays down, for longer, when its health is bad', () => {
    expect(addProbe(down, false, moment)).toMatchObject({ state: 'down', openings: 2, retryAt: now + 2 * second })
  })

  it('lets a few calls through when its health is good', () => {
    expect(addProbe(down, true, moment)).toMatchObject({ state: 'probing', permits: healthPolicy.permits })
  })
})

describe('a rail that is probing', () => {
  it('gives out no more permits than it has', () => {
    const first = permits(probing, [1, 3])
    const second = permits(first.row, [1, 3])
    expect([first.sum, second.sum, permits(second.row, [1, 3]).sum]).toEqual([3, 2, 0])
    expect([permits(up, [1, 3]).sum, permits(down, [1, 3]).sum]).toEqual([0, 0])
  })

  it('gives one of several books only a part of its permits, and the others theirs', () => {
    const { row } = permits(down, [1, 0], [2, 0])
    const trial = addProbe(row, true, moment)
    const greedy = permits(trial, [1, 5])
    expect(greedy.sum).toBe(healthPolicy.proofs)
    expect(permits(greedy.row, [1, 5], [2, 5]).taken).toEqual(new Map([[2, 2]]))
  })

  it.each<[string, readonly Counts[], HealthRow['state']]>([
    ['one of several books fails, and no other is heard', [countedBy([1, 3, 3])], 'probing'],
    ['one book fails, and another one gets an answer', [countedBy([1, 3, 3]), countedBy([2, 1, 0])], 'up'],
    ['both books fail', [countedBy([1, 3, 3]), countedBy([2, 1, 1])], 'down'],
  ])('%s', (_what, reports, state) => {
    const { row } = permits(probing, [1, 3], [2, 2])
    expect(reports.reduce((known, counts) => addCounts(known, counts, moment), row).state).toBe(state)
  })

  it.each<[string, Counts, HealthRow['state']]>([
    ['too few answers', counted(2, 0), 'probing'],
    ['enough answers', counted(3, 0), 'up'],
    ['too few failures', counted(4, 2), 'probing'],
    ['enough failures', counted(3, 3), 'down'],
  ])('%s', (_what, counts, state) => {
    expect(addCounts(probing, counts, moment).state).toBe(state)
  })

  it('is up after a second good answer when no process had a call to submit', () => {
    expect(addProbe(probing, true, moment)).toMatchObject({ state: 'up', openings: 0, retryAt: undefined })
  })

  it('gives out new permits when those taken were not accounted for', () => {
    const { row } = permits(probing, [1, 4])
    expect(addProbe(row, true, moment)).toMatchObject({ state: 'probing', permits: healthPolicy.permits })
  })

  it('forgets its failures when it is up', () => {
    const closed = addCounts({ ...probing, calls: 50, failures: 50 }, counted(3, 0), moment)
    expect(addCounts(closed, counted(1, 1), moment).state).toBe('up')
  })
})
