import { expect, test } from 'vitest'
import { createCommitWatch } from './commit-watch.ts'
import type { CountedLane } from './lane-read-model.ts'
import { createScaler, type Scaling } from './scaler.ts'
import { decideScale, neededConsumers, type ScaleInputs, scaleSteps, trueRate } from './scaling.ts'

test.each([
  ['nothing to do', { arrivalPerSecond: 0, backlog: 0, catchUpSeconds: 60, truePerSecond: 1000 }, 1],
  ['nothing known of the rate', { arrivalPerSecond: 500, backlog: 10, catchUpSeconds: 60, truePerSecond: 0 }, 1],
  ['arrivals that fit one', { arrivalPerSecond: 600, backlog: 0, catchUpSeconds: 60, truePerSecond: 1000 }, 1],
  ['one more than fits', { arrivalPerSecond: 601, backlog: 0, catchUpSeconds: 60, truePerSecond: 1000 }, 2],
  ['a backlog to work off', { arrivalPerSecond: 600, backlog: 72_000, catchUpSeconds: 60, truePerSecond: 1000 }, 3],
])('with %s', (_with, demand, needed) => {
  expect(neededConsumers(demand)).toBe(needed)
})

test('the true rate is bounded by transactions or by slots, whichever is less', () => {
  const spent = { messages: 1_000, sessionMs: 500, slotMs: 1_000, sessionsMax: 3, slotsMax: 100 }
  expect(trueRate(spent)).toBe(6_000)
  expect(trueRate({ ...spent, slotMs: 50_000 })).toBe(2_000)
  expect(trueRate({ ...spent, messages: 0 })).toBeUndefined()
})

const none = { rollback: 0, instant: 0, standard: 0, bulk: 0 }
const last = scaleSteps.length - 1
const atTop = { rollback: last, instant: last, standard: last, bulk: last }
const twoWorkers: ScaleInputs = { loads: none, steps: none, workers: 2, calm: 0, isDatabaseSlow: false }

test.each<[string, Partial<ScaleInputs>, because: string, workers: number, steps: object]>([
  ['enough to do', { loads: { ...none, standard: 1.9 } }, 'keeps_up', 2, none],
  [
    'a little too much: the busiest lane first',
    { loads: { ...none, instant: 0.5, bulk: 1.6 } },
    'lane_up',
    2,
    { bulk: 1 },
  ],
  [
    'a lane at its top: the next one',
    {
      ...{ loads: { ...none, instant: 0.5, bulk: 1.6 }, steps: { ...none, bulk: last } },
    },
    'lane_up',
    2,
    { instant: 1 },
  ],
  [
    'a lane that has nearly nothing to do: not that one',
    {
      ...{ loads: { ...none, rollback: 0.1, bulk: 2.1 }, steps: { ...none, bulk: last } },
    },
    'workers_up',
    3,
    { rollback: 0 },
  ],
  ['all lanes at their top', { loads: { ...none, instant: 2, bulk: 2.2 }, steps: atTop }, 'workers_up', 5, atTop],
  [
    'more than the engine can use',
    { loads: { ...none, instant: 2, bulk: 2.2 }, steps: atTop, workersMax: 4 },
    'workers_most',
    4,
    atTop,
  ],
  ['more processes than the engine can use', { loads: { ...none, bulk: 1.9 }, workersMax: 1 }, 'workers_most', 1, none],
  ['a slow database', { loads: { ...none, bulk: 9 }, isDatabaseSlow: true }, 'database_slow', 2, none],
  [
    'a slow database, and all at their top',
    {
      ...{ loads: { ...none, bulk: 9 }, steps: atTop, isDatabaseSlow: true },
    },
    'database_slow',
    2,
    atTop,
  ],
  ['too little, for a moment', { loads: { ...none, bulk: 0.5 } }, 'keeps_up', 2, none],
  ['too little, for long', { loads: { ...none, bulk: 0.5 }, calm: 5 }, 'workers_down', 1, none],
  [
    'too little for one less, but within the dead band',
    { loads: { ...none, bulk: 0.9 }, calm: 5 },
    'keeps_up',
    2,
    none,
  ],
  [
    'one process, too little, for long',
    {
      ...{ loads: { ...none, bulk: 0.1 }, steps: atTop, workers: 1, calm: 5 },
    },
    'lane_down',
    1,
    { rollback: last - 1, bulk: last },
  ],
  ['one process, nothing to step down', { workers: 1, calm: 50 }, 'keeps_up', 1, none],
  ['ten processes too many: one at a time', { workers: 12, calm: 9 }, 'workers_down', 11, none],
])('with %s', (_with, given, because, workers, steps) => {
  expect(decideScale({ ...twoWorkers, ...given })).toMatchObject({ because, workers, steps })
})

