import type { Timestamp } from '#kernel'
import type { RailAdvice, RetryBudget } from '#rails'

/** A decline of an instrument, of any payment of the book. */
export type PastDecline = {
  readonly at: Timestamp
  readonly amount: bigint
  readonly raw: string
  readonly advice: RailAdvice
}

const dayMicros = 86_400_000_000

/** Declines older than this do not count, except those that were for ever. */
export const declinesCountDays = 30

/** Why the scheme allows no other attempt now; undefined when it does. */
export function retryRefusal(
  { scheme, budgets }: { readonly scheme: string; readonly budgets: readonly RetryBudget[] },
  { declines, amount }: { readonly declines: readonly PastDecline[]; readonly amount: bigint },
  now: Timestamp,
): string | undefined {
  const never = declines.find(({ advice }) => advice.kind === 'never')
  if (never !== undefined) return `${scheme} allows no other attempt with this card, ever (${never.raw})`
  const waiting = declines.find(({ at, advice }) => now < at + (advice.afterMs ?? 0) * 1_000)
  if (waiting !== undefined) return `${scheme} allows no other attempt with this card yet (${waiting.raw})`
  for (const { per, declinesMax, withinDays } of inForce(scheme, budgets, now)) {
    const counted = declines.filter(
      (one) => one.at > now - withinDays * dayMicros && (per === 'instrument' || one.amount === amount),
    )
    if (counted.length >= declinesMax) {
      return `${scheme} allows ${declinesMax} declines of this card within ${withinDays} days, and there were as many`
    }
  }
  return undefined
}

function inForce(scheme: string, budgets: readonly RetryBudget[], now: Timestamp): RetryBudget[] {
  const latest = new Map<string, RetryBudget>()
  for (const budget of budgets) {
    if (budget.scheme !== scheme || Date.parse(budget.from) * 1_000 > now) continue
    const known = latest.get(budget.per)
    if (known === undefined || known.from < budget.from) latest.set(budget.per, budget)
  }
  return [...latest.values()]
}
