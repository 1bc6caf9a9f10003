import { describe, expect, test } from 'vitest'
import { laneNames } from '../lanes.ts'
import { createOccupancy, sessionsOf } from './capacity.ts'

const capacity = { slots: 2_048, sessions: 3 }

describe('the capacity of a process', () => {
  test('bulk cannot take slots that the others have reserved, nor all shared ones', () => {
    const occupancy = createOccupancy(capacity)
    const most = occupancy.slotsFree('bulk')
    occupancy.takeSlots('bulk', most)
    expect(occupancy.slotsFree('bulk')).toBe(0)
    expect(most).toBeLessThan(capacity.slots * 0.7)
    expect(occupancy.slotsFree('standard')).toBeGreaterThan(300)
  })

  test('rollback and instant keep their reserve when the others have taken all they can', () => {
    const occupancy = createOccupancy(capacity)
    for (const lane of ['bulk', 'standard'] as const) {
      occupancy.takeSlots(lane, occupancy.slotsFree(lane))
      while (occupancy.sessionFree(lane)) occupancy.takeSession(lane)
    }
    for (const lane of ['rollback', 'instant'] as const) {
      expect(occupancy.slotsFree(lane)).toBe(128)
      expect(occupancy.sessionFree(lane)).toBe(true)
      occupancy.takeSession(lane)
      expect(occupancy.sessionFree(lane)).toBe(false)
    }
  })

  test('bulk leaves a shared session to the others', () => {
    const occupancy = createOccupancy(capacity)
    let taken = 0
    for (; occupancy.sessionFree('bulk'); taken += 1) occupancy.takeSession('bulk')
    expect(taken).toBe(2)
    expect(occupancy.sessionFree('standard')).toBe(true)
  })

  test.each([1, 8, 100, 10_000])(
    'no more than all %i slots can ever be taken, and every lane can have some',
    (slots) => {
      const occupancy = createOccupancy({ slots: slots + 8, sessions: 1 })
      for (const lane of laneNames) expect(occupancy.slotsFree(lane)).toBeGreaterThan(0)
      let taken = 0
      for (const lane of [...laneNames].reverse()) {
        const free = occupancy.slotsFree(lane)
        occupancy.takeSlots(lane, free)
        taken += free
      }
      expect(taken).toBeLessThanOrEqual(slots + 8)
    },
  )

  test('freed slots can be taken again', () => {
    const occupancy = createOccupancy(capacity)
    const free = occupancy.slotsFree('instant')
    occupancy.takeSlots('instant', 10)
    occupancy.freeSlots('instant', 10)
    expect(occupancy.slotsFree('instant')).toBe(free)
    expect(sessionsOf(capacity)).toBe(5)
  })
})

test('sessions that are lent to a lane are for that lane', () => {
  const occupancy = createOccupancy(capacity)
  occupancy.lendSessions('bulk', 2)
  expect(occupancy.sessionsMax('bulk')).toBe(4)
  for (let taken = 0; taken < 4; taken += 1) occupancy.takeSession('bulk')
  expect(occupancy.sessionFree('bulk')).toBe(false)
  expect(occupancy.sessionFree('standard')).toBe(true)
  occupancy.takeSession('standard')
  expect(occupancy.sessionFree('standard')).toBe(false)
  expect(occupancy.sessionFree('rollback')).toBe(true)
})
