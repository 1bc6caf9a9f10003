/** The text of the timeline for an operator's statement. */
export function settledByHand(evidence: string): string {
  return `Settled by hand: ${evidence}`
}

/** The reason of a state that an operator stated; no rail declines with it. */
export const byHand = 'settled_by_hand'
