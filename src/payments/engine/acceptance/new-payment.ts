import { accepted, type Timestamp } from '#kernel'
import type { VendorPolicy } from '#lanes'
import { deadlineAt } from '#platform/deadlines'
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
import { isRefusedAnywhere } from './lost-requests.ts'

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
  facts: AcceptingFacts,
  rails: Pick<Rails, 'rail'>,
): PaymentResult<Payment> {
  return refusePayment(request, facts, rails) ?? accepted(paymentOf(request, facts))
}

function refusePayment(
  request: NewPayment,
  { now, policy, isReferenceTaken, looked }: AcceptingFacts,
  rails: Pick<Rails, 'rail'>,
) {
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
  return isReferenceTaken ? refuse('payment_reference_taken', 'reference') : undefined
}

function paymentOf(request: NewPayment, { now, policy, looked, isFollowed = false }: AcceptingFacts): Payment {
  const { source, destinations, fee } = namedByCode(request, looked)
  return {
    id: request.id ?? newUuid(),
    book: request.book,
    ...untouched,
    asset: request.asset,
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
    ...deadlineIn(request, now),
    createdAt: now,
  }
}

/** A refused one, of which its rails are asked what a lost server has submitted. Undefined: none can have. */
export function refusedPayment(request: NewPayment, facts: AcceptingFacts, reason: string): Payment | undefined {
  if (request.source.kind !== 'rail' || isRefusedAnywhere(reason)) return undefined
  return { ...paymentOf(request, facts), ...refusedFor(reason) }
}

/** Its reference is left to others. */
function refusedFor(reason: string) {
  return { state: 'failed', phase: 'ended', reason, reference: undefined } as const
}

export function decidePayout(
  request: NewPayout,
  facts: AcceptingFacts,
  rails: Pick<Rails, 'rail'>,
): PaymentResult<Payout> {
  const { book, asset } = request
  const { policy, isReferenceTaken, looked } = facts
  if (policy === undefined) return refuse('vendor_not_found', 'vendor')
  const names = [request.rail, ...request.otherRails]
  const refusal =
    refuseByRails(rails, names, { operations: ['payout'], asset }) ??
    refuseAccount(looked.standing(book, request.source), { book, asset, looked, param: 'source' }) ??
    refuseChart(names, movingOf(request), looked)
  if (refusal !== undefined) return refusal
  return isReferenceTaken ? refuse('payment_reference_taken', 'reference') : accepted(payoutOf(request, facts))
}

function payoutOf(request: NewPayout, { now, policy, looked }: AcceptingFacts): Payout {
  const { book } = request
  return {
    id: request.id ?? newUuid(),
    book,
    amount: request.amount,
    asset: request.asset,
    source: codeOf(looked, book, request.source),
    rail: request.rail,
    otherRails: request.otherRails,
    instrument: request.instrument,
    ...untouched,
    railReference: undefined,
    ...belongingOf(request, policy),
    ...deadlineIn(request, now),
    createdAt: now,
  }
}

function deadlineIn({ untilMs }: Pick<NewPayment, 'untilMs'>, now: Timestamp): Pick<Payment, 'deadline'> {
  return untilMs === undefined ? {} : { deadline: deadlineAt({ untilMs, now }) }
}

export function refusedPayout(request: NewPayout, facts: AcceptingFacts, reason: string): Payout | undefined {
  return isRefusedAnywhere(reason) ? undefined : { ...payoutOf(request, facts), ...refusedFor(reason) }
}

/** What payments and payouts have in common: whose they are, and what goes to the rail with them. */
function belongingOf(request: NewPayment | NewPayout, known: VendorPolicy | undefined) {
  const policy = known ?? nobodysPolicy
  const { lane = policy.lane, reference, metadata, terms } = request
  const vendor = known && request.vendor
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
