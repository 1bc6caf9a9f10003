/** The headers and the body of a received message, as in Standard Webhooks 1.0. */
export type ReceivedWebhook = {
  /** Of the request: a `Headers` object, or names in lower case. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** Exactly as it was received: verify before you parse. */
  readonly body: string | Uint8Array
}

export type VerifyWebhookOptions = {
  /** Secrets such as `whsec_…`; several while one replaces another. */
  readonly secrets: readonly string[]
  /** How far its time may be from yours, either way; default 300. It limits replays. */
  readonly toleranceSeconds?: number
  /** Milliseconds since 1970; by default the clock of this machine. */
  readonly now?: () => number
}

const signaturesMax = 10

/**
 * Whether one of the secrets has signed the message (HMAC-SHA256 of `id.timestamp.body`), within the tolerance. A message
 * may come more than once, with the same `webhook-id`: keep the ids that you have handled. Throws a `TypeError` for a
 * secret that is none, whose text is not in the message.
 */
export async function verifyWebhook(
  { headers, body }: ReceivedWebhook,
  { secrets, toleranceSeconds = 300, now = Date.now }: VerifyWebhookOptions,
): Promise<boolean> {
  const keys = await Promise.all(secrets.map(keyOf))
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((name) =>
    headerOf(headers, `webhook-${name}`),
  )
  if (id === undefined || timestamp === undefined || signature === undefined) return false
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now() / 1000 - Number(timestamp)) > toleranceSeconds) return false
  const head = new TextEncoder().encode(`${id}.${timestamp}.`)
  const text = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const signed = new Uint8Array(head.length + text.length)
  signed.set(head)
  signed.set(text, head.length)
  const given = signature.split(' ').slice(0, signaturesMax).flatMap(bytesOf)
  const checks = keys.flatMap((key) => given.map((bytes) => crypto.subtle.verify('HMAC', key, bytes, signed)))
  return (await Promise.all(checks)).includes(true)
}

function headerOf(headers: ReceivedWebhook['headers'], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const value = headers[name]
  // A repeated header could be read in two ways.
  return typeof value === 'string' ? value : undefined
}

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>

async function keyOf(secret: string): Promise<Key> {
  const bytes = decoded(secret.replace(/^whsec_/, ''))
  if (bytes === undefined || bytes.length < 16) throw new TypeError('a secret of webhooks looks like whsec_…')
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

/** Of one signature, such as `v1,BASE64`. */
function bytesOf(text: string): Uint8Array<ArrayBuffer>[] {
  const bytes = text.startsWith('v1,') ? decoded(text.slice(3)) : undefined
  return bytes?.length === 32 ? [bytes] : []
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}
