import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Uuid } from '#kernel'
import type { Page } from '#platform/lists'
import { createTestDatabase, type TestDatabase } from '#testing'
import { insertCapturesStep } from '../engine/rows/capture-store.ts'
import { insertPaymentsStep } from '../engine/rows/payment-store.ts'
import { insertPayoutsStep } from '../engine/rows/payout-store.ts'
import { insertRefundsStep } from '../engine/rows/refund-store.ts'
import type { Payment, Payout, Refund } from '../payment.ts'
import { listCaptures } from './capture-read-model.ts'
import { metadataTermsSteps } from './metadata-terms.ts'
import { getPayment, listPayments, type PaymentFilter } from './payment-read-model.ts'
import { getPayout, listPayouts, type PayoutFilter } from './payout-read-model.ts'
import { getRefund, listRefunds } from './refund-read-model.ts'

const book = 1
const start = Date.UTC(2026, 0, 1) * 1000
const second = 1_000_000
const many = 20_000

let server: TestDatabase

/** The nth id made at a time. */
function idAt(micros: number, n: number): Uuid {
  const ms = Math.floor(micros / 1000)
  return `${ms.toString(16).padStart(12, '0')}7${n.toString(16).padStart(3, '0').slice(-3)}8${n.toString(16).padStart(15, '0')}`
}

/** The nth payment, made in the nth second, with every field set that it may have. */
function paymentAt(n: number, also: Partial<Payment> = {}): Payment {
  const createdAt = start + n * second
  return {
    id: idAt(createdAt, n),
    book,
    state: 'succeeded',
    reason: undefined,
    phase: 'ended',
    asset: 'USD',
    amount: 1000n,
    source: { kind: 'wallet', account: 'customers:1' },
    destinations: [{ account: 'merchants:1', amount: 1000n }],
    fee: undefined,
    capture: 'automatic',
    amountCapturable: 0n,
    amountCapturing: 0n,
    amountCaptured: 1000n,
    amountRefunding: 0n,
    amountRefunded: 0n,
    holds: [],
    currentAttempt: undefined,
    rail: undefined,
    railReference: undefined,
    attempts: 0,
    vendor: 0,
    vendorCode: undefined,
    lane: 'standard',
    reference: undefined,
    metadata: {},
    expiresAt: undefined,
    createdAt,
    version: 2,
    ...also,
  }
}

const whole = paymentAt(7, {
  state: 'requires_review',
  reason: 'wrong_amount',
  phase: 'review',
  source: { kind: 'rail', rail: 'card', instrument: 'card "x"', otherRails: ['upi', 'bank'] },
  destinations: [
    { account: 'merchants:1', amount: 600n, captured: 300n },
    { account: 'merchants:2', amount: 300n },
  ],
  fee: { account: 'fees', amount: 100n, captured: 50n },
  capture: 'manual',
  amountCaptured: 350n,
  amountRefunding: 10n,
  amountRefunded: 20n,
  amountSuspended: -5n,
  holds: [idAt(1, 1), idAt(2, 2)],
  currentAttempt: idAt(3, 3),
  rail: 'upi',
  railReference: 'ch_1',
  attempts: 3,
  vendor: 4,
  vendorCode: 'shop-4',
  lane: 'instant',
  reference: 'order-7',
  metadata: { order: '7', 'a"b': 'c' },
  expiresAt: start + 3600 * second,
})

const payoutAt = (n: number, also: Partial<Payout> = {}): Payout => ({
  id: idAt(start + n * second, n),
  book,
  amount: 500n,
  asset: 'USD',
  source: 'merchants:1',
  rail: 'bank',
  otherRails: [],
  instrument: 'DE02',
  state: 'succeeded',
  reason: undefined,
  phase: 'ended',
  holds: [],
  currentAttempt: undefined,
  railReference: undefined,
  attempts: 1,
  vendor: 0,
  vendorCode: undefined,
  lane: 'standard',
  reference: undefined,
  metadata: {},
  createdAt: start + n * second,
  version: 1,
  ...also,
})

const refundAt = (n: number, payment: Payment, also: Partial<Refund> = {}): Refund => ({
  id: idAt(start + n * second, n),
  book,
  payment: payment.id,
  amount: 100n,
  asset: 'USD',
  to: { kind: 'source' },
  from: [{ account: 'merchants:1', amount: 100n }],
  state: 'succeeded',
  reason: undefined,
  phase: 'ended',
  holds: [],
  currentAttempt: undefined,
  attempts: 0,
  isReversal: false,
  metadata: {},
  createdAt: start + n * second,
  version: 1,
  ...also,
})

