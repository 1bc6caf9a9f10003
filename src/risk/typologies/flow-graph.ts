import { LinkedList, type Timestamp } from '#kernel'
import { AccountFlows } from './account-flows.ts'
import type { SortedSide } from './sorted-side.ts'
import type { StoredTransfer } from './stored-transfer.ts'
import type { FlowTransfer } from './transfer.ts'

/** What the graph keeps at most. */
export type GraphBounds = {
  /** Transfers in all. Beyond it, the one that arrived first is dropped. */
  readonly transfersMax: number
  /** Transfers of one account in one direction. Beyond it, its oldest is dropped from that side. */
  readonly transfersPerSideMax: number
  /** Accounts without kept transfers. Beyond it, the one that is idle for longest is forgotten. */
  readonly idleAccountsMax: number
}

export type GraphTimes = {
  /** Transfers older than this, seen from the newest, are dropped. */
  readonly keepMicros: number
  /** Transfers that come later than this are not taken. */
  readonly lateMicros: number
  /** The shortest pause that any pattern asks for. */
  readonly pauseMinMicros: number
}

/** What was missed because of the bounds. */
export type GraphCounts = { droppedTransfers: number; droppedFromSides: number; forgottenAccounts: number }

export type Taking = 'taken' | 'repeated' | 'too_late' | 'to_itself'

/** After a long pause, old transfers are dropped by this many a transfer, so that no transfer waits for all of them. */
const dropsPerTransferMax = 32

/** The transfers of the longest window, by account, time and amount. */
export class FlowGraph {
  readonly counts: GraphCounts = { droppedTransfers: 0, droppedFromSides: 0, forgottenAccounts: 0 }
  /** The newest time, and the oldest. */
  newestAt: Timestamp = Number.NEGATIVE_INFINITY
  startedAt: Timestamp = Number.POSITIVE_INFINITY
  arrived = 0
  readonly #bounds: GraphBounds
  readonly #times: GraphTimes
  readonly #accounts = new Map<string, Map<string, AccountFlows>>()
  readonly #idle = new LinkedList<AccountFlows>()
  #idleCount = 0
  readonly #ids = new Set<string>()
  /** In the order of arrival, from `#first` on. */
  #queue: StoredTransfer[] = []
  #first = 0

  constructor(bounds: GraphBounds, times: GraphTimes) {
    this.#bounds = bounds
    this.#times = times
  }

  account({ asset }: { readonly asset: string }, account: string): AccountFlows | undefined {
    return this.#accounts.get(asset)?.get(account)
  }

