import { type Attempt, type Machines, offOf, type Payment, type SubjectKind, type Transition } from '#payments'
import type { UnknownRule } from '#rails'
import { createModelRail } from './model-rail.ts'
import { type MatrixInput, matrixActs, matrixInputs, rowOf, type Subject } from './payments-matrix-inputs.ts'
import { createWorld, found, type World } from './payments-world.ts'
import { check } from './payments-world-checks.ts'
import { newCapture, newPayment, newPayout, newRefund } from './payments-world-requests.ts'
import { checkNotStranded } from './payments-world-stranded.ts'

/** How a subject begins. `kind` of the machine. `onUnknown`: of its rails. */
export type MatrixStart = {
  readonly kind: SubjectKind
  readonly begin: (world: World) => Subject
  readonly onUnknown?: UnknownRule
}

type Reached = { readonly start: string; readonly inputs: readonly string[]; readonly state: string }

export type Matrix = {
  readonly lines: readonly string[]
  readonly states: number
  readonly inputs: number
  /** The answers that break a rule. */
  readonly wrong: readonly string[]
}

const known = { ...matrixInputs, ...matrixActs }

/**
 * A line for each input in each state. The states are found from the starts, breadth first, by the inputs themselves. A
 * state is represented by the shortest way to it.
 */
export function matrixOf(machines: Machines, kind: SubjectKind, depth: number): Matrix {
  const reached = new Map<string, Reached>()
  let edge: Reached[] = []
  for (const [start, one] of Object.entries(matrixStarts)) {
    if (one.kind !== kind) continue
    const { world, subject } = played(machines, { start, inputs: [] })
    add({ start, inputs: [], state: `${start}: ${keyOf(world, subject)}` })
  }
  function add(one: Reached): void {
    if (reached.has(one.state)) return
    reached.set(one.state, one)
    edge.push(one)
  }
  const lines: string[] = []
  const wrong: string[] = []
  const answer = (one: Reached, name: string, isEnd: boolean) => {
    const line = lineOf(machines, one, name)
    if (line === undefined) return
    if (line.state === 'wrong') wrong.push(line.text)
    if (name in matrixInputs) lines.push(`${one.state} | ${name} | ${line.text}`)
    if (isEnd || line.state === 'refused' || line.state === 'wrong') return
    add({ start: one.start, inputs: [...one.inputs, name], state: `${one.start}: ${line.state}` })
  }
  for (let at = 0; at <= depth; at += 1) {
    const from = edge
    edge = []
    for (const one of from) for (const name of Object.keys(known)) answer(one, name, at === depth)
  }
  return { lines: lines.toSorted(), states: reached.size, inputs: lines.length, wrong }
}

function played(machines: Machines, { start, inputs }: Pick<Reached, 'start' | 'inputs'>) {
  const { onUnknown = 'inquire', begin } = found(new Map(Object.entries(matrixStarts)), start)
  const done = { effect: 'done', isTold: true } as const
  const rails = ['card', 'bank'].map((name) => createModelRail(name, () => done, { onUnknown }))
  const world = createWorld(machines, rails)
  for (const code of ['shop', 'fees', 'wallet']) world.books.open(code)
  world.books.fund('wallet', 1_000n)
  world.books.fund('shop', 1_000n)
  const subject = begin(world)
  for (const name of inputs) known[name]?.(world, subject)?.()
  return { world, rails, subject }
}

function lineOf(machines: Machines, { start, inputs, state }: Reached, name: string) {
  const { world, rails, subject } = played(machines, { start, inputs })
  const give: (() => void) | undefined = found(new Map<string, MatrixInput>(Object.entries(known)), name)(
    world,
    subject,
  )
  if (give === undefined) return undefined
  const before = { steps: world.steps.length, now: world.now, isOver: isOver(world, subject) }
  try {
    give()
    check({ world, rails })
    checkNotStranded(world)
    const steps = world.steps.slice(before.steps)
    for (const { transition } of steps) checkSaid(transition, before.isOver)
    const texts = [stateOf(world, subject), ...steps.map((step) => textOf(world, step.transition))]
    return { state: keyOf(world, subject), text: texts.join(' | ') }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    // The engine makes it a dead letter, or keeps the report as unbooked: in both cases with a case.
    if (why.startsWith('the books refused what')) return { state: 'refused', text: `not booked: ${why}` }
    return { state: 'wrong', text: `${state} | ${name} (${[start, ...inputs].join(', ')}): ${why}` }
  }
}

function isOver(world: World, subject: Subject): boolean {
  const row = rowOf(world, subject)
  return 'phase' in row ? row.phase === 'ended' : row.state !== 'processing'
}

