import { expect, it } from 'vitest'
import type { NewRefund } from '#payments'
import { byCard, patience, share, type TestEngine, type TestPayments } from '#testing'
import { unguarded, unlocked, withPayments } from './support/payments-variant.ts'
import { findingsOf, givenBack, payMany } from './support/raced-payments.ts'

// Races for refunded money, from two processes: a refund against a dispute, and two reversals of the same thing. Then
// the guards are removed, and the test expects the failures that they prevent.

const racesAtOnce = 8

/** Plays `race` for each payment, several at a time. */
async function raceAll<Answer>(ids: readonly string[], race: (id: string, index: number) => Promise<Answer>) {
  const waiting = [...ids.entries()]
  const answers: Answer[] = []
  const runner = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) answers.push(await race(next[1], next[0]))
  }
  await Promise.all(Array.from({ length: racesAtOnce }, runner))
  return answers
}

/**
 * Waits until everything is handled and every refund has ended, whichever process called its rail. Without guards, one
 * process may overwrite the end that another has written. Then it is enough that too much was taken.
 */
async function refundsEnded(test: TestPayments): Promise<void> {
  const { settled, database } = test
  await settled()
  const underWay = () => database.query({ text: `select id from payments.refunds where phase <> 'ended'` })
  const isTooMuch = async () => (await givenBack(test)).some(({ captured, taken }) => taken > captured)
  await expect.poll(async () => (await underWay()).length === 0 || (await isTooMuch()), { interval: 50 }).toBe(true)
}

type Asked = { readonly ok: true } | { readonly ok: false; readonly refusal: { readonly code: string } }

async function answerOf(work: Promise<Asked>): Promise<string> {
  try {
    const answer = await work
    return answer.ok ? 'accepted' : answer.refusal.code
  } catch (error) {
    if (error instanceof Error && 'state' in error) return 'stopped by the second guard'
    throw error
  }
}

function refund({ payments, database }: TestEngine, payment: string, also: Partial<NewRefund>) {
  return answerOf(database.transaction((tx) => payments.createRefund(tx, { book: 1, payment, metadata: {}, ...also })))
}

async function tellDispute({ payments, database }: TestEngine, id: string, amount: bigint): Promise<void> {
  const outcome = { kind: 'succeeded', railReference: `dispute-${id}`, amount } as const
  const [charge] = await database.query<{ id: string }>({
    text: `select replace(id::text, '-', '') as id from payments.attempts where root_id = $1`,
    values: [id],
  })
  const event = { eventId: `event-${id}`, railReference: outcome.railReference, operation: 'dispute', outcome } as const
  const reported = { rail: 'card', call: charge?.id ?? '', occurredAt: 0, ...event }
  await database.transaction((tx) => payments.receiveRailEvents(tx, [reported]))
  payments.wake()
}

/** A refund of 60 against a dispute over 60, of each of many payments of 100 by card. */
async function refundAgainstDispute(test: TestPayments, races: number) {
  const ids = await payMany(test, races, { source: byCard })
  const second = await test.startAnother()
  const answers = await raceAll(ids, async (id, index) => {
    const reported = tellDispute(second, id, 60n)
    // A dispute is received first and handled right after: the refund meets either of the two moments.
    if (index % 4 > 0) await reported
    const [answer] = await Promise.all([refund(test, id, { amount: 60n }), reported])
    test.payments.wake()
    return answer
  })
  await refundsEnded(test)
  return { answers, payments: await givenBack(test) }
}

const disputeRaces = 100

it('a refund of 60 and a dispute of 60 on 100, 100 times: at most 100 is taken, the rest a known loss', async () => {
  await withPayments({}, async (test) => {
    const { answers } = await refundAgainstDispute(test, disputeRaces)
    const refunded = answers.filter((answer) => answer === 'accepted').length
    expect(new Set([...answers, 'accepted', 'amount_exceeds_refundable']).size).toBe(2)
    // Either both: the refund, and the 40 left for the dispute, whose other 20 are a loss. Or the dispute alone.
    const both = { captured: 100, said: 100, taken: 100, lost: 20 }
    const one = { captured: 100, said: 60, taken: 60, lost: 0 }
    // A dispute that met a locked payment comes again a little later.
    const byAmount = async () => (await givenBack(test)).toSorted((a, b) => b.said - a.said)
    await expect
      .poll(byAmount, { timeout: patience(10_000) })
      .toEqual([
        ...Array.from({ length: refunded }, () => both),
        ...Array.from({ length: disputeRaces - refunded }, () => one),
      ])
    expect(await findingsOf(test)).toEqual([])
  })
})

it('without row lock, version and constraint a refund and a dispute take more than was captured', async () => {
  await withPayments(unguarded, async (test) => {
    // The two may miss each other on a busy machine.
    let over = 0
    for (let plays = 0; plays < 10 && over === 0; plays += 1) {
      const { payments } = await refundAgainstDispute(test, disputeRaces)
      over = payments.filter(({ captured, taken }) => taken > captured).length
    }
    expect(over).toBeGreaterThan(0)
    expect(await findingsOf(test)).not.toEqual([])
  })
})

