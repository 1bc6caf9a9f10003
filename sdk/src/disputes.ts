import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type { ChallengeDispute, Dispute, DisputeWithEvidence, ListDisputes } from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

/** An answer is sent over the rail. It throws `dispute_not_answerable` when the dispute has one, or is over. */
export type Disputes = {
  /** Newest first. */
  readonly list: (params?: ListDisputes, options?: CallOptions) => Pages<Dispute>
  /** The dispute, and what was sent as evidence. */
  readonly get: (id: string, options?: CallOptions) => Promise<DisputeWithEvidence>
  /** Gives in: the payer keeps the money. */
  readonly accept: (id: string, options?: CallOptions) => Promise<Dispute>
  /** Sends texts, and files in base64. */
  readonly challenge: (id: string, challenge: ChallengeDispute, options?: CallOptions) => Promise<Dispute>
}

export function createDisputes({ call, list }: Api): Disputes {
  return {
    list: (query, options) => list('list_disputes', { query }, options),
    get: (id, options) => call('get_dispute', { params: { id } }, options),
    accept: (id, options) => call('accept_dispute', { params: { id }, body: {} }, options),
    challenge: (id, body, options) => call('challenge_dispute', { params: { id }, body }, options),
  }
}
