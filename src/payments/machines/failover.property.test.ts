import { it } from 'vitest'
import { assertFailovers } from '../../../test/support/failover-histories.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2_147_483_647)
const runs = Number(process.env.RUNS ?? 100)
const from = Number(process.env.FROM ?? 1)

/** `npm run seeds` plays more of them. */
it('the machines lose no money when the database loses its last second and the rails keep it', {
  timeout: 120_000 + runs * 200,
}, () => {
  console.info(`seed ${seed}`)
  assertFailovers({ seed, runs, from })
})
