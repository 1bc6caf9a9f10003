import type { Timestamp } from '#kernel'
import type { StoredTransfer } from './stored-transfer.ts'

type Order = (one: StoredTransfer, other: StoredTransfer) => number

const byTime: Order = (one, other) => one.at - other.at || one.order - other.order

const byAmount: Order = (one, other) =>
  one.amount === other.amount ? byTime(one, other) : one.amount < other.amount ? -1 : 1

const leftMax = 64

/** The transfers of an account in one direction, by time and by amount, and what it ever had in that direction. */
export class SortedSide {
  readonly #byTime: StoredTransfer[] = []
  readonly #byAmount: StoredTransfer[] = []
  /** Of all time, also of those that are no longer kept. */
  count = 0
  total = 0n

  get kept(): number {
    return this.#byTime.length
  }

  get oldest(): StoredTransfer | undefined {
    return this.#byTime[0]
  }

  /**
   * The mean of all amounts ever, rounded down, without the kept ones of a range that `leaves` names, of which `leftMax`
   * are looked at. Undefined when nothing else is known.
   */
  meanWithout(
    { least, most }: { readonly least: bigint; readonly most: bigint },
    leaves: (transfer: StoredTransfer) => boolean,
  ): bigint | undefined {
    let { count, total } = this
    let left = leftMax
    for (const transfer of this.fromAmount(least)) {
      if (transfer.amount > most || left === 0) break
      left -= 1
      if (!leaves(transfer)) continue
      count -= 1
      total -= transfer.amount
    }
    return count === 0 ? undefined : total / BigInt(count)
  }

  insert(transfer: StoredTransfer): void {
    insertInto(this.#byTime, transfer, byTime)
    insertInto(this.#byAmount, transfer, byAmount)
  }

  /** False when the transfer is no longer kept here. */
  remove(transfer: StoredTransfer): boolean {
    return removeFrom(this.#byTime, transfer, byTime) && removeFrom(this.#byAmount, transfer, byAmount)
  }

  has(transfer: StoredTransfer): boolean {
    return this.#byTime[placeOf(this.#byTime, transfer, byTime)] === transfer
  }

  /** How many there are from one time to another, both included. */
  countBetween({ from, to }: Span): number {
    return firstAfter(this.#byTime, to) - firstFrom(this.#byTime, from)
  }

  /** Those from one time to another, both included, oldest first; of too many the latest `most`. */
  between({ from, to }: Span, most: number): readonly StoredTransfer[] {
    const end = firstAfter(this.#byTime, to)
    return this.#byTime.slice(Math.max(firstFrom(this.#byTime, from), end - most), end)
  }

  /** Those of at least the amount, smallest first. */
  *fromAmount(amount: bigint): Generator<StoredTransfer, void> {
    let low = 0
    let high = this.#byAmount.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#byAmount[middle] as StoredTransfer).amount < amount) low = middle + 1
      else high = middle
    }
    for (let at = low; at < this.#byAmount.length; at += 1) yield this.#byAmount[at] as StoredTransfer
  }
}

export type Span = { readonly from: Timestamp; readonly to: Timestamp }

function placeOf(sorted: readonly StoredTransfer[], transfer: StoredTransfer, order: Order): number {
  const last = sorted.at(-1)
  if (last === undefined || order(last, transfer) < 0) return sorted.length
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (order(sorted[middle] as StoredTransfer, transfer) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function insertInto(sorted: StoredTransfer[], transfer: StoredTransfer, order: Order): void {
  const place = placeOf(sorted, transfer, order)
  if (place === sorted.length) sorted.push(transfer)
  else sorted.splice(place, 0, transfer)
}

function removeFrom(sorted: StoredTransfer[], transfer: StoredTransfer, order: Order): boolean {
  if (sorted[0] === transfer) {
    sorted.shift()
    return true
  }
  const place = placeOf(sorted, transfer, order)
  if (sorted[place] !== transfer) return false
  sorted.splice(place, 1)
  return true
}

function firstFrom(sorted: readonly StoredTransfer[], time: Timestamp): number {
  return firstWhere(sorted, (transfer) => transfer.at >= time)
}

function firstAfter(sorted: readonly StoredTransfer[], time: Timestamp): number {
  const last = sorted.at(-1)
  if (last === undefined || last.at <= time) return sorted.length
  return firstWhere(sorted, (transfer) => transfer.at > time)
}

function firstWhere(sorted: readonly StoredTransfer[], isPast: (transfer: StoredTransfer) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isPast(sorted[middle] as StoredTransfer)) high = middle
    else low = middle + 1
  }
  return low
}