/** An input has an effect, or a word for having none. What has ended moves money only with an event or a case. */
function checkSaid(
  { ignored, commands = [], events = [], caseChange, also = [], newRefunds = [], ...rest }: Transition,
  isEnded: boolean,
) {
  const parts = [...Object.values(rest), caseChange].filter((one) => one !== undefined)
  if (ignored === undefined && parts.length + commands.length + events.length === 0) throw new Error('it says nothing')
  // A new refund has an event of its own, and a decision that resolves a case is an act of an operator.
  const isSeen = events.length + also.length + newRefunds.length > 0 || caseChange !== undefined
  const moves = commands.some((one) => one.kind === 'post' || (one.kind === 'create' && one.pending !== true))
  if (isEnded && moves && !isSeen) throw new Error('an ended subject moves money without an event or a case')
}

/** What distinguishes states: not how a subject ended, nor what happened to earlier attempts. */
function keyOf(world: World, subject: Subject): string {
  const row = rowOf(world, subject)
  const isEnded = isOver(world, subject)
  const current = world.attempts.get(row.currentAttempt ?? '')
  const words = [
    ...('phase' in row ? [row.phase] : []),
    row.state,
    ...(row.reason === undefined || isEnded ? [] : [`(${row.reason})`]),
    ...(current === undefined ? [] : [attemptText(current)]),
    ...amountsOf(subject.kind === 'payment' ? found(world.payments, subject.id) : undefined),
  ]
  return words.join(' ')
}

function stateOf(world: World, subject: Subject): string {
  const row = rowOf(world, subject)
  const attempts = [...world.attempts.values()].filter((one) => one.subject.id === subject.id)
  const current = attempts.find(({ id }) => id === row.currentAttempt)
  const older = attempts.findLast(({ id }) => id !== row.currentAttempt)
  const words = [
    ...('phase' in row ? [row.phase] : []),
    row.state,
    ...(row.reason === undefined ? [] : [`(${row.reason})`]),
    ...(current === undefined ? [] : [attemptText(current)]),
    ...(older === undefined ? [] : [`older ${attemptText(older)}`]),
    ...amountsOf(subject.kind === 'payment' ? found(world.payments, subject.id) : undefined),
    ...(world.matters.get(subject.id) ?? []).map(({ reason }) => `case ${reason}`),
  ]
  return words.join(' ')
}

function attemptText({ operation, state, reason, suspended, returned = [], exchange }: Attempt): string {
  const { reversal } = exchange ?? {}
  const back = reversal === undefined ? '' : reversal.endedAt === undefined ? ' to be reversed' : ' reversed'
  const why = state === 'succeeded' && reason !== undefined ? ` ${reason}` : ''
  return `${operation} ${state}${why}${suspended === undefined ? '' : ' in suspense'}${returned.length > 0 ? ' returned' : ''}${back}`
}

function amountsOf(payment: Payment | undefined): string[] {
  if (payment === undefined) return []
  const { amount, amountCapturing, amountCaptured, amountRefunded } = payment
  const { amountRefunding, amountSuspended = 0n, amountOwed = 0n, amountLost = 0n } = payment
  const amounts: readonly [string, boolean][] = [
    ['capturing', amountCapturing > 0n],
    ['captured in part', amountCaptured > 0n && amountCaptured < amount],
    ['refunding', amountRefunding > 0n],
    ['refunded in part', amountRefunded > 0n && amountRefunded < amountCaptured],
    ['refunded', amountRefunded > 0n && amountRefunded === amountCaptured],
    ['in suspense', amountSuspended > 0n],
    ['short in suspense', amountSuspended < 0n],
    ['owed', amountOwed > 0n],
    ['lost', amountLost > 0n],
    ['written off', offOf(payment).length > 0],
  ]
  return amounts.filter(([, is]) => is).map(([name]) => name)
}

function textOf(world: World, transition: Transition): string {
  const {
    ignored,
    newAttempts = [],
    resubmit,
    inquire,
    reverse,
    timers = [],
    caseChange,
    also = [],
    events = [],
  } = transition
  if (ignored !== undefined) return `ignored: ${ignored}`
  const cases = [...(typeof caseChange === 'object' ? [caseChange] : []), ...also]
  const parts = [
    ...newAttempts.map(({ rail, operation, amount }) => `submit ${operation} ${amount} ${rail}`),
    ...(resubmit === undefined ? [] : [`submit again ${resubmit.operation} ${resubmit.rail}`]),
    ...(inquire === undefined ? [] : [`inquire ${inquire.operation} ${inquire.rail}`]),
    ...(reverse === undefined ? [] : [`reverse ${reverse.operation} ${reverse.rail}`]),
    ...timers.map(({ input, at }) => `timer ${input} ${Math.round((at - world.now) / 1_000_000)} s`),
    ...bookingsOf(world, transition),
    ...cases.map(({ why, isOver: isEnd = false }) => `${isEnd ? 'close' : 'open'} ${why}`),
    ...(caseChange === 'resolved' ? ['resolved'] : []),
    ...events,
  ]
  return parts.length === 0 ? 'stored' : parts.join(', ')
}

