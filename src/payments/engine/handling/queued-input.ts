import { assert, type Timestamp, type Uuid } from '#kernel'
import type { LaneName, Message, NewMessage } from '#lanes'
import type { CallNotice, RailOutcome, RailReturn } from '#rails'
import type { DisputeNews } from '../../dispute.ts'
import type { CaseReason, LostRetry, RecallNotice, Seen, SubjectAction, Timer } from '../../machine.ts'
import type { Returned, SubjectKind } from '../../payment.ts'
import { type ActionJson, actionJson, toAction } from '../rows/action-text.ts'
import { readSettlement, type SettlementJson, settlementJson } from '../rows/settlement-text.ts'
import { type NewsJson, newsJson, readNews } from './dispute-news.ts'

export const inputKind = 'payment.input'

export type InputContent =
  | { readonly kind: 'capture' | 'cancel' }
  | { readonly kind: 'start'; readonly lost?: LostRetry }
  /** `dueAt`, also below: the time of its timer, which is put back when it comes before. */
  | { readonly kind: 'expire'; readonly dueAt?: Timestamp }
  | QueuedOverdue
  | { readonly kind: 'outcome'; readonly attempt: Uuid; readonly outcome: RailOutcome }
  | { readonly kind: 'increment'; readonly amount: bigint; readonly request?: Uuid }
  | QueuedDispute
  | {
      readonly kind: 'returned'
      readonly attempt: Uuid
      readonly returned: Returned
      readonly message: string
      readonly looks: number
      /** All that is left by then. The amount is 0. */
      readonly isWhole?: true
    }
  | { readonly kind: 'notice'; readonly attempt: Uuid; readonly notice: CallNotice | RecallNotice }
  | {
      readonly kind: 'decision'
      readonly decision: SubjectAction
      readonly about?: CaseReason
      readonly seen?: Seen
    }

/** `isHinted`: the rail said that the attempt has changed, without proof. `isByHand`: an operator inquires. */
export type QueuedOverdue = {
  readonly kind: 'overdue'
  readonly attempt: Uuid
  readonly isHinted?: true
  readonly isByHand?: boolean
  readonly dueAt?: Timestamp
}

/**
 * `dispute` and `news`: of a stored one. Without `amount`, older programs, which would book it as lost, refuse the
 * message. Without `dispute`, an older program has enqueued it.
 */
export type QueuedDispute = {
  readonly kind: 'dispute'
  readonly railReference: string
  readonly amount?: bigint
  readonly rail?: string
  readonly originalReference?: string
  readonly capture?: Uuid
  readonly dispute?: Uuid
  readonly news?: DisputeNews
}

export type QueuedInput = {
  readonly book: number
  readonly kind: SubjectKind
  readonly id: Uuid
  /** The payment or payout whose row is locked for it. For a capture or refund that is its payment. */
  readonly root: Uuid
  readonly input: InputContent
  /** It is part of a reversal, whatever the lane of its payment. */
  readonly lane?: 'rollback'
}

export type Belonging = { readonly lane: LaneName; readonly vendor: number }

export function inputMessage(queued: QueuedInput, { lane, vendor }: Belonging, notBefore?: Timestamp): NewMessage {
  return {
    lane,
    kind: inputKind,
    book: queued.book,
    vendor,
    subject: queued.id,
    payload: isStart(queued) ? startPayment : payloadOf(queued),
    ...(notBefore !== undefined && { notBefore }),
  }
}

function isStart({ kind, input }: QueuedInput): boolean {
  return kind === 'payment' && input.kind === 'start' && input.lost === undefined
}

const startPayment = '{"s":"payment","i":"start"}'
const startInput: InputContent = { kind: 'start' }

/** `s`: the subject's kind; `r`: its payment; `i`: the input's kind; then the other fields of the input. */
type Payload = {
  readonly s: SubjectKind
  readonly r?: Uuid
  readonly i: InputContent['kind']
  readonly attempt?: Uuid
  readonly outcome?: OutcomeJson
  readonly amount?: string
  readonly request?: Uuid
  readonly railReference?: string
  readonly rail?: string
  readonly originalReference?: string
  readonly capture?: Uuid
  readonly isHinted?: true
  readonly lost?: LostRetry
  readonly dispute?: Uuid
  readonly news?: NewsJson
  readonly isByHand?: boolean
  readonly dueAt?: Timestamp
  readonly returned?: ReturnedJson
  readonly message?: string
  readonly looks?: number
  readonly isWhole?: true
  readonly notice?: CallNotice | RecallNotice
  readonly decision?: SubjectAction
  readonly about?: CaseReason
  readonly seen?: Seen
}

