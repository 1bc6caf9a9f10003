import { type Timestamp, type Uuid, unreachable } from '#kernel'
import type { NewMessage } from '#lanes'
import type { TransferCommand } from '#ledger'
import type { OutboxEvent } from '#platform/outbox'
import type { Rails } from '#rails'
import { changesOf } from '../../cases/changes-of.ts'
import type { Known } from '../../cases/contents-around.ts'
import { caseChangesOf, type DisputesCaseChange } from '../../cases/dispute-cases.ts'
import { strandedBy } from '../../cases/stranded-by.ts'
import type { PaymentsCaseChange } from '../../cases/subject.ts'
import { chartOfAccounts } from '../../chart-of-accounts.ts'
import type { Dispute } from '../../dispute.ts'
import { endedBetween } from '../../ended.ts'
import type { Input, MachineContext, Machines, NewAttempt, Timer, Transition } from '../../machine.ts'
import { askedInstead } from '../../machines/attempts/lost-attempts.ts'
import { unbooked } from '../../machines/attempts/unbooked.ts'
import { type LookUps, lookUpsOf, nothingRead } from '../../machines/rows-read.ts'
import type { Arrivals } from '../../machines/suspense/suspended.ts'
import type { CallTerms, Payment, Payout, Refund, SubjectKind } from '../../payment.ts'
import type { Ended } from '../../payments.ts'
import { renderCapture } from '../../rendering/render-capture.ts'
import { renderDispute } from '../../rendering/render-dispute.ts'
import { renderPayment } from '../../rendering/render-payment.ts'
import { renderPayout } from '../../rendering/render-payout.ts'
import { renderRefund } from '../../rendering/render-refund.ts'
import { prepared, withReversalPrepared } from '../rails/rail-call.ts'
import type { StoredAttempt } from '../rows/attempt-store.ts'
import type { StoredCapture } from '../rows/capture-store.ts'
import { lookingUp } from '../rows/row-lookups.ts'
import type { TimelineStep } from '../rows/step-store.ts'
import { disputeInputOf, unbookedBy } from './batch-inputs.ts'
import {
  belongingOf,
  changedRows,
  found,
  isBookedAtLast,
  onceMore,
  returnedInputOf,
  reversing,
  storedAttempt,
} from './batch-rows.ts'
import { type Timed, waitOf } from './call-deadline.ts'
import type { Rows } from './load-rows.ts'
import { type Belonging, inputMessage, type QueuedDispute, type QueuedInput, timerInput } from './queued-input.ts'

/** The delay of an input whose subject or accounts another transaction keeps locked. */
const deferredMicros = 200_000

export type BatchContext = Omit<MachineContext, keyof LookUps>

/** Made after the commit. `isByHand`: an inquiry that an operator requested, or a reversal, which has no timer. */
export type PlannedCall = Timed &
  Partial<Belonging> & {
    readonly ask: 'submit' | 'inquire' | 'reverse'
    readonly attempt: StoredAttempt
    readonly terms?: CallTerms | undefined
    readonly isByHand?: boolean
  }

/** The rows of one batch as its inputs change them, and everything to be written with them. Nothing here waits. */
export class Batch {
  readonly now: Timestamp
  readonly read: Rows['read']
  readonly before: Rows
  readonly rails: Pick<Rails, 'rail'>
  readonly payments: Map<Uuid, Payment>
  readonly captures: Map<Uuid, StoredCapture>
  readonly refunds: Map<Uuid, Refund>
  readonly payouts: Map<Uuid, Payout>
  readonly disputes: Map<Uuid, Dispute>
  readonly attempts: Map<Uuid, StoredAttempt>
  readonly newAttempts = new Set<Uuid>()
  readonly newRefunds = new Set<Uuid>()
  readonly messages: NewMessage[] = []
  readonly events: OutboxEvent[] = []
  readonly timeline: TimelineStep[] = []
  readonly cases: PaymentsCaseChange[] = []
  readonly disputeCases: DisputesCaseChange[] = []
  readonly calls: PlannedCall[] = []
  readonly #lookUps: Arrivals & LookUps
  #context: { readonly given: BatchContext; readonly whole: MachineContext } | undefined

