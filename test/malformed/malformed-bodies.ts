import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import type { OpenApiDocument } from '#platform/openapi'
import { type MalformedRequest, requestBytes } from './malformed-request.ts'

/** A valid body, and its operation. */
type Sound = { readonly method: string; readonly path: string; readonly pattern: string; readonly body: object }

const transfer = {
  source: 'world',
  destination: 'customers:1',
  amount: '5',
  asset: 'USD',
  pending: true,
  expires_at: '2199-01-01T00:00:00Z',
  balancing: 'source',
  reference: 'invoice-7',
  effective_at: '2026-01-31T09:30:00Z',
  metadata: { order: '7' },
  conditions: { source: { version: 1, posted_min: '0' }, destination: { available_max: 10 } },
}
const account = { code: 'new:1', asset: 'USD', min_available: '-5', max_balance: 100, metadata: { tier: 'gold' } }
const hold = 'trf_01k0a2m4q8f2hn4gm2v7r9w1k6'

const id = (prefix: string) => `${prefix}_01k0a2m4q8f2hn4gm2v7r9w1k6`
const payment = {
  amount: '5',
  asset: 'USD',
  source: { rail: 'card', instrument: 'card_visa_ok', other_rails: ['upi'] },
  destinations: [{ account: 'customers:1', amount: 4 }],
  fee: { account: 'world', amount: '1' },
  capture: 'manual',
  vendor: 'nobody',
  reference: 'order-7',
  metadata: { order: '7' },
  expires_at: '2199-01-01T00:00:00Z',
}
const payout = {
  ...{ amount: 5, asset: 'USD', source: 'world', rail: 'bank', other_rails: ['upi'], instrument: 'DE02' },
  ...{ vendor: 'nobody', reference: 'out-7', metadata: { order: '7' } },
}
const onPayment = (verb: string, body: object): Sound => ({
  method: 'POST',
  path: `/v1/payments/${id('pay')}/${verb}`,
  pattern: `/v1/payments/{id}/${verb}`,
  body,
})

const soundBodies: readonly Sound[] = [
  { method: 'POST', path: '/v1/payments', pattern: '/v1/payments', body: payment },
  { method: 'POST', path: '/v1/payments', pattern: '/v1/payments', body: { ...payment, source: { wallet: 'world' } } },
  onPayment('capture', { amount: '5', final: false }),
  onPayment('cancel', {}),
  onPayment('increment', { amount: 5 }),
  onPayment('retry', { instrument: 'card_mc_ok', rail: 'upi' }),
  onPayment('cancel-or-refund', {}),
  {
    method: 'POST',
    path: '/v1/refunds',
    pattern: '/v1/refunds',
    body: {
      payment: id('pay'),
      amount: 5,
      to: { wallet: 'world' },
      from: [{ account: 'world', amount: '5' }],
      metadata: { a: 'b' },
    },
  },
  { method: 'POST', path: '/v1/payouts', pattern: '/v1/payouts', body: payout },
  { method: 'POST', path: `/v1/payouts/${id('out')}/cancel`, pattern: '/v1/payouts/{id}/cancel', body: {} },
  { method: 'POST', path: `/v1/disputes/${id('dsp')}/accept`, pattern: '/v1/disputes/{id}/accept', body: {} },
  {
    method: 'POST',
    path: `/v1/disputes/${id('dsp')}/challenge`,
    pattern: '/v1/disputes/{id}/challenge',
    body: { evidence: [{ text: 'Delivered.' }, { name: 'a.pdf', media_type: 'application/pdf', content: 'JVBERi0x' }] },
  },
  { method: 'POST', path: '/v1/transfers', pattern: '/v1/transfers', body: { ...transfer, dry_run: false } },
  {
    method: 'POST',
    path: '/v1/transfers/batch',
    pattern: '/v1/transfers/batch',
    body: { transfers: [transfer, transfer], atomic: true },
  },
  { method: 'POST', path: `/v1/transfers/${hold}/post`, pattern: '/v1/transfers/{id}/post', body: { amount: '5' } },
  { method: 'POST', path: `/v1/transfers/${hold}/void`, pattern: '/v1/transfers/{id}/void', body: {} },
  { method: 'POST', path: '/v1/accounts', pattern: '/v1/accounts', body: account },
  { method: 'POST', path: '/v1/accounts/batch', pattern: '/v1/accounts/batch', body: { accounts: [account] } },
  {
    method: 'PATCH',
    path: '/v1/accounts/world',
    pattern: '/v1/accounts/{account}',
    body: { max_balance: '9', version: 3 },
  },
  { method: 'POST', path: '/v1/accounts/world/freeze', pattern: '/v1/accounts/{account}/freeze', body: { version: 3 } },
  { method: 'POST', path: '/v1/assets', pattern: '/v1/assets', body: { code: 'GOLD', scale: 2, name: 'Gold' } },
  { method: 'POST', path: '/v1/books', pattern: '/v1/books', body: { code: 'second', name: 'Second' } },
  { method: 'POST', path: '/v1/api-keys', pattern: '/v1/api-keys', body: { scope: 'read', name: 'a key' } },
]

