import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto'
import type { Secret } from './secret.ts'

/** Encrypts secrets that are stored. `place` names where one is stored: it opens nowhere else. */
export type Sealing = {
  readonly seal: (secret: Buffer, place: string) => Buffer
  /** undefined: it was sealed with another key or for another place, or was changed. */
  readonly open: (sealed: Buffer, place: string) => Buffer | undefined
}

const version = 1
const idLength = 4
const nonceLength = 12
const tagLength = 16
const headLength = 1 + idLength
const algorithm = 'aes-256-gcm'

/** Seals with the newest value of the key, and opens what any of its values has sealed. */
export function createSealing(key: Secret): Sealing {
  const derived = new Map<string, Buffer>()
  const keyOf = (text: string) => {
    const known = derived.get(text) ?? Buffer.from(hkdfSync('sha256', text, '', 'munim seal', 32))
    derived.set(text, known)
    return known
  }
  const boundTo = (head: Buffer, place: string) => Buffer.concat([head, Buffer.from(place, 'utf8')])
  return {
    seal: (secret, place) => {
      const sealingKey = keyOf(key.versions()[0] ?? '')
      const head = Buffer.concat([Buffer.from([version]), idOf(sealingKey)])
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv(algorithm, sealingKey, nonce, { authTagLength: tagLength })
      cipher.setAAD(boundTo(head, place))
      const text = Buffer.concat([cipher.update(secret), cipher.final()])
      return Buffer.concat([head, nonce, cipher.getAuthTag(), text])
    },
    open: (sealed, place) => {
      if (sealed.length < headLength + nonceLength + tagLength || sealed[0] !== version) return undefined
      const head = sealed.subarray(0, headLength)
      const openingKey = key
        .versions()
        .map(keyOf)
        .find((one) => idOf(one).equals(head.subarray(1)))
      if (openingKey === undefined) return undefined
      const [nonce, tag, text] = parts(sealed)
      const decipher = createDecipheriv(algorithm, openingKey, nonce, { authTagLength: tagLength })
      decipher.setAAD(boundTo(head, place))
      decipher.setAuthTag(tag)
      try {
        return Buffer.concat([decipher.update(text), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

function idOf(key: Buffer): Buffer {
  return hash('sha256', key, 'buffer').subarray(0, idLength)
}

function parts(sealed: Buffer): readonly [nonce: Buffer, tag: Buffer, text: Buffer] {
  const tagAt = headLength + nonceLength
  const textAt = tagAt + tagLength
  return [sealed.subarray(headLength, tagAt), sealed.subarray(tagAt, textAt), sealed.subarray(textAt)]
}