/** The differences among many payments: one in 4,000 failed, one in 5,000 tagged, one in 100 of a vendor. */
function nth(n: number): Payment {
  return paymentAt(n, {
    ...(n % 4000 === 100 && { state: 'failed', reason: 'insufficient_funds' }),
    ...(n % 5000 === 200 && { metadata: { tag: 'rare', common: 'yes' } }),
    ...(n % 100 === 0 && { vendor: 9, vendorCode: 'shop-9' }),
    ...(n % 50 === 1 && { metadata: { common: 'yes' } }),
    ...(n % 3 === 0 && { rail: 'card' }),
    ...(n === 300 && { reference: 'order-300' }),
  })
}

beforeAll(async () => {
  server = await createTestDatabase()
  const payments = [whole, ...Array.from({ length: many }, (_, at) => nth(at + 100))]
  const other = paymentAt(5, { book: 2, reference: 'order-7', vendorCode: 'shop-4', metadata: { order: '7' } })
  const payouts = [
    payoutAt(1),
    payoutAt(2, { vendorCode: 'shop-4', reference: 'out-2', rail: 'upi', otherRails: ['bank'], metadata: { a: 'b' } }),
    payoutAt(3, { source: 'merchants:2', state: 'failed', reason: 'declined' }),
  ]
  const refunds = [
    refundAt(1, whole),
    refundAt(2, whole, {
      state: 'processing',
      phase: 'calling',
      to: { kind: 'wallet', account: 'customers:1' },
      from: [
        { account: 'merchants:1', amount: 99n },
        { account: 'fees', amount: 1n },
      ],
      holds: [idAt(4, 4)],
      isReversal: true,
      metadata: { why: 'late' },
    }),
    refundAt(3, paymentAt(100)),
  ]
  const capture = {
    id: idAt(start, 1),
    payment: whole.id,
    book,
    amount: 350n,
    final: false,
    state: 'succeeded',
  } as const
  const more = { ...capture, reason: undefined, currentAttempt: undefined, createdAt: start + 8 * second }
  const terms = [
    ...[...payments, other].map(({ id, metadata, book: of }) => ({ kind: 'payment' as const, id, metadata, book: of })),
    ...payouts.map(({ id, metadata }) => ({ kind: 'payout' as const, id, metadata, book })),
    ...refunds.map(({ id, metadata }) => ({ kind: 'refund' as const, id, metadata, book })),
  ]
  await server.database.transaction((tx) =>
    tx.burst([
      insertPaymentsStep([...payments, other]),
      insertPayoutsStep(payouts),
      insertRefundsStep(refunds),
      insertCapturesStep([more, { ...more, id: idAt(start, 2), final: true, createdAt: start + 9 * second }]),
      ...metadataTermsSteps(terms),
    ]),
  )
  await server.database.query({ text: 'analyze payments.payments, payments.metadata_terms' })
})

afterAll(() => server.drop())

/** All items of a list over its pages, and the number of pages. */
async function all<Item extends { readonly id: Uuid }>(list: (cursor?: Uuid) => Promise<Page<Item, Uuid>>) {
  const items: Item[] = []
  let pages = 0
  let cursor: Uuid | undefined
  do {
    const page: Page<Item, Uuid> = await list(cursor)
    items.push(...page.items)
    cursor = page.next
    pages += 1
  } while (cursor !== undefined)
  return { items, pages }
}

const payments = (filter: PaymentFilter, limit = 100) =>
  all((cursor) => listPayments(server.database, { book, limit, filter, ...(cursor !== undefined && { cursor }) }))

const payouts = async (filter: PayoutFilter) =>
  (await listPayouts(server.database, { book, limit: 10, filter })).items.map(
    ({ createdAt }) => (createdAt - start) / second,
  )

/** The seconds in which they were made, which identify them. */
const places = (items: readonly Payment[]) => items.map(({ createdAt }) => (createdAt - start) / second)

