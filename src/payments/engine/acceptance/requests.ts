import { accepted, minorMax, type Timestamp } from '#kernel'
import type { LaneName, Lanes, NewMessage } from '#lanes'
import type { Ledger } from '#ledger'
import { faultPoint } from '#platform/faults'
import { newUuid } from '#platform/ids'
import { appendEventsSteps } from '#platform/outbox'
import type { BurstAnswer, BurstStep, Transaction } from '#platform/postgres'
import type { Rails } from '#rails'
import { capturesMax } from '../../lists/capture-read-model.ts'
import {
  isAuthorized,
  isRetryable,
  retried,
  retrySource,
  withCancelRequested,
  withRefundRequested,
} from '../../machines/machines.ts'
import type { Capture, Payment, Refund } from '../../payment.ts'
import type { NamedPayment, NewCapture, PaymentResult, Payments } from '../../payments.ts'
import { refuse } from '../../refusals.ts'
import { renderPayment } from '../../rendering/render-payment.ts'
import { nowStep } from '../handling/database-clock.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import { type InputContent, inputMessage } from '../handling/queued-input.ts'
import type { ServerNotes } from '../rails/server-notes.ts'
import { countCapturesStep, insertCapturesStep } from '../rows/capture-store.ts'
import { lockPaymentsStep, toPayment, updatePaymentsSteps } from '../rows/payment-store.ts'
import { readRefundsOfStep, readRefundsStep, toRefund } from '../rows/refund-store.ts'
import { lookAt, refuseAccounts } from './account-checks.ts'
import { cancelPayout } from './cancel-payout.ts'
import { createRefund } from './create-refunds.ts'
import { isRefusedAnywhere, mayRepeatLost, requireDecided } from './lost-requests.ts'
import { askForReversals, findReversalOfAll, reversalIdOf } from './lost-reversals.ts'
import { refuseByRails } from './new-payment.ts'

export type RequestDependencies = {
  readonly lanes: Pick<Lanes, 'enqueueSteps'>
  readonly rails: Pick<Rails, 'rail'>
  readonly ledger: Pick<Ledger, 'standings' | 'knownAssets'>
  readonly servers: Pick<ServerNotes, 'mayBeLost'>
}

export type Requests = Pick<
  Payments,
  | 'createRefund'
  | 'capture'
  | 'cancel'
  | 'increment'
  | 'retry'
  | 'lockPayment'
  | 'findRefund'
  | 'findReversal'
  | 'reversalId'
  | 'findReversalOfAll'
  | 'askForReversals'
  | 'cancelPayout'
>

/** Each request locks the payment's row, then refuses or reserves. The rest is done on the payment's lane. */
export function createRequests(deps: RequestDependencies): Requests {
  return {
    findRefund: async (tx, { book, refund }) => {
      const [, found] = await tx.burst([indexPlansStep, readRefundsStep(book, [refund])])
      const row = found?.rows[0]
      return row && toRefund(row)
    },
    findReversal: async (tx, { book, payment }) => {
      const [, found] = await tx.burst([indexPlansStep, readRefundsOfStep(book, payment)])
      const made = (found?.rows ?? []).map(toRefund).filter(({ isReversal, state }) => isReversal && !isVain(state))
      return made.toSorted((one, other) => one.createdAt - other.createdAt).at(-1)
    },
    reversalId: (tx, asked) => reversalIdOf(deps, tx, asked),
    findReversalOfAll,
    askForReversals: async (tx, request) => {
      const { payment, now } = await lock(tx, request)
      if (payment === undefined || !mayRepeatLost(request, now, deps.servers)) return
      await askForReversals(deps, tx, { payment, now, wantsBack: true })
    },
    lockPayment: async (tx, request) => (await lock(tx, request)).payment,
    createRefund: (tx, request) => createRefund(deps, tx, request),
    capture: (tx, request) => capture(deps, tx, request),
    cancel: async (tx, request) => {
      const { payment, now } = await lock(tx, request)
      if (payment === undefined) return refuse('payment_not_found')
      if (mayRepeatLost(request, now, deps.servers)) {
        await askForReversals(deps, tx, { payment, now, wantsBack: request.wantsBack === true })
      }
      const isWantedInReview = request.wantsBack === true && payment.phase === 'review'
      const isOpen = payment.state === 'processing' || payment.state === 'authorized' || isWantedInReview
      if (!isOpen) return refuse('payment_not_cancelable')
      const wanted = request.wantsBack === true ? withRefundRequested(payment) : withCancelRequested(payment)
      const after = wanted === payment ? payment : { ...wanted, version: payment.version + 1 }
      await tx.burst([
        ...(after === payment ? [] : updatePaymentsSteps([{ before: payment, after }], now)),
        ...deps.lanes.enqueueSteps([asked(payment, { kind: 'cancel' }, request.isReversal ? 'rollback' : undefined)]),
      ])
      return accepted(after)
    },
    increment: async (tx, request) => {
      const { payment, now } = await lock(tx, request)
      requireDecided(request, payment, now, deps.servers)
      if (payment === undefined) return refuse('payment_not_found')
      if (!isAuthorized(payment, now)) return refuse('payment_not_authorized')
      if (payment.amount + request.amount > minorMax) return refuse('amount_too_large', 'amount')
      const input = { kind: 'increment', amount: request.amount, request: request.id ?? newUuid() } as const
      await tx.burst(deps.lanes.enqueueSteps([asked(payment, input)]))
      return accepted(payment)
    },
    retry: (tx, request) => retry(deps, tx, request),
    cancelPayout: (tx, request) => cancelPayout(tx, request, deps.servers),
  }
}

