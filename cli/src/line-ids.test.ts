import { describe, expect, it } from 'vitest'
import { createLineIds, derivedId, type ImportIdentity } from './line-ids.ts'

const identity: ImportIdentity = {
  kind: 'transfers',
  run: '',
  header: ['from', 'to', 'value'],
  meaning: ['USD', '{from}', '{to}', '{value}'],
}
const idsOf = (...texts: string[]) => texts.map(createLineIds(identity))

describe("a line's id", () => {
  it('is a UUIDv8 that stays the same from release to release', () => {
    // A change here books every line of every file again when the file is imported again.
    expect(idsOf('a,b,1.00', 'a,b,1.00')).toEqual([
      'a2906fb9834f8ab096155e78a92d49c4',
      '815cb2e0f97784c59f2b8b96cd4585c9',
    ])
  })

  it('differs for another text, occurrence, header, kind, run, asset or template', () => {
    const ids = [
      ...idsOf('a,b,1.00', 'a,b,1.00', 'a,b,1.01', 'a,b,1.00 '),
      createLineIds({ ...identity, header: ['from', 'to', 'amount'] })('a,b,1.00'),
      createLineIds({ ...identity, kind: 'accounts' })('a,b,1.00'),
      createLineIds({ ...identity, run: 'february' })('a,b,1.00'),
      createLineIds({ ...identity, meaning: ['EUR', '{from}', '{to}', '{value}'] })('a,b,1.00'),
      createLineIds({ ...identity, meaning: ['USD', '{from}', 'fees', '{value}'] })('a,b,1.00'),
      derivedId({ purpose: 'opening', uuid: createLineIds(identity)('a,b,1.00') }),
    ]
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}8[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
  })

  it('stays the same when other lines are added, removed or moved', () => {
    const before = idsOf('x', 'y', 'x', 'z')
    expect(idsOf('new', 'x', 'x', 'z', 'y')).toEqual([expect.any(String), before[0], before[2], before[3], before[1]])
    expect(before).not.toContain(idsOf('new')[0])
    expect(idsOf('z', 'x')).toEqual([before[3], before[0]])
  })

  it('does not mix up a text with the number of its occurrence', () => {
    const ids = idsOf('x', 'x', 'x 1', 'x 2', 'x 1', '1', ' 1')
    expect(new Set(ids).size).toBe(ids.length)
  })
})
