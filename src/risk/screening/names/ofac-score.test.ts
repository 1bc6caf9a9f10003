import { expect, it } from 'vitest'
import { jaroWinkler } from './jaro-winkler.ts'
import { ofacName, ofacScore, ofacWhole } from './ofac-score.ts'

const score = (query: string, name: string) => ofacScore(ofacName(ofacWhole(query)), ofacName(ofacWhole(name)))

it.each([
  ['martha', 'marhta', 0.9611],
  ['dwayne', 'duane', 0.84],
  ['dixon', 'dicksonx', 0.8133],
  ['abc', 'abc', 1],
  ['abc', 'xyz', 0],
  ['', 'a', 0],
])('Jaro-Winkler of %s and %s is %d', (one, other, expected) => {
  expect(jaroWinkler({ one, other })).toBeCloseTo(expected, 4)
})

it('finds every word of the query, in any order', () => {
  expect(score('Robert Thornton', 'THORNTON, Robert James')).toBe(100)
})

it('compares the whole only when both begin alike', () => {
  expect(score('WALTON EMMA', 'WALTON EMIL')).toBeGreaterThan(90)
  expect(score('EMMA WALTON', 'WALTON EMIL')).toBeLessThan(score('WALTON EMMA', 'WALTON EMIL'))
})

it('leaves out short words of a query, unless there are no others', () => {
  expect(score('Thornton Li', 'THORNTON, Robert')).toBe(100)
  expect(score('Z', 'ABRAXAS Z')).toBe(100)
})

it('counts nothing for words that are little alike, or of which one is much shorter', () => {
  expect(score('ROBERT KINGSLEY', 'OBADIAH, Robert')).toBe(50)
  expect(score('ROB WYNDHAM', 'ZU, Robertson')).toBe(0)
})
