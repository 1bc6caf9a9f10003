import type { Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import type { Transaction } from '#platform/postgres'
import type { AskedInput, Subject } from '../payments.ts'
import { readUnbookedStep, toAttempt } from './attempt-store.ts'
import { readCapturesStep, toCapture } from './capture-store.ts'
import { indexPlansStep } from './load-rows.ts'
import { lockPaymentsStep, toPayment } from './payment-store.ts'
import { lockPayoutsStep, toPayout } from './payout-store.ts'
import { readRefundsStep, toRefund } from './refund-store.ts'
import { type Belonging, workMessage } from './work.ts'

/** Locks a subject's payment or payout and enqueues an input to it; false when there is none. */
export async function askSubject(
  lanes: Pick<Lanes, 'enqueueSteps'>,
  tx: Transaction,
  subject: Subject,
  input: AskedInput,
): Promise<boolean> {
  const root = await rootOf(tx, subject)
  const belonging = root === undefined ? undefined : await lockRoot(tx, subject, root)
  if (root === undefined || belonging === undefined) return false
  const { book, kind, id } = subject
  await tx.burst(lanes.enqueueSteps([workMessage({ book, kind, id, root, input }, belonging)]))
  return true
}

/** Locks a subject's payment or payout and brings its unbooked attempts once more; false when there are none. */
export async function bookAgain(
  lanes: Pick<Lanes, 'enqueueSteps'>,
  tx: Transaction,
  subject: Subject,
): Promise<boolean> {
  const { book, kind, id } = subject
  const root = await rootOf(tx, subject)
  const belonging = root === undefined ? undefined : await lockRoot(tx, subject, root)
  if (root === undefined || belonging === undefined) return false
  const [, found] = await tx.burst([indexPlansStep, readUnbookedStep(root, id)])
  const messages = (found?.rows ?? []).map(toAttempt).map((attempt) => {
    const input = { kind: 'overdue', attempt: attempt.id } as const
    return workMessage({ book, kind, id, root, input }, belonging)
  })
  if (messages.length > 0) await tx.burst(lanes.enqueueSteps(messages))
  return messages.length > 0
}

async function rootOf(tx: Transaction, { book, kind, id }: Subject): Promise<Uuid | undefined> {
  if (kind === 'payment' || kind === 'payout') return id
  const isCapture = kind === 'capture'
  const [, found] = await tx.burst([
    indexPlansStep,
    isCapture ? readCapturesStep(book, [id]) : readRefundsStep(book, [id]),
  ])
  const row = found?.rows[0]
  return row && (isCapture ? toCapture(row) : toRefund(row)).payment
}

async function lockRoot(tx: Transaction, { book, kind }: Subject, root: Uuid): Promise<Belonging | undefined> {
  const isPayout = kind === 'payout'
  const [, found] = await tx.burst([
    indexPlansStep,
    isPayout ? lockPayoutsStep(book, [root]) : lockPaymentsStep(book, [root]),
  ])
  const row = found?.rows[0]
  return row === undefined ? undefined : isPayout ? toPayout(row) : toPayment(row)
}
