import fc from 'fast-check'
import {
  capturedOf,
  hinted,
  machines,
  type Payment,
  type PaymentSource,
  refundShares,
  type Share,
  sumOf,
} from '#payments'
import { createModelRail, type ModelCall, type ModelRail, type RailPlan } from './model-rail.ts'
import { createWorld, type World, type WorldMessage } from './payments-world.ts'
import { acceptDecision, decide, isOpen, pick, writeOffDebts } from './payments-world-acts.ts'
import { takenSharesOf } from './payments-world-checks.ts'
import { newsDoings } from './payments-world-credits.ts'
import { dispute, moveDispute, openDispute, reportSomeDispute } from './payments-world-dispute-acts.ts'
import { deliverDispute } from './payments-world-disputes.ts'
import {
  beLate,
  type DeadTimers,
  discardTimer,
  loseAnswer,
  loseCall,
  loseTimer,
  replayTimers,
} from './payments-world-losses.ts'
import { acceptCancel, newCapture, newPayment, newPayout, newRefund, retryPayment } from './payments-world-requests.ts'

export type Act = { readonly kind: (typeof acts)[number]; readonly n: number }

const acts = [
  ...['call', 'call', 'call', 'deliver', 'deliver', 'deliver', 'deliver'],
  ...['redeliver', 'callback', 'settle', 'surface', 'fire', 'fire', 'pay', 'pay_out', 'leave'],
  ...['cancel', 'expire', 'capture', 'capture', 'increment', 'refund', 'refund', 'retry'],
  ...['dispute', 'come_back', 'come_back', 'outage', 'freeze', 'decide', 'decide_later', 'carry_out', 'hint'],
  ...['let_pass', 'let_pass', 'let_pass', 'speak', 'dispute', 'pay_out'],
  ...['lose_answer', 'lose_call', 'lose_timer', 'replay_timers', 'discard_timer', 'be_late'],
  ...['open_dispute', 'move_dispute', 'report_dispute', 'report_dispute', 'deliver_dispute'],
  ...['retract', 'credit', 'credit', 'hear_credit', 'settle_credit', 'notice'],
] as const

export const act = fc.noBias(fc.record({ kind: fc.constantFrom(...acts), n: fc.nat({ max: 10_000 }) }))

export type Run = {
  readonly world: World
  readonly rails: readonly ModelRail[]
  readonly heard: WorldMessage[]
  /** Payments with an accepted cancel that is not handled yet. */
  readonly canceling: string[]
  /** Decisions that are accepted and not handled yet. */
  readonly decided: NonNullable<ReturnType<typeof acceptDecision>>[]
  readonly dead: DeadTimers
}

export function start(plans: readonly RailPlan[]): Run {
  let next = 0
  const planned = (): RailPlan => {
    next += 1
    return plans[next % plans.length] ?? { effect: 'done', isTold: true }
  }
  const planOf = ({ amount, operation }: ModelCall): RailPlan => {
    const one = planned()
    // A rail can do another amount only of money that it takes or pays.
    const canDiffer = amount > 20n && operation !== 'void'
    return canDiffer ? one : { ...one, excess: 0n }
  }
  // Of some histories, a rail wants calls without an answer to be reversed.
  const onUnknown = unknownRules[plans.length % 5] ?? 'inquire'
  const [ofCard, ofBank] = plans.length % 3 === 0 ? [{ onUnknown }, {}] : [{}, { onUnknown }]
  const bank = createModelRail('bank', planOf, { takesMoney: 'at_end', ...ofBank })
  const rails = [createModelRail('card', planOf, ofCard), bank]
  if (plans.length % 2 === 0) rails.push(createModelRail('cash', planOf))
  const world = createWorld(machines, rails)
  for (const code of ['shop', 'fees', 'partner', 'wallet']) world.books.open(code)
  world.books.fund('wallet', 1_000n)
  return { world, rails, heard: [], canceling: [], decided: [], dead: [] }
}

