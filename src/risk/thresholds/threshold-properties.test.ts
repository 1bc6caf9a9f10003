import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decideProposal, releaseThreshold, reverseChange, setThreshold } from './acts.ts'
import { adapt } from './adapt.ts'
import { closeCases, observe } from './learn.ts'
import { replayThreshold } from './setting.ts'
import { type ChangeEntry, createThreshold, type ThresholdDefinition, type ThresholdState } from './threshold.ts'

const day = 86_400_000_000
const start = Date.UTC(2026, 5, 1) * 1000

const definitions: fc.Arbitrary<ThresholdDefinition> = fc
  .record({
    hits: fc.constantFrom('above', 'below'),
    statistic: fc.oneof(
      fc.record({ kind: fc.constant('quantile'), quantile: fc.double({ min: 0.01, max: 0.99, noNaN: true }) }),
      fc.record({ kind: fc.constant('robust_z'), score: fc.double({ min: 0, max: 10, noNaN: true }) }),
      fc.record({ kind: fc.constant('confirmed_rate'), precision: fc.double({ min: 0, max: 1, noNaN: true }) }),
    ),
    speed: fc.record({ share: fc.double({ min: 0, max: 0.9, noNaN: true }), step: fc.constantFrom(0, 1, 50) }),
    bounds: fc.constantFrom({ least: -500, most: 700 }, { least: 90, most: 3000 }, { least: 0, most: 100 }),
    isWhole: fc.boolean(),
    turnedShareMax: fc.constantFrom(0, 0, 0.1, 1),
    periods: fc.integer({ min: 1, max: 5 }),
    feedback: fc.option(fc.record({ precision: fc.constant(0.5), casesMin: fc.constant(2) }), { nil: undefined }),
    perSourceMax: fc.option(fc.constant(3), { nil: undefined }),
  })
  .map(({ feedback, perSourceMax, ...given }) => ({
    ...given,
    ...(feedback && { feedback }),
    ...(perSourceMax !== undefined && { perSourceMax }),
    name: 'threshold',
    version: 1,
    initial: 100,
    sampleMin: 1,
    warmUpDays: 0,
  })) as fc.Arbitrary<ThresholdDefinition>

const values = fc.array(
  fc.oneof(fc.double(), fc.integer({ min: -2000, max: 6000 }), fc.bigInt({ min: 0n, max: 2n ** 63n })),
  {
    minLength: 1,
    maxLength: 8,
  },
)

type Step = Readonly<{ do: string; hours: number; values: readonly (number | bigint)[]; value: number; yes: boolean }>

/** What comes in whichever order: traffic that anyone can make, and the acts of people. Clocks may go back. */
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    do: fc.oneof(
      { weight: 3, arbitrary: fc.constant('observe') },
      { weight: 6, arbitrary: fc.constant('adapt') },
      { weight: 2, arbitrary: fc.constantFrom('close', 'decide', 'decide') },
      { weight: 1, arbitrary: fc.constantFrom('set', 'release', 'reverse') },
    ),
    hours: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: -40, max: 200 })),
    values,
    value: fc.double({ min: -600, max: 4000, noNaN: true }),
    yes: fc.boolean(),
  }),
  { minLength: 10, maxLength: 60, size: 'max' },
)

function entriesOf(
  definition: ThresholdDefinition,
  state: ThresholdState,
  step: Step,
  place: { now: number; log: readonly ChangeEntry[] },
) {
  const { now, log } = place
  const act = { by: 'ana', why: 'a test', at: now }
  const observations = step.values.map((value) => ({ at: now + step.value * 1e9, value, source: String(value) }))
  const acted = (result: ReturnType<typeof setThreshold>) =>
    result.ok ? { state: result.value.state, entries: [result.value.entry] } : { state, entries: [] }
  switch (step.do) {
    case 'observe':
      return { state: observe(definition, state, { observations, now }), entries: [] }
    case 'close':
      return {
        state: closeCases(definition, state, {
          cases: observations.map((one) => ({ ...one, isConfirmed: step.yes })),
          now,
        }),
        entries: [],
      }
    case 'adapt':
      return adapt(definition, state, now)
    case 'set':
      return acted(
        setThreshold(definition, state, { ...act, value: definition.isWhole ? Math.round(step.value) : step.value }),
      )
    case 'release':
      return acted(releaseThreshold(definition, state, act))
    case 'decide':
      return acted(
        decideProposal(definition, state, {
          ...act,
          proposal: state.hours[0]?.setting.proposal?.number ?? 0,
          isApproved: step.yes,
        }),
      )
    default: {
      const change = log[Math.abs(step.hours) % Math.max(log.length, 1)]
      return change ? acted(reverseChange(definition, state, { ...act, change })) : { state, entries: [] }
    }
  }
}

function play(definition: ThresholdDefinition, given: readonly Step[]) {
  let state = createThreshold(definition)
  let now = start
  const log: ChangeEntry[] = []
  for (const step of given) {
    now += step.hours * (day / 24)
    const before = state.hours[0]!.setting
    const next = entriesOf(definition, state, step, { now, log })
    for (const { kind, from } of next.entries) {
      expect(from).toBe(before.value)
      if (before.isManual) expect(kind).not.toMatch(/adapted|proposed|approved/)
    }
    log.push(...next.entries)
    state = JSON.parse(JSON.stringify(next.state))
  }
  return { state, log }
}

const isAutomatic = ({ kind }: ChangeEntry) => kind === 'adapted' || kind === 'approved'
const isOfPerson = ({ kind }: ChangeEntry) => kind === 'set' || kind === 'released' || kind === 'reversed'

/** Values with the times from which on they held, since a person last chose one. */
function expectSpeed({ speed, initial }: ThresholdDefinition, log: readonly ChangeEntry[]): void {
  let held = [{ at: 0, value: initial }]
  for (const entry of log) {
    if (isOfPerson(entry)) held = [{ at: entry.at, value: entry.to }]
    if (!isAutomatic(entry)) continue
    for (const [index, { value }] of held.entries()) {
      const until = held[index + 1]?.at ?? entry.at
      if (until <= entry.at - day) continue
      const step = Math.max(Math.abs(value) * speed.share, speed.step)
      expect(Math.abs(entry.to - value)).toBeLessThanOrEqual(step + Math.abs(value) * 1e-12)
    }
    held.push({ at: entry.at, value: entry.to })
  }
}

it('nothing moves a threshold past its bounds or its speed, and its log alone has its setting', () => {
  const seen = { adapted: 0, proposed: 0, approved: 0, reversed: 0, set: 0, released: 0, rejected: 0 }
  fc.assert(
    fc.property(definitions, steps, (definition, given) => {
      const { state, log } = play(definition, given)
      for (const entry of log) {
        expect(entry.to).toBeGreaterThanOrEqual(definition.bounds.least)
        expect(entry.to).toBeLessThanOrEqual(definition.bounds.most)
        if (definition.isWhole) expect(Number.isSafeInteger(entry.to)).toBe(true)
        seen[entry.kind] += 1
      }
      expectSpeed(definition, log)
      expect(log.map(({ number }) => number)).toEqual(log.map((_, index) => index + 1))
      expect(JSON.parse(JSON.stringify(replayThreshold(definition, log)))).toEqual([state.hours[0]!.setting])
    }),
    { numRuns: 300 },
  )
  for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(0)
})
