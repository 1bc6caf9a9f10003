import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  byCard,
  patience,
  share,
  soon,
  startTestPayments,
  type TestPayments,
  type TestPaymentsOptions,
  until,
} from '#testing'
import { paymentChecks } from '../verify/payment-checks.ts'

// No payment is charged and lost: whatever fails after a rail's answer, an entry covers the money, and the verifier
// finds any money without an entry.

let test: TestPayments
const clearing = 'rails:card:clearing:USD'
const payer = 'payer'

async function begin(options: TestPaymentsOptions = {}): Promise<void> {
  test = await startTestPayments(options)
  await test.open('shop')
  await test.openWith(payer, 1_000n)
}
beforeEach(() => begin())
afterEach(() => test.stop())

const payIn = (also: object = {}) => test.pay({ source: byCard, destinations: [share('shop', 100n)], ...also })
const posted = async (...codes: string[]) =>
  (await Promise.all(codes.map((code) => test.balances(code)))).map(([balance]) => balance)
const findings = async () =>
  (await Promise.all(paymentChecks(test.database).map(({ run }) => run()))).flatMap((check) => check.findings)

/** Makes the database refuse timeline steps with the given SQLSTATE, until it is undefined. */
describe('accounts that cannot take part', () => {
  const rail = byCard
  const wallet = { kind: 'wallet', account: payer } as const
  const refusal = async (request: object) => {
    const accepted = await test.payments.createPayment({
      ...{ book: 1, amount: 100n, asset: 'USD', capture: 'automatic', metadata: {}, source: rail },
      ...{ destinations: [share('shop', 100n)], ...request },
    })
    if (accepted.kind !== 'done' || accepted.value.ok) return 'accepted'
    const { code, param } = accepted.value.refusal
    return `${code} ${param}`
  }

  it.each([
    [
      'a destination that is not there',
      { destinations: [share('shpo', 100n)] },
      'account_not_found destinations.0.account',
    ],
    [
      'a fee account that is not there',
      { fee: share('fe', 1n), destinations: [share('shop', 99n)] },
      'account_not_found fee.account',
    ],
    ['an asset that is not there', { asset: 'QQQ' }, 'asset_not_found asset'],
    ['an asset of which nobody has an account', { asset: 'EUR' }, 'asset_mismatch destinations.0.account'],
    ['a wallet that is not there', { source: { kind: 'wallet', account: 'wllt' } }, 'account_not_found source.wallet'],
    [
      'a wallet that pays itself',
      { source: wallet, destinations: [share(payer, 100n)] },
      'accounts_must_differ destinations.0.account',
    ],
  ])('%s: refused, and no rail called', async (_, request, expected) => {
    expect(await refusal(request)).toBe(expected)
    expect(test.rail.calls).toEqual([])
  })

  it('an account of the chart: refused as payer and as recipient, and no rail called', async () => {
    await test.end('payment', (await payIn()).id)
    const clearing = 'rails:card:clearing:USD'
    const calls = test.rail.calls.length
    expect([
      await refusal({ destinations: [share(clearing, 100n)] }),
      await refusal({ fee: share(clearing, 1n), destinations: [share('shop', 99n)] }),
      await refusal({ source: { kind: 'wallet', account: clearing } }),
    ]).toEqual([
      'chart_account_unusable destinations.0.account',
      'chart_account_unusable fee.account',
      'chart_account_unusable source.wallet',
    ])
    expect(test.rail.calls.length).toBe(calls)
  })

  it.each([
    ['frozen', { state: 'frozen' }, 'account_frozen destinations.0.account'],
    ['closed', { state: 'closed' }, 'account_closed destinations.0.account'],
    ['of a limit that leaves no room', { maxBalance: 99n }, 'balance_limit_exceeded destinations.0.account'],
  ] as const)(
    'a destination that is %s now, having been usable before: refused, and no rail called',
    async (_, change, expected) => {
      const { id } = await payIn({ destinations: [share('shop', 100n)] })
      await test.end('payment', id)
      const refund = await test.ask((payments, tx) => payments.createRefund(tx, { book: 1, payment: id, metadata: {} }))
      await test.end('refund', refund.id)
      await test.change('shop', change)
      const calls = test.rail.calls.length
      expect(await refusal({})).toBe(expected)
      expect(test.rail.calls.length).toBe(calls)
      if (change !== undefined && 'state' in change && change.state === 'frozen') {
        await test.change('shop', { state: 'open' })
        expect(await refusal({})).toBe('accepted')
      }
    },
  )

  it('a clearing account prepared in another asset: refused, and reported by the verification', async () => {
    await test.open(clearing, { asset: 'EUR' })
    expect(await refusal({})).toBe('chart_account_unusable asset')
    expect((await findings()).join()).toContain(`account ${clearing} of book 1 has the asset EUR`)
    expect(test.rail.calls).toEqual([])
  })

  it('a clearing account prepared with a limit and frozen: repaired at the next start', async () => {
    await test.open(clearing)
    await test.change(clearing, { state: 'frozen' })
    expect(await refusal({})).toBe('chart_account_unusable asset')
    await test.startAnother()
    expect([await refusal({}), await findings()]).toEqual(['accepted', []])
  })

  it('a destination frozen between acceptance and the call: fails, and the rail is not called again', async () => {
    await test.stop()
    await begin({ inquireAfterMs: soon })
    test.rail.answer = () => ({ kind: 'unavailable', why: 'closed for lunch' })
    const { id } = await payIn()
    await until(async () => (await test.payment(id)).reason === 'rail_unavailable')
    await test.change('shop', { state: 'frozen' })
    const ended = await test.payments.waitForEnd({ kind: 'payment', id, book: 1 }, patience(20_000))
    expect(ended?.row).toMatchObject({ state: 'failed', reason: 'account_frozen' })
    expect(test.rail.calls.length).toBe(1)
    expect([await posted('shop'), await findings()]).toEqual([[0n], []])
  })

  it('a destination closed between authorization and capture: the capture is refused, the hold stays', async () => {
    const { id } = await payIn({ capture: 'manual' })
    await test.end('payment', id)
    await test.change('shop', { state: 'closed' })
    const capture = test.ask((payments, tx) => payments.capture(tx, { book: 1, payment: id }))
    await expect(capture).rejects.toThrow('account_closed')
    expect(await test.payment(id)).toMatchObject({ state: 'authorized', amountCapturable: 100n })
    expect(test.rail.calls.map(({ operation }) => operation)).toEqual(['authorize'])
  })

  it('the source of a payout and the wallet of a refund are checked, too', async () => {
    const out = {
      book: 1,
      amount: 10n,
      asset: 'USD',
      rail: 'card',
      otherRails: [],
      instrument: 'card_out',
      metadata: {},
    }
    const payout = (source: string) => test.ask((payments, tx) => payments.createPayout(tx, { ...out, source }))
    await expect(payout('nobody')).rejects.toThrow('account_not_found')
    await test.change(payer, { state: 'frozen' })
    await expect(payout(payer)).rejects.toThrow('account_frozen')
    const { id } = await payIn()
    await test.end('payment', id)
    const refund = (account: string) =>
      test.ask((payments, tx) =>
        payments.createRefund(tx, { book: 1, payment: id, to: { kind: 'wallet', account }, metadata: {} }),
      )
    await expect(refund('nobody')).rejects.toThrow('account_not_found')
    await expect(refund(payer)).rejects.toThrow('account_frozen')
    expect(test.rail.calls.map(({ operation }) => operation)).toEqual(['charge'])
  })

  it('one account has one name: an account named by its id is stored by its code', async () => {
    const [account] = await test.database.query<{ id: string }>({
      text: `select id from ledger.accounts where code = 'shop'`,
    })
    const { encodeId, idPrefix } = await import('#kernel')
    const named = encodeId(idPrefix.account, (account?.id ?? '').replaceAll('-', ''))
    const both = [share('shop', 50n), share(named, 50n)]
    expect(await refusal({ destinations: both })).toBe('shares_do_not_add_up destinations')
    const { id } = await payIn({ destinations: [share(named, 100n)] })
    await test.end('payment', id)
    expect((await test.payment(id)).destinations).toEqual([share('shop', 100n)])
  })
})
