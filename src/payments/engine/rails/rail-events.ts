import { caseSteps, noBook } from '#cases'
import { amountText, assert, encodeId, idPrefix, type Timestamp, type Uuid } from '#kernel'
import type { Lanes, Message, NewMessage } from '#lanes'
import { faultPoint } from '#platform/faults'
import { newUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { RailEvent } from '#rails'
import { paymentsQueue } from '../../cases/queue.ts'
import { isOfAsset } from '../../machines/attempts/reported-asset.ts'
import { isOver } from '../../machines/disputes/dispute-stages.ts'
import { nowStep } from '../handling/database-clock.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import {
  type Belonging,
  type InputContent,
  inputMessage,
  retractedInput,
  returnedInput,
} from '../handling/queued-input.ts'
import { findAttemptsStep, readAttemptsStep, type StoredAttempt, toAttempt } from '../rows/attempt-store.ts'
import { findDiscarded, type NamedDispute, type NotedDispute, noteDisputes } from '../rows/dispute-store.ts'
import { bookCredits, type CreditDependencies } from './credits.ts'
import { disputedCaptures, timingOf } from './early-disputes.ts'
import { eventMessage, readTaken, type Taken } from './event-message.ts'
import { findBelongings, findReversing } from './find-belongings.ts'

/** A callback may overtake the answer with the rail's reference. After the last look-up, an operator gets the event. */
const looksAfterMs = [1_000, 4_000, 16_000, 60_000]

type EventLanes = Pick<Lanes, 'enqueueSteps' | 'replayDiscarded'>

export async function receiveRailEvents(
  lanes: EventLanes,
  tx: Transaction,
  events: readonly RailEvent[],
): Promise<void> {
  const taken = events.map((event): Taken => ({ event, looks: 0, id: newUuid() }))
  const credits = taken.filter(isOfCredit)
  // The books may have to wait for their accounts, and callbacks must not.
  if (credits.length > 0) await tx.burst(lanes.enqueueSteps(credits.map((one) => eventMessage(one))))
  await take(
    lanes,
    tx,
    taken.filter((one) => !isOfCredit(one)),
  )
}

/** Also the credits, which are not looked up. */
export async function handleUnmatched(
  deps: CreditDependencies & { readonly lanes: EventLanes },
  tx: Transaction,
  messages: readonly Message[],
): Promise<() => Promise<void>> {
  const taken = messages.map(readTaken)
  const { unknown, keep } = await bookCredits(deps, tx, taken.filter(isOfCredit))
  await take(deps.lanes, tx, [...taken.filter((one) => !isOfCredit(one)), ...unknown])
  return async () => keep()
}

function isOfCredit({ event: { operation, outcome } }: Taken): boolean {
  return operation === 'credit' || outcome.kind === 'incoming'
}

async function take(lanes: EventLanes, tx: Transaction, taken: readonly Taken[]): Promise<void> {
  if (taken.length === 0) return
  const { find, now } = await findAttempts(tx, taken)
  const found = taken.map((one) => ({ ...one, attempt: find(one.event) }))
  const belongings = await findBelongings(
    tx,
    found.flatMap(({ attempt }) => attempt ?? []),
  )
  const reversing = await findReversing(
    tx,
    found.flatMap(({ attempt }) => attempt ?? []),
  )
  const captures = await disputedCaptures(tx, found)
  const matched = found.map((one): Matched => ({ ...one, ...timingOf(one, { roots: belongings, captures }) }))
  const noted = await noteDisputed(lanes, tx, matched)
  const messages: NewMessage[] = []
  const lost: Lost[] = []
  for (const one of matched) {
    const { attempt, event } = one
    const belonging = attempt && belongingOf(belongings.get(attempt.root), reversing.has(attempt.id))
    const waitMs = waitOf(one)
    const dispute = noted.get(one)
    if (dispute !== undefined && isKnown(event, dispute)) continue
    const because = neverBooked(one, dispute)
    if (because !== undefined) lost.push({ ...one, because })
    else if (attempt !== undefined && belonging !== undefined && !one.isEarly)
      messages.push(inputOf(event, attempt, belonging, dispute))
    else if (waitMs !== undefined) messages.push(eventMessage({ ...one, looks: one.looks + 1 }, now + waitMs * 1_000))
    else if (event.outcome.kind !== 'progress')
      lost.push({
        ...one,
        because: one.isEarly ? 'nothing is booked that it could have taken' : 'nothing of ours has that reference',
      })
  }
  faultPoint('payments.rail-events.before')
  await tx.burst([...lanes.enqueueSteps(messages), ...caseSteps(paymentsQueue, lost.map(unmatched))])
  faultPoint('payments.rail-events.after')
}

function belongingOf(root: Belonging | undefined, isReversing: boolean): Belonging | undefined {
  return root && { lane: isReversing ? 'rollback' : root.lane, vendor: root.vendor }
}

