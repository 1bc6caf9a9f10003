import fc from 'fast-check'
import { describe, it } from 'vitest'
import { createModelRail, type ModelCall, type ModelRail, type RailPlan } from '../../../test/support/model-rail.ts'
import { createWorld, type World, type WorldMessage } from '../../../test/support/payments-world.ts'
import { acceptDecision, decide, force, isOpen, pick } from '../../../test/support/payments-world-acts.ts'
import {
  check,
  checkDisputes,
  checkEnd,
  checkNothingOpen,
  checkReturned,
  checkShares,
  givenByHand,
  lastSteps,
  takenSharesOf,
} from '../../../test/support/payments-world-checks.ts'
import { hearCredits, newsDoings } from '../../../test/support/payments-world-credits.ts'
import {
  dispute,
  moveDispute,
  openDispute,
  reportDisputes,
  reportSomeDispute,
} from '../../../test/support/payments-world-dispute-acts.ts'
import { deliverDispute } from '../../../test/support/payments-world-disputes.ts'
import {
  acceptCancel,
  newCapture,
  newPayment,
  newPayout,
  newRefund,
  retryPayment,
} from '../../../test/support/payments-world-requests.ts'
import { railPlan } from '../../../test/support/rail-plans.ts'
import { reasonsOfSuspense, type SubjectAction } from '../machine.ts'
import type { Payment, PaymentSource, Share } from '../payment.ts'
import { hinted } from './attempts/attempt-policy.ts'
import { sumOf } from './booking/shares.ts'
import { capturedOf, machines, refundShares } from './machines.ts'

/**
 * Payments of all kinds are played against rails that fail in every way a rail can, with inputs in any order, twice,
 * and too late. No unit is ever lost or made, and nothing is refunded or captured twice. The books show the operations
 * of the rails. Everything ends or goes to an operator.
 */
type Act = { readonly kind: (typeof acts)[number]; readonly n: number }

const acts = [
  ...['call', 'call', 'call', 'deliver', 'deliver', 'deliver', 'deliver'],
  ...['redeliver', 'callback', 'settle', 'surface', 'fire', 'fire', 'pay', 'pay_out', 'leave'],
  ...['cancel', 'expire', 'capture', 'capture', 'increment', 'refund', 'refund', 'retry'],
  ...['dispute', 'come_back', 'come_back', 'outage', 'freeze', 'decide', 'decide_later', 'carry_out', 'hint'],
  ...['open_dispute', 'move_dispute', 'report_dispute', 'report_dispute', 'deliver_dispute'],
  ...['retract', 'credit', 'credit', 'hear_credit', 'settle_credit', 'notice'],
] as const

const act = fc.noBias(fc.record({ kind: fc.constantFrom(...acts), n: fc.nat({ max: 10_000 }) }))

type Run = {
  readonly world: World
  readonly rails: readonly ModelRail[]
  readonly heard: WorldMessage[]
  /** Payments with an accepted cancel that is not handled yet. */
  readonly canceling: string[]
  /** Decisions that are accepted and not handled yet. */
  readonly decided: NonNullable<ReturnType<typeof acceptDecision>>[]
}

function start(plans: readonly RailPlan[]): Run {
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
  const rails = [createModelRail('card', planOf), createModelRail('bank', planOf, { takesMoney: 'at_end' })]
  const world = createWorld(machines, rails)
  for (const code of ['shop', 'fees', 'partner', 'wallet']) world.books.open(code)
  world.books.fund('wallet', 1_000n)
  return { world, rails, heard: [], canceling: [], decided: [] }
}

function pay({ world }: Run, n: number): void {
  const source: PaymentSource =
    n % 4 === 0
      ? { kind: 'wallet', account: 'wallet' }
      : { kind: 'rail', rail: 'card', instrument: 'any', otherRails: n % 3 === 0 ? ['bank'] : [] }
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
  })
}

/** Handles the accepted cancels. */
function cancelAccepted({ world, canceling }: Run): void {
  for (const id of canceling.splice(0)) world.input('payment', id, { kind: 'cancel' })
}

