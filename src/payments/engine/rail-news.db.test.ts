import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailEvent, RailOperation } from '#rails'
import { byCard, moving, patience, share, startTestPayments, type TestPayments, verifyAll } from '#testing'
import { readPaymentTimeline } from '../timeline/timeline-read-model.ts'

// What a rail reports besides the ends and returns of operations. The clearing account follows the rail's own record.

let test: TestPayments
/** What the rail took less what it gave, by its own record. */
let net = 0n
/** Undefined: several books share the rail, and none is named. */
let creditsBook: number | undefined
beforeEach(async () => {
  creditsBook = 1
  test = await startTestPayments({ bookOfCredits: async () => creditsBook })
  net = 0n
  await test.openWith('shop', 500n)
})
afterEach(() => test.stop())

const wait = { timeout: patience(10_000) }

const paid = async () => {
  const { id } = await test.pay({ source: byCard, destinations: [share('shop', 100n)] })
  await test.end('payment', id)
  net += 100n
  return id
}
const paidOut = async () => {
  const out = { amount: 70n, asset: 'USD', source: 'shop', rail: 'card', otherRails: [], instrument: 'card_out' }
  const { id } = await test.ask((door, tx) => door.createPayout(tx, { book: 1, ...out, metadata: {} }))
  await test.end('payout', id)
  net -= 70n
  return id
}
const callOf = (operation: RailOperation) => test.rail.calls.findLast((one) => one.operation === operation)?.id ?? ''

const heard = async (event: Partial<RailEvent> & Pick<RailEvent, 'operation' | 'outcome'>) => {
  const about = { rail: 'card', eventId: newUuid(), occurredAt: 1, asset: 'USD', railReference: '' }
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [{ ...about, ...event }]))
  test.payments.wake()
  await test.settled()
}
const returned = (railReference: string, amount: bigint) =>
  ({ kind: 'returned', railReference, amount, reason: { code: 'AC04', message: '' } }) as const
const row = async (id: string) => {
  const [found] = await test.database.query<{ state: string; reason: string | null; amount_returned: bigint }>({
    text: 'select state, reason, amount_returned from payments.payouts where id = $1',
    values: [id],
  })
  return [found?.state, found?.reason, found?.amount_returned]
}
const posted = (code: string) =>
  test.balances(code).then(
    ([balance]) => balance,
    () => 0n,
  )
const open = async () => (await test.openCases()).map(({ kind, reason }) => `${kind} ${reason}`)
async function expectInOrder(shop: bigint): Promise<void> {
  expect([await posted('shop'), await posted('rails:card:clearing:USD')]).toEqual([shop, -net])
  expect(await verifyAll(test.database)).toEqual([])
}

const retracted = (railReference: string) =>
  ({ kind: 'retracted', railReference, reason: { code: 'REORG', message: '' } }) as const
const credit = (at: number, amount = 90n) =>
  heard({
    ...{ operation: 'credit', railReference: 'crd-1', occurredAt: at },
    outcome: { kind: 'incoming', amount, to: 'VA-42', text: 'invoice 7' },
  })
const retract = (at: number) =>
  heard({ operation: 'credit', railReference: 'crd-1', occurredAt: at, outcome: retracted(`crd-1-${at}`) })

it('a success that the rail retracts comes back whole, less what came back before, once', async () => {
  const id = await paidOut()
  const call = callOf('payout')
  await heard({ operation: 'payout', call, outcome: returned('ret-1', 30n) })
  net += 70n
  for (const _ of [1, 2]) await heard({ operation: 'payout', call, outcome: retracted('reorg-1') })
  expect(await row(id)).toEqual(['failed', 'returned', 70n])
  await expectInOrder(500n)
  const payment = await paid()
  net -= 100n
  await heard({ operation: 'charge', call: callOf('charge'), outcome: retracted('reorg-2') })
  expect(await test.payment(payment)).toMatchObject({ amountRefunded: 100n })
  await expectInOrder(500n)
  expect(await open()).toEqual([])
})

