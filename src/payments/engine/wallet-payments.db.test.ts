import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { verifyLedger } from '#ledger'
import { share, startTestPayments, type TestPayments } from '#testing'
import { isSum, withSum } from '../machines/booking/ended-refunds.ts'
import { addedUp, refundShares, takenBack } from '../machines/booking/shares.ts'
import type { Payment, Refund, Share } from '../payment.ts'
import { readOpenRefundsStep, readRefundsOfStep, sumEndedRefundsStep, toRefund, toSum } from './rows/refund-store.ts'

let test: TestPayments

beforeAll(async () => {
  test = await startTestPayments()
})
afterAll(async () => {
  const { checks } = await verifyLedger(test.database)
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  await test.stop()
})

let payer = ''
let shop = ''
let fees = ''
let made = 0

beforeEach(async () => {
  made += 1
  payer = await test.openWith(`payer:${made}`, 1_000n)
  shop = await test.open(`shop:${made}`)
  fees = await test.open(`fees:${made}`)
})

const wallet = () => ({ kind: 'wallet', account: payer }) as const
const inOrderOfAccounts = (one: Share, other: Share) => (one.account < other.account ? -1 : 1)
const balancesOf = async (...codes: string[]) => Promise.all(codes.map((code) => test.balances(code)))

it('moves money from a wallet to another, and reports success', async () => {
  const { id } = await test.pay({ source: wallet(), destinations: [share(shop, 100n)] })
  expect((await test.end('payment', id)).row).toMatchObject({
    state: 'succeeded',
    amountCaptured: 100n,
    phase: 'ended',
  })
  expect(await balancesOf(payer, shop)).toEqual([
    [900n, 0n, 0n],
    [100n, 0n, 0n],
  ])
})

it('splits a payment among destinations with a fee, and books all of it or nothing', async () => {
  const second = await test.open(`second:${made}`)
  const { id } = await test.pay({
    source: wallet(),
    destinations: [share(shop, 60n), share(second, 30n)],
    fee: share(fees, 10n),
  })
  expect((await test.end('payment', id)).row.state).toBe('succeeded')
  expect((await balancesOf(payer, shop, second, fees)).map(([posted]) => posted)).toEqual([900n, 60n, 30n, 10n])

  const late = await test.open(`late:${made}`)
  const bad = await test.pay({
    source: wallet(),
    capture: 'manual',
    destinations: [share(shop, 60n), share(late, 30n)],
    fee: share(fees, 10n),
  })
  await test.end('payment', bad.id)
  await test.change(late, { state: 'frozen' })
  const capture = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: bad.id }))
  expect((await test.end('capture', capture.id)).row).toMatchObject({ state: 'failed', reason: 'account_frozen' })
  expect((await balancesOf(payer, shop, fees)).map(([posted]) => posted)).toEqual([900n, 60n, 10n])
})

it('fails for insufficient funds with the code of the ledger, and books nothing', async () => {
  const { id } = await test.pay({ source: wallet(), amount: 1_001n, destinations: [share(shop, 1_001n)] })
  expect((await test.end('payment', id)).row).toMatchObject({ state: 'failed', reason: 'insufficient_funds' })
  expect(await balancesOf(payer, shop)).toEqual([
    [1_000n, 0n, 0n],
    [0n, 0n, 0n],
  ])
})

it('refuses shares that do not make up the amount, and a reference that is taken', async () => {
  await expect(test.pay({ source: wallet(), destinations: [share(shop, 99n)] })).rejects.toThrow('shares_do_not_add_up')
  await expect(test.pay({ source: wallet(), destinations: [share(shop, 50n), share(shop, 50n)] })).rejects.toThrow(
    'shares_do_not_add_up',
  )
  const reference = `order ${made}`
  await test.pay({ source: wallet(), destinations: [share(shop, 100n)], reference })
  await expect(test.pay({ source: wallet(), destinations: [share(shop, 100n)], reference })).rejects.toThrow(
    'payment_reference_taken',
  )
})

