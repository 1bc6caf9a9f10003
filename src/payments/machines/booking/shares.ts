import { splitMoney } from '#kernel'
import type { Payment, Refund, Share } from '../../payment.ts'

/**
 * Who gets how much of a payment. An amount is always split in proportion to the amount that each share has yet to
 * receive (or to pay), by largest remainder. No part exceeds the rest of its share, and the last part takes exactly the
 * rest, so that any number of parts adds up to the whole.
 */

type Shared = Pick<Payment, 'destinations' | 'fee' | 'amount' | 'amountCaptured'>

/** The destinations and, after them, the fee. */
export function sharesOf({ destinations, fee }: Pick<Payment, 'destinations' | 'fee'>): readonly Share[] {
  return fee === undefined ? destinations : [...destinations, fee]
}

/** The amounts received so far by account, in the order of shares; accounts without any are left out. */
export function capturedOf(payment: Shared): Share[] {
  return shares(payment, (share) => capturedPart(payment, share))
}

/** The amounts yet to receive by account, in the order of shares, without complete ones. A wallet's holds are these. */
export function uncapturedOf(payment: Shared): Share[] {
  return shares(payment, (share) => share.amount - capturedPart(payment, share))
}

function shares(payment: Shared, amountOf: (share: Share) => bigint): Share[] {
  return sharesOf(payment)
    .map((share) => ({ account: share.account, amount: amountOf(share) }))
    .filter(({ amount }) => amount > 0n)
}

function capturedPart(payment: Shared, share: Share): bigint {
  return share.captured ?? (payment.amountCaptured === 0n ? 0n : share.amount)
}

/**
 * Splits `amount` in proportion to `shares`, each part at most its share. `amount` is at most their sum. The result is
 * as long as `shares`, zeros included.
 */
export function partsOf(amount: bigint, shares: readonly Share[]): Share[] {
  // Zero can also be divided among shares that have nothing, as after a refund of the whole.
  if (amount === 0n) return shares.map(({ account }) => ({ account, amount: 0n }))
  if (shares.length === 0) return []
  const parts = splitMoney(
    amount,
    shares.map((share) => share.amount),
  )
  return shares.map(({ account }, at) => ({ account, amount: parts[at] ?? 0n }))
}

/** The payment after `amount` more has been captured: its total, and the captured part of each share. */
export function withCaptured(payment: Payment, amount: bigint): Payment {
  const amountCaptured = payment.amountCaptured + amount
  if (amountCaptured === payment.amount) return { ...withoutParts(payment), amountCaptured }
  const all = sharesOf(payment)
  const captured = all.map((share) => capturedPart(payment, share))
  const parts = splitMoney(
    amount,
    all.map((share, at) => share.amount - (captured[at] ?? 0n)),
  )
  const grown = all.map((share, at) => ({ ...share, captured: (captured[at] ?? 0n) + (parts[at] ?? 0n) }))
  return { ...withShares(payment, grown), amountCaptured }
}

/** The payment grown by `increment`, every share in proportion. The captured amounts stay. */
export function withIncrement(payment: Payment, increment: bigint): Payment {
  const all = sharesOf(payment)
  const parts = splitMoney(
    increment,
    all.map((share) => share.amount),
  )
  const grown = all.map((share, at) => ({ ...share, amount: share.amount + (parts[at] ?? 0n) }))
  return {
    ...withShares(payment, grown),
    amount: payment.amount + increment,
    amountCapturable: payment.amountCapturable + increment,
  }
}

function withoutParts(payment: Payment): Payment {
  const whole = ({ account, amount }: Share): Share => ({ account, amount })
  return withShares(payment, sharesOf(payment).map(whole))
}

function withShares(payment: Payment, all: readonly Share[]): Payment {
  const count = payment.destinations.length
  return { ...payment, destinations: all.slice(0, count), fee: all[count] }
}

/**
 * Who pays how much of a refund of `amount`: in proportion to the amount of the payment that each has received and not
 * returned before. `taken`: the shares of refunds that succeeded or are under way, and of disputes. `amount` is at most
 * the amount that can still be refunded.
 */
export function refundShares(payment: Shared, taken: readonly Share[], amount: bigint): Share[] {
  const left = leftOf(payment, taken)
  // Earlier refunds may name more than was returned; then all pay in proportion to the amounts that they received.
  return partsOf(amount, sumOf(left) < amount ? capturedOf(payment) : left).filter((share) => share.amount > 0n)
}

/**
 * Who pays for a refund whose `from` was fixed before others took `taken`. These are the same accounts, as long as each
 * still has that much of the payment; otherwise the accounts that have it.
 */
export function stillPaying(payment: Shared, taken: readonly Share[], from: readonly Share[]): readonly Share[] {
  const left = leftOf(payment, taken)
  const of = (shares: readonly Share[], name: string) => sumOf(shares.filter(({ account }) => account === name))
  const canPay = from.every(({ account }) => of(from, account) <= of(left, account))
  return canPay ? from : refundShares(payment, taken, sumOf(from))
}

/** The shares by account, each at most the sum that the account has in `limits`. */
export function withinOf(shares: readonly Share[], limits: readonly Share[]): Share[] {
  return addedUp([], shares).map(({ account, amount }) => {
    const limit = sumOf(limits.filter((other) => other.account === account))
    return { account, amount: amount < limit ? amount : limit }
  })
}

/** The amount of the payment that each account has received and not returned. */
function leftOf(payment: Shared, taken: readonly Share[]): Share[] {
  return capturedOf(payment).map(({ account, amount: got }) => {
    const given = taken.filter((share) => share.account === account)
    const rest = given.reduce((sum, share) => sum - share.amount, got)
    return { account, amount: rest < 0n ? 0n : rest }
  })
}

/** The amounts that refunds, succeeded or under way, and disputes have taken from each account. */
export function takenBack(
  refunds: readonly Pick<Refund, 'state' | 'from'>[],
  { disputed = [] }: Pick<Payment, 'disputed'> = {},
): Share[] {
  const refunded = refunds
    .filter(({ state }) => state !== 'failed' && state !== 'canceled')
    .flatMap(({ from }) => from.map(({ account, amount, captured = amount }) => ({ account, amount: captured })))
  return [...refunded, ...disputed]
}

/** The payment after a dispute took `parts` from the recipients. */
export function withDisputed(payment: Payment, parts: readonly Share[]): Payment {
  return parts.length === 0 ? payment : { ...payment, disputed: addedUp(payment.disputed, parts) }
}

/** Shares and more of them, one for each account and time. */
export function addedUp(shares: readonly Share[] | undefined, more: readonly Share[]): Share[] {
  const nameOf = ({ account, at }: Share) => `${account} ${at ?? ''}`
  const all = new Map((shares ?? []).map((share) => [nameOf(share), share]))
  for (const share of more) {
    const { account, amount, at } = share
    const known = all.get(nameOf(share)) ?? { account, amount: 0n, ...(at !== undefined && { at }) }
    all.set(nameOf(share), { ...known, amount: known.amount + amount })
  }
  return [...all.values()]
}

export function sumOf(all: readonly Share[]): bigint {
  return all.reduce((sum, share) => sum + share.amount, 0n)
}
