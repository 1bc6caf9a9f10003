import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const nonceBytes = 12
const tagBytes = 16

type Keys = { readonly cipher: Buffer; readonly nonce: Buffer }

/** A process serves one installation, so it has one secret. It is random until `useCursorSecret` is called. */
let keys = keysOf(randomBytes(32))

/** Sets the installation's secret, at least 32 bytes. Its processes can then open each other's cursors. */
export function useCursorSecret(secret: Buffer): void {
  keys = keysOf(secret)
}

function keysOf(secret: Buffer): Keys {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `munim cursor ${purpose}`, 32))
  return { cipher: derive('cipher'), nonce: derive('nonce') }
}

/** Uses AES-256-GCM. The nonce is derived from the text, so no two texts share one and equal texts seal alike. */
export function sealText(text: string): string {
  const nonce = createHmac('sha256', keys.nonce).update(text).digest().subarray(0, nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keys.cipher, nonce)
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** Returns undefined when the text was sealed with another secret or changed since. */
export function openSealed(sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length <= nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keys.cipher, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
  try {
    return decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes)).toString() + decipher.final().toString()
  } catch {
    return undefined
  }
}
