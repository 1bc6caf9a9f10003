import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { DisputeReport, DisputeStage } from '#rails'
import { byCard, firstBook, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// A rail reports disputes stage by stage, in any order, and the accounts may refuse what is taken or returned.

let test: TestPayments
let id: string
let call: string

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  id = (await test.pay({ source: byCard, destinations: [share('shop', 100n)] })).id
  await test.end('payment', id)
  call = test.rail.calls[0]?.id ?? ''
})
afterEach(() => test.stop())

const posted = () =>
  Promise.all(['shop', 'rails:card:clearing:USD'].map(async (code) => (await test.balances(code))[0]))

let events = 0
async function report(stage: DisputeStage, at: number, more: Partial<DisputeReport> = {}): Promise<void> {
  const { amount = 40n } = more
  events += 1
  const event = {
    ...{
      rail: 'card',
      eventId: `e-${events}`,
      occurredAt: at,
      operation: 'dispute' as const,
      call,
      railReference: 'dsp-1',
    },
    outcome: { kind: 'succeeded', railReference: 'dsp-1', amount },
    dispute: { stage, amount, ...more },
  } as const
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
  await test.settled()
}
const dispute = async () => {
  const [row] = await test.database.query<{ id: string; stage: string; taken: boolean; undelivered: boolean }>({
    text: `select replace(id::text, '-', '') as id, stage, taken is not null as taken, undelivered is not null as undelivered
      from payments.disputes`,
  })
  return row
}
const reasons = async () => (await test.openCases()).map(({ reason }) => reason as string)

