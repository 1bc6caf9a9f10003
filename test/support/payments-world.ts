import { assert } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import {
  type Attempt,
  type Capture,
  type CaseReason,
  type Credit,
  changesOf,
  contentOf,
  type Dispute,
  type Input,
  isOfAsset,
  lookUpsOf,
  type MachineContext,
  type Machines,
  type Matter,
  type MatterChange,
  mattersAfter,
  type Payment,
  type PaymentsSubject,
  type Payout,
  type Refund,
  returnedWhole,
  rowsReadFor,
  type SubjectKind,
  type Timer,
  type Transition,
  withSum,
} from '#payments'
import { derivedUuid } from '#platform/ids'
import type { CallNotice, RailOutcome } from '#rails'
import { createModelBooks, type ModelBooks } from './model-books.ts'
import type { ModelRail, ModelReturn } from './model-rail.ts'
import { isPastDeadline } from './payments-world-deadlines.ts'
import { caseRowOf, found, isBrought, type Named, paymentOf } from './payments-world-rows.ts'
import { checkContinued, checkSubmissions } from './payments-world-steps.ts'
import { storeTransition, type WorldCall } from './payments-world-store.ts'
import { timerInput } from './payments-world-timers.ts'

/** What a rail reports. A success may name what has come back of it since. `asset`: by default the attempt's. */
export type WorldMessage = {
  readonly attempt: string
  readonly asset?: string
  readonly outcome:
    | RailOutcome
    | ({ readonly kind: 'returned' } & ModelReturn)
    | ({ readonly kind: 'retracted' } & ModelReturn)
    | CallNotice
}
export type WorldReturn = Omit<Extract<Input, { readonly kind: 'returned' }>, 'attempt'> & { readonly attempt: string }
export type WorldStep = {
  readonly subject: SubjectKind
  readonly input: Input['kind']
  readonly transition: Transition
}

export type World = {
  readonly books: ModelBooks
  readonly rails: ReadonlyMap<string, ModelRail>
  readonly payments: Map<string, Payment>
  readonly captures: Map<string, Capture>
  readonly refunds: Map<string, Refund>
  readonly payouts: Map<string, Payout>
  readonly disputes: Map<string, Dispute>
  readonly credits: Map<string, Credit>
  readonly attempts: Map<string, Attempt>
  readonly calls: WorldCall[]
  readonly mail: WorldMessage[]
  readonly timers: Timer[]
  /** Returns that wait for the outcome of their attempts. */
  readonly waiting: WorldReturn[]
  readonly openCases: Map<string, { readonly kind: SubjectKind; readonly why: CaseReason; readonly detail: string }>
  /** Every open matter of a subject, the shown one first. */
  readonly matters: Map<string, readonly Matter[]>
  readonly reportedOtherwise: Map<string, string>
  readonly steps: WorldStep[]
  now: number
  /** A request is accepted, and its message handled later. */
  startsLater: boolean
  readonly input: (kind: SubjectKind, id: string, input: Input) => Transition
  readonly call: (at: number) => void
  /** Removes the call at this index; the outcome of a submission is then that it was not sent. */
  readonly leave: (at: number) => void
  readonly deliver: (at: number) => Transition
  readonly fire: (at: number) => Transition
  /** The timer at this index comes although its time may not have come: a clock was set back. */
  readonly fireEarly: (at: number) => void
  /** Looks again at the returns that wait. */
  readonly look: () => void
  readonly newId: () => string
  readonly context: MachineContext
}

export { found } from './payments-world-rows.ts'

export const clearingOf = (rail: string) => `rails:${rail}:clearing:USD`
export const feesOf = (rail: string) => `rails:${rail}:fees:USD`
export const suspense = 'suspense:USD'
export const writeOffs = 'write_offs:USD'
export const startOfTime = 1_700_000_000_000_000