it('a credit that nobody asked for is in suspense, once, until its owner has it', async () => {
  net = 90n
  await credit(1)
  await credit(1)
  const [found] = await test.openCases()
  expect(found).toMatchObject({
    ...{ kind: 'event', reason: 'incoming_credit' },
    detail: expect.stringMatching(/a credit of 0.90 USD to VA-42 .* reference crd-1\. The payer wrote: “invoice 7”/),
  })
  expect(await posted('suspense:USD')).toBe(90n)
  await expectInOrder(500n)
  await credit(2, 91n)
  expect((await open()).toSorted()).toEqual(['event incoming_credit', 'event unmatched_event'])
  await expectInOrder(500n)
})

it('a credit is booked back when the rail retracts it, and again when it is received again', async () => {
  await credit(1)
  await retract(2)
  expect([await posted('suspense:USD'), await open()]).toEqual([0n, ['event credit_retracted']])
  await credit(1)
  await expectInOrder(500n)
  net = 90n
  await credit(3)
  await retract(2)
  expect([await posted('suspense:USD'), await open()]).toEqual([90n, ['event incoming_credit']])
  await expectInOrder(500n)
})

it('a credit that is retracted before an operator says that it has left suspense is a case until it is back', async () => {
  await credit(1)
  await test.book(moving('suspense:USD', 'shop', 90n))
  const [stale] = await test.openCases()
  await retract(2)
  const [found] = await test.openCases()
  expect(found).toMatchObject({
    reason: 'credit_retracted',
    detail: expect.stringMatching(/0\.90 USD .* reference crd-1\. .*suspense is short of it: book it back\./),
  })
  const about = await test.database.query({ text: 'select amount, asset from cases.cases where resolved_at is null' })
  expect(about).toEqual([{ amount: 90n, asset: 'USD' }])
  const booked = { action: 'force', outcome: 'succeeded', evidence: 'Booked.' } as const
  // The operator has not seen the retraction yet.
  expect(await test.act(stale?.id ?? '', booked)).toMatchObject({ refusal: { code: 'case_already_resolved' } })
  expect([await posted('suspense:USD'), await open()]).toEqual([-90n, ['event credit_retracted']])
  await test.database.query({ text: 'delete from cases.cases where resolved_at is null' })
  expect(await verifyAll(test.database)).toEqual([expect.stringContaining('it has no case')])
})

it('a credit that is retracted after an operator had booked it out of suspense is a case until it is whole again', async () => {
  const settle = async () => {
    const [found] = await test.openCases()
    await test.act(found?.id ?? '', { action: 'force', outcome: 'succeeded', evidence: 'Booked to its owner.' })
    expect(await open()).toEqual([])
  }
  await credit(1)
  await test.book(moving('suspense:USD', 'shop', 90n))
  await settle()
  await retract(2)
  expect([await posted('suspense:USD'), await open()]).toEqual([-90n, ['event credit_retracted']])
  await expectInOrder(590n)
  await test.book(moving('shop', 'suspense:USD', 90n))
  await settle()
  net = 90n
  await credit(3)
  expect([await posted('suspense:USD'), await open()]).toEqual([90n, ['event incoming_credit']])
  await expectInOrder(500n)
})

