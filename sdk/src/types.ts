import type {
  WireAccount,
  WireAccountCondition,
  WireAccountEvent,
  WireActedOnCases,
  WireActOnCases,
  WireApiKey,
  WireAsset,
  WireBalance,
  WireBook,
  WireCapture,
  WireCapturePayment,
  WireCase,
  WireCaseAct,
  WireCaseWithActs,
  WireChallengeDispute,
  WireChangeItem,
  WireChangeVendor,
  WireCheckout,
  WireCreateAccount,
  WireCreateItem,
  WireCreateOrder,
  WireCreatePayment,
  WireCreatePayout,
  WireCreateRefund,
  WireCreateTransfer,
  WireCreateVendor,
  WireDispute,
  WireDisputeEvent,
  WireDisputeWithEvidence,
  WireEntry,
  WireItem,
  WireItemError,
  WireNewApiKey,
  WireOrder,
  WireOrderEvent,
  WirePayment,
  WirePaymentEvent,
  WirePayout,
  WirePayoutEvent,
  WireRail,
  WireRefund,
  WireRefundEvent,
  WireRetryPayment,
  WireShare,
  WireStatement,
  WireTimelineAttempt,
  WireTimelineItem,
  WireTimelineTransfer,
  WireTransfer,
  WireTransferEvent,
  WireTrialBalance,
  WireUpdateAccount,
  WireVendor,
} from './wire.ts'

/** An amount in minor units, as in requests. A number must be a safe integer. */
export type AmountInput = bigint | number | string

/** `Wire` with the named fields as bigint, as in answers. */
type WithAmounts<Wire, Field extends keyof Wire> = {
  [Name in keyof Wire]: Name extends Field ? (null extends Wire[Name] ? bigint | null : bigint) : Wire[Name]
}

/** `Wire` with the named fields as in requests. */
type TakingAmounts<Wire, Field extends keyof Wire> = {
  [Name in keyof Wire]: Name extends Field ? AmountInput | (null extends Wire[Name] ? null : never) : Wire[Name]
}

export type Book = WireBook
export type Asset = WireAsset
export type Account = WithAmounts<
  WireAccount,
  'min_available' | 'max_balance' | 'posted' | 'pending' | 'pending_in' | 'available'
>
export type Transfer = WithAmounts<WireTransfer, 'amount' | 'amount_posted'>
export type Entry = WithAmounts<
  WireEntry,
  'amount' | 'pending_change' | 'posted' | 'pending' | 'pending_in' | 'available'
>
export type Balance = WithAmounts<WireBalance, 'posted' | 'pending' | 'pending_in' | 'available'>
export type StatementSummary = WithAmounts<
  Omit<WireStatement, 'data' | 'has_more' | 'next_cursor'>,
  'opening' | 'closing' | 'total_in' | 'total_out'
>
/** An account and its part of an amount. */
export type Share = WithAmounts<WireShare, 'amount'>
export type Payment = WithAmounts<
  Omit<WirePayment, 'destinations' | 'fee'>,
  'amount' | 'amount_capturable' | 'amount_capturing' | 'amount_captured' | 'amount_refunding' | 'amount_refunded'
> & { readonly destinations: readonly Share[]; readonly fee: Share | null }
export type PaymentState = Payment['state']
export type Capture = WithAmounts<WireCapture, 'amount'>
export type Refund = WithAmounts<Omit<WireRefund, 'from'>, 'amount'> & { readonly from: readonly Share[] }
/** The payment after the payer's request, and its refund if it had been captured. */
export type CancelOrRefund = { readonly payment: Payment; readonly refund: Refund | null }
export type Payout = WithAmounts<WirePayout, 'amount'>
export type Item = WithAmounts<WireItem, 'price'>
export type OrderLine = WithAmounts<WireOrder['lines'][number], 'price'>
export type Order = WithAmounts<Omit<WireOrder, 'lines'>, 'amount'> & { readonly lines: readonly OrderLine[] }
export type OrderState = Order['state']
/** The progress of an order's checkout: its steps in the order of their actions. */
export type Checkout = WireCheckout
/** Money that the payer's bank demands back. */
export type Dispute = WithAmounts<WireDispute, 'amount' | 'fee'>
export type DisputeWithEvidence = WithAmounts<WireDisputeWithEvidence, 'amount' | 'fee'>
/** Texts, and files in base64. */
export type ChallengeDispute = WireChallengeDispute
/** A party for which payments are made, with its lane and SLA. */
export type Vendor = WireVendor
export type CreateVendor = WireCreateVendor
export type ChangeVendor = WireChangeVendor
/** A rail, its operations and its health. */
export type Rail = WireRail
export type TimelineTransfer = WithAmounts<WireTimelineTransfer, 'amount' | 'amount_posted'>
export type TimelineAttempt = WithAmounts<WireTimelineAttempt, 'amount'>
/** An event in the history of a payment or payout, described for people. */
export type TimelineItem = Omit<WireTimelineItem, 'transfers' | 'attempt'> & {
  readonly transfers: readonly TimelineTransfer[]
  readonly attempt: TimelineAttempt | null
}
export type TrialBalanceRow = WithAmounts<WireTrialBalance['data'][number], 'debit' | 'credit'>
export type TrialBalanceTotal = WithAmounts<WireTrialBalance['totals'][number], 'debit' | 'credit'>
export type ApiKey = WireApiKey
/** A new key: only this answer contains its text. */
export type NewApiKey = WireNewApiKey & { readonly key: string }

