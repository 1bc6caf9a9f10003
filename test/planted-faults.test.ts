import { expect, it } from 'vitest'
import type { Failing, Histories } from './support/payments-histories.ts'
import { plantedFaults } from './support/planted-faults.ts'
import { importChanged } from './support/program-variant.ts'

// Defects of the past are put back one by one, and the histories of the machines find each of them.

const seed = Number(process.env.SEED ?? 28)
const runs = Number(process.env.RUNS ?? 1_000)
const from = Number(process.env.FROM ?? 1)
/** The others take minutes: `npm run seeds -- --planted` plays them all. */
const soonFound = ['money that comes back after success is dropped', 'an inquiry by an operator submits']
const isAll = process.env.RUNS !== undefined
const faults = Object.entries(plantedFaults).filter(([name]) => isAll || soonFound.includes(name))

type Played = { readonly findFailing: (histories: Histories) => Failing | Promise<Failing> }

const histories: Readonly<Record<'payments' | 'sagas' | 'failovers', () => Promise<Played>>> = {
  payments: () => import('./support/payments-histories.ts'),
  sagas: () => import('./support/saga-histories.ts'),
  failovers: () => import('./support/failover-histories.ts'),
}

it.each(faults)('%s: is found', async (name, { of = 'payments', ...replacement }) => {
  const { findFailing } = await importChanged(replacement, histories[of])
  const found = await findFailing({ seed, runs, from })
  console.info(`${name}: found in history ${found?.run} of seed ${seed}: ${found?.why.split('\n')[0]}`)
  expect(found).toMatchObject({ run: expect.any(Number) })
})