export function pay({ world, rails }: Run, n: number): void {
  const others = rails.slice(1).map(({ name }) => name)
  const source: PaymentSource =
    n % 4 === 0
      ? { kind: 'wallet', account: 'wallet' }
      : { kind: 'rail', rail: 'card', instrument: 'any', otherRails: n % 3 < 2 ? others : [] }
  const amount = 100n + BigInt(n % 7)
  const isSplit = n % 5 < 3
  newPayment(world, {
    source,
    amount,
    capture: n % 2 === 0 ? 'automatic' : 'manual',
    // An automatic pay-in may have a deadline.
    expiresAt: n % 8 === 2 ? world.now + (n % 90) * 1_000_000 : undefined,
    destinations: isSplit
      ? [
          { account: 'shop', amount: amount - 41n },
          { account: 'partner', amount: 34n },
        ]
      : [{ account: 'shop', amount: amount - 7n }],
    fee: { account: 'fees', amount: 7n },
    ...(n % 3 === 0 && { terms: { allowsPartial: true } }),
    ...(n % 13 === 4 && { deadline: world.now + (n % 60) * 1_000_000 }),
  })
}

export function cancelAccepted({ world, canceling }: Run): void {
  for (const id of canceling.splice(0)) world.input('payment', id, { kind: 'cancel' })
}

/** Handles an accepted decision. Dead letters may change their order. */
export function carryOut({ world, decided }: Run, n: number): void {
  const [first] = decided.splice(n % Math.max(1, decided.length), 1)
  if (first !== undefined) world.input(first.kind, first.id, first.input)
}

const unknownRules = ['inquire', 'reverse', 'reverse-after-inquiries'] as const

type Doing = (run: Run, n: number) => void

const doings: Record<Act['kind'], Doing> = {
  call: ({ world }, n) => {
    if (world.calls.length > 0) world.call(n % world.calls.length)
  },
  leave: ({ world }, n) => {
    if (world.calls.length > 0) world.leave(n % world.calls.length)
  },
  deliver: ({ world, heard }, n) => {
    if (world.mail.length === 0) return
    const at = n % world.mail.length
    heard.push(...world.mail.slice(at, at + 1))
    world.deliver(at)
  },
  redeliver: ({ world, heard }, n) => {
    const again = pick(heard, n)
    if (again !== undefined) world.mail.push(again)
  },
  callback: ({ world, rails }, n) => {
    const one = pick(reported(rails), n)
    if (one !== undefined) world.mail.push(one)
  },
  settle: ({ rails }, n) => {
    const rail = pick(rails, n)
    const operation = pick(rail?.operations().filter(isOpen) ?? [], n)
    if (operation !== undefined) rail?.settle(operation, n % 3 > 0)
  },
  surface: ({ rails }) => {
    for (const rail of rails) rail.surface()
  },
  fire: (run, n) => {
    const { world } = run
    if (n % 4 === 0) cancelAccepted(run)
    if (world.timers.length === 0) return
    if (n % 7 === 1) world.fireEarly(n % world.timers.length)
    else world.fire(n % world.timers.length)
  },
  hint: ({ world }, n) => {
    const attempt = pick([...world.attempts.values()], n)
    if (attempt === undefined) return
    const { kind, id } = attempt.subject
    world.input(kind, id, { kind: 'overdue', attempt: hinted(attempt) })
  },
  pay: (run, n) => {
    if (run.world.payments.size < 4) pay(run, n)
  },
  pay_out: ({ world }, n) => {
    const deadline = n % 7 === 3 ? { deadline: world.now + (n % 60) * 1_000_000 } : {}
    if (world.payouts.size < 2) newPayout(world, { amount: 50n, otherRails: n % 2 === 0 ? ['bank'] : [], ...deadline })
  },
  outage: ({ rails }, n) => {
    const rail = pick(rails, n)
    if (rail !== undefined) rail.isUp = !rail.isUp
  },
  freeze: ({ world }, n) => {
    world.books.freeze('shop', n % 4 === 0)
    if (n % 4 === 1) writeOffDebts(world)
  },
  decide: ({ world }, n) => decide(world, n),
  decide_later: ({ world, decided }, n) => {
    const accepted = acceptDecision(world, n)
    if (accepted !== undefined) decided.push(accepted)
  },
  carry_out: (run, n) => carryOut(run, n),
  cancel: onPayment((run, { id }, n) => {
    if (acceptCancel(run.world, id, { wantsBack: n % 3 === 0 })) run.canceling.push(id)
    if (n % 2 === 0) cancelAccepted(run)
  }),
  expire: onPayment(({ world }, { id, expiresAt }, n) => {
    if (n % 2 === 0) world.now = Math.max(world.now, expiresAt ?? 0)
    world.input('payment', id, { kind: 'expire' })
  }),
  capture: onPayment(({ world }, { id }, n) => {
    const capture = newCapture(world, id, BigInt(1 + (n % 80)), n % 3 === 0)
    if (capture !== undefined) world.input('capture', capture.id, { kind: 'capture', capture })
  }),
  increment: onPayment(({ world }, { id, state }, n) => {
    if (state === 'authorized') world.input('payment', id, { kind: 'increment', amount: BigInt(1 + (n % 30)) })
  }),
  refund: onPayment(({ world }, payment, n) => refund(world, payment, n)),
  retry: onPayment(({ world }, { id }) => {
    retryPayment(world, id)
  }),
  dispute: onPayment((run, payment, n) => dispute(run, payment, n)),
  open_dispute: onPayment((run, payment, n) => openDispute(run, payment, n)),
  move_dispute: ({ rails }, n) => moveDispute(rails, n),
  report_dispute: (run, n) => reportSomeDispute(run, n),
  deliver_dispute: ({ world }, n) => {
    for (const one of [...world.disputes.values()].slice(n % 3)) deliverDispute(world, one.id)
  },
  ...newsDoings,
  let_pass: ({ world }, n) => letPass(world, n % 200),
  speak: ({ rails }, n) => pick(rails, n)?.speak(),
  lose_answer: ({ world }, n) => loseAnswer(world, n),
  lose_call: ({ world }, n) => loseCall(world, n),
  lose_timer: ({ world, dead }, n) => loseTimer(world, dead, n),
  replay_timers: ({ world, dead }) => replayTimers(world, dead),
  discard_timer: ({ world, dead }, n) => discardTimer(world, dead, n),
  be_late: ({ world }, n) => beLate(world, n),
}

