import { inquiriesAfter } from '../inquiries.ts'
import type { RailCall } from '../rail.ts'
import type { RailAdapter } from '../rail-adapter.ts'
import { type MandateRules, mandateFrequencies } from '../rail-mandates.ts'
import { createSimulatorCallbacks } from './simulator-callbacks.ts'
import { createSimulatorDisputes } from './simulator-disputes.ts'
import { createSimulatorMandates } from './simulator-mandates.ts'
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
import { upiDeclines } from './upi-declines.ts'

const hourMs = 3_600_000

/** As of UPI Autopay: the payer is notified 24 to 48 hours before, and a debit has one try and three more. */
const mandateRules: MandateRules = {
  frequencies: mandateFrequencies,
  amountRules: ['exact', 'max'],
  preNotification: {
    by: 'rail',
    atLeastMs: 24 * hourMs,
    atMostMs: 48 * hourMs,
    exempt: {
      frequencies: ['daily'],
      first: { withinMs: 300_000, upTo: { amount: 1_500_000n, asset: 'INR' } },
    },
  },
  triesPerDebit: 4,
  withoutPayerUpTo: [{ amount: 1_500_000n, asset: 'INR' }],
  approvalMs: 300_000,
}

/** Accepts at once, and reports the outcome by a callback. */
export function createUpiRail(options: SimulatorRailOptions): RailAdapter {
  const { name, url, tls, timeoutMs } = options
  const { http, ...rail } = createSimulatorRail({
    name,
    capabilities: {
      ...configuredOf(options),
      operations: new Set(['charge', 'refund', 'payout']),
      inquiries: inquiriesAfter(options.inquireAfterMs ?? 3_000),
      authorizationMs: 0,
      payInMs: 86_400_000,
      disputes: { takesMoney: 'at_end' },
      mandates: mandateRules,
    },
    client: { url, tls, prefix: 'upi', declines: upiDeclines, timeoutMs },
    requestOf,
  })
  return {
    ...rail,
    ...createSimulatorMandates({ http, prefix: 'upi', declines: upiDeclines }),
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
