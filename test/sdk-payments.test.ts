import { randomUUID } from 'node:crypto'
import { Munim, type MunimEvent } from '@munim/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { runCommand } from './support/command-line.ts'
import { untilInFeed } from './support/feed.ts'

let server: TestServer
let munim: Munim
beforeAll(async () => {
  server = await startTestServer()
  munim = new Munim({ url: server.url, apiKey: server.adminKey })
  await munim.accounts.create({ code: 'bank', asset: 'USD', min_available: null })
  for (const code of ['wallet', 'shop', 'shop:2', 'fees']) await munim.accounts.create({ code, asset: 'USD' })
  await munim.transfers.create({ source: 'bank', destination: 'wallet', amount: 1_000_000n, asset: 'USD' })
})
afterAll(() => server.stop())

const pay = (also: object = {}) => ({
  amount: 1_000n,
  asset: 'USD',
  source: { wallet: 'wallet' },
  destination: 'shop',
  ...also,
})
const wait = { wait: 10 }

async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of list) items.push(item)
  return items
}

const posted = async (code: string) => (await munim.accounts.get(code)).posted

describe('the SDK, taking payments', () => {
  it('waits for the outcome, with amounts as bigints in any given form', async () => {
    const destinations = [
      { account: 'shop', amount: 700 },
      { account: 'shop:2', amount: '250' },
    ]
    const made = await munim.payments.create(
      { ...pay({ fee: { account: 'fees', amount: 50n } }), destination: undefined as never, destinations },
      wait,
    )
    expect(made).toMatchObject({ state: 'succeeded', amount: 1_000n, amount_captured: 1_000n, amount_refunded: 0n })
    expect(made.destinations).toEqual([
      { account: 'shop', amount: 700n },
      { account: 'shop:2', amount: 250n },
    ])
    expect(made.fee).toEqual({ account: 'fees', amount: 50n })
    expect(await munim.payments.get(made.id)).toEqual(made)
  })

  it('answers at once without waiting, and can wait later', async () => {
    const made = await munim.payments.create(pay())
    expect(made.state).toBe('processing')
    expect((await munim.payments.get(made.id, wait)).state).toBe('succeeded')
  })

  it('makes one payment for all requests with the same idempotency key', async () => {
    const before = await posted('shop')
    const options = { ...wait, idempotencyKey: randomUUID() }
    const once = await munim.payments.create(pay(), options)
    expect(await munim.payments.create(pay(), options)).toEqual(once)
    await expect(munim.payments.create(pay({ amount: 2n }), options)).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
    expect(await posted('shop')).toBe(before + 1_000n)
  })

  it('throws refusals, and returns failed payments with their reason', async () => {
    await expect(munim.payments.create(pay({ vendor: 'nobody' }))).rejects.toMatchObject({ code: 'vendor_not_found' })
    const failed = await munim.payments.create(pay({ amount: 10_000_000n }), wait)
    expect(failed).toMatchObject({ state: 'failed', reason: 'insufficient_funds' })
  })

  it('authorizes, increments, captures a part and the rest', async () => {
    const held = await munim.payments.create(pay({ capture: 'manual' }), wait)
    expect(held).toMatchObject({ state: 'authorized', amount_capturable: 1_000n })
    await munim.payments.increment(held.id, 500n, wait)
    await expect.poll(async () => (await munim.payments.get(held.id)).amount_capturable).toBe(1_500n)
    expect(await munim.payments.capture(held.id, { amount: 400n, final: false }, wait)).toMatchObject({
      state: 'succeeded',
      amount: 400n,
    })
    await munim.payments.capture(held.id, {}, wait)
    expect((await all(munim.payments.captures(held.id))).map(({ amount }) => amount)).toEqual([400n, 1_100n])
    expect(await munim.payments.get(held.id, wait)).toMatchObject({ state: 'succeeded', amount_captured: 1_500n })
  })

  it('cancels, refunds, and returns everything to the payer', async () => {
    const held = await munim.payments.create(pay({ capture: 'manual' }), wait)
    await munim.payments.cancel(held.id, wait)
    await expect.poll(async () => (await munim.payments.get(held.id)).state).toBe('canceled')
    const paid = await munim.payments.create(pay(), wait)
    const refund = await munim.refunds.create({ payment: paid.id, amount: 300n, metadata: { why: 'size' } }, wait)
    expect(refund).toMatchObject({ state: 'succeeded', amount: 300n, from: [{ account: 'shop', amount: 300n }] })
    expect(await munim.refunds.get(refund.id)).toEqual(refund)
    const back = await munim.payments.cancelOrRefund(paid.id)
    expect(back).toMatchObject({ payment: { id: paid.id }, refund: { amount: 700n } })
    expect(await munim.refunds.get(back.refund?.id ?? '', wait)).toMatchObject({ state: 'succeeded' })
    const listed = await all(munim.refunds.list({ payment: paid.id }))
    expect(listed.map(({ amount }) => amount)).toEqual([700n, 300n])
    expect(await all(munim.refunds.list({ metadata: { why: 'size' } }))).toHaveLength(1)
    await expect(munim.payments.retry(paid.id, { instrument: 'card_other' })).rejects.toMatchObject({
      code: 'payment_not_retryable',
    })
  })

  it('lists payments over their pages, and returns the timeline of one', async () => {
    const metadata = { run: randomUUID() }
    const ids: string[] = []
    for (let n = 0; n < 5; n += 1) ids.unshift((await munim.payments.create(pay({ metadata }), wait)).id)
    const since = new Date(0)
    const listed = await all(munim.payments.list({ metadata, limit: 2, created_from: since, state: 'succeeded' }))
    expect(listed.map(({ id }) => id)).toEqual(ids)
    const timeline = await all(munim.payments.timeline(ids[0] ?? '', { limit: 1 }))
    expect(timeline.map(({ kind, state }) => [kind, state])).toEqual([
      ['accepted', 'processing'],
      ['step', 'succeeded'],
    ])
    expect(timeline[1]?.transfers).toMatchObject([{ amount: 1_000n, amount_posted: 1_000n, state: 'posted' }])
  })

  it('refuses payouts over an unknown rail, and lists none', async () => {
    const payout = munim.payouts.create({ amount: 5n, asset: 'USD', source: 'shop', rail: 'nowhere', instrument: 'x' })
    await expect(payout).rejects.toMatchObject({ code: 'rail_not_found' })
    expect(await all(munim.payouts.list({ rail: 'nowhere' }))).toEqual([])
  })

  it('manages vendors, whose code a payment names', async () => {
    const vendor = await munim.vendors.create({ code: 'tiffin-house', name: 'Tiffin House', lane: 'instant' })
    expect(await munim.vendors.get('tiffin-house')).toEqual(vendor)
    expect((await munim.vendors.update(vendor.id, { name: null })).name).toBeNull()
    expect((await all(munim.vendors.list())).map(({ code }) => code)).toEqual(['tiffin-house'])
    const made = await munim.payments.create(pay({ vendor: 'tiffin-house' }), wait)
    expect(made).toMatchObject({ state: 'succeeded', vendor: 'tiffin-house' })
    expect((await all(munim.payments.list({ vendor: 'tiffin-house' }))).map(({ id }) => id)).toEqual([made.id])
  })

  it('reads the configured rails', async () => {
    expect(await all(munim.rails.list())).toEqual([])
    await expect(munim.rails.get('nowhere')).rejects.toMatchObject({ code: 'rail_not_found' })
  })

  it('follows the events of payments', async () => {
    const after = await untilInFeed(munim, (await munim.payments.create(pay(), wait)).id, 'payment.succeeded')
    const following = munim.events.follow({ after, types: ['payment.succeeded', 'refund.succeeded'], pollMs: 20 })
    const next = following.next()
    const made = await munim.payments.create(pay(), wait)
    expect((await next).value).toMatchObject({ type: 'payment.succeeded', data: { id: made.id, amount: 1_000n } })
    const refund = await munim.refunds.create({ payment: made.id }, wait)
    const event = (await following.next()).value as MunimEvent
    expect(event).toMatchObject({ type: 'refund.succeeded', data: { id: refund.id, amount: 1_000n } })
    await following.return()
  })
})

