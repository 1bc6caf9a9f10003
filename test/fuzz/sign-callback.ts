import { randomUUID } from 'node:crypto'
import { signWebhook, webhookSecret } from '#platform/webhooks'
import type { Header } from './fuzz-request.ts'

/** Signs callbacks as the rails of the simulator do. */
export function callbackSigner(secretText: string): (body: Buffer) => readonly Header[] {
  const secret = webhookSecret(secretText)
  if (secret === undefined) throw new Error('that is no secret of callbacks')
  return (body) => {
    const [id, seconds] = [randomUUID(), Math.floor(Date.now() / 1000)]
    return [
      ['webhook-id', id],
      ['webhook-timestamp', String(seconds)],
      ['webhook-signature', signWebhook(secret, { id, seconds, body })],
    ]
  }
}
