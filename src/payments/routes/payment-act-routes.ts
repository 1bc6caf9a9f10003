import { accepted, idPrefix, type Uuid, uuidOf } from '#kernel'
import { readMinor } from '#platform/fields'
import { type Answer, answerText, type Route, type RouteRequest, route } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import type { Payment, Refund } from '../payment.ts'
import type { PaymentResult, Payments } from '../payments.ts'
import { accountRefusalCodes, type PaymentRefusalCode } from '../refusals.ts'
import { renderCapture } from '../rendering/render-capture.ts'
import { renderPayment } from '../rendering/render-payment.ts'
import { renderRefund } from '../rendering/render-refund.ts'
import { awaitEnd, idIn } from './await-end.ts'
import {
  cancelPayment,
  capture,
  capturePayment,
  incrementPayment,
  payment,
  paymentParams,
  retryPayment,
} from './payment-schemas.ts'
import { cancelOrRefund, cancelOrRefundAnswer, type GivenBackEffect } from './refund-schemas.ts'

type Deps = Pick<
  Payments,
  | 'capture'
  | 'cancel'
  | 'increment'
  | 'retry'
  | 'createRefund'
  | 'findReversal'
  | 'reversalId'
  | 'askForReversals'
  | 'lockPayment'
  | 'wake'
  | 'waitForEnd'
>

const inTimeline = 'It is a step of the timeline of its payment.'

export function paymentActRoutes(payments: Deps): Route[] {
  return [
    captureRoute(payments),
    cancelRoute(payments),
    incrementRoute(payments),
    retryRoute(payments),
    cancelOrRefundRoute(payments),
  ]
}

function captureRoute(payments: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/payments/:id/capture',
    operation: 'capture_payment',
    acts: { none: inTimeline },
    summary: 'Capture an authorized payment',
    description:
      'Moves what is held, or a part of it. The rest is released, unless `final` is false: then more captures may ' +
      'follow. A capture stands for itself and has a state of its own.',
    tag: 'Payments',
    permission: 'payments:write',
    params: paymentParams,
    body: capturePayment,
    answers: { 201: capture },
    problems: [
      'payment_not_found',
      ...accountRefusalCodes,
      'payment_not_authorized',
      'amount_exceeds_capturable',
      'too_many_captures',
    ] satisfies PaymentRefusalCode[],
    waits: true,
    handleOnce: async (request, tx) => {
      const { amount, final } = request.body
      const named = namedPayment(request)
      const result = await payments.capture(tx, {
        ...named,
        id: request.newId('capture'),
        ...(amount !== undefined && { amount: readMinor(amount, 'amount') }),
        ...(final !== undefined && { final }),
      })
      if (!result.ok) return request.refuse(result.refusal)
      // The asset is the payment's. The capture has locked it.
      const whole = await payments.lockPayment(tx, named)
      return answerText(201, renderCapture(result.value, { asset: whole?.asset ?? '' }))
    },
    afterCommit: (request, kept) => {
      payments.wake()
      return awaitEnd(payments, request, kept, () => ({
        kind: 'capture',
        id: uuidOf(idPrefix.capture, idIn(kept)),
        book: request.caller.book.number,
      }))
    },
  })
}

function cancelRoute(payments: Deps): Route {
  return paymentRoute(payments, {
    path: '/v1/payments/:id/cancel',
    operation: 'cancel_payment',
    summary: 'Cancel a payment',
    description:
      'Releases the hold, before anything was captured; also while a rail is being asked, when it takes effect ' +
      'as soon as the rail has answered: what the rail took goes back. It counts from when it is accepted.',
    body: cancelPayment,
    problems: ['payment_not_found', 'payment_not_cancelable'],
    act: (tx, request) => payments.cancel(tx, { ...namedPayment(request), id: request.newId('cancel') }),
  })
}

function incrementRoute(payments: Deps): Route {
  return paymentRoute(payments, {
    path: '/v1/payments/:id/increment',
    operation: 'increment_payment',
    summary: 'Hold more',
    description: 'Enlarges the authorization of a payment with manual capture. Its shares grow in proportion.',
    body: incrementPayment,
    problems: ['payment_not_found', 'operation_not_supported_by_rail', 'payment_not_authorized', 'amount_too_large'],
    act: (tx, request) => {
      const { amount } = request.body as { readonly amount: number | string }
      const id = request.newId('increment')
      return payments.increment(tx, { ...namedPayment(request), id, amount: readMinor(amount, 'amount') })
    },
  })
}

function retryRoute(payments: Deps): Route {
  return paymentRoute(payments, {
    path: '/v1/payments/:id/retry',
    operation: 'retry_payment',
    summary: 'Try a failed payment again',
    description:
      'For the payer: the same payment once more, with another instrument or over another rail. Only of a payment from ' +
      'outside that failed.',
    body: retryPayment,
    problems: [
      ...(['payment_not_found', 'rail_not_found', 'operation_not_supported_by_rail'] as const),
      ...accountRefusalCodes,
      'payment_not_retryable',
    ],
    act: (tx, request) => {
      const { instrument, rail } = request.body as { readonly instrument: string; readonly rail?: string }
      const named = { ...namedPayment(request), id: request.newId('retry') }
      return payments.retry(tx, { ...named, instrument, ...(rail !== undefined && { rail }) })
    },
  })
}

