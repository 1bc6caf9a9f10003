import { afterEach, beforeEach, expect, it } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOperation, RailOutcome } from '#rails'
import { byCard, moving, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'
import type { CaseReason } from '../machine.ts'

// A rail reports something between an operator's statement and its handling.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
})
afterEach(() => test.stop())

const wait = { timeout: patience(30_000) }
const no = { kind: 'failed', decline: { code: 'do_not_honor', remedy: 'never', message: 'No.' } } as const
const run = <Row extends object>(text: string, values: unknown[] = []) => test.database.query<Row>({ text, values })
const caseOf = async (reason: CaseReason) => (await test.openCases()).find((one) => one.reason === reason)
const balances = async () =>
  Promise.all(['shop', 'rails:card:clearing:USD'].map(async (code) => (await test.balances(code))[0]))
const submitted = (operation: RailOperation) =>
  test.rail.calls.filter((call) => call.ask === 'submit' && call.operation === operation).map(({ id }) => id)
const force = (outcome: 'succeeded' | 'failed') => ({ action: 'force', outcome, evidence: 'The console.' }) as const

function reported(call: string, operation: RailOperation, outcome: RailEvent['outcome']): RailEvent {
  return { rail: 'card', eventId: newUuid(), occurredAt: 0, call, operation, railReference: `late-${call}`, outcome }
}

const yes = (call: string) => ({ kind: 'succeeded', railReference: `late-${call}`, amount: 100n }) as const

async function tell(event: RailEvent): Promise<void> {
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
}

/** States an outcome on the case. `meanwhile` is handled before the statement. */
async function state(reason: CaseReason, outcome: 'succeeded' | 'failed', meanwhile: readonly RailEvent[] = []) {
  const found = await caseOf(reason)
  const options = {
    revision: found?.revision,
    before: (tx: Parameters<typeof test.payments.receiveRailEvents>[0]) =>
      test.payments.receiveRailEvents(tx, meanwhile),
  }
  expect(await test.act(found?.id ?? '', force(outcome), options)).toMatchObject({ ok: true })
  await test.settled()
}

/** The rail does not answer about the newest of so many submissions, until an operator has its case. */
async function becomesUnknown(operation: RailOperation, count: number): Promise<string> {
  await expect.poll(() => submitted(operation).length, wait).toBe(count)
  const unknown = `select from payments.attempts where operation = $1 and state = 'unknown'`
  await expect.poll(async () => (await run(unknown, [operation])).length, wait).toBe(1)
  await run(`update payments.attempts set inquiries = 20 where state = 'unknown'`)
  await expect.poll(() => caseOf('outcome_unknown'), wait).toBeDefined()
  await test.settled()
  // No more inquiries.
  await run('delete from lanes.later')
  return submitted(operation).at(-1) ?? ''
}

it('a capture that its rail has confirmed stays booked after a statement that it failed', async () => {
  const { id: payment } = await test.pay({ source: byCard, destinations: [share('shop', 100n)], capture: 'manual' })
  await test.end('payment', payment)
  test.rail.answer = ({ operation }) => (operation === 'capture' ? { kind: 'unknown', why: 'timeout' } : undefined)
  await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment }))
  const call = await becomesUnknown('capture', 1)
  await state('outcome_unknown', 'failed', [reported(call, 'capture', yes(call))])
  expect(await balances()).toEqual([100n, -100n])
  expect(await test.payment(payment)).toMatchObject({ amountCaptured: 100n, amountRefunded: 0n })
  expect(await test.openCases()).toMatchObject([
    { kind: 'capture', reason: 'outcome_unknown', detail: expect.stringContaining('the capture has succeeded') },
  ])
  await state('outcome_unknown', 'succeeded')
  expect([await balances(), await test.openCases()]).toEqual([[100n, -100n], []])
  expect(await verifyAll(test.database)).toEqual([])
  // An earlier program undid it.
  for (const table of ['captures', 'attempts'])
    await run(
      `update payments.${table} set state = 'failed', reason = 'settled_by_hand'
      where ${table === 'captures' ? 'payment_id' : `operation = 'capture' and root_id`} = $1`,
      [payment],
    )
  expect((await verifyAll(test.database)).join()).toContain('the rail had confirmed it and has not denied it since')
})

