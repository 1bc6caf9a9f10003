import type { TimelineItem } from '@munim/sdk'
import type { RailTotal } from './demo-rails.ts'

/** What was done in all, as one side says. Amounts in minor units. */
export type Figure = { readonly count: number; readonly amount: bigint }

/** An operation on a rail, as the rail's own records have it and as the books have it. */
export type ComparedOperation = {
  readonly rail: string
  readonly operation: string
  readonly asset: string
  readonly railSays: Figure
  readonly booksSay: Figure
}

/** What is on a rail in all: taken less given, by its records, and the balance of its clearing account. */
export type ComparedRail = {
  readonly rail: string
  readonly asset: string
  readonly railSays: bigint
  readonly booksSay: bigint
}

const taken: ReadonlySet<string> = new Set(['charge', 'capture'])
const given: ReadonlySet<string> = new Set(['refund', 'payout', 'dispute'])

/** The code of the account that says what is at a rail. */
export const clearingAccount = (rail: string, asset: string) => `rails:${rail}:clearing:${asset}`

/**
 * Compares what the rail's records say with the transfers that the timelines of all payments and payouts
 * name, by rail, operation and asset. Operations that move no money (holding, releasing) are in no book.
 */
export function compareOperations(
  totals: readonly RailTotal[],
  timelines: readonly (readonly TimelineItem[])[],
): readonly ComparedOperation[] {
  const rows = new Map<string, ComparedOperation>()
  const nothing: Figure = { count: 0, amount: 0n }
  const row = (rail: string, operation: string, asset: string) => {
    const key = [rail, asset, operation].join(' ')
    const known = rows.get(key) ?? { rail, operation, asset, railSays: nothing, booksSay: nothing }
    return { known, set: (changed: ComparedOperation) => rows.set(key, changed) }
  }
  for (const { rail, operation, asset, status, count, amount } of totals) {
    if (status !== 'succeeded' || !(taken.has(operation) || given.has(operation))) continue
    const { known, set } = row(rail, operation, asset)
    set({ ...known, railSays: add(known.railSays, { count, amount }) })
  }
  for (const { rail, operation, asset, ...figure } of timelines.flatMap(bookedOperations)) {
    const { known, set } = row(rail, operation, asset)
    set({ ...known, booksSay: add(known.booksSay, figure) })
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, compared]) => compared)
}

/** Compares what is at each rail by its records with the balances of the clearing accounts, which are below zero by it. */
export function compareRails(
  totals: readonly RailTotal[],
  balances: ReadonlyMap<string, bigint>,
): readonly ComparedRail[] {
  const nets = new Map<string, ComparedRail>()
  for (const { rail, operation, asset, status, amount } of totals) {
    const sign = taken.has(operation) ? 1n : given.has(operation) ? -1n : 0n
    if (status !== 'succeeded' || sign === 0n) continue
    const key = `${rail} ${asset}`
    const booksSay = -(balances.get(clearingAccount(rail, asset)) ?? 0n)
    const known = nets.get(key) ?? { rail, asset, railSays: 0n, booksSay }
    nets.set(key, { ...known, railSays: known.railSays + sign * amount })
  }
  return [...nets].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, compared]) => compared)
}

/** Whether both sides say the same of everything. */
export function isEqual(operations: readonly ComparedOperation[], rails: readonly ComparedRail[]): boolean {
  const alike = operations.every(
    ({ railSays, booksSay }) => railSays.count === booksSay.count && railSays.amount === booksSay.amount,
  )
  return alike && rails.every(({ railSays, booksSay }) => railSays === booksSay)
}

type Booked = Figure & { readonly rail: string; readonly operation: string; readonly asset: string }

/**
 * The operations that the books know of one payment or payout: its transfers from and to clearing
 * accounts. A hold is named by the step that makes it and by the one that posts it; it counts once, for
 * the refund when there is one, as Munim may begin a refund in a step of the payment.
 */
function bookedOperations(items: readonly TimelineItem[]): readonly Booked[] {
  const booked = new Map<string, Booked>()
  const seen = new Set<string>()
  for (const item of [...items.filter(isOfRefund), ...items.filter((other) => !isOfRefund(other))]) {
    for (const { id, source_code, destination_code, amount_posted, asset } of item.transfers) {
      const rail = railOf(source_code) ?? railOf(destination_code)
      if (rail === undefined || amount_posted === 0n || seen.has(id)) continue
      seen.add(id)
      const isTaken = railOf(source_code) !== undefined
      const operation = operationOf(item, isTaken)
      // A payment may be charged twice, or disputed in parts; anything else is done once under its id.
      const key = [item.subject, operation, item.subject.startsWith('pay_') ? item.at : ''].join(' ')
      const known = booked.get(key) ?? { rail, operation, asset, count: 1, amount: 0n }
      const sign = isTaken === taken.has(operation) ? 1n : -1n
      booked.set(key, { ...known, amount: known.amount + sign * amount_posted })
    }
  }
  return [...booked.values()]
}

function isOfRefund({ subject }: TimelineItem): boolean {
  return subject.startsWith('ref_')
}

function operationOf({ subject, input }: TimelineItem, isTaken: boolean): string {
  if (subject.startsWith('cap_')) return 'capture'
  if (subject.startsWith('ref_')) return 'refund'
  if (subject.startsWith('out_')) return 'payout'
  if (isTaken) return 'charge'
  return input === 'dispute' ? 'dispute' : 'refund'
}

function railOf(code: string): string | undefined {
  return /^rails:([^:]+):clearing:/.exec(code)?.[1]
}

function add(one: Figure, other: Figure): Figure {
  return { count: one.count + other.count, amount: one.amount + other.amount }
}
