import type { DisputeStage, OperationStatus, RailName } from './operation.ts'

/** When a rail takes the money of a dispute. `bank` reports none by stages: the money is gone at once. `netbank` has returns only. */
const takesMoney: Readonly<Record<RailName, 'at_opening' | 'at_end' | undefined>> = {
  card: 'at_opening',
  upi: 'at_end',
  bank: undefined,
  netbank: undefined,
}

export function hasStages(rail: RailName): boolean {
  return takesMoney[rail] !== undefined
}

export function isOver(stage: DisputeStage): boolean {
  return stage === 'won' || stage === 'lost' || stage === 'accepted' || stage === 'expired'
}

export function isToBeAnswered(stage: DisputeStage): boolean {
  return stage === 'inquiry' || stage === 'opened' || stage === 'pre_arbitration'
}

/** `succeeded`: the rail has the money. `failed`: it has not, and will not. */
export function statusOf(rail: RailName, stage: DisputeStage): OperationStatus {
  if (stage === 'won') return 'failed'
  if (isOver(stage)) return 'succeeded'
  return stage !== 'inquiry' && takesMoney[rail] === 'at_opening' ? 'succeeded' : 'pending'
}
