import { idPrefix, type Uuid, uuidOf } from '#kernel'
import { answerText, metadataFilter, type Route, type RouteRequest, route } from '#platform/http'
import { answerPage, idCursor, pageRequest, pageSchema } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import { getPayout, listPayouts } from '../lists/payout-read-model.ts'
import type { Payments } from '../payments.ts'
import { accountRefusalCodes, type PaymentRefusalCode, paymentRefusals } from '../refusals.ts'
import { renderPayout } from '../rendering/render-payout.ts'
import { payoutTimeline } from '../timeline/timeline.ts'
import { readPayoutTimeline, type TimelineStretch } from '../timeline/timeline-read-model.ts'
import { answerTimeline } from './answer-timeline.ts'
import { awaitEnd, ended, idIn } from './await-end.ts'
import { payoutFromJson } from './payment-from-json.ts'
import { timelineQuery } from './payment-read-routes.ts'
import { cancelPayout, createPayout, payout, payoutParams, payoutsQuery, recallPayout } from './payout-schemas.ts'
import { readCreated } from './read-created.ts'
import { timelineItem } from './timeline-schemas.ts'

type Deps = {
  readonly database: Queryable
  readonly payments: Pick<Payments, 'createPayout' | 'cancelPayout' | 'recallPayout' | 'wake' | 'waitForEnd'>
}

const notFound = { code: 'payout_not_found', message: paymentRefusals.payout_not_found, param: 'id' } as const

export function payoutRoutes(deps: Deps): Route[] {
  return [createRoute(deps), listRoute(deps), getRoute(deps), timelineRoute(deps), cancelRoute(deps), recallRoute(deps)]
}

function createRoute({ payments }: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/payouts',
    operation: 'create_payout',
    acts: { none: 'The payout is its own record, and its timeline has each step.' },
    summary: 'Pay money out',
    description:
      'Takes an amount from an account of the book and sends it out over a rail. The money is held while the rail is ' +
      'asked, and back in the account when the payout fails.',
    tag: 'Payouts',
    permission: 'payouts:write',
    body: createPayout,
    answers: { 201: payout },
    problems: [
      'vendor_not_found',
      'rail_not_found',
      'operation_not_supported_by_rail',
      ...accountRefusalCodes,
      'payment_reference_taken',
    ] satisfies PaymentRefusalCode[],
    waits: true,
    handleOnce: async (request, tx) => {
      const result = await payments.createPayout(tx, {
        ...payoutFromJson(request.caller.book.number, request.body),
        id: request.newId('payout'),
        untilMs: request.untilMs,
      })
      return result.ok ? answerText(201, renderPayout(result.value)) : request.refuse(result.refusal)
    },
    afterCommit: (request, kept) => {
      payments.wake()
      return awaitEnd(payments, request, kept, () => ({
        kind: 'payout',
        id: uuidOf(idPrefix.payout, idIn(kept)),
        book: request.caller.book.number,
      }))
    },
  })
}

function listRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/payouts',
    operation: 'list_payouts',
    readAct: 'payout.read',
    summary: 'List payouts',
    description: 'Newest first. Filters go together: a payout must match all that are given.',
    tag: 'Payouts',
    permission: 'payments:read',
    query: payoutsQuery,
    answers: { 200: pageSchema(payout) },
    handle: async ({ caller, query }) => {
      const { state, reference, vendor, rail, source } = query
      const page = await listPayouts(database, {
        book: caller.book.number,
        ...pageRequest(query, idCursor),
        filter: { state, reference, vendor, rail, source, metadata: metadataFilter(query), ...readCreated(query) },
      })
      return answerPage(page, idCursor, renderPayout)
    },
  })
}

function getRoute({ database, payments }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/payouts/:id',
    operation: 'get_payout',
    readAct: 'payout.read',
    summary: 'Read a payout',
    description: 'The payout as it is now; with `Prefer: wait=SECONDS` as soon as it is no longer `processing`.',
    tag: 'Payouts',
    permission: 'payments:read',
    params: payoutParams,
    answers: { 200: payout },
    problems: ['payout_not_found'],
    waits: true,
    handle: async (request) => {
      const { book, id } = subjectOf(request)
      const found = await getPayout(database, book, id)
      if (found === undefined) return request.refuse(notFound)
      const now = answerText(200, renderPayout(found))
      if (found.state !== 'processing') return ended(request, now)
      return awaitEnd(payments, request, now, () => ({ kind: 'payout', id, book }))
    },
  })
}

function timelineRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/payouts/:id/timeline',
    operation: 'get_payout_timeline',
    summary: 'What happened to a payout',
    description: 'Oldest first, for people: every step with what it booked, and every attempt at a rail.',
    tag: 'Payouts',
    permission: 'payments:read',
    params: payoutParams,
    query: timelineQuery,
    answers: { 200: pageSchema(timelineItem) },
    problems: ['payout_not_found'],
    handle: async (request) => {
      const { book, id } = subjectOf(request)
      const found = await getPayout(database, book, id)
      if (found === undefined) return request.refuse(notFound)
      const read = async (stretch: TimelineStretch) =>
        payoutTimeline(found, await readPayoutTimeline(database, found, stretch))
      return answerTimeline(database, book, read, request.query)
    },
  })
}

function cancelRoute({ payments }: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/payouts/:id/cancel',
    operation: 'cancel_payout',
    acts: { none: 'The payout is its own record, and its timeline has each step.' },
    summary: 'Cancel a payout',
    description: 'Only before anything of it was submitted to a rail.',
    tag: 'Payouts',
    permission: 'payouts:write',
    params: payoutParams,
    body: cancelPayout,
    answers: { 200: payout },
    problems: ['payout_not_found', 'payout_not_cancelable'] satisfies PaymentRefusalCode[],
    waits: true,
    handleOnce: async (request, tx) => {
      const { book, id } = subjectOf(request)
      const result = await payments.cancelPayout(tx, { book, payout: id })
      return result.ok ? answerText(200, renderPayout(result.value)) : request.refuse(result.refusal)
    },
    afterCommit: (request, kept) => {
      payments.wake()
      return awaitEnd(payments, request, kept, () => ({ kind: 'payout', ...subjectOf(request) }))
    },
  })
}

function recallRoute({ payments }: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/payouts/:id/recall',
    operation: 'recall_payout',
    acts: { none: 'The payout is its own record, and its timeline has each step.' },
    summary: 'Ask for a payout back',
    description:
      'Asks the rail to get back what has gone out, or may have. The timeline has its answer. What comes back, maybe ' +
      'days later, is a return; nothing is booked before.',
    tag: 'Payouts',
    permission: 'payouts:write',
    params: payoutParams,
    body: recallPayout,
    answers: { 200: payout },
    problems: [
      'payout_not_found',
      'operation_not_supported_by_rail',
      'payout_not_recallable',
    ] satisfies PaymentRefusalCode[],
    handleOnce: async (request, tx) => {
      const { book, id } = subjectOf(request)
      const { reason = 'requested' } = request.body
      const result = await payments.recallPayout(tx, { book, payout: id, reason })
      return result.ok ? answerText(200, renderPayout(result.value)) : request.refuse(result.refusal)
    },
    afterCommit: async (_, kept) => {
      payments.wake()
      return kept
    },
  })
}

function subjectOf({ caller, params }: RouteRequest<{ readonly id: string }>): { book: number; id: Uuid } {
  return { book: caller.book.number, id: uuidOf(idPrefix.payout, params.id) }
}
