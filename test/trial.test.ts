import { expect, test } from 'vitest'
import { patience } from '#testing'
import { runTrialProgram } from './support/run-trial.ts'

// Two processes for the API and two workers on the embedded PostgreSQL, as `npm run trial` does it at length.

test('kills and freezes lose and double nothing, and the end is that of an undisturbed run', {
  timeout: patience(120_000),
}, async () => {
  const sizes = ['--payments', '120', '--disturbances', '4', '--long-freeze-ms', '4000']
  const { code, result } = await runTrialProgram('--lanes', 'postgres', '--seed', '7', ...sizes)
  expect(result).toMatchObject({ findings: [], held: true, payments: 120, apis: 2, workers: 2 })
  expect(code).toBe(0)
  expect(new Set(result.disturbances.map(({ what }) => what))).toEqual(new Set(['kill', 'freeze']))
})