export function createWorld(machines: Machines, rails: readonly ModelRail[]): World {
  let ids = 0
  const newId = () => {
    ids += 1
    return ids.toString(16).padStart(32, '0')
  }
  const byName = new Map(rails.map((rail) => [rail.name, rail]))
  const world: World = {
    books: createModelBooks(
      (code) => code === suspense || code === writeOffs || /^rails:[^:]+:(clearing|fees):USD$/.test(code),
    ),
    rails: byName,
    payments: new Map(),
    captures: new Map(),
    refunds: new Map(),
    payouts: new Map(),
    disputes: new Map(),
    credits: new Map(),
    attempts: new Map(),
    calls: [],
    mail: [],
    timers: [],
    waiting: [],
    openCases: new Map(),
    matters: new Map(),
    reportedOtherwise: new Map(),
    steps: [],
    now: startOfTime,
    startsLater: false,
    newId,
    context: {
      get now() {
        return world.now
      },
      newId,
      derivedId: derivedUuid,
      renewableId: derivedUuid,
      random: () => 0.5,
      capabilities: (rail) => byName.get(rail)?.capabilities,
      isUp: (rail) => byName.get(rail)?.isUp ?? false,
      attemptsOf: ({ id }) => [...world.attempts.values()].filter(({ subject }) => subject.id === id),
      broughtBy: ({ id }) => [...world.attempts.values()].filter((attempt) => isBrought(world, id, attempt)),
      refundsOf: ({ id }) => [...world.refunds.values()].filter(({ payment }) => payment === id),
      returningOf: (payment) => world.context.refundsOf(payment),
      accounts: {
        clearing: ({ rail }) => clearingOf(rail),
        suspense: () => suspense,
        fees: ({ rail }) => feesOf(rail),
        writeOffs: () => writeOffs,
      },
    },
    input: (kind, id, input) => {
      const before = caseRowOf(world, id).row
      const transition = carryOut(world, { kind, id }, input, decide(world, machines, { kind, id }, input))
      checkSubmissions({ kind, before, input, step: transition, attempts: world.attempts })
      world.steps.push({ subject: kind, input: input.kind, transition })
      return transition
    },
    call: (at) => {
      const [call] = world.calls.splice(at, 1)
      const attempt = world.attempts.get(call?.attempt ?? '')
      assert(call !== undefined && attempt !== undefined, 'a call is of an attempt')
      const rail = byName.get(attempt.rail)
      assert(rail !== undefined, 'an attempt is made on a rail that exists')
      if (call.ask === 'submit' && isPastDeadline(world, attempt)) {
        const outcome = { kind: 'unavailable', why: 'its deadline had passed', isLate: true } as const
        world.mail.push({ attempt: attempt.id, outcome })
        return
      }
      const startWithinMs = Math.min(rail.capabilities.inquiries.default.accepted.firstMs, 30_000) + 1_000
      if (call.ask === 'submit' && world.now >= call.at + startWithinMs * 1_000) {
        world.mail.push(unsentOf(call))
        return
      }
      const outcome = rail[call.ask](attempt)
      const isAnswer = call.ask !== 'submit' && outcome.kind !== 'unavailable'
      const isOpen = outcome.kind === 'pending' || outcome.kind === 'unknown'
      const asked = { isAsked: true, ...(!isOpen && { askedAt: call.at }) } as const
      world.mail.push({ attempt: attempt.id, outcome: isAnswer ? { ...outcome, ...asked } : outcome })
    },
    leave: (at) => {
      const [call] = world.calls.splice(at, 1)
      assert(call !== undefined, 'there is a call')
      if (call.ask === 'submit') world.mail.push(unsentOf(call))
    },
    deliver: (at) => {
      const [message] = world.mail.splice(at, 1)
      const attempt = world.attempts.get(message?.attempt ?? '')
      assert(message !== undefined && attempt !== undefined, 'an outcome is of an attempt')
      const { kind, id } = attempt.subject
      const { outcome, asset = attempt.asset } = message
      if (!isOfAsset({ asset, outcome }, attempt)) return { ignored: 'it is in another asset' }
      if (outcome.kind === 'returned') return comeBack(world, attempt.id, outcome)
      if (outcome.kind === 'retracted') {
        const { amount } = returnedWhole(attempt, { reference: outcome.railReference, code: '', at: 0 })
        return comeBack(world, attempt.id, { ...outcome, amount })
      }
      if (outcome.kind === 'progress' || outcome.kind === 'notice_of_change')
        return world.input(kind, id, { kind: 'notice', attempt, notice: outcome })
      if (outcome.kind !== 'succeeded') return world.input(kind, id, { kind: 'outcome', attempt, outcome })
      const answer = world.input(kind, id, { kind: 'outcome', attempt, outcome })
      for (const one of outcome.returns ?? []) comeBack(world, attempt.id, one)
      return answer
    },
    look: () => {
      for (const { attempt: id, ...input } of world.waiting.splice(0)) {
        const attempt = found(world.attempts, id)
        world.input(attempt.subject.kind, attempt.subject.id, { ...input, attempt, looks: input.looks + 1 })
      }
    },
    fire: (at) => {
      const [timer] = world.timers.splice(at, 1)
      assert(timer !== undefined, 'there is a timer')
      world.now = Math.max(world.now, timer.at)
      const { kind, id } = timer.subject
      return world.input(kind, id, timerInput(world.attempts, timer))
    },
    fireEarly: (at) => {
      const [timer] = world.timers.splice(at, 1)
      assert(timer !== undefined, 'there is a timer')
      world.input(timer.subject.kind, timer.subject.id, timerInput(world.attempts, timer))
    },
  }
  return world
}

function unsentOf({ attempt, inquiries }: WorldCall): WorldMessage {
  return { attempt, outcome: { kind: 'unavailable', why: 'it waited in line', unsent: { inquiries } } }
}

