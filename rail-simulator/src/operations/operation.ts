import { formatTimestamp, type Timestamp } from '../time.ts'

export const railNames = ['card', 'upi', 'bank', 'netbank'] as const
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
  'charge_return',
  'capture_return',
  'refund_return',
  'payout_return',
  'credit',
  'credit_return',
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
  charge_return: 'ret',
  capture_return: 'ret',
  refund_return: 'ret',
  payout_return: 'ret',
  credit: 'crd',
  credit_return: 'ret',
} as const satisfies Record<OperationKind, string>

/** What comes back of an operation that had succeeded, by the kind of the operation. */
export const returnKinds = {
  charge: 'charge_return',
  capture: 'capture_return',
  refund: 'refund_return',
  payout: 'payout_return',
  credit: 'credit_return',
} as const satisfies Partial<Record<OperationKind, OperationKind>>
export type ReturnableKind = keyof typeof returnKinds

export function isReturnable(kind: OperationKind): kind is ReturnableKind {
  return Object.hasOwn(returnKinds, kind)
}

export function isReturn(kind: OperationKind): boolean {
  return kind.endsWith('_return')
}

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
  'dispute_open',
  'dispute_won',
  'dispute_lost',
  'returned',
  'duplicate_callback',
  'callback_before_response',
  'out_of_order',
  'no_callback',
  'stays_pending',
  'partial',
  'reversal_lost',
  'reversal_unanswered',
  'reversal_too_late',
  'reversal_overtaken',
  'reversal_late_answer',
] as const
export type BehaviorName = (typeof behaviorNames)[number]
export type Behavior = { readonly name: BehaviorName; readonly code?: string }

export const disputeStages = [
  'inquiry',
  'opened',
  'challenged',
  'pre_arbitration',
  'won',
  'lost',
  'accepted',
  'expired',
] as const
export type DisputeStage = (typeof disputeStages)[number]

export type Evidence = {
  readonly name: string | null
  readonly media_type: string
  readonly bytes: number
  readonly sha256: string
}

export type StagedDispute = {
  readonly stage: DisputeStage
  readonly stageAt: Timestamp
  readonly evidenceDueAt: Timestamp | undefined
  /** Digits, in minor units. */
  readonly fee: string | undefined
  readonly evidence: readonly Evidence[]
  /** The answers of the client, by their keys. */
  readonly answers: Readonly<Record<string, 'accept' | 'challenge'>>
}

/** How the rail has settled a success. Amounts are digits, in minor units. */
export type Settlement = {
  readonly fee?: string
  readonly net?: string
  readonly settled_amount?: string
  readonly asset?: string
  readonly settled_on?: string
  readonly batch?: string
  readonly references?: Readonly<Record<string, string>>
}

export type OperationStatus = 'pending' | 'succeeded' | 'failed'

export type OperationRequest = {
  readonly rail: RailName
  readonly kind: OperationKind
  /** Undefined for a dispute or return, which no client requests. */
  readonly key: string | undefined
  /** Undefined means the whole amount (voids). */
  readonly amount: bigint | undefined
  readonly asset: string
  readonly instrument: string
  readonly original: string | undefined
  readonly descriptor: string | undefined
  readonly purpose?: string | undefined
  readonly party?: Readonly<Record<string, string>> | undefined
  /** Whether less may be approved. */
  readonly allowsPartial?: boolean
  /** For a capture: releases the rest of the authorization. */
  readonly final: boolean
  /** Of a debit by a mandate. */
  readonly mandate?: MandateUse | undefined
}

export type MandateUse = { readonly id: string; readonly sequence: string; readonly notice?: string }

/** A failed operation may still succeed (`next`), because rails sometimes find out late. */
export type Operation = Omit<OperationRequest, 'amount'> & {
  readonly id: string
  readonly sequence: number
  readonly requested: bigint
  readonly createdAt: Timestamp
  /** The first answer was `pending`. */
  readonly wasAccepted: boolean
  status: OperationStatus
  amount: bigint
  code: string | undefined
  completedAt: Timestamp | undefined
  plan: Behavior | undefined
  /** After the end: a late success, a dispute, a return, or a repetition of the same notice. Of a dispute: the decision. */
  next:
    | 'succeed'
    | 'dispute'
    | 'return'
    | 'dispute_open'
    | 'dispute_won'
    | 'dispute_lost'
    | 'win'
    | 'lose'
    | 'repeat'
    | undefined
  /** Only of a dispute that is reported by stages. */
  dispute?: StagedDispute
  /** Of a return: the rail undoes its own report. */
  isRetraction?: boolean
  isPartial?: boolean
  /** Of a payout: the key of its recall. */
  recall?: string
  settlement?: Settlement
  /** Inquiries are answered with 500 until the control API ends the operation. */
  isHidden: boolean
  events: number
  capturable: bigint
  isVoided: boolean
  expiresAt: Timestamp | undefined
  captured: bigint
  refunded: bigint
  disputed: bigint
  returned: bigint
  returns: readonly ReturnNote[]
}

export type ReturnNote = {
  readonly id: string
  readonly amount: string
  readonly code: string | undefined
  readonly at: Timestamp
}

/** Refunded or not. */
export function takenBy(operation: Operation): bigint {
  if (operation.kind === 'authorize') return operation.captured
  return operation.status === 'succeeded' ? operation.amount : 0n
}

export function refundableOf(operation: Operation): bigint {
  return takenBy(operation) - operation.refunded - operation.disputed - operation.returned
}

/** What can still come back of a success, refunded or not. */
export function returnableOf(operation: Operation): bigint {
  if (operation.status !== 'succeeded' || !isReturnable(operation.kind)) return 0n
  return operation.amount - operation.disputed - operation.returned
}

type MessageOf = (code: string | undefined) => string | undefined

/** `asAccepted`: as the first answer showed it. */
export function renderOperation(operation: Operation, messageOf: MessageOf, asAccepted = false): object {
  const message = messageOf(operation.code)
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
    ...(operation.purpose !== undefined && { purpose: operation.purpose }),
    ...(operation.party !== undefined && { party: operation.party }),
    ...(operation.isPartial === true && !isOpen && { partial: true }),
    ...(operation.settlement !== undefined && { settlement: operation.settlement }),
    returns: isOpen ? [] : operation.returns.map((one) => renderReturn(one, messageOf)),
    sequence: operation.sequence,
    created_at: formatTimestamp(operation.createdAt),
    completed_at: isOpen || operation.completedAt === undefined ? null : formatTimestamp(operation.completedAt),
  }
}

function renderReturn({ id, amount, code, at }: ReturnNote, messageOf: MessageOf): object {
  const reason = { response_code: code ?? null, message: messageOf(code) ?? null }
  return { id, amount, ...reason, created_at: formatTimestamp(at) }
}

export function renderMoney(operation: Operation): object {
  return {
    amount_capturable: String(operation.capturable),
    amount_captured: String(operation.captured),
    amount_refunded: String(operation.refunded),
    amount_disputed: String(operation.disputed),
    amount_returned: String(operation.returned),
    ...(operation.expiresAt === undefined ? {} : { expires_at: formatTimestamp(operation.expiresAt) }),
  }
}
