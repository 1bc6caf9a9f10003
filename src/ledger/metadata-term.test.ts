import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { metadataTerm } from './metadata-term.ts'

test('a term is the first eight bytes of the SHA-256 over the netstrings of its parts', () => {
  const digest = createHash('sha256').update('1:7,8:transfer,5:order,5:züri,').digest()
  expect(metadataTerm(7, 'transfer', 'order', 'züri')).toBe(digest.readBigInt64BE(0))
})

test('parts that read alike when joined have terms of their own', () => {
  const terms = [
    metadataTerm(1, 'transfer', 'a', 'bc'),
    metadataTerm(1, 'transfer', 'ab', 'c'),
    metadataTerm(1, 'account', 'a', 'bc'),
    metadataTerm(11, 'transfer', 'a', 'bc'),
    metadataTerm(1, 'transfer', 'a', 'bc,'),
    metadataTerm(1, 'transfer', '', 'abc'),
  ]
  expect(new Set(terms).size).toBe(terms.length)
})

test('terms fit a signed 64-bit integer on both sides of zero', () => {
  const terms = Array.from({ length: 64 }, (_, value) => metadataTerm(1, 'transfer', 'n', String(value)))
  expect(terms.every((term) => BigInt.asIntN(64, term) === term)).toBe(true)
  expect(terms.some((term) => term < 0n) && terms.some((term) => term > 0n)).toBe(true)
})
