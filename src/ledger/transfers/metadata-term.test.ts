import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { CommandGroup, Metadata } from '../commands.ts'
import { hasManyPairs, metadataTerm, transferTerms, workOutTerms } from './metadata-term.ts'

test('a term is the first eight bytes of the SHA-256 over the netstrings of its parts', () => {
  const digest = createHash('sha256').update('1:7,8:transfer,5:order,5:züri,').digest()
  expect(metadataTerm(7, 'transfer', ['order', 'züri'])).toBe(digest.readBigInt64BE(0))
})

test('parts that look the same when joined have different terms', () => {
  const terms = [
    metadataTerm(1, 'transfer', ['a', 'bc']),
    metadataTerm(1, 'transfer', ['ab', 'c']),
    metadataTerm(1, 'account', ['a', 'bc']),
    metadataTerm(11, 'transfer', ['a', 'bc']),
    metadataTerm(1, 'transfer', ['a', 'bc,']),
    metadataTerm(1, 'transfer', ['', 'abc']),
  ]
  expect(new Set(terms).size).toBe(terms.length)
})

test('terms fit a signed 64-bit integer on both sides of zero', () => {
  const terms = Array.from({ length: 64 }, (_, value) => metadataTerm(1, 'transfer', ['n', String(value)]))
  expect(terms.every((term) => BigInt.asIntN(64, term) === term)).toBe(true)
  expect(terms.some((term) => term < 0n) && terms.some((term) => term > 0n)).toBe(true)
})

const groupOf = (book: number, metadata: readonly Metadata[]): CommandGroup => ({
  atomic: true,
  commands: metadata.map((each, n) => ({
    ...{
      kind: 'create',
      book,
      id: String(n).padStart(32, '0'),
      idGiven: false,
      asset: 'EUR',
      amount: 1n,
      metadata: each,
    },
    ...{ source: 'a', destination: 'b' },
  })),
})

test('the terms of a large group are computed in pieces that do not block the event loop', async () => {
  const pairs = (n: number) => Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, `v${n}`]))
  const metadata = Array.from({ length: 500 }, (_, n) => pairs(n))
  const group = groupOf(3, metadata)
  expect([hasManyPairs(group), hasManyPairs(groupOf(3, metadata.slice(0, 25)))]).toEqual([true, false])
  let turns = 0
  const count = () => {
    turns += 1
    counting = setImmediate(count)
  }
  let counting = setImmediate(count)
  await workOutTerms(group)
  clearImmediate(counting)
  expect(turns).toBeGreaterThanOrEqual(19)
  for (const each of metadata) {
    for (const book of [3, 4]) {
      expect(transferTerms(book, each)).toEqual(
        Object.entries(each).map((pair) => metadataTerm(book, 'transfer', pair)),
      )
    }
  }
})
