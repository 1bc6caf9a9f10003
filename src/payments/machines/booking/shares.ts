import { splitMoney } from '#kernel'
import type { Payment, Refund, Share } from '../../payment.ts'

/**
 * Every split is proportional to what each share has yet to receive (or pay), by largest remainder. No part exceeds the
 * rest of its share. The last part takes exactly the rest, so any number of parts adds up to the whole.
 */

type Shared = Pick<Payment, 'destinations' | 'fee' | 'amount' | 'amountCaptured'>

export function sharesOf({ destinations, fee }: Pick<Payment, 'destinations' | 'fee'>): readonly Share[] {
  return fee === undefined ? destinations : [...destinations, fee]
}

export function capturedOf(payment: Shared): Share[] {
  return shares(payment, (share) => capturedPart(payment, share))
}

/** In the order of shares, without complete ones. The holds of a wallet payment are these. */
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

/** Splits `amount`, at most the sum of the shares. The result is as long as `shares`, zeros included. */
export function partsOf(amount: bigint, shares: readonly Share[]): Share[] {
  // Zero can also be split among shares that have nothing, as after a full refund.
  if (amount === 0n) return shares.map(({ account }) => ({ account, amount: 0n }))
  if (shares.length === 0) return []
  const parts = splitMoney(
    amount,
    shares.map((share) => share.amount),
  )
  return shares.map(({ account }, at) => ({ account, amount: parts[at] ?? 0n }))
}

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

/** Of a payment of which nothing is captured or held yet. */
export function withAmount(payment: Payment, amount: bigint): Payment {
  const all = sharesOf(payment)
  return { ...withShares(payment, partsOf(amount, all)), amount }
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
 * What each account still has of a payment: what captures gave it, less `taken`. `takenBack` lists all that refunds
 * (made or under way), disputes, returns and undone bookings took, and leaves out what came back of them. Whoever is to
 * pay is chosen by this function: for refunds, disputes, debts, returns and bookings that are undone.
 */
export function stillHas(payment: Shared, taken: readonly Share[]): Share[] {
  return capturedOf(payment).map(({ account, amount: got }) => {
    const given = taken.filter((share) => share.account === account)
    const rest = given.reduce((sum, share) => sum - share.amount, got)
    return { account, amount: rest < 0n ? 0n : rest }
  })
}

/** Who pays `amount`, at most what was captured: each in proportion to what it still has. */
export function refundShares(payment: Shared, taken: readonly Share[], amount: bigint): Share[] {
  const left = stillHas(payment, taken)
  const all = sumOf(left)
  if (all >= amount) return partsOf(amount, left).filter((share) => share.amount > 0n)
  // Refunds of older programs may name more than was returned. No account pays more than it received.
  const got = capturedOf(payment)
  const gone = got.map(({ account, amount: whole }, at) => ({ account, amount: whole - (left[at]?.amount ?? 0n) }))
  return addedUp(left, partsOf(amount - all, gone)).filter((share) => share.amount > 0n)
}

/** `from` was fixed before `taken`. The same accounts pay if each still has that much of the payment. */
export function stillPaying(payment: Shared, taken: readonly Share[], from: readonly Share[]): readonly Share[] {
  const left = stillHas(payment, taken)
  const of = (shares: readonly Share[], name: string) => sumOf(shares.filter(({ account }) => account === name))
  const canPay = from.every(({ account }) => of(from, account) <= of(left, account))
  return canPay ? from : refundShares(payment, taken, sumOf(from))
}

export function withinOf(shares: readonly Share[], limits: readonly Share[]): Share[] {
  return addedUp([], shares).map(({ account, amount }) => {
    const limit = sumOf(limits.filter((other) => other.account === account))
    return { account, amount: amount < limit ? amount : limit }
  })
}

/** Each account's part less what `less` names of it, without those that have nothing. */
export function lessOf(shares: readonly Share[], less: readonly Share[]): Share[] {
  const left = new Map(less.map(({ account, amount }) => [account, amount]))
  return shares
    .map((share) => {
      const part = share.at === undefined ? (left.get(share.account) ?? 0n) : 0n
      const gone = part < share.amount ? part : share.amount
      left.set(share.account, part - gone)
      return { ...share, amount: share.amount - gone }
    })
    .filter(({ amount }) => amount > 0n)
}

/** What refunds (made or under way), disputes, returns and undone bookings have taken from each account. */
export function takenBack(
  refunds: readonly Pick<Refund, 'state' | 'from'>[],
  { disputed = [] }: Pick<Payment, 'disputed'> = {},
): Share[] {
  const refunded = refunds
    .filter(({ state }) => state !== 'failed' && state !== 'canceled')
    .flatMap(({ from }) => from.map(({ account, amount, captured = amount }) => ({ account, amount: captured })))
  return [...refunded, ...disputed]
}

export function withDisputed(payment: Payment, parts: readonly Share[]): Payment {
  return parts.length === 0 ? payment : { ...payment, disputed: addedUp(payment.disputed, parts) }
}

/** Merges shares of the same account and time. */
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
