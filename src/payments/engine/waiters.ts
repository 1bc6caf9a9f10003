import { SlotMap, type Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import type { Ended, Payments, Subject } from '../payments.ts'
import { readCapturesStep, toCapture } from './capture-store.ts'
import { readPaymentsStep, toPayment } from './payment-store.ts'
import { readPayoutsStep, toPayout } from './payout-store.ts'
import { readRefundsStep, toRefund } from './refund-store.ts'

/** Callers that wait for subjects to be processed: told at once by this process, and by looking now and then. */
export type Waiters = {
  readonly wait: Payments['waitForEnd']
  /** Tells those who wait for these; called after the commit. */
  readonly tell: (ended: readonly Ended[]) => void
  readonly count: () => number
  /** Lets everybody go on without an end. */
  readonly stop: () => void
}

/**
 * Subjects that another process may have ended are looked at when they have been waited for so long, and
 * again after as long. As long as looks find next to nothing, because this process ends everything itself,
 * they become rarer, up to the longest pause. A few are always found that are just about to be told.
 */
const pauseMsMin = 50
const pauseMsMax = 400
const foundMin = 1 / 20
/** How many are looked at in one transaction. */
const polledMax = 500

/** One who waits: how it is told, and whether it has gone. */
type Waiter = { readonly tell: (ended: Ended | undefined) => void; readonly isLeft: () => boolean }

/** Those who wait for one subject, and since when the first of them does. */
type Waiting = { readonly subject: Subject; readonly sinceMs: number; waiters: readonly Waiter[] }

export function createWaiters(database: Database, onFault: (error: Error) => void): Waiters {
  const waiting = new SlotMap<Uuid, Waiting>()
  let poll: NodeJS.Timeout | undefined
  let pauseMs = pauseMsMin
  let stopped = false

  const tell = (ended: readonly Ended[]) => {
    if (waiting.size === 0) return
    for (const one of ended) for (const waiter of waiting.take(one.row.id)?.waiters ?? []) waiter.tell(one)
  }
  /** Takes some out of those who wait for a subject, and lets them go on without an end. */
  const letGo = (all: Waiting, goes: (waiter: Waiter) => boolean) => {
    const gone = all.waiters.filter(goes)
    if (gone.length === 0) return
    all.waiters = all.waiters.filter((waiter) => !gone.includes(waiter))
    if (all.waiters.length === 0) waiting.take(all.subject.id)
    for (const waiter of gone) waiter.tell(undefined)
  }
  const lookLater = () => {
    poll ??= setTimeout(look, pauseMs + 1).unref()
  }
  const look = async () => {
    poll = undefined
    try {
      for (const all of waiting.values()) letGo(all, (waiter) => waiter.isLeft())
      const until = performance.now() - pauseMs
      const subjects: Subject[] = []
      for (const { subject, sinceMs } of waiting.values()) if (sinceMs <= until) subjects.push(subject)
      let found = 0
      for (let from = 0; from < subjects.length; from += polledMax) {
        const ended = await readEnded(database, subjects.slice(from, from + polledMax))
        found += ended.filter(({ row }) => waiting.get(row.id) !== undefined).length
        tell(ended)
      }
      pauseMs = found > subjects.length * foundMin ? pauseMsMin : Math.min(pauseMsMax, pauseMs * 2)
    } catch (error) {
      onFault(error instanceof Error ? error : new Error(String(error)))
    }
    if (waiting.size > 0 && !stopped) lookLater()
  }

  return {
    tell,
    count: () => waiting.size,
    wait: (subject, timeoutMs, signal) => {
      if (stopped) return Promise.resolve(undefined)
      const { promise, resolve } = Promise.withResolvers<Ended | undefined>()
      let all = waiting.get(subject.id)
      if (all === undefined) {
        all = { subject, sinceMs: performance.now(), waiters: [] }
        waiting.set(subject.id, all)
      }
      const those = all
      const waiter: Waiter = {
        tell: (ended) => {
          clearTimeout(timer)
          resolve(ended)
        },
        isLeft: () => signal?.aborted === true,
      }
      const timer = setTimeout(() => letGo(those, (one) => one === waiter), timeoutMs)
      those.waiters = [...those.waiters, waiter]
      lookLater()
      return promise
    },
    stop: () => {
      stopped = true
      clearTimeout(poll)
      for (const all of waiting.values()) letGo(all, () => true)
    },
  }
}

/** Those of the subjects that are no longer processing. */
async function readEnded(database: Database, subjects: readonly Subject[]): Promise<Ended[]> {
  const ended: Ended[] = []
  const books = new Set(subjects.map(({ book }) => book))
  // A snapshot, which waits for no place of those that write.
  await database.snapshot(async (tx) => {
    for (const book of books) {
      const idsOf = (kind: Subject['kind']) =>
        subjects.filter((subject) => subject.book === book && subject.kind === kind).map(({ id }) => id)
      const [payments, captures, refunds, payouts] = await tx.burst([
        readPaymentsStep(book, idsOf('payment')),
        readCapturesStep(book, idsOf('capture')),
        readRefundsStep(book, idsOf('refund')),
        readPayoutsStep(book, idsOf('payout')),
      ])
      for (const row of (payments?.rows ?? []).map(toPayment)) ended.push({ kind: 'payment', row })
      for (const row of (payouts?.rows ?? []).map(toPayout)) ended.push({ kind: 'payout', row })
      const parts = [
        ...(captures?.rows ?? []).map((row) => ({ kind: 'capture' as const, row: toCapture(row) })),
        ...(refunds?.rows ?? []).map((row) => ({ kind: 'refund' as const, row: toRefund(row) })),
      ]
      const [owners] = await tx.burst([
        readPaymentsStep(
          book,
          parts.map(({ row }) => row.payment),
        ),
      ])
      const byId = new Map((owners?.rows ?? []).map(toPayment).map((payment) => [payment.id, payment]))
      for (const part of parts) {
        const payment = byId.get(part.row.payment)
        if (payment !== undefined) ended.push({ ...part, payment } as Ended)
      }
    }
  })
  return ended.filter(({ row }) => row.state !== 'processing')
}