function isVain(state: Refund['state']): boolean {
  return state === 'failed' || state === 'canceled'
}

type Locked = {
  readonly payment: Payment | undefined
  readonly now: Timestamp
  readonly beside: readonly BurstAnswer[]
}

async function lock(tx: Transaction, request: NamedPayment, ...beside: readonly BurstStep[]): Promise<Locked> {
  const { book, payment: id } = request
  const [, locked, now, ...rest] = await tx.burst([indexPlansStep, lockPaymentsStep(book, [id]), nowStep, ...beside])
  const row = locked?.rows[0]
  return { payment: row && toPayment(row), now: Number(now?.rows[0]?.[0]), beside: rest }
}

function asked(payment: Payment, input: InputContent, lane: LaneName = payment.lane): NewMessage {
  const { book, id, vendor } = payment
  return inputMessage({ book, kind: 'payment', id, root: id, input }, { lane, vendor })
}

async function capture(
  deps: RequestDependencies,
  tx: Transaction,
  request: NewCapture,
): Promise<PaymentResult<Capture>> {
  const { book } = request
  const { payment, now, beside } = await lock(tx, request, countCapturesStep(book, request.payment))
  requireDecided(request, payment, now, deps.servers)
  if (payment === undefined) return refuse('payment_not_found')
  const [count = 0, closing = 0] = (beside[0]?.rows[0] ?? []).map(Number)
  const amount = request.amount ?? payment.amountCapturable
  const made: Capture = {
    id: request.id ?? newUuid(),
    payment: payment.id,
    amount,
    final: request.final ?? true,
    state: 'processing',
    reason: undefined,
    currentAttempt: undefined,
    createdAt: now,
  }
  const queued = { book, kind: 'capture', id: made.id, root: payment.id, input: { kind: 'capture' } } as const
  const storing = (capture: Capture) => [
    insertCapturesStep([{ ...capture, book }]),
    ...deps.lanes.enqueueSteps([inputMessage(queued, payment)]),
  ]
  const refusal =
    refuseCapture(payment, { amount, isClosing: closing !== 0, now }) ??
    (await refuseReceivers(deps, tx, payment)) ??
    (count >= capturesMax ? refuse('too_many_captures') : undefined)
  if (refusal !== undefined) {
    const lost = request.amount ?? (amount > 0n ? amount : payment.amount - payment.amountCaptured)
    const failed = { ...made, amount: lost, state: 'failed', reason: refusal.refusal.code } as const
    const isOfRail = payment.source.kind === 'rail' && payment.railReference !== undefined
    if (isOfRail && lost > 0n && mayRepeatLost(request, now, deps.servers)) await tx.burst(storing(failed))
    return refusal
  }
  const after = {
    ...payment,
    amountCapturable: payment.amountCapturable - amount,
    amountCapturing: payment.amountCapturing + amount,
    version: payment.version + 1,
  }
  faultPoint('payments.capture.before')
  await tx.burst([...updatePaymentsSteps([{ before: payment, after }], now), ...storing(made)])
  faultPoint('payments.capture.after')
  return accepted(made)
}

type Capturing = { readonly amount: bigint; readonly isClosing: boolean; readonly now: Timestamp }

function refuseCapture(payment: Payment, { amount, isClosing, now }: Capturing) {
  if (!isAuthorized(payment, now) || isClosing) return refuse('payment_not_authorized')
  const isWithin = amount <= payment.amountCapturable && amount > 0n
  return isWithin ? undefined : refuse('amount_exceeds_capturable', 'amount')
}

/** Before a rail is called for more money: refuses when a recipient cannot receive it. */
async function refuseReceivers(deps: RequestDependencies, tx: Transaction, payment: Payment) {
  if (payment.source.kind !== 'rail') return undefined
  return refuseAccounts(payment, await lookAt(deps, [payment], tx))
}

async function retry(
  deps: RequestDependencies,
  tx: Transaction,
  request: Parameters<Payments['retry']>[1],
): Promise<PaymentResult<Payment>> {
  const { payment, now } = await lock(tx, request)
  requireDecided(request, payment, now, deps.servers)
  if (payment === undefined) return refuse('payment_not_found')
  const { source } = payment
  if (source.kind !== 'rail') return refuse('payment_not_retryable')
  const { id = newUuid(), instrument, rail = source.rail } = request
  const operations = payment.capture === 'automatic' ? (['charge'] as const) : (['authorize', 'capture'] as const)
  const refusal =
    (isRetryable(payment) ? undefined : refuse('payment_not_retryable')) ??
    refuseByRails(deps.rails, [rail], { operations, asset: payment.asset }) ??
    (await refuseReceivers(deps, tx, payment))
  if (refusal !== undefined) {
    const reason = refusal.refusal.code
    const lost = { request: id, rail, instrument, reason }
    const isLost = mayRepeatLost(request, now, deps.servers) && !isRefusedAnywhere(reason)
    if (isLost) await tx.burst(deps.lanes.enqueueSteps([asked(payment, { kind: 'start', lost })]))
    return refusal
  }
  const again = retried(payment, retrySource(source, { rail, instrument }), id)
  const after: Payment = { ...again, version: payment.version + 1 }
  await tx.burst([
    ...updatePaymentsSteps([{ before: payment, after }], now),
    ...deps.lanes.enqueueSteps([asked(after, { kind: 'start' })]),
    ...appendEventsSteps(now, [{ book: payment.book, type: 'payment.retried', data: renderPayment(after) }]),
  ])
  return accepted(after)
}
