import { expect, it } from 'vitest'
import type { CallbackMessage, Reading } from '../rail-adapter.ts'
import { createUpiRail } from './upi-rail.ts'

// The callbacks of mandates. The calls are in the suite of all adapters.

const upi = createUpiRail({ name: 'upi', url: 'http://127.0.0.1:1', callbackSecrets: () => [], timeoutMs: 1_000 })
const data = {
  ...{ id: 'mdt_1', idempotency_key: '0'.repeat(32), state: 'paused', asset: 'INR', amount: '5000' },
  ...{ amount_rule: 'max', frequency: 'monthly', debits_max: 12, paused_until: '2027-01-31' },
}
const sent = { id: 'ev_1', type: 'mandate.paused', occurred_at: '2026-11-30T10:00:00.000Z', data }

async function read(body: object): Promise<Reading | undefined> {
  const message: CallbackMessage = { header: () => undefined, body: Buffer.from(JSON.stringify(body)) }
  const reading = await upi.callbacks?.read(message, async () => undefined)
  return reading?.readings[0]
}

it('reports what became of a mandate, as it is then', async () => {
  const terms = { amount: 5_000n, asset: 'INR', amountRule: 'max', frequency: 'monthly', debitsMax: 12 }
  const mandate = { reference: 'mdt_1', state: 'paused', terms, pausedUntilOn: '2027-01-31' }
  expect(await read(sent)).toMatchObject({
    kind: 'event',
    event: {
      ...{ rail: 'upi', eventId: 'ev_1', operation: 'mandate', railReference: 'mdt_1' },
      outcome: { kind: 'mandate', change: 'paused', id: '0'.repeat(32), mandate },
    },
  })
})

it.each([
  ['of a change that is not known', { type: 'mandate.frozen' }],
  ['without a state', { data: { ...data, state: undefined } }],
  ['without an amount', { data: { ...data, amount: 'much' } }],
  ['without a time', { occurred_at: undefined }],
])('does not understand a callback %s', async (_what, change) => {
  expect(await read({ ...sent, ...change })).toMatchObject({ kind: 'problem', eventId: 'ev_1' })
})
