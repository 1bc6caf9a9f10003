import type { Instant } from './accounts.ts'
import { decodePayout, decodeTimelineItem } from './decode.ts'
import { createPages, type PageParams, type Pages } from './pages.ts'
import { toQuery } from './query.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { CreatePayout, Payout, TimelineItem } from './types.ts'
import type { WirePage, WirePayout, WireTimelineItem } from './wire.ts'

export type ListPayouts = PageParams & {
  readonly state?: Payout['state']
  readonly reference?: string
  /** A vendor's code. */
  readonly vendor?: string
  readonly rail?: string
  /** The account, named as in the payout's request. */
  readonly source?: string
  readonly created_from?: Instant
  readonly created_to?: Instant
  /** All pairs must match. */
  readonly metadata?: Readonly<Record<string, string>>
}

export type Payouts = {
  /** Takes an amount from an account and sends it out over a rail. */
  readonly create: (payout: CreatePayout, options?: CallOptions) => Promise<Payout>
  readonly get: (id: string, options?: CallOptions) => Promise<Payout>
  /** Newest first. */
  readonly list: (params?: ListPayouts, options?: CallOptions) => Pages<Payout>
  /** Its history, oldest first. */
  readonly timeline: (id: string, params?: PageParams, options?: CallOptions) => Pages<TimelineItem>
  /** Only possible before the payout is submitted to a rail. */
  readonly cancel: (id: string, options?: CallOptions) => Promise<Payout>
}

export function createPayouts(transport: Transport): Payouts {
  const path = '/v1/payouts'
  const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`
  return {
    create: async (payout, options) =>
      decodePayout(await transport.send<WirePayout>({ method: 'POST', path, body: payout }, options)),
    get: async (id, options) =>
      decodePayout(await transport.send<WirePayout>({ method: 'GET', path: pathOf(id) }, options)),
    list: (params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WirePayout>>({ method: 'GET', path, query: toQuery({ ...params, ...page }) }, call),
        decodePayout,
        params ?? {},
        options,
      ),
    timeline: (id, params, options) =>
      createPages(
        (page, call) =>
          transport.send<WirePage<WireTimelineItem>>(
            { method: 'GET', path: `${pathOf(id)}/timeline`, query: toQuery({ ...params, ...page }) },
            call,
          ),
        decodeTimelineItem,
        params ?? {},
        options,
      ),
    cancel: async (id, options) =>
      decodePayout(
        await transport.send<WirePayout>({ method: 'POST', path: `${pathOf(id)}/cancel`, body: {} }, options),
      ),
  }
}