it('a statement about one charge, a dead letter until then, is not carried out on the charge of a retry', async () => {
  test.rail.answer = () => ({ kind: 'unknown', why: 'timeout' })
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  const call = await becomesUnknown('charge', 1)
  await run(`create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'refused' using errcode = '22P02'; end $$`)
  await run('create trigger refuse before update on payments.payments for each row execute function refuse()')
  const stated = await test.act((await caseOf('outcome_unknown'))?.id ?? '', force('succeeded'))
  expect(stated.ok).toBe(true)
  await expect.poll(() => caseOf('dead_letter'), wait).toBeDefined()
  await test.settled()
  await run('drop trigger refuse on payments.payments')
  await tell(reported(call, 'charge', no))
  await expect.poll(async () => (await test.payment(id)).state, wait).toBe('failed')
  await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_other' }))
  await becomesUnknown('charge', 2)

  expect(await test.act((await caseOf('dead_letter'))?.id ?? '', { action: 'retry' })).toMatchObject({ ok: true })
  await test.settled()
  expect((await test.balances('shop'))[0]).toBe(0n)
  expect(await test.payment(id)).toMatchObject({ state: 'requires_review', amountCaptured: 0n })
  const detail = expect.stringMatching(/not carried out, as the charge has failed.*whose outcome is unknown/)
  expect(await caseOf('outcome_unknown')).toMatchObject({ detail })
  await state('outcome_unknown', 'succeeded')
  expect([await balances(), await test.openCases()]).toEqual([[100n, -100n], []])
})

it('a statement that one stray hold was released leaves the other, whose release failed since', async () => {
  test.rail.answer = ({ operation, originalReference }): RailOutcome => {
    const [first] = test.rail.calls.filter((call) => call.operation === 'void')
    const isFirst = operation !== 'void' || first?.originalReference === originalReference
    return isFirst ? no : { kind: 'pending', railReference: 'void-2' }
  }
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)], capture: 'manual' })
  await test.end('payment', id)
  await test.ask((payments, tx) => payments.retry(tx, { book: 1, payment: id, instrument: 'card_other' }))
  await expect.poll(async () => (await test.payment(id)).attempts, wait).toBe(2)
  await test.settled()
  const [one = '', other = ''] = submitted('authorize')
  await tell(reported(one, 'authorize', yes(one)))
  await expect.poll(() => caseOf('compensation_failed'), wait).toBeDefined()
  await tell(reported(other, 'authorize', yes(other)))
  await expect.poll(() => submitted('void').length, wait).toBe(2)
  await test.settled()
  const release = submitted('void')[1] ?? ''
  await state('compensation_failed', 'succeeded', [reported(release, 'void', no)])
  const attempts = 'select state, reason from payments.attempts where id = $1'
  expect(await run(attempts, [release])).toEqual([{ state: 'failed', reason: 'do_not_honor' }])
  expect(await test.openCases()).toMatchObject([{ reason: 'compensation_failed' }])
  await state('compensation_failed', 'succeeded')
  expect([await test.openCases(), await verifyAll(test.database)]).toEqual([[], []])
})

