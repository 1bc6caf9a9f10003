import { accepted, type Timestamp } from '#kernel'
import type { VendorPolicy } from '#lanes'
import { newUuid } from '#platform/ids'
import type { RailOperation, Rails } from '#rails'
import { nothingMoved, type Payment, type Payout, type Share, untouched } from '../../payment.ts'
import type { NewPayment, NewPayout, PaymentResult } from '../../payments.ts'
import { refuse } from '../../refusals.ts'
import {
  codeOf,
  type Looked,
  movingOf,
  namedByCode,
  refuseAccount,
  refuseAccounts,
  refuseChart,
} from './account-checks.ts'

export type AcceptingFacts = {
  readonly now: Timestamp
  /** Undefined: the request names a vendor that does not exist. */
  readonly policy: VendorPolicy | undefined
  readonly isReferenceTaken: boolean
  readonly looked: Looked
  readonly isFollowed?: boolean
}

export const nobodysPolicy: VendorPolicy = { number: 0, lane: 'standard' }

/** Returns the payment to store, or the first refusal that applies. */
export function decidePayment(
  request: NewPayment,
  { now, policy, isReferenceTaken, looked, isFollowed = false }: AcceptingFacts,
  rails: Pick<Rails, 'rail'>,
): PaymentResult<Payment> {
  const { asset } = request
  const { source, destinations, fee } = namedByCode(request, looked)
  if (policy === undefined) return refuse('vendor_not_found', 'vendor')
  if (source.kind === 'rail') {
    const names = [source.rail, ...source.otherRails]
    const operations: RailOperation[] = request.capture === 'automatic' ? ['charge'] : ['authorize', 'capture', 'void']
    const refusal = refuseByRails(rails, names, { operations, asset })
    if (refusal !== undefined) return refusal
  }
  const refusal = refuseAccounts(request, looked)
  if (refusal !== undefined) return refusal
  if (!addsUp(request.amount, fee === undefined ? destinations : [...destinations, fee])) {
    return refuse('shares_do_not_add_up', 'destinations')
  }
  if (request.expiresAt !== undefined && request.expiresAt <= now) {
    return refuse('expires_at_not_in_future', 'expires_at')
  }
  if (isReferenceTaken) return refuse('payment_reference_taken', 'reference')
  return accepted({
    id: request.id ?? newUuid(),
    book: request.book,
    ...untouched,
    asset,
    amount: request.amount,
    source,
    destinations,
    fee,
    capture: request.capture,
    ...nothingMoved,
    rail: undefined,
    railReference: undefined,
    ...belongingOf(request, policy),
    ...(isFollowed && { isFollowed }),
    expiresAt: request.expiresAt,
    createdAt: now,
  })
}

export function decidePayout(
  request: NewPayout,
  { now, policy, isReferenceTaken, looked }: AcceptingFacts,
  rails: Pick<Rails, 'rail'>,
): PaymentResult<Payout> {
  const { book, asset } = request
  if (policy === undefined) return refuse('vendor_not_found', 'vendor')
  const names = [request.rail, ...request.otherRails]
  const refusal =
    refuseByRails(rails, names, { operations: ['payout'], asset }) ??
    refuseAccount(looked.standing(book, request.source), { book, asset, looked, param: 'source' }) ??
    refuseChart(names, movingOf(request), looked)
  if (refusal !== undefined) return refusal
  if (isReferenceTaken) return refuse('payment_reference_taken', 'reference')
  return accepted({
    id: request.id ?? newUuid(),
    book,
    amount: request.amount,
    asset,
    source: codeOf(looked, book, request.source),
    rail: request.rail,
    otherRails: request.otherRails,
    instrument: request.instrument,
    ...untouched,
    railReference: undefined,
    ...belongingOf(request, policy),
    createdAt: now,
  })
}

/** What payments and payouts have in common: whose they are, and what goes to the rail with them. */
function belongingOf(request: NewPayment | NewPayout, policy: VendorPolicy) {
  const { vendor, lane = policy.lane, reference, metadata, terms } = request
  return { vendor: policy.number, vendorCode: vendor, lane, reference, metadata, ...(terms && { terms }) }
}

export function refuseByRails(
  rails: Pick<Rails, 'rail'>,
  names: readonly string[],
  { operations, asset }: { readonly operations: readonly RailOperation[]; readonly asset: string },
) {
  for (const name of names) {
    const capabilities = rails.rail(name)?.capabilities
    if (capabilities === undefined) return refuse('rail_not_found', 'rail')
    const isAble = operations.every((operation) => capabilities.operations.has(operation))
    if (!isAble || capabilities.assets?.has(asset) === false) return refuse('operation_not_supported_by_rail', 'rail')
  }
  return undefined
}

export function addsUp(amount: bigint, shares: readonly Share[]): boolean {
  const [only] = shares
  if (shares.length === 1 && only !== undefined) return only.amount === amount && amount > 0n
  let sum = 0n
  const accounts = new Set<string>()
  for (const share of shares) {
    if (share.amount <= 0n) return false
    sum += share.amount
    accounts.add(share.account)
  }
  return sum === amount && accounts.size === shares.length && sum > 0n
}
