import type { Static } from 'typebox'
import { idPrefix, uuidOf } from '#kernel'
import { readMinor, readTime } from '#platform/fields'
import { InvalidRequest } from '#platform/http'
import type { RailParty } from '#rails'
import { readInstrument } from '../instruments/read-instrument.ts'
import type { CallTerms, PaymentSource, Share } from '../payment.ts'
import type { NewPayment, NewPayout, NewRefund } from '../payments.ts'
import type { createPayment } from './payment-schemas.ts'
import type { createPayout } from './payout-schemas.ts'
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
  const { source, typed } = readTypedSource(json.source)
  const terms = readTerms({ ...json, typed })
  if (source.kind === 'wallet') refuseTerms(json)
  return {
    book,
    amount,
    asset: json.asset,
    source,
    destinations: readDestinations(json, amount, fee),
    capture,
    metadata: (json.metadata ?? noMetadata) as NewPayment['metadata'],
    ...(fee !== undefined && { fee }),
    ...(terms !== undefined && { terms }),
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
export function readSource(json: SourceJson): PaymentSource {
  if ('wallet' in json) return { kind: 'wallet', account: json.wallet }
  const { rail, instrument } = json
  return { kind: 'rail', rail, instrument, otherRails: readOtherRails(json, 'source.other_rails') }
}

type SourceJson =
  | { readonly wallet: string }
  | { readonly rail: string; readonly instrument: string; readonly other_rails?: string[] }

function readTypedSource(json: PaymentJson['source']) {
  if ('wallet' in json) return { source: readSource(json), typed: undefined }
  const { instrument, typed } = readTyped(json.instrument, 'source.instrument')
  return { source: readSource({ ...json, instrument }), typed }
}

export function readTyped(json: string | Readonly<Record<string, string>>, param: string) {
  if (typeof json === 'string') return { instrument: json, typed: undefined }
  const read = readInstrument(json)
  if ('instrument' in read) return read
  const at = `${param}.${read.field}`
  throw new InvalidRequest(`${at} ${read.problem}`, { param: at })
}

type TermsJson = Pick<PaymentJson, 'party' | 'purpose' | 'descriptor'> & {
  readonly allow_partial?: boolean
  readonly typed: CallTerms['typed'] | undefined
}

/** Undefined when the client gave none of them. */
function readTerms({ party, purpose, descriptor, allow_partial: isAllowed, typed }: TermsJson): CallTerms | undefined {
  const terms: CallTerms = {
    ...(typed !== undefined && { typed }),
    ...(party !== undefined && { party: readParty(party) }),
    ...(purpose !== undefined && { purpose }),
    ...(descriptor !== undefined && { descriptor }),
    ...(isAllowed === true && { allowsPartial: true }),
  }
  return Object.keys(terms).length === 0 ? undefined : terms
}

export function readParty({ postal_code: postalCode, ...party }: NonNullable<PaymentJson['party']>): RailParty {
  return { ...party, ...(postalCode !== undefined && { postalCode }) }
}

/** A wallet payment makes no call that they could go with. */
function refuseTerms(json: PaymentJson): void {
  const param = (['allow_partial', 'party', 'purpose', 'descriptor'] as const).find((name) => json[name] !== undefined)
  if (param !== undefined) throw new InvalidRequest(`${param} can only be given over a rail`, { param })
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
  const { instrument, typed } = readTyped(json.instrument, 'instrument')
  const terms = readTerms({ ...json, typed })
  return {
    book,
    amount: readMinor(json.amount, 'amount'),
    asset: json.asset,
    source: json.source,
    rail: json.rail,
    otherRails: readOtherRails(json, 'other_rails'),
    instrument,
    ...(terms !== undefined && { terms }),
    metadata: (json.metadata ?? noMetadata) as NewPayout['metadata'],
    ...(json.vendor !== undefined && { vendor: json.vendor }),
    ...(json.reference !== undefined && { reference: json.reference }),
  }
}
