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

/** The behavior of a request, from its test value or the fault schedule. */
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
export type Behavior = { readonly name: BehaviorName /** Only for a decline. */; readonly code?: string }

export type OperationStatus = 'pending' | 'succeeded' | 'failed'

/** A checked request of a client; the `amount` of a void is the amount left to void. */
export type OperationRequest = {
  readonly rail: RailName
  readonly kind: OperationKind
  /** The idempotency key; undefined for a dispute, which no client requests. */
  readonly key: string | undefined
  /** Undefined means the whole amount (voids). */
  readonly amount: bigint | undefined
  readonly asset: string
  readonly instrument: string
  readonly original: string | undefined
  readonly descriptor: string | undefined
  /** For a capture: the rest of the authorization is released. */
  readonly final: boolean
}

/**
 * An operation of a rail, done or pending. A pending operation ends `succeeded` or `failed`. A failed one may still
 * succeed (`next`), as rails sometimes find out late. The counters record the state of the money.
 */
export type Operation = Omit<OperationRequest, 'amount'> & {
  readonly id: string
  readonly sequence: number
  readonly requested: bigint
  readonly createdAt: Timestamp
  /** The first answer said pending. */
  readonly wasAccepted: boolean
  status: OperationStatus
  amount: bigint
  code: string | undefined
  completedAt: Timestamp | undefined
  /** How a pending operation will end. */
  plan: Behavior | undefined
  /** The consequence of the end: a late success, a dispute, or a repetition of the same notice. */
  next: 'succeed' | 'dispute' | 'repeat' | undefined
  /** Inquiries are answered with 500 until the control API ends the operation. */
  isHidden: boolean
  events: number
  /** For an authorization: the amount that can still be captured, and until when. */
  capturable: bigint
  isVoided: boolean
  expiresAt: Timestamp | undefined
  captured: bigint
  refunded: bigint
  disputed: bigint
}

/** The amount that an operation took from the payer, refunded or not. */
export function takenBy(operation: Operation): bigint {
  if (operation.kind === 'authorize') return operation.captured
  return operation.status === 'succeeded' ? operation.amount : 0n
}

/** The amount that can still be refunded. */
export function refundableOf(operation: Operation): bigint {
  return takenBy(operation) - operation.refunded - operation.disputed
}

/** The public form of an operation; `asAccepted`: as the first answer showed it, before its end. */
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
    original: operation.original ?? null,
    idempotency_key: operation.key ?? null,
    response_code: isOpen ? null : (operation.code ?? null),
    message: isOpen ? null : (message ?? null),
    descriptor: operation.descriptor ?? null,
    sequence: operation.sequence,
    created_at: formatTimestamp(operation.createdAt),
    completed_at: isOpen || operation.completedAt === undefined ? null : formatTimestamp(operation.completedAt),
  }
}

export function renderMoney(operation: Operation): object {
  return {
    amount_capturable: String(operation.capturable),
    amount_captured: String(operation.captured),
    amount_refunded: String(operation.refunded),
    amount_disputed: String(operation.disputed),
    ...(operation.expiresAt === undefined ? {} : { expires_at: formatTimestamp(operation.expiresAt) }),
  }
}
