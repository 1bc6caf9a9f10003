import { it } from 'vitest'
import { assertHistories } from '../../../test/support/payments-histories.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2_147_483_647)
const runs = Number(process.env.RUNS ?? 30)
const from = Number(process.env.FROM ?? 1)

/** `npm run seeds` plays more of them. */
it('the machines never lose money, for any order of actions by rails and operators', {
  timeout: 120_000 + runs * 200,
}, () => {
  console.info(`seed ${seed}`)
  assertHistories({ seed, runs, from })
})
