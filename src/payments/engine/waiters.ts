import { assert, type Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import type { Ended, Subject } from '../payments.ts'
import { readCapturesStep, toCapture } from './capture-store.ts'
import { readPaymentsStep, toPayment } from './payment-store.ts'
import { readPayoutsStep, toPayout } from './payout-store.ts'
import { readRefundsStep, toRefund } from './refund-store.ts'

/** Callers that wait for subjects to be processed: told at once by this process, and by looking now and then. */
export type Waiters = {
  readonly wait: (subject: Subject, timeoutMs: number) => Promise<Ended | undefined>
  /** Tells those who wait for these; called after the commit. */
  readonly tell: (ended: readonly Ended[]) => void
  readonly count: () => number
  /** Lets everybody go on without an end. */
  readonly stop: () => void
}

/**
 * How often subjects that another process may have ended are looked at, from when on, and how many in
 * one look. What this process ends itself has usually ended by then.
 */
const pollMs = 200
const firstPollMs = 50
const polledMax = 500

type Waiter = {
  readonly subject: Subject
  readonly sinceMs: number
  readonly resolve: (ended: Ended | undefined) => void
}

export function createWaiters(database: Database, onFault: (error: Error) => void): Waiters {
  const waiters = new Map<Uuid, Set<Waiter>>()
  let poll: NodeJS.Timeout | undefined
  let stopped = false

  const tell = (ended: readonly Ended[]) => {
    if (waiters.size === 0) return
    for (const one of ended) {
      const waiting = waiters.get(one.row.id)
      if (waiting === undefined) continue
      waiters.delete(one.row.id)
      for (const { resolve } of waiting) resolve(one)
    }
  }
  const look = async () => {
    poll = undefined
    try {
      const until = performance.now() - firstPollMs
      const subjects = [...waiters.values()].map(firstOf).filter(({ sinceMs }) => sinceMs <= until)
      for (let from = 0; from < subjects.length; from += polledMax) {
        const some = subjects.slice(from, from + polledMax).map(({ subject }) => subject)
        tell(await readEnded(database, some))
      }
    } catch (error) {
      onFault(error instanceof Error ? error : new Error(String(error)))
    }
    if (waiters.size > 0 && !stopped) poll ??= setTimeout(look, pollMs).unref()
  }

  return {
    tell,
    count: () => waiters.size,
    wait: (subject, timeoutMs) => {
      if (stopped) return Promise.resolve(undefined)
      const { promise, resolve } = Promise.withResolvers<Ended | undefined>()
      const waiting = waiters.get(subject.id) ?? new Set()
      waiters.set(subject.id, waiting)
      const leave = (ended: Ended | undefined) => {
        clearTimeout(timer)
        waiting.delete(waiter)
        if (waiting.size === 0 && waiters.get(subject.id) === waiting) waiters.delete(subject.id)
        resolve(ended)
      }
      const waiter: Waiter = { subject, sinceMs: performance.now(), resolve: leave }
      const timer = setTimeout(leave, timeoutMs, undefined)
      waiting.add(waiter)
      poll ??= setTimeout(look, firstPollMs + 1).unref()
      return promise
    },
    stop: () => {
      stopped = true
      clearTimeout(poll)
      for (const waiting of [...waiters.values()]) for (const { resolve } of [...waiting]) resolve(undefined)
    },
  }
}

function firstOf(waiting: ReadonlySet<Waiter>): Waiter {
  const [first] = waiting
  assert(first !== undefined, 'somebody waits for what is waited for')
  return first
}

/** Those of the subjects that are no longer processing. */
async function readEnded(database: Database, subjects: readonly Subject[]): Promise<Ended[]> {
  const ended: Ended[] = []
  const books = new Set(subjects.map(({ book }) => book))
  await database.transaction(async (tx) => {
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
