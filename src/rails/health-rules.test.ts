import { describe, expect, it } from 'vitest'
import {
  addCounts,
  addProbe,
  byTheClock,
  type Counts,
  type HealthRow,
  healthPolicy,
  isDue,
  takePermits,
} from './health-rules.ts'

const second = 1_000_000
const now = 1_000 * second
const moment = { now, policy: healthPolicy, random: 0.5 }
const up: HealthRow = {
  state: 'up',
  since: 0,
  retryAt: undefined,
  openings: 0,
  paused: false,
  windowStartedAt: now - second,
  calls: 0,
  failures: 0,
  callsBefore: 0,
  failuresBefore: 0,
  refused: 0,
  permits: 0,
  proofs: 0,
  disproofs: 0,
}
const counted = (calls: number, failures: number, refusedLast = 0): Counts => ({
  calls,
  failures,
  refusedLast,
  answered: calls > refusedLast,
})
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
    const first = takePermits(probing, 3)
    const second = takePermits(first.row, 3)
    expect([first.taken, second.taken, takePermits(second.row, 3).taken]).toEqual([3, 2, 0])
    expect(takePermits(up, 3).taken).toBe(0)
    expect(takePermits(down, 3).taken).toBe(0)
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
    const { row } = takePermits(probing, 4)
    expect(addProbe(row, true, moment)).toMatchObject({ state: 'probing', permits: healthPolicy.permits })
  })

  it('forgets its failures when it is up', () => {
    const closed = addCounts({ ...probing, calls: 50, failures: 50 }, counted(3, 0), moment)
    expect(addCounts(closed, counted(1, 1), moment).state).toBe('up')
  })
})
