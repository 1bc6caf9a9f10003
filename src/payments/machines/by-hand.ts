/** What the timeline says of what a person stated. */
export function settledByHand(evidence: string): string {
  return `Settled by hand: ${evidence}`
}

/** The reason of what is as a person has stated it; no rail declines with it. */
export const byHand = 'settled_by_hand'