it('holds a manual payment, captures parts of it, and the last capture takes what is left', async () => {
  const { id } = await test.pay({
    source: wallet(),
    destinations: [share(shop, 67n)],
    fee: share(fees, 33n),
    capture: 'manual',
  })
  expect((await test.end('payment', id)).row).toMatchObject({ state: 'authorized', amountCapturable: 100n })
  expect(await test.balances(payer)).toEqual([1_000n, 100n, 0n])
  const first = await test.ask((payments, tx) =>
    payments.capture(tx, { book: 1, payment: id, amount: 50n, final: false }),
  )
  expect((await test.end('capture', first.id)).row.state).toBe('succeeded')
  expect(await test.payment(id)).toMatchObject({ state: 'authorized', amountCapturable: 50n, amountCaptured: 50n })
  const second = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id }))
  expect((await test.end('capture', second.id)).row.state).toBe('succeeded')
  expect(await test.payment(id)).toMatchObject({ state: 'succeeded', amountCapturable: 0n, amountCaptured: 100n })
  expect(await balancesOf(payer, shop, fees)).toEqual([
    [900n, 0n, 0n],
    [67n, 0n, 0n],
    [33n, 0n, 0n],
  ])
})

it('releases the rest after a final capture', async () => {
  const { id } = await test.pay({ source: wallet(), destinations: [share(shop, 100n)], capture: 'manual' })
  await test.end('payment', id)
  const capture = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id, amount: 40n }))
  await test.end('capture', capture.id)
  expect(await test.payment(id)).toMatchObject({ state: 'succeeded', amountCapturable: 0n, amountCaptured: 40n })
  expect(await test.balances(payer)).toEqual([960n, 0n, 0n])
})

it('cancels a held payment, and releases everything', async () => {
  const { id } = await test.pay({ source: wallet(), destinations: [share(shop, 100n)], capture: 'manual' })
  await test.end('payment', id)
  await test.ask((payments, tx) => payments.cancel(tx, { book: 1, payment: id }))
  await test.settled()
  expect((await test.payment(id)).state).toBe('canceled')
  expect(await test.balances(payer)).toEqual([1_000n, 0n, 0n])
  await expect(test.ask((payments, tx) => payments.cancel(tx, { book: 1, payment: id }))).rejects.toThrow(
    'payment_not_cancelable',
  )
  await expect(test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id }))).rejects.toThrow(
    'payment_not_authorized',
  )
})

it('lets an authorization lapse at its expiry', async () => {
  const payUntil = async (momentUs: number): Promise<Payment> => {
    const expiresAt = (await test.clock()) + momentUs
    const toShop = { source: wallet(), destinations: [share(shop, 100n)], capture: 'manual', expiresAt } as const
    // A longer time when the machine is too slow for this one.
    return test.pay(toShop).catch(() => payUntil(2 * momentUs))
  }
  const { id } = await payUntil(300_000)
  await test.end('payment', id)
  await expect.poll(async () => (await test.payment(id)).state).toBe('canceled')
  expect(await test.balances(payer)).toEqual([1_000n, 0n, 0n])
})

it('increments an authorization, and captures all of it', async () => {
  const { id } = await test.pay({ source: wallet(), destinations: [share(shop, 100n)], capture: 'manual' })
  await test.end('payment', id)
  await test.ask((payments, tx) => payments.increment(tx, { book: 1, payment: id, amount: 50n }))
  await test.settled()
  expect(await test.payment(id)).toMatchObject({ state: 'authorized', amount: 150n, amountCapturable: 150n })
  const capture = await test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id }))
  await test.end('capture', capture.id)
  expect(await balancesOf(payer, shop)).toEqual([
    [850n, 0n, 0n],
    [150n, 0n, 0n],
  ])
})

it('refunds in parts to the wallet, from each share in proportion, and never more than was paid', async () => {
  const { id } = await test.pay({ source: wallet(), destinations: [share(shop, 67n)], fee: share(fees, 33n) })
  await test.end('payment', id)
  for (const amount of [33n, 33n, 34n]) {
    const refund = await test.ask((payments, tx) =>
      payments.createRefund(tx, { book: 1, payment: id, amount, metadata: {} }),
    )
    expect((await test.end('refund', refund.id)).row.state).toBe('succeeded')
  }
  expect(await test.payment(id)).toMatchObject({ amountRefunding: 0n, amountRefunded: 100n })
  expect((await balancesOf(payer, shop, fees)).map(([posted]) => posted)).toEqual([1_000n, 0n, 0n])
  await expect(
    test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment: id, amount: 1n, metadata: {} })),
  ).rejects.toThrow('amount_exceeds_refundable')
})

it('fails a refund that the shop cannot pay, and its reserved amount can be refunded again', async () => {
  const { id } = await test.pay({ source: wallet(), destinations: [share(shop, 100n)] })
  await test.end('payment', id)
  const away = await test.pay({ source: { kind: 'wallet', account: shop }, destinations: [share(fees, 100n)] })
  await test.end('payment', away.id)
  const refund = await test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment: id, metadata: {} }))
  expect((await test.end('refund', refund.id)).row).toMatchObject({ state: 'failed', reason: 'insufficient_funds' })
  expect(await test.payment(id)).toMatchObject({ amountRefunding: 0n, amountRefunded: 0n })
})

