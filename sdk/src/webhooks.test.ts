import { expect, it } from 'vitest'
import { verifyWebhook } from './webhooks.ts'

// Signed by version 1.1 of the library standardwebhooks.
const secret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='
const sent = 1_614_265_330
const message = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': String(sent),
  'webhook-signature': 'v1,1Sjuh0bhnQhNuiZ6E8196wNLWnLemUJVmY+r0EJ9hBY=',
}
const body = '{"test": 2432232314}'
const at = (seconds: number) => ({ secrets: [secret], now: () => seconds * 1000 })

it('takes what the secret has signed, from headers of either form and a body of either form', async () => {
  const bytes = new TextEncoder().encode(body)
  expect(await verifyWebhook({ headers: message, body }, at(sent))).toBe(true)
  expect(await verifyWebhook({ headers: new Headers(message), body: bytes }, at(sent + 300))).toBe(true)
  const others = ['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', secret]
  expect(await verifyWebhook({ headers: message, body }, { ...at(sent), secrets: others })).toBe(true)
})

it.each<[string, Record<string, string | string[] | undefined>, string]>([
  ['another body', {}, `${body} `],
  ['another id', { 'webhook-id': 'msg_other' }, body],
  ['another time', { 'webhook-timestamp': String(sent + 1) }, body],
  ['a time that is no number', { 'webhook-timestamp': `${sent} ` }, body],
  ['no signature', { 'webhook-signature': undefined }, body],
  ['a repeated header', { 'webhook-signature': [message['webhook-signature'], 'v1,x'] }, body],
  ['a signature of another version', { 'webhook-signature': message['webhook-signature'].replace('v1', 'v2') }, body],
  ['a signature that is cut off', { 'webhook-signature': message['webhook-signature'].slice(0, -4) }, body],
  [
    'the right one after more than any change of secrets needs',
    { 'webhook-signature': `${'v1,AA== '.repeat(10)}${message['webhook-signature']}` },
    body,
  ],
])('refuses %s', async (_what, change, text) => {
  expect(await verifyWebhook({ headers: { ...message, ...change }, body: text }, at(sent))).toBe(false)
})

it.each([301, -301])('refuses a message %i seconds away', async (seconds) => {
  expect(await verifyWebhook({ headers: message, body }, at(sent + seconds))).toBe(false)
  expect(await verifyWebhook({ headers: message, body }, { ...at(sent + seconds), toleranceSeconds: 301 })).toBe(true)
})

it.each(['', 'whsec_', 'whsec_short', 'not base64!'])('throws for the secret %j, without its text', async (text) => {
  const thrown = await verifyWebhook({ headers: message, body }, { ...at(sent), secrets: [text] }).catch(String)
  expect(thrown).toBe('TypeError: a secret of webhooks looks like whsec_…')
})
