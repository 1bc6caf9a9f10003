import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type {
  CreateTransfer,
  CreateTransferItem,
  CreateTransfers,
  ListTransfers,
  PostTransfer,
  Transfer,
} from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'
import type { TransferBatch } from './types.ts'

/**
 * `atomic`: all or nothing; one refusal throws `group_refused`, whose problem lists the reasons by index. `dry_run`:
 * returns the result that the batch would have, without booking it.
 */
export type BatchParams = Omit<CreateTransfers, 'transfers'>

export type Transfers = {
  /** Books a transfer, or holds the amount when `pending`. A refusal throws a MunimError with its code. */
  readonly create: (transfer: CreateTransfer, options?: CallOptions) => Promise<Transfer>
  /** Up to 10,000 transfers, decided in order; results are by index. */
  readonly createBatch: (
    transfers: readonly CreateTransferItem[],
    params?: BatchParams,
    options?: CallOptions,
  ) => Promise<TransferBatch>
  readonly get: (id: string, options?: CallOptions) => Promise<Transfer>
  /** Newest first. */
  readonly list: (params?: ListTransfers, options?: CallOptions) => Pages<Transfer>
  /** Posts a pending transfer in full or in part; the rest is released. */
  readonly post: (id: string, params?: PostTransfer, options?: CallOptions) => Promise<Transfer>
  /** Releases a pending transfer. */
  readonly void: (id: string, options?: CallOptions) => Promise<Transfer>
}

export function createTransfers({ call, list }: Api): Transfers {
  return {
    create: (body, options) => call('create_transfer', { body }, options),
    createBatch: async (transfers, params, options) =>
      (await call('create_transfers', { body: { transfers, ...params } }, options)) as TransferBatch,
    get: (id, options) => call('get_transfer', { params: { id } }, options),
    list: (query, options) => list('list_transfers', { query }, options),
    post: (id, body, options) => call('post_transfer', { params: { id }, body: body ?? {} }, options),
    void: (id, options) => call('void_transfer', { params: { id }, body: {} }, options),
  }
}
