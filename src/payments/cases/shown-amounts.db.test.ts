import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOutcome } from '#rails'
import { byCard, machinesSeeing, patience, share, startTestPayments, type TestPayments } from '#testing'
import type { MachineContext, SubjectAction } from '../machine.ts'

// What a case shows is compared with the change of suspense when an operator acts on it. The rail cannot refund.

const unable = (context: MachineContext): MachineContext => ({
  ...context,
  capabilities: (rail) => {
    const known = context.capabilities(rail)
    return known && { ...known, operations: new Set([...known.operations].filter((one) => one !== 'refund')) }
  },
})

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments({ machines: machinesSeeing(unable) })
  await test.open('shop')
})
afterEach(() => test.stop())

const wait = { timeout: patience(20_000) }
const no: RailOutcome = { kind: 'failed', decline: { code: 'do_not_honor', remedy: 'never', message: 'No.' } }
const suspended = async () => (await test.balances('suspense:USD'))[0] ?? 0n

type Shown = { reason: string; amount: bigint | null; attempt: string | null; detail: string; revision: number }
const shown = (reason: string) =>
  test.database.query<Shown & { id: string }>({
    text: `select replace(id::text, '-', '') as id, reason, amount, replace(attempt_id::text, '-', '') as attempt,
        detail, revision
      from cases.cases where resolved_at is null and reason = $1`,
    values: [reason],
  })

const stated = (outcome: 'succeeded' | 'failed') => ({ action: 'force', outcome, evidence: 'The statement.' }) as const

/** The change of suspense when an operator acts on the case. */
async function movedBy(reason: string, command: SubjectAction): Promise<bigint> {
  const [one] = await shown(reason)
  const before = await suspended()
  expect(await test.act(one?.id ?? '', command, { revision: one?.revision })).toMatchObject({ ok: true })
  await expect.poll(() => shown(reason), wait).toEqual([])
  return (await suspended()) - before
}

/** A payment whose first two charges are declined, and may happen after all. */
async function paidAtLast(): Promise<[string, string]> {
  let declines = 2
  test.rail.answer = () => {
    declines -= 1
    return declines >= 0 ? no : undefined
  }
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  for (let times = 0; times < 2; times += 1) {
    await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_ok' }))
    await test.end('payment', id)
  }
  const [first = '', second = ''] = test.rail.calls.map((call) => call.id)
  return [first, second]
}

async function tell(call: string, operation: RailEvent['operation'], railReference: string, amount: bigint) {
  const outcome = { kind: 'succeeded', railReference, amount } as const
  const event = { rail: 'card', eventId: newUuid(), occurredAt: 0, call, operation, railReference, outcome }
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
  await test.settled()
}

it('the case of two late charges shows both', async () => {
  const [first, second] = await paidAtLast()
  await tell(first, 'charge', 'late-1', 100n)
  expect(await shown('late_success')).toMatchObject([{ amount: 100n, attempt: first }])
  await tell(second, 'charge', 'late-2', 100n)
  const detail = expect.stringMatching(/ Now in suspense: 2\.00 USD over card\.$/)
  expect(await shown('late_success')).toMatchObject([{ amount: 200n, attempt: null, detail }])
  expect(await movedBy('late_success', stated('succeeded'))).toBe(-200n)
})

it('the case of a late charge shows what a dispute has left of it, and who read it before is refused', async () => {
  const [first] = await paidAtLast()
  await tell(first, 'charge', 'late-1', 100n)
  const [read] = await shown('late_success')
  await tell(first, 'dispute', 'dsp-1', 40n)
  const detail = expect.stringMatching(/ Now in suspense: 0\.60 USD over card\.$/)
  expect(await shown('late_success')).toMatchObject([{ id: read?.id, amount: 60n, attempt: first, detail }])
  expect((await test.openCases()).map(({ reason }) => reason)).toEqual(['dispute_after_refund', 'late_success'])
  expect(await movedBy('dispute_after_refund', stated('succeeded'))).toBe(0n)
  const refused = await test.act(read?.id ?? '', stated('succeeded'), { revision: read?.revision })
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'case_changed' } })
  expect(await movedBy('late_success', stated('succeeded'))).toBe(-60n)
})

it('the case of a capture in another amount shows what came, and the attempt', async () => {
  test.rail.answer = ({ operation }) =>
    operation === 'capture' ? { kind: 'succeeded', railReference: 'cap-1', amount: 50n } : undefined
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)], capture: 'manual' })
  await test.end('payment', id)
  await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id, amount: 60n, final: false }))
  const attempt = () => test.rail.calls.find(({ operation }) => operation === 'capture')?.id
  await expect.poll(() => shown('wrong_amount'), wait).toHaveLength(1)
  expect(await shown('wrong_amount')).toMatchObject([{ amount: 50n, attempt: attempt() }])
  expect(await movedBy('wrong_amount', stated('failed'))).toBe(-50n)
})

it('the case of two disputes that the recipient cannot pay shows what it owes for both', async () => {
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  const [call] = test.rail.calls
  await test.change('shop', { state: 'frozen' })
  await tell(call?.id ?? '', 'dispute', 'dsp-1', 30n)
  await tell(call?.id ?? '', 'dispute', 'dsp-2', 20n)
  const detail = expect.stringMatching(/ Now owed: 0\.50 USD\.$/)
  expect(await shown('booking_refused')).toMatchObject([{ amount: 50n, detail }])
  await test.change('shop', { state: 'open' })
  expect(await movedBy('booking_refused', { action: 'retry' })).toBe(50n)
})
