import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

/** A key of this database, unwrapped. Each row and column has a key of its own, derived from it. */
export type DataKey = { readonly number: number; readonly bytes: Buffer }

/** A text by the place where it is stored. It opens nowhere else. */
export type Placed = { readonly place: string; readonly text: string }

const nonceBytes = 12
const tagBytes = 16
const sealedPrefix = 'munim-sealed:'
/** Before a plain text that begins like a sealed one. */
const plainPrefix = 'munim-plain:'
const sealedPattern = /^munim-sealed:(\d{1,9}):([A-Za-z0-9_-]+)$/

/** `munim-sealed:NUMBER:` and base64url of nonce, ciphertext and tag, by AES-256-GCM with the place as additional data. */
export function sealText(key: DataKey, { place, text }: Placed): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyAt(key, place), nonce).setAAD(Buffer.from(place))
  const bytes = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${sealedPrefix}${key.number}:${bytes.toString('base64url')}`
}

/** undefined: it was changed, or sealed at another place or with another key. */
export function openText(key: DataKey, { place, text }: Placed): string | undefined {
  const bytes = Buffer.from(sealedPattern.exec(text)?.[2] ?? '', 'base64url')
  if (bytes.length < nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keyAt(key, place), bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-tagBytes))
  try {
    return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

/** The number of the data key; undefined: the text is not sealed. */
export function sealedWith(text: string): number | undefined {
  if (!text.startsWith(sealedPrefix)) return undefined
  return Number(sealedPattern.exec(text)?.[1] ?? -1)
}

/** As it is stored unsealed. */
export function toPlain(text: string): string {
  return text.startsWith(sealedPrefix) || text.startsWith(plainPrefix) ? plainPrefix + text : text
}

export function fromPlain(text: string): string {
  return text.startsWith(plainPrefix) ? text.slice(plainPrefix.length) : text
}

/**
 * So no key seals so many texts that nonces, which are random, could repeat. A key that leaks from a process for one row
 * opens no other.
 */
function keyAt({ bytes }: DataKey, place: string): Buffer {
  return createHmac('sha256', bytes).update(`munim field ${place}`).digest()
}
