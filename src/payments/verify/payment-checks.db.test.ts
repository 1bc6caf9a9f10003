import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeId, idPrefix, type Uuid } from '#kernel'
import { newUuid } from '#platform/ids'
import { startTestPayments, type TestPayments } from '#testing'
import { paymentChecks } from './payment-checks.ts'

// A history with something of everything, at rest. Then a user with all rights on the database changes a row, and the
// checks report the violation. Each change is reverted afterwards.

const byCard = (instrument: string) => ({ kind: 'rail', rail: 'card', instrument, otherRails: [] }) as const

let world: TestPayments
/** The ids of the history by the names that the cases use. */
const ids: Record<string, Uuid> = {}

const tables = ['payments', 'captures', 'refunds', 'payouts', 'attempts', 'steps'].map((name) => `payments.${name}`)
const kept = [...tables, 'cases.cases', 'sagas.sagas', 'lanes.messages', 'lanes.later']

beforeAll(async () => {
  world = await startTestPayments()
  const { pay, end, ask, payment } = world
  world.rail.answer = ({ instrument, operation }) => {
    if (instrument === 'card_silent') return { kind: 'pending', railReference: 'card-silent' }
    if (instrument === 'card_less') return { kind: 'succeeded', railReference: `less-${operation}`, amount: 90n }
    return undefined
  }
  await world.openWith('payer', 10_000n)
  await world.open('shop')
  const done = await pay({ source: byCard('card_ok') })
  await end('payment', done.id)
  const asked = { book: 1, payment: done.id, amount: 40n, metadata: {} }
  const refund = await ask((payments, tx) => payments.createRefund(tx, asked))
  await end('refund', refund.id)
  const held = await pay({ capture: 'manual' })
  await end('payment', held.id)
  const silent = await pay({ source: byCard('card_silent') })
  const less = await pay({ source: byCard('card_less') })
  await end('payment', less.id)
  const out = { amount: 70n, asset: 'USD', source: 'payer', rail: 'card', otherRails: [], instrument: 'card_out' }
  const payout = await ask((payments, tx) => payments.createPayout(tx, { book: 1, ...out, metadata: {} }))
  await end('payout', payout.id)
  // The rail pays out less than requested: the rail's amount is booked, and an operator judges it.
  const short = { ...out, amount: 100n, instrument: 'card_less' }
  const outLess = await ask((payments, tx) => payments.createPayout(tx, { book: 1, ...short, metadata: {} }))
  await end('payout', outLess.id)
  const leg = { kind: 'create', book: 1, idGiven: false, asset: 'USD' } as const
  ids.spent = newUuid()
  await world.book({ ...leg, id: newUuid(), source: 'payer', destination: 'shop', amount: 50n })
  await world.book({ ...leg, id: ids.spent, source: 'shop', destination: 'payer', amount: 70n })
  while ((await payment(silent.id)).phase !== 'awaiting') await world.settled()
  for (const [name, { id }] of Object.entries({ done, held, silent, less, refund, payout, outLess })) ids[name] = id
  ids.saga = newUuid()
  await world.lanes.stop(5_000)
  await world.payments.stop(5_000)
  await world.database.query({ text: 'create schema kept' })
  for (const table of kept)
    await world.database.query({ text: `create table kept.${table.split('.')[1]} as table ${table}` })
})
afterAll(() => world.stop())

/** Runs SQL with `$name` for the id of that name, and returns the findings of the checks. */
async function findingsAfter(sql: string): Promise<string> {
  const { database } = world
  try {
    await database.query({ text: sql.replaceAll(/\$(\w+)/g, (_, name: string) => `'${ids[name]}'`) })
    const found = await Promise.all(paymentChecks(database).map(({ run }) => run()))
    return found.flatMap(({ findings }) => findings).join('\n')
  } finally {
    for (const table of kept) {
      await database.query({ text: `delete from ${table}` })
      await database.query({ text: `insert into ${table} table kept.${table.split('.')[1]}` })
    }
  }
}

const nameOf = (name: string) => {
  const kind = name === 'refund' || name === 'payout' || name === 'saga' ? name : 'payment'
  return `${kind} ${encodeId(idPrefix[kind], ids[name] ?? '')}`
}

it('reports nothing on a history with captures, refunds, holds, pending calls, cases and payouts', async () => {
  expect(await findingsAfter('select 1')).toBe('')
  const checked = await Promise.all(paymentChecks(world.database).map(({ run }) => run()))
  for (const one of checked) expect(one.checked).toBeGreaterThanOrEqual(6)
})

it('reports nothing on payments whose old timelines were dropped', async () => {
  const noted = `insert into platform.dropped (table_name, bound) values ('payments.steps', '${'f'.repeat(32)}')`
  try {
    expect(await findingsAfter(`with noted as (${noted}) delete from payments.steps`)).toBe('')
  } finally {
    await world.database.query({ text: 'delete from platform.dropped' })
  }
})