  /** What would become of the transfer. */
  judge(transfer: FlowTransfer): Taking {
    if (transfer.source === transfer.destination) return 'to_itself'
    if (this.#ids.has(transfer.id)) return 'repeated'
    return transfer.at < this.newestAt - this.#times.lateMicros ? 'too_late' : 'taken'
  }

  /** Adds a transfer that is neither repeated nor too late, and drops what is too old or too much. */
  add(transfer: FlowTransfer): StoredTransfer {
    this.newestAt = Math.max(this.newestAt, transfer.at)
    this.startedAt = Math.min(this.startedAt, transfer.at)
    const source = this.#touched(transfer, transfer.source)
    const destination = this.#touched(transfer, transfer.destination)
    const stored: StoredTransfer = {
      id: transfer.id,
      at: transfer.at,
      source: source.account,
      destination: destination.account,
      amount: transfer.amount,
      asset: source.asset,
      order: this.arrived,
    }
    this.arrived += 1
    this.#push(stored)
    this.#insert(source.out, stored)
    this.#insert(destination.in, stored)
    this.#dropOld()
    return stored
  }

  /** All that is kept, in the order of arrival. */
  transfers(): readonly StoredTransfer[] {
    return this.#queue.slice(this.#first)
  }

  /** Those with transfers by name, then the idle ones in the order in which they became idle. */
  accounts(): readonly AccountFlows[] {
    const all = [...this.#accounts.values()].flatMap((accounts) => [...accounts.values()])
    const active = all.filter((flows) => !flows.isIdle).sort(byName)
    return [...active, ...this.#idle]
  }

  /** Puts back an account, before its transfers and in the order of `accounts`. */
  putAccount(flows: AccountFlows): void {
    this.#accountsOf(flows.asset).set(flows.account, flows)
    this.#pushIdle(flows)
  }

  /** Puts back a transfer, on the sides that still had it. */
  putTransfer(stored: StoredTransfer, sides: { readonly out: boolean; readonly in: boolean }): void {
    const source = this.account(stored, stored.source)
    const destination = this.account(stored, stored.destination)
    this.#push(stored)
    if (sides.out) source?.out.insert(stored)
    if (sides.in) destination?.in.insert(stored)
    for (const flows of [source, destination]) if (flows !== undefined && flows.kept > 0) this.#setActive(flows)
  }

  #push(stored: StoredTransfer): void {
    this.#ids.add(stored.id)
    this.#queue.push(stored)
  }

  #accountsOf(asset: string): Map<string, AccountFlows> {
    const known = this.#accounts.get(asset)
    if (known !== undefined) return known
    const created = new Map<string, AccountFlows>()
    this.#accounts.set(asset, created)
    return created
  }

  #touched({ asset, at }: FlowTransfer, account: string): AccountFlows {
    const accounts = this.#accountsOf(asset)
    const known = accounts.get(account)
    if (known !== undefined) {
      this.#setActive(known)
      known.touch({ at, pauseMin: this.#times.pauseMinMicros })
      return known
    }
    const created = new AccountFlows(account, { asset, firstAt: at })
    accounts.set(account, created)
    return created
  }

  #insert(side: SortedSide, stored: StoredTransfer): void {
    side.insert(stored)
    side.count += 1
    side.total += stored.amount
    if (side.kept <= this.#bounds.transfersPerSideMax) return
    side.remove(side.oldest as StoredTransfer)
    this.counts.droppedFromSides += 1
  }

  #dropOld(): void {
    const oldest = this.newestAt - this.#times.keepMicros
    for (let dropped = 0; dropped < dropsPerTransferMax; dropped += 1) {
      const stored = this.#queue[this.#first]
      if (stored === undefined) break
      const isOld = stored.at < oldest
      if (!isOld && this.#queue.length - this.#first <= this.#bounds.transfersMax) break
      if (!isOld) this.counts.droppedTransfers += 1
      this.#first += 1
      this.#ids.delete(stored.id)
      const source = this.account(stored, stored.source)
      const destination = this.account(stored, stored.destination)
      source?.out.remove(stored)
      destination?.in.remove(stored)
      for (const flows of [source, destination]) if (flows?.kept === 0) this.#setIdle(flows)
    }
    // The places of dropped transfers are given up by half of the queue at a time.
    if (this.#first < 1_024 || this.#first * 2 < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#first)
    this.#first = 0
  }

  #setActive(flows: AccountFlows): void {
    if (!flows.isIdle) return
    flows.isIdle = false
    this.#idle.remove(flows)
    this.#idleCount -= 1
  }

  #setIdle(flows: AccountFlows): void {
    if (flows.isIdle) return
    this.#pushIdle(flows)
    const forgotten = this.#idle.first
    if (this.#idleCount <= this.#bounds.idleAccountsMax || forgotten === undefined) return
    this.#setActive(forgotten)
    this.#accounts.get(forgotten.asset)?.delete(forgotten.account)
    this.counts.forgottenAccounts += 1
  }

  #pushIdle(flows: AccountFlows): void {
    flows.isIdle = true
    this.#idle.push(flows)
    this.#idleCount += 1
  }
}

function byName(one: AccountFlows, other: AccountFlows): number {
  if (one.asset !== other.asset) return one.asset < other.asset ? -1 : 1
  return one.account < other.account ? -1 : 1
}
