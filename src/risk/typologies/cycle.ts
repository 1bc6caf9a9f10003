import { amountText, minorMax, type Timestamp } from '#kernel'
import { basis, excessOf, type Finder, type Match, microsPerSecond, type Search } from './finder.ts'
import type { CyclePattern } from './pattern.ts'
import type { StoredTransfer } from './stored-transfer.ts'
import { durationText } from './texts.ts'

/** Transfers that the search for one pattern looks at for one transfer. Beyond it the search ends, and is counted. */
const transfersVisitedMax = 2_000

/** Cycles that one transfer may close. */
const cyclesMax = 32

/** What the hops so far leave open to the others: the amounts and times that still fit. */
type Range = { readonly least: bigint; readonly most: bigint; readonly first: Timestamp; readonly last: Timestamp }

/**
 * Finds every cycle that the transfer closes: paths from its destination back to its source. The accounts one and two
 * hops before the source are found first, so that the search forward is at most half of the way wide. Only transfers
 * of a fitting amount are looked at, by an index.
 */
export function cycleFinder(pattern: CyclePattern): Finder {
  const amountMin = BigInt(pattern.amountMin ?? 1)
  return {
    pattern,
    find: (search) => {
      const { transfer, graph } = search
      if (transfer.amount < amountMin) return []
      const isOpen = (graph.account(transfer, transfer.destination)?.out.kept ?? 0) > 0
      const canReturn = (graph.account(transfer, transfer.source)?.in.kept ?? 0) > 0
      return isOpen && canReturn ? new CycleSearch(pattern, search).run() : []
    },
  }
}

class CycleSearch {
  readonly #pattern: CyclePattern
  readonly #search: Search
  readonly #band: bigint
  readonly #withinMicros: number
  readonly #amountMin: bigint
  readonly #found = new Map<string, Match>()
  /** Hops into the source, by the account that they leave; and accounts two hops before the source. */
  readonly #lastHops = new Map<string, StoredTransfer[]>()
  readonly #nearSource = new Set<string>()
  #isNearKnown = false
  readonly #hops: StoredTransfer[]
  #visited = 0

  constructor(pattern: CyclePattern, search: Search) {
    this.#pattern = pattern
    this.#search = search
    this.#band = BigInt(basis - pattern.bandBps)
    this.#withinMicros = pattern.withinSeconds * microsPerSecond
    this.#amountMin = BigInt(pattern.amountMin ?? 1)
    this.#hops = [search.transfer]
  }

