import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOperation } from '#rails'
import { byCard, patience, share, startTestPayments, type TestPayments } from '#testing'
import { paymentChecks } from '../verify/payment-checks.ts'

// A rail declines a payout or refund for now twice, and makes it at the third try. Then the first two happen after all.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 100n)
})
afterEach(() => test.stop())

const open = () => test.openCases()
const balances = async () =>
  Promise.all(['shop', 'rails:card:clearing:USD', 'suspense:USD'].map(async (code) => (await test.balances(code))[0]))
const findings = async () =>
  (await Promise.all(paymentChecks(test.database).map(({ run }) => run()))).flatMap((check) => check.findings)

/** The balances of the shop, of the rail and of suspense once it is made three times. */
const made = { payout: [70n, 90n, -60n], refund: [170n, -10n, -60n] }

/** The tries of a payout, or of a refund, of 30. */
async function tries(kind: 'payout' | 'refund'): Promise<string[]> {
  const { rail, ask, pay, end, database } = test
  let declines = 2
  rail.answer = ({ operation }) => {
    if (operation !== kind) return undefined
    declines -= 1
    const decline = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const
    return declines >= 0 ? { kind: 'failed', decline } : undefined
  }
  if (kind === 'payout') {
    const out = { amount: 30n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
    await ask((door, tx) => door.createPayout(tx, { book: 1, ...out, metadata: {} }))
  } else {
    const { id: payment } = await pay({ source: byCard, destinations: [share('shop', 100n)] })
    await end('payment', payment)
    await ask((door, tx) => door.createRefund(tx, { book: 1, payment, amount: 30n, metadata: {} }))
  }
  const submitted = () => rail.calls.filter(({ operation }) => operation === kind).map((call) => call.id)
  const ofNow = async () => {
    await database.query({ text: 'update lanes.later set due_at = now()' })
    return submitted()
  }
  await expect.poll(ofNow, { timeout: patience(20_000), interval: 500 }).toHaveLength(3)
  await test.settled()
  return submitted()
}

function happened(call: string, operation: RailOperation): RailEvent {
  const railReference = `late-${call}`
  const outcome = { kind: 'succeeded', railReference, amount: 30n } as const
  return { rail: 'card', eventId: newUuid(), occurredAt: 0, call, operation, railReference, outcome }
}

async function tell(event: RailEvent): Promise<void> {
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
  await test.settled()
}

/** An operator settles the open entry; `meanwhile` is handled before that. */
async function settle(meanwhile: RailEvent[] = []): Promise<void> {
  const [entry] = await open()
  const command = { action: 'force', outcome: 'succeeded', evidence: 'It was sent back.' } as const
  await test.act(entry?.id ?? '', command, { before: (tx) => test.payments.receiveRailEvents(tx, meanwhile) })
  await test.settled()
}

it.each(['payout', 'refund'] as const)(
  'the case of a %s that is made three times reports both clawbacks',
  async (kind) => {
    const [first = '', second = ''] = await tries(kind)
    await tell(happened(first, kind))
    await tell(happened(second, kind))
    expect(await open()).toMatchObject([
      { reason: 'late_success', detail: expect.stringContaining('in suspense as clawbacks: 0.60 USD') },
    ])
    expect([await balances(), await findings()]).toEqual([made[kind], []])
    await settle()
    expect(await open()).toEqual([])
  },
  patience(60_000),
)

it.each(['payout', 'refund'] as const)(
  'settling one clawback of a %s does not settle the one that came meanwhile',
  async (kind) => {
    const [first = '', second = ''] = await tries(kind)
    await tell(happened(first, kind))
    await settle([happened(second, kind)])
    expect(await open()).toMatchObject([
      { reason: 'late_success', detail: expect.stringContaining('0.30 USD more have come since') },
    ])
    expect([await balances(), await findings()]).toEqual([made[kind], []])
    await settle()
    expect(await open()).toEqual([])
  },
  patience(60_000),
)
