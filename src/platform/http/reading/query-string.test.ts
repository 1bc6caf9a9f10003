import { describe, expect, it } from 'vitest'
import { malformedQuery, parseQueryString } from './query-string.ts'

describe('parseQueryString', () => {
  it('decodes names and values, and keeps every value of a repeated name', () => {
    const query = parseQueryString('a=1&b=two+w%C3%B6rds&metadata%5Bk%5D=%26&a=2&a=3&flag&&=x')
    expect({ ...query }).toEqual({
      a: ['1', '2', '3'],
      b: 'two wörds',
      'metadata[k]': '&',
      flag: '',
      '': 'x',
    })
    expect(query[malformedQuery]).toBeUndefined()
  })

  it.each(['a=%', 'a=%zz', 'a=%ff', '%c3=1', 'a=%ed%a0%80'])(
    'reports %s as malformed instead of replacing bytes',
    (text) => {
      expect(parseQueryString(text)[malformedQuery]).toBe(true)
    },
  )

  it('has no prototype to poison', () => {
    const query = parseQueryString('__proto__=1&constructor=2')
    expect(Object.getPrototypeOf(query)).toBe(null)
    expect(Object.keys(query)).toEqual(['__proto__', 'constructor'])
  })

  it('stops at too many parameters', () => {
    expect(parseQueryString('a&'.repeat(5000))[malformedQuery]).toBe(true)
  })
})
