import type { MachineContext } from '../../machine.ts'
import type { Payment, Share } from '../../payment.ts'
import { type Booked, spread, transfer } from './bookings.ts'
import { addedUp, lessOf, sumOf, withinOf } from './shares.ts'

// The account of write-offs paid the debt of an account that was written off. The debt still counts as taken from that
// account. So what comes back to the account goes to write-offs first, until they have back what they paid for it.

/** What write-offs have paid for each account, and have not got back. */
export function offOf({ offBy = [] }: Pick<Payment, 'offBy'>): Share[] {
  return offBy
    .map(({ account, amount, captured = 0n }) => ({ account, amount: amount - captured }))
    .filter(({ amount }) => amount > 0n)
}

export function withOff(payment: Payment, parts: readonly Share[]): Payment {
  return parts.length === 0 ? payment : { ...payment, offBy: addedUp(payment.offBy, parts) }
}

/** The part of what comes back to accounts that write-offs get. */
export function offPartOf(payment: Payment, parts: readonly Share[]): Share[] {
  return withinOf(parts, offOf(payment)).filter(({ amount }) => amount > 0n)
}

export function withOffBack(payment: Payment, parts: readonly Share[]): Payment {
  if (parts.length === 0) return payment
  const backOf = (name: string) => sumOf(parts.filter(({ account }) => account === name))
  const grown = (share: Share): Share => ({ ...share, captured: (share.captured ?? 0n) + backOf(share.account) })
  return { ...payment, offBy: (payment.offBy ?? []).map(grown) }
}

type Back = { readonly row: Payment; readonly off: bigint; readonly rest: readonly Share[] }

/** `parts` come back to accounts. `off`: for write-offs; `rest`: for the accounts. */
export function backToOff(payment: Payment, parts: readonly Share[]): Back {
  const off = offPartOf(payment, parts)
  if (off.length === 0) return { row: payment, off: 0n, rest: parts }
  return { row: withOffBack(payment, off), off: sumOf(off), rest: lessOf(parts, off) }
}

export function spreadBack(
  booked: Booked,
  source: string,
  { off, rest }: Pick<Back, 'off' | 'rest'>,
  context: MachineContext,
) {
  const leg = { source, destination: context.accounts.writeOffs(booked.asset), amount: off }
  return [...spread(booked, source, rest, context), ...(off > 0n ? [transfer(booked, leg, context)] : [])]
}
