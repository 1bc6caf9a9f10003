import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailOutcome } from '#rails'
import { byCard, share, soon, startTestPayments, type TestPayments, type TestPaymentsOptions, until } from '#testing'
import type { Machines } from '../machine.ts'
import { machines } from '../machines/machines.ts'
import { paymentChecks } from '../verify/payment-checks.ts'

// No payment is charged and lost: whatever fails after a rail's answer, an entry covers the money, and the verifier
// finds any money without an entry.

let test: TestPayments
const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const payer = 'payer'

async function begin(options: TestPaymentsOptions = {}): Promise<void> {
  test = await startTestPayments(options)
  await test.open('shop')
  await test.openWith(payer, 1_000n)
}
beforeEach(() => begin())
afterEach(() => test.stop())

const payIn = (also: object = {}) => test.pay({ source: byCard, destinations: [share('shop', 100n)], ...also })
const posted = async (...codes: string[]) =>
  (await Promise.all(codes.map((code) => test.balances(code)))).map(([balance]) => balance)
const findings = async () =>
  (await Promise.all(paymentChecks(test.database).map(({ run }) => run()))).flatMap((check) => check.findings)
type Entry = { id: string; kind: string; subject: string; reason: string; is_acting: boolean; is_open: boolean }
const entries = async () =>
  (
    await test.database.query<Entry>({
      text: `select id, subject_kind as kind, subject_id as subject, reason, is_acting, resolved_at is null as is_open
        from cases.cases order by id`,
    })
  ).map((entry) => ({ ...entry, subject: entry.subject.replaceAll('-', ''), id: entry.id.replaceAll('-', '') }))
const openEntries = async () => (await entries()).filter((entry) => entry.is_open)

/** An operator's action on the only open case; answers whether it is accepted. */
async function tryToDecide(action: 'retry' | 'force'): Promise<boolean> {
  const [entry] = await openEntries()
  const force = { action: 'force', outcome: 'succeeded', evidence: 'Seen to.' } as const
  return (await test.act(entry?.id ?? '', action === 'force' ? force : { action })).ok
}

async function decide(action: 'retry' | 'force'): Promise<void> {
  expect(await tryToDecide(action)).toBe(true)
}

/** Makes the database refuse timeline steps with the given SQLSTATE, until it is undefined. */
async function refuseSteps(): Promise<(state: string | undefined) => Promise<void>> {
  const { database } = test
  await database.query({ text: 'create table refused (state text)' })
  await database.query({
    text: `create function refuse() returns trigger language plpgsql as $$
      declare refused text;
      begin
        select state into refused from refused;
        if refused is not null then raise exception 'refused' using errcode = refused; end if;
        return new;
      end $$`,
  })
  await database.query({
    text: 'create trigger refuse before insert on payments.steps for each row execute function refuse()',
  })
  return async (state) => {
    await database.query({ text: 'delete from refused' })
    if (state !== undefined) await database.query({ text: 'insert into refused values ($1)', values: [state] })
  }
}

it('a step that leaves no timer opens a case with it, and a retry continues the payment', async () => {
  await test.stop()
  let isFaulty = true
  const payment: Machines['payment'] = (row, input, context) => {
    const step = machines.payment(row, input, context)
    return isFaulty ? { ...step, timers: [] } : step
  }
  await begin({ machines: { ...machines, payment }, inquireAfterMs: soon })
  test.rail.answer = (_, ask) => (ask === 'submit' ? { kind: 'unknown', why: 'timeout' } : undefined)
  const { id } = await payIn()
  await until(async () => (await openEntries()).length === 1)
  await test.settled()
  expect(await openEntries()).toMatchObject([{ kind: 'payment', subject: id, reason: 'stranded' }])
  expect(await findings()).toEqual([])
  isFaulty = false
  await decide('retry')
  expect((await test.end('payment', id)).row.state).toBe('succeeded')
  expect([await openEntries(), await findings()]).toEqual([[], []])
})

