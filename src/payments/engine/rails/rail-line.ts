import { createQuotas, RoundRobin, type Taker } from '#kernel'
import { type LaneName, lanePolicies } from '#lanes'
import { isPast } from '#platform/deadlines'
import type { RailOutcome } from '#rails'
import type { PlannedCall } from '../handling/batch.ts'

/** `sinceMs`: by the clock of `performance`. `hasPlace`: it has one of the places that the books share. */
export type Waiting = { readonly call: PlannedCall; readonly sinceMs: number; readonly hasPlace: boolean }

type TenantCalls = { calls: Waiting[] }
type BookCalls = { readonly tenants: RoundRobin<number, TenantCalls> }
type LaneCalls = { readonly books: RoundRobin<number, BookCalls> }

/** Whether a book, and a vendor of it, may have another call under way. */
export type Allowed = {
  readonly book: (book: number) => boolean
  readonly vendor: (one: { readonly book: number; readonly vendor: number }) => boolean
}

/**
 * Lanes take turns by weight, the books of a lane by turns, and so do the vendors of a book. Books share the places.
 * A submission that has waited too long leaves the queue unsent, before its timer fires. An inquiry or reversal waits on:
 * its answer is as good later, and an attempt has only one of them queued. An operator's, which has no timer, needs no
 * place.
 */
export class RailLine {
  readonly #places: ReturnType<typeof createQuotas>
  readonly #lanes = new RoundRobin<LaneName, LaneCalls>(() => ({ books: newBooks() }))
  readonly #tenants = new Set<TenantCalls>()
  /** By book; none is zero. */
  readonly #queued = new Map<number, number>()
  readonly #inquiries = new Set<string>()
  #length = 0

  constructor(max: number) {
    this.#places = createQuotas(max)
  }

  get length(): number {
    return this.#length
  }

  /** Whether the call's own book has too many queued calls: more than its equal part of `max`. */
  isLong({ attempt: { book } }: PlannedCall, max: number): boolean {
    return this.length >= max && (this.#queued.get(book) ?? 0) * this.#queued.size >= max
  }

  /** False when the book has no place for it. */
  push(call: PlannedCall, nowMs: number): boolean {
    const { book, id } = call.attempt
    if (call.ask !== 'submit' && this.#inquiries.has(id)) return true
    const hasPlace = this.#places.take(takerOf(call), 1)
    if (!hasPlace && call.isByHand !== true) return false
    if (call.ask !== 'submit') this.#inquiries.add(id)
    const { lane = 'standard', vendor = 0 } = call
    const own = this.#lanes.join(lane).books.join(book).tenants.join(vendor)
    own.calls.push({ call, sinceMs: nowMs, hasPlace })
    this.#tenants.add(own)
    this.#queued.set(book, (this.#queued.get(book) ?? 0) + 1)
    this.#length += 1
    return true
  }

  take(allowed: Allowed): Waiting | undefined {
    return takeTurn(this.#lanes, costOf, ({ books }) =>
      takeTurn(books, one, ({ tenants }, book) => {
        if (!allowed.book(book)) return noTurn(tenants)
        return takeTurn(tenants, one, (own, vendor) =>
          own.calls.length > 0 && !allowed.vendor({ book, vendor }) ? { waitsOn: true } : this.#first(own),
        )
      }),
    ).found
  }

  takeStale(untilMsOf: (call: PlannedCall) => number): PlannedCall[] {
    const stale: PlannedCall[] = []
    for (const own of this.#tenants) {
      const left = new Set(own.calls.filter((waiting) => isStale(waiting, untilMsOf(waiting.call))))
      if (left.size === 0) continue
      for (const waiting of left) {
        this.#leave(waiting)
        stale.push(waiting.call)
      }
      own.calls = own.calls.filter((waiting) => !left.has(waiting))
      // The turn is skipped when it comes.
      if (own.calls.length === 0) this.#tenants.delete(own)
    }
    return stale
  }

  #first(own: TenantCalls): Turn {
    const found = own.calls.shift()
    if (own.calls.length === 0) this.#tenants.delete(own)
    if (found === undefined) return { waitsOn: false }
    this.#leave(found)
    return { found, waitsOn: own.calls.length > 0 }
  }

  #leave({ call, hasPlace }: Waiting): void {
    const { book, id } = call.attempt
    if (hasPlace) this.#places.release(takerOf(call), 1)
    if (call.ask !== 'submit') this.#inquiries.delete(id)
    const left = (this.#queued.get(book) ?? 0) - 1
    if (left === 0) this.#queued.delete(book)
    else this.#queued.set(book, left)
    this.#length -= 1
  }
}

export function isStale({ call, sinceMs }: Waiting, untilMs: number): boolean {
  return call.ask === 'submit' && (sinceMs <= untilMs || isPast(call.untilMs))
}

/** Of a submission that leaves the queue. After its deadline, it is not submitted again either. */
export function unsentOutcome({ attempt: { inquiries }, untilMs }: PlannedCall): RailOutcome {
  if (isPast(untilMs)) return { kind: 'unavailable', why: 'its deadline had passed', isLate: true }
  return { kind: 'unavailable', why: 'it waited in line', unsent: { inquiries } }
}

function takerOf({ attempt: { book }, vendor = 0 }: PlannedCall): Taker {
  return { group: book, sender: `${book} ${vendor}` }
}

function newBooks(): RoundRobin<number, BookCalls> {
  return new RoundRobin(() => ({ tenants: new RoundRobin(() => ({ calls: [] })) }))
}

/** `waitsOn`: it has queued calls, or may have. */
type Turn = { readonly found?: Waiting; readonly waitsOn: boolean }

const one = () => 1
const costOf = (lane: LaneName) => 1 / lanePolicies[lane].weight

function noTurn(tenants: RoundRobin<number, TenantCalls>): Turn {
  return { waitsOn: tenants.waiting > 0 }
}

/** Those before the first with a call that is allowed are passed over, and keep their turns. */
function takeTurn<Name extends string | number, Item>(
  rotation: RoundRobin<Name, Item>,
  cost: (name: Name) => number,
  look: (item: Item, name: Name) => Turn,
): Turn {
  const passed: (() => void)[] = []
  let found: Waiting | undefined
  while (found === undefined) {
    const [item, name] = [rotation.first(), rotation.firstName()]
    if (item === undefined || name === undefined) break
    const turn = look(item, name)
    found = turn.found
    if (found === undefined && turn.waitsOn) passed.push(rotation.passOver())
    else rotation.serve(found === undefined ? 0 : cost(name), turn.waitsOn)
  }
  for (const goBack of passed) goBack()
  return { ...(found && { found }), waitsOn: rotation.waiting > 0 }
}
