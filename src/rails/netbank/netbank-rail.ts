import { createHttpClient } from '#platform/http-client'
import { webhookSecret } from '#platform/webhooks'
import { outcomeIn } from '../guard-batches.ts'
import { inquiriesAfter } from '../inquiries.ts'
import type { RailCapabilities } from '../rail.ts'
import type { RailAdapter } from '../rail-adapter.ts'
import { adapterKind } from '../settings/adapter-kind.ts'
import { duration, secrets, webUrl } from '../settings/setting.ts'
import { inquire, submitFile, submitOne } from './netbank-calls.ts'
import { declines } from './netbank-declines.ts'
import { createCallbacks, createStatements } from './netbank-reports.ts'
import { referenceOf } from './netbank-transaction.ts'

/** Net banking: pay-ins at a page of the bank, payouts in files. */
export const netbank = adapterKind(
  {
    url: webUrl,
    callback_secrets: secrets(webhookSecret, 'whsec_ and base64'),
    timeout_ms: duration(10_000),
    inquire_after_ms: duration(10_000),
    payout_file_ms: duration(500),
  },
  (settings): RailAdapter => {
    const { name, url, tls, timeout_ms: timeoutMs } = settings
    const client = createHttpClient({ url, source: 'configuration', timeoutMs, tls })
    const capabilities = capabilitiesOf(settings)
    return {
      ...{ name, capabilities },
      prepare: (call) => ({ handle: { reference: referenceOf(call) }, railReference: referenceOf(call) }),
      submit: async (call) => {
        if (!capabilities.operations.has(call.operation)) return { kind: 'failed', decline: declines.notSupported }
        return call.operation === 'payout' ? outcomeIn(await submitFile(client, [call]), call) : submitOne(client, call)
      },
      submitBatch: (calls) => submitFile(client, calls),
      inquire: (call) => inquire(client, call),
      probe: async () => {
        const reply = await client.call({ method: 'GET', path: '/netbank/healthz' })
        return reply.kind === 'answered' && reply.status === 200
      },
      callbacks: createCallbacks(name, settings.callback_secrets),
      statements: createStatements(name, client),
      close: client.close,
    }
  },
)

type Times = Readonly<Record<'timeout_ms' | 'inquire_after_ms' | 'payout_file_ms', number>>

function capabilitiesOf({ timeout_ms, inquire_after_ms: firstMs, payout_file_ms: waitMs }: Times): RailCapabilities {
  const inquiries = inquiriesAfter(firstMs)
  // A payer has a quarter of an hour, and the bank reports the end.
  const accepted = { firstMs, thenMs: [60_000, 300_000], atMost: 100, giveUpAfterMs: 86_400_000 }
  return {
    operations: new Set(['charge', 'refund', 'payout'] as const),
    inquiries: { ...inquiries, charge: { ...inquiries.default, accepted } },
    answersWithinMs: timeout_ms,
    authorizationMs: 0,
    batches: { max: 500, waitMs, operations: new Set(['payout'] as const) },
  }
}