describe('an input that fails', () => {
  it.each(['23514', '23503', '42703', 'XX000'])('with %s is retried, and becomes no dead letter', async (state) => {
    const refuse = await refuseSteps()
    await refuse(state)
    const { id } = await test.pay({ source: { kind: 'wallet', account: payer } })
    await until(async () => (await test.database.query({ text: 'select id from lanes.later' })).length > 0)
    await refuse(undefined)
    expect((await test.end('payment', id)).row.state).toBe('succeeded')
    expect(await test.database.query({ text: 'select id from lanes.dead_letters' })).toEqual([])
    expect([await posted(payer, 'shop'), await findings()]).toEqual([[900n, 100n], []])
  })

  it('permanently has a case with its dead letter, and a replay ends both', async () => {
    const refuse = await refuseSteps()
    await refuse('22P02')
    const { id } = await test.pay({ source: { kind: 'wallet', account: payer } })
    await until(async () => (await openEntries()).length === 1)
    expect(await openEntries()).toMatchObject([{ kind: 'payment', subject: id, reason: 'dead_letter' }])
    expect(await findings()).toEqual([])
    await refuse(undefined)
    await decide('retry')
    expect((await test.end('payment', id)).row.state).toBe('succeeded')
    expect([await openEntries(), await findings()]).toEqual([[], []])
    expect(await posted(payer, 'shop')).toEqual([900n, 100n])
  })

  it('has its case resolved when its last dead letter is replayed', async () => {
    const refuse = await refuseSteps()
    await refuse('22P02')
    const { id } = await test.pay({ source: { kind: 'wallet', account: payer } })
    await until(async () => (await openEntries()).length === 1)
    await refuse(undefined)
    const replay = () => test.lanes.replay
    await test.database.transaction((tx) => replay()(tx, { book: 1 }, { by: newUuid(), max: 10 }))
    test.payments.wake()
    expect((await test.end('payment', id)).row.state).toBe('succeeded')
    expect(await entries()).toMatchObject([{ reason: 'dead_letter', is_open: false }])
  })

  it('lets its subject go on when its dead letter is set aside, and gets no case again', async () => {
    const refuse = await refuseSteps()
    await refuse('22P02')
    const { id } = await test.pay({ source: { kind: 'wallet', account: payer } })
    await until(async () => (await openEntries()).length === 1)
    await refuse(undefined)
    await decide('force')
    expect((await test.end('payment', id)).row.state).toBe('succeeded')
    await test.startAnother()
    expect([await openEntries(), await findings()]).toEqual([[], []])
  })

  it('and was a dead letter without a case is found, and gets a case at the next start', async () => {
    const refuse = await refuseSteps()
    await refuse('22P02')
    const { id } = await test.pay({ source: { kind: 'wallet', account: payer } })
    await until(async () => (await openEntries()).length === 1)
    await test.database.query({ text: 'delete from cases.cases' })
    expect((await findings()).join()).toMatch(/is new, and there is no message about it.*has no case/)
    await test.startAnother()
    expect(await openEntries()).toMatchObject([{ kind: 'payment', subject: id, reason: 'dead_letter' }])
    expect(await findings()).toEqual([])
  })
})