/** Handles an accepted decision. Dead letters may change their order. */
function carryOut({ world, decided }: Run, n: number): void {
  const [first] = decided.splice(n % Math.max(1, decided.length), 1)
  if (first !== undefined) world.input(first.kind, first.id, first.input)
}

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
    if (world.payouts.size < 2) newPayout(world, { amount: 50n, otherRails: n % 2 === 0 ? ['bank'] : [] })
  },
  outage: ({ rails }, n) => {
    const rail = pick(rails, n)
    if (rail !== undefined) rail.isUp = !rail.isUp
  },
  freeze: ({ world }, n) => world.books.freeze('shop', n % 4 === 0),
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
}

function play(run: Run, { kind, n }: Act): void {
  doings[kind](run, n)
}

function onPayment(doing: (run: Run, payment: Payment, n: number) => void): Doing {
  return (run, n) => {
    const payment = pick([...run.world.payments.values()], n)
    if (payment !== undefined) doing(run, payment, n)
  }
}

/** The current content of callbacks and statements. */
function reported(rails: readonly ModelRail[]): WorldMessage[] {
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

/** Lets everything end: rails work again, and report the truth about everything. */
function drain(run: Run): void {
  const { world, rails } = run
  world.books.freeze('shop', false)
  for (const rail of rails) {
    rail.isUp = true
    rail.recover()
  }
  cancelAccepted(run)
  reportDisputes(run)
  hearCredits(world)
  while (run.decided.length > 0) carryOut(run, 0)
  for (let round = 0; round < 12; round += 1) {
    world.look()
    settleAll(run)
    world.mail.push(...reported(rails))
    settleAll(run)
    for (let n = 0; n < world.openCases.size * 3; n += 1) decide(world, round + n)
    for (const { id, phase } of world.payments.values()) {
      if (phase === 'held') world.input('payment', id, { kind: 'cancel' })
    }
  }
  settleAll(run)
}

/** Calls, messages and timers in their order, until there are none. */
function settleAll(run: Run): void {
  const { world, rails } = run
  for (let count = 0; count < 5_000; count += 1) {
    if (world.calls.length + world.mail.length === 0) {
      for (const rail of rails) settleRail(rail, count % 3 > 0)
      if (world.timers.length === 0) return
      world.fire(0)
    } else if (world.calls.length > 0) world.call(0)
    else world.deliver(0)
    check(run)
  }
  throw new Error(`timers never end:\n${lastSteps(world)}`)
}

function settleRail(rail: ModelRail, isGood: boolean): void {
  rail.surface()
  for (const operation of rail.operations()) if (isOpen(operation)) rail.settle(operation, isGood)
}

/** An operator settles everything that is left, by any decision, and there is money to pay with. */
function settleByHand(run: Run): void {
  const { world } = run
  for (const code of ['shop', 'partner', 'fees']) world.books.fund(code, givenByHand)
  const all: readonly SubjectAction[] = [
    { action: 'inquire' },
    { action: 'retry' },
    { action: 'reverse' },
    force('succeeded'),
    force('failed'),
  ]
  for (const decision of [...all, ...all, ...all]) {
    for (const [id, { kind }] of [...world.openCases]) {
      const about = world.openCases.get(id)?.why
      const decide = () => {
        if (about !== undefined) world.input(kind, id, { kind: 'decision', decision, about })
      }
      const isReturn = decision.action === 'force' && (about === 'late_success' || decision.outcome === 'failed')
      const isOfSuspense = reasonsOfSuspense.some((reason) => reason === about)
      if (kind === 'payment' && isReturn && isOfSuspense) checkReturned(world, id, decide)
      else decide()
    }
    for (const one of world.disputes.values()) deliverDispute(world, one.id)
    settleAll(run)
    world.look()
  }
}

describe('the machines', () => {
  it('never lose money, for any order of actions by rails and operators', () => {
    const property = fc.property(
      fc.array(fc.noBias(railPlan), { minLength: 1, maxLength: 20, size: 'max' }),
      fc.noBias(fc.nat({ max: 10_000 })),
      fc.array(act, { maxLength: 100, size: 'max' }),
      (plans, first, list) => {
        const run = start(plans)
        pay(run, first)
        for (const one of list) {
          play(run, one)
          check(run)
        }
        drain(run)
        check(run)
        checkEnd(run)
        settleByHand(run)
        check(run)
        checkNothingOpen(run)
        checkDisputes(run)
        checkShares(run)
      },
    )
    const seed = Number(process.env.SEED ?? Date.now() % 2_147_483_647)
    console.info(`seed ${seed}`)
    fc.assert(property, { seed, numRuns: Number(process.env.RUNS ?? 30) })
  })
})
