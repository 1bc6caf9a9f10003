import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Of RFC 6238, in the form that every authenticator app has: SHA-1, six digits, thirty seconds. */
const stepSeconds = 30
const digits = 6
/** Clocks of people's devices are a little wrong. */
const stepsAround = [0, -1, 1]
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const secretBytes = 20
const recoveryCodes = 10
const recoveryBytes = 10

export function newTotpSecret(): Buffer {
  return randomBytes(secretBytes)
}

/** The step whose code this is, near the given time; undefined when it is none of them. */
export function stepOfCode(secret: Buffer, { code, nowMs }: CodeAt): number | undefined {
  const given = Buffer.from(code)
  const current = Math.floor(nowMs / 1000 / stepSeconds)
  const steps = stepsAround.map((around) => current + around)
  return steps.find((step) => {
    const expected = Buffer.from(totpCode(secret, step))
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

type CodeAt = { readonly code: string; readonly nowMs: number }

function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const at = (mac.at(-1) ?? 0) & 15
  const number = mac.readUInt32BE(at) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** As people type it into an app. */
export function base32(bytes: Buffer): string {
  let [text, held, bits] = ['', 0, 0]
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(held >> bits) & 31]
    }
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31]
}

/** The link that authenticator apps open. */
export function totpLink(
  secret: Buffer,
  { login, issuer }: { readonly login: string; readonly issuer: string },
): string {
  const label = `${encodeURIComponent('Munim')}:${encodeURIComponent(`${login} at ${new URL(issuer).host}`)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=Munim`
}

export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: recoveryCodes }, () => grouped(base32(randomBytes(recoveryBytes)).toLowerCase()))
}

export function grouped(text: string): string {
  return text.replaceAll(/(.{4})(?=.)/g, '$1-')
}

/** Without the hyphens and spaces that people leave out or add. */
export function hashRecoveryCode(text: string): Buffer {
  return hash('sha256', text.toLowerCase().replaceAll(/[^a-z2-7]/g, ''), 'buffer')
}

export function newSetupCode(): string {
  return `munim_setup_${randomBytes(32).toString('base64url')}`
}

export function hashSetupCode(text: string): Buffer {
  return hash('sha256', text.trim(), 'buffer')
}
