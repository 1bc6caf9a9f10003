import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CaseCommand } from '#cases'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOutcome } from '#rails'
import { patience, startTestPayments, type TestPayments, verifyAll } from '#testing'
import type { CaseReason } from '../machine.ts'

// A payout of 30 is made at the third try. Earlier tries happen after all, and the rail denies some of them.

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('shop', 100n)
})
afterEach(() => test.stop())

const wait = { timeout: patience(20_000) }
const no: Extract<RailOutcome, { kind: 'failed' }> = {
  ...{ kind: 'failed', decline: { code: 'declined', remedy: 'never', message: 'No.' } },
}
const force = (outcome: 'succeeded' | 'failed') =>
  ({ action: 'force', outcome, evidence: 'Statement, line 7.' }) as const
const reasons = async () => (await test.openCases()).map(({ reason }) => reason)
const balances = async () =>
  Promise.all(['shop', 'rails:card:clearing:USD', 'suspense:USD'].map(async (code) => (await test.balances(code))[0]))
const reasonOf = async (call: string) => {
  const text = 'select reason from payments.attempts where id = $1'
  return (await test.database.query<{ reason: string | null }>({ text, values: [call] }))[0]?.reason
}

async function tries(): Promise<string[]> {
  const { rail, ask, database } = test
  let declines = 2
  rail.answer = ({ operation }) => {
    if (operation !== 'payout') return undefined
    declines -= 1
    const decline = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const
    return declines >= 0 ? { kind: 'failed', decline } : undefined
  }
  const out = { amount: 30n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
  await ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} }))
  const submitted = () => rail.calls.filter(({ operation }) => operation === 'payout').map((call) => call.id)
  const afterTimers = async () => {
    await database.query({ text: 'update lanes.later set due_at = now()' })
    return submitted()
  }
  await expect.poll(afterTimers, { timeout: patience(20_000), interval: 500 }).toHaveLength(3)
  await test.settled()
  return submitted()
}

function reported(call: string, outcome: RailEvent['outcome']): RailEvent {
  const railReference = `late-${call}`
  return { rail: 'card', eventId: newUuid(), occurredAt: 0, call, operation: 'payout', railReference, outcome }
}

async function tell(event: RailEvent): Promise<void> {
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [event]))
  test.payments.wake()
  await test.settled()
}

const happened = (call: string, amount: bigint) =>
  tell(reported(call, { kind: 'succeeded', railReference: `late-${call}`, amount }))

async function decide(reason: CaseReason, command: CaseCommand, meanwhile: readonly RailEvent[] = []): Promise<void> {
  const found = (await test.openCases()).find((one) => one.reason === reason)
  const options = {
    revision: found?.revision,
    before: (tx: Parameters<typeof test.payments.receiveRailEvents>[0]) =>
      test.payments.receiveRailEvents(tx, meanwhile),
  }
  expect(await test.act(found?.id ?? '', command, options)).toMatchObject({ ok: true })
  await test.settled()
}

/** The rail denies the booked third try, also when asked. It does not say yet which of its reports on the first holds. */
async function thirdDenied(first: string, third: string): Promise<void> {
  await happened(first, 30n)
  test.rail.answer = ({ id }, ask): RailOutcome | undefined => {
    if (ask !== 'inquire') return undefined
    return id === third ? no : { kind: 'unknown', why: 'timeout' }
  }
  await tell(reported(third, no))
  await expect.poll(reasons, wait).toEqual(['outcome_unknown', 'late_success'])
  await tell(reported(first, no))
  await expect.poll(() => reasonOf(first), wait).toBe('doubted')
}

it(
  'a statement about one denied payout leaves another one that was denied since',
  async () => {
    const [first = '', , third = ''] = await tries()
    await thirdDenied(first, third)
    await decide('outcome_unknown', force('succeeded'), [reported(first, no)])
    expect([await reasonOf(third), await reasonOf(first)]).toEqual([null, 'contradicted'])
    expect(await reasons()).toEqual(['outcome_unknown', 'late_success'])
    expect(await verifyAll(test.database)).toEqual([])
  },
  patience(60_000),
)

it(
  'of two denied payouts each is decided by itself',
  async () => {
    const [first = '', , third = ''] = await tries()
    await thirdDenied(first, third)
    await tell(reported(first, no))
    await expect.poll(() => reasonOf(first), wait).toBe('contradicted')
    await decide('outcome_unknown', force('succeeded'))
    expect([await reasonOf(third), await reasonOf(first)]).toEqual([null, 'contradicted'])
    expect(await reasons()).toEqual(['outcome_unknown', 'late_success'])
    await decide('outcome_unknown', force('succeeded'))
    expect([await reasonOf(first), await reasons()]).toEqual([null, ['late_success']])
  },
  patience(60_000),
)

it(
  'a late payout becomes the payout when the booked one did not happen, and another case was settled before',
  async () => {
    const [first = '', second = '', third = ''] = await tries()
    await happened(first, 30n)
    await happened(second, 20n)
    expect(await reasons()).toEqual(['wrong_amount', 'late_success'])
    expect(await balances()).toEqual([70n, 80n, -50n])
    await decide('wrong_amount', force('succeeded'))
    expect(await reasons()).toEqual(['late_success'])
    test.rail.answer = ({ id }, ask) => (ask === 'inquire' && id === third ? no : undefined)
    await tell(reported(third, no))
    await expect.poll(reasons, wait).toEqual(['outcome_unknown', 'late_success'])
    await decide('outcome_unknown', force('failed'))
    // The shop has paid for the first try. The account of the 20 is in suspense.
    expect([await balances(), await reasons()]).toEqual([[70n, 50n, -20n], []])
    expect(await verifyAll(test.database)).toEqual([])
  },
  patience(60_000),
)