type ReturnedJson = Omit<Returned, 'amount'> & { readonly amount: string }

type ReturnJson = Omit<RailReturn, 'amount'> & { readonly amount: string; readonly occurredAt: Timestamp }

type Success = Extract<RailOutcome, { kind: 'succeeded' }>

/** Amounts are digits. */
export type SuccessJson = Omit<Success, 'amount' | 'returns' | 'settlement'> & {
  readonly amount: string
  readonly returns?: readonly ReturnJson[]
  readonly settlement?: SettlementJson
}

type OutcomeJson =
  | Exclude<RailOutcome, { kind: 'succeeded' | 'pending' }>
  | (Omit<Extract<RailOutcome, { kind: 'pending' }>, 'action'> & { readonly action?: ActionJson })
  | SuccessJson

function payloadOf({ kind, id, root, input }: QueuedInput): string {
  const head = { s: kind, ...(root !== id && { r: root }), i: input.kind }
  switch (input.kind) {
    case 'outcome':
      return JSON.stringify({ ...head, attempt: input.attempt, outcome: outcomeJson(input.outcome) })
    case 'increment':
      return JSON.stringify({ ...head, amount: input.amount.toString(), request: input.request })
    case 'dispute':
      return JSON.stringify({ ...head, ...disputeJson(input) })
    case 'returned': {
      const { attempt, returned, message, looks, isWhole } = input
      return JSON.stringify({
        ...head,
        attempt,
        returned: { ...returned, amount: String(returned.amount) },
        message,
        looks,
        isWhole,
      })
    }
    case 'notice':
      return JSON.stringify({ ...head, attempt: input.attempt, notice: input.notice })
    case 'start':
    case 'overdue':
    case 'expire':
      return JSON.stringify({ ...head, ...input, kind: undefined })
    case 'decision':
      return JSON.stringify({ ...head, decision: input.decision, about: input.about, seen: input.seen })
    default:
      return JSON.stringify(head)
  }
}

export function successJson({ amount, returns, settlement, ...said }: Success): SuccessJson {
  return {
    ...said,
    amount: amount.toString(),
    ...(settlement && { settlement: settlementJson(settlement) }),
    ...(returns && { returns: returns.map((one) => ({ ...one, amount: one.amount.toString() })) }),
  }
}

function outcomeJson(outcome: RailOutcome): OutcomeJson {
  if (outcome.kind === 'succeeded') return successJson(outcome)
  if (outcome.kind !== 'pending' || outcome.action === undefined) return outcome as OutcomeJson
  return { ...outcome, action: actionJson(outcome.action) }
}

export function readInput(message: Message): QueuedInput {
  const { book, subject: id, payload, lane } = message
  if (payload === startPayment) return { book, kind: 'payment', id, root: id, input: startInput }
  const read = JSON.parse(payload) as Payload
  const queued: QueuedInput = { book, kind: read.s, id, root: read.r ?? id, input: readContent(read) }
  return lane === 'rollback' ? { ...queued, lane } : queued
}

