import { assert, idPrefix, uuidOf } from '#kernel'
import { type Answer, answerText, metadataFilter, type Route, type RouteRequest, route } from '#platform/http'
import { answerPage, idCursor, pageRequest, pageSchema } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { getRefund, listRefunds } from '../lists/refund-read-model.ts'
import type { Refund } from '../payment.ts'
import type { NewRefund, PaymentResult, Payments } from '../payments.ts'
import { accountRefusalCodes, type PaymentRefusalCode, paymentRefusals } from '../refusals.ts'
import { renderRefund } from '../rendering/render-refund.ts'
import { askerOf } from './asker-of.ts'
import { awaitEnd, ended, idIn } from './await-end.ts'
import { refundFromJson } from './payment-from-json.ts'
import { readCreated } from './read-created.ts'
import { createRefund, refund, refundParams, refundsQuery } from './refund-schemas.ts'

type Deps = { readonly database: Queryable; readonly payments: Pick<Payments, 'makeRefund' | 'waitForEnd'> }

export function refundRoutes(deps: Deps): Route[] {
  return [createRoute(deps), listRoute(deps), getRoute(deps)]
}

function createRoute({ payments }: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/refunds',
    operation: 'create_refund',
    acts: { none: 'The refund is its own record, and is in the timeline of its payment.' },
    summary: 'Give money back',
    description:
      'Refunds what a payment captured, whole or in part, as often as something is left: to where it came from, or ' +
      'to an account of the book. All refunds of a payment together never pass what it captured. ' +
      'A payment takes up to 1,000 refunds.',
    tag: 'Refunds',
    permission: 'refunds:write',
    body: createRefund,
    answers: { 201: refund },
    problems: [
      'payment_not_found',
      'operation_not_supported_by_rail',
      ...accountRefusalCodes,
      'shares_do_not_add_up',
      'payment_not_refundable',
      'amount_exceeds_refundable',
      'too_many_refunds',
    ] satisfies PaymentRefusalCode[],
    waits: true,
    handle: async (request) => {
      const book = request.caller.book.number
      const kept = await make(payments, request, { ...refundFromJson(book, request.body), id: request.newId('refund') })
      return awaitEnd(payments, request, kept, () => ({
        kind: 'refund',
        id: uuidOf(idPrefix.refund, idIn(kept)),
        book,
      }))
    },
  })
}

/** Once per Idempotency-Key when the request has one. */
async function make(payments: Deps['payments'], request: RouteRequest, command: NewRefund): Promise<Answer> {
  const { idempotency } = request
  const toAnswer = (result: PaymentResult<Refund>): Answer =>
    result.ok ? answerText(201, renderRefund(result.value)) : request.refuse(result.refusal)
  const made = await payments.makeRefund(command, idempotency && { ...idempotency, answer: toAnswer }, askerOf(request))
  if (idempotency !== undefined) return request.settle(made)
  assert(made.kind === 'done', 'a request without a key is no replay')
  return toAnswer(made.value)
}

function listRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/refunds',
    operation: 'list_refunds',
    summary: 'List refunds',
    description: 'Newest first. Filters go together: a refund must match all that are given.',
    tag: 'Refunds',
    permission: 'payments:read',
    query: refundsQuery,
    answers: { 200: pageSchema(refund) },
    handle: async ({ caller, query }) => {
      const payment = query.payment === undefined ? undefined : uuidOf(idPrefix.payment, query.payment)
      const page = await listRefunds(database, {
        book: caller.book.number,
        ...pageRequest(query, idCursor),
        filter: { payment, state: query.state, metadata: metadataFilter(query), ...readCreated(query) },
      })
      return answerPage(page, idCursor, renderRefund)
    },
  })
}

function getRoute({ database, payments }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/refunds/:id',
    operation: 'get_refund',
    summary: 'Read a refund',
    description: 'The refund as it is now; with `Prefer: wait=SECONDS` as soon as it is no longer `processing`.',
    tag: 'Refunds',
    permission: 'payments:read',
    params: refundParams,
    answers: { 200: refund },
    problems: ['refund_not_found'],
    waits: true,
    handle: async (request) => {
      const book = request.caller.book.number
      const id = uuidOf(idPrefix.refund, request.params.id)
      const found = await getRefund(database, book, id)
      if (found === undefined) {
        return request.refuse({ code: 'refund_not_found', message: paymentRefusals.refund_not_found, param: 'id' })
      }
      const now = answerText(200, renderRefund(found))
      if (found.state !== 'processing') return ended(request, now)
      return awaitEnd(payments, request, now, () => ({ kind: 'refund', id, book }))
    },
  })
}