describe('a dispute by stages', () => {
  it('takes its money at the opening, and returns it when it is won', async () => {
    await report('inquiry', 1)
    expect([await posted(), await reasons()]).toEqual([[100n, -100n], ['answer_due']])
    await report('opened', 2)
    expect(await posted()).toEqual([60n, -60n])
    await report('challenged', 3)
    expect(await reasons()).toEqual(['bank_decides'])
    await report('won', 4)
    expect([await posted(), await reasons()]).toEqual([[100n, -100n], []])
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('moves nothing more by reports that are repeated, late, or of another amount', async () => {
    await report('won', 4)
    await report('opened', 2)
    await report('won', 4)
    expect(await posted()).toEqual([100n, -100n])
    await report('pre_arbitration', 6)
    await report('challenged', 5)
    await report('pre_arbitration', 6)
    expect([await posted(), (await dispute())?.stage]).toEqual([[60n, -60n], 'pre_arbitration'])
    await report('lost', 7, { amount: 30n })
    expect([await posted(), (await reasons()).sort()]).toEqual([
      [60n, -60n],
      ['answer_due', 'unmatched_event'],
    ])
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('books its fee, and what the rail gives back when it is won, whatever it had taken', async () => {
    await report('opened', 1, { fee: 15n })
    const balance = async (code: string) => (await test.balances(code))[0]
    expect([await posted(), await balance('rails:card:fees:USD')]).toEqual([[60n, -45n], -15n])
    expect(await verifyAll(test.database)).toEqual([])
    await report('won', 2, { amount: 30n, fee: 20n })
    expect([await posted(), await balance('rails:card:fees:USD')]).toEqual([[100n, -70n], -20n])
    expect(await balance('suspense:USD')).toBe(-10n)
    expect(await reasons()).toEqual(['dispute_after_refund'])
    await report('won', 3, { amount: 30n, fee: 20n })
    await report('won', 4, { amount: 40n, fee: 20n })
    expect((await reasons()).sort()).toEqual(['dispute_after_refund', 'unmatched_event'])
    expect([await posted(), await balance('suspense:USD')]).toEqual([[100n, -70n], -10n])
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('keeps what the rail gives back beyond what it took, until an operator returns that', async () => {
    await report('opened', 1)
    await report('won', 2, { amount: 47n })
    const suspense = async () => (await test.balances('suspense:USD'))[0]
    expect([await posted(), await suspense(), await reasons()]).toEqual([[100n, -107n], 7n, ['wrong_amount']])
    expect(await verifyAll(test.database)).toEqual([])
    await test.ask(async (payments, tx) => {
      const input = { kind: 'decision', decision: { action: 'reverse' }, about: 'wrong_amount' } as const
      return { ok: true, value: await payments.input(tx, { kind: 'payment', id, book: 1 }, input) }
    })
    await expect.poll(suspense, { timeout: patience(30_000) }).toBe(0n)
    await test.settled()
    expect([await posted(), await reasons()]).toEqual([[100n, -100n], []])
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('has a case that is due with the evidence, and moves with it', async () => {
    const [first, second] = [4_000_000_000_000_000, 5_000_000_000_000_000]
    const due = async () =>
      (
        await test.database.query<{ due: bigint }>({
          text: `select (extract(epoch from due_at) * 1000000)::bigint as due from cases.cases where resolved_at is null`,
        })
      ).map((row) => Number(row.due))
    await report('opened', 1, { evidenceDueAt: first })
    expect(await due()).toEqual([first])
    await report('opened', 2, { evidenceDueAt: second })
    expect(await due()).toEqual([second])
  })
})

describe('a won dispute whose money the books refuse', () => {
  const retry = async () => {
    const [refused] = await test.openCases()
    expect(refused).toMatchObject({ reason: 'give_back_refused', isActing: false })
    expect(await test.act(refused?.id ?? '', { action: 'retry' })).toMatchObject({ ok: true })
    await test.settled()
  }

  it('is in suspense, with a case, until an operator has delivered it', async () => {
    await report('opened', 1)
    await test.change('shop', { state: 'frozen' })
    await report('won', 2)
    expect([await posted(), await test.balances('suspense:USD')]).toEqual([
      [60n, -100n],
      [40n, 0n, 0n],
    ])
    expect(await dispute()).toMatchObject({ stage: 'won', undelivered: true })
    expect(await verifyAll(test.database)).toEqual([])
    await retry()
    expect(await posted()).toEqual([60n, -100n])
    await test.change('shop', { state: 'open' })
    await retry()
    expect([await posted(), await reasons()]).toEqual([[100n, -100n], []])
    expect(await verifyAll(test.database)).toEqual([])
  })
})

describe('verify finds', () => {
  it.each([
    [
      'a dispute that has taken what the books do not show',
      `set taken = null`,
      /disputes over the rail card have taken 0 of it, and the books have 40/,
    ],
    ['an open dispute without a case', `set stage = 'opened'`, /is opened, and it has no case/],
    ['an answer that is not sent', `set answer = '{"state":"pending"}'`, /its answer is not sent/],
  ])('%s', async (_, change, finding) => {
    await report('lost', 1)
    await test.database.query({ text: `update payments.disputes ${change}` })
    expect((await verifyAll(test.database)).join()).toMatch(finding)
  })
})

it('two processes that handle the opening and the end at once move the money once', async () => {
  const other = await test.startAnother()
  await Promise.all([report('opened', 1), report('won', 2), report('opened', 1), report('won', 2)])
  other.payments.wake()
  await test.settled()
  await expect.poll(posted, { timeout: patience(10_000) }).toEqual([100n, -100n])
  expect(await dispute()).toMatchObject({ stage: 'won', taken: false })
  expect(await verifyAll(test.database)).toEqual([])
})

it('what is given back beyond a dispute has another id at the rail than the refund of all that was declined', async () => {
  const no = { code: 'do_not_honor', remedy: 'instrument', message: 'No.' } as const
  test.rail.answer = ({ operation }) => (operation === 'refund' ? { kind: 'failed', decline: no } : undefined)
  const named = { book: firstBook, payment: id }
  await test.ask(async (payments, tx) => {
    const payment = await payments.lockPayment(tx, named)
    if (payment === undefined) throw new Error('it is there')
    const own = await payments.reversalId(tx, { payment, request: newUuid() })
    return payments.createRefund(tx, { ...named, ...(own !== undefined && { id: own }), metadata: {} })
  })
  await test.settled()
  test.rail.answer = () => undefined
  await report('opened', 2)
  await report('won', 3, { amount: 47n })
  const [found] = (await test.openCases()).filter(({ reason }) => reason === 'wrong_amount')
  expect(await test.act(found?.id ?? '', { action: 'reverse' })).toMatchObject({ ok: true })
  await test.settled()
  const refunds = test.rail.calls.filter(({ operation }) => operation === 'refund')
  expect(refunds.map(({ amount }) => amount)).toEqual([100n, 7n])
  expect(new Set(refunds.map((one) => one.id)).size).toBe(2)
  expect(await posted()).toEqual([100n, -100n])
  expect((await test.balances('suspense:USD'))[0]).toBe(0n)
})
