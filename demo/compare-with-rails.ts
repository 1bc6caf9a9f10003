import type { TimelineItem } from '@munim/sdk'
import type { RailTotal } from './demo-rails.ts'

export type Total = { readonly count: number; readonly amount: bigint }

export type ComparedOperation = {
  readonly rail: string
  readonly operation: string
  readonly asset: string
  readonly railSays: Total
  readonly booksSay: Total
}

/** The net amount: taken less given by the rail's records, and the balance of its clearing account. */
export type ComparedRail = {
  readonly rail: string
  readonly asset: string
  readonly railSays: bigint
  readonly booksSay: bigint
}

const taken: ReadonlySet<string> = new Set(['charge', 'capture', 'refund_return', 'payout_return'])
const given: ReadonlySet<string> = new Set(['refund', 'payout', 'dispute', 'charge_return', 'capture_return'])

export const clearingAccount = ({ rail, asset }: { readonly rail: string; readonly asset: string }) =>
  `rails:${rail}:clearing:${asset}`

/** Operations that move no money (holding, releasing) are not in the books. */
export function compareOperations(
  totals: readonly RailTotal[],
  timelines: readonly (readonly TimelineItem[])[],
): readonly ComparedOperation[] {
  const rows = new Map<string, ComparedOperation>()
  const nothing: Total = { count: 0, amount: 0n }
  const row = ({ rail, operation, asset }: Pick<ComparedOperation, 'rail' | 'operation' | 'asset'>) => {
    const key = [rail, asset, operation].join(' ')
    const known = rows.get(key) ?? { rail, operation, asset, railSays: nothing, booksSay: nothing }
    return { known, set: (changed: ComparedOperation) => rows.set(key, changed) }
  }
  for (const { rail, operation, asset, status, count, amount } of totals) {
    if (status !== 'succeeded' || !(taken.has(operation) || given.has(operation))) continue
    const { known, set } = row({ rail, operation, asset })
    set({ ...known, railSays: add(known.railSays, { count, amount }) })
  }
  for (const { rail, operation, asset, ...total } of timelines.flatMap(bookedOperations)) {
    const { known, set } = row({ rail, operation, asset })
    set({ ...known, booksSay: add(known.booksSay, total) })
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, compared]) => compared)
}

/** Compares each rail's net amount with its clearing account, whose balance is the same amount below zero. */
export function compareRails(
  totals: readonly RailTotal[],
  balances: ReadonlyMap<string, bigint>,
): readonly ComparedRail[] {
  const nets = new Map<string, ComparedRail>()
  for (const { rail, operation, asset, status, amount } of totals) {
    const sign = taken.has(operation) ? 1n : given.has(operation) ? -1n : 0n
    if (status !== 'succeeded' || sign === 0n) continue
    const key = `${rail} ${asset}`
    const booksSay = -(balances.get(clearingAccount({ rail, asset })) ?? 0n)
    const known = nets.get(key) ?? { rail, asset, railSays: 0n, booksSay }
    nets.set(key, { ...known, railSays: known.railSays + sign * amount })
  }
  return [...nets].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, compared]) => compared)
}

export function isEqual(operations: readonly ComparedOperation[], rails: readonly ComparedRail[]): boolean {
  const alike = operations.every(
    ({ railSays, booksSay }) => railSays.count === booksSay.count && railSays.amount === booksSay.amount,
  )
  return alike && rails.every(({ railSays, booksSay }) => railSays === booksSay)
}

type Booked = Total & { readonly rail: string; readonly operation: string; readonly asset: string }

/**
 * Both the step that makes a hold and the step that posts it name the hold, which counts once. A refund comes first, as
 * Munim may begin one in a step of the payment.
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
      // A payment may be charged twice, or disputed in parts, and a dispute be opened and won at the same moment. Any
      // other operation is done once under its id.
      const key = [item.subject, operation, ...(item.subject.startsWith('pay_') ? [item.at, isTaken] : [])].join(' ')
      // A dispute that is won returns its money, and is then none of those that took some.
      const count = operation === 'dispute' && isTaken ? -1 : 1
      const known = booked.get(key) ?? { rail, operation, asset, count, amount: 0n }
      const sign = isTaken === taken.has(operation) ? 1n : -1n
      booked.set(key, { ...known, amount: known.amount + sign * amount_posted })
    }
  }
  return [...booked.values()]
}

function isOfRefund({ subject }: TimelineItem): boolean {
  return subject.startsWith('ref_')
}

function operationOf(item: TimelineItem, isTaken: boolean): string {
  const { input, ...step } = item
  // Money of the operation came back, and moved the other way.
  return input === 'returned' ? `${operationOf({ ...step, input: null }, !isTaken)}_return` : madeBy(item, isTaken)
}

function madeBy({ subject, input }: TimelineItem, isTaken: boolean): string {
  if (subject.startsWith('cap_')) return 'capture'
  if (subject.startsWith('ref_')) return 'refund'
  if (subject.startsWith('out_')) return 'payout'
  if (input === 'dispute') return 'dispute'
  return isTaken ? 'charge' : 'refund'
}

function railOf(code: string): string | undefined {
  return /^rails:([^:]+):clearing:/.exec(code)?.[1]
}

function add(one: Total, other: Total): Total {
  return { count: one.count + other.count, amount: one.amount + other.amount }
}
