import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { getAccount } from '#ledger'
import {
  byCard,
  firstBook,
  heldForAMoment,
  moving,
  share,
  startTestPayments,
  type TestPayments,
  until,
  verifyAll,
} from '#testing'

// A lapsed hold takes no room under its destination's limit, also while its expiry cannot be written.

let test: TestPayments

beforeEach(async () => {
  test = await startTestPayments()
  await test.openWith('payer', 500n)
  await test.openWith('holder', 100n)
  await test.open('shop', { maxBalance: 100n })
})
afterEach(() => test.stop())

/** Does something while a hold that fills `shop` has lapsed and another transaction keeps its other account locked. */
async function whileLapsed<Value>(work: () => Promise<Value>): Promise<Value> {
  await heldForAMoment(test, moving('holder', 'shop', 100n), 1_000_000)
  const [locked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const locking = test.database.transaction(async (tx) => {
    await tx.query({ text: `select from ledger.accounts where code = 'holder' for update` })
    locked.resolve()
    await released.promise
  })
  await locked.promise
  await until(async () => (await getAccount(test.database, firstBook, 'shop'))?.pendingIn === 0n)
  try {
    return await work()
  } finally {
    released.resolve()
    await locking
  }
}

describe.each([
  ['a wallet', { kind: 'wallet', account: 'payer' }],
  ['a card', byCard],
] as const)('with the room of a lapsed hold, from %s', (_, source) => {
  const balances = async () => (await Promise.all(['shop', 'payer'].map((code) => test.balances(code)))).flat()
  const payer = source.kind === 'rail' ? 500n : 400n

  it('a payment that fits is accepted, and succeeds', async () => {
    const { id } = await whileLapsed(() => test.pay({ source, destinations: [share('shop', 100n)] }))
    await test.end('payment', id)
    expect(await test.payment(id)).toMatchObject({ state: 'succeeded', amountCaptured: 100n })
    expect(await balances()).toEqual([100n, 0n, 0n, payer, 0n, 0n])
    expect(await verifyAll(test.database)).toEqual([])
  })

  it('a payment that does not fit is refused as before', async () => {
    const refused = whileLapsed(() => test.pay({ source, amount: 101n, destinations: [share('shop', 101n)] }))
    await expect(refused).rejects.toThrow('balance_limit_exceeded')
    await test.settled()
    expect(await balances()).toEqual([0n, 0n, 0n, 500n, 0n, 0n])
  })
})
