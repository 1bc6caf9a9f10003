import type { Uuid } from '#kernel'
import type { Lanes } from '#lanes'
import type { Transaction } from '#platform/postgres'
import { chartOfAccounts } from '../../chart-of-accounts.ts'
import { unknownsOf } from '../../machines/attempts/unknown-outcomes.ts'
import { seenOf } from '../../machines/seen.ts'
import type { Payment, Payout } from '../../payment.ts'
import type { AskedInput, Subject } from '../../payments.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import { type InputContent, inputMessage } from '../handling/queued-input.ts'
import { readAttemptsOfStep, readUnbookedStep, type StoredAttempt, toAttempt } from '../rows/attempt-store.ts'
import { readCapturesStep, toCapture } from '../rows/capture-store.ts'
import { lockPaymentsStep, toPayment } from '../rows/payment-store.ts'
import { lockPayoutsStep, toPayout } from '../rows/payout-store.ts'
import { readRefundsOfStep, readRefundsStep, toRefund } from '../rows/refund-store.ts'
import { lookingUp } from '../rows/row-lookups.ts'

/** False when the subject does not exist. */
export async function askSubject(
  lanes: Pick<Lanes, 'enqueueSteps'>,
  tx: Transaction,
  subject: Subject,
  input: AskedInput,
): Promise<boolean> {
  const found = await rootOf(tx, subject)
  const row = found && (await lockRoot(tx, subject, found.root))
  if (found === undefined || row === undefined) return false
  const { book, kind, id } = subject
  const asked = input.kind === 'decision' ? await withSeen(tx, subject, row, input) : input
  const queued = { book, kind, id, root: found.root, input: asked }
  await tx.burst(lanes.enqueueSteps([inputMessage(queued, { ...row, ...found.belonging })]))
  return true
}

/** Adds the state that the operator sees. Under the lock, the case and this state are of one moment. */
async function withSeen(
  tx: Transaction,
  subject: Subject,
  root: Payment | Payout,
  decision: Decision,
): Promise<InputContent> {
  const { row, context } = await readSeen(tx, subject, root)
  const seen = seenOf(row, decision.about, context, decision.decision.action)
  return seen === undefined ? decision : { ...decision, seen }
}

/** The attempts to which a statement on a case about unknown outcomes applies, in this order. */
export async function readUnknown(tx: Transaction, subject: Subject): Promise<readonly StoredAttempt[]> {
  const found = await rootOf(tx, subject)
  const root = found && (await lockRoot(tx, subject, found.root))
  if (root === undefined) return []
  const { row, context, attempts } = await readSeen(tx, subject, root)
  return unknownsOf(row, context.attemptsOf(row)).flatMap(({ id }) => attempts.get(id) ?? [])
}

async function readSeen(tx: Transaction, { book, kind, id }: Subject, root: Payment | Payout) {
  const [, attempts, refunds, captures] = await tx.burst([
    indexPlansStep,
    readAttemptsOfStep(root.id),
    readRefundsOfStep(book, root.id),
    ...(kind === 'capture' ? [readCapturesStep(book, [id])] : []),
  ])
  const rows = {
    attempts: new Map((attempts?.rows ?? []).map(toAttempt).map((attempt) => [attempt.id, attempt])),
    refunds: new Map((refunds?.rows ?? []).map(toRefund).map((refund) => [refund.id, refund])),
  }
  const [capture] = (captures?.rows ?? []).map(toCapture)
  const context = { ...lookingUp(rows), accounts: chartOfAccounts }
  return { row: capture ?? rows.refunds.get(id) ?? root, context, attempts: rows.attempts }
}

type Decision = Extract<AskedInput, { readonly kind: 'decision' }>

/** False when the subject has no unbooked attempt. */
export async function bookAgain(
  lanes: Pick<Lanes, 'enqueueSteps'>,
  tx: Transaction,
  subject: Subject,
): Promise<boolean> {
  const { book, kind, id } = subject
  const found = await rootOf(tx, subject)
  const row = found && (await lockRoot(tx, subject, found.root))
  if (found === undefined || row === undefined) return false
  const { root, belonging } = found
  const [, unbooked] = await tx.burst([indexPlansStep, readUnbookedStep({ root, subject: id })])
  const messages = (unbooked?.rows ?? []).map(toAttempt).map((attempt) => {
    const input = { kind: 'overdue', attempt: attempt.id } as const
    return inputMessage({ book, kind, id, root, input }, { ...row, ...belonging })
  })
  if (messages.length > 0) await tx.burst(lanes.enqueueSteps(messages))
  return messages.length > 0
}

type Root = { readonly root: Uuid; readonly belonging?: { readonly lane: 'rollback' } }

/** What is asked of a reversal stays on `rollback`. */
async function rootOf(tx: Transaction, { book, kind, id }: Subject): Promise<Root | undefined> {
  if (kind === 'payment' || kind === 'payout') return { root: id }
  const isCapture = kind === 'capture'
  const [, found] = await tx.burst([
    indexPlansStep,
    isCapture ? readCapturesStep(book, [id]) : readRefundsStep(book, [id]),
  ])
  const row = found?.rows[0]
  if (row === undefined) return undefined
  if (isCapture) return { root: toCapture(row).payment }
  const { payment: root, isReversal } = toRefund(row)
  return { root, ...(isReversal && { belonging: { lane: 'rollback' } as const }) }
}

async function lockRoot(tx: Transaction, { book, kind }: Subject, root: Uuid): Promise<Payment | Payout | undefined> {
  const isPayout = kind === 'payout'
  const [, found] = await tx.burst([
    indexPlansStep,
    isPayout ? lockPayoutsStep(book, [root]) : lockPaymentsStep(book, [root]),
  ])
  const row = found?.rows[0]
  return row === undefined ? undefined : isPayout ? toPayout(row) : toPayment(row)
}
