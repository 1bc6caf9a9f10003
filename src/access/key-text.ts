import { hash, randomBytes } from 'node:crypto'

const prefix = 'munim_'
const pattern = /^munim_[A-Za-z0-9_-]{43}$/

export function newKeyText(): string {
  return prefix + randomBytes(32).toString('base64url')
}

export function isKeyText(text: string): boolean {
  return pattern.test(text)
}

export function hashKeyText(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