it('while several books share a rail, a credit is an operator’s until one of them is named', async () => {
  await credit(1)
  creditsBook = undefined
  net = 90n
  const about = { operation: 'credit', railReference: 'crd-2', occurredAt: 1 } as const
  await heard({ ...about, outcome: { kind: 'incoming', amount: 40n } })
  await expect.poll(async () => (await open()).toSorted(), wait).toEqual(['event dead_letter', 'event incoming_credit'])
  const letter = (await test.openCases()).find(({ reason }) => reason === 'dead_letter')
  expect(letter?.detail).toContain('set credits_book')
  // The one that is booked stays in its book.
  net = 0n
  await retract(2)
  expect((await open()).toSorted()).toEqual(['event credit_retracted', 'event dead_letter'])
  await expectInOrder(500n)
  creditsBook = 1
  net = 40n
  const dead = { book: 0, subject: letter?.subject ?? '', kind: 'payment.rail_event' }
  await test.database.transaction((tx) => test.lanes.replay(tx, dead, { max: 10 }))
  test.payments.wake()
  await test.settled()
  expect([await posted('suspense:USD'), await open()]).toEqual([40n, expect.arrayContaining(['event incoming_credit'])])
  await expectInOrder(500n)
})

it('a retraction of a credit that is not known waits for it, and verify misses a credit that was not booked', async () => {
  await retract(2)
  expect(await open()).toEqual([])
  await credit(1)
  await test.database.query({ text: 'update lanes.later set due_at = now()' })
  await expect.poll(() => posted('suspense:USD'), wait).toBe(0n)
  await expectInOrder(500n)
  await test.database.query({ text: `update payments.credits set state = 'received'` })
  expect(await verifyAll(test.database)).toEqual([
    expect.stringContaining('credit crd-1 of the rail card: the rail has 90 USD of it, and the clearing account has 0'),
  ])
})

it('what a rail says of a settlement, of its progress and of a corrected account is in the timeline', async () => {
  const id = await paid()
  const about = { operation: 'charge', call: callOf('charge') } as const
  const railReference = `card-${callOf('charge')}`
  const settled = (settlement: object) => ({ kind: 'succeeded', railReference, amount: 100n, settlement }) as const
  await heard({ ...about, outcome: { kind: 'progress', confirmations: 2, required: 6 } })
  await heard({ ...about, outcome: settled({ fee: 3n, settledOn: '2026-11-30', references: { arn: '74' } }) })
  await heard({ ...about, outcome: settled({ net: 97n, batch: 'B7', references: { rrn: '12' } }) })
  const change = { kind: 'notice_of_change', instrument: 'GB33', code: 'C01', message: 'Wrong number.' } as const
  for (const _ of [1, 2]) await heard({ ...about, outcome: change })
  const records = await readPaymentTimeline(test.database, await test.payment(id), { from: 0, limit: 100 })
  expect(records.attempts).toMatchObject([
    {
      ...{ state: 'succeeded', corrected: { instrument: 'GB33', code: 'C01' } },
      settlement: { fee: 3n, net: 97n, batch: 'B7', settledOn: '2026-11-30', references: { arn: '74', rrn: '12' } },
    },
  ])
  const said = records.steps.filter(({ input }) => input === 'notice').map(({ note, events }) => [note, events])
  expect(said).toEqual([
    ['The rail card has 2 of 6 confirmations of the charge.', []],
    [
      'The rail card named another instrument to use from now on (C01 Wrong number.).',
      ['payment.instrument_corrected'],
    ],
  ])
  await expectInOrder(600n)
})

const notes = async () => {
  const rows = await test.database.query<{ note: string }>({
    text: `select note from payments.steps where input in ('recall', 'notice') order by recorded_at, ordinal`,
  })
  return rows.map(({ note }) => note)
}
const recall = (payout: string) =>
  test.ask((door, tx) => door.recallPayout(tx, { book: 1, payout, reason: 'duplicate' }))
const dueNow = () => test.database.query({ text: 'update lanes.later set due_at = now()' })
const askedIs = 'The rail card is asked to get it back (duplicate).'
const passedOn = 'The rail card has passed on the recall. What comes back will be reported.'

