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

/**
 * What a payment's JSON asks for. Throws InvalidRequest for what its schema cannot say: amounts beyond
 * 64 bits, both or neither of `destination` and `destinations`, a fee that leaves nothing, a rail that is
 * its own stand-in, an expiry without manual capture. Whether shares add up the use case says.
 */
export function paymentFromJson(book: number, json: PaymentJson): NewPayment {
  const amount = readMinor(json.amount, 'amount')
  const fee = json.fee === undefined ? undefined : readShare(json.fee, 'fee')
  const capture = json.capture ?? 'automatic'
  if (json.expires_at !== undefined && capture !== 'manual') {
    throw new InvalidRequest('expires_at can only be given with capture: "manual"', 'expires_at')
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
    ...(json.expires_at !== undefined && { expiresAt: readTime(json.expires_at, 'expires_at') }),
  }
}

function readDestinations(json: PaymentJson, amount: bigint, fee: Share | undefined): readonly Share[] {
  const { destination, destinations } = json
  if (destination === undefined && destinations === undefined) {
    throw new InvalidRequest('destination or destinations is required', 'destination')
  }
  if (destinations !== undefined) {
    if (destination !== undefined) {
      throw new InvalidRequest('destination and destinations cannot be given together', 'destinations')
    }
    return destinations.map((share, index) => readShare(share, `destinations.${index}`))
  }
  const rest = amount - (fee?.amount ?? 0n)
  if (rest <= 0n) throw new InvalidRequest('fee.amount must be less than the amount', 'fee.amount')
  return [{ account: destination ?? '', amount: rest }]
}

function readShare({ account, amount }: ShareJson, path: string): Share {
  return { account, amount: readMinor(amount, `${path}.amount`) }
}

/** Where a payment's money comes from, as its JSON says. Throws InvalidRequest for a rail that is its own stand-in. */
export function readSource(json: PaymentJson['source']): PaymentSource {
  if ('wallet' in json) return { kind: 'wallet', account: json.wallet }
  const { rail, instrument, other_rails: otherRails = [] } = json
  return { kind: 'rail', rail, instrument, otherRails: readOtherRails(rail, otherRails, 'source.other_rails') }
}

function readOtherRails(rail: string, otherRails: readonly string[], param: string): readonly string[] {
  if (otherRails.includes(rail)) throw new InvalidRequest(`${param} must not name the rail itself`, param)
  return otherRails
}

/** What a refund's JSON asks for. Throws InvalidRequest for amounts beyond 64 bits. */
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

/** What a payout's JSON asks for. Throws InvalidRequest for amounts beyond 64 bits and a rail that is its own stand-in. */
export function payoutFromJson(book: number, json: PayoutJson): NewPayout {
  const { rail, other_rails: otherRails = [] } = json
  return {
    book,
    amount: readMinor(json.amount, 'amount'),
    asset: json.asset,
    source: json.source,
    rail,
    otherRails: readOtherRails(rail, otherRails, 'other_rails'),
    instrument: json.instrument,
    metadata: (json.metadata ?? noMetadata) as NewPayout['metadata'],
    ...(json.vendor !== undefined && { vendor: json.vendor }),
    ...(json.reference !== undefined && { reference: json.reference }),
  }
}
