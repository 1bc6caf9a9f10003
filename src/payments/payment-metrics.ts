import type { Metric } from '#platform/telemetry'
import type { Payments } from './payments.ts'

export function paymentMetrics({ statistics }: Pick<Payments, 'statistics'>): Metric[] {
  return [
    {
      name: 'munim_payment_accepted_total',
      help: 'Payments, captures and refunds accepted.',
      read: () => statistics().accepted,
    },
    {
      name: 'munim_payment_inputs_total',
      help: 'Inputs handled: requests, answers of rails and timers.',
      read: () => statistics().inputs,
    },
    {
      name: 'munim_payment_batches_total',
      help: 'Batches of inputs handled.',
      read: () => statistics().batches,
    },
    {
      name: 'munim_payment_rail_calls_total',
      help: 'Calls of rails made.',
      read: () => statistics().railCalls,
    },
    {
      name: 'munim_payment_queued_acceptances',
      help: 'Requests that wait to be accepted.',
      read: () => statistics().accepting,
    },
    {
      name: 'munim_payment_queued_rail_calls',
      help: 'Calls of rails that wait for a free place.',
      read: () => statistics().railCallsQueued,
    },
    {
      name: 'munim_payment_running_rail_calls',
      help: 'Calls of rails under way.',
      read: () => statistics().railCallsUnderWay,
    },
    {
      name: 'munim_payment_queued_outcomes',
      help: 'Answers of rails that are not booked yet.',
      read: () => statistics().railAnswersWaiting,
    },
    {
      name: 'munim_payment_waiting_clients',
      help: 'Clients that wait for the end of a payment.',
      read: () => statistics().waiting,
    },
  ]
}
