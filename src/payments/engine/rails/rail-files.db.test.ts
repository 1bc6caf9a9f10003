import { afterEach, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { type BatchOutcome, inquiriesAfter, type RailCall, type RailOutcome } from '#rails'
import { byCard, patience, share, soon, startTestPayments, type TestPayments } from '#testing'

let test: TestPayments
afterEach(() => test.stop())

/** A file waits for its calls for half of `startMs`. */
async function start(max: number, startMs: number) {
  const { default: soonAsked } = inquiriesAfter(soon)
  const inquiries = { default: { ...soonAsked, accepted: { ...soonAsked.accepted, firstMs: startMs } } }
  test = await startTestPayments({ capabilities: { inquiries, batches: { max, waitMs: 60_000 } } })
  await test.open('shop')
}
const payIn = () => test.pay({ source: byCard, destinations: [share('shop', 100n)] })
const succeeded = ({ id, amount }: RailCall): RailOutcome => ({ kind: 'succeeded', railReference: `r-${id}`, amount })
const stateOf = async ({ id }: { readonly id: string }) => (await test.end('payment', id)).row.state

it('submits payments as one file, and books the outcome of each', async () => {
  await start(3, 30_000)
  test.rail.answer = succeeded
  const decline = { code: 'do_not_honor', remedy: 'instrument', message: 'no' } as const
  test.rail.answerFile = ([first, second]) => {
    if (first === undefined || second === undefined) throw new Error('the file is short')
    const failed = { kind: 'failed', decline } as const
    // The third one is not named: it is inquired about.
    return {
      kind: 'each',
      outcomes: new Map<Uuid, RailOutcome>([
        [first.id, succeeded(first)],
        [second.id, failed],
      ]),
    }
  }
  const payments = await Promise.all([payIn(), payIn(), payIn()])
  const states = await Promise.all(payments.map(stateOf))
  expect(states.toSorted()).toEqual(['failed', 'succeeded', 'succeeded'])
  const [file] = test.rail.files
  expect(test.rail.files).toHaveLength(1)
  expect(test.rail.calls.map(({ id, ask }) => [id, ask])).toEqual([[file?.[2]?.id, 'inquire']])
  expect((await test.balances('shop'))[0]).toBe(200n)
})

it('asks for each call of a file that was never answered, and submits those that the rail does not know again', async () => {
  // Both payments come before the file goes out.
  await start(2, patience(500))
  const lost = Promise.withResolvers<BatchOutcome>()
  test.rail.answer = (call) => (call.id === test.rail.files[0]?.[0]?.id ? succeeded(call) : { kind: 'not_found' })
  const answer = test.rail.answerFile
  test.rail.answerFile = (calls) => (test.rail.files.length === 1 ? lost.promise : answer(calls))
  const payments = await Promise.all([payIn(), payIn()])
  await expect.poll(() => test.rail.files.length).toBe(1)
  // The process of the first file makes no more files until it is answered: another one goes on, as after a crash.
  await test.startAnother()
  const [third] = [await payIn()]
  lost.resolve({ kind: 'unknown', why: 'no answer' })
  expect(await Promise.all([...payments, third].map(stateOf))).toEqual(['succeeded', 'succeeded', 'succeeded'])
  const ids = test.rail.files.map((calls) => calls.map(({ id }) => id))
  expect(ids[0]).toHaveLength(2)
  expect(ids.slice(1).flat()).toContain(ids[0]?.[1])
  expect(ids.slice(1).flat()).not.toContain(ids[0]?.[0])
  expect((await test.balances('shop'))[0]).toBe(300n)
})
