import type { Instant } from './accounts.ts'
import { decodeRefund } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { CreateRefund, Refund } from './types.ts'
import type { WirePage, WireRefund } from './wire.ts'

export type ListRefunds = PageParams & {
  /** The id of a payment. */
  readonly payment?: string
  readonly state?: Refund['state']
  readonly created_from?: Instant
  readonly created_to?: Instant
  /** All pairs must match. */
  readonly metadata?: Readonly<Record<string, string>>
}

export type Refunds = {
  /** Refunds all or part of the captured amount. Refusals: `payment_not_refundable`, `amount_exceeds_refundable`. */
  readonly create: (refund: CreateRefund, options?: CallOptions) => Promise<Refund>
  readonly get: (id: string, options?: CallOptions) => Promise<Refund>
  /** Newest first. */
  readonly list: (params?: ListRefunds, options?: CallOptions) => Pages<Refund>
}

export function createRefunds(transport: Transport): Refunds {
  const path = '/v1/refunds'
  return {
    create: async (refund, options) =>
      decodeRefund(await transport.send<WireRefund>({ method: 'POST', path, body: refund }, options)),
    get: async (id, options) =>
      decodeRefund(
        await transport.send<WireRefund>({ method: 'GET', path: `${path}/${encodeURIComponent(id)}` }, options),
      ),
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireRefund>>({ method: 'GET', path, query: toQuery({ ...params, ...page }) }, call),
        decodeRefund,
        params ?? {},
        options,
      ),
  }
}
