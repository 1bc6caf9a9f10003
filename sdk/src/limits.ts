import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type { Limit, ListLimits, SetLimit } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** Limits of clients and books; they need an operator key. */
export type Limits = {
  /** Replaces the limit of the same client or book for the same operation. */
  readonly set: (limit: SetLimit, options?: CallOptions) => Promise<Limit>
  /** Newest first. */
  readonly list: (params?: ListLimits, options?: CallOptions) => Pages<Limit>
  readonly remove: (id: string, options?: CallOptions) => Promise<Limit>
}

export function createLimits({ call, list }: Api): Limits {
  return {
    set: (body, options) => call('set_limit', { body }, options),
    list: (query, options) => list('list_limits', { query }, options),
    remove: (id, options) => call('remove_limit', { params: { id } }, options),
  }
}
