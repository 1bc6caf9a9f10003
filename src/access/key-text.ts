import { hash, randomBytes } from 'node:crypto'

const prefix = 'munim_'
const pattern = /^munim_[A-Za-z0-9_-]{43}$/

/** Makes the text of a new key: 256 random bits. */
export function newKeyText(): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** Whether the text can be a key at all; saves the database a question. */
export function isKeyText(text: string): boolean {
  return pattern.test(text)
}

/** What is stored of a key, and what it is looked up by: its SHA-256. */
export function hashKeyText(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
