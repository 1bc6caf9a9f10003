import { expect, it } from 'vitest'
import { signWebhook, toleranceSeconds, verifyWebhook, webhookSecret } from './webhook-signature.ts'

function secretOf(text: string): Buffer {
  const secret = webhookSecret(text)
  if (secret === undefined) throw new Error(`${text} is no secret`)
  return secret
}

// Signed by version 1.1 of the library standardwebhooks.
const example = {
  secret: secretOf('whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='),
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1,1Sjuh0bhnQhNuiZ6E8196wNLWnLemUJVmY+r0EJ9hBY=',
}
const at = (seconds: number) => ({ now: () => seconds * 1_000_000 })
const then = Number(example.timestamp)

it('signs as Standard Webhooks specifies', () => {
  expect(signWebhook(example.secret, { ...example, seconds: then })).toBe(example.signature)
})

it.each([
  ['the message itself', {}, true],
  ['another body', { body: Buffer.from('{"test": 2432232315}') }, false],
  ['another id', { id: 'msg_p5jXN8AQM9LWM0D4loKWxJej' }, false],
  ['another time', { timestamp: String(then + 1) }, false],
  ['a time that is no number', { timestamp: `${then} ` }, false],
  ['no id', { id: undefined }, false],
  ['no time', { timestamp: undefined }, false],
  ['no signature', { signature: undefined }, false],
  ['an empty signature', { signature: '' }, false],
  ['a signature cut short', { signature: example.signature.slice(0, -4) }, false],
  ['a signature of another version', { signature: example.signature.replace('v1,', 'v1a,') }, false],
  ['the right one among several', { signature: `v1,${'A'.repeat(43)}= v2,x ${example.signature}` }, true],
  [
    'the right one after more than any rotation needs',
    { signature: `${'v1,AA '.repeat(10)}${example.signature}` },
    false,
  ],
])('checks the signature of %s', (_what, change, expected) => {
  expect(verifyWebhook([example.secret], { ...example, ...change }, at(then))).toBe(expected)
})

it('accepts a signature by any of the secrets, and none without secrets', () => {
  const other = Buffer.alloc(32, 7)
  expect(verifyWebhook([other, example.secret], example, at(then))).toBe(true)
  expect(verifyWebhook([other], example, at(then))).toBe(false)
  expect(verifyWebhook([], example, at(then))).toBe(false)
})

it.each([
  [0, true],
  [toleranceSeconds, true],
  [-toleranceSeconds, true],
  [toleranceSeconds + 1, false],
  [-toleranceSeconds - 1, false],
])('checks the time of a message %s seconds after the sending', (seconds, expected) => {
  expect(verifyWebhook([example.secret], example, at(then + seconds))).toBe(expected)
})

it.each(['', 'whsec_', 'whsec_short', `whsec_${'A'.repeat(200)}`, 'whsec_with blanks and other things in it!'])(
  '%j is no secret',
  (text) => {
    expect(webhookSecret(text)).toBeUndefined()
  },
)
