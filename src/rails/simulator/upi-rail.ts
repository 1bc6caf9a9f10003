import { inquiriesAfter } from '../inquiries.ts'
import type { RailCall } from '../rail.ts'
import type { RailAdapter } from '../rail-adapter.ts'
import { createSimulatorCallbacks } from './simulator-callbacks.ts'
import { createSimulatorDisputes } from './simulator-disputes.ts'
import { createSimulatorRail, following, opening, type SimulatorRailOptions, simulatorKind } from './simulator-rail.ts'
import { createSimulatorRecall } from './simulator-recall.ts'
import { createSimulatorVerification } from './simulator-verification.ts'
import { upiDeclines } from './upi-declines.ts'

/** Accepts at once, and reports the outcome by a callback. */
export function createUpiRail(options: SimulatorRailOptions): RailAdapter {
  const { name, url, timeoutMs } = options
  const { http, ...rail } = createSimulatorRail({
    name,
    capabilities: {
      ...(options.callsMax !== undefined && { callsMax: options.callsMax }),
      ...(options.creditsBook !== undefined && { creditsBook: options.creditsBook }),
      operations: new Set(['charge', 'refund', 'payout']),
      inquiries: inquiriesAfter(options.inquireAfterMs ?? 3_000),
      authorizationMs: 0,
      payInMs: 86_400_000,
      disputes: { takesMoney: 'at_end' },
    },
    client: { url, prefix: 'upi', declines: upiDeclines, timeoutMs },
    requestOf,
  })
  return {
    ...rail,
    recall: createSimulatorRecall(http, 'upi'),
    verify: createSimulatorVerification(http, 'upi'),
    callbacks: createSimulatorCallbacks({ ...options, declines: upiDeclines }),
    disputes: createSimulatorDisputes({ http, prefix: 'upi' }),
  }
}

export const simulatorUpi = simulatorKind(createUpiRail)

function requestOf(call: RailCall) {
  if (call.operation === 'charge') return opening('/collects', call)
  if (call.operation === 'payout') return opening('/pays', call)
  if (call.operation !== 'refund') return undefined
  const body = { amount: call.amount.toString(), descriptor: call.descriptor }
  return following(call, (id) => `/collects/${id}/refunds`, body)
}
