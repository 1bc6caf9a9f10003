import { hash, randomBytes } from 'node:crypto'

const prefix = 'munim_'
const pattern = /^munim_[A-Za-z0-9_-]{43}$/

/** Creates the text of a new key: 256 random bits. */
export function newKeyText(): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** Whether the text has the form of a key; saves a database query. */
export function isKeyText(text: string): boolean {
  return pattern.test(text)
}

/** The SHA-256 of a key's text, by which the key is stored and looked up. */
export function hashKeyText(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