type Matched = Taken & {
  readonly attempt: StoredAttempt | undefined
  /** The rail takes money back before it is known that it took any. */
  readonly isEarly: boolean
  /** The outcome of the disputed attempt is no longer awaited. */
  readonly isOver: boolean
}

/** Why an operator gets the event at once. */
function neverBooked({ event, attempt }: Matched, noted: NotedDispute | undefined): string | undefined {
  if (noted?.news === 'other') return 'it has reported that one otherwise before'
  if (event.outcome.kind === 'incoming') return 'it names no asset'
  if (event.outcome.kind === 'mandate') return 'no mandate of ours has that reference'
  if (attempt === undefined) return undefined
  if (!isOfAsset(event, attempt)) return otherAsset(event, attempt)
  return isReturned(event, noted) ? comesBack : undefined
}

/** Money that was taken comes back, and from whom is not known: of a dispute without stages, or an older program's. */
function isReturned({ operation, outcome, dispute }: RailEvent, noted: NotedDispute | undefined): boolean {
  if (operation !== 'dispute') return false
  return dispute === undefined ? outcome.kind !== 'succeeded' : dispute.stage === 'won' && noted?.isOlder === true
}

/** A report with a stage is the machine's to judge. One without is of a debit, which is booked once. */
function isKnown({ dispute }: RailEvent, { news, stage, isTaken }: NotedDispute): boolean {
  if (news !== 'known' || dispute !== undefined) return false
  return stage === undefined || isOver(stage) || isTaken
}

function otherAsset({ asset = 'no asset' }: RailEvent, attempt: StoredAttempt): string {
  return `it is in ${asset}, and the ${attempt.operation} is in ${attempt.asset}`
}

const comesBack = 'if it had taken something back, that comes again and is not booked'

/** Undefined after the last look-up. While an attempt's outcome is awaited, its disputes are looked up without end. */
function waitOf({ looks, isEarly, isOver }: Matched): number | undefined {
  return looksAfterMs[isEarly && !isOver ? Math.min(looks, looksAfterMs.length - 1) : looks]
}

/** A dispute is stored when it is first reported. A discarded one is not booked: its dead letter is replayed. */
async function noteDisputed(
  lanes: EventLanes,
  tx: Transaction,
  matched: readonly Matched[],
): Promise<Map<Matched, NotedDispute>> {
  const named = matched.flatMap((one) => {
    const dispute = one.isEarly || one.attempt === undefined ? undefined : namedDispute(one.event, one.attempt)
    return dispute === undefined ? [] : [{ one, dispute }]
  })
  const noted = await noteDisputes(
    tx,
    named.map(({ dispute }) => dispute),
  )
  const known = named.filter((_, at) => noted[at]?.news === 'known').map(({ dispute }) => dispute)
  await lanes.replayDiscarded(tx, await findDiscarded(tx, known))
  return new Map(
    named.flatMap(({ one }, at): [Matched, NotedDispute][] => {
      const found = noted[at]
      return found === undefined ? [] : [[one, found]]
    }),
  )
}

/**
 * A dispute with a reference of its own is booked once, however many events report it. A rail that gives only the
 * disputed payment's reference may mean another dispute with each event.
 */
function namedDispute(event: RailEvent, attempt: StoredAttempt): NamedDispute | undefined {
  const { rail, operation, outcome, railReference, eventId, dispute } = event
  if (operation !== 'dispute' || (outcome.kind !== 'succeeded' && dispute === undefined)) return undefined
  if (!isOfAsset(event, attempt)) return undefined
  const isUnnamed = railReference === '' || railReference === attempt.railReference
  const { book, root: payment, asset } = attempt
  const { capture, originalReference } = takenFrom(attempt)
  const amount = dispute?.amount ?? (outcome.kind === 'succeeded' ? outcome.amount : 0n)
  return {
    ...{ id: newUuid(), rail, reference: isUnnamed ? `${railReference} ${eventId}` : railReference },
    ...{
      book,
      payment,
      amount,
      asset,
      attempt: attempt.id,
      capture,
      originalReference,
      isStaged: dispute !== undefined,
      isWon: dispute?.stage === 'won',
    },
  }
}

type Lost = Taken & { readonly attempt: StoredAttempt | undefined; readonly because: string }

/** The case is in the book of the attempt, or in none when the attempt is not known. */
function unmatched({ event, attempt, id, because }: Lost) {
  const { rail, operation, outcome, railReference, eventId } = event
  const { asset = attempt?.asset } = event
  const minor = 'amount' in outcome ? outcome.amount : undefined
  const written = minor !== undefined && asset ? amountText(minor, asset) : `${minor} minor units`
  const amount = minor === undefined ? '' : ` of ${written}`
  const whose = attempt === undefined ? '' : `, about ${rootId(attempt)}`
  const detail = `Rail ${rail} reported a ${operation}${amount} that ${saidBy(outcome)}, with reference ${railReference} (event ${eventId})${whose}; ${because}.`
  const subject = { kind: 'event', id } as const
  const call = attempt?.id ?? event.call
  const money = minor === undefined || asset === undefined ? undefined : { amount: minor, asset }
  const about = { ...(call !== undefined && { attempt: call }), ...money }
  const book = attempt?.book ?? noBook
  return { subject, book, change: 'open', reason: 'unmatched_event', detail, about } as const
}

