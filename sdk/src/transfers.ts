import type { Instant } from './accounts.ts'
import { decodeTransfer, decodeTransferBatch } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { AmountInput, CreateTransfer, Transfer, TransferBatch } from './types.ts'
import type { WirePage, WireTransfer, WireTransferBatch } from './wire.ts'

export type ListTransfers = PageParams & {
  /** An account's id or code, on either side. */
  readonly account?: string
  readonly source?: string
  readonly destination?: string
  readonly reference?: string
  readonly state?: WireTransfer['state']
  /** All pairs must match. */
  readonly metadata?: Readonly<Record<string, string>>
  readonly recorded_from?: Instant
  readonly recorded_to?: Instant
}

export type BatchParams = {
  /** All or nothing: one refusal throws `group_refused`, whose problem lists the reasons by index. */
  readonly atomic?: boolean
  /** Returns the result that the batch would have, without booking it. */
  readonly dry_run?: boolean
}

export type Transfers = {
  /** Books a transfer, or holds the amount when `pending`. A refusal throws a MunimError with its code. */
  readonly create: (transfer: CreateTransfer, options?: CallOptions) => Promise<Transfer>
  /** Up to 10,000 transfers, decided in order; results are by index. */
  readonly createBatch: (
    transfers: readonly Omit<CreateTransfer, 'dry_run'>[],
    params?: BatchParams,
    options?: CallOptions,
  ) => Promise<TransferBatch>
  readonly get: (id: string, options?: CallOptions) => Promise<Transfer>
  /** Newest first. */
  readonly list: (params?: ListTransfers, options?: CallOptions) => Pages<Transfer>
  /** Posts a pending transfer in full or in part; the rest is released. */
  readonly post: (id: string, params?: { readonly amount?: AmountInput }, options?: CallOptions) => Promise<Transfer>
  /** Releases a pending transfer. */
  readonly void: (id: string, options?: CallOptions) => Promise<Transfer>
}

export function createTransfers(transport: Transport): Transfers {
  const pathOf = (id: string) => `/v1/transfers/${encodeURIComponent(id)}`
  const post = async (path: string, body: object, options: CallOptions | undefined) =>
    decodeTransfer(await transport.send<WireTransfer>({ method: 'POST', path, body }, options))
  return {
    create: (transfer, options) => post('/v1/transfers', transfer, options),
    createBatch: async (transfers, params, options) => {
      const body = { transfers, ...params }
      const request = { method: 'POST', path: '/v1/transfers/batch', body } as const
      return decodeTransferBatch(await transport.send<WireTransferBatch>(request, options))
    },
    get: async (id, options) =>
      decodeTransfer(await transport.send<WireTransfer>({ method: 'GET', path: pathOf(id) }, options)),
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireTransfer>>(
            { method: 'GET', path: '/v1/transfers', query: toQuery({ ...params, ...page }) },
            call,
          ),
        decodeTransfer,
        params ?? {},
        options,
      ),
    post: (id, params, options) => post(`${pathOf(id)}/post`, params ?? {}, options),
    void: (id, options) => post(`${pathOf(id)}/void`, {}, options),
  }
}
