import { inquiriesAfter } from '../inquiries.ts'
import type { RailCall } from '../rail.ts'
import type { RailAdapter } from '../rail-adapter.ts'
import { bankDeclines } from './bank-declines.ts'
import { createBankStatements } from './bank-statements.ts'
import { createSimulatorCallbacks } from './simulator-callbacks.ts'
import {
  configuredOf,
  createSimulatorRail,
  following,
  opening,
  type SimulatorRailOptions,
  simulatorKind,
} from './simulator-rail.ts'
import { createSimulatorRecall } from './simulator-recall.ts'
import { createSimulatorVerification } from './simulator-verification.ts'

/** Accepts at once, and reports the outcome in the next day's statement. */
export function createBankRail(options: SimulatorRailOptions): RailAdapter {
  const { name, url, tls, timeoutMs } = options
  const { http, ...rail } = createSimulatorRail({
    name,
    capabilities: {
      ...configuredOf(options),
      operations: new Set(['charge', 'refund', 'payout']),
      inquiries: inquiriesAfter(options.inquireAfterMs ?? 10_000),
      authorizationMs: 0,
    },
    client: { url, tls, prefix: 'bank', declines: bankDeclines, timeoutMs },
    requestOf,
  })
  return {
    ...rail,
    recall: createSimulatorRecall(http, 'bank'),
    verify: createSimulatorVerification(http, 'bank'),
    callbacks: createSimulatorCallbacks({ ...options, declines: bankDeclines }),
    statements: createBankStatements(http, name),
  }
}

export const simulatorBank = simulatorKind(createBankRail)

function requestOf(call: RailCall) {
  if (call.operation === 'charge') return opening('/direct-debits', call)
  if (call.operation === 'payout') return opening('/credit-transfers', call)
  if (call.operation !== 'refund') return undefined
  const body = { amount: call.amount.toString(), descriptor: call.descriptor }
  return following(call, (id) => `/direct-debits/${id}/reversals`, body)
}