describe('payments', () => {
  test('in review have the phase that programs of an earlier release read', async () => {
    const text = 'select phase from payments.payments where id = $1'
    expect(await server.database.query({ text, values: [whole.id] })).toEqual([{ phase: 'stuck' }])
  })

  test('one is read as it was written, and only in its book', async () => {
    expect(await getPayment(server.database, book, whole.id)).toEqual(whole)
    expect(await getPayment(server.database, 2, whole.id)).toBeUndefined()
    expect(await getPayment(server.database, book, idAt(1, 1))).toBeUndefined()
  })

  test('the list has each once, newest first, over pages of any size', async () => {
    const { items } = await payments({}, 99)
    expect(items).toHaveLength(many + 1)
    expect(places(items)).toEqual(places(items).toSorted((one, other) => other - one))
    expect(new Set(items.map(({ id }) => id)).size).toBe(many + 1)
  })

  test.each<[string, PaymentFilter, (n: number) => boolean]>([
    ['a state', { state: 'failed' }, (n) => n % 4000 === 100],
    ['a vendor', { vendor: 'shop-9' }, (n) => n % 100 === 0],
    ['a vendor and a state', { vendor: 'shop-9', state: 'failed' }, (n) => n % 4000 === 100],
    ['a pair of metadata', { metadata: { tag: 'rare' } }, (n) => n % 5000 === 200],
    ['two pairs of metadata', { metadata: { common: 'yes', tag: 'rare' } }, (n) => n % 5000 === 200],
    [
      'a pair and a rail',
      { metadata: { common: 'yes' }, rail: 'card' },
      (n) => (n % 5000 === 200 || n % 50 === 1) && n % 3 === 0,
    ],
    ['a reference', { reference: 'order-300' }, (n) => n === 300],
    ['a reference and another state', { reference: 'order-300', state: 'failed' }, () => false],
    ['a vendor that is none', { vendor: 'nobody' }, () => false],
    ['times', { createdFrom: start + 150 * second, createdTo: start + 160 * second }, (n) => n >= 150 && n < 160],
    [
      'times and a state',
      { createdFrom: start + 4100 * second, state: 'failed' },
      (n) => n >= 4100 && n % 4000 === 100,
    ],
    ['text that cannot be stored', { metadata: { tag: 'a\0' } }, () => false],
  ])('are found by %s', async (_, filter, isMatch) => {
    const expected = Array.from({ length: many }, (_each, at) => at + 100).filter(isMatch)
    expect(places((await payments(filter)).items)).toEqual(expected.toReversed())
  })

  test('of another book are not found, even with the same reference, vendor or metadata', async () => {
    for (const filter of [{ reference: 'order-7' }, { vendor: 'shop-4' }, { metadata: { order: '7' } }]) {
      expect(places((await payments(filter)).items)).toEqual([7])
    }
  })

  test('that are rare among many are searched in a bounded number of rows per page', async () => {
    const { pages, items } = await payments({ state: 'requires_review' }, 1)
    expect([items.length, pages > 1]).toEqual([1, true])
    const page = await listPayments(server.database, { book, limit: 1, filter: { state: 'requires_review' } })
    expect([page.items.length, page.next === undefined]).toEqual([0, false])
  })
})

describe('captures, refunds and payouts', () => {
  test('captures are read oldest first', async () => {
    const captures = await listCaptures(server.database, book, whole.id)
    expect(captures.map(({ amount, final }) => [amount, final])).toEqual([
      [350n, false],
      [350n, true],
    ])
    expect(await listCaptures(server.database, 2, whole.id)).toEqual([])
  })

  test('a refund is read as it was written', async () => {
    const [, refund] = (await listRefunds(server.database, { book, limit: 10, filter: {} })).items
    expect(refund).toMatchObject({
      state: 'processing',
      isReversal: true,
      to: { kind: 'wallet', account: 'customers:1' },
    })
    expect(await getRefund(server.database, book, refund?.id ?? '')).toEqual(refund)
    expect(await getRefund(server.database, 2, refund?.id ?? '')).toBeUndefined()
  })

  test('refunds are found by payment, state and metadata', async () => {
    const found = async (filter: object) =>
      (await listRefunds(server.database, { book, limit: 10, filter })).items.map(
        ({ createdAt }) => (createdAt - start) / second,
      )
    expect(await found({})).toEqual([3, 2, 1])
    expect(await found({ payment: whole.id })).toEqual([2, 1])
    expect(await found({ payment: whole.id, state: 'succeeded' })).toEqual([1])
    expect(await found({ metadata: { why: 'late' } })).toEqual([2])
    expect(await found({ payment: idAt(9, 9) })).toEqual([])
  })

  test('payouts are found by each of their fields', async () => {
    expect(await payouts({})).toEqual([3, 2, 1])
    expect(await payouts({ vendor: 'shop-4' })).toEqual([2])
    expect(await payouts({ reference: 'out-2' })).toEqual([2])
    expect(await payouts({ rail: 'bank', source: 'merchants:1' })).toEqual([1])
    expect(await payouts({ source: 'merchants:2' })).toEqual([3])
    expect(await payouts({ state: 'failed' })).toEqual([3])
    expect(await payouts({ metadata: { a: 'b' } })).toEqual([2])
    const id = idAt(start + 2 * second, 2)
    expect(await getPayout(server.database, book, id)).toMatchObject({ otherRails: ['bank'], vendorCode: 'shop-4' })
  })
})