/** Each with its accounts and amount. A hold is posted or voided by its id, so its accounts come from its own step. */
function bookingsOf(world: World, { commands = [] }: Transition): string[] {
  const all = world.steps.flatMap(({ transition }) => transition.commands ?? [])
  return commands.map((command) => {
    if (command.kind === 'create') {
      const { source, destination, amount, pending = false } = command
      return `${pending ? 'hold' : 'book'} ${amount} ${source} -> ${destination}`
    }
    const held = all.find((one) => one.kind === 'create' && one.id === command.id)
    if (held?.kind !== 'create') throw new Error('only what is held is posted or voided')
    const { source, destination, amount } = held
    const done = 'amount' in command && command.amount !== undefined ? command.amount : amount
    return `${command.kind} ${done} ${source} -> ${destination}`
  })
}

const card = { kind: 'rail', rail: 'card', instrument: 'any', otherRails: [] } as const

function payment(world: World, parts: Partial<Payment> & Pick<Payment, 'source'>): Subject {
  const { id } = newPayment(world, {
    destinations: [{ account: 'shop', amount: 93n }],
    fee: { account: 'fees', amount: 7n },
    ...parts,
  })
  return { kind: 'payment', id }
}

function succeeded(world: World, { kind, id }: Subject): void {
  const attempt = [...world.attempts.values()].find(({ subject }) => subject.id === id)
  if (attempt === undefined) return
  const { amount } = attempt
  world.input(kind, id, { kind: 'outcome', attempt, outcome: { kind: 'succeeded', railReference: 'first', amount } })
}

function captureOf(world: World, final: boolean): Subject {
  const subject = payment(world, { source: card, capture: 'manual' })
  succeeded(world, subject)
  const capture = newCapture(world, subject.id, 40n, final)
  if (capture === undefined) throw new Error('so much is held')
  world.input('capture', capture.id, { kind: 'capture', capture })
  return { kind: 'capture', id: capture.id }
}

function refundOf(world: World, parts: { readonly to?: string; readonly isReversal?: boolean }): Subject {
  const subject = payment(world, { source: card })
  succeeded(world, subject)
  const refund = newRefund(world, subject.id, { amount: 40n, from: [{ account: 'shop', amount: 40n }], ...parts })
  if (refund === undefined) throw new Error('so much is captured')
  world.input('refund', refund.id, { kind: 'start' })
  return { kind: 'refund', id: refund.id }
}

/** A charge that came too late is refunded from suspense. */
function reversalOf(world: World): Subject {
  const { id } = payment(world, { source: card })
  const attempt = [...world.attempts.values()][0]
  if (attempt === undefined) throw new Error('it was submitted')
  const decline = { code: 'do_not_honor', remedy: 'never', message: 'No.' } as const
  world.input('payment', id, { kind: 'outcome', attempt, outcome: { kind: 'failed', decline } })
  succeeded(world, { kind: 'payment', id })
  const [refund] = world.refunds.values()
  if (refund === undefined) throw new Error('what came late is refunded')
  return { kind: 'refund', id: refund.id }
}

export const matrixStarts: Readonly<Record<string, MatrixStart>> = {
  charge: { kind: 'payment', begin: (world) => payment(world, { source: { ...card, otherRails: ['bank'] } }) },
  'charge that is reversed': {
    kind: 'payment',
    begin: (world) => payment(world, { source: { ...card, otherRails: ['bank'] } }),
    onUnknown: 'reverse',
  },
  authorization: { kind: 'payment', begin: (world) => payment(world, { source: card, capture: 'manual' }) },
  wallet: { kind: 'payment', begin: (world) => payment(world, { source: { kind: 'wallet', account: 'wallet' } }) },
  'wallet, manual': {
    kind: 'payment',
    begin: (world) => payment(world, { source: { kind: 'wallet', account: 'wallet' }, capture: 'manual' }),
  },
  capture: { kind: 'capture', begin: (world) => captureOf(world, false) },
  'final capture': { kind: 'capture', begin: (world) => captureOf(world, true) },
  refund: { kind: 'refund', begin: (world) => refundOf(world, {}) },
  'refund of a saga': { kind: 'refund', begin: (world) => refundOf(world, { isReversal: true }) },
  'refund to a wallet': { kind: 'refund', begin: (world) => refundOf(world, { to: 'wallet' }) },
  'refund from suspense': { kind: 'refund', begin: reversalOf },
  'payout that is reversed': {
    kind: 'payout',
    begin: (world) => ({ kind: 'payout', id: newPayout(world, { otherRails: ['bank'] }).id }),
    onUnknown: 'reverse',
  },
  payout: { kind: 'payout', begin: (world) => ({ kind: 'payout', id: newPayout(world, { otherRails: ['bank'] }).id }) },
}
