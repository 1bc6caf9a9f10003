import type { Timestamp, Uuid } from '#kernel'
import type { BurstStep, Transaction } from '#platform/postgres'
import type { Dispute } from '../../dispute.ts'
import { allRead, isOneOfSeveral, nothingRead, type RowsRead, rowsFor, rowsReadFor } from '../../machines/rows-read.ts'
import type { Payment, Payout, Refund } from '../../payment.ts'
import { findBelongings } from '../rails/find-belongings.ts'
import type { ServerNotes } from '../rails/server-notes.ts'
import {
  readAttemptsOfStep,
  readAttemptsOfSuspendedStep,
  readAttemptsStep,
  readOpenAttemptsStep,
  type StoredAttempt,
  toAttempt,
} from '../rows/attempt-store.ts'
import { readCapturesStep, type StoredCapture, toCapture } from '../rows/capture-store.ts'
import { readDisputesStep, toDispute } from '../rows/dispute-store.ts'
import { holdPaymentsStep, lockPaymentsStep, toPayment } from '../rows/payment-store.ts'
import { lockPayoutsStep, toPayout } from '../rows/payout-store.ts'
import type { Locking } from '../rows/read-rows.ts'
import {
  readOpenRefundsStep,
  readRefundsOfStep,
  readRefundsOfSuspendedStep,
  readRefundsStep,
  sumEndedRefundsStep,
  toRefund,
  toSum,
} from '../rows/refund-store.ts'
import type { TextRow } from '../rows/row-text.ts'
import { type DatabaseClock, nowStep } from './database-clock.ts'
import type { FreshPayments } from './fresh-payments.ts'
import type { Belonging, QueuedInput } from './queued-input.ts'
import type { RowLocks } from './row-locks.ts'

export type Rows = {
  readonly payments: Map<Uuid, Payment>
  readonly captures: Map<Uuid, StoredCapture>
  readonly refunds: Map<Uuid, Refund>
  readonly payouts: Map<Uuid, Payout>
  readonly disputes: Map<Uuid, Dispute>
  readonly attempts: Map<Uuid, StoredAttempt>
  /** By payment or payout. */
  readonly read: ReadonlyMap<Uuid, RowsRead>
  readonly now: Timestamp
}

/** All rows here are found by index. For the transaction, this rules out plans that suit only small tables. */
export const indexPlansStep: BurstStep = {
  name: 'payments-plans',
  text: `select set_config(name, 'off', true)
    from unnest(array['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) as name`,
}

export type Known = {
  readonly clock: DatabaseClock
  readonly fresh: Pick<FreshPayments, 'take'>
  readonly locks: Pick<RowLocks, 'locking'>
  readonly servers: Pick<ServerNotes, 'mayBeLost' | 'hasSwitched'>
}

export type Loaded = {
  readonly rows: Rows
  /** Sent before anything else: the locks of cached rows. */
  readonly unsent: readonly BurstStep[]
  /** Locked by another transaction: their inputs are deferred. */
  readonly busy: ReadonlyMap<Uuid, Belonging>
}

/**
 * Locks payments and then payouts, each by book and id, then reads their parts, in one round trip. Payments that this
 * process has just accepted are not read, and their locks go with the next steps. The version check at their update
 * proves that none has changed meanwhile. After a wait for a lock timed out, locked rows are skipped for a while.
 */
export async function loadRows(
  tx: Transaction,
  inputs: readonly QueuedInput[],
  { clock, fresh, locks }: Known,
): Promise<Loaded> {
  const payments = fresh.take(inputs)
  const now = clock.now()
  if (payments === undefined || now === undefined) {
    const locking = locks.locking()
    const rows = await readRows(tx, inputs, locking)
    clock.set(rows.now)
    const busy = locking === 'wait' ? nobody : await findBusy(tx, inputs, rows)
    return { rows, unsent: [], busy }
  }
  const held = wantedBy(inputs).map(([book, wanted]) => holdPaymentsStep(book, [...wanted.payments]))
  return { rows: { ...noRows(), payments, now }, unsent: [indexPlansStep, ...held], busy: nobody }
}

const nobody: ReadonlyMap<Uuid, Belonging> = new Map()

