import { afterEach, beforeEach, expect, it } from 'vitest'
import { integerCursor } from '#platform/lists'
import { byCard, share, startTestPayments, type TestPayments } from '#testing'
import { paymentTimeline } from '../timeline/timeline.ts'
import { readPaymentTimeline, type TimelineStretch } from '../timeline/timeline-read-model.ts'
import { answerTimeline } from './answer-timeline.ts'

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
})
afterEach(() => test.stop())

type Item = { readonly at: string; readonly transfers: readonly { readonly destination_code: string }[] }

const pagesOf = async (id: string, { limit, first }: { readonly limit: number; readonly first?: string }) => {
  const payment = await test.payment(id)
  const read = async (stretch: TimelineStretch) =>
    paymentTimeline(payment, await readPaymentTimeline(test.database, payment, stretch))
  const pages: Item[][] = []
  for (let cursor = first; ; ) {
    const answer = await answerTimeline(test.database, 1, read, { limit: String(limit), ...(cursor && { cursor }) })
    const { data, next_cursor: next } = JSON.parse(answer.body)
    pages.push(data)
    if (next === null) return pages
    cursor = next
  }
}

it('a page of a timeline reads the transfers of its own steps, and ends before it lists too many', async () => {
  const shops = Array.from({ length: 100 }, (_, index) => `shops:${index}`)
  await Promise.all(shops.map((code) => test.open(code)))
  const destinations = shops.map((code) => share(code, 30n))
  const { id } = await test.pay({ source: byCard, amount: 3_000n, destinations, capture: 'manual' })
  await test.end('payment', id)
  for (let captures = 0; captures < 15; captures += 1) {
    const capture = await test.ask((payments, tx) =>
      payments.capture(tx, { book: 1, payment: id, amount: 100n, final: false }),
    )
    await test.end('capture', capture.id)
  }
  const items = (await pagesOf(id, { limit: 7 })).flat()
  const pages = await pagesOf(id, { limit: 100 })
  expect(pages.flat()).toEqual(items)
  expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted())
  const named = pages.map((page) => page.reduce((sum, { transfers }) => sum + transfers.length, 0))
  expect(named.length).toBeGreaterThan(1)
  expect(Math.max(...named)).toBeLessThanOrEqual(1_000)
  const codes = new Set(pages.flat().flatMap(({ transfers }) => transfers.map((one) => one.destination_code)))
  expect(shops.filter((code) => !codes.has(code))).toEqual([])
})

it('a page of a timeline reads no more rows than it shows, and goes on where a page of an earlier release ended', async () => {
  const shop = await test.open('shop')
  const { id } = await test.pay({ source: byCard, amount: 1_000n, destinations: [share(shop, 1_000n)] })
  await test.end('payment', id)
  await test.database.query({
    text: `insert into payments.steps (root_id, recorded_at, book_id, ordinal, subject_id, subject_kind, input, state)
      select $1, clock_timestamp() + n / 5 * interval '1 microsecond', 1, n, $1, 'payment', n::text, 'succeeded'
      from generate_series(1, 3000) as n`,
    values: [id],
  })
  const payment = await test.payment(id)
  const { steps } = await readPaymentTimeline(test.database, payment, { from: 0, limit: 7 })
  expect(steps).toHaveLength(7)
  const items = (await pagesOf(id, { limit: 100 })).flat()
  expect(items.length).toBeGreaterThan(3_000)
  expect((await pagesOf(id, { limit: 99 })).flat()).toEqual(items)
  expect((await pagesOf(id, { limit: 100, first: integerCursor.write(40) })).flat()).toEqual(items.slice(40))
})