it('publishes the public form of an ended payment in the outbox, and every step in the timeline', async () => {
  const { id } = await test.pay({ source: wallet(), destinations: [share(shop, 100n)], metadata: { order: '7' } })
  await test.end('payment', id)
  const steps = await test.database.query<{ input: string; state: string; transfers: string[] }>({
    text: 'select input, state, transfers from payments.steps where root_id = $1',
    values: [id],
  })
  expect(steps).toMatchObject([{ input: 'start', state: 'succeeded' }])
  expect(steps[0]?.transfers).toHaveLength(1)
  const rows = await test.database.query<{ events: string }>({ text: 'select events from platform.outbox order by id' })
  const events = rows.flatMap(
    ({ events: text }) => JSON.parse(text) as { type: string; data?: { metadata?: object } }[],
  )
  const own = events.filter(({ data }) => JSON.stringify(data?.metadata) === '{"order":"7"}').map(({ type }) => type)
  expect(own).toEqual(['payment.created', 'payment.succeeded'])
})

it('a refund sums up the ended ones before it, and the thousand-and-first is refused', async () => {
  const rich = await test.openWith(`rich:${made}`, 10_000n)
  const destinations = [share(shop, 6_000n), share(fees, 3_000n)]
  const { id } = await test.pay({ source: { kind: 'wallet', account: rich }, amount: 9_000n, destinations })
  await test.end('payment', id)
  const refund = (also: object = {}) =>
    test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment: id, metadata: {}, amount: 7n, ...also }))
  const first = await refund()
  expect((await test.end('refund', first.id)).row).toMatchObject({ from: [share(shop, 5n), share(fees, 2n)] })
  await test.database.query({
    text: `insert into payments.refunds (id, book_id, payment_id, created_at, updated_at, amount, attempts, version,
        is_reversal, state, phase, asset, from_shares)
      select gen_random_uuid(), r.book_id, r.payment_id, r.created_at + n * interval '1 second', r.updated_at, r.amount,
        0, 1, n > 996, (array['succeeded', 'failed', 'canceled'])[n % 3 + 1],
        case when n between 990 and 993 then 'stuck' else 'ended' end, r.asset,
        case when n > 900 then '[["other","4"],["shop:' || $2 || '","3","1"]]' else r.from_shares::text end::json
      from payments.refunds r cross join generate_series(1, 998) n where r.id = $1`,
    values: [first.id, String(made)],
  })
  const read = (named: string[]) =>
    test.database.transaction(async (tx) => {
      const sum = sumEndedRefundsStep(1, { payments: [id], named })
      const [all, open, ended] = await tx.burst([readRefundsOfStep(1, id), readOpenRefundsStep(1, [id]), sum])
      const [whole, some] = [all, open].map((answer) => (answer?.rows ?? []).map(toRefund))
      return { whole: whole ?? [], some: some ?? [], ended: (ended?.rows ?? []).map(toSum) }
    })
  const byAccount = (refunds: readonly Refund[]) => addedUp([], takenBack(refunds)).toSorted(inOrderOfAccounts)
  const { whole, some, ended } = await read([first.id])
  expect([whole.length, some.length, ended.length]).toEqual([999, 6, 1])
  const named = whole.filter((one) => one.id === first.id)
  expect(byAccount([...named, ...some, ...ended])).toEqual(byAccount(whole))
  const modelled = withSum(whole, first.id).filter(isSum)
  const without = (refunds: readonly Refund[]) => refunds.map((one) => ({ ...one, from: [] }))
  expect([without(ended), byAccount(ended)]).toEqual([without(modelled), byAccount(modelled)])
  await test.database.query({ text: 'update payments.payments set amount_suspended = 1 where id = $1', values: [id] })
  expect(await read([])).toMatchObject({ some: [], ended: [] })
  await test.database.query({ text: 'update payments.payments set amount_suspended = 0 where id = $1', values: [id] })

  const payment = await test.payment(id)
  for (const amount of [700n, 900n, 1n]) {
    const others = takenBack((await read([])).whole)
    const { from, id: next } = await refund({ amount })
    expect(from).toEqual(refundShares(payment, others, amount))
    expect((await test.end('refund', next)).row.state).toBe('succeeded')
  }
  await expect(refund()).rejects.toThrow('too_many_refunds')
  expect((await test.end('refund', (await refund({ isReversal: true })).id)).row.state).toBe('succeeded')
})
