export type { Accounts, BalanceParams, Statement, StatementParams } from './accounts.ts'
export { type AmountInput, amountMax, formatAmount, type ParsedAmount, parseAmount } from './amounts.ts'
export type { Approvals } from './approvals.ts'
export type { Audit } from './audit.ts'
export type { AccessTokens } from './bearer.ts'
export type { ApiKeys, Assets, Books } from './books.ts'
export type { ActOnCaseOptions, Cases } from './cases.ts'
export type { Consumers } from './consumers.ts'
export type { Disputes } from './disputes.ts'
export type { Erasures } from './erasures.ts'
export {
  type ErrorCode,
  MunimConnectionError,
  MunimError,
  MunimTimeoutError,
  type Problem,
  type ProblemPart,
} from './errors.ts'
export { type Events, type FollowEvents, feedStart, type ListEvents } from './events.ts'
export { idOf } from './ids.ts'
export type { Limits } from './limits.ts'
export { Munim, type MunimOptions } from './munim.ts'
export type { OauthClients, OauthKeys } from './oauth.ts'
export type { Items, Orders } from './orders.ts'
export type { Page, PageParams, Pages } from './pages.ts'
export type { Payments } from './payments.ts'
export type { Payouts } from './payouts.ts'
export type { People } from './people.ts'
export type { Instant } from './query.ts'
export type { Rails } from './rails.ts'
export type { Refunds } from './refunds.ts'
export type { TrialBalance, TrialBalanceParams, Verification } from './reports.ts'
// Names of other files of the SDK hide the same names of the contract.
export type * from './schemas.generated.ts'
export type { Secrets } from './secrets.ts'
export type { BatchParams, Transfers } from './transfers.ts'
export type { CallOptions, Retry } from './transport.ts'
export type {
  AccountResult,
  CancelOrRefund,
  CaseAction,
  CaseReason,
  EventType,
  MunimEvent,
  NewApiKey,
  OrderState,
  PaymentState,
  StatementSummary,
  TransferBatch,
  TransferResult,
  TrialBalanceSummary,
  TrialBalanceTotal,
  UpdateAccount,
} from './types.ts'
export type { Vendors } from './vendors.ts'
export { type ReceivedWebhook, type VerifyWebhookOptions, verifyWebhook } from './webhooks.ts'
