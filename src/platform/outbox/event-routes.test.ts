import { beforeAll, expect, it } from 'vitest'
import { cursorForm, useCursorSecret } from '../lists/index.ts'
import { feedCursor } from './event-routes.ts'

const id = '0190a2b4c6d870008123456789abcdef'

beforeAll(() => {
  useCursorSecret(Buffer.alloc(32, 7))
})

it.each([
  [{ after: id }, 'TIpIvDmUhM5meTbI2o80xaFAU8Sgq6RAqZqyG1kDJ974P1QByymDoBRaQDdRipsxC19e25Vygz6Jce9ORr8iesuTjYqllQuc'],
  [
    { before: id },
    '4x7FBQPWZD1_6n0nPlpYslCMhAAEHx652dY9LyKFOes9dgGOhmLyiRa19a74KU1r5MSE1cKEZjLA4T4tMzb9Z6QBjRj9frAbdQ',
  ],
])('the cursor of the feed %j is written and read as clients have kept it', (cursor, text) => {
  expect(feedCursor.write(cursor)).toBe(text)
  expect(feedCursor.read(text)).toEqual(cursor)
})

it.each([
  ['aside', id],
  ['after', 'x'],
])('a cursor of the feed with %s and %s is refused', (...keyset) => {
  const texts = cursorForm(['text', 'text'], {
    toKeyset: (both: readonly [string, string]) => both,
    toCursor: () => keyset,
  })
  expect(() => feedCursor.read(texts.write(keyset))).toThrow('cursor must be the next_cursor')
})
