import { formatTimestamp, type Timestamp } from '#kernel'

export const railNames = ['card', 'upi', 'bank'] as const
export type RailName = (typeof railNames)[number]

export const operationKinds = [
  'authorize',
  'increment',
  'charge',
  'capture',
  'void',
  'refund',
  'payout',
  'dispute',
] as const
export type OperationKind = (typeof operationKinds)[number]

/** What the beginning of an operation's id says of it. */
export const idPrefixOf = {
  authorize: 'auth',
  increment: 'inc',
  charge: 'chg',
  capture: 'capt',
  void: 'void',
  refund: 'rfnd',
  payout: 'pout',
  dispute: 'dsp',
} as const satisfies Record<OperationKind, string>

/** How a request goes: what its test value or the fault schedule says. */
export const behaviorNames = [
  'ok',
  'decline',
  'timeout_happened',
  'timeout_not_happened',
  'reset_happened',
  'http_500',
  'http_500_happened',
  'slow',
  'wrong_amount',
  'over_amount',
  'late_success',
  'unknown',
  'dispute',
  'duplicate_callback',
  'callback_before_response',
  'out_of_order',
  'no_callback',
  'stays_pending',
] as const
export type BehaviorName = (typeof behaviorNames)[number]
export type Behavior = { readonly name: BehaviorName /** Of a decline. */; readonly code?: string }

export type OperationStatus = 'pending' | 'succeeded' | 'failed'

/** What a client asked for, checked; `amount` of a void is what is left to void. */
export type OperationRequest = {
  readonly rail: RailName
  readonly kind: OperationKind
  /** The idempotency key; undefined for a dispute, which nobody asked for. */
  readonly key: string | undefined
  /** undefined: all there is (voids). */
  readonly amount: bigint | undefined
  readonly asset: string
  readonly instrument: string
  readonly concerns: string | undefined
  readonly descriptor: string | undefined
  /** Of a capture: the rest of the authorization is given back. */
  readonly final: boolean
}

/**
 * What a rail did, or is about to do. A pending operation ends `succeeded` or `failed`; a failed one
 * may yet succeed (`next`), as rails at times find out late. The counters say what became of the money.
 */
export type Operation = Omit<OperationRequest, 'amount'> & {
  readonly id: string
  readonly sequence: number
  readonly requested: bigint
  readonly createdAt: Timestamp
  /** Its first answer said pending. */
  readonly wasAccepted: boolean
  status: OperationStatus
  amount: bigint
  code: string | undefined
  completedAt: Timestamp | undefined
  /** How a pending operation will end. */
  plan: Behavior | undefined
  /** What comes after the end: success after all, a dispute, or the same notice once more. */
  next: 'succeed' | 'dispute' | 'repeat' | undefined
  /** Inquiries are answered 500 until a person ends it. */
  isHidden: boolean
  /** Events told of it so far. */
  events: number
  /** Of an authorization: what can still be captured, and until when. */
  capturable: bigint
  isVoided: boolean
  expiresAt: Timestamp | undefined
  captured: bigint
  refunded: bigint
  disputed: bigint
}

/** What an operation took from the payer, whether or not it was given back. */
export function takenBy(operation: Operation): bigint {
  if (operation.kind === 'authorize') return operation.captured
  return operation.status === 'succeeded' ? operation.amount : 0n
}

/** What can still be given back of it. */
export function refundableOf(operation: Operation): bigint {
  return takenBy(operation) - operation.refunded - operation.disputed
}

/** The public form of an operation; `asAccepted`: as its first answer said, before it ended. */
export function renderOperation(operation: Operation, message: string | undefined, asAccepted = false): object {
  const isOpen = asAccepted || operation.status === 'pending'
  return {
    id: operation.id,
    rail: operation.rail,
    operation: operation.kind,
    status: asAccepted ? 'pending' : operation.status,
    amount: String(isOpen ? operation.requested : operation.amount),
    requested_amount: String(operation.requested),
    asset: operation.asset,
    instrument: operation.instrument,
    concerns: operation.concerns ?? null,
    idempotency_key: operation.key ?? null,
    response_code: isOpen ? null : (operation.code ?? null),
    message: isOpen ? null : (message ?? null),
    descriptor: operation.descriptor ?? null,
    sequence: operation.sequence,
    created_at: formatTimestamp(operation.createdAt),
    completed_at: isOpen || operation.completedAt === undefined ? null : formatTimestamp(operation.completedAt),
  }
}

/** What became of an operation's money. */
export function renderMoney(operation: Operation): object {
  return {
    amount_capturable: String(operation.capturable),
    amount_captured: String(operation.captured),
    amount_refunded: String(operation.refunded),
    amount_disputed: String(operation.disputed),
    ...(operation.expiresAt === undefined ? {} : { expires_at: formatTimestamp(operation.expiresAt) }),
  }
}