function readContent(read: Payload): InputContent {
  const { i: kind, attempt, outcome, amount, request, decision, about, seen, isHinted, isByHand } = read
  const { returned, message = '', looks = 0, isWhole, notice, dueAt } = read
  const due = dueAt === undefined ? {} : { dueAt }
  switch (kind) {
    case 'outcome':
      assert(attempt !== undefined && outcome !== undefined, 'an outcome is that of an attempt')
      return { kind, attempt, outcome: readOutcome(outcome) }
    case 'overdue':
      assert(attempt !== undefined, 'what is overdue is an attempt')
      return { kind, attempt, ...(isHinted && { isHinted }), ...(isByHand && { isByHand }), ...due }
    case 'start':
      return { kind, ...(read.lost && { lost: read.lost }) }
    case 'expire':
      return { kind, ...due }
    case 'increment':
      assert(amount !== undefined, 'an increment has an amount')
      return { kind, amount: BigInt(amount), ...(request !== undefined && { request }) }
    case 'dispute':
      return readDispute(read)
    case 'returned':
      assert(attempt !== undefined && returned !== undefined, 'what came back is of an attempt')
      return {
        ...{ kind, attempt, returned: { ...returned, amount: BigInt(returned.amount) }, message, looks },
        ...(isWhole && { isWhole }),
      }
    case 'notice':
      assert(attempt !== undefined && notice !== undefined, 'a notice is of an attempt')
      return { kind, attempt, notice }
    case 'decision':
      assert(decision !== undefined, 'a decision says what is decided')
      return { kind, decision, ...(about !== undefined && { about }), ...(seen !== undefined && { seen }) }
    default:
      return { kind }
  }
}

function disputeJson({ kind: _, amount, news, ...input }: QueuedDispute): object {
  return {
    ...input,
    ...(amount !== undefined && { amount: amount.toString() }),
    ...(news !== undefined && { news: newsJson(news) }),
  }
}

function readDispute({
  railReference,
  amount,
  news,
  rail,
  originalReference,
  capture,
  dispute,
}: Payload): QueuedDispute {
  assert(railReference !== undefined, 'a dispute has a reference')
  assert(amount !== undefined || (dispute !== undefined && news !== undefined), 'a dispute is stored, or has an amount')
  return {
    ...{ kind: 'dispute', railReference },
    ...(amount !== undefined && { amount: BigInt(amount) }),
    ...(rail !== undefined && { rail }),
    ...(originalReference !== undefined && { originalReference }),
    ...(capture !== undefined && { capture }),
    ...(dispute !== undefined && { dispute }),
    ...(news !== undefined && { news: readNews(news) }),
  }
}

/** Other timers than these have the same effect before their time, or set another. */
export function timerInput({ input, attempt, isByHand, at: dueAt }: Timer): InputContent {
  if (input === 'start') return { kind: input }
  if (input === 'expire') return { kind: input, dueAt }
  assert(attempt !== undefined, 'a timer that asks for an attempt names it')
  return { kind: 'overdue', attempt, ...(isByHand && { isByHand }), ...(input === 'inquire' && { dueAt }) }
}

export function readSuccess({ amount, returns, settlement, ...said }: SuccessJson): Success {
  return {
    ...said,
    amount: BigInt(amount),
    ...(settlement && { settlement: readSettlement(settlement) }),
    ...(returns && { returns: returns.map((one) => ({ ...one, amount: BigInt(one.amount) })) }),
  }
}

function readOutcome(outcome: OutcomeJson): RailOutcome {
  if (outcome.kind === 'succeeded') return readSuccess(outcome)
  if (outcome.kind !== 'pending' || outcome.action === undefined) return outcome as RailOutcome
  return { ...outcome, action: toAction(outcome.action) }
}

/** A success that names what has come back of it, as the success and the returns one by one, and never only a part. */
export function eachInput(queued: QueuedInput): QueuedInput[] {
  const { input } = queued
  if (input.kind !== 'outcome' || input.outcome.kind !== 'succeeded') return [queued]
  const { returns = [] } = input.outcome
  const { attempt } = input
  return [
    queued,
    ...returns.map((one): QueuedInput => ({ ...queued, input: returnedInput(attempt, one, one.occurredAt) })),
  ]
}

export function returnedInput(
  attempt: Uuid,
  { railReference: reference, amount, reason }: RailReturn,
  at: Timestamp,
): InputContent {
  const { code, message } = reason
  return { kind: 'returned', attempt, returned: { reference, amount, code, at }, message, looks: 0 }
}

/** The rail undoes its own report of a success. */
export function retractedInput(
  attempt: Uuid,
  { railReference: reference, reason }: Omit<RailReturn, 'amount'>,
  at: Timestamp,
): InputContent {
  const { code, message } = reason
  const returned = { reference, amount: 0n, code, at }
  return { kind: 'returned', attempt, returned, message, looks: 0, isWhole: true }
}