describe('the command line, taking payments', () => {
  const succeed = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runCommand(server, ...args)
    expect([stderr, exitCode]).toEqual(['', 0])
    return stdout
  }
  const json = async (...args: string[]) => JSON.parse(await succeed(...args, '--json'))
  const amounts = ['--amount', '10.00', '--asset', 'USD']

  it('makes a payment and shows it, with its timeline', async () => {
    const made = await json('payments', 'create', '--source', 'wallet', '--destination', 'shop', ...amounts)
    expect(made).toMatchObject({ state: 'succeeded', amount: '1000' })
    const shown = await succeed('payments', 'show', made.id)
    expect(shown).toMatch(/state +succeeded\n/)
    expect(shown).toMatch(/destination +shop 10\.00 USD\n/)
    const timeline = await succeed('payments', 'show', made.id, '--timeline')
    expect(timeline).toContain('The payment of 10.00 USD from wallet to shop was accepted.')
    expect(await json('payments', 'show', made.id, '--timeline')).toHaveLength(2)
  })

  it('splits, holds, captures, refunds and cancels', async () => {
    const split = ['--destination', 'shop=6.00', '--destination', 'shop:2=3.50', '--fee', 'fees=0.50', '--manual']
    const held = await json('payments', 'create', '--source', 'wallet', ...split, ...amounts)
    expect(held).toMatchObject({ state: 'authorized', amount_capturable: '1000' })
    const part = await json('payments', 'capture', held.id, '--amount', '4.00', '--keep-rest')
    expect(part).toMatchObject({ state: 'succeeded', amount: '400', final: false })
    expect(await succeed('payments', 'capture', held.id)).toMatch(/amount +6\.00 USD\n/)
    expect(await json('payments', 'refund', held.id, '--amount', '1.00')).toMatchObject({ amount: '100' })
    expect(await succeed('payments', 'refund', held.id)).toMatch(/amount +9\.00 USD\n/)
    const other = await json(
      'payments',
      'create',
      '--source',
      'wallet',
      '--destination',
      'shop',
      '--manual',
      ...amounts,
    )
    await succeed('payments', 'cancel', other.id)
    await expect.poll(async () => (await json('payments', 'show', other.id)).state).toBe('canceled')
  })

  it('lists payments and payouts', async () => {
    const rows = (await succeed('payments', 'list', '--state', 'succeeded', '--limit', '2')).trimEnd().split('\n')
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatch(/^id +state +reason +source +destination +amount +refunded +asset +accepted at$/)
    expect(await json('payments', 'list', '--state', 'requires_review')).toEqual([])
    expect(await json('payouts', 'list', '--rail', 'bank')).toEqual([])
  })

  it.each([
    [['payments', 'create', '--destination', 'shop', ...amounts], 'give --source, or --rail and --instrument'],
    [
      ['payments', 'create', '--source', 'wallet', '--destination', 'a=1', '--destination', 'b', ...amounts],
      '"b" is not of the form',
    ],
    [['payments', 'list', '--wait', '5'], 'unknown option'],
    [['payments', 'create', '--source', 'wallet', '--destination', 'shop', '--wait', '21', ...amounts], '--wait: "21"'],
    [['payouts', 'show', 'out_01k0a2m4qfq9my1d6v7w0x3y4z'], 'payout_not_found'],
    [['payouts', 'cancel', 'out_01k0a2m4qfq9my1d6v7w0x3y4z'], 'payout_not_found'],
  ])('%j fails with one line', async (args, text) => {
    const { exitCode, stdout, stderr } = await runCommand(server, ...args)
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toContain(text)
  })
})
