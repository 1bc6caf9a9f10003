import { beforeAll, describe, expect, it } from 'vitest'
import type { Uuid } from '#kernel'
import { cursorForm, idCursor, integerCursor, keysetCursor, publicIdCursor, textCursor } from './cursor.ts'
import { sealText, useCursorSecret } from './cursor-seal.ts'

const id: Uuid = '0190a2b4c6d870008123456789abcdef'

/** Cursors as the first release gave them to its clients. */
type AnyForm = { readonly write: (cursor: never) => string; readonly read: (text: string) => unknown }
const kept: readonly (readonly [string, AnyForm, unknown, string])[] = [
  ['an integer', integerCursor, 16384, 'oP7JGcW2U9UgBf43Pd-Mi6-z4xfrS8kJfN1hOOMXAamTy5s'],
  ['a text', textCursor, 'USD', 'r1TmS5K0_777NYFPEnnI8TNy5ltJ6TObg-fFVYSoF44r-Y0'],
  ['an id', idCursor, id, 'L9f_q5aQkC5KPKrree2tAp2wy_A8Fo3ffa0uehtHgG7KyxsS5Zmbxk84VSdR8noj84kTZL_-hqsIu33pNcZW2Q'],
  [
    'a public id',
    publicIdCursor('case'),
    id,
    'kG9Wv1HKfBvFDtrMQu0RcbR2zSoKUk4FdwbogJ_Rabvu2KE8rXgbQfaLie67dHGHXuE8zpNQgJQVw5o_lzcF',
  ],
  [
    'a time and a version',
    keysetCursor('integer', 'integer'),
    [1767225600000000, 12],
    'gLUAh7KIGaCfut8LTRz5-ZRLuMw8hnXdsFEhAE6UWqIC7Kj2pJ2wL_PJLxXwUSBOQA',
  ],
  [
    'a time and a text',
    keysetCursor('integer', 'text'),
    [1767225600000000, '2026-01-31/17'],
    'BqvU_1Ji6vGk0McAAzU7qhJaEMSSXoXZYMb8FOtNl6IdhMiI8pEB_dPUE8UFPtsQws17aMPpGUq6JqQBLtc',
  ],
]

beforeAll(() => {
  useCursorSecret(Buffer.alloc(32, 7))
})

describe.each(kept)('the cursor of %s', (name, form, cursor, text) => {
  it('is written and read as clients have kept it', () => {
    expect(form.write(cursor as never)).toBe(text)
    expect(form.read(text)).toEqual(cursor)
  })

  it('is refused by lists of other forms', () => {
    const others = kept.filter(([other, otherForm]) => other !== name && otherForm !== form)
    // An id in its public form is a text too.
    for (const [other, { read }] of others.filter(([other]) => other !== 'a text')) {
      expect(() => read(text), other).toThrow('cursor must be the next_cursor')
    }
  })
})

it('text that was sealed, but is no cursor, is refused', () => {
  for (const text of ['null', '{}', '[]', '[1.5]', '[1,2,3]', '["x"]', '["1",1]']) {
    for (const form of [integerCursor, idCursor, publicIdCursor('case'), keysetCursor('integer', 'text')]) {
      expect(() => form.read(sealText(text)), text).toThrow('cursor must be the next_cursor')
    }
  }
})

it('a form may refuse values that its kinds allow', () => {
  const even = cursorForm(['integer'], {
    toKeyset: (value: number) => [value],
    toCursor: ([value]) => (value % 2 === 0 ? value : undefined),
  })
  expect(even.read(even.write(2))).toBe(2)
  expect(() => even.read(even.write(3))).toThrow('cursor must be the next_cursor')
})
