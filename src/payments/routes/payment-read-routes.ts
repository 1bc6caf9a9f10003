import { idPrefix, uuidOf } from '#kernel'
import { answerText, metadataFilter, querySchema, type Route, route } from '#platform/http'
import { answerPage, idCursor, pageQuery, pageRequest, pageSchema } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { listCaptures } from '../lists/capture-read-model.ts'
import { getPayment, listPayments } from '../lists/payment-read-model.ts'
import type { Payments } from '../payments.ts'
import { paymentRefusals } from '../refusals.ts'
import { renderCapture } from '../rendering/render-capture.ts'
import { renderPayment } from '../rendering/render-payment.ts'
import { paymentTimeline } from '../timeline/timeline.ts'
import { readPaymentTimeline, type TimelineStretch } from '../timeline/timeline-read-model.ts'
import { answerTimeline } from './answer-timeline.ts'
import { awaitEnd, ended } from './await-end.ts'
import { capture, payment, paymentParams, paymentsQuery } from './payment-schemas.ts'
import { readCreated } from './read-created.ts'
import { timelineItem } from './timeline-schemas.ts'

type Deps = { readonly database: Queryable; readonly payments: Pick<Payments, 'waitForEnd'> }

export const paymentNotFound = {
  code: 'payment_not_found',
  message: paymentRefusals.payment_not_found,
  param: 'id',
} as const

export function paymentReadRoutes(deps: Deps): Route[] {
  return [listRoute(deps), getRoute(deps), capturesRoute(deps), timelineRoute(deps)]
}

function listRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/payments',
    operation: 'list_payments',
    readAct: 'payment.read',
    summary: 'List payments',
    description: 'Newest first. Filters go together: a payment must match all that are given.',
    tag: 'Payments',
    permission: 'payments:read',
    query: paymentsQuery,
    answers: { 200: pageSchema(payment) },
    handle: async ({ caller, query }) => {
      const { state, reference, vendor, rail } = query
      const page = await listPayments(database, {
        book: caller.book.number,
        ...pageRequest(query, idCursor),
        filter: { state, reference, vendor, rail, metadata: metadataFilter(query), ...readCreated(query) },
      })
      return answerPage(page, idCursor, renderPayment)
    },
  })
}

function getRoute({ database, payments }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/payments/:id',
    operation: 'get_payment',
    readAct: 'payment.read',
    summary: 'Read a payment',
    description: 'The payment as it is now; with `Prefer: wait=SECONDS` as soon as it is no longer `processing`.',
    tag: 'Payments',
    permission: 'payments:read',
    params: paymentParams,
    answers: { 200: payment },
    problems: ['payment_not_found'],
    waits: true,
    handle: async (request) => {
      const book = request.caller.book.number
      const id = uuidOf(idPrefix.payment, request.params.id)
      const found = await getPayment(database, book, id)
      if (found === undefined) return request.refuse(paymentNotFound)
      const now = answerText(200, renderPayment(found))
      if (found.state !== 'processing') return ended(request, now)
      return awaitEnd(payments, request, now, () => ({ kind: 'payment', id, book }))
    },
  })
}

function capturesRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/payments/:id/captures',
    operation: 'list_captures',
    summary: "List a payment's captures",
    description: 'Oldest first, all of them on one page. A payment with automatic capture has none.',
    tag: 'Payments',
    permission: 'payments:read',
    params: paymentParams,
    answers: { 200: pageSchema(capture) },
    problems: ['payment_not_found'],
    handle: async (request) => {
      const id = uuidOf(idPrefix.payment, request.params.id)
      const found = await getPayment(database, request.caller.book.number, id)
      if (found === undefined) return request.refuse(paymentNotFound)
      const items = await listCaptures(database, found.book, id)
      return answerPage({ items, next: undefined }, idCursor, (item) => renderCapture(item, found))
    },
  })
}

export const timelineQuery = querySchema(pageQuery)

function timelineRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/payments/:id/timeline',
    operation: 'get_payment_timeline',
    summary: 'What happened to a payment',
    description:
      'Oldest first, for people: what was asked, every step that followed with what it booked and the events it gave, ' +
      'and every attempt at a rail with its outcome; of the payment, its captures and its refunds.',
    tag: 'Payments',
    permission: 'payments:read',
    params: paymentParams,
    query: timelineQuery,
    answers: { 200: pageSchema(timelineItem) },
    problems: ['payment_not_found'],
    handle: async (request) => {
      const id = uuidOf(idPrefix.payment, request.params.id)
      const found = await getPayment(database, request.caller.book.number, id)
      if (found === undefined) return request.refuse(paymentNotFound)
      const read = async (stretch: TimelineStretch) =>
        paymentTimeline(found, await readPaymentTimeline(database, found, stretch))
      return answerTimeline(database, request.caller.book.number, read, request.query)
    },
  })
}