async function findBusy(tx: Transaction, inputs: readonly QueuedInput[], { payments, payouts }: Rows) {
  const missing = inputs.filter(({ root }) => !payments.has(root) && !payouts.has(root))
  if (missing.length === 0) return nobody
  return findBelongings(tx, missing)
}

function noRows(): Rows {
  return {
    payments: new Map(),
    captures: new Map(),
    refunds: new Map(),
    payouts: new Map(),
    disputes: new Map(),
    attempts: new Map(),
    read: new Map(),
    now: 0,
  }
}

async function readRows(tx: Transaction, inputs: readonly QueuedInput[], locking: Locking): Promise<Rows> {
  const rows = noRows()
  const steps: BurstStep[] = [indexPlansStep]
  const readers: ((row: TextRow) => void)[] = steps.map(() => () => {})
  const add = (step: BurstStep, read: (row: TextRow) => void) => {
    steps.push(step)
    readers.push(read)
  }
  const wanted = wantedBy(inputs)
  for (const [book, { payments }] of wanted) {
    if (payments.size > 0) add(lockPaymentsStep(book, [...payments], locking), into(rows.payments, toPayment))
  }
  for (const [book, { payouts }] of wanted) {
    if (payouts.size > 0) add(lockPayoutsStep(book, [...payouts], locking), into(rows.payouts, toPayout))
  }
  for (const [book, one] of wanted) for (const { step, read } of partsSteps(book, one, rows)) add(step, read)
  for (const [book, one] of wanted) for (const { step, read } of wholeSteps(book, one, rows)) add(step, read)
  const attempts = wanted.flatMap(([, one]) => [...one.attempts])
  if (attempts.length > 0) add(readAttemptsStep(attempts), into(rows.attempts, toAttempt))
  let now = 0
  add(nowStep, (row) => {
    now = Number(row[0])
  })
  const answers = await tx.burst(steps)
  for (const [index, { rows: found }] of answers.entries()) for (const row of found) readers[index]?.(row)
  await readOthers(tx, inputs, rows)
  return { ...rows, read: readBy(inputs, rows), now }
}

function attemptOf({ input }: QueuedInput, attempts: Rows['attempts']): StoredAttempt | undefined {
  return 'attempt' in input ? attempts.get(input.attempt) : undefined
}

function readBy(inputs: readonly QueuedInput[], { payments, attempts }: Rows): ReadonlyMap<Uuid, RowsRead> {
  const read = new Map<Uuid, RowsRead>()
  for (const queued of inputs) {
    const { kind, root, input } = queued
    const of = rowsReadFor(kind, input, payments.get(root), attemptOf(queued, attempts))
    read.set(root, allRead(read.get(root) ?? nothingRead, of))
  }
  return read
}

/** Rare: an operator's case may be about several attempts of the payment. */
async function readOthers(
  tx: Transaction,
  inputs: readonly QueuedInput[],
  { payments, attempts }: Rows,
): Promise<void> {
  const roots = inputs
    .filter((queued) => {
      const { kind, root, input } = queued
      return isOneOfSeveral(kind, input, payments.get(root), attemptOf(queued, attempts))
    })
    .map(({ root }) => root)
  if (roots.length === 0) return
  const [, ...answers] = await tx.burst([indexPlansStep, ...[...new Set(roots)].map(readAttemptsOfStep)])
  const read = inOrder(attempts)
  for (const row of answers.flatMap(({ rows }) => rows)) read(row)
}

/** Some of them may be in the map already. */
function inOrder(attempts: Rows['attempts']) {
  return (text: TextRow): void => {
    const attempt = toAttempt(text)
    attempts.delete(attempt.id)
    attempts.set(attempt.id, attempt)
  }
}

function into<Row extends { readonly id: Uuid }>(map: Map<Uuid, Row>, toRow: (row: TextRow) => Row) {
  return (text: TextRow): void => {
    const row = toRow(text)
    map.set(row.id, row)
  }
}

type Reading = { readonly step: BurstStep; readonly read: (row: TextRow) => void }

