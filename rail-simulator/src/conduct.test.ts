import { afterEach, beforeEach, expect, it } from 'vitest'
import { type SimulatedRails, startSimulatedRails } from '../../test/support/simulated-rails.ts'

let rails: SimulatedRails
let now: number
beforeEach(async () => {
  now = 1_700_000_000_000_000
  rails = await startSimulatedRails({ clock: { now: () => now } })
  const rules = { first_ms: 1_000, then_ms: [2_000, 4_000], at_most: 4, not_found_final_ms: 5_000 }
  expect((await rails.control('inquiry-rules', { rail: 'card', ...rules })).status).toBe(200)
})
afterEach(() => rails.stop())

const pay = (key: string, instrument: string) =>
  rails.post('/card/charges', { amount: '100', asset: 'INR', instrument }, key, 300)
const inquire = async (key: string, afterMs: number) => {
  now += afterMs * 1_000
  return (await rails.get(`/card/operations?idempotency_key=${key}`)).body
}
const violations = async () => {
  const { data } = (await rails.get('/records/violations?rail=card')).body
  return data.map(({ kind, after_ms }: { kind: string; after_ms: number }) => `${kind} ${after_ms}`)
}

it('records an inquiry before its time, and the second one of a pair that is too close', async () => {
  await pay('a', 'card_ok')
  await inquire('a', 1_000)
  await inquire('a', 2_000)
  await inquire('a', 4_000)
  expect(await violations()).toEqual([])
  await pay('b', 'card_ok')
  await inquire('b', 999)
  await inquire('b', 2_000)
  await inquire('b', 3_999)
  expect(await violations()).toEqual(['inquiry_too_early 999', 'inquiry_too_often 3999'])
})

it('records an inquiry beyond the number that is allowed', async () => {
  await pay('a', 'card_ok')
  for (let count = 0; count < 4; count += 1) await inquire('a', 10_000)
  expect(await violations()).toEqual([])
  await inquire('a', 10_000)
  expect(await violations()).toEqual(['inquiry_too_often 10000'])
})

it('begins again with another submission, and judges nothing without rules', async () => {
  await pay('a', 'card_ok')
  await inquire('a', 10_000)
  await pay('a', 'card_ok')
  await inquire('a', 1_000)
  await rails.control('inquiry-rules', { rail: 'card' })
  await pay('a', 'card_ok')
  await inquire('a', 0)
  await inquire('a', 0)
  expect(await violations()).toEqual([])
})

it('says of an operation that it does not know whether that is final', async () => {
  await pay('a', 'card_timeout_not_happened')
  expect(await inquire('a', 4_999)).toMatchObject({ code: 'operation_not_found', finality: 'not_yet' })
  expect(await inquire('a', 1)).not.toHaveProperty('finality')
})

it.each([
  [{ rail: 'card', first_ms: -1 }, 'first_ms'],
  [{ rail: 'card', first_ms: 1, then_ms: 7 }, 'then_ms'],
  [{ rail: 'none', first_ms: 1 }, 'rail'],
])('refuses the rules %j', async (rules, param) => {
  expect((await rails.control('inquiry-rules', rules)).body).toMatchObject({ code: 'validation_failed', param })
})

it('records another attempt with a card of a scheme after a decline that was for ever', async () => {
  await pay('a', 'card_visa_stolen')
  expect(await violations()).toEqual([])
  await pay('a', 'card_visa_stolen')
  await pay('b', 'card_stolen')
  await pay('c', 'card_stolen')
  expect(await violations()).toEqual([])
  await pay('d', 'card_visa_stolen')
  expect(await violations()).toEqual(['retry_after_never 0'])
})

it('records the attempt after twenty declines of a card in thirty days', async () => {
  for (let count = 0; count < 21; count += 1) {
    expect(await violations()).toEqual([])
    await pay(`a${count}`, 'card_visa_do_not_honor')
    now += 86_400_000_000
  }
  expect(await violations()).toEqual(['retry_too_often 86400000'])
  now += 30 * 86_400_000_000
  await pay('later', 'card_visa_do_not_honor')
  expect(await violations()).toHaveLength(1)
})
