import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { decodeId, encodeId, idPattern, idPrefix } from './ids.ts'

test('an id is its prefix and the UUID as a TypeID', () => {
  // The examples of the TypeID specification.
  expect(encodeId('acc', '00000000-0000-0000-0000-000000000000')).toBe('acc_00000000000000000000000000')
  expect(encodeId('acc', 'ffffffffffffffffffffffffffffffff')).toBe('acc_7zzzzzzzzzzzzzzzzzzzzzzzzz')
  expect(encodeId('trf', '0110c853-1d09-52d8-d73e-1194e95b5f19')).toBe('trf_0123456789abcdefghjkmnpqrs')
})

test('decoding returns every UUID, and the encoded text matches the pattern', () => {
  for (let round = 0; round < 1000; round += 1) {
    const uuid = randomBytes(16).toString('hex')
    const id = encodeId(idPrefix.transfer, uuid)
    expect(decodeId(idPrefix.transfer, id)).toBe(uuid)
    expect(id).toMatch(new RegExp(idPattern(idPrefix.transfer)))
  }
})

test('ids sort as their UUIDs do', () => {
  const uuids = Array.from({ length: 200 }, () => randomBytes(16).toString('hex')).sort()
  const ids = uuids.map((uuid) => encodeId(idPrefix.event, uuid))
  expect(ids).toEqual([...ids].sort())
})

test.each([
  ['of another kind', 'acc_0123456789abcdefghjkmnpqrs'],
  ['with a prefix that only begins alike', 'trfx0123456789abcdefghjkmnpqrs'],
  ['beyond 128 bits', 'trf_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
  ['in capitals', 'trf_0123456789ABCDEFGHJKMNPQRS'],
  ['with a letter outside the alphabet', 'trf_0123456789abcdefghjkmnpqru'],
  ['with a character beyond ASCII', 'trf_0123456789abcdefghjkmnpqré'],
  ['too short', 'trf_0123456789abcdefghjkmnpqr'],
  ['too long', 'trf_0123456789abcdefghjkmnpqrs0'],
  ['that is empty', ''],
])('an id %s is not decoded', (_, id) => {
  expect(decodeId(idPrefix.transfer, id)).toBeUndefined()
})
