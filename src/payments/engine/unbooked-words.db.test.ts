import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CaseCommand } from '#cases'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOutcome } from '#rails'
import { byCard, share, startTestPayments, type TestPayments, until } from '#testing'
import { paymentChecks } from '../verify/payment-checks.ts'

// A rail did something that the books refuse altogether. Then it reports failure, and Munim inquires which report
// holds. The unbooked success is kept whatever the rail answers.

let test: TestPayments
const clearing = 'rails:card:clearing:USD'
beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  await test.openWith('payer', 1_000n)
})
afterEach(() => test.stop())

const posted = async (...codes: string[]) =>
  (await Promise.all(codes.map((code) => test.balances(code)))).map(([balance]) => balance)
const findings = async () =>
  (await Promise.all(paymentChecks(test.database).map(({ run }) => run()))).flatMap((check) => check.findings)
const open = () => test.openCases()
const reasons = async () => (await open()).map(({ reason }) => reason)

/** Acts on the only open case, and waits until the action is carried out. */
async function decide(command: CaseCommand): Promise<void> {
  const [entry] = await open()
  // On a slow machine the timer of an inquiry may have booked it before.
  if (entry === undefined && command.action === 'retry') return
  const done = await test.act(entry?.id ?? '', command)
  const isBooked = !done.ok && command.action === 'retry' && done.refusal.code === 'case_already_resolved'
  expect(done.ok || isBooked || done.refusal).toBe(true)
  await until(async () => !(await open()).some((one) => one.id === entry?.id && one.isActing))
  await test.settled()
}
const force = (outcome: 'succeeded' | 'failed') => decide({ action: 'force', outcome, evidence: 'Seen in the portal.' })

type Operation = (typeof operations)[number]
const operations = ['charge', 'capture', 'refund', 'payout'] as const
const yes: Extract<RailEvent['outcome'], { kind: 'succeeded' }> = {
  kind: 'succeeded',
  railReference: 'r-1',
  amount: 100n,
}
const no: Extract<RailEvent['outcome'], { kind: 'failed' }> = {
  ...{ kind: 'failed', railReference: 'r-1' },
  decline: { code: 'declined', remedy: 'never', message: 'No.' },
}

async function begin(operation: Operation): Promise<void> {
  if (operation === 'payout') {
    const out = { amount: 100n, asset: 'USD', source: 'payer', rail: 'card', otherRails: [], instrument: 'card_out' }
    await test.ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} }))
    return
  }
  const capture = operation === 'capture' ? 'manual' : 'automatic'
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)], capture })
  if (operation !== 'charge') await test.end('payment', id)
  if (operation === 'capture') await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id }))
  if (operation === 'refund') {
    await test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment: id, metadata: {} }))
  }
}

/** The books refuse the rail's success. Then the rail reports failure, and answers the inquiry with `asked`. */
async function doubted(operation: Operation, asked: RailOutcome): Promise<void> {
  test.rail.answer = async (call, ask): Promise<RailOutcome> => {
    if (call.operation !== operation) return { kind: 'succeeded', railReference: call.id, amount: call.amount }
    if (ask === 'inquire') return asked
    const [known] = await test.database.query({
      text: 'select from ledger.accounts where code = $1',
      values: [clearing],
    })
    if (known === undefined) await test.open(clearing, { minAvailable: null })
    await test.change(clearing, { state: 'frozen' })
    return yes
  }
  await begin(operation)
  await until(async () => (await reasons()).includes('unbooked'))
  const call = test.rail.calls.findLast((one) => one.operation === operation)?.id ?? ''
  const event = { rail: 'card', eventId: newUuid(), occurredAt: 0, call, operation, railReference: 'r-1', outcome: no }
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
  await until(async () => test.rail.calls.some((one) => one.operation === operation && one.ask === 'inquire'))
  await until(async () => {
    const attempts = await test.database.query({
      text: `select from payments.attempts where id = $1 and reason like '%doubted'`,
      values: [call],
    })
    return attempts.length === 0
  })
  await test.settled()
}

/** The balances of the clearing account, the shop and the payer, when it happened and when it did not. */
const happened = { charge: [-100n, 100n, 1_000n], capture: [-100n, 100n, 1_000n], refund: [0n, 0n, 1_000n] } as const
const done = { ...happened, payout: [100n, 0n, 900n] }
const undone = {
  ...{ charge: [0n, 0n, 1_000n], capture: [0n, 0n, 1_000n], refund: [-100n, 100n, 1_000n], payout: [0n, 0n, 1_000n] },
}
const balances = () => posted(clearing, 'shop', 'payer')

