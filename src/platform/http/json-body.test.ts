import { describe, expect, it } from 'vitest'
import { UnreadableRequest } from './invalid-request.ts'
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
  it('gives back every kind of value as it was written', () => {
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

  it('says where a bad string stands', () => {
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
