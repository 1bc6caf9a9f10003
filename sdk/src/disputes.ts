import type { Instant } from './accounts.ts'
import { decodeDispute } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ChallengeDispute, Dispute, DisputeWithEvidence } from './types.ts'
import type { WireDispute, WireDisputeWithEvidence, WirePage } from './wire.ts'

export type ListDisputes = PageParams & {
  /** The id of a payment. */
  readonly payment?: string
  readonly stage?: Dispute['stage']
  readonly rail?: string
  /** The rail's own name of the dispute. */
  readonly reference?: string
  /** Evidence is due before this time. */
  readonly due_before?: Instant
  readonly created_from?: Instant
  readonly created_to?: Instant
}

/** An answer is sent over the rail. It throws `dispute_not_answerable` when the dispute has one, or is over. */
export type Disputes = {
  /** Newest first. */
  readonly list: (params?: ListDisputes, options?: CallOptions) => Pages<Dispute>
  /** The dispute, and what was sent as evidence. */
  readonly get: (id: string, options?: CallOptions) => Promise<DisputeWithEvidence>
  /** Gives in: the payer keeps the money. */
  readonly accept: (id: string, options?: CallOptions) => Promise<Dispute>
  readonly challenge: (id: string, challenge: ChallengeDispute, options?: CallOptions) => Promise<Dispute>
}

export function createDisputes(transport: Transport): Disputes {
  const path = '/v1/disputes'
  const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`
  const answer = async (id: string, act: 'accept' | 'challenge', body: object, options: CallOptions | undefined) =>
    decodeDispute(await transport.send<WireDispute>({ method: 'POST', path: `${pathOf(id)}/${act}`, body }, options))
  return {
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireDispute>>({ method: 'GET', path, query: toQuery({ ...params, ...page }) }, call),
        decodeDispute,
        params ?? {},
        options,
      ),
    get: async (id, options) =>
      decodeDispute(await transport.send<WireDisputeWithEvidence>({ method: 'GET', path: pathOf(id) }, options)),
    accept: (id, options) => answer(id, 'accept', {}, options),
    challenge: (id, challenge, options) => answer(id, 'challenge', challenge, options),
  }
}
