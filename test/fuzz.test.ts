import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { defaultCallbackSecret } from '#rail-simulator'
import { patience, readContract, startTestServer, type TestServer, verifyAll } from '#testing'
import { runFuzz } from './fuzz/fuzz-run.ts'
import { callbackSigner } from './fuzz/sign-callback.ts'
import { signerOf } from './fuzz/sign-token.ts'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// Some hundred requests of each seed; `npm run fuzz` sends twenty thousand. MUNIM_SEED adds one.
const seeds = [1, 2, ...(process.env.MUNIM_SEED === undefined ? [] : [Number(process.env.MUNIM_SEED)])]
const requests = 240

let simulator: SimulatedRails
let server: TestServer
beforeAll(async () => {
  simulator = await startSimulatedRails()
})
beforeEach(async () => {
  const rails = ['card', 'upi', 'bank'].map((name) => ({ name, adapter: `simulator-${name}`, url: simulator.url }))
  server = await startTestServer({ rails })
})
afterEach(() => server.stop())
afterAll(() => simulator.stop())

test.each(seeds)('every answer to the requests of seed %i is in the document', async (seed) => {
  const contract = readContract()
  const { failures, counts } = await runFuzz({
    ...{ contract, seed, requests, deadlineMs: patience(10_000) },
    target: { url: server.url, operatorKey: server.adminKey, signToken: signerOf(server.database) },
    signCallback: callbackSigner(defaultCallbackSecret),
  })
  expect(failures).toEqual([])
  const sent = [...counts.values()].flatMap((of) => Object.values(of)).reduce((sum, one) => sum + one, 0)
  expect(sent).toBe(requests)
  expect([...counts].filter(([, of]) => Object.keys(of).length === 0)).toEqual([])
  expect((await server.request('GET', '/readyz')).status).toBe(200)
  expect(await verifyAll(server.database)).toEqual([])
})
