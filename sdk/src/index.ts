export type {
  Accounts,
  BalanceParams,
  Instant,
  ListAccounts,
  ListEntries,
  Statement,
  StatementParams,
} from './accounts.ts'
export { amountMax, formatAmount, type ParsedAmount, parseAmount } from './amounts.ts'
export type { ApiKeys, Assets, Books, ListAssets } from './books.ts'
export type { ActOnCaseOptions, Cases, ListCases } from './cases.ts'
export type { Disputes, ListDisputes } from './disputes.ts'
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
export { Munim, type MunimOptions } from './munim.ts'
export type { Items, ListOrders, Orders } from './orders.ts'
export type { Page, PageParams, Pages } from './pages.ts'
export type { ListPayments, Payments } from './payments.ts'
export type { ListPayouts, Payouts } from './payouts.ts'
export type { Rails } from './rails.ts'
export type { ListRefunds, Refunds } from './refunds.ts'
export type {
  TrialBalance,
  TrialBalanceParams,
  Verification,
  VerificationCheck,
  VerificationProgress,
  VerificationResult,
} from './reports.ts'
export type { BatchParams, ListTransfers, Transfers } from './transfers.ts'
export type { CallOptions, Retry } from './transport.ts'
export type {
  Account,
  AccountCondition,
  AccountResult,
  ActedOnCases,
  ActOnCases,
  AmountInput,
  ApiKey,
  Asset,
  Balance,
  Book,
  CancelOrRefund,
  Capture,
  CapturePayment,
  Case,
  CaseAct,
  CaseAction,
  CaseReason,
  CaseWithActs,
  ChallengeDispute,
  ChangeItem,
  ChangeVendor,
  Checkout,
  CreateAccount,
  CreateItem,
  CreateOrder,
  CreatePayment,
  CreatePayout,
  CreateRefund,
  CreateTransfer,
  CreateVendor,
  Dispute,
  DisputeWithEvidence,
  Entry,
  EventType,
  Item,
  ItemError,
  MunimEvent,
  NewApiKey,
  Order,
  OrderLine,
  OrderState,
  Payment,
  PaymentState,
  Payout,
  Rail,
  Refund,
  RetryPayment,
  Share,
  ShareInput,
  StatementSummary,
  TimelineAttempt,
  TimelineItem,
  TimelineTransfer,
  Transfer,
  TransferBatch,
  TransferResult,
  TrialBalanceRow,
  TrialBalanceTotal,
  UpdateAccount,
  Vendor,
} from './types.ts'
export type { Vendors } from './vendors.ts'
