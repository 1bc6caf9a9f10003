export { createCaseHandler } from './cases/carry-out.ts'
export { changesOf } from './cases/changes-of.ts'
export { contentOf } from './cases/content-of.ts'
export { createDisputeCaseHandler, disputesQueue } from './cases/dispute-cases.ts'
export { type Matter, type MatterChange, mattersAfter } from './cases/matters.ts'
export { paymentsQueue } from './cases/queue.ts'
export { sagaCases } from './cases/saga-cases.ts'
export { strandedBy } from './cases/stranded-by.ts'
export type { PaymentsSubject } from './cases/subject.ts'
export { isOfChart } from './chart-of-accounts.ts'
export { createPayments, type PaymentsDependencies } from './create-payments.ts'
export type * from './credit.ts'
export type * from './dispute.ts'
export { createRailCaller } from './engine/rails/rail-caller.ts'
export { readOpenRefundsStep, readRefundsOfStep, sumEndedRefundsStep } from './engine/rows/refund-store.ts'
export { paymentEventTypes } from './event-types.ts'
export type * from './machine.ts'
export { caseReasons, reasonsOfSuspense } from './machine.ts'
export { hinted } from './machines/attempts/attempt-policy.ts'
export { returnedWhole } from './machines/attempts/returned.ts'
export { withSum } from './machines/booking/ended-refunds.ts'
export { refundShares, sumOf } from './machines/booking/shares.ts'
export { onCreditReport, settledByHand } from './machines/credits/credit-machine.ts'
export {
  acceptedAt,
  capturedOf,
  isAuthorized,
  isRetryable,
  machines,
  retried,
  takenBack,
  withCancelRequested,
  withRefundRequested,
} from './machines/machines.ts'
export { lookUpsOf, rowsReadFor } from './machines/rows-read.ts'
export { seenOf } from './machines/seen.ts'
export { isStranded } from './machines/stranded.ts'
export type * from './payment.ts'
export { paymentPhases, paymentStates, subjectKinds } from './payment.ts'
export { paymentMetrics } from './payment-metrics.ts'
export type * from './payments.ts'
export { accountRefusalCodes, type PaymentRefusal, type PaymentRefusalCode, paymentRefusals } from './refusals.ts'
export { renderCapture } from './rendering/render-capture.ts'
export { renderDispute } from './rendering/render-dispute.ts'
export { renderPayment } from './rendering/render-payment.ts'
export { renderPayout } from './rendering/render-payout.ts'
export { renderRefund } from './rendering/render-refund.ts'
export { paymentEvents } from './routes/event-schemas.ts'
export { readSource } from './routes/payment-from-json.ts'
export { createPayment as createPaymentSchema, payment as paymentSchema, textSource } from './routes/payment-schemas.ts'
export { type PaymentRoutesDependencies, paymentRoutes } from './routes.ts'
export { timelineTable } from './timeline/timeline-table.ts'
export { type PaymentCheck, paymentChecks } from './verify/payment-checks.ts'
export { findUnreturned, type Unreturned } from './verify/unreturned-read-model.ts'
