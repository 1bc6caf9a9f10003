import type { Metric } from '#platform/telemetry'
import type { Payments } from './payments.ts'

/** The metrics of payments in this process. */
export function paymentMetrics({ statistics }: Pick<Payments, 'statistics'>): Metric[] {
  const metric = (name: string, help: string, read: () => number) => ({ name: `munim_payment_${name}`, help, read })
  return [
    metric('accepted_total', 'Payments, captures and refunds accepted.', () => statistics().accepted),
    metric('inputs_total', 'Inputs handled: requests, answers of rails and timers.', () => statistics().inputs),
    metric('batches_total', 'Batches of inputs handled.', () => statistics().batches),
    metric('rail_calls_total', 'Calls of rails made.', () => statistics().railCalls),
    metric('queued_acceptances', 'Requests that wait to be accepted.', () => statistics().accepting),
    metric('queued_rail_calls', 'Calls of rails that wait for a free place.', () => statistics().railCallsQueued),
    metric('running_rail_calls', 'Calls of rails under way.', () => statistics().railCallsUnderWay),
    metric('queued_outcomes', 'Answers of rails that are not booked yet.', () => statistics().railAnswersWaiting),
    metric('waiting_clients', 'Clients that wait for the end of a payment.', () => statistics().waiting),
  ]
}
