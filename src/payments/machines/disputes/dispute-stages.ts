import type { DisputePolicy, DisputeStage } from '#rails'
import type { Dispute } from '../../dispute.ts'

/** The stages that may follow each, however many reports between them are missing. */
const following: Readonly<Record<DisputeStage, ReadonlySet<DisputeStage>>> = {
  inquiry: new Set(['opened', 'challenged', 'pre_arbitration', 'won', 'lost', 'accepted', 'expired']),
  opened: new Set(['challenged', 'pre_arbitration', 'won', 'lost', 'accepted', 'expired']),
  challenged: new Set(['pre_arbitration', 'won', 'lost', 'accepted', 'expired']),
  pre_arbitration: new Set(['challenged', 'won', 'lost', 'accepted', 'expired']),
  won: new Set(['pre_arbitration', 'lost', 'accepted', 'expired']),
  lost: new Set(['pre_arbitration', 'won']),
  accepted: new Set(['pre_arbitration', 'won']),
  expired: new Set(['pre_arbitration', 'won']),
}

/** Orders reports of one time. */
const ranks: Readonly<Record<DisputeStage, number>> = {
  ...{ inquiry: 0, opened: 1, challenged: 2, pre_arbitration: 3 },
  ...{ won: 4, lost: 4, accepted: 4, expired: 4 },
}

const ended: ReadonlySet<DisputeStage> = new Set(['won', 'lost', 'accepted', 'expired'])
const toBeAnswered: ReadonlySet<DisputeStage> = new Set(['inquiry', 'opened', 'pre_arbitration'])

export function isOver(stage: DisputeStage): boolean {
  return ended.has(stage)
}

export function isToBeAnswered({ stage }: Pick<Dispute, 'stage'>): boolean {
  return toBeAnswered.has(stage)
}

/** Whether a report brings the dispute on. Otherwise it is repeated, late, or about a past round. */
export function isNext(
  { stage: before, stageAt, version }: Pick<Dispute, 'stage' | 'stageAt' | 'version'>,
  { stage, at }: { readonly stage: DisputeStage; readonly at: number },
): boolean {
  if (version === 0) return true
  if (at < stageAt || !following[before].has(stage)) return false
  return at > stageAt || ranks[stage] > ranks[before]
}

/** Whether the rail has the money of a dispute at this stage. */
export function isTaken(stage: DisputeStage, { takesMoney }: DisputePolicy = { takesMoney: 'at_opening' }): boolean {
  if (stage === 'inquiry' || stage === 'won') return false
  return takesMoney === 'at_opening' || ended.has(stage)
}
