import { afterEach, beforeEach, expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { RailOutcome, RailReversal } from '#rails'
import { byCard, share, startTestPayments, type TestPayments } from '#testing'

let test: TestPayments

beforeEach(async () => {
  test = await startTestPayments()
  await test.open('shop')
  test.rail.prepare = ({ id }) => ({ handle: { trace: id.slice(-6) }, railReference: `rrn-${id.slice(-12)}` })
})
afterEach(() => test.stop())

const payIn = () => test.pay({ source: byCard, destinations: [share('shop', 100n)] })
const stored = async () => {
  const rows = await test.database.query<{ id: string; exchange: string; rail_reference: string }>({
    text: 'select id, exchange, rail_reference from payments.attempts',
  })
  return rows.map(({ exchange, rail_reference: reference }) => [JSON.parse(exchange).handle, reference])
}

it('stores the native references of a call before the rail gets it', async () => {
  const { promise: goOn, resolve } = Promise.withResolvers<void>()
  const seen: unknown[] = []
  test.rail.answer = async (call): Promise<RailOutcome> => {
    seen.push(await stored())
    await goOn
    return { kind: 'succeeded', railReference: `rrn-${call.id.slice(-12)}`, amount: call.amount }
  }
  const { id } = await payIn()
  await expect.poll(() => seen.length).toBe(1)
  const [call] = test.rail.calls
  expect(call?.handle).toEqual({ trace: call?.id.slice(-6) })
  expect(seen).toEqual([[[call?.handle, `rrn-${call?.id.slice(-12)}`]]])
  resolve()
  expect((await test.end('payment', id)).row).toMatchObject({ state: 'succeeded', amountCaptured: 100n })
})

it('gives inquiries and repetitions the same references, and those that an answer added', async () => {
  let submissions = 0
  test.rail.answer = (call, ask) => {
    if (ask === 'inquire') return { kind: 'not_found' }
    submissions += 1
    if (submissions === 1) return { kind: 'unknown', why: 'no answer', handle: { status: 's-1' } }
    return { kind: 'succeeded', railReference: 'r-1', amount: call.amount }
  }
  const { id } = await payIn()
  expect((await test.end('payment', id)).row.state).toBe('succeeded')
  const [first, inquiry, again] = test.rail.calls
  const trace = first?.id.slice(-6)
  expect([first?.handle, inquiry?.handle, again?.handle]).toEqual([
    { trace },
    { trace, status: 's-1' },
    { trace, status: 's-1' },
  ])
  expect([first?.isRepeated, again?.isRepeated]).toEqual([undefined, true])
})

it('finds the attempt of an event that names only the native reference', async () => {
  test.rail.answer = () => ({ kind: 'unknown', why: 'no answer' })
  const { id } = await payIn()
  await expect.poll(() => test.rail.calls.length).toBeGreaterThan(0)
  const railReference = `rrn-${test.rail.calls[0]?.id.slice(-12)}`
  const outcome = { kind: 'succeeded', railReference, amount: 100n } as const
  const occurredAt = await test.clock()
  await test.database.transaction((tx) =>
    test.payments.receiveRailEvents(tx, [
      { rail: 'card', eventId: newUuid(), occurredAt, operation: 'charge', railReference, outcome },
    ]),
  )
  test.payments.wake()
  expect((await test.end('payment', id)).row).toMatchObject({ state: 'succeeded', railReference })
})

it('finds the latest call that the rail names by a reference, with its handle', async () => {
  test.rail.answer = () => ({ kind: 'unknown', why: 'no answer', handle: { key: 'k-1' } })
  await payIn()
  await expect.poll(async () => (await stored())[0]?.[0]).toMatchObject({ key: 'k-1' })
  const [call] = test.rail.calls
  const railReference = `rrn-${call?.id.slice(-12)}`
  const handle = { trace: call?.id.slice(-6), key: 'k-1' }
  const known = { id: call?.id, operation: 'charge', handle }
  expect(await test.payments.findRailCall({ rail: 'card', railReference })).toEqual(known)
  expect(await test.payments.findRailCall({ rail: 'bank', railReference })).toBeUndefined()
  expect(await test.payments.findRailCall({ rail: 'card', railReference: 'rrn' })).toBeUndefined()
})

it('stores the id and references of a reversal before the rail gets it, and repeats them until it is acknowledged', async () => {
  await test.stop()
  // Acknowledged or not, the one after the third would come much later: a busy machine sends no more of them.
  const schedule = { firstMs: 20, thenMs: [20, 20, 600_000], atMost: 50, giveUpAfterMs: 60_000 }
  test = await startTestPayments({ capabilities: { onUnknown: 'reverse', reversals: { default: schedule } } })
  await test.open('shop')
  test.rail.prepare = ({ id }) => ({ handle: { trace: id.slice(-6) } })
  test.rail.prepareReversal = ({ id }) => ({ trace: id.slice(-6), at: newUuid() })
  test.rail.answer = () => ({ kind: 'unknown', why: 'no answer' })
  const got: RailReversal[] = []
  const seen: unknown[] = []
  test.rail.reverse = async (reversal) => {
    const [row] = await test.database.query<{ exchange: string }>({ text: 'select exchange from payments.attempts' })
    seen.push(JSON.parse(row?.exchange ?? '{}').reversal)
    got.push(reversal)
    return got.length < 3 ? { kind: 'unknown', why: 'no answer' } : { kind: 'reversed' }
  }
  const { id } = await payIn()
  expect((await test.end('payment', id)).row).toMatchObject({ state: 'failed', reason: 'reversed' })
  const [first] = got
  expect(got).toHaveLength(3)
  expect(first).toMatchObject({ handle: { trace: first?.id.slice(-6) }, original: { handle: expect.any(Object) } })
  expect(first?.id).not.toBe(first?.original.id)
  expect(got.map(({ id: own, handle, isRepeated = false }) => [own, handle, isRepeated])).toEqual(
    [false, true, true].map((isRepeated) => [first?.id, first?.handle, isRepeated]),
  )
  expect(seen).toMatchObject([1, 2, 3].map((made) => ({ id: first?.id, handle: first?.handle, made })))
  expect(test.rail.calls.map(({ ask }) => ask)).toEqual(['submit'])
  expect(await test.balances('shop')).toEqual([0n, 0n, 0n])
})
