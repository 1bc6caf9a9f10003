export function settledByHand(evidence: string): string {
  return `Settled by hand: ${evidence}`
}

/** The reason of a state that an operator stated. No rail declines with it. */
export const byHand = 'settled_by_hand'
