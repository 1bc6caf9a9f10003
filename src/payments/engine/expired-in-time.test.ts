import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byCard, firstBook, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// An authorization ends at its `expires_at`, however late the lanes carry that out.

let test: TestPayments

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  await test.openWith('payer', 500n)
})
afterEach(() => test.stop())

type Tx = Parameters<Parameters<TestPayments['ask']>[0]>[1]

const hour = 3_600_000_000

describe.each([
  ['a wallet', { kind: 'wallet', account: 'payer' }],
  ['a card', byCard],
] as const)('of what is held from %s', (_, source) => {
  const hold = async () => {
    const expiresAt = (await test.clock()) + hour
    const { id } = await test.pay({ capture: 'manual', destinations: [share('shop', 100n)], source, expiresAt })
    await test.end('payment', id)
    return { book: firstBook, payment: id }
  }
  /** Its `expires_at` is now; its timer has not fired yet. */
  const pass = (tx: Tx, id: string) =>
    tx.query({
      text: `update payments.payments set expires_at = clock_timestamp() where id = $1::uuid`,
      values: [id],
    })
  const expire = async (id: string) => {
    const subject = { kind: 'payment', id, book: firstBook } as const
    await test.ask(async (payments, tx) => {
      return { ok: true, value: await payments.input(tx, subject, { kind: 'expire' }) }
    })
    await test.settled()
  }
  const balances = async () => (await Promise.all(['shop', 'payer'].map((code) => test.balances(code)))).flat()

  it('a capture or an increment that is asked for after it is refused, and what is held is released', async () => {
    const named = await hold()
    const refusals = await test.ask(async (payments, tx) => {
      await pass(tx, named.payment)
      const answers = [await payments.capture(tx, named), await payments.increment(tx, { ...named, amount: 10n })]
      return { ok: true, value: answers.map((answer) => (answer.ok ? 'accepted' : answer.refusal.code)) }
    })
    expect(refusals).toEqual(['payment_not_authorized', 'payment_not_authorized'])
    await expire(named.payment)
    expect(await test.payment(named.payment)).toMatchObject({ state: 'canceled', reason: 'expired', amount: 100n })
    expect(await balances()).toEqual([0n, 0n, 0n, 500n, 0n, 0n])
    const ofRail = source.kind === 'rail' ? ['authorize', 'void'] : []
    expect(test.rail.calls.map(({ operation }) => operation)).toEqual(ofRail)
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('a capture that was accepted before it goes on, and the rest is released', async () => {
    const named = await hold()
    await test.ask(async (payments, tx) => {
      const captured = await payments.capture(tx, { ...named, amount: 30n, final: false })
      await pass(tx, named.payment)
      return captured
    })
    await expire(named.payment)
    const ended = { state: 'succeeded', amountCaptured: 30n, amountCapturable: 0n, amountCapturing: 0n }
    expect(await test.payment(named.payment)).toMatchObject(ended)
    const payer = source.kind === 'rail' ? 500n : 470n
    expect(await balances()).toEqual([30n, 0n, 0n, payer, 0n, 0n])
    expect(await verifyAll(test.database)).toEqual([])
  })
})
