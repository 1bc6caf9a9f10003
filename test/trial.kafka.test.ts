import { expect, test } from 'vitest'
import { patience } from '#testing'
import { runTrialProgram } from './support/run-trial.ts'

// Four workers and three brokers, as `npm run trial` does it at length: see docs/operating/trial.md.

test('kills, freezes and losses of brokers lose and double nothing, and the end is that of an undisturbed run', {
  timeout: patience(240_000),
}, async () => {
  const sizes = ['--payments', '600', '--disturbances', '10', '--long-freeze-ms', '12000']
  const { code, result } = await runTrialProgram('--lanes', 'kafka', '--seed', '7', ...sizes)
  expect(result).toMatchObject({ findings: [], held: true, payments: 600, workers: 4 })
  expect(code).toBe(0)
  const kinds = new Set(result.disturbances.map(({ what }) => what))
  expect([...kinds].sort()).toEqual(['freeze', 'freeze broker', 'kill', 'kill all brokers', 'kill broker'])
  expect(result.disturbances.filter(({ wasRelay }) => wasRelay)).toHaveLength(1)
})
