import { expect, test } from 'vitest'
import { createTestDatabase, newSeed, patience, rounds } from '#testing'
import { planSaga } from './support/saga-plan.ts'
import { createSagaWorld, type PlannedEnd } from './support/saga-world.ts'

// MUNIM_SEED repeats one schedule; MUNIM_SAGA_RUNS sets how many there are.
const { MUNIM_SEED, MUNIM_SAGA_RUNS = String(rounds({ few: 300, all: 1_000 })) } = process.env
const firstSeed = MUNIM_SEED === undefined ? newSeed() % 1_000_000 : Number(MUNIM_SEED)
const runs = MUNIM_SEED === undefined ? Number(MUNIM_SAGA_RUNS) : 1
const atOnce = 8
const title = `${runs} schedules of faults end alike under both coordinators (MUNIM_SEED=${firstSeed} and on)`

test(title, { timeout: patience(60_000) }, async () => {
  const test = await createTestDatabase({ pool: { connectionsMax: 2 * atOnce } })
  const world = await createSagaWorld(test.database)
  const wrong: string[] = []
  const ends = new Map<string, number>()
  let next = firstSeed
  const work = async () => {
    while (next < firstSeed + runs) {
      const seed = next
      next += 1
      const orchestrated = await world.run(seed, 'orchestrated')
      const choreographed = await world.run(seed, 'choreographed')
      wrong.push(...judge(seed, orchestrated, choreographed))
      const end = `${orchestrated.state}${planSaga(seed).reversedAfter === undefined ? '' : ' as asked'}`
      ends.set(end, (ends.get(end) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const stuck = world.stuck.filter(({ change }) => change === 'stuck').length
  const resolved = world.stuck.filter(({ change }) => change === 'resolved').length
  await test.drop()
  console.log(
    `seeds ${firstSeed} to ${firstSeed + runs - 1}: ${JSON.stringify(Object.fromEntries(ends))}, stuck ${stuck}`,
  )
  expect(wrong.slice(0, 10)).toEqual([])
  expect(resolved).toBeLessThanOrEqual(stuck)
  // The run covers enough cases to mean something.
  if (runs >= 200) {
    expect(ends.get('completed')).toBeGreaterThan(runs / 20)
    expect(ends.get('reversed')).toBeGreaterThan(runs / 20)
    expect(ends.get('reversed as asked')).toBeGreaterThan(runs / 20)
    expect(stuck).toBeGreaterThan(runs / 20)
  }
})

const nothing = {}
const everything = { first: 1, second: 1, third: 1, fourth: 1 }

/** The faults of the two ends of a schedule: of each, and between them. */
function judge(seed: number, orchestrated: PlannedEnd, choreographed: PlannedEnd): string[] {
  const wrong: string[] = []
  const note = (what: string, end: unknown) => wrong.push(`MUNIM_SEED=${seed}: ${what} ${JSON.stringify(end)}`)
  const plan = planSaga(seed)
  for (const end of [orchestrated, choreographed]) {
    const wanted = end.state === 'completed' ? everything : nothing
    if (JSON.stringify(end.effects) !== JSON.stringify(sorted(wanted))) note('effects are left', end)
    if (end.state !== 'completed' && end.state !== 'reversed') note('no end', end)
    const settled = end.state === 'completed' ? ['done'] : ['refused', 'compensated', 'canceled']
    if (!Object.values(end.steps).every((state) => settled.includes(state))) note('steps stand wrong', end)
  }
  // The saga's progress at the moment of the request to reverse depends on timing; its end does not.
  const compared =
    plan.reversedAfter === undefined ? alike : (end: PlannedEnd) => ({ ...alike(end), steps: 0, reason: 0 })
  if (JSON.stringify(compared(orchestrated)) !== JSON.stringify(compared(choreographed))) {
    note('ends differ', [orchestrated, choreographed])
  }
  return wrong
}

function alike({ state, reason, steps, effects }: PlannedEnd) {
  return { state, reason, steps: steps as unknown, effects }
}

function sorted(effects: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(effects).sort(([a], [b]) => (a < b ? -1 : 1)))
}
