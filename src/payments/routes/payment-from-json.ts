import type { Static } from 'typebox'
import { idPrefix } from '#kernel'
import { readMinor, readTime } from '#platform/fields'
import { InvalidRequest } from '#platform/http'
import type { PaymentSource, Share } from '../payment.ts'
import type { NewPayment, NewPayout, NewRefund } from '../payments.ts'
import type { createPayment } from './payment-schemas.ts'
import type { createPayout } from './payout-schemas.ts'
import { uuidOf } from './read-ids.ts'
import type { createRefund } from './refund-schemas.ts'

type PaymentJson = Static<typeof createPayment>
type RefundJson = Static<typeof createRefund>
type PayoutJson = Static<typeof createPayout>
type ShareJson = { readonly account: string; readonly amount: number | string }

const noMetadata = {}

/** Throws InvalidRequest for errors that the schema cannot express. The use case checks whether the shares add up. */
export function paymentFromJson(book: number, json: PaymentJson): NewPayment {
  const amount = readMinor(json.amount, 'amount')
  const fee = json.fee === undefined ? undefined : readShare(json.fee, 'fee')
  const capture = json.capture ?? 'automatic'
  if (json.expires_at !== undefined && capture !== 'manual' && 'wallet' in json.source) {
    throw new InvalidRequest('expires_at can only be given with capture: "manual", or over a rail', {
      param: 'expires_at',
    })
  }
  return {
    book,
    amount,
    asset: json.asset,
    source: readSource(json.source),
    destinations: readDestinations(json, amount, fee),
    capture,
    metadata: (json.metadata ?? noMetadata) as NewPayment['metadata'],
    ...(fee !== undefined && { fee }),
    ...(json.vendor !== undefined && { vendor: json.vendor }),
    ...(json.reference !== undefined && { reference: json.reference }),
    ...(json.expires_at !== undefined && { expiresAt: readTime({ value: json.expires_at, param: 'expires_at' }) }),
  }
}

function readDestinations(json: PaymentJson, amount: bigint, fee: Share | undefined): readonly Share[] {
  const { destination, destinations } = json
  if (destination === undefined && destinations === undefined) {
    throw new InvalidRequest('destination or destinations is required', { param: 'destination' })
  }
  if (destinations !== undefined) {
    if (destination !== undefined) {
      throw new InvalidRequest('destination and destinations cannot be given together', { param: 'destinations' })
    }
    return destinations.map((share, index) => readShare(share, `destinations.${index}`))
  }
  const rest = amount - (fee?.amount ?? 0n)
  if (rest <= 0n) throw new InvalidRequest('fee.amount must be less than the amount', { param: 'fee.amount' })
  return [{ account: destination ?? '', amount: rest }]
}

function readShare({ account, amount }: ShareJson, path: string): Share {
  return { account, amount: readMinor(amount, `${path}.amount`) }
}

/** Throws InvalidRequest for a rail among its own `other_rails`. */
export function readSource(json: PaymentJson['source']): PaymentSource {
  if ('wallet' in json) return { kind: 'wallet', account: json.wallet }
  const { rail, instrument } = json
  return { kind: 'rail', rail, instrument, otherRails: readOtherRails(json, 'source.other_rails') }
}

function readOtherRails(
  { rail, other_rails: otherRails = [] }: Pick<PayoutJson, 'rail' | 'other_rails'>,
  param: string,
): readonly string[] {
  if (otherRails.includes(rail)) throw new InvalidRequest(`${param} must not name the rail itself`, { param })
  return otherRails
}

/** Throws InvalidRequest for amounts beyond 64 bits. */
export function refundFromJson(book: number, json: RefundJson): NewRefund {
  return {
    book,
    payment: uuidOf(idPrefix.payment, json.payment),
    metadata: (json.metadata ?? noMetadata) as NewRefund['metadata'],
    ...(json.amount !== undefined && { amount: readMinor(json.amount, 'amount') }),
    ...(json.to !== undefined && { to: { kind: 'wallet', account: json.to.wallet } as const }),
    ...(json.from !== undefined && { from: json.from.map((share, index) => readShare(share, `from.${index}`)) }),
  }
}

/** Throws InvalidRequest for amounts beyond 64 bits and a rail among its own `other_rails`. */
export function payoutFromJson(book: number, json: PayoutJson): NewPayout {
  return {
    book,
    amount: readMinor(json.amount, 'amount'),
    asset: json.asset,
    source: json.source,
    rail: json.rail,
    otherRails: readOtherRails(json, 'other_rails'),
    instrument: json.instrument,
    metadata: (json.metadata ?? noMetadata) as NewPayout['metadata'],
    ...(json.vendor !== undefined && { vendor: json.vendor }),
    ...(json.reference !== undefined && { reference: json.reference }),
  }
}