  run(): readonly Match[] {
    const { source, destination } = this.#search.transfer
    const range = this.#range()
    if (this.#fitting(destination, { side: 'out', range }).next().done) return []
    for (const hop of this.#fitting(source, { side: 'in', range })) {
      const hops = this.#lastHops.get(hop.source)
      if (hops === undefined) this.#lastHops.set(hop.source, [hop])
      else hops.push(hop)
    }
    if (this.#lastHops.size === 0) return []
    this.#lookTwoHopsBack(range)
    this.#forward(destination, 0)
    if (this.#isExhausted) this.#search.counts.cutSearches += 1
    return [...this.#found.values()]
  }

  /** Spends at most half of the visits. Without an end, the search forward goes without what was found. */
  #lookTwoHopsBack(range: Range): void {
    if (this.#pattern.hopsMax <= 3) return
    for (const account of this.#lastHops.keys()) {
      for (const hop of this.#fitting(account, { side: 'in', range })) {
        if (this.#visited > transfersVisitedMax / 2) return
        this.#nearSource.add(hop.source)
      }
    }
    this.#isNearKnown = true
  }

  #leadsBackInTwo(account: string): boolean {
    return !this.#isNearKnown || this.#nearSource.has(account)
  }

  get #isExhausted(): boolean {
    return this.#visited >= transfersVisitedMax || this.#found.size >= cyclesMax
  }

  #forward(account: string, descents: number): void {
    const length = this.#hops.length
    if (length + 1 >= this.#pattern.hopsMin) this.#close(account, descents)
    // One more hop, and at least one that closes the cycle.
    const left = this.#pattern.hopsMax - length
    if (left < 2 || (left === 2 && !this.#leadsBackInTwo(account))) return
    for (const hop of this.#fitting(account, { side: 'out', range: this.#range() })) {
      if (this.#isVisited(hop.destination)) continue
      if (left === 2 && !this.#lastHops.has(hop.destination)) continue
      const after = descents + this.#descent(hop)
      if (after > 1) continue
      this.#hops.push(hop)
      this.#forward(hop.destination, after)
      this.#hops.pop()
    }
  }

  #close(account: string, descents: number): void {
    const lastHops = this.#lastHops.get(account)
    if (lastHops === undefined) return
    const range = this.#range()
    for (const hop of lastHops) {
      if (this.#isExhausted) return
      this.#visited += 1
      const fits =
        hop.amount >= range.least && hop.amount <= range.most && hop.at >= range.first && hop.at <= range.last
      if (!fits) continue
      // The closing transfer follows the last hop.
      const around = this.#isOrdered && this.#search.transfer.at < hop.at ? 1 : 0
      if (descents + this.#descent(hop) + around > 1) continue
      const key = keyOf([...this.#hops, hop])
      if (!this.#found.has(key)) this.#found.set(key, this.#matchOf(key, [...this.#hops, hop]))
      return
    }
  }

  get #isOrdered(): boolean {
    return this.#pattern.order === 'time'
  }

  /** Hops in order of time are earlier than the hop before them once around the cycle, where it begins. */
  #descent(hop: StoredTransfer): number {
    return this.#isOrdered && hop.at < (this.#hops.at(-1) as StoredTransfer).at ? 1 : 0
  }

  #isVisited(account: string): boolean {
    return this.#hops.some(({ source }) => source === account)
  }

  #range(): Range {
    let least = this.#search.transfer.amount
    let most = least
    let first = this.#search.transfer.at
    let last = first
    for (const { amount, at } of this.#hops) {
      if (amount < least) least = amount
      if (amount > most) most = amount
      if (at < first) first = at
      if (at > last) last = at
    }
    const lower = (most * this.#band + BigInt(basis - 1)) / BigInt(basis)
    return {
      least: lower < this.#amountMin ? this.#amountMin : lower,
      most: this.#band === 0n ? minorMax : (least * BigInt(basis)) / this.#band,
      first: last - this.#withinMicros,
      last: first + this.#withinMicros,
    }
  }

  *#fitting(
    account: string,
    { side, range }: { readonly side: 'in' | 'out'; readonly range: Range },
  ): Generator<StoredTransfer, void> {
    const flows = this.#search.graph.account(this.#search.transfer, account)
    if (flows === undefined) return
    let before: StoredTransfer | undefined
    for (const hop of flows[side].fromAmount(range.least)) {
      if (hop.amount > range.most || this.#isExhausted) return
      this.#visited += 1
      if (hop.at < range.first || hop.at > range.last) continue
      if (before !== undefined && isAlike(before, hop)) continue
      before = hop
      yield hop
    }
  }

  #matchOf(key: string, hops: readonly StoredTransfer[]): Match {
    const transfers = inOrderOfTime(hops, this.#isOrdered)
    const [first, last] = [transfers[0] as StoredTransfer, transfers.at(-1) as StoredTransfer]
    const times = hops.map(({ at }) => at)
    const took = Math.max(...times) - Math.min(...times)
    const accounts = transfers.map(({ source }) => source)
    return {
      key,
      subjects: accounts,
      transfers,
      excess: excessOf({ found: hops.length, least: this.#pattern.hopsMin }),
      facts: { hops: hops.length, first_amount: first.amount.toString(), last_amount: last.amount.toString() },
      explanation: `${amountText(first.amount, first.asset)} left ${first.source} and ${amountText(last.amount, last.asset)} came back over ${hops.length} hops within ${durationText(took)}: ${[...accounts, first.source].join(' → ')}.`,
    }
  }
}

/** From one transfer to the next, nothing that the search could tell apart. */
function isAlike(one: StoredTransfer, other: StoredTransfer): boolean {
  return (
    one.amount === other.amount &&
    one.at === other.at &&
    one.source === other.source &&
    one.destination === other.destination
  )
}

/** The accounts along the cycle, from the one that is first in order. */
function keyOf(hops: readonly StoredTransfer[]): string {
  const accounts = hops.map(({ source }) => source)
  let start = 0
  for (const [at, account] of accounts.entries()) if (account < (accounts[start] as string)) start = at
  return JSON.stringify([...accounts.slice(start), ...accounts.slice(0, start)])
}

/** The hops from where the cycle begins: after its latest hop, or for hops of any order from the earliest. */
function inOrderOfTime(hops: readonly StoredTransfer[], isOrdered: boolean): StoredTransfer[] {
  const isStart = (at: number) => {
    const before = hops[(at + hops.length - 1) % hops.length] as StoredTransfer
    return before.at > (hops[at] as StoredTransfer).at
  }
  const earliest = Math.min(...hops.map(({ at }) => at))
  const indexes = hops.map((_, at) => at)
  // With equal times throughout, the closing transfer, which is the first of the list, is the last hop.
  const start = isOrdered
    ? (indexes.find(isStart) ?? 1)
    : (indexes.find((at) => (hops[at] as StoredTransfer).at === earliest) ?? 0)
  return [...hops.slice(start), ...hops.slice(0, start)]
}
