import { describe, expect, it } from 'vitest'
import { UnreadableRequest } from '../invalid-request.ts'
import { bodyDepthMax, isStorable, parseJsonBody } from './json-body.ts'

function codeOf(body: string | Buffer): string {
  try {
    parseJsonBody(Buffer.from(body))
    return 'parsed'
  } catch (error) {
    if (!(error instanceof UnreadableRequest)) throw error
    return error.code
  }
}

describe('parseJsonBody', () => {
  it('returns every kind of value as it was written', () => {
    const value = { a: [1, -2.5, true, null, ''], 'ключ 🗝': { 'q"\\': 'é€😀' } }
    expect(parseJsonBody(Buffer.from(JSON.stringify(value)))).toEqual(value)
    expect(parseJsonBody(Buffer.from('{"e":"\\u00e9\\ud83d\\ude00"}'))).toEqual({ e: 'é😀' })
  })

  it.each([
    ['nothing', '', 'malformed_json'],
    ['a trailing comma', '{"a":1,}', 'malformed_json'],
    ['two values', '{}{}', 'malformed_json'],
    ['NaN', '{"a":NaN}', 'malformed_json'],
    ['a byte order mark', '\uFEFF{}', 'malformed_json'],
    ['a raw NUL within a string', '{"a":"\0"}', 'malformed_json'],
    ['an unfinished string', '{"a":"b', 'malformed_json'],
    ['an unfinished escape', '{"a":"b\\', 'malformed_json'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'malformed_text'],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0x80, 0x22]), 'malformed_text'],
    ['half a surrogate pair in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'malformed_text'],
    ['an escaped NUL', '{"a":"\\u0000"}', 'malformed_text'],
    ['an escaped NUL in a name', '{"\\u0000":1}', 'malformed_text'],
    ['half an escaped surrogate pair', '{"a":["\\ud800"]}', 'malformed_text'],
    ['__proto__', '{"a":{"__proto__":{"b":1}}}', 'validation_failed'],
    ['__proto__ with an escape', '{"\\u005f_proto__":{"b":1}}', 'validation_failed'],
    ['a million brackets', '['.repeat(1_000_000), 'body_too_deep'],
    ['deep objects', '{"a":'.repeat(100_000), 'body_too_deep'],
    ['one level too many', '['.repeat(bodyDepthMax + 1) + ']'.repeat(bodyDepthMax + 1), 'body_too_deep'],
  ])('refuses %s', (_what, body, code) => {
    expect(codeOf(body)).toBe(code)
  })

  it('counts levels, not brackets: neither siblings nor strings add up', () => {
    expect(codeOf(JSON.stringify(Array.from({ length: 1000 }, () => [[]])))).toBe('parsed')
    expect(codeOf(JSON.stringify({ text: '[{"'.repeat(1000) }))).toBe('parsed')
    expect(codeOf('['.repeat(bodyDepthMax) + ']'.repeat(bodyDepthMax))).toBe('parsed')
  })

  it('names the place of a bad string', () => {
    expect(() => parseJsonBody(Buffer.from('{"a":[{"b":"\\u0000"}]}'))).toThrowError(
      expect.objectContaining({ param: 'a.0.b' }),
    )
  })
})

describe('isStorable', () => {
  it('refuses what PostgreSQL cannot store as text', () => {
    expect([isStorable('é😀'), isStorable('a\0'), isStorable('\ud83d')]).toEqual([true, false, false])
  })
})

describe('a number', () => {
  const detailOf = (body: string) => {
    try {
      return parseJsonBody(Buffer.from(body))
    } catch (error) {
      if (!(error instanceof UnreadableRequest)) throw error
      return [error.code, error.param]
    }
  }

  it.each([
    '1000',
    '-5',
    '0',
    '-0',
    '1.0',
    '1e3',
    '1E+3',
    '0.12e2',
    '100e-2',
    '9007199254740991',
    '1e22',
    '0.5',
    '-2.5',
    '0e999',
    '1000000000000000000000',
  ])('that is exact, or that cannot be mistaken for an integer, is read: %s', (source) => {
    expect(detailOf(`{"amount":${source}}`)).toEqual({ amount: Number(source) })
  })

  it.each([
    '4503599627370496.4',
    '1.00000000000000000001',
    '9007199254740993',
    '-9007199254740993',
    '1e-400',
    '0.99999999999999999999',
    '10000000000000000001e-1',
    '9007199254740993.0',
    '90071992547409930e-1',
    `0.${'0'.repeat(100_000)}1`,
  ])('that would become another integer is refused, naming its field: %s', (source) => {
    expect(detailOf(`{"list":[{"amount":"1"},{"fee": {"amount" :${source} } }]}`)).toEqual([
      'validation_failed',
      'list.1.fee.amount',
    ])
    expect(detailOf(source)).toEqual(['validation_failed', ''])
  })

  it('within a string is text', () => {
    expect(detailOf('{"a":"9007199254740993, 1.00000000000000000001"}')).toEqual({
      a: '9007199254740993, 1.00000000000000000001',
    })
  })
})

describe('a field given twice', () => {
  it.each([
    ['{"amount":"1","amount":"2"}', 'amount'],
    ['{"a":[{"b":1},{"b":1,"c":{},"b":2}]}', 'a.1.b'],
    ['{"a":{"x":1},"\\u0061":{"x":1}}', 'a'],
    ['{"metadata":{"":"1","":"2"}}', 'metadata.'],
    ['{"a":{"b":"}"},"c":"\\"a\\":1","c":1}', 'c'],
    ['{"constructor":1,"constructor":2}', 'constructor'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ])('is refused and named: %s', (body, param) => {
    expect(() => parseJsonBody(Buffer.from(body))).toThrow(
      expect.objectContaining({ code: 'validation_failed', param }) as unknown as Error,
    )
  })

  it('is not confused with one name in two objects', () => {
    const value = { a: { a: [{ a: 'a:a' }, { a: ',"a":1' }] }, b: { a: 1 } }
    expect(parseJsonBody(Buffer.from(JSON.stringify(value)))).toEqual(value)
  })
})
