import { expect, it } from 'vitest'
import { derivedUuid, newUuid, repeatableUuid, requestedUuid } from './index.ts'

const at = (ms: number, id: string) => `${ms.toString(16).padStart(12, '0')}${id.slice(12)}`
const part = 0x0190_0000_0000

it('the same request within the hours of one part gets the same id, at any time in them', () => {
  const id = requestedUuid('a payment')
  const ids = [0, 1, 3_600_000, 18 * 3_600_000].map((ms) => at(part + ms, id))
  expect(new Set(ids.map((one) => repeatableUuid(one, 'charge 1'))).size).toBe(1)
  expect(new Set(ids.map((one) => repeatableUuid(derivedUuid(one, 'payment'), 'charge 1'))).size).toBe(1)
  const [first = ''] = ids
  const others = [
    repeatableUuid(first, 'charge 1'),
    repeatableUuid(first, 'charge 2'),
    // The earliest time at which a key may be forgotten and reused.
    repeatableUuid(at(part + 24 * 3_600_000, id), 'charge 1'),
    repeatableUuid(at(part, requestedUuid('another payment')), 'charge 1'),
  ]
  expect(new Set(others).size).toBe(4)
})

it('an id that cannot be requested again keeps its time, and so do ids derived from it', () => {
  const id = newUuid()
  expect(repeatableUuid(id, 'charge 1')).toBe(derivedUuid(id, 'charge 1'))
  expect(derivedUuid(id, 'charge 1').slice(0, 12)).toBe(id.slice(0, 12))
  expect(derivedUuid(id, 'x')).toMatch(/^[0-9a-f]{12}8[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
})