/** JSON texts in place of a value. They are wrong in most places; a check confirms it for the chosen place. */
export const wrongValues = [
  ...['null', 'true', '0', '-1', '1.5', '-0.0', '1e400', '-1e400', '1e-7', '99999999999999999999999999'],
  ...['9007199254740993', '""', '" "', '"abc"', '"-5"', '"+5"', '"0x10"', '"1e3"', '"5.0"', '"007"', '"١٢٣"', '" 5"'],
  ...['[]', '{}', '[[]]', '[null]', '{"a":1}', '{"$gt":""}', '"\' or 1=1 --"', '"2026-02-30T00:00:00Z"', '"now"'],
  ...['"9223372036854775808"', '"99999999999999999999"', `"${'9'.repeat(5000)}"`, `"${'x'.repeat(5000)}"`],
  `{${Array.from({ length: 51 }, (_, at) => `"k${at}":"v"`).join(',')}}`,
  `{"${'k'.repeat(41)}":"v"}`,
]

/** JSON texts that are refused in every place. */
export const refusedValues = [
  ...['"a\\u0000b"', '"\\ud800"', '"\\udc00 x"', '{"__proto__":{"admin":true}}', '{"a\\u0000":"b"}', '{"\\ud800":"b"}'],
  ...[`${'['.repeat(40)}${']'.repeat(40)}`, `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`],
]

export const unknownMembers = [
  ...['"color":"red"', '"__proto__":{"admin":true}', '"constructor":{"prototype":{"admin":true}}', '"":1', '"ID":"x"'],
  ...['"toString":1', '"$ref":"#"', '"amount ":1', '"\\u0061mounts":1'],
]

const placeholder = '\u{1f4a5}'

/** Bodies made from valid ones by one change that the contract forbids. */
export function malformedBodies(contract: OpenApiDocument, options: { key: string; seed: number; count: number }) {
  const checks = new Map(soundBodies.map((sound) => [sound, compileBody(contract, sound)]))
  const change = fc.record({
    sound: fc.constantFrom(...soundBodies),
    place: fc.nat(1000),
    kind: fc.constantFrom('value', 'value', 'refused', 'member', 'missing'),
    wrong: fc.constantFrom(...wrongValues),
    refused: fc.constantFrom(...refusedValues),
    member: fc.constantFrom(...unknownMembers),
  })
  const requests = new Map<string, MalformedRequest>()
  // More samples than needed: those that are still valid or not new are left out.
  for (const drawn of fc.sample(change, { seed: options.seed, numRuns: options.count * 6 })) {
    const { sound } = drawn
    const text = changeBody(drawn)
    const surely = drawn.kind === 'refused'
    if (text === undefined || (!surely && checks.get(sound)?.(JSON.parse(text)) === true)) continue
    const what = `${sound.method} ${sound.path} ${text.slice(0, 300)}`
    requests.set(what, { what, bytes: requestBytes({ ...sound, key: options.key, body: text }) })
    if (requests.size === options.count) break
  }
  return [...requests.values()]
}

function compileBody(contract: OpenApiDocument, sound: Sound): ValidateFunction {
  const ajv = new Ajv2020({
    strict: false,
    formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) },
  })
  ajv.addSchema(contract, 'contract')
  const pointer = [
    'paths',
    sound.pattern,
    sound.method.toLowerCase(),
    'requestBody',
    'content',
    'application/json',
    'schema',
  ]
  const parts = pointer.map((part) => encodeURIComponent(part.replaceAll('/', '~1')))
  const validate = ajv.getSchema(`contract#/${parts.join('/')}`)
  if (validate === undefined || validate(sound.body) !== true) throw new Error(`the sound body of ${sound.path} is not`)
  return validate
}

type Change = {
  readonly sound: Pick<Sound, 'body'>
  readonly place: number
  readonly kind: 'value' | 'refused' | 'member' | 'missing'
  readonly wrong: string
  readonly refused: string
  readonly member: string
}

export function changeBody({ sound, place, kind, wrong, refused, member }: Change): string | undefined {
  const copy = structuredClone(sound.body)
  const places = placesOf(copy)
  const chosen = places[place % Math.max(1, places.length)]
  if (kind === 'member') {
    const objects = [copy, ...places.flatMap(({ holder, key }) => (isPlain(holder[key]) ? [holder[key]] : []))]
    const object = objects[place % objects.length] as Record<string, unknown>
    object[placeholder] = 0
    return JSON.stringify(copy).replace(`"${placeholder}":0`, member)
  }
  if (chosen === undefined) return undefined
  if (kind === 'missing') {
    delete chosen.holder[chosen.key]
    return JSON.stringify(copy)
  }
  chosen.holder[chosen.key] = placeholder
  return JSON.stringify(copy).replace(`"${placeholder}"`, () => (kind === 'value' ? wrong : refused))
}

type Place = { readonly holder: Record<string, unknown>; readonly key: string }

/** Every value within a body, as its holder and key. */
function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])])
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
