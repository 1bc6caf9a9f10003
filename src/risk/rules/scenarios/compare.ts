import type { Decision } from './decide.ts'
import type { Outcome } from './scenario.ts'

/** How a scenario in the shadow decided otherwise than the one that counts. */
export type Difference = {
  readonly outcomes: { readonly live: Outcome; readonly shadow: Outcome } | undefined
  /** Of the shadow, minus that of the other. */
  readonly scoreDifference: number
  readonly hitsOnlyLive: readonly string[]
  readonly hitsOnlyShadow: readonly string[]
}

/** Undefined: there is none. Rules are the same when their ids are. */
export function compareDecisions(live: Decision, shadow: Decision): Difference | undefined {
  const [one, other] = [hitsOf(live), hitsOf(shadow)]
  const hitsOnlyLive = one.filter((rule) => !other.includes(rule))
  const hitsOnlyShadow = other.filter((rule) => !one.includes(rule))
  const scoreDifference = shadow.score - live.score
  const isSame = live.outcome === shadow.outcome
  if (isSame && scoreDifference === 0 && hitsOnlyLive.length === 0 && hitsOnlyShadow.length === 0) return undefined
  const outcomes = isSame ? undefined : { live: live.outcome, shadow: shadow.outcome }
  return { outcomes, scoreDifference, hitsOnlyLive, hitsOnlyShadow }
}

const noHits: readonly string[] = []

function hitsOf({ results }: Decision): readonly string[] {
  let hits: string[] | undefined
  for (const { counts, rule } of results) {
    if (!counts) continue
    hits ??= []
    hits.push(rule)
  }
  return hits ?? noHits
}