/** Payments that one process starts while the other cancels them. */
async function cancelWhileBeginning(test: TestPayments, races: number) {
  await test.openWith('payer', 100n * BigInt(races))
  await test.open('shop')
  const second = await test.startAnother()
  await raceAll(Array.from({ length: races }, String), async () => {
    const { id } = await test.pay({ destinations: [share('shop', 100n)] })
    await second.database.transaction((tx) => second.payments.cancel(tx, { book: 1, payment: id, isReversal: true }))
    second.payments.wake()
    await test.end('payment', id)
  })
  await test.settled()
  const rows = await test.database.query<{ state: string; captured: number; count: number }>({
    text: `select state, amount_captured::integer as captured, count(*)::integer as count
      from payments.payments group by 1, 2 order by 1, 2`,
  })
  const [reported] = await test.database.query<{ twice: number }>({
    text: `with given as (
        select event->'data'->>'id' as id from platform.outbox cross join lateral json_array_elements(events::json) event
        where event->>'type' in ('payment.succeeded', 'payment.canceled')
      )
      select (count(*) - count(distinct id))::integer as twice from given`,
  })
  const [posted] = await test.balances('shop')
  return { rows, twice: reported?.twice, posted }
}

it('a payment is canceled while another process begins it, 200 times: one of both, reported once', async () => {
  await withPayments({}, async (test) => {
    const { rows, twice, posted } = await cancelWhileBeginning(test, 200)
    const countOf = (wanted: string) => rows.find(({ state }) => state === wanted)?.count ?? 0
    expect(countOf('succeeded') + countOf('canceled')).toBe(200)
    expect(rows.every(({ state, captured }) => captured === (state === 'succeeded' ? 100 : 0))).toBe(true)
    expect(posted).toBe(100n * BigInt(countOf('succeeded')))
    expect(twice).toBe(0)
    expect(await findingsOf(test)).toEqual([])
    expect(await test.database.query({ text: 'select * from lanes.dead_letters' })).toEqual([])
  })
})

it('without the version of the row a payment is canceled and succeeds', async () => {
  await withPayments(unguarded, async (test) => {
    const { twice } = await cancelWhileBeginning(test, 200)
    expect(twice).toBeGreaterThan(0)
  })
})

const reversal = { amount: 100n, from: [share('shop', 100n)], isReversal: true }

/** The whole of each of many payments, refunded by two processes at once. */
async function reverseTwice(test: TestPayments, races: number) {
  const ids = await payMany(test, races, { source: byCard })
  const second = await test.startAnother()
  const answers = await raceAll(ids, (id) => Promise.all([test, second].map((engine) => refund(engine, id, reversal))))
  test.payments.wake()
  await refundsEnded(test)
  const refunds = test.rail.calls.filter(({ operation, ask }) => operation === 'refund' && ask === 'submit')
  return {
    answers: answers.map((pair) => pair.sort().join()),
    payments: await givenBack(test),
    refunds: refunds.length,
  }
}

it('a captured payment is reversed by two processes at once, 100 times: the rail refunds it once', async () => {
  await withPayments({}, async (test) => {
    const { answers, payments, refunds } = await reverseTwice(test, 100)
    expect(new Set(answers)).toEqual(new Set(['accepted,amount_exceeds_refundable']))
    expect(payments.every(({ said, taken, lost }) => said === 100 && taken === 100 && lost === 0)).toBe(true)
    expect(refunds).toBe(100)
    expect(await findingsOf(test)).toEqual([])
  })
})

it('without the row lock alone the version of the row lets one reversal through', async () => {
  await withPayments({ replacement: unlocked }, async (test) => {
    const ids = await payMany(test, 50)
    const second = await test.startAnother()
    // The lanes are stopped, so that only the two requests meet.
    await test.lanes.stop(5_000)
    await second.lanes.stop(5_000)
    const answers = await raceAll(ids, (id) =>
      Promise.all([test, second].map((engine) => refund(engine, id, reversal))),
    )
    expect(answers.flat()).toContain('stopped by the second guard')
    expect(answers.flat().filter((answer) => answer === 'accepted')).toHaveLength(50)
  })
})

it('without row lock, version and constraint the rail refunds a payment twice', async () => {
  await withPayments(unguarded, async (test) => {
    const { answers, payments, refunds } = await reverseTwice(test, 100)
    expect(answers).toContain('accepted,accepted')
    expect(refunds).toBeGreaterThan(100)
    expect(payments.some(({ captured, taken }) => taken > captured)).toBe(true)
  })
})

/** Each of many held payments, canceled by two processes at once as a compensation. */
async function cancelTwice(test: TestPayments, races: number) {
  const ids = await payMany(test, races, { source: byCard, capture: 'manual' })
  const second = await test.startAnother()
  await raceAll(ids, async (payment) => {
    const asked = { book: 1, payment, isReversal: true }
    const cancel = ({ payments, database }: TestEngine) => database.transaction((tx) => payments.cancel(tx, asked))
    await Promise.all([test, second].map((engine) => answerOf(cancel(engine))))
    test.payments.wake()
    second.payments.wake()
  })
  await expect
    .poll(async () => (await Promise.all(ids.map(test.payment))).every(({ phase }) => phase === 'ended'), {
      interval: 50,
    })
    .toBe(true)
  return test.rail.calls.filter(({ operation, ask }) => operation === 'void' && ask === 'submit').length
}

it('a held payment is canceled by two processes at once, 100 times: the rail voids it once', async () => {
  await withPayments({}, async (test) => {
    expect(await cancelTwice(test, 100)).toBe(100)
    expect(await findingsOf(test)).toEqual([])
  })
})

it('without row lock, version and constraints the rail gets two voids of the hold', async () => {
  // The two voids have the same id.
  const sql = `${unguarded.sql}; alter table payments.attempts drop constraint attempts_pkey`
  await withPayments({ ...unguarded, sql }, async (test) => {
    expect(await cancelTwice(test, 100)).toBeGreaterThan(100)
  })
})

/** The amount that a saga of `pay` refunds: a part, so that the payment itself would allow two such refunds. */