/** Work for an operator. */
export type Case = WithAmounts<WireCase, 'amount'>
export type CaseWithActs = WithAmounts<WireCaseWithActs, 'amount'>
/** An action of an operator on a case. */
export type CaseAct = WireCaseAct
export type CaseReason = WireCase['reason']
export type CaseAction = WireCase['actions'][number]
/** An action on many cases, and its results. */
export type ActOnCases = WireActOnCases
export type ActedOnCases = WireActedOnCases

export type AccountEventType = WireAccountEvent['type']
export type TransferEventType = WireTransferEvent['type']
export type PaymentEventType =
  | WirePaymentEvent['type']
  | WireRefundEvent['type']
  | WirePayoutEvent['type']
  | WireDisputeEvent['type']
export type OrderEventType = WireOrderEvent['type']
export type EventType = AccountEventType | TransferEventType | PaymentEventType | OrderEventType
/** An event; `type` determines the type of `data`. */
export type MunimEvent =
  | (Omit<WireAccountEvent, 'data'> & { readonly data: Account })
  | (Omit<WireTransferEvent, 'data'> & { readonly data: Transfer })
  | (Omit<WirePaymentEvent, 'data'> & { readonly data: Payment })
  | (Omit<WireRefundEvent, 'data'> & { readonly data: Refund })
  | (Omit<WirePayoutEvent, 'data'> & { readonly data: Payout })
  | (Omit<WireDisputeEvent, 'data'> & { readonly data: Dispute })
  | (Omit<WireOrderEvent, 'data'> & { readonly data: Order })

export type CreateItem = TakingAmounts<WireCreateItem, 'price'>
export type ChangeItem = Omit<WireChangeItem, 'price'> & { price?: AmountInput }
export type CreateOrder = WireCreateOrder
export type CreateAccount = TakingAmounts<WireCreateAccount, 'min_available' | 'max_balance'>
export type UpdateAccount = TakingAmounts<WireUpdateAccount, 'min_available' | 'max_balance'>
export type AccountCondition = TakingAmounts<
  WireAccountCondition,
  'posted_min' | 'posted_max' | 'available_min' | 'available_max'
>
export type CreateTransfer = Omit<TakingAmounts<WireCreateTransfer, 'amount'>, 'conditions'> & {
  conditions?: { source?: AccountCondition; destination?: AccountCondition }
}

export type ShareInput = { readonly account: string; readonly amount: AmountInput }
/** With `destination`, that account gets the amount less the fee; with `destinations`, each gets its share. */
export type CreatePayment = Omit<TakingAmounts<WireCreatePayment, 'amount'>, 'destinations' | 'fee'> & {
  destinations?: readonly ShareInput[]
  fee?: ShareInput
}
export type CapturePayment = Omit<WireCapturePayment, 'amount'> & { amount?: AmountInput }
export type RetryPayment = WireRetryPayment
export type CreateRefund = Omit<WireCreateRefund, 'amount' | 'from'> & {
  amount?: AmountInput
  from?: readonly ShareInput[]
}
export type CreatePayout = TakingAmounts<WireCreatePayout, 'amount'>

/** Why one item of a batch was refused. */
export type ItemError = WireItemError
/** The result for one account of a batch: 201 created, 200 existed already, 4xx refused. */
export type AccountResult =
  | { readonly status: number; readonly account: Account; readonly error?: never }
  | { readonly status: number; readonly error: ItemError; readonly account?: never }
/** The result for one transfer of a batch: 201 booked, 200 replayed, 4xx refused. */
export type TransferResult =
  | { readonly status: number; readonly transfer: Transfer; readonly error?: never }
  | { readonly status: number; readonly error: ItemError; readonly transfer?: never }
/** The results of a batch, by the index of the request. */
export type TransferBatch = {
  readonly booked: number
  readonly replayed: number
  readonly refused: number
  readonly results: readonly TransferResult[]
}
