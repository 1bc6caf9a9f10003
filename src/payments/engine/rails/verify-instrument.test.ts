import { expect, it } from 'vitest'
import type { Rail, VerificationOutcome } from '#rails'
import { createVerifyInstrument } from './verify-instrument.ts'

it('one key that asks about very many instruments leaves connections to the payments, and places to other keys', async () => {
  const held: ((outcome: VerificationOutcome) => void)[] = []
  const verify: Rail['verify'] = () => new Promise((resolve) => held.push(resolve))
  const ask = createVerifyInstrument({ rail: () => ({ name: 'card', verify }) as unknown as Rail })
  const askAs = (group: number) => ask({ rail: 'card', instrument: 'any', by: { group, sender: `key of ${group}` } })
  const answered: unknown[] = []
  for (let asked = 0; asked < 500; asked += 1) void askAs(1).then((one) => answered.push(one))
  await expect.poll(() => answered.length + held.length).toBe(500)
  expect(held.length).toBeLessThan(64)
  expect(answered).toContainEqual({ ok: true, value: expect.objectContaining({ kind: 'unavailable' }) })
  const ofOne = held.length
  const other = askAs(2)
  expect(held.length).toBe(ofOne + 1)
  for (const resolve of held.splice(0)) resolve({ kind: 'answered', isEligible: true, nameMatch: 'match' })
  expect(await other).toMatchObject({ ok: true, value: { kind: 'answered', isEligible: true } })
  void askAs(1)
  await expect.poll(() => held.length).toBe(1)
})