test('the database is slow by its own baseline, not again until it is clearly better, and slow disks become usual', () => {
  const watch = createCommitWatch()
  const note = (ms: number, times = 9) => {
    for (let time = 0; time < times; time += 1) watch.note(ms)
    return watch.read()
  }
  expect(note(4)).toEqual({ ms: 4, baselineMs: 4, isSlow: false })
  expect(note(11)).toMatchObject({ isSlow: false })
  expect(note(13, 4)).toMatchObject({ isSlow: false })
  expect(note(13)).toMatchObject({ ms: 13, isSlow: true })
  expect(note(9)).toMatchObject({ isSlow: true })
  expect(note(7)).toMatchObject({ isSlow: false })
  expect(note(13, 3_600).isSlow).toBe(false)
  const quick = createCommitWatch()
  for (const ms of [0.5, 4]) for (let time = 0; time < 9; time += 1) quick.note(ms)
  expect(quick.read()).toMatchObject({ ms: 4, isSlow: false })
  const unmeasured = createCommitWatch()
  for (const ms of [0, 6]) for (let time = 0; time < 9; time += 1) unmeasured.note(ms)
  for (let time = 0; time < 3_600; time += 1) unmeasured.note(6)
  expect(unmeasured.read()).toMatchObject({ ms: 6, isSlow: false })
})

test('what waits for an operator or a breaker wants no more consumers; decisions come with their inputs', () => {
  const lane: CountedLane = {
    ...{ lane: 'bulk', paused: false, ready: 600_000, delayed: 0, oldestMs: 90_000, deadLetters: 0, workers: 1 },
    ...{
      inFlight: 0,
      perSecond: 10,
      truePerSecond: 100,
      breakers: [],
      outgoing: 0,
      outgoingMs: 0,
      arrivalPerSecond: 10,
    },
  }
  const applied: string[] = []
  const decisions: [because: string, isNews: boolean][] = []
  const scaler = createScaler({
    apply: (name, { batch, sessionsMore }) => applied.push(`${name} ${batch} ${sessionsMore}`),
    onDecision: ({ because }: Scaling, isNews) => decisions.push([because, isNews]),
  })
  const commits = { ms: 1.5, baselineMs: 1, isSlow: false }
  scaler.decide([{ ...lane, paused: true }], commits)
  scaler.decide([lane], commits)
  expect(applied).toEqual(['bulk 512 0'])
  scaler.decide([lane], { ...commits, isSlow: true })
  scaler.decide([lane], { ...commits, isSlow: true })
  expect(decisions).toEqual([
    ['keeps_up', true],
    ['lane_up', true],
    ['database_slow', true],
    ['database_slow', false],
  ])
  expect(scaler.latest()).toMatchObject({
    ...{ recommendedWorkers: 1, workers: 1, commitMs: 1.5, commitBaselineMs: 1 },
    lanes: [{ lane: 'bulk', lagSeconds: 90, backlog: 600_000, arrivalPerSecond: 10, truePerSecond: 100, batch: 512 }],
  })
})
