import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type { CreateRefund, ListRefunds, Refund } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

export type Refunds = {
  /** Refunds all or part of the captured amount. Refusals: `payment_not_refundable`, `amount_exceeds_refundable`. */
  readonly create: (refund: CreateRefund, options?: CallOptions) => Promise<Refund>
  readonly get: (id: string, options?: CallOptions) => Promise<Refund>
  /** Newest first. */
  readonly list: (params?: ListRefunds, options?: CallOptions) => Pages<Refund>
}

export function createRefunds({ call, list }: Api): Refunds {
  return {
    create: (body, options) => call('create_refund', { body }, options),
    get: (id, options) => call('get_refund', { params: { id } }, options),
    list: (query, options) => list('list_refunds', { query }, options),
  }
}