  constructor(rows: Rows, rails: Pick<Rails, 'rail'>, before: Rows = rows) {
    this.before = before
    this.rails = rails
    this.now = rows.now
    this.read = rows.read
    this.payments = new Map(rows.payments)
    this.captures = new Map(rows.captures)
    this.refunds = new Map(rows.refunds)
    this.payouts = new Map(rows.payouts)
    this.disputes = new Map(rows.disputes)
    this.attempts = new Map(rows.attempts)
    this.#lookUps = { ...lookingUp(this), accounts: chartOfAccounts }
  }

  copy(): Batch {
    const copy = new Batch(this, this.rails, this.before)
    for (const id of this.newAttempts) copy.newAttempts.add(id)
    for (const id of this.newRefunds) copy.newRefunds.add(id)
    copy.messages.push(...this.messages)
    copy.events.push(...this.events)
    copy.timeline.push(...this.timeline)
    copy.cases.push(...this.cases)
    copy.disputeCases.push(...this.disputeCases)
    copy.calls.push(...this.calls)
    return copy
  }

  decide(machines: Machines, queued: QueuedInput, given: BatchContext): Transition {
    const input = this.#inputOf(queued)
    const context = this.#contextOf(given)
    switch (queued.kind) {
      case 'payment':
        return machines.payment(this.#payment(queued.root), input, context)
      case 'capture':
        return machines.capture(this.#payment(queued.root), found(this.captures, queued.id), input, context)
      case 'refund':
        return machines.refund(this.#payment(queued.root), found(this.refunds, queued.id), input, context)
      case 'payout':
        return machines.payout(found(this.payouts, queued.id), input, context)
      default:
        return unreachable(queued.kind)
    }
  }

  /** One for all inputs that are decided in the same context. */
  #contextOf(given: BatchContext): MachineContext {
    if (this.#context?.given !== given) {
      const readOf = (root: Uuid) => this.read.get(root) ?? nothingRead
      const isNew = (id: Uuid) => this.newRefunds.has(id)
      this.#context = { given, whole: { ...given, ...lookUpsOf(this.#lookUps, { readOf, isNew }) } }
    }
    return this.#context.whole
  }

  #payment(id: Uuid): Payment {
    return found(this.payments, id)
  }

  #inputOf({ id, input }: QueuedInput): Input {
    switch (input.kind) {
      case 'outcome':
        return { kind: 'outcome', attempt: found(this.attempts, input.attempt), outcome: input.outcome }
      case 'overdue':
        return onceMore(found(this.attempts, input.attempt), input)
      case 'returned':
        return returnedInputOf(found(this.attempts, input.attempt), input)
      case 'notice':
        return { ...input, attempt: found(this.attempts, input.attempt) }
      case 'capture':
        return { kind: 'capture', capture: found(this.captures, id) }
      case 'dispute':
        return disputeInputOf(input, this)
      default:
        return { ...input, kind: input.kind } as Input
    }
  }

  /** For a reported or stated outcome that the ledger refuses to book; undefined when the input has none. */
  unbooked(queued: QueuedInput, asked: Transition, because: string): Transition | undefined {
    return unbookedBy(queued, asked, because, this)
  }

