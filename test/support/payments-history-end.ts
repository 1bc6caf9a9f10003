import { reasonsOfSuspense, type SubjectAction } from '#payments'
import type { ModelRail } from './model-rail.ts'
import { cancelAccepted, carryOut, type Run, reported } from './payments-history.ts'
import { decide, force, isOpen, writeOffDebts } from './payments-world-acts.ts'
import { check, checkReturned, givenByHand, lastSteps } from './payments-world-checks.ts'
import { hearCredits } from './payments-world-credits.ts'
import { reportDisputes } from './payments-world-dispute-acts.ts'
import { deliverDispute, reportDispute } from './payments-world-disputes.ts'
import { replayTimers } from './payments-world-losses.ts'
import { checkNotStranded } from './payments-world-stranded.ts'

/** Lets everything end: rails work again, and report the truth about everything. */
export function drain(run: Run): void {
  const { world, rails } = run
  world.books.freeze('shop', false)
  for (const rail of rails) {
    rail.isUp = true
    rail.recover()
  }
  // What comes back after that is not of those who had owed it.
  if (world.steps.length % 2 === 0) writeOffDebts(world)
  cancelAccepted(run)
  replayTimers(world, run.dead)
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
  if (world.steps.length % 2 === 0) oweAndWin(run)
  settleAll(run)
}

/** Disputes that the shop cannot pay: what it owes is written off, and most of them are won after all. */
function oweAndWin({ world, rails }: Run): void {
  const n = world.steps.length
  world.books.freeze('shop', true)
  const opened = rails.flatMap((rail) =>
    rail.operations().flatMap((operation) => {
      const one = rail.openDispute(operation, { amount: BigInt(1 + (n % 60)), stage: 'opened', at: 1 })
      if (one === undefined) return []
      reportDispute(world, one)
      return [{ rail, one }]
    }),
  )
  world.books.freeze('shop', false)
  writeOffDebts(world)
  for (const { rail, one } of n % 3 === 0 ? [] : opened) {
    rail.moveDispute(one, { stage: 'won', at: 2 })
    reportDispute(world, one)
  }
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
    checkNotStranded(world, run)
  }
  throw new Error(`timers never end:\n${lastSteps(world)}`)
}

function settleRail(rail: ModelRail, isGood: boolean): void {
  rail.surface()
  for (const operation of rail.operations()) if (isOpen(operation)) rail.settle(operation, isGood)
}

/** An operator settles everything that is left, by any decision, and there is money to pay with. */
export function settleByHand(run: Run): void {
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
