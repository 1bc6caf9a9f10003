import { describe, expect, it } from 'vitest'
import { type DisputeStage, disputeStages } from '#rails'
import { isNext, isTaken } from './dispute-stages.ts'

const at = (stage: DisputeStage, stageAt: number, version = 1) => ({ stage, stageAt, version })

describe('a report of a dispute', () => {
  it('counts whatever it says when it is the first', () => {
    for (const stage of disputeStages) expect(isNext(at('inquiry', 0, 0), { stage, at: 0 })).toBe(true)
  })

  it('is never of effect when it is repeated, or older than the last', () => {
    for (const stage of disputeStages) {
      expect(isNext(at(stage, 5), { stage, at: 9 })).toBe(false)
      for (const other of disputeStages) expect(isNext(at(stage, 5), { stage: other, at: 4 })).toBe(false)
    }
  })

  it('never begins a dispute again that has begun', () => {
    for (const stage of disputeStages) {
      if (stage === 'inquiry') continue
      expect(isNext(at(stage, 5), { stage: 'opened', at: 9 })).toBe(false)
      expect(isNext(at(stage, 5), { stage: 'inquiry', at: 9 })).toBe(false)
    }
  })

  it.each([
    ['opened', 'challenged', true],
    ['opened', 'won', true],
    ['challenged', 'pre_arbitration', true],
    ['won', 'pre_arbitration', false],
    ['pre_arbitration', 'challenged', false],
  ] as const)('of the time of the one before is after it by its rank: %s, %s', (before, stage, isAfter) => {
    expect(isNext(at(before, 5), { stage, at: 5 })).toBe(isAfter)
    expect(isNext(at(before, 5), { stage, at: 6 })).toBe(true)
  })
})

describe('a rail has the money of a dispute', () => {
  it.each([
    ['at_opening', ['opened', 'challenged', 'pre_arbitration', 'lost', 'accepted', 'expired']],
    ['at_end', ['lost', 'accepted', 'expired']],
  ] as const)('that takes it %s', (takesMoney, stages) => {
    expect(disputeStages.filter((stage) => isTaken(stage, { takesMoney }))).toEqual(stages)
  })
})
