import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketOf, createRowSetDigest, RowWords } from './row-set-digest.ts'

type Row = readonly [key: number, value: bigint]
const row = fc.tuple(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))

function differencesOf(expected: readonly Row[], found: readonly Row[]): number[] {
  const digest = createRowSetDigest()
  const words = new RowWords()
  const put = ([key, value]: Row) => {
    words.clear()
    words.number(key)
    words.bigint(value)
    return words
  }
  for (const one of expected) digest.add(one[0], put(one))
  for (const one of found) digest.remove(one[0], put(one))
  return digest.differences()
}

describe('the digest of a set of rows', () => {
  it('is empty for the same rows in any order', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect(differencesOf(rows, [...rows].reverse())).toEqual([])
      }),
    )
  })

  it('names the bucket of a row that one side lacks, or has twice', () => {
    fc.assert(
      fc.property(fc.array(row), row, (rows, extra) => {
        expect(differencesOf([...rows, extra], rows)).toEqual([bucketOf(extra[0])])
        expect(differencesOf([...rows, extra], [...rows, extra, extra])).toEqual([bucketOf(extra[0])])
      }),
    )
  })

  it('detects that two rows have exchanged their values', () => {
    expect(
      differencesOf(
        [
          [1, 5n],
          [2, 6n],
        ],
        [
          [1, 6n],
          [2, 5n],
        ],
      ),
    ).toEqual([0])
  })
})
