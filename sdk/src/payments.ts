import type { AmountInput } from './amounts.ts'
import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type {
  Capture,
  CapturePayment,
  CountedDay,
  CreatePayment,
  GetPaymentTimeline,
  ListPaymentDays,
  ListPayments,
  Payment,
  RetryPayment,
  TimelineItem,
} from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'
import type { CancelOrRefund } from './types.ts'

/**
 * Payments. The server answers a change as soon as it is stored, with the state `processing`. With the option `wait`
 * (seconds) the answer shows the final state when it is reached in time.
 */
export type Payments = {
  /** Creates a payment. A later failure shows in its `state`; a refusal throws a MunimError. */
  readonly create: (payment: CreatePayment, options?: CallOptions) => Promise<Payment>
  readonly get: (id: string, options?: CallOptions) => Promise<Payment>
  /** Newest first. */
  readonly list: (params?: ListPayments, options?: CallOptions) => Pages<Payment>
  /** Payments, refunds and payouts of an asset by day, counted from the events. Oldest first. */
  readonly days: (asset: string, params?: ListPaymentDays, options?: CallOptions) => Promise<readonly CountedDay[]>
  /** The history of the payment, its captures and its refunds, oldest first. */
  readonly timeline: (id: string, params?: GetPaymentTimeline, options?: CallOptions) => Pages<TimelineItem>
  /** Captures all or part of the held amount. With `final: false`, more captures may follow. */
  readonly capture: (id: string, params?: CapturePayment, options?: CallOptions) => Promise<Capture>
  /** Oldest first. */
  readonly captures: (id: string, options?: CallOptions) => Pages<Capture>
  /** Releases the held amount. */
  readonly cancel: (id: string, options?: CallOptions) => Promise<Payment>
  /** Increases the held amount. */
  readonly increment: (id: string, amount: AmountInput, options?: CallOptions) => Promise<Payment>
  /** For the payer: retries a failed payment with another instrument or rail. */
  readonly retry: (id: string, params: RetryPayment, options?: CallOptions) => Promise<Payment>
  /** For the payer: cancels the payment, or refunds the rest if it was captured. */
  readonly cancelOrRefund: (id: string, options?: CallOptions) => Promise<CancelOrRefund>
}

export function createPayments({ call, list }: Api): Payments {
  const params = (id: string) => ({ params: { id } })
  return {
    create: (body, options) => call('create_payment', { body }, options),
    get: (id, options) => call('get_payment', params(id), options),
    list: (query, options) => list('list_payments', { query }, options),
    days: async (asset, query, options) =>
      (await call('list_payment_days', { params: { asset }, query }, options)).data,
    timeline: (id, query, options) => list('get_payment_timeline', { ...params(id), query }, options),
    capture: (id, body, options) => call('capture_payment', { ...params(id), body: body ?? {} }, options),
    captures: (id, options) => list('list_captures', params(id), options),
    cancel: (id, options) => call('cancel_payment', { ...params(id), body: {} }, options),
    increment: (id, amount, options) => call('increment_payment', { ...params(id), body: { amount } }, options),
    retry: (id, body, options) => call('retry_payment', { ...params(id), body }, options),
    cancelOrRefund: (id, options) => call('cancel_or_refund_payment', { ...params(id), body: {} }, options),
  }
}
