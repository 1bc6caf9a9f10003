import { expect, it } from 'vitest'
import { InvalidRequest } from '#platform/http'
import { pairsMax, requireFewPairs } from './metadata-pairs.ts'

it('accepts the most metadata pairs that a batch may have, and refuses one more, naming the limit', () => {
  const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, 'v']))
  const items = [...Array.from({ length: pairsMax / 50 }, () => ({ metadata })), {}]
  expect(() => requireFewPairs(items, 'transfers')).not.toThrow()
  const refused = () => requireFewPairs([...items, { metadata: { one: 'more' } }], 'transfers')
  expect(refused).toThrow(InvalidRequest)
  expect(refused).toThrow('transfers may have 125000 pairs of metadata together, and have 125001. Divide the batch.')
})
