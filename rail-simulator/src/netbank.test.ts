import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { eventually, type SimulatedRails, startSimulatedRails } from '../../test/support/simulated-rails.ts'

let folder: string
let rails: SimulatedRails
const start = () => startSimulatedRails({ data: join(folder, 'rails.jsonl') })
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'munim-netbank-'))
  rails = await start()
})
afterEach(async () => {
  await rails.stop()
  rmSync(folder, { recursive: true })
})

const payIn = (reference: string, account: string) =>
  rails.post('/netbank/payins', { reference, amount: '100', currency: 'INR', account })
const stateOf = async (reference: string) =>
  (await rails.get(`/netbank/transactions?reference=${reference}`)).body.state
async function upload(lines: readonly string[]) {
  const answer = await fetch(`${rails.url}/netbank/payout-files`, { method: 'POST', body: `${lines.join('\n')}\n` })
  return { status: answer.status, text: await answer.text() }
}
const payout = (reference: string, account: string) => `P|${reference}|100|INR|${account}|`

it('asks the payer at a page, which may be approved after it was left', async () => {
  const { status, body } = await payIn('p1', 'netbank_person')
  expect([status, body]).toMatchObject([
    202,
    { reference: 'p1', state: 'awaiting_payer', page: { url: expect.stringMatching(/^http/) } },
  ])
  expect(await (await fetch(body.page.url)).text()).toMatch(/Approve[\s\S]*Abandon/)
  const press = (decision: string) => fetch(body.page.url, { method: 'POST', body: new URLSearchParams({ decision }) })
  for (const [decision, state] of [
    ['abandon', 'refused'],
    ['approve', 'done'],
    ['approve', 'done'],
  ] as const) {
    expect((await press(decision)).status).toBe(200)
    expect(await stateOf('p1')).toBe(state)
  }
  expect((await press('abandon')).status).toBe(409)
  expect((await press('burn')).status).toBe(400)
})

it('carries out the entries of a file, and nothing of a file with wrong totals', async () => {
  const entries = [payout('a', 'netbank_ok'), payout('b', 'netbank_no_account'), payout('c', 'no account')]
  for (const wrong of [
    ['H|f1|3', ...entries, 'T|3|299'],
    ['H|f1|2', ...entries, 'T|3|300'],
    ['H|f1|3', ...entries],
    ['H|f1|2', payout('a', 'netbank_ok'), payout('a', 'netbank_ok'), 'T|2|200'],
  ]) {
    expect((await upload(wrong)).status).toBe(400)
  }
  expect((await rails.get('/records/operations')).body.data).toEqual([])
  const file = ['H|f1|3', ...entries, 'T|3|300']
  const first = await upload(file)
  expect(first.text).toMatch(/^A\|f1\|3\na\|accepted\|pout_\w+\|\nb\|refused\|pout_\w+\|R03\nc\|invalid\|\|\n$/)
  expect(await upload(file)).toEqual(first)
  expect((await upload(['H|f2|1', payout('a', 'netbank_other'), 'T|1|100'])).text).toBe('A|f2|1\na|reused||\n')
  await eventually(async () => expect(await stateOf('a')).toBe('done'))
})

it('lists what has ended in statements with totals, over a restart', async () => {
  await payIn('p1', 'netbank_person')
  await payIn('p2', 'netbank_ok')
  await eventually(async () => expect(await stateOf('p2')).toBe('done'))
  await rails.control('returns', { operation: { rail: 'netbank', idempotency_key: 'p2' }, amount: '40' })
  await rails.stop()
  rails = await start()
  await rails.control('close-day', {})
  const { statements } = (await rails.get('/netbank/statements')).body
  expect(statements).toEqual([{ date: expect.any(String), lines: 3 }])
  const { text } = await rails.get(`/netbank/statements/${statements[0].date}`)
  const [header, payment, back, totals] = text.split('\n')
  expect([header, totals]).toEqual([`H|${statements[0].date}|2`, 'T|2|140'])
  expect(payment).toMatch(/^D\|ev_chg_\w+\|payin\|p2\|chg_\w+\|\|100\|INR\|done\|\|/)
  expect(back).toMatch(/^D\|ev_ret_\w+\|payin_return\|\|ret_\w+\|p2\|40\|INR\|done\|R02\|/)
  await rails.stop()
  rails = await start()
  expect((await rails.get('/netbank/statements')).body.statements).toEqual(statements)
  expect(await stateOf('p1')).toBe('awaiting_payer')
})
