import type { Instant } from './accounts.ts'
import { decodeCapture, decodePayment, decodeRefund, decodeTimelineItem } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type {
  AmountInput,
  CancelOrRefund,
  Capture,
  CapturePayment,
  CreatePayment,
  Payment,
  PaymentState,
  RetryPayment,
  TimelineItem,
} from './types.ts'
import type { WireCancelOrRefund, WireCapture, WirePage, WirePayment, WireTimelineItem } from './wire.ts'

export type ListPayments = PageParams & {
  readonly state?: PaymentState
  readonly reference?: string
  /** A vendor's code. */
  readonly vendor?: string
  readonly rail?: string
  readonly created_from?: Instant
  readonly created_to?: Instant
  /** All pairs must match. */
  readonly metadata?: Readonly<Record<string, string>>
}

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
  /** The history of the payment, its captures and its refunds, oldest first. */
  readonly timeline: (id: string, params?: PageParams, options?: CallOptions) => Pages<TimelineItem>
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

export function createPayments(transport: Transport): Payments {
  const pathOf = (id: string) => `/v1/payments/${encodeURIComponent(id)}`
  const post = <Wire>(path: string, body: object, options: CallOptions | undefined) =>
    transport.send<Wire>({ method: 'POST', path, body }, options)
  const list = <Wire, Item>(
    path: string,
    decode: (wire: Wire) => Item,
    params: ListPayments,
    options: CallOptions | undefined,
  ) =>
    createPages(
      (page, call) =>
        transport.send<WirePage<Wire>>({ method: 'GET', path, query: toQuery({ ...params, ...page }) }, call),
      decode,
      params,
      options,
    )
  return {
    create: async (payment, options) => decodePayment(await post<WirePayment>('/v1/payments', payment, options)),
    get: async (id, options) =>
      decodePayment(await transport.send<WirePayment>({ method: 'GET', path: pathOf(id) }, options)),
    list: (params, options) => list<WirePayment, Payment>('/v1/payments', decodePayment, params ?? {}, options),
    timeline: (id, params, options) =>
      list<WireTimelineItem, TimelineItem>(`${pathOf(id)}/timeline`, decodeTimelineItem, params ?? {}, options),
    capture: async (id, params, options) =>
      decodeCapture(await post<WireCapture>(`${pathOf(id)}/capture`, params ?? {}, options)),
    captures: (id, options) =>
      createPages(
        (_page, call) => transport.send<WirePage<WireCapture>>({ method: 'GET', path: `${pathOf(id)}/captures` }, call),
        decodeCapture,
        {},
        options,
      ),
    cancel: async (id, options) => decodePayment(await post<WirePayment>(`${pathOf(id)}/cancel`, {}, options)),
    increment: async (id, amount, options) =>
      decodePayment(await post<WirePayment>(`${pathOf(id)}/increment`, { amount }, options)),
    retry: async (id, params, options) =>
      decodePayment(await post<WirePayment>(`${pathOf(id)}/retry`, params, options)),
    cancelOrRefund: async (id, options) => {
      const { payment, refund } = await post<WireCancelOrRefund>(`${pathOf(id)}/cancel-or-refund`, {}, options)
      return { payment: decodePayment(payment), refund: refund === null ? null : decodeRefund(refund) }
    },
  }
}
