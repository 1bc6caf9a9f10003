import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Queryable } from '#platform/postgres'
import { createMetricsRegistry, registerMetrics } from '#platform/telemetry'
import { caseMetrics } from './case-metrics.ts'
import type { CaseQueue } from './queue.ts'

const parcels: CaseQueue = {
  name: 'parcels',
  subjects: { payment: 'pay' },
  reasons: { lost: { dueWithinSeconds: 60, closesWhen: 'It is found.' } },
  actionsOn: () => [],
  outcomesOf: () => [],
}
const row = { queue: 'parcels', reason: 'lost', open: 3n, oldest: 70 }
const shown = [
  'munim_cases_open{queue="parcels",reason="lost"} 3',
  'munim_cases_oldest_seconds{queue="parcels",reason="lost"} 70',
]

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A database that counts its statements and answers each with `answer`. */
function scraped() {
  const state = { statements: 0, answer: async (): Promise<object[]> => [row] }
  const on: Queryable = {
    query: async <Row extends object>() => {
      state.statements += 1
      return (await state.answer()) as Row[]
    },
  }
  const registry = createMetricsRegistry()
  // biome-ignore lint/nursery/noFloatingPromises: it returns nothing.
  registerMetrics(registry, caseMetrics({ queues: () => [parcels] }, on))
  const scrape = async () => {
    const metrics = registry.metrics()
    await vi.advanceTimersByTimeAsync(5_000)
    return (await metrics).split('\n').filter((line) => line.startsWith('munim_cases'))
  }
  return { state, scrape }
}

it('scrapes share one count for 10 s', async () => {
  const { state, scrape } = scraped()
  expect(await scrape()).toEqual(shown)
  expect(await scrape()).toEqual(shown)
  expect(state.statements).toBe(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await scrape()).toEqual(shown)
  expect(state.statements).toBe(2)
})

it('the last count stays while the next takes too long or fails, and not for ever', async () => {
  const { state, scrape } = scraped()
  await scrape()
  for (const answer of [
    () => new Promise<never>((_, fail) => setTimeout(fail, 30_000)),
    () => Promise.reject(new Error('away')),
  ]) {
    state.answer = answer
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await scrape()).toEqual(shown)
  }
  await vi.advanceTimersByTimeAsync(600_000)
  expect(await scrape()).toEqual([])
})
