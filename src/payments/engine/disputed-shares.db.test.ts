import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import { byCard, share, startTestPayments, type TestPayments, verifyAll } from '#testing'

// A share that a dispute took from a recipient is not the recipient's any more: a refund never takes it a second time.

let test: TestPayments
let id: string

beforeEach(async () => {
  test = await startTestPayments()
  for (const code of ['shop', 'partner', 'fees']) await test.open(code)
})
afterEach(() => test.stop())

const pay = async (...destinations: ReturnType<typeof share>[]) => {
  id = (await test.pay({ amount: 110n, source: byCard, destinations, fee: share('fees', 10n) })).id
  await test.end('payment', id)
}
const dispute = async (name: string, amount: bigint) => {
  const outcome = { kind: 'succeeded', railReference: name, amount } as const
  const call = test.rail.calls[0]?.id ?? ''
  const event = { rail: 'card', eventId: name, occurredAt: 0, operation: 'dispute', call, railReference: name } as const
  await test.database.transaction((tx) => test.payments.receiveRailEvents(tx, [{ ...event, outcome }]))
  test.payments.wake()
  await test.settled()
}
const refund = async (also: object = {}) => {
  const asked = { book: 1, payment: id, metadata: {}, ...also }
  const made = await test.ask((payments, tx) => payments.createRefund(tx, asked))
  return (await test.end('refund', made.id)).row.state
}
/** The balances of the recipients and of suspense. */
const left = async () => {
  const rows = await test.database.query<{ posted: bigint }>({
    text: `select (
        select e.posted from ledger.accounts a join ledger.entries e on e.account = a.number
        where a.code = named.code order by e.version desc limit 1) as posted
      from unnest($1::text[]) with ordinality as named (code, place) order by place`,
    values: [['shop', 'partner', 'fees', 'suspense:USD']],
  })
  return rows.map(({ posted }) => posted)
}

it('a refund of a part and then of the rest, after a dispute, leaves no account below zero', async () => {
  await pay(share('shop', 50n), share('partner', 50n))
  await dispute('dsp-1', 55n)
  expect(await refund({ amount: 25n, from: [share('shop', 25n)] })).toBe('succeeded')
  expect(await left()).toEqual([0n, 25n, 5n, null])
  expect(await refund()).toBe('succeeded')
  expect(await left()).toEqual([0n, 0n, 0n, null])
  expect(await verifyAll(test.database)).toEqual([])
})

it('no recipient is asked for more than it still has, and another account may pay for a refund', async () => {
  await test.openWith('elsewhere', 100n)
  await pay(share('shop', 50n), share('partner', 50n))
  await dispute('dsp-1', 10n)
  const tooMuch = refund({ amount: 60n, from: [share('partner', 14n), share('shop', 46n)] })
  await expect(tooMuch).rejects.toThrow('amount_exceeds_refundable')
  expect(await refund({ amount: 60n, from: [share('elsewhere', 60n)] })).toBe('succeeded')
  expect(await refund()).toBe('succeeded')
  expect(await left()).toEqual([27n, 28n, 5n, null])
  expect(await verifyAll(test.database)).toEqual([])
})

it('a refund of all that a dispute has left takes from each account its remaining part', async () => {
  await pay(share('shop', 50n), share('partner', 50n))
  await dispute('dsp-1', 1n)
  expect(await refund()).toBe('succeeded')
  expect(await left()).toEqual([0n, 0n, 0n, null])
  expect(await verifyAll(test.database)).toEqual([])
})

it('the part that a dispute could not collect is owed by the account that had to pay it', async () => {
  await test.open('elsewhere')
  await pay(share('shop', 50n), share('partner', 50n))
  const leg = { asset: 'USD', amount: 50n, source: 'partner', destination: 'elsewhere' }
  await test.book({ kind: 'create', book: 1, id: newUuid(), idGiven: false, ...leg })
  await dispute('dsp-1', 55n)
  expect(await left()).toEqual([50n, 0n, 10n, -55n])
  expect(await refund({ amount: 25n, from: [share('shop', 25n)] })).toBe('succeeded')
  const back = { ...leg, source: 'elsewhere', destination: 'partner' }
  await test.book({ kind: 'create', book: 1, id: newUuid(), idGiven: false, ...back })
  const input = { kind: 'decision', decision: { action: 'retry' }, about: 'booking_refused' } as const
  await test.ask(async (payments, tx) => ({
    ok: true,
    value: await payments.input(tx, { kind: 'payment', id, book: 1 }, input),
  }))
  await test.settled()
  expect(await left()).toEqual([0n, 25n, 5n, 0n])
  expect(await refund()).toBe('succeeded')
  expect(await left()).toEqual([0n, 0n, 0n, 0n])
  expect(await verifyAll(test.database)).toEqual([])
})
