import { SlotMap, type Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import type { Ended, Payments, Subject } from '../../payments.ts'
import { actionOf } from '../../rendering/render-action.ts'
import { captureTable, toCapture } from '../rows/capture-store.ts'
import { paymentTable, readPaymentsStep, toPayment } from '../rows/payment-store.ts'
import { payoutTable, toPayout } from '../rows/payout-store.ts'
import { readEndedStep } from '../rows/read-rows.ts'
import { refundTable, toRefund } from '../rows/refund-store.ts'

/** This process notifies the callers at once; polls find the ends by other processes. */
export type Waiters = {
  readonly wait: Payments['waitForEnd']
  /**
   * Notifies callers that began to wait by `asOfMs` (of `performance.now`). Call it after the commit, with a time
   * before the commit was sent. A later caller may wait for the end of a retry, so a poll serves it.
   */
  readonly tell: (ended: readonly Ended[], asOfMs: number) => void
  readonly count: () => number
  readonly stop: () => void
}

/**
 * While polls find fewer than `foundMin` ended, because this process ends everything itself, the pause doubles. A poll
 * always finds a few whose notification is about to come.
 */
const pauseMsMin = 50
const pauseMsMax = 400
const foundMin = 1 / 20
const polledMax = 500

type Waiter = {
  readonly sinceMs: number
  readonly tell: (ended: Ended | undefined) => void
  readonly isLeft: () => boolean
}

type Waiting = { readonly subject: Subject; waiters: readonly Waiter[] }

export function createWaiters(database: Database, onFault: (error: Error) => void): Waiters {
  const waiting = new SlotMap<Uuid, Waiting>()
  let poll: NodeJS.Timeout | undefined
  let pauseMs = pauseMsMin
  let stopped = false

  const tell = (ended: readonly Ended[], asOfMs: number) => {
    if (waiting.size === 0) return
    for (const one of ended) {
      const all = waiting.get(one.row.id)
      if (all !== undefined) letGo(all, ({ sinceMs }) => sinceMs <= asOfMs, one)
    }
  }
  const letGo = (all: Waiting, goes: (waiter: Waiter) => boolean, ended?: Ended) => {
    const gone = all.waiters.filter(goes)
    if (gone.length === 0) return
    all.waiters = all.waiters.filter((waiter) => !gone.includes(waiter))
    if (all.waiters.length === 0) waiting.take(all.subject.id)
    for (const waiter of gone) waiter.tell(ended)
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
      for (const { subject, waiters } of waiting.values()) {
        if (waiters.some(({ sinceMs }) => sinceMs <= until)) subjects.push(subject)
      }
      let found = 0
      for (let from = 0; from < subjects.length; from += polledMax) {
        const asOfMs = performance.now()
        const ended = await readEnded(database, subjects.slice(from, from + polledMax))
        found += ended.filter(({ row }) => waiting.get(row.id) !== undefined).length
        tell(ended, asOfMs)
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
        all = { subject, waiters: [] }
        waiting.set(subject.id, all)
      }
      const those = all
      const waiter: Waiter = {
        sinceMs: performance.now(),
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

async function readEnded(database: Database, subjects: readonly Subject[]): Promise<Ended[]> {
  const ended: Ended[] = []
  const books = new Set(subjects.map(({ book }) => book))
  // A snapshot takes no place of the writing transactions.
  await database.snapshot(async (tx) => {
    for (const book of books) {
      const idsOf = (kind: Subject['kind']) =>
        subjects.filter((subject) => subject.book === book && subject.kind === kind).map(({ id }) => id)
      const [payments, captures, refunds, payouts] = await tx.burst([
        readEndedStep(paymentTable, book, idsOf('payment')),
        readEndedStep(captureTable, book, idsOf('capture')),
        readEndedStep(refundTable, book, idsOf('refund')),
        readEndedStep(payoutTable, book, idsOf('payout')),
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
  // A client that waits for a payment gets it as soon as the payer has to act.
  return ended.filter((one) => one.row.state !== 'processing' || (one.kind === 'payment' && actionOf(one.row)))
}
