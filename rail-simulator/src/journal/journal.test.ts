import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  type CallbackReceiver,
  eventually,
  type SimulatedRails,
  startCallbackReceiver,
  startSimulatedRails,
} from '../../../test/support/simulated-rails.ts'
import { defaultCallbackSecret } from '../callbacks.ts'

let folder: string
let receiver: CallbackReceiver
let rails: SimulatedRails
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'munim-rails-'))
  receiver = await startCallbackReceiver(defaultCallbackSecret)
  rails = await start()
})
afterEach(async () => {
  await rails.stop()
  await receiver.stop()
  rmSync(folder, { recursive: true })
})

const file = () => join(folder, 'rails.jsonl')
const start = (more: object = {}) =>
  startSimulatedRails({ data: file(), callbackUrl: `${receiver.url}/{rail}`, callbackDelayMs: 30, ...more })
async function restart(more: object = {}): Promise<void> {
  await rails.stop()
  rails = await start(more)
}
const money = (instrument: string, amount = '100') => ({ amount, asset: 'INR', instrument })
const statusOf = async (rail: string, key: string) =>
  (await rails.get(`/${rail}/operations?idempotency_key=${key}`)).body.status

it('remembers operations, keys, totals and statements over restarts', async () => {
  const first = await rails.post('/card/authorizations', money('card_ok'), 'a1')
  await rails.post(`/card/authorizations/${first.body.id}/captures`, { amount: '60' }, 'p1')
  await rails.post('/bank/direct-debits', money('GB00OK'), 'd1')
  const { date } = (await rails.control('close-day', {})).body
  const before = [
    await rails.get('/records'),
    await rails.get('/records/operations'),
    await rails.get(`/bank/statements/${date}`),
  ]
  for (let times = 0; times < 2; times += 1) {
    await restart()
    const after = [
      await rails.get('/records'),
      await rails.get('/records/operations'),
      await rails.get(`/bank/statements/${date}`),
    ]
    expect(after.map(({ text }) => text)).toEqual(before.map(({ text }) => text))
  }
  const again = await rails.post('/card/authorizations', money('card_ok'), 'a1')
  expect([again.status, again.text]).toEqual([201, first.text])
  const captures = `/card/authorizations/${first.body.id}/captures`
  expect((await rails.post(captures, { amount: '41' }, 'p2')).status).toBe(402)
  expect((await rails.post(captures, { amount: '40' }, 'p3')).body).toMatchObject({ status: 'succeeded', sequence: 5 })
  await rails.post('/bank/direct-debits', money('GB00OK'), 'd2')
  expect((await rails.control('close-day', {})).body.date > date).toBe(true)
})

it('resumes unfinished work: callbacks, late successes, disputes, the bank', async () => {
  receiver.answerWith(503)
  await rails.post('/upi/collects', money('asha@upi'), 'reported')
  await eventually(() => expect(receiver.received.length).toBeGreaterThan(0))
  // Two answers of the rail do not come. The rail itself ends their connections, so it has received the requests.
  await rails.control('timings', { callback_delay_ms: 60_000, late_ms: 60_000, hang_ms: 100 })
  await rails.post('/upi/collects', money('asha@upi'), 'pending')
  await rails.post('/card/charges', money('card_dispute'), 'disputed')
  await rails.post('/card/charges', money('card_late_success'), 'late')
  await rails.post('/card/charges', money('card_timeout_not_happened'), 'forgotten')
  await rails.post('/bank/direct-debits', money('GB00LATESUCCESS'), 'd1')
  await rails.control('close-day', {})
  expect([await statusOf('upi', 'pending'), await statusOf('bank', 'd1')]).toEqual(['pending', 'failed'])
  receiver.received.splice(0)
  receiver.answerWith(204)
  await restart()
  await eventually(() => {
    const reported = receiver.received.map(
      ({ event }) => event.data.original_idempotency_key ?? event.data.idempotency_key,
    )
    // An event that is acknowledged late is sent again.
    expect([...new Set(reported)].sort()).toEqual(['disputed', 'late', 'pending', 'reported'])
  })
  await rails.control('close-day', {})
  expect(await statusOf('bank', 'd1')).toBe('succeeded')
  expect((await rails.post('/card/charges', money('card_timeout_not_happened'), 'forgotten')).status).toBe(201)
})

