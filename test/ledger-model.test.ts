import { expect, it } from 'vitest'
import { createLedger } from '#ledger'
import { createTestDatabase } from '#testing'
import { countAnswers, runModel } from './support/model-run.ts'
import { newSeed } from './support/random-history.ts'

// MUNIM_SEED makes the clients do the same again; MUNIM_MODEL_RUNS and MUNIM_MODEL_STEPS make more of it.
const { MUNIM_SEED, MUNIM_MODEL_RUNS = '2', MUNIM_MODEL_STEPS = '30' } = process.env
const seeds =
  MUNIM_SEED === undefined
    ? Array.from({ length: Number(MUNIM_MODEL_RUNS) }, () => newSeed() % 1_000_000)
    : [Number(MUNIM_SEED)]
const steps = Number(MUNIM_MODEL_STEPS)
const timeoutMs = 120_000

async function run(load: { seed: number; clients: number; steps: number }) {
  const test = await createTestDatabase({ pool: { connectionsMax: 20 } })
  const { database } = test
  const faults: Error[] = []
  const onFault = (fault: Error) => faults.push(fault)
  const ledgers = [createLedger({ database, onFault }), createLedger({ database, onFault })] as const
  for (const ledger of ledgers) await ledger.start()
  const { answered, wrong } = await runModel({ database, ledgers }, load)
  await test.drop()
  expect(faults).toEqual([])
  expect(wrong.slice(0, 20)).toEqual([])
  return countAnswers(answered)
}

const many = 'two processes and sixteen clients at once do what the model does (MUNIM_SEED=%i)'
it.each(seeds)(many, { timeout: timeoutMs }, async (seed) => {
  const answers = await run({ seed, clients: 16, steps })
  // Enough of everything has happened for this to mean something.
  expect(answers.get('booked')).toBeGreaterThan(steps * 5)
  expect(answers.size).toBeGreaterThan(12)
})

const one = 'one client after another is answered exactly what the model says (MUNIM_SEED=%i)'
it.each(seeds)(one, { timeout: timeoutMs }, async (seed) => {
  const answers = await run({ seed, clients: 1, steps: steps * 3 })
  expect(answers.get('booked')).toBeGreaterThan(steps / 2)
})
