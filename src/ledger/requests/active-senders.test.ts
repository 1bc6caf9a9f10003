import { expect, it } from 'vitest'
import { ActiveSenders } from './active-senders.ts'

const a = { group: 1, sender: 'a' }
const b = { group: 1, sender: 'b' }

it('knows whether another key or book has sent something within the last second', () => {
  const active = new ActiveSenders()
  expect(active.hasOther(a, 0)).toBe(false)
  active.note(a, 0)
  active.note(a, 10)
  expect([active.hasOther(a, 20), active.hasOther(b, 20)]).toEqual([false, true])
  active.note(b, 30)
  active.note(b, 40)
  expect([active.hasOther(a, 1_040), active.hasOther(a, 1_041)]).toEqual([true, false])
  expect([active.hasOther(b, 1_010), active.hasOther(b, 1_011)]).toEqual([true, false])
  expect(active.hasOther({ group: 2, sender: 'b' }, 41)).toBe(true)
  active.note(undefined, 2_000)
  expect([active.hasOther(undefined, 2_001), active.hasOther(a, 2_001)]).toEqual([false, true])
})
