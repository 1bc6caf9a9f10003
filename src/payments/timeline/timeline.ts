import { amountText, type Timestamp, type Uuid } from '#kernel'
import type { Capture, Payment, Payout, Refund, SubjectKind } from '../payment.ts'
import type { KeptAttempt, KeptStep, TimelineRecords } from './timeline-read-model.ts'

export type TimelineItem = {
  readonly at: Timestamp
  readonly kind: 'accepted' | 'step' | 'attempt'
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly text: string
  readonly state: string | undefined
  readonly input: string | undefined
  readonly transfers: readonly Uuid[]
  readonly attempt: KeptAttempt | undefined
  readonly events: readonly string[]
}

export function paymentTimeline(payment: Payment, records: TimelineRecords): readonly TimelineItem[] {
  const { asset } = payment
  const amount = (minor: bigint) => amountText(minor, asset)
  return inOrder([
    acceptance(payment, { kind: 'payment', id: payment.id }, acceptedPayment(payment, amount)),
    ...records.captures.map((capture) =>
      acceptance(capture, { kind: 'capture', id: capture.id }, acceptedCapture(capture, amount)),
    ),
    ...records.refunds.map((refund) =>
      acceptance(refund, { kind: 'refund', id: refund.id }, acceptedRefund(refund, amount)),
    ),
    ...kept(records),
  ])
}

export function payoutTimeline(payout: Payout, records: TimelineRecords): readonly TimelineItem[] {
  const { amount, asset, source, rail } = payout
  const text = `The payout of ${amountText(amount, asset)} from ${source} over ${rail} was accepted.`
  return inOrder([acceptance(payout, { kind: 'payout', id: payout.id }, text), ...kept(records)])
}

/** Within one moment: acceptance, its consequences, then rail calls. */
const rank: Record<TimelineItem['kind'], number> = { accepted: 0, step: 1, attempt: 2 }

function inOrder(items: readonly TimelineItem[]): readonly TimelineItem[] {
  return items.toSorted((one, other) => one.at - other.at || rank[one.kind] - rank[other.kind])
}

function acceptance(
  { createdAt }: { readonly createdAt: Timestamp },
  subject: TimelineItem['subject'],
  text: string,
): TimelineItem {
  return {
    at: createdAt,
    kind: 'accepted',
    subject,
    text,
    state: 'processing',
    input: undefined,
    transfers: [],
    attempt: undefined,
    events: [],
  }
}

type WriteAmount = (minor: bigint) => string

function acceptedPayment(payment: Payment, amount: WriteAmount): string {
  const { source, destinations, fee, capture } = payment
  const from = source.kind === 'wallet' ? source.account : `${source.instrument} over ${source.rail}`
  const [only, ...more] = destinations
  const to =
    more.length === 0 && only !== undefined
      ? only.account
      : destinations.map((share) => `${share.account} (${amount(share.amount)})`).join(', ')
  const part = fee === undefined ? '' : `, with a fee of ${amount(fee.amount)} to ${fee.account}`
  const manual = capture === 'manual' ? ', to be captured later' : ''
  return `The payment of ${amount(payment.amount)} from ${from} to ${to}${part} was accepted${manual}.`
}

function acceptedCapture(capture: Capture, amount: WriteAmount): string {
  const rest = capture.final ? 'the rest is released' : 'more may follow'
  return `A capture of ${amount(capture.amount)} was asked for; ${rest}.`
}

function acceptedRefund(refund: Refund, amount: WriteAmount): string {
  const to = refund.to.kind === 'source' ? 'where it came from' : refund.to.account
  return refund.isReversal
    ? `Munim began to return ${amount(refund.amount)} to ${to}.`
    : `A refund of ${amount(refund.amount)} to ${to} was asked for.`
}

function kept({ steps, attempts }: TimelineRecords): TimelineItem[] {
  return [
    ...steps.map(stepItem),
    ...attempts.map((attempt) => attemptItem(attempt, amountText(attempt.amount, attempt.asset))),
  ]
}

function stepItem(step: KeptStep): TimelineItem {
  const { at, subject, input, state, transfers, events } = step
  return {
    at,
    kind: 'step',
    subject,
    text: step.note ?? `The ${subject.kind} is ${state.replaceAll('_', ' ')}.`,
    state,
    input,
    transfers,
    attempt: undefined,
    events,
  }
}

const operationTexts: Record<KeptAttempt['operation'], string> = {
  authorize: 'to hold',
  charge: 'to charge',
  capture: 'to capture',
  void: 'to release',
  refund: 'to refund',
  payout: 'to pay out',
}

function attemptItem(attempt: KeptAttempt, amount: string): TimelineItem {
  const { rail, operation, exchange } = attempt
  const asked =
    exchange?.isLost === true ? `Another server may have asked the rail ${rail}` : `The rail ${rail} was asked`
  return {
    at: attempt.createdAt,
    kind: 'attempt',
    subject: attempt.subject,
    text: `${asked} ${operationTexts[operation]} ${amount}; ${outcomeText(attempt)}.`,
    state: undefined,
    input: undefined,
    transfers: [],
    attempt,
    events: [],
  }
}

function outcomeText({ state, reason, railReference, inquiries, exchange }: KeptAttempt): string {
  const named = railReference === undefined ? '' : ` (${railReference})`
  const why = reason === undefined ? '' : `: ${reason}`
  const asked = inquiries === 0 ? '' : ` after ${inquiries === 1 ? 'one inquiry' : `${inquiries} inquiries`}`
  switch (state) {
    case 'submitting':
      return reason === 'unsent' ? `it waits to be sent${asked}` : `its answer has not come yet${asked}`
    case 'pending':
      return `accepted, the outcome follows${named}${asked}`
    case 'unknown':
      return `what became of it is not known${named}${why}${asked}`
    case 'succeeded':
      return `it did${named}${asked}`
    case 'failed':
      return `it did not${named}${why}${asked}`
    case 'not_sent':
      return exchange?.isLost === true ? 'the rail does not know it' : `it was away, so nothing was sent${why}`
  }
}
