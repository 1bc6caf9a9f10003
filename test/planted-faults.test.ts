import { expect, it } from 'vitest'
import { plantedFaults } from './support/planted-faults.ts'
import { importChanged } from './support/program-variant.ts'

// Defects of the past are put back one by one, and the histories of the machines find each of them.

const seed = Number(process.env.SEED ?? 28)
const runs = Number(process.env.RUNS ?? 1_000)
/** The others take minutes: `npm run seeds -- --planted` plays them all. */
const soonFound = ['money that comes back after success is dropped', 'an inquiry by an operator submits']
const isAll = process.env.RUNS !== undefined
const faults = Object.entries(plantedFaults).filter(([name]) => isAll || soonFound.includes(name))

it.each(faults)('%s: is found', { timeout: 600_000 }, async (name, replacement) => {
  const { findFailing } = await importChanged(replacement, () => import('./support/payments-histories.ts'))
  const found = findFailing({ seed, runs })
  console.info(`${name}: found in history ${found?.run} of seed ${seed}: ${found?.why.split('\n')[0]}`)
  expect(found).toMatchObject({ run: expect.any(Number) })
})
