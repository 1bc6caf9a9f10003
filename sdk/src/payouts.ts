import type { Api } from './api.ts'
import type { Pages } from './pages.ts'
import type {
  CreatePayout,
  GetPayoutTimeline,
  ListPayouts,
  Payout,
  RecallPayout,
  TimelineItem,
} from './schemas.generated.ts'
import type { CallOptions } from './transport.ts'

export type Payouts = {
  /** Takes an amount from an account and sends it out over a rail. */
  readonly create: (payout: CreatePayout, options?: CallOptions) => Promise<Payout>
  readonly get: (id: string, options?: CallOptions) => Promise<Payout>
  /** Newest first. */
  readonly list: (params?: ListPayouts, options?: CallOptions) => Pages<Payout>
  /** Its history, oldest first. */
  readonly timeline: (id: string, params?: GetPayoutTimeline, options?: CallOptions) => Pages<TimelineItem>
  /** Only possible before the payout is submitted to a rail. */
  readonly cancel: (id: string, options?: CallOptions) => Promise<Payout>
  /** Asks the rail to get it back. What comes back is a return. */
  readonly recall: (id: string, recall?: RecallPayout, options?: CallOptions) => Promise<Payout>
}

export function createPayouts({ call, list }: Api): Payouts {
  return {
    create: (body, options) => call('create_payout', { body }, options),
    get: (id, options) => call('get_payout', { params: { id } }, options),
    list: (query, options) => list('list_payouts', { query }, options),
    timeline: (id, query, options) => list('get_payout_timeline', { params: { id }, query }, options),
    cancel: (id, options) => call('cancel_payout', { params: { id }, body: {} }, options),
    recall: (id, body, options) => call('recall_payout', { params: { id }, body: body ?? {} }, options),
  }
}
