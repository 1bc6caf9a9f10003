import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#kernel'

/** The headers of a message as in Standard Webhooks 1.0, and the exact bytes of its body. */
export type SignedMessage = {
  /** `webhook-id`: the same for every repetition of a message. */
  readonly id: string | undefined
  /** `webhook-timestamp`: the time of this delivery, in seconds since 1970. */
  readonly timestamp: string | undefined
  /** `webhook-signature`: one or more `v1,BASE64`, separated by spaces. */
  readonly signature: string | undefined
  readonly body: Buffer
}

/** How far a message's time may be from ours, either way. It limits replays. */
export const toleranceSeconds = 300

const secretPrefix = 'whsec_'
const secretBytesMin = 16
const secretBytesMax = 64
const signatureBytes = 32
const signaturesMax = 10

/** Reads a secret such as `whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD`. Undefined when malformed. */
export function webhookSecret(text: string): Buffer | undefined {
  const encoded = text.startsWith(secretPrefix) ? text.slice(secretPrefix.length) : text
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.length >= secretBytesMin && bytes.length <= secretBytesMax ? bytes : undefined
}

/** The value of `webhook-signature` for a message sent at `seconds` since 1970. */
export function signWebhook(
  secret: Buffer,
  message: { readonly id: string; readonly seconds: number; readonly body: Buffer },
) {
  return `v1,${digest(secret, { id: message.id, timestamp: String(message.seconds) }, message.body).toString('base64')}`
}

/** Checks the signature, and the time within five minutes. A wrong signature takes as long to check as a right one. */
export function verifyWebhook(secrets: readonly Buffer[], message: SignedMessage, clock: Clock): boolean {
  const { id, timestamp, signature, body } = message
  if (id === undefined || timestamp === undefined || signature === undefined) return false
  if (!/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(clock.now() / 1_000_000 - Number(timestamp)) > toleranceSeconds) return false
  const given = signature.split(' ').slice(0, signaturesMax).flatMap(signatureOf)
  let matches = false
  for (const secret of secrets) {
    const expected = digest(secret, { id, timestamp }, body)
    for (const one of given) matches = timingSafeEqual(one, expected) || matches
  }
  return matches
}

function digest(
  secret: Buffer,
  { id, timestamp }: { readonly id: string; readonly timestamp: string },
  body: Buffer,
): Buffer {
  return createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest()
}

function signatureOf(text: string): Buffer[] {
  if (!text.startsWith('v1,')) return []
  const bytes = Buffer.from(text.slice('v1,'.length), 'base64')
  return bytes.length === signatureBytes ? [bytes] : []
}
