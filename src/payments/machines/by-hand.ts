/** What the timeline says of what a person stated. */
export function settledByHand(evidence: string): string {
  return `Settled by hand: ${evidence}`
}