describe('a rail outcome that the books refuse altogether', () => {
  const otherwise = (amount: bigint): RailOutcome => ({ kind: 'succeeded', railReference: 'r-1', amount })
  const freeze = async (code: string) => {
    const [known] = await test.database.query({ text: 'select from ledger.accounts where code = $1', values: [code] })
    if (known === undefined) await test.open(code, { minAvailable: null })
    await test.change(code, { state: 'frozen' })
  }
  /** The subject has the only entry. The verifier accepts the books with it, but not with one of another reason. */
  const expectUnbooked = async (kind: string, id: string) => {
    await until(async () => (await openEntries()).length > 0)
    expect(await openEntries()).toMatchObject([{ kind, subject: id, reason: 'unbooked' }])
    expect((await findings()).filter((text) => !text.startsWith('account '))).toEqual([])
    await test.database.query({ text: `update cases.cases set reason = 'outcome_unknown'` })
    expect((await findings()).join()).toMatch(/the rail card moved -?\d+ USD for it/)
    await test.database.query({ text: `update cases.cases set reason = 'unbooked'` })
  }
  const thaw = async (...codes: string[]) => {
    for (const code of codes) await test.change(code, { state: 'open' })
    // The retry before may only be carried out now, and so may the rail's next report.
    await until(async () => {
      if ((await openEntries()).every(({ reason }) => reason !== 'unbooked')) return true
      await tryToDecide('retry')
      return false
    })
    await test.settled()
  }

  it('is kept for a charge, with a case, and booked once that is possible again', async () => {
    test.rail.answer = async () => {
      await freeze(clearing)
      return otherwise(100n)
    }
    const { id } = await payIn()
    await expectUnbooked('payment', id)
    expect(await test.payment(id)).toMatchObject({ state: 'requires_review', reason: 'unbooked', amountCaptured: 0n })
    await decide('retry')
    await until(async () => (await openEntries()).some(({ is_acting: isActing }) => !isActing))
    expect(await posted('shop')).toEqual([0n])
    await thaw(clearing)
    expect(await test.payment(id)).toMatchObject({ state: 'succeeded', phase: 'ended', amountCaptured: 100n })
    expect([await posted(clearing, 'shop'), await findings()]).toEqual([[-100n, 100n], []])
  })

  it('is kept with its amount when that differs from the requested one', async () => {
    test.rail.answer = async () => {
      await freeze(suspense)
      return otherwise(90n)
    }
    const { id } = await payIn()
    await expectUnbooked('payment', id)
    await thaw(suspense)
    expect(await test.payment(id)).toMatchObject({ state: 'requires_review', reason: 'wrong_amount' })
    expect([await posted(clearing, suspense, 'shop'), await findings()]).toEqual([[-90n, 90n, 0n], []])
  })

  it('is kept for a capture', async () => {
    const { id } = await payIn({ capture: 'manual' })
    await test.end('payment', id)
    test.rail.answer = async () => {
      await freeze(clearing)
      return otherwise(100n)
    }
    const capture = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id }))
    await expectUnbooked('capture', capture.id)
    await thaw(clearing)
    expect(await test.payment(id)).toMatchObject({ state: 'succeeded', amountCaptured: 100n, amountCapturing: 0n })
    expect([await posted(clearing, 'shop'), await openEntries(), await findings()]).toEqual([[-100n, 100n], [], []])
  })

  it('is kept for a refund that returned another amount', async () => {
    const { id } = await payIn()
    await test.end('payment', id)
    test.rail.answer = async () => {
      await freeze(suspense)
      return otherwise(110n)
    }
    const refund = await test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment: id, metadata: {} }))
    await expectUnbooked('refund', refund.id)
    await thaw(suspense)
    expect([await posted(clearing, 'shop', suspense), await findings()]).toEqual([[10n, 0n, -10n], []])
  })

  it('is kept for a payout that paid another amount', async () => {
    test.rail.answer = async () => {
      await freeze(suspense)
      return otherwise(110n)
    }
    const out = { amount: 100n, asset: 'USD', source: payer, rail: 'card', otherRails: [], instrument: 'card_out' }
    const payout = await test.ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} }))
    await expectUnbooked('payout', payout.id)
    await thaw(suspense)
    expect([await posted(clearing, payer, suspense), await findings()]).toEqual([[110n, 900n, -10n], []])
  })

  it('opens a case for a dispute, too, with the input to be replayed', async () => {
    const { id } = await payIn()
    await test.end('payment', id)
    const [call] = test.rail.calls
    await test.change('shop', { state: 'frozen' })
    await freeze(suspense)
    const event = {
      ...{ rail: 'card', eventId: 'e-1', railReference: 'dsp-1', operation: 'dispute' as const, occurredAt: 0 },
      ...{ call: call?.id ?? '', outcome: { kind: 'succeeded' as const, railReference: 'dsp-1', amount: 100n } },
    }
    await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
    test.payments.wake()
    await until(async () => (await openEntries()).length === 1)
    expect(await openEntries()).toMatchObject([{ kind: 'payment', subject: id, reason: 'dead_letter' }])
    await test.change(suspense, { state: 'open' })
    await decide('retry')
    await until(async () => (await openEntries()).some(({ reason }) => reason === 'booking_refused'))
    expect([await posted(clearing, 'shop', suspense), await findings()]).toEqual([[0n, 100n, -100n], []])
  })
})
