import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { openSealed, sealText, useCursorSecret } from './cursor-seal.ts'

it('opens the text that it sealed, hides its content, and opens nothing that was changed', () => {
  const secret = randomBytes(32)
  useCursorSecret(secret)
  const sealed = sealText('[123456789]')
  expect(sealText('[123456789]')).toBe(sealed)
  expect(Buffer.from(sealed, 'base64url').includes('123')).toBe(false)
  expect(openSealed(sealed)).toBe('[123456789]')
  const bytes = Buffer.from(sealed, 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] as number) ^ 1
    expect(openSealed(changed.toString('base64url'))).toBeUndefined()
  }
  for (const none of ['', 'x', Buffer.from('[1]').toString('base64url'), sealed.slice(0, -4)]) {
    expect(openSealed(none)).toBeUndefined()
  }
  // Another process with the same secret opens it; another installation does not.
  useCursorSecret(Buffer.from(secret))
  expect(openSealed(sealed)).toBe('[123456789]')
  useCursorSecret(randomBytes(32))
  expect(openSealed(sealed)).toBeUndefined()
})