/** Comes again, as the engine has it. */
function putBack(world: World, subject: Named, input: Input, at: number): void {
  if (input.kind === 'expire') world.timers.push({ input: 'expire', subject, at })
  if (input.kind === 'overdue') world.timers.push({ input: 'inquire', subject, attempt: input.attempt.id, at })
  if (input.kind !== 'returned') return
  const { attempt, ...returned } = input
  world.waiting.push({ ...returned, attempt: attempt.id })
}

function comeBack(world: World, id: string, { railReference: reference, amount, reason, occurredAt: at }: ModelReturn) {
  const attempt = found(world.attempts, id)
  const { kind, id: subject } = attempt.subject
  const returned = { reference, amount, code: reason.code, at }
  return world.input(kind, subject, { kind: 'returned', attempt, returned, message: reason.message, looks: 0 })
}

function decide(world: World, machines: Machines, { kind, id }: Named, input: Input): Transition {
  // The machines receive no more than the engine reads for the input.
  const read = readFor(world, { kind, id }, input)
  const refundsOf: MachineContext['refundsOf'] = (payment) => {
    const refunds = world.context.refundsOf(payment)
    return read.ended ? refunds : withSum(refunds, id)
  }
  const lookUps = { ...world.context, refundsOf, returningOf: refundsOf }
  const context = { ...world.context, ...lookUpsOf(lookUps, { readOf: () => read, isNew: () => false }) }
  if (kind === 'payout') return machines.payout(found(world.payouts, id), input, context)
  const payment = paymentOf(world, { kind, id })
  assert(payment !== undefined, 'it belongs to a payment')
  if (kind === 'payment') return machines.payment(payment, input, context)
  if (kind === 'capture') return machines.capture(payment, found(world.captures, id), input, context)
  return machines.refund(payment, found(world.refunds, id), input, context)
}

function readFor(world: World, subject: Named, input: Input) {
  const attempt = 'attempt' in input ? world.attempts.get(input.attempt.id) : undefined
  return rowsReadFor(subject.kind, input, paymentOf(world, subject), attempt)
}

/** Without the rows that the engine does not read for the input. */
function knownFor(world: World, subject: Named, input: Input): Parameters<typeof changesOf>[3] {
  const { context, attempts } = world
  const read = readFor(world, subject, input)
  const own = [...attempts.values()].filter(({ id }) => 'attempt' in input && id === input.attempt.id)
  const attemptsOf: MachineContext['attemptsOf'] = (row) =>
    read.attempts ? context.attemptsOf(row) : own.filter(({ subject: { id } }) => id === row.id)
  return { lookUps: { ...context, attemptsOf }, read }
}

/** Operators read amounts with their decimals. */
const bareAmount = /(?<![\d.])\d+ USD|^-?\d+ came and is not kept/

function carryOut(world: World, subject: Named, input: Input, answer: Transition): Transition {
  let transition = answer
  for (;;) {
    const refusal: LedgerRefusal | undefined = world.books.book(transition.commands ?? [])
    if (refusal === undefined) break
    const next: Transition | undefined = transition.refused?.(refusal)
    assert(next !== undefined, `the books refused what a ${subject.kind} asked for on ${input.kind}: ${refusal.code}`)
    transition = next
  }
  if (transition.again !== undefined) putBack(world, subject, input, transition.again)
  const step = transition.ignored === undefined ? transition : {}
  const known = knownFor(world, subject, input)
  const answered = { subject, book: 1, input }
  const changes = changesOf(answered, world, step, known)
  checkContinued({ answered, before: world, step, changes, ...world, lookUps: known.lookUps })
  for (const text of [transition.note, ...changes.map((one) => ('detail' in one ? one.detail : undefined))]) {
    assert(!bareAmount.test(text ?? ''), `an operator reads minor units: ${text}`)
  }
  storeTransition(world, transition)
  for (const change of changes) if (change.change !== 'acted') note(world, change.subject, change)
  for (const [id, matters] of world.matters) for (const matter of matters) checkShown(world, id, matter)
  return transition
}

/** An open case shows the amount that an action on it moves or settles now. */
function checkShown(world: World, id: string, { reason, detail, about }: Matter): void {
  const { amount } = contentOf(caseRowOf(world, id), reason, world.context)
  const shown = about?.amount ?? 0n
  assert(shown === amount, `a case (${reason}) shows ${shown}, and is about ${amount}: ${detail}`)
}

/** The engine's cases in memory: the one of a subject that is acted on first, and those that wait for it. */
function note(world: World, { kind, id }: PaymentsSubject, change: MatterChange): void {
  if (kind === 'event' && change.change === 'open') world.reportedOtherwise.set(id, change.detail)
  if (kind === 'event' || kind === 'saga') return
  const matters = mattersAfter(world.matters.get(id) ?? [], change)
  world.matters.set(id, matters)
  const [shown] = matters
  if (shown === undefined) world.openCases.delete(id)
  else world.openCases.set(id, { kind, why: shown.reason, detail: shown.detail })
}