/** The captures, refunds and disputes that inputs name. */
function partsSteps(book: number, { captures, refunds, disputes }: Wanted, rows: Rows): Reading[] {
  const steps: Reading[] = []
  if (captures.size > 0) {
    steps.push({ step: readCapturesStep(book, [...captures]), read: into(rows.captures, toCapture) })
  }
  if (refunds.size > 0) steps.push({ step: readRefundsStep(book, [...refunds]), read: into(rows.refunds, toRefund) })
  if (disputes.size > 0) {
    steps.push({ step: readDisputesStep(book, [...disputes]), read: into(rows.disputes, toDispute) })
  }
  return steps
}

/** The attempts and refunds of whole payments and payouts. */
function wholeSteps(book: number, wanted: Wanted, rows: Rows): Reading[] {
  const { arrived, tried, refunded } = wanted
  const called = without(wanted.called, tried)
  const summed = without(wanted.summed, refunded)
  const named = [...wanted.refunds]
  const attempts = [...tried].map(readAttemptsOfStep)
  if (called.length > 0) attempts.push(readOpenAttemptsStep({ roots: called, named }))
  const readings = attempts.map((step) => ({ step, read: into(rows.attempts, toAttempt) }))
  const refunds = [...refunded].map((payment) => readRefundsOfStep(book, payment))
  if (arrived.size > 0) {
    readings.push({ step: readAttemptsOfSuspendedStep(book, [...arrived]), read: inOrder(rows.attempts) })
    refunds.push(readRefundsOfSuspendedStep(book, [...arrived]))
  }
  if (summed.length > 0) {
    refunds.push(readOpenRefundsStep(book, summed))
    readings.push({ step: sumEndedRefundsStep(book, { payments: summed, named }), read: into(rows.refunds, toSum) })
  }
  return [...readings, ...refunds.map((step) => ({ step, read: into(rows.refunds, toRefund) }))]
}

function without(some: ReadonlySet<Uuid>, others: ReadonlySet<Uuid>): Uuid[] {
  return [...some].filter((id) => !others.has(id))
}

/**
 * `arrived`: all attempts and refunds are read when money is in suspense. `refunded`: money already or being refunded
 * counts; `summed`: as one row if it is over. `tried`: an operator decides about an outcome, or another attempt may
 * have made the payout; `called`: the refund.
 */
type Wanted = Record<
  | 'payments'
  | 'payouts'
  | 'captures'
  | 'refunds'
  | 'disputes'
  | 'attempts'
  | 'arrived'
  | 'refunded'
  | 'summed'
  | 'tried'
  | 'called',
  Set<Uuid>
>

/** Books are in ascending order, so that all transactions lock in one order. */
function wantedBy(inputs: readonly QueuedInput[]): [book: number, wanted: Wanted][] {
  const books = new Map<number, Wanted>()
  for (const queued of inputs) {
    const wanted = books.get(queued.book) ?? nothingWanted()
    books.set(queued.book, wanted)
    want(wanted, queued)
  }
  return [...books].sort(([one], [other]) => one - other)
}

function nothingWanted(): Wanted {
  return {
    payments: new Set(),
    payouts: new Set(),
    captures: new Set(),
    refunds: new Set(),
    disputes: new Set(),
    attempts: new Set(),
    arrived: new Set(),
    refunded: new Set(),
    summed: new Set(),
    tried: new Set(),
    called: new Set(),
  }
}

function want(wanted: Wanted, { kind, id, root, lane, input }: QueuedInput): void {
  if (kind === 'payout') wanted.payouts.add(root)
  else wanted.payments.add(root)
  const needed = rowsFor(kind, input)
  if (needed.refunds) (needed.ended ? wanted.refunded : wanted.summed).add(root)
  if (needed.arrivals && !(needed.refunds && needed.attempts && needed.ended)) wanted.arrived.add(root)
  // The engine itself needs them: see `reversing`.
  if (input.kind === 'cancel' && lane === 'rollback') wanted.called.add(root)
  if (needed.attempts) (needed.ended ? wanted.tried : wanted.called).add(root)
  if (kind === 'capture') wanted.captures.add(id)
  if (input.kind === 'dispute' && input.capture !== undefined) wanted.captures.add(input.capture)
  if (input.kind === 'dispute' && input.dispute !== undefined) wanted.disputes.add(input.dispute)
  if (kind === 'refund') wanted.refunds.add(id)
  if ('attempt' in input) wanted.attempts.add(input.attempt)
}
