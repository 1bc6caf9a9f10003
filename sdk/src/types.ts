import type { Page } from './pages.ts'
import type {
  CancelOrRefundAnswer,
  Case,
  ChangeAccount,
  CreateAccountResult,
  CreateTransferResult,
  CreateTransfersAnswer,
  Event,
  Order,
  Payment,
  NewApiKey as PerhapsLostApiKey,
  Statement,
  TrialBalance,
} from './schemas.generated.ts'

// Names of the SDK for parts of the contract. Every other schema has the contract's name.

export type UpdateAccount = ChangeAccount
export type PaymentState = Payment['state']
export type OrderState = Order['state']
export type CaseReason = Case['reason']
export type CaseAction = Case['actions'][number]
/** An event; `type` determines the type of `data`. */
export type MunimEvent = Event
export type EventType = MunimEvent['type']
/** The payment after the payer's request, and its refund if it had been captured. */
export type CancelOrRefund = CancelOrRefundAnswer
/** A new key: only this answer contains its text. */
export type NewApiKey = PerhapsLostApiKey & { readonly key: string }
export type StatementSummary = Omit<Statement, keyof Page<unknown>>
export type TrialBalanceSummary = Omit<TrialBalance, keyof Page<unknown>>
export type TrialBalanceTotal = TrialBalance['totals'][number]

/** The result for one account of a batch: 201 created, 200 existed already, 4xx refused. */
export type AccountResult = OneOf<CreateAccountResult, 'account', 'error'>
/** The result for one transfer of a batch: 201 booked, 200 replayed, 4xx refused. */
export type TransferResult = OneOf<CreateTransferResult, 'transfer', 'error'>
/** The results of a batch, by the index of the request. */
export type TransferBatch = Omit<CreateTransfersAnswer, 'results'> & { readonly results: readonly TransferResult[] }

/** `Result` with one of two fields. */
type OneOf<Result, A extends keyof Result, B extends keyof Result> = Omit<Result, A | B> &
  (With<Result, A, B> | With<Result, B, A>)
type With<Result, Field extends keyof Result, Other extends keyof Result> = Readonly<Required<Pick<Result, Field>>> & {
  readonly [Name in Other]?: never
}
