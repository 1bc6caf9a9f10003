import type { RailOutcome, RailSettlement } from '#rails'
import type { Attempt } from '../../payment.ts'

/** The rail may settle a success in several reports. What a later one says replaces what an earlier one said. */
export function withSettlement(attempt: Attempt, outcome: RailOutcome): Attempt {
  if (outcome.kind !== 'succeeded' || outcome.settlement === undefined) return attempt
  const before = attempt.settlement ?? {}
  const references = { ...before.references, ...outcome.settlement.references }
  const after: RailSettlement = {
    ...before,
    ...outcome.settlement,
    ...(Object.keys(references).length > 0 && { references }),
  }
  return isSame(before, after) ? attempt : { ...attempt, settlement: after }
}

function isSame(one: RailSettlement, other: RailSettlement): boolean {
  return textOf(one) === textOf(other)
}

function textOf({ references = {}, ...facts }: RailSettlement): string {
  const sorted = [...Object.entries(facts), ...Object.entries(references)].map(([name, value]) => `${name} ${value}`)
  return sorted.toSorted().join()
}
