import { it } from 'vitest'
import { assertHistories } from '../../test/support/saga-histories.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2_147_483_647)
const runs = Number(process.env.RUNS ?? 30)
const from = Number(process.env.FROM ?? 1)

/** `npm run seeds` plays more of them. */
it('an order that is canceled ends, and its money goes back once, whatever its client refunds meanwhile', {
  timeout: 120_000 + runs * 200,
}, async () => {
  console.info(`seed ${seed}`)
  await assertHistories({ seed, runs, from })
})
