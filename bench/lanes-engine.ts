import { setTimeout as sleep } from 'node:timers/promises'
import { createLanes, type OpenEngine } from '#lanes'
import { newUuid } from '#platform/ids'
import type { Database } from '#platform/postgres'
import { showProgress, summarize } from './bench.ts'

export const kind = 'bench.nothing'
export const perTransaction = 2_000

export function nothing(count: number) {
  return Array.from({ length: count }, () => ({
    ...{ lane: 'standard' as const, kind, book: 1, vendor: 0, subject: newUuid() },
    payload: '{"s":"payment","i":"start"}',
  }))
}

/**
 * Messages that are enqueued already and cost nothing show the cost of the engine itself. Measured from the first batch
 * on, so that joining the groups of Kafka is not part of it.
 */
export async function measureWaiting(database: Database, messages: number, openEngine?: OpenEngine): Promise<number> {
  showProgress(`measuring: ${messages} messages that wait`)
  let handled = 0
  let first: { readonly handled: number; readonly atMs: number } | undefined
  const lanes = createLanes({ database, openEngine, onFault: (fault) => process.stderr.write(`${fault}\n`) })
  lanes.register({
    kind,
    handle: async (_tx, taken) => {
      handled += taken.length
      first ??= { handled, atMs: performance.now() }
    },
  })
  for (let sent = 0; sent < messages; sent += perTransaction) {
    await database.transaction((tx) => lanes.enqueue(tx, nothing(Math.min(perTransaction, messages - sent))))
  }
  await database.query({ text: 'checkpoint' })
  await lanes.start()
  while (handled < messages) await sleep(2)
  const { handled: atFirst = 0, atMs = 0 } = first ?? {}
  const perSecond = ((handled - atFirst) * 1000) / (performance.now() - atMs)
  await lanes.stop(5_000)
  return Math.round(perSecond)
}

const [clients, each, inFlightMax, forMs] = [8, 8, 512, 6_000]

/** Times are from a message's enqueueing to its handling. */
export async function measureComing(database: Database, openEngine?: OpenEngine) {
  showProgress('measuring: messages as they come')
  let sent = 0
  let handled = 0
  const waitsMs: number[] = []
  const lanes = createLanes({ database, openEngine, onFault: (fault) => process.stderr.write(`${fault}\n`) })
  lanes.register({
    kind,
    handle: async (_tx, taken) => {
      handled += taken.length
      const now = Date.now()
      for (const { enqueuedAt } of taken) waitsMs.push(Math.max(0, now - enqueuedAt / 1000))
    },
  })
  await lanes.start()
  const begun = performance.now()
  const client = async () => {
    while (performance.now() - begun < forMs) {
      await database.transaction((tx) => lanes.enqueue(tx, nothing(each)))
      lanes.wake()
      sent += each
      while (sent - handled > inFlightMax) await sleep(1)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  while (handled < sent) await sleep(1)
  const perSecond = (handled * 1000) / (performance.now() - begun)
  await lanes.stop(5_000)
  const { p50_ms, p99_ms, max_ms } = summarize(waitsMs)
  return { per_s: Math.round(perSecond), p50_ms, p99_ms, max_ms }
}
