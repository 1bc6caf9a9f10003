import { afterEach, beforeEach, expect, it } from 'vitest'
import { byCard, share, startTestPayments, type TestPayments } from '#testing'
import { paymentTimeline } from '../timeline/timeline.ts'
import { readPaymentTimeline } from '../timeline/timeline-read-model.ts'
import { answerTimeline } from './answer-timeline.ts'

let test: TestPayments
beforeEach(async () => {
  test = await startTestPayments()
})
afterEach(() => test.stop())

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
  const payment = await test.payment(id)
  const items = paymentTimeline(payment, await readPaymentTimeline(test.database, payment))
  const pages: { transfers: { destination_code: string }[] }[][] = []
  for (let cursor: string | undefined; ; ) {
    const answer = await answerTimeline(test.database, 1, items, { limit: '100', ...(cursor && { cursor }) })
    const { data, next_cursor: next } = JSON.parse(answer.body)
    pages.push(data)
    if (next === null) break
    cursor = next
  }
  expect(pages.flat()).toHaveLength(items.length)
  const named = pages.map((page) => page.reduce((sum, { transfers }) => sum + transfers.length, 0))
  expect(named.length).toBeGreaterThan(1)
  expect(Math.max(...named)).toBeLessThanOrEqual(1_000)
  const codes = new Set(pages.flat().flatMap(({ transfers }) => transfers.map((one) => one.destination_code)))
  expect(shops.filter((code) => !codes.has(code))).toEqual([])
})