it('a payout is recalled once, and again until its rail has answered', async () => {
  const asked: string[] = []
  const answers = [{ kind: 'unknown', why: 'timeout' }, { kind: 'accepted' }] as const
  test.rail.recall = async ({ id, reason, railReference }) => {
    asked.push([id, reason, railReference].join(' '))
    return answers[asked.length - 1] ?? { kind: 'refused', why: 'It was recalled before' }
  }
  const payout = await paidOut()
  // Only a lost server can have submitted it over another rail.
  await test.database.query({
    text: `insert into payments.attempts (id, book_id, root_id, subject_id, created_at, amount, inquiries, subject_kind,
        rail, operation, asset, instrument, state, exchange)
      select $1, book_id, root_id, subject_id, now(), amount, 0, subject_kind, 'bank', operation, asset, instrument,
        'unknown', '{"isLost":true}' from payments.attempts where operation = 'payout'`,
    values: [newUuid()],
  })
  const both = await Promise.allSettled([recall(payout), recall(payout)])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await expect.poll(() => asked.length, wait).toBe(1)
  await dueNow()
  await expect.poll(() => asked.length, wait).toBe(2)
  await test.settled()
  expect([new Set(asked).size, asked[0]?.endsWith(` duplicate card-${callOf('payout')}`)]).toEqual([1, true])
  await expect.poll(notes, wait).toEqual([askedIs, passedOn])
  // It is on its way back.
  await expect(recall(payout)).rejects.toThrow('payout_not_recallable')
  net += 70n
  await heard({ operation: 'payout', call: callOf('payout'), outcome: returned('ret-1', 70n) })
  expect(await row(payout)).toEqual(['failed', 'returned', 70n])
  await expectInOrder(500n)
  await expect(recall(payout)).rejects.toThrow('payout_not_recallable')
  expect(asked.length).toBe(2)
})

it('a recall has one id at its rail until the rail refuses it, also on a server that has lost the request', async () => {
  const asked: string[] = []
  const answers = [{ kind: 'refused', why: 'No' }, { kind: 'accepted' }, { kind: 'accepted' }] as const
  test.rail.recall = async ({ id }) => {
    asked.push(id)
    return answers[asked.length - 1] ?? { kind: 'unknown', why: 'timeout' }
  }
  const payout = await paidOut()
  const known = () => test.database.query<{ facts: object }>({ text: 'select facts from payments.attempts' })
  const lose = (facts: object | undefined) =>
    test.database.query({ text: 'update payments.attempts set facts = $1', values: [JSON.stringify(facts)] })
  await recall(payout)
  await expect.poll(notes, wait).toEqual([askedIs, 'The rail card refused the recall: No.'])
  const [{ facts: refused } = { facts: undefined }] = await known()
  await recall(payout)
  await expect.poll(() => asked.length, wait).toBe(2)
  await test.settled()
  await lose(refused)
  await recall(payout)
  await expect.poll(() => asked.length, wait).toBe(3)
  await test.settled()
  await lose(refused)
  // It never answers: the recall may have been passed on.
  await recall(payout)
  await expect.poll(() => asked.length, wait).toBe(4)
  await test.database.query({ text: `update lanes.later set payload = replace(payload, '"tries":1', '"tries":60')` })
  await dueNow()
  await expect
    .poll(async () => (await notes()).at(-1), wait)
    .toMatch('refused the recall: it has not answered for a day')
  await recall(payout)
  await expect.poll(() => asked.length, wait).toBeGreaterThan(5)
  expect(asked.map((id) => asked.indexOf(id)).slice(0, 6)).toEqual([0, 1, 1, 1, 1, 1])
  await expectInOrder(430n)
})

it('what becomes of a mandate is shown to an operator, and moves nothing', async () => {
  const mandate = { reference: 'umn-1', state: 'revoked' } as const
  const outcome = { kind: 'mandate', change: 'revoked', mandate } as const
  await heard({ operation: 'mandate', railReference: 'umn-1', outcome })
  const [one, ...others] = await test.openCases()
  expect([one?.kind, one?.reason, others]).toEqual(['event', 'unmatched_event', []])
  expect(one?.detail).toContain('Rail card reported a mandate that was revoked, with reference umn-1')
  await expectInOrder(500n)
})
