import { setTimeout as sleep } from 'node:timers/promises'
import { createRailCaller } from '#payments'
import { newUuid } from '#platform/ids'
import { inquiriesAfter, type Rail, type RailCall } from '#rails'
import { type Compared, summarize } from './bench.ts'

type Call = Parameters<ReturnType<typeof createRailCaller>['make']>[0][number]

const floodCalls = 3_000
const slowMs = 1_000
const otherCalls = 100
const otherEveryMs = 20

/** One book has thousands of calls on a rail that takes a second for each; another book makes a few. */
export async function measureRail(): Promise<Record<string, Compared>> {
  const [shared, oneLine] = [await waitsOf(2), await waitsOf(1)]
  return {
    'few calls beside 3,000 slow ones of another book': {
      p50_ms: { with: shared.p50_ms, without: oneLine.p50_ms },
      max_ms: { with: shared.max_ms, without: oneLine.max_ms },
    },
  }
}

/** Without the mechanism all calls are in one line: as of one book. */
async function waitsOf(other: number) {
  const waits: number[] = []
  const begun = new Map<string, number>()
  const caller = createRailCaller({
    rails: { rail: () => rail },
    onOutcome: ({ id }) => {
      const at = begun.get(id)
      if (at !== undefined) waits.push(performance.now() - at)
    },
  })
  caller.make(Array.from({ length: floodCalls }, () => callOf(1, 'slow')))
  for (let made = 0; made < otherCalls; made += 1) {
    const call = callOf(other, 'quick')
    begun.set(call.attempt.id, performance.now())
    caller.make([call])
    await sleep(otherEveryMs)
  }
  while (waits.length < otherCalls) await sleep(10)
  await caller.stop()
  return summarize(waits)
}

const rail: Rail = {
  name: 'bench',
  capabilities: { operations: new Set(['charge']), inquiries: inquiriesAfter(3_600_000), authorizationMs: 0 },
  submit: async ({ instrument, amount }: RailCall) => {
    if (instrument === 'slow') await sleep(slowMs)
    return { kind: 'succeeded', railReference: 'r', amount }
  },
  inquire: async () => ({ kind: 'not_found' }),
}

function callOf(book: number, instrument: string): Call {
  const attempt = { id: newUuid(), rail: 'bench', book, operation: 'charge', amount: 1n, asset: 'USD', instrument }
  return { ask: 'submit', attempt: { ...attempt, inquiries: 0 } as Call['attempt'] }
}