function saidBy(outcome: RailEvent['outcome']): string {
  return outcome.kind === 'mandate' ? `was ${outcome.change}` : outcome.kind
}

function rootId({ root, subject }: StoredAttempt): string {
  return encodeId(idPrefix[subject.kind === 'payout' ? 'payout' : 'payment'], root)
}

async function findAttempts(tx: Transaction, taken: readonly Taken[]) {
  const calls = taken.flatMap(({ event }) => event.call ?? [])
  const [, now, byId, byReference] = await tx.burst([
    indexPlansStep,
    nowStep,
    readAttemptsStep(calls),
    findAttemptsStep(
      taken.flatMap(({ event }) => referencesIn(event).map(() => event.rail)),
      taken.flatMap(({ event }) => referencesIn(event)),
    ),
  ])
  const attempts = new Map((byId?.rows ?? []).map(toAttempt).map((attempt) => [attempt.id, attempt]))
  const referred = (byReference?.rows ?? []).map(toAttempt)
  const find = (event: RailEvent): StoredAttempt | undefined => {
    const called = event.call === undefined ? undefined : attempts.get(event.call)
    if (called !== undefined && isConcerned(called, event)) return called
    const references = referencesIn(event)
    const named = referred.filter(
      ({ railReference = '', ...one }) =>
        references.includes(railReference) && isConcerned({ ...one, railReference }, event),
    )
    return named.find((one) => isOfAsset(event, one)) ?? named[0]
  }
  return { find, now: Number(now?.rows[0]?.[0]) }
}

/** Those that may name the operation. The reference of a dispute, and maybe of a return, is its own. */
function referencesIn({ operation, originalReference, railReference, outcome }: RailEvent): string[] {
  if (originalReference === undefined) return [railReference]
  if (operation === 'dispute') return [originalReference]
  const isBack = outcome.kind === 'returned' || outcome.kind === 'retracted'
  return isBack ? [railReference, originalReference] : [railReference]
}

function isConcerned({ rail, operation }: StoredAttempt, event: RailEvent): boolean {
  return (
    rail === event.rail && (event.operation === 'dispute' ? disputable.has(operation) : operation === event.operation)
  )
}

const disputable: ReadonlySet<string> = new Set(['charge', 'capture', 'authorize'])

function inputOf(
  event: RailEvent,
  attempt: StoredAttempt,
  belonging: Belonging,
  dispute: NotedDispute | undefined,
): NewMessage {
  const { book, root, subject } = attempt
  const { outcome } = event
  if (event.operation === 'dispute') {
    const input = disputeInput(event, attempt, dispute)
    return inputMessage({ book, kind: 'payment', id: root, root, input }, belonging)
  }
  assert(outcome.kind !== 'incoming' && outcome.kind !== 'mandate', 'a credit or mandate is of no attempt')
  const input = contentOf(outcome, attempt.id, event.occurredAt)
  return inputMessage({ book, kind: subject.kind, id: subject.id, root, input }, belonging)
}

function contentOf(
  outcome: Exclude<RailEvent['outcome'], { kind: 'incoming' | 'mandate' }>,
  attempt: Uuid,
  at: Timestamp,
): InputContent {
  switch (outcome.kind) {
    case 'hint':
      return { kind: 'overdue', attempt, isHinted: true }
    case 'returned':
      return returnedInput(attempt, outcome, at)
    case 'retracted':
      return retractedInput(attempt, outcome, at)
    case 'progress':
    case 'notice_of_change':
      return { kind: 'notice', attempt, notice: outcome }
    case 'succeeded':
    case 'failed':
      return { kind: 'outcome', attempt, outcome }
  }
}

function disputeInput(
  { outcome, railReference, dispute: reported, occurredAt: at }: RailEvent,
  attempt: StoredAttempt,
  dispute: NotedDispute | undefined,
): InputContent {
  const amount = outcome.kind === 'succeeded' ? outcome.amount : 0n
  const about = { kind: 'dispute', railReference, rail: attempt.rail, ...takenFrom(attempt) } as const
  if (dispute === undefined) return { ...about, amount }
  const news = { kind: 'reported', report: reported ?? { stage: 'lost', amount }, at } as const
  return { ...about, dispute: dispute.id, news, ...(reported === undefined && { amount }) }
}

/** One capture, or the whole by the rail's reference. An increment belongs to its authorization. */
function takenFrom({ operation, subject, railReference, originalReference = railReference }: StoredAttempt): {
  readonly capture?: Uuid
  readonly originalReference?: string
} {
  if (operation === 'capture') return subject.kind === 'capture' ? { capture: subject.id } : {}
  return originalReference === undefined ? {} : { originalReference }
}
