import { expect, it } from 'vitest'
import { createLedger } from '#ledger'
import { createTestDatabase, patience } from '#testing'
import { countAnswers, runModel } from './support/model-run.ts'
import { newSeed } from './support/random-history.ts'

// MUNIM_SEED repeats a run; MUNIM_MODEL_RUNS and MUNIM_MODEL_STEPS set its size.
const { MUNIM_SEED, MUNIM_MODEL_RUNS = '2', MUNIM_MODEL_STEPS = '30' } = process.env
const seeds =
  MUNIM_SEED === undefined
    ? Array.from({ length: Number(MUNIM_MODEL_RUNS) }, () => newSeed() % 1_000_000)
    : [Number(MUNIM_SEED)]
const steps = Number(MUNIM_MODEL_STEPS)
const timeoutMs = patience(60_000)

async function run({ processes = 2, ...load }: Parameters<typeof runModel>[1] & { processes?: number }) {
  const test = await createTestDatabase({ pool: { connectionsMax: 20 } })
  const { database } = test
  const faults: Error[] = []
  const onFault = (fault: Error) => faults.push(fault)
  const first = createLedger({ database, onFault })
  const ledgers = [first, processes === 1 ? first : createLedger({ database, onFault })] as const
  for (const ledger of new Set(ledgers)) await ledger.start()
  const { answered, wrong } = await runModel({ database, ledgers }, load)
  await test.drop()
  expect(faults).toEqual([])
  expect(wrong.slice(0, 20)).toEqual([])
  // A single writer builds on its own last batch, and never has a conflict.
  if (processes === 1) expect(first.statistics().conflicts).toBe(0)
  return countAnswers(answered)
}

const many = 'two processes and twenty clients at once agree with the model (MUNIM_SEED=%i)'
it.each(seeds)(many, { timeout: timeoutMs }, async (seed) => {
  const answers = await run({ seed, clients: 20, steps })
  // The run covers enough cases to mean something.
  expect(answers.get('booked')).toBeGreaterThan(steps * 5)
  expect(answers.size).toBeGreaterThan(12)
})

const ahead = 'one process under more load than it can write at once agrees with the model (MUNIM_SEED=%i)'
it.each(seeds)(ahead, { timeout: timeoutMs }, async (seed) => {
  const load = { alone: true, processes: 1, clients: 12, groupsMax: 250 }
  const answers = await run({ seed, steps: Math.ceil(steps / 10), ...load })
  expect(answers.get('booked')).toBeGreaterThan(steps * 10)
})

const one = 'one client after another gets exactly the answers of the model (MUNIM_SEED=%i)'
it.each(seeds)(one, { timeout: timeoutMs }, async (seed) => {
  const answers = await run({ seed, clients: 1, steps: steps * 3 })
  expect(answers.get('booked')).toBeGreaterThan(steps / 2)
})