  /** The transition's commands have been booked. */
  apply(queued: QueuedInput, transition: Transition): void {
    const { payment, capture, refund, payout, dispute, newRefunds = [], attempt, attempts = [] } = transition
    const { newAttempts = [], resubmit, inquire, reverse, timers = [], events = [] } = transition
    const { book, kind, id, input } = queued
    const step = transition.ignored === undefined ? transition : {}
    const answered = { subject: { kind, id }, book, input }
    const known = this.#known(queued)
    const changes = changesOf(answered, this, step, known)
    const { now, attempts: made } = this
    this.cases.push(...changes)
    this.cases.push(
      ...strandedBy({ answered, before: this, step, changes, now, attempts: made, lookUps: known.lookUps }),
    )
    if (transition.ignored !== undefined) return
    if (transition.again !== undefined) this.#again(queued, transition.again)
    if (payment !== undefined) this.#put(this.payments, payment)
    if (capture !== undefined) this.captures.set(capture.id, { ...capture, book: queued.book })
    if (refund !== undefined) this.#put(this.refunds, refund)
    if (payout !== undefined) this.#put(this.payouts, payout)
    if (input.kind === 'dispute') this.#changeDispute(input, dispute)
    if (attempt !== undefined) this.#changeAttempt(attempt)
    for (const other of attempts) this.#changeAttempt(other)
    for (const newRefund of newRefunds) this.#addRefund(queued, newRefund)
    for (const one of newAttempts) this.#addAttempt(queued, one)
    if (resubmit !== undefined) {
      this.#changeAttempt({ ...resubmit, state: 'submitting' })
      this.#call(queued, { ask: 'submit', attempt: found(this.attempts, resubmit.id) })
    }
    if (inquire !== undefined) {
      if (inquire.id !== attempt?.id) this.#changeAttempt(inquire)
      this.#call(queued, { ask: 'inquire', attempt: found(this.attempts, inquire.id), isByHand: timers.length === 0 })
    }
    if (reverse !== undefined) {
      const reversing = found(this.attempts, reverse.id)
      this.attempts.set(reverse.id, withReversalPrepared(reversing, this.rails, this.#rootRow(queued).terms))
      this.#call(queued, { ask: 'reverse', attempt: found(this.attempts, reverse.id), isByHand: timers.length === 0 })
    }
    for (const timer of timers) this.#addTimer(queued, timer)
    this.#moveToRollback(queued)
    for (const type of events) {
      this.events.push({ book: queued.book, type, data: this.#render(queued, transition, type) })
    }
    if (isBookedAtLast(this, queued, transition)) {
      this.cases.push({ subject: { kind, id }, book, change: 'resolve', reason: unbooked })
    }
    this.#noteStep(queued, transition)
  }

  #moveToRollback(queued: QueuedInput): void {
    for (const { attempt, timers } of reversing(this.attempts.values(), queued, this.now)) {
      this.#changeAttempt(attempt)
      for (const timer of timers) this.#addTimer(queued, timer)
    }
  }

  #known({ root }: QueuedInput): Known {
    return { lookUps: this.#lookUps, read: this.read.get(root) ?? nothingRead }
  }

  #again(queued: QueuedInput, at: Timestamp): void {
    const { input } = queued
    const later = input.kind === 'returned' ? { ...queued, input: { ...input, looks: input.looks + 1 } } : queued
    this.messages.push(inputMessage(later, belongingOf(later, this.#rootRow(queued), this), at))
  }

  defer(queued: QueuedInput, root: Belonging = this.#rootRow(queued)): void {
    // An outcome of an attempt that this server lacks is kept otherwise: no lane could handle it.
    if (queued.input.kind === 'outcome') found(this.attempts, queued.input.attempt)
    this.messages.push(inputMessage(queued, belongingOf(queued, root, this), this.now + deferredMicros))
  }

  #call(queued: QueuedInput, call: PlannedCall): void {
    const about = { ...call.attempt.subject, input: { attempt: call.attempt.id } }
    const root = this.#rootRow(queued)
    this.calls.push({ ...call, ...belongingOf(about, root, this), terms: root.terms, ...waitOf(call, root, this) })
  }

  #put<Row extends { readonly id: Uuid; readonly version: number }>(rows: Map<Uuid, Row>, row: Row): void {
    const { version } = found(rows, row.id)
    rows.set(row.id, { ...row, version: version + 1 })
  }

  #changeDispute({ dispute: id, news }: QueuedDispute, after: Dispute | undefined): void {
    if (id === undefined || news === undefined) return
    this.disputeCases.push(...caseChangesOf(found(this.disputes, id), after, news.kind))
    if (after !== undefined) this.#put(this.disputes, after)
  }

  #changeAttempt(attempt: StoredAttempt | Omit<StoredAttempt, 'root'>): void {
    const { root } = found(this.attempts, attempt.id)
    this.attempts.set(attempt.id, { ...attempt, root })
  }

  #addAttempt(queued: QueuedInput, attempt: NewAttempt): void {
    const known = attempt.askedAt === undefined ? undefined : this.attempts.get(attempt.id)
    if (known !== undefined) return void this.attempts.set(known.id, askedInstead(known, attempt, this.now))
    const { asset, terms } = this.#rootRow(queued)
    const stored = prepared(storedAttempt(queued, attempt, { asset, now: this.now }), this.rails, terms)
    this.newAttempts.add(stored.id)
    this.attempts.set(stored.id, stored)
    if (attempt.askedAt === undefined) this.#call(queued, { ask: 'submit', attempt: stored })
  }