describe('never stranded', () => {
  it.each([
    [
      'an awaited payment without its timer',
      'silent',
      `delete from lanes.later where subject = $silent`,
      'it has no case',
    ],
    ['a stuck payment that has no case', 'less', 'delete from cases.cases', 'is stuck'],
    [
      'a refund that goes on by itself',
      'refund',
      `with gone as (delete from lanes.later) update payments.refunds set phase = 'calling'`,
      'is calling',
    ],
    [
      'a payout that goes on by itself',
      'payout',
      `with gone as (delete from lanes.later) update payments.payouts set phase = 'new'`,
      'is new',
    ],
    [
      'a saga that nobody takes further',
      'saga',
      `insert into sagas.sagas (id, book_id, kind, subject, vendor, lane, coordinator, payload)
       values ($saga, 1, 'order.checkout', $done, 0, 'standard', 'orchestrated', '{}')`,
      'is running',
    ],
    [
      'an end that is none',
      'done',
      `update payments.payments set state = 'processing' where id = $done`,
      'its state is not one of an end',
    ],
    [
      'a failed payment that kept the money',
      'done',
      `update payments.payments set state = 'failed' where id = $done`,
      'not everything that was captured has been returned',
    ],
    [
      'a reserve for a refund that is not there',
      'done',
      `update payments.payments set amount_refunding = 10 where id = $done`,
      'what it says is being refunded is not what its refunds are about',
    ],
    [
      "something in suspense that is nobody's",
      'done',
      `update payments.payments set amount_suspended = 5 where id = $done`,
      'something of it is in suspense without a case',
    ],
  ])('%s', async (_, name, sql, said) => {
    const findings = await findingsAfter(sql)
    expect(findings).toContain(nameOf(name))
    expect(findings).toContain(said)
  })

  it('reports nothing while the message or the case that carries a payment on is there', async () => {
    const copy =
      'insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, detail, priority, rank, due_at)'
    const carried = `with gone as (delete from lanes.later where subject = $silent)
      ${copy} values ($saga, 1, 'payments', 'payment', $silent, 'outcome_unknown', 'card is silent.', 'normal', 1, now())`
    expect(await findingsAfter(carried)).toBe('')
  })
})

describe('payments equal books', () => {
  it.each([
    [
      'captured',
      'done',
      `update payments.payments set amount_captured = 99 where id = $done`,
      'captured should be 99, and the books have 100',
    ],
    [
      'refunded',
      'done',
      `update payments.payments set amount_refunded = 41 where id = $done`,
      'refunded should be 41, and the books have 40',
    ],
    [
      'in suspense',
      'less',
      `update payments.payments set amount_suspended = 0 where id = $less`,
      'suspended should be 0, and the books have 90',
    ],
    [
      'held',
      'held',
      `update payments.payments set amount_capturable = 60 where id = $held`,
      'held should be 60, and the books have 100',
    ],
    [
      'returned by a refund',
      'refund',
      `update payments.refunds set state = 'failed'`,
      'moved should be 0, and the books have 40',
    ],
    [
      'paid out',
      'payout',
      `update payments.payouts set amount = 71 where id = $payout`,
      'moved should be 71, and the books have 70',
    ],
    [
      'a transfer that is not in the books',
      'done',
      `update payments.steps set transfers = json_build_array('00000000000000000000000000000001')
       where root_id = $done and subject_kind = 'payment' and transfers is not null`,
      '1 of its transfers are not in the books',
    ],
    [
      'given back by an account that got less',
      'done',
      `insert into payments.steps (root_id, recorded_at, book_id, ordinal, subject_id, subject_kind, input, state, transfers)
       values ($done, now(), 1, 99, $done, 'payment', 'dispute', 'succeeded', json_build_array($spent))`,
      'the account shop gave back 0.10 USD more of it than it got',
    ],
    [
      'in suspense, by attempt',
      'less',
      `update payments.payments set amount_suspended = 80 where id = $less`,
      '80 of what came for it is in suspense, and 90 by its attempts',
    ],
  ])('%s', async (_, name, sql, said) => {
    const findings = await findingsAfter(sql)
    expect(findings).toContain(nameOf(name))
    expect(findings).toContain(said)
  })
})

describe('payments decided by operators may have more booked than rails report, as far as stated:', () => {
  const decided = (name: string) => `with decided as (
    update payments.steps set input = 'decision' where root_id = $${name} and subject_kind <> 'refund')`
  const charge = `where root_id = $done and operation = 'charge'`

  it.each([
    [
      'a payment for which less came than is booked',
      'done',
      `update payments.attempts set amount_moved = 90 ${charge}`,
      'moved 50 USD for it (minus: out), and its clearing account has 60',
    ],
    [
      'a payment for which nothing came',
      'done',
      `update payments.attempts set state = 'failed', amount_moved = null ${charge}`,
      'moved -40 USD for it (minus: out), and its clearing account has 60',
    ],
    [
      'a payment whose charge an operator has settled as not happened',
      'done',
      `update payments.attempts set state = 'failed', reason = 'settled_by_hand' ${charge}`,
      'moved -40 USD for it (minus: out), and its clearing account has 60',
    ],
    [
      'a payout of which less is booked than was paid',
      'payout',
      'update payments.attempts set amount_moved = 80 where root_id = $payout',
      'moved -80 USD for it (minus: out), and its clearing account has -70',
    ],
  ])('%s is found', async (_, name, sql, said) => {
    const findings = await findingsAfter(`${decided(name)} ${sql}`)
    expect(findings).toContain(nameOf(name))
    expect(findings).toContain(said)
  })

  it.each([
    ['a charge', `update payments.attempts set state = 'unknown', amount_moved = amount ${charge}`],
    ['a charge that its rail denies', `update payments.attempts set state = 'failed', amount_moved = amount ${charge}`],
    [
      'a charge, before attempts said so',
      `, called as (update payments.payments set current_attempt = (select id from payments.attempts ${charge}) where id = $done)
       update payments.attempts set state = 'unknown', amount_moved = null ${charge}`,
    ],
  ])('%s that an operator has stated is in order', async (_, sql) => {
    expect(await findingsAfter(`${decided('done')} ${sql}`)).toBe('')
  })
})