it.each(operations)('a %s that the rail confirms on inquiry is booked by a retry', async (operation) => {
  await doubted(operation, yes)
  expect(await reasons()).toEqual(['unbooked'])
  await test.change(clearing, { state: 'open' })
  await decide({ action: 'retry' })
  expect([await balances(), await reasons(), await findings()]).toEqual([done[operation], [], []])
})

it.each(operations)('a %s that the rail still denies did not happen when an operator states so', async (operation) => {
  await doubted(operation, no)
  expect(await reasons()).toEqual(['outcome_unknown', 'unbooked'])
  await test.change(clearing, { state: 'open' })
  await force('failed')
  expect([await balances(), await reasons(), await findings()]).toEqual([undone[operation], [], []])
  const row = await test.database.query({
    text: `select state from payments.payments where state = 'requires_review' union all
      select state from payments.captures where state = 'processing' union all
      select state from payments.refunds where phase <> 'ended' union all
      select state from payments.payouts where phase <> 'ended'`,
  })
  expect(row).toEqual([])
})

it.each(operations)(
  'a %s that the rail still denies is booked when an operator states that it happened',
  async (operation) => {
    await doubted(operation, no)
    await force('succeeded')
    expect(await reasons()).toEqual(['unbooked'])
    await test.change(clearing, { state: 'open' })
    await decide({ action: 'retry' })
    expect([await balances(), await reasons(), await findings()]).toEqual([done[operation], [], []])
  },
)

it('a charge that the rail denied, and confirms on an operator’s inquiry, is booked', async () => {
  await doubted('charge', no)
  test.rail.answer = () => yes
  await decide({ action: 'inquire' })
  await until(async () => test.rail.calls.filter(({ ask }) => ask === 'inquire').length > 1)
  await until(async () => {
    const text = `select from payments.attempts where reason = 'unbooked'`
    return (await test.database.query({ text })).length === 1
  })
  await test.settled()
  await test.change(clearing, { state: 'open' })
  await force('succeeded')
  expect(await reasons()).toEqual(['unbooked'])
  await decide({ action: 'retry' })
  expect([await balances(), await reasons(), await findings()]).toEqual([done.charge, [], []])
})

it('a charge of less, which its client allows and the books refuse, is booked in that amount by a retry', async () => {
  test.rail.answer = async (): Promise<RailOutcome> => {
    await test.open(clearing, { minAvailable: null })
    await test.change(clearing, { state: 'frozen' })
    return { ...yes, amount: 60n, isPartial: true }
  }
  const shares = { destinations: [share('shop', 100n)], terms: { allowsPartial: true } } as const
  const { id } = await test.pay({ source: byCard, ...shares })
  await until(async () => (await reasons()).includes('unbooked'))
  await test.change(clearing, { state: 'open' })
  await decide({ action: 'retry' })
  expect([await balances(), await reasons(), await findings()]).toEqual([[-60n, 60n, 1_000n], [], []])
  expect(await test.payment(id)).toMatchObject({ state: 'succeeded', amount: 60n })
})

it('a late charge that the books refuse has not happened when an operator states so', async () => {
  test.rail.answer = () => no
  await begin('charge')
  await until(async () => test.rail.calls.length > 0)
  await test.settled()
  await test.open('suspense:USD', { minAvailable: null })
  await test.change('suspense:USD', { state: 'frozen' })
  const tell = async (outcome: RailEvent['outcome']) => {
    const event = { rail: 'card', eventId: newUuid(), occurredAt: 0, railReference: 'r-1', outcome }
    const of = { call: test.rail.calls[0]?.id ?? '', operation: 'charge' } as const
    await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [{ ...event, ...of }]))
    test.payments.wake()
  }
  await tell(yes)
  await until(async () => (await reasons()).includes('unbooked'))
  await tell(no)
  await until(async () => (await reasons()).includes('outcome_unknown'))
  await test.change('suspense:USD', { state: 'open' })
  await force('failed')
  expect([await balances(), await reasons(), await findings()]).toEqual([undone.charge, [], []])
})

it.each([null, 'contradicted'])('a charge whose recorded refusal is lost (%s) is settled anyway', async (reason) => {
  await doubted('charge', yes)
  await test.database.query({ text: 'update payments.attempts set reason = $1', values: [reason] })
  await test.change(clearing, { state: 'open' })
  await decide({ action: 'retry' })
  if (reason !== null) {
    expect(await reasons()).toEqual(['outcome_unknown', 'unbooked'])
    await force('succeeded')
  }
  expect([await balances(), await reasons(), await findings()]).toEqual([done.charge, [], []])
})