it('the reference of a success is kept with the attempt that is decided, or is refused with the attempts of the case', async () => {
  test.rail.answer = () => ({ kind: 'unknown', why: 'timeout' })
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  const call = await becomesUnknown('charge', 1)
  const lost = newUuid()
  await run(
    `insert into payments.attempts (id, book_id, root_id, subject_id, created_at, amount, inquiries, subject_kind, rail,
        operation, asset, instrument, state, exchange)
      select $1, book_id, root_id, subject_id, created_at, amount, inquiries, subject_kind, 'bank', operation, asset,
        instrument, state, '{"isLost":true,"isGivenUp":true}' from payments.attempts where id = $2`,
    [lost, call],
  )
  const kept = async () => {
    const rows = await run<{ reference: string | null }>(
      `select rail_reference as reference from payments.attempts where root_id = $1 and operation = 'charge' order by rail desc`,
      [id],
    )
    return rows.map(({ reference }) => reference)
  }
  const attempt = (of: string) => encodeId(idPrefix.attempt, of)
  const stated = async (more: object, of = 'outcome_unknown' as CaseReason) =>
    test.act((await caseOf(of))?.id ?? '', { ...force('succeeded'), ...more })
  const unclear = (text: string) => ({
    refusal: { code: 'case_attempt_unclear', message: expect.stringContaining(text) },
  })
  expect(await stated({ railReference: 'ch_1' })).toMatchObject(
    unclear(`${attempt(call)}, a charge of 1.00 USD over card`),
  )
  expect(await stated({ railReference: 'ch_1', attempt: lost })).toMatchObject(
    unclear(`with \`attempt\` ${attempt(call)}`),
  )
  const [other = ''] = await otherCharge()
  expect(await stated({ railReference: 'other', attempt: call })).toMatchObject(unclear(`that of ${attempt(other)}`))
  expect(await kept()).toEqual([null, null])
  expect(await stated({ railReference: 'ch_1', attempt: call })).toMatchObject({ ok: true })
  await test.settled()
  expect([await kept(), (await test.payment(id)).railReference]).toEqual([['ch_1', null], 'ch_1'])
  // The other one came too late. No rail of that name can give it back.
  expect(await stated({ railReference: 'bk_1' })).toMatchObject({ ok: true })
  await test.settled()
  expect([await kept(), (await test.payment(id)).railReference]).toEqual([['ch_1', 'bk_1'], 'ch_1'])
  expect(await balances()).toEqual([100n, -100n])
  expect((await test.balances('rails:bank:clearing:USD'))[0]).toBe(-100n)
  await tell({ ...reported(call, 'charge', yes(call)), asset: 'EUR' })
  await expect.poll(() => caseOf('unmatched_event'), wait).toBeDefined()
  expect(await stated({ railReference: 'ch_1' }, 'unmatched_event')).toMatchObject(unclear('about no attempt'))
})

/** Of another payment, under the reference `other`. */
async function otherCharge(): Promise<string[]> {
  const { answer } = test.rail
  test.rail.answer = ({ amount }) => ({ kind: 'succeeded', railReference: 'other', amount })
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  test.rail.answer = answer
  await test.book(moving('shop', 'rails:card:clearing:USD', 100n))
  const rows = await run<{ id: string }>('select id from payments.attempts where root_id = $1', [id])
  return rows.map((row) => row.id.replaceAll('-', ''))
}

it('a payout that was stated in full and made in part leaves nothing in suspense once that came back', async () => {
  await test.openWith('payer', 100n)
  test.rail.answer = () => ({ kind: 'unknown', why: 'timeout' })
  const out = { amount: 50n, asset: 'USD', source: 'payer', rail: 'card', otherRails: [], instrument: 'card_out' }
  await test.ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} }))
  const call = await becomesUnknown('payout', 1)
  await state('outcome_unknown', 'succeeded')
  const hear = async (outcome: RailEvent['outcome']) => {
    await tell({ ...reported(call, 'payout', outcome), railReference: '', asset: 'USD', occurredAt: 1 })
    await test.settled()
    const codes = ['payer', 'rails:card:clearing:USD', 'suspense:USD']
    return Promise.all(codes.map(async (code) => (await test.balances(code))[0]))
  }
  expect(await hear({ kind: 'succeeded', railReference: 'less', amount: 43n })).toEqual([50n, 43n, 7n])
  const shown = await run<{ reason: string; amount: bigint }>(
    'select reason, amount from cases.cases where resolved_at is null',
  )
  expect([shown, await verifyAll(test.database)]).toEqual([[{ reason: 'wrong_amount', amount: 7n }], []])
  const reason = { code: 'AC04', message: '' }
  expect(await hear({ kind: 'returned', railReference: 'back', amount: 43n, reason })).toEqual([100n, 0n, 0n])
  expect([await test.openCases(), await verifyAll(test.database)]).toEqual([[], []])
  // An earlier program left the rest in suspense, and an operator could close its case.
  await run(`update payments.steps set transfers = json_build_array(transfers -> 0) where input = 'returned'`)
  expect((await verifyAll(test.database)).join()).toContain('suspended should be 0, and the books have 7')
})
