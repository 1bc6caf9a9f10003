import { type Static, Type } from 'typebox'
import { encodeId, formatTimestamp, idPrefix, uuidOf } from '#kernel'
import { accountReference, id, time, timeOrNull } from '#platform/fields'
import { answer, closedObject, InvalidRequest, type Route, route } from '#platform/http'
import type { Queryable } from '#platform/postgres'
import { type Erasure, findErasure, type NewErasure } from '../erasure/erasure-store.ts'
import type { Payments } from '../payments.ts'
import { type PaymentRefusalCode, refuse } from '../refusals.ts'

export type ErasureRoutesDependencies = {
  readonly payments: Pick<Payments, 'requestErasure' | 'wake'>
  readonly database: Queryable
}

const tag = 'Payments'
const erasureId = id('ers', 'The id of the erasure.')

const erasure = closedObject(
  {
    id: erasureId,
    subject: Type.String({
      description: 'The payment, payout or account.',
      examples: ['pay_01k0a2m4q6r8s0t2v4w6x8y0z2'],
    }),
    state: Type.Unsafe<'running' | 'done'>({
      type: 'string',
      enum: ['running', 'done'],
      description: '`running`: pages are left, or payments that are under way. They are looked at again after an hour.',
      examples: ['done'],
    }),
    payments_erased: Type.Integer({ description: 'Payments whose personal data was erased.', examples: [1] }),
    payouts_erased: Type.Integer({ description: 'Payouts whose personal data was erased.', examples: [0] }),
    waiting: Type.Integer({
      description: 'Payments and payouts that are under way: their rails still need the data.',
      examples: [0],
    }),
    created_at: time('When it was requested.'),
    done_at: timeOrNull('When nothing was left.'),
  },
  { title: 'Erasure', description: 'A request to erase the personal data of a person.' },
)

const createErasure = closedObject(
  {
    payment: Type.Optional(id('pay', 'The payment whose personal data is erased.')),
    payout: Type.Optional(id('out', 'The payout whose personal data is erased.')),
    account: Type.Optional(accountReference('The account: all its payments and payouts', { example: 'customers:42' })),
  },
  { title: 'CreateErasure', description: 'One of the three.', examples: [{ account: 'customers:42' }] },
)

const params = closedObject({ id: erasureId })

/** Erasure of a person, for administrators: `/v1/erasures`. */
export function erasureRoutes({ payments, database }: ErasureRoutesDependencies): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/erasures',
      operation: 'create_erasure',
      summary: 'Erase personal data',
      description:
        'Erases instruments, names and addresses of a payment, a payout, or all payments and payouts of an account, ' +
        'also in attempts and in the evidence of disputes that are over. Amounts, accounts, states, transfers and ' +
        'references stay, so the books do not change. It cannot be undone. It is carried out in the background, and ' +
        'waits for payments that are under way. Events and answers kept for idempotency keys repeat the ' +
        'instrument until they are dropped.',
      tag,
      permission: 'personal_data:erase',
      body: createErasure,
      answers: { 201: erasure },
      problems: ['payment_not_found', 'payout_not_found', 'account_not_found'] satisfies PaymentRefusalCode[],
      acts: ['erasure.created'],
      handleOnce: async (request, tx) => {
        const named = readSubject(request.body)
        const { book } = request.caller
        const made = await payments.requestErasure(tx, { id: request.newId('erasure'), book: book.number, ...named })
        if (!made.ok) return request.refuse(made.refusal)
        const json = toJson(made.value)
        await request.record(tx, { subject: json.subject, details: { erasure: json.id, book: book.code } })
        return answer(201, json)
      },
      afterCommit: (_request, kept) => {
        payments.wake()
        return kept
      },
    }),
    route({
      method: 'GET',
      path: '/v1/erasures/:id',
      operation: 'get_erasure',
      summary: 'Get an erasure',
      tag,
      permission: 'personal_data:erase',
      params,
      answers: { 200: erasure },
      problems: ['erasure_not_found'] satisfies PaymentRefusalCode[],
      handle: async ({ params: { id: wanted }, caller, refuse: answerRefusal }) => {
        const found = await findErasure(database, { book: caller.book.number, id: uuidOf(idPrefix.erasure, wanted) })
        if (found !== undefined) return answer(200, toJson(found))
        return answerRefusal(refuse('erasure_not_found', 'id').refusal)
      },
    }),
  ]
}

type Named = Pick<Extract<NewErasure, { subject: unknown }>, 'subject'> | { readonly account: string }

function readSubject({ payment, payout, account }: Static<typeof createErasure>): Named {
  if ([payment, payout, account].filter((one) => one !== undefined).length !== 1) {
    throw new InvalidRequest('Give either payment, payout or account.', { param: 'payment' })
  }
  if (payment !== undefined) return { subject: { kind: 'payment', id: uuidOf(idPrefix.payment, payment) } }
  if (payout !== undefined) return { subject: { kind: 'payout', id: uuidOf(idPrefix.payout, payout) } }
  return { account: account ?? '' }
}

function toJson(one: Erasure): Static<typeof erasure> {
  return {
    id: encodeId(idPrefix.erasure, one.id),
    subject: encodeId(idPrefix[one.subject.kind], one.subject.id),
    state: one.doneAt === undefined ? 'running' : 'done',
    payments_erased: one.payments,
    payouts_erased: one.payouts,
    waiting: one.waiting,
    created_at: formatTimestamp(one.createdAt),
    done_at: one.doneAt === undefined ? null : formatTimestamp(one.doneAt),
  }
}
