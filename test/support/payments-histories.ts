import fc from 'fast-check'
import type { RailPlan } from './model-rail.ts'
import { type Act, act, pay, play, start } from './payments-history.ts'
import { drain, settleByHand } from './payments-history-end.ts'
import { check, checkDisputes, checkEnd, checkNothingOpen, checkShares } from './payments-world-checks.ts'
import { checkNotStranded } from './payments-world-stranded.ts'
import { railPlan } from './rail-plans.ts'

/** `from`: the first of the seed's histories that is played, from 1 on. */
export type Histories = { readonly seed: number; readonly runs: number; readonly from?: number }

/** What was found, or undefined. `run`: the first history that fails. */
export type Failing = { readonly run: number; readonly seed: number; readonly why: string } | undefined

/**
 * Payments of all kinds are played against rails that fail in every way a rail can, with inputs in any order, twice,
 * and too late. No unit is ever lost or made, and nothing is refunded or captured twice. The books show the operations
 * of the rails. Everything ends or goes to an operator.
 */
const property = fc.property(
  fc.array(fc.noBias(railPlan), { minLength: 1, maxLength: 20, size: 'max' }),
  fc.noBias(fc.nat({ max: 10_000 })),
  fc.array(act, { maxLength: 100, size: 'max' }),
  playHistory,
)

export function playHistory(plans: readonly RailPlan[], first: number, list: readonly Act[]): void {
  const run = start(plans)
  pay(run, first)
  for (const one of list) {
    play(run, one)
    check(run)
    checkNotStranded(run.world, run)
  }
  drain(run)
  check(run)
  checkEnd(run)
  settleByHand(run)
  check(run)
  checkNothingOpen(run)
  checkDisputes(run)
  checkShares(run)
}

export function assertHistories(histories: Histories): void {
  fc.assert(property, parametersOf(histories))
}

/** Without the shortest example, which takes long. */
export function findFailing(histories: Histories): Failing {
  return failingOf(histories, fc.check(property, { ...parametersOf(histories), endOnFailure: true }))
}

export function parametersOf({ seed, runs, from = 1 }: Histories) {
  return { seed, numRuns: runs, path: from === 1 ? '' : `${from - 1}` }
}

type Checked = { readonly failed: boolean; readonly numRuns: number; readonly errorInstance: unknown }

export function failingOf({ seed, from = 1 }: Histories, { failed, numRuns, errorInstance }: Checked): Failing {
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  return failed ? { run: from - 1 + numRuns, seed, why } : undefined
}