  #rootRow({ kind, root }: QueuedInput): Payment | Payout {
    return kind === 'payout' ? found(this.payouts, root) : this.#payment(root)
  }

  #addRefund({ book, root }: QueuedInput, refund: Refund): void {
    this.refunds.set(refund.id, { ...refund, version: 0 })
    this.newRefunds.add(refund.id)
    const { vendor } = this.#payment(root)
    const start: QueuedInput = { book, kind: 'refund', id: refund.id, root, input: { kind: 'start' } }
    this.messages.push(inputMessage(start, { lane: 'rollback', vendor }))
    this.events.push({ book, type: 'refund.created', data: renderRefund(refund) })
  }

  #addTimer(queued: QueuedInput, timer: Timer): void {
    const { book, root } = queued
    const lane = timer.lane ?? queued.lane
    const later: QueuedInput = { book, ...timer.subject, root, input: timerInput(timer), ...(lane && { lane }) }
    this.messages.push(inputMessage(later, belongingOf(later, this.#rootRow(queued), this), timer.at))
  }

  /** `payment.…` carries the payment, also when a refund caused it. */
  #render(queued: QueuedInput, { capture, refund, dispute }: Transition, type: string): string {
    const [noun] = type.split('.')
    switch (noun) {
      case 'payment':
        return renderPayment(this.#payment(queued.root))
      case 'capture':
        return renderCapture(found(this.captures, capture?.id ?? queued.id), this.#payment(queued.root))
      case 'refund':
        return renderRefund(found(this.refunds, refund?.id ?? queued.id))
      case 'dispute':
        return renderDispute(found(this.disputes, dispute?.id ?? ''))
      default:
        return renderPayout(found(this.payouts, queued.root))
    }
  }

  #noteStep({ book, root, kind, id, input }: QueuedInput, { note, commands = [], events = [] }: Transition): void {
    if (note === undefined && commands.length === 0 && events.length === 0) return
    const transfers = commands.map((command: TransferCommand) => command.id)
    const state = this.#stateOf(kind, id)
    this.timeline.push({ book, root, subject: { kind, id }, input: input.kind, state, note, transfers, events })
  }

  #stateOf(kind: SubjectKind, id: Uuid): string {
    const rows = { payment: this.payments, capture: this.captures, refund: this.refunds, payout: this.payouts }[kind]
    return found<{ readonly state: string }>(rows, id).state
  }

  changedPayments(): { readonly before: Payment; readonly after: Payment }[] {
    const changed: { before: Payment; after: Payment }[] = []
    for (const [id, before] of this.before.payments) {
      const after = this.payments.get(id)
      if (after !== undefined && after !== before) changed.push({ before, after })
    }
    return changed
  }

  changedCaptures(): StoredCapture[] {
    return changedRows(this.before.captures, this.captures)
  }

  changedRefunds(): Refund[] {
    return changedRows(this.before.refunds, this.refunds).filter(({ id }) => !this.newRefunds.has(id))
  }

  changedAttempts(): StoredAttempt[] {
    return changedRows(this.before.attempts, this.attempts).filter(({ id }) => !this.newAttempts.has(id))
  }

  changedDisputes(): Dispute[] {
    return changedRows(this.before.disputes, this.disputes)
  }

  changedPayouts(): Payout[] {
    return changedRows(this.before.payouts, this.payouts)
  }

  ended(): Ended[] {
    return endedBetween(this.before, this)
  }
}