it('resumes disputes by stages: their decisions, their time for evidence, and their answers', async () => {
  await rails.control('timings', { late_ms: 60_000 })
  await rails.post('/card/charges', money('card_dispute_won'), 'later')
  const charged = async (key: string) => (await rails.post('/card/charges', money('card_ok'), key)).body.id
  const open = async (key: string, more: object) =>
    (await rails.control('disputes', { operation: await charged(key), ...more })).body.id
  const asked = await open('asked', { stage: 'inquiry' })
  const due = await open('due', { stage: 'opened', evidence_due_ms: 86_400_000 })
  const answer = () => rails.post(`/card/disputes/${due}/accept`, {}, 'answer')
  expect((await answer()).body.stage).toBe('accepted')
  await restart()
  const stageOf = async (id: string) => (await rails.get(`/card/operations/${id}`)).body.stage
  expect([await stageOf(asked), await stageOf(due)]).toEqual(['inquiry', 'accepted'])
  expect((await answer()).status).toBe(200)
  await eventually(async () => {
    const { data } = (await rails.get('/records/operations?operation=dispute')).body
    expect(data.map(({ stage }: { stage: string }) => stage).sort()).toEqual(['accepted', 'inquiry', 'won'])
  })
})

it('remembers reversals and mandates, and what they wait for', async () => {
  await rails.control('timings', { hang_ms: 50, callback_delay_ms: 60_000, late_ms: 60_000 })
  await rails.post('/card/charges', money('card_late_success'), 'late')
  const reverse = () => rails.post('/card/reversals', { original_idempotency_key: 'late' }, 'r1')
  expect((await reverse()).body).toMatchObject({ outcome: 'nothing_to_reverse', acknowledged: 1 })
  const terms = { ...money('asha@upi'), amount_rule: 'max', frequency: 'monthly' }
  const { id } = (await rails.post('/upi/mandates', terms, 'm1')).body
  await restart()
  expect((await reverse()).body).toMatchObject({ outcome: 'nothing_to_reverse', acknowledged: 2 })
  expect((await rails.post('/card/charges', money('card_late_success'), 'late')).body.response_code).toBe('21')
  await eventually(async () => {
    expect((await rails.get(`/upi/mandates/${id}`)).body.state).toBe('active')
    expect(receiver.received.map(({ event }) => event.type)).toContain('mandate.activated')
  })
})

it('keeps schedules of faults', async () => {
  await rails.control('faults', { rail: 'card', rates: { http_500: 1 } })
  await restart()
  expect((await rails.post('/card/charges', money('card_visa'), 'k')).status).toBe(500)
})

it('ignores a last line that was cut short', async () => {
  await rails.post('/card/charges', money('card_ok'), 'k')
  await rails.stop()
  appendFileSync(file(), '["operation",{"id":"chg_')
  rails = await start()
  expect(await statusOf('card', 'k')).toBe('succeeded')
  expect(readFileSync(file(), 'utf8')).not.toContain('"chg_\n')
})

it('rewrites its file without the operations that it no longer keeps, and keeps the totals', async () => {
  for (let number = 0; number < 30; number += 1) await rails.post('/card/charges', money('card_ok', '1'), `k${number}`)
  await restart({ retain: 5 })
  await restart({ retain: 5 })
  expect((await rails.get('/records')).body.totals).toMatchObject([{ count: 30, amount: '30' }])
  expect(readFileSync(file(), 'utf8').split('\n').length).toBeLessThan(12)
})
