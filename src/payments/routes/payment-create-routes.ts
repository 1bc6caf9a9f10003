import { assert, idPrefix, type Uuid, uuidOf } from '#kernel'
import { type Answer, answerText, type Route, type RouteRequest, route } from '#platform/http'
import type { Payment } from '../payment.ts'
import type { NewPayment, PaymentResult, Payments } from '../payments.ts'
import { accountRefusalCodes, type PaymentRefusal, type PaymentRefusalCode } from '../refusals.ts'
import { renderPayment } from '../rendering/render-payment.ts'
import { askerOf } from './asker-of.ts'
import { awaitEnd, idIn } from './await-end.ts'
import { paymentFromJson } from './payment-from-json.ts'
import { createPayment, payment } from './payment-schemas.ts'

const createProblems = [
  'vendor_not_found',
  'rail_not_found',
  'operation_not_supported_by_rail',
  ...accountRefusalCodes,
  'shares_do_not_add_up',
  'expires_at_not_in_future',
  'payment_reference_taken',
] as const satisfies readonly PaymentRefusalCode[]

export function paymentCreateRoutes(payments: Pick<Payments, 'createPayment' | 'waitForEnd'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/payments',
      operation: 'create_payment',
      acts: { none: 'The payment is its own record, and its timeline has each step.' },
      summary: 'Move money in, or between accounts',
      description:
        'Accepts a payment from an account of the book or from outside over a rail, to one account or several, with a ' +
        'fee for the platform if there is one. It is answered `processing` as soon as it is safely kept; what becomes ' +
        'of it, its `state` and the events say. With `Prefer: wait=SECONDS` the answer is the end when it comes in ' +
        'time. A replay of an Idempotency-Key is answered with the payment as it was accepted, or may wait as well.',
      tag: 'Payments',
      permission: 'payments:write',
      body: createPayment,
      answers: { 201: payment },
      problems: createProblems,
      waits: true,
      handle: async (request) => {
        const book = request.caller.book.number
        const { untilMs } = request
        const command = { ...paymentFromJson(book, request.body), id: request.newId('payment'), untilMs }
        const { kept, id } = await accept(payments, request, command)
        return awaitEnd(payments, request, kept, () => ({
          kind: 'payment',
          id: id ?? uuidOf(idPrefix.payment, idIn(kept)),
          book,
        }))
      },
    }),
  ]
}

/** Once per Idempotency-Key when the request has one. The id is set for a payment accepted now. */
async function accept(
  payments: Pick<Payments, 'createPayment'>,
  request: RouteRequest,
  command: NewPayment,
): Promise<{ readonly kept: Answer; readonly id: Uuid | undefined }> {
  const toAnswer = (result: PaymentResult<Payment>): Answer =>
    result.ok ? answerText(201, renderPayment(result.value)) : request.refuse(located(result.refusal, request.body))
  const { idempotency } = request
  const once = idempotency && { ...idempotency, answer: toAnswer }
  const accepted = await payments.createPayment(command, once, askerOf(request))
  const id = accepted.kind === 'done' && accepted.value.ok ? accepted.value.value.id : undefined
  if (idempotency !== undefined) return { kept: request.settle(accepted), id }
  assert(accepted.kind === 'done', 'a request without a key is no replay')
  return { kept: toAnswer(accepted.value), id }
}

/** Maps `param` to the field in the payment's JSON. */
function located(refusal: PaymentRefusal, body: unknown): PaymentRefusal {
  if (refusal.param === 'rail') return { ...refusal, param: 'source.rail' }
  const isAlone = (body as { readonly destination?: string }).destination !== undefined
  return isAlone && refusal.param === 'destinations.0.account' ? { ...refusal, param: 'destination' } : refusal
}
