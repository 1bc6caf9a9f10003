import { inquiriesAfter } from '../inquiries.ts'
import type { InquirySchedule, RailCall } from '../rail.ts'
import type { RailAdapter } from '../rail-adapter.ts'
import { cardRetryBudgets } from '../retry-budgets.ts'
import { cardDeclines } from './card-declines.ts'
import { createSimulatorCallbacks } from './simulator-callbacks.ts'
import { createSimulatorDisputes } from './simulator-disputes.ts'
import {
  configuredOf,
  createSimulatorRail,
  following,
  opening,
  type SimulatorRailOptions,
  simulatorKind,
} from './simulator-rail.ts'
import { createSimulatorRecall } from './simulator-recall.ts'
import { createSimulatorReversal } from './simulator-reversal.ts'
import { createSimulatorVerification } from './simulator-verification.ts'

const dayMs = 86_400_000

/** Answers at once. */
export function createCardRail(options: SimulatorRailOptions): RailAdapter {
  const { name, url, tls, timeoutMs } = options
  const { http, ...rail } = createSimulatorRail({
    name,
    capabilities: {
      ...configuredOf(options),
      operations: new Set(['authorize', 'charge', 'capture', 'void', 'refund', 'payout']),
      inquiries: inquiriesAfter(options.inquireAfterMs ?? 1_000),
      reversals: { default: reversalsAfter(options.inquireAfterMs ?? 1_000) },
      authorizationMs: 7 * dayMs,
      retries: { schemeOf, budgets: cardRetryBudgets },
      disputes: { takesMoney: 'at_opening' },
    },
    client: { url, tls, prefix: 'card', declines: cardDeclines, timeoutMs },
    requestOf,
  })
  return {
    ...rail,
    recall: createSimulatorRecall(http, 'card'),
    verify: createSimulatorVerification(http, 'card'),
    reverse: createSimulatorReversal(http, 'card'),
    callbacks: createSimulatorCallbacks({ ...options, declines: cardDeclines }),
    disputes: createSimulatorDisputes({ http, prefix: 'card' }),
  }
}

/** An advice is repeated for a day. */
function reversalsAfter(firstMs: number): InquirySchedule {
  return { firstMs, thenMs: [2, 5, 30, 120].map((times) => times * firstMs), atMost: 300, giveUpAfterMs: dayMs }
}

export const simulatorCard = simulatorKind(createCardRail)

/** `card_visa_BEHAVIOR`, `card_mastercard_BEHAVIOR`. */
function schemeOf(instrument: string): string | undefined {
  return /^card_(visa|mastercard)_/.exec(instrument)?.[1]
}

function requestOf(call: RailCall) {
  const amount = call.amount.toString()
  if (call.operation === 'authorize' && call.originalReference === undefined) return opening('/authorizations', call)
  if (call.operation === 'authorize') return following(call, (id) => `/authorizations/${id}/increments`, { amount })
  if (call.operation === 'charge') return opening('/charges', call)
  if (call.operation === 'payout') return opening('/payouts', call)
  if (call.operation === 'capture') return following(call, (id) => `/authorizations/${id}/captures`, { amount })
  if (call.operation === 'void') return following(call, (id) => `/authorizations/${id}/voids`, {})
  return following(call, refundsPath, { amount, descriptor: call.descriptor })
}

/** The prefix of a reference names the kind of operation that took the money. */
const refunded: Readonly<Record<string, string>> = { chg: 'charges', capt: 'captures', auth: 'authorizations' }

function refundsPath(reference: string): string | undefined {
  const kind = refunded[reference.slice(0, reference.indexOf('_'))]
  return kind && `/${kind}/${reference}/refunds`
}