function cancelOrRefundRoute(payments: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/payments/:id/cancel-or-refund',
    operation: 'cancel_or_refund_payment',
    acts: { none: inTimeline },
    summary: 'Cancel and refund',
    description:
      'For the payer, who wants it all back: a payment of which nothing was captured is canceled; else what was ' +
      'captured and not yet refunded is refunded to where it came from, and the rest of the hold is released. A ' +
      'capture under way is refunded when it succeeds. `effect` says which of these happens.',
    tag: 'Payments',
    permission: 'refunds:write',
    params: paymentParams,
    body: cancelOrRefund,
    answers: { 200: cancelOrRefundAnswer },
    problems: [
      'payment_not_found',
      ...accountRefusalCodes,
      'payment_not_cancelable',
      'payment_not_refundable',
      'amount_exceeds_refundable',
      'too_many_refunds',
    ] satisfies PaymentRefusalCode[],
    handleOnce: (request, tx) => giveBack(payments, request, tx),
    afterCommit: (_request, kept) => {
      payments.wake()
      return kept
    },
  })
}

async function giveBack(
  payments: Deps,
  request: RouteRequest<{ readonly id: string }>,
  tx: Transaction,
): Promise<Answer> {
  const named = namedPayment(request)
  const before = await payments.lockPayment(tx, named)
  const { amountCaptured = 0n, amountCapturing = 0n } = before ?? {}
  if (before === undefined || amountCaptured + amountCapturing === 0n) {
    const canceled = await payments.cancel(tx, { ...named, id: request.newId('cancel') })
    if (!canceled.ok) return request.refuse(canceled.refusal)
    return givenBack(canceled.value, undefined, 'cancel')
  }
  const refund = await refundRest(payments, before, request, tx)
  if (refund !== undefined && !refund.ok) {
    await payments.askForReversals(tx, { ...named, id: request.newId('cancel') })
    return request.refuse(refund.refusal)
  }
  if (before.phase === 'held' || before.phase === 'review' || before.phase === 'ended') {
    await payments.cancel(tx, { ...named, id: request.newId('cancel'), wantsBack: true })
  }
  const after = (await payments.lockPayment(tx, named)) ?? before
  return givenBack(after, refund?.value, amountCapturing > 0n ? 'refund_when_captured' : 'refund')
}

/** Undefined when there is nothing to refund yet. If all is given back by the program already, its refund. */
async function refundRest(
  payments: Deps,
  payment: Payment,
  request: RouteRequest<{ readonly id: string }>,
  tx: Transaction,
): Promise<PaymentResult<Refund> | undefined> {
  const named = namedPayment(request)
  const isLeft = payment.amountCaptured > payment.amountRefunded + payment.amountRefunding
  const made = isLeft ? undefined : await payments.findReversal(tx, named)
  if (made !== undefined) return accepted(made)
  if (!isLeft && payment.amountCapturing > 0n) return undefined
  const own = request.newId('refund')
  const id = (await payments.reversalId(tx, { payment, request: own })) ?? own
  return payments.createRefund(tx, { ...named, id, metadata: {} })
}

function givenBack(payment: Payment, refund: Refund | undefined, effect: GivenBackEffect): Answer {
  const refundText = refund === undefined ? 'null' : renderRefund(refund)
  return answerText(200, `{"payment":${renderPayment(payment)},"refund":${refundText},"effect":"${effect}"}`)
}

type Act = {
  readonly path: string
  readonly operation: string
  readonly summary: string
  readonly description: string
  readonly body: typeof cancelPayment | typeof incrementPayment | typeof retryPayment
  readonly problems: readonly PaymentRefusalCode[]
  readonly act: (tx: Transaction, request: RouteRequest<{ readonly id: string }>) => Promise<PaymentResult<Payment>>
}

function paymentRoute(payments: Deps, { act, ...described }: Act): Route {
  return route({
    ...described,
    acts: { none: inTimeline },
    method: 'POST',
    tag: 'Payments',
    permission: 'payments:write',
    params: paymentParams,
    answers: { 200: payment },
    waits: true,
    handleOnce: async (request, tx) => {
      const result = await act(tx, request)
      return result.ok ? answerText(200, renderPayment(result.value)) : request.refuse(result.refusal)
    },
    afterCommit: (request, kept) => {
      payments.wake()
      return awaitEnd(payments, request, kept, () => ({ kind: 'payment', ...subjectOf(request) }))
    },
  })
}

function namedPayment(request: RouteRequest<{ readonly id: string }>): { book: number; payment: Uuid } {
  const { id, book } = subjectOf(request)
  return { book, payment: id }
}

function subjectOf({ caller, params }: RouteRequest<{ readonly id: string }>): { book: number; id: Uuid } {
  return { book: caller.book.number, id: uuidOf(idPrefix.payment, params.id) }
}