/** Time passes, in order: what is late is given up, and goes to an operator. */
function letPass(world: World, steps: number): void {
  for (let count = 0; count < steps; count += 1) {
    if (world.calls.length > 0) world.call(0)
    else if (world.mail.length > 0) world.deliver(0)
    else if (world.timers.length > 0) world.fire(earliest(world))
  }
}

function earliest({ timers }: World): number {
  return timers.reduce((first, { at }, index) => (at < (timers[first]?.at ?? 0) ? index : first), 0)
}

export function play(run: Run, { kind, n }: Act): void {
  doings[kind](run, n)
}

function onPayment(doing: (run: Run, payment: Payment, n: number) => void): Doing {
  return (run, n) => {
    const payment = pick([...run.world.payments.values()], n)
    if (payment !== undefined) doing(run, payment, n)
  }
}

/** The current content of callbacks and statements. */
export function reported(rails: readonly ModelRail[]): WorldMessage[] {
  return rails.flatMap((rail) =>
    rail.operations().map((operation) => ({ attempt: operation.id, outcome: rail.tell(operation) })),
  )
}

function refund(world: World, payment: Payment, n: number): void {
  const left = payment.amountCaptured - payment.amountRefunded - payment.amountRefunding
  const amount = BigInt(1 + (n % 90))
  if (amount > left) return
  const taken = takenSharesOf(world, payment)
  const alone = n % 7 === 0 ? whoHas(payment, taken, amount) : undefined
  const from = alone === undefined ? refundShares(payment, taken, amount) : [{ account: alone, amount }]
  const to = n % 4 === 0 ? { to: 'wallet' } : {}
  const made = newRefund(world, payment.id, { amount, from, ...to, isReversal: n % 5 === 0 })
  if (made === undefined) return
  if (n % 2 === 0) world.input('refund', made.id, { kind: 'start' })
  else world.timers.push({ input: 'start', subject: { kind: 'refund', id: made.id }, at: world.now })
}

/** An account that can pay for all of a refund from its rest of the payment. */
function whoHas(payment: Payment, taken: readonly Share[], amount: bigint): string | undefined {
  const gave = (name: string) => sumOf(taken.filter(({ account }) => account === name))
  return capturedOf(payment).findLast(({ account, amount: got }) => got - gave(account) >= amount)?.account
}
