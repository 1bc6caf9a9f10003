import { describe, expect, it } from 'vitest'
import { createLineIds, derivedId, type ImportIdentity } from './line-ids.ts'

const identity: ImportIdentity = {
  kind: 'transfers',
  run: '',
  header: ['from', 'to', 'value'],
  meaning: ['USD', '{from}', '{to}', '{value}'],
}

describe("a line's id", () => {
  it('is a UUIDv8 that stays the same from release to release', () => {
    // Changing this books every line of every file once more when it is imported again.
    expect(createLineIds(identity)(2, 'a,b,1.00')).toBe('8f9b5ebd336181e0b807dafc024d5935')
  })

  it('is another for another line, text, header, kind, run, asset or template', () => {
    const ids = [
      createLineIds(identity)(2, 'a,b,1.00'),
      createLineIds(identity)(3, 'a,b,1.00'),
      createLineIds(identity)(2, 'a,b,1.01'),
      createLineIds({ ...identity, header: ['from', 'to', 'amount'] })(2, 'a,b,1.00'),
      createLineIds({ ...identity, kind: 'accounts' })(2, 'a,b,1.00'),
      createLineIds({ ...identity, run: 'february' })(2, 'a,b,1.00'),
      createLineIds({ ...identity, meaning: ['EUR', '{from}', '{to}', '{value}'] })(2, 'a,b,1.00'),
      createLineIds({ ...identity, meaning: ['USD', '{from}', 'fees', '{value}'] })(2, 'a,b,1.00'),
      derivedId('opening', createLineIds(identity)(2, 'a,b,1.00')),
    ]
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}8[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
  })

  it('does not confuse a line and its number', () => {
    const lineId = createLineIds(identity)
    expect(lineId(1, '2 x')).not.toBe(lineId(12, ' x'))
    expect(lineId(1, '1 x')).not.toBe(lineId(11, 'x'))
  })
})
