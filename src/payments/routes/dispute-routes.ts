import type { Static } from 'typebox'
import { idPrefix, type Uuid, uuidOf } from '#kernel'
import { readTime } from '#platform/fields'
import { answerText, type Route, type RouteRequest, route } from '#platform/http'
import { answerPage, idCursor, pageRequest, pageSchema } from '#platform/lists'
import type { Queryable } from '#platform/postgres'
import type { DisputeEvidence } from '#rails'
import { listEvidence } from '../engine/rows/dispute-evidence-store.ts'
import { getDispute, listDisputes } from '../lists/dispute-read-model.ts'
import type { Payments } from '../payments.ts'
import { type PaymentRefusalCode, paymentRefusals } from '../refusals.ts'
import { renderDispute, renderDisputeWithEvidence } from '../rendering/render-dispute.ts'
import {
  acceptDispute,
  challengeDispute,
  dispute,
  disputeParams,
  disputesQuery,
  disputeWithEvidence,
} from './dispute-schemas.ts'
import { readCreated } from './read-created.ts'

type Deps = {
  readonly database: Queryable
  readonly payments: Pick<Payments, 'acceptDispute' | 'challengeDispute' | 'wake'>
}

export function disputeRoutes(deps: Deps): Route[] {
  return [listRoute(deps), getRoute(deps), acceptRoute(deps), challengeRoute(deps)]
}

const answerProblems = [
  'dispute_not_found',
  'operation_not_supported_by_rail',
  'dispute_not_answerable',
] satisfies PaymentRefusalCode[]

function listRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/disputes',
    operation: 'list_disputes',
    summary: 'List disputes',
    description: 'Newest first. Filters go together: a dispute must match all that are given.',
    tag: 'Disputes',
    permission: 'payments:read',
    query: disputesQuery,
    answers: { 200: pageSchema(dispute) },
    handle: async ({ caller, query }) => {
      const { payment, stage, rail, reference, due_before: due } = query
      const page = await listDisputes(database, {
        book: caller.book.number,
        ...pageRequest(query, idCursor),
        filter: {
          payment: payment === undefined ? undefined : uuidOf(idPrefix.payment, payment),
          evidenceDueBefore: due === undefined ? undefined : readTime({ value: due, param: 'due_before' }),
          ...{ stage, rail, reference, ...readCreated(query) },
        },
      })
      return answerPage(page, idCursor, renderDispute)
    },
  })
}

function getRoute({ database }: Deps): Route {
  return route({
    method: 'GET',
    path: '/v1/disputes/:id',
    operation: 'get_dispute',
    readAct: 'dispute.read',
    summary: 'Read a dispute',
    description: 'The dispute as it is now, and what was sent to the bank as evidence.',
    tag: 'Disputes',
    permission: 'payments:read',
    params: disputeParams,
    answers: { 200: disputeWithEvidence },
    problems: ['dispute_not_found'],
    handle: async (request) => {
      const { book, dispute: id } = subjectOf(request)
      const found = await getDispute(database, { book, id })
      if (found === undefined) {
        return request.refuse({ code: 'dispute_not_found', message: paymentRefusals.dispute_not_found, param: 'id' })
      }
      return answerText(200, renderDisputeWithEvidence(found, await listEvidence(database, id)))
    },
  })
}

function acceptRoute({ payments }: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/disputes/:id/accept',
    operation: 'accept_dispute',
    summary: 'Accept a dispute',
    description:
      'Gives in: the payer keeps the money. The rail passes it to the bank, and the dispute is `accepted` once the ' +
      'rail has confirmed it.',
    tag: 'Disputes',
    permission: 'disputes:write',
    params: disputeParams,
    body: acceptDispute,
    answers: { 200: dispute },
    problems: answerProblems,
    acts: ['dispute.accepted'],
    handleOnce: async (request, tx) => {
      const result = await payments.acceptDispute(tx, { ...subjectOf(request), id: request.newId('dispute answer') })
      if (!result.ok) return request.refuse(result.refusal)
      await request.record(tx, { subject: request.params.id })
      return answerText(200, renderDispute(result.value))
    },
    afterCommit: (_, kept) => {
      payments.wake()
      return Promise.resolve(kept)
    },
  })
}

function challengeRoute({ payments }: Deps): Route {
  return route({
    method: 'POST',
    path: '/v1/disputes/:id/challenge',
    operation: 'challenge_dispute',
    summary: 'Challenge a dispute with evidence',
    description:
      'Sends texts and files to the bank over the rail. The dispute is `challenged` once the rail has confirmed it, ' +
      'and `won` or `lost` when the bank has decided.',
    tag: 'Disputes',
    permission: 'disputes:write',
    params: disputeParams,
    body: challengeDispute,
    answers: { 200: dispute },
    problems: answerProblems,
    acts: ['dispute.challenged'],
    handleOnce: async (request, tx) => {
      const evidence = request.body.evidence.map(evidenceOf)
      const id = request.newId('dispute answer')
      const result = await payments.challengeDispute(tx, { ...subjectOf(request), id, evidence })
      if (!result.ok) return request.refuse(result.refusal)
      await request.record(tx, { subject: request.params.id, details: { texts_and_files: String(evidence.length) } })
      return answerText(200, renderDispute(result.value))
    },
    afterCommit: (_, kept) => {
      payments.wake()
      return Promise.resolve(kept)
    },
  })
}

type Evidence = Static<typeof challengeDispute>['evidence'][number]

function evidenceOf(given: Evidence): DisputeEvidence {
  if ('text' in given) return { mediaType: 'text/plain; charset=utf-8', bytes: Buffer.from(given.text) }
  const { name, media_type: mediaType, content } = given
  return { name, mediaType, bytes: Buffer.from(content, 'base64') }
}

function subjectOf({ caller, params }: RouteRequest<{ readonly id: string }>): { book: number; dispute: Uuid } {
  return { book: caller.book.number, dispute: uuidOf(idPrefix.dispute, params.id) }
}
