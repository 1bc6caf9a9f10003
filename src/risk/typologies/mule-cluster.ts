import { amountText } from '#kernel'
import type { AccountFlows } from './account-flows.ts'
import { excessOf, type Finder, type Match, microsPerSecond, type Search, totalOf } from './finder.ts'
import type { MuleClusterPattern } from './pattern.ts'
import type { Span } from './sorted-side.ts'
import type { StoredTransfer } from './stored-transfer.ts'
import { durationText } from './texts.ts'

/** Transfers that the search for one cluster looks at. */
const transfersVisitedMax = 2_000

/** Transfers of each account of a cluster, in each direction, that a finding counts. */
const transfersOfMemberMax = 20

/** Accounts of a cluster that one finding names. */
const accountsMax = 64

/** Finds groups of accounts through which money passed and that are connected, once money passes through another one. */
export function muleClusterFinder(pattern: MuleClusterPattern): Finder {
  return {
    pattern,
    find: (search) =>
      [search.transfer.source, search.transfer.destination].flatMap((account) => {
        const flows = search.graph.account(search.transfer, account)
        // Only what passed through with this very transfer can have made a cluster larger.
        const passedAt = flows?.passedAt.get(pattern.passThrough) ?? Number.NEGATIVE_INFINITY
        return flows === undefined || passedAt < search.transfer.at ? [] : clusterOf(pattern, search, flows)
      }),
  }
}

function clusterOf(pattern: MuleClusterPattern, search: Search, flows: AccountFlows): readonly Match[] {
  const withinMicros = pattern.withinSeconds * microsPerSecond
  const { at } = search.transfer
  const span = { from: at - withinMicros, to: at + withinMicros }
  const walk = new ClusterWalk(pattern, search, span)
  const members = walk.from(flows)
  if (walk.isCut) search.counts.cutSearches += 1
  if (members.length < pattern.accountsMin) return []
  const keys = members.flatMap((member) => member.clusters.get(pattern.id) ?? [])
  const key = keys.sort()[0] ?? (members.map(({ account }) => account).sort()[0] as string)
  for (const member of members) member.clusters.set(pattern.id, key)
  const subjects = members.map(({ account }) => account).sort()
  const transfers = transfersOf(members, span)
  const [first, last] = [transfers[0] as StoredTransfer, transfers.at(-1) as StoredTransfer]
  return [
    {
      key,
      subjects,
      transfers,
      excess: excessOf({ found: members.length, least: pattern.accountsMin }),
      facts: { accounts: members.length, transfers: transfers.length },
      explanation: `Money passed through ${members.length} connected accounts within ${durationText(last.at - first.at)}: ${subjects.join(', ')}; in all ${amountText(totalOf(transfers), flows.asset)} were moved.`,
    },
  ]
}

class ClusterWalk {
  readonly #pattern: MuleClusterPattern
  readonly #search: Search
  readonly #span: Span
  readonly #members = new Map<string, AccountFlows>()
  /** Accounts between two members that were looked at. */
  readonly #between = new Set<string>()
  #visited = 0

  constructor(pattern: MuleClusterPattern, search: Search, span: Span) {
    this.#pattern = pattern
    this.#search = search
    this.#span = span
  }

  get isCut(): boolean {
    return this.#visited >= transfersVisitedMax || this.#members.size >= accountsMax
  }

  from(flows: AccountFlows): readonly AccountFlows[] {
    this.#members.set(flows.account, flows)
    for (const member of this.#members.values()) {
      for (const account of this.#counterparties(member)) {
        if (this.isCut) break
        if (!this.#join(account)) this.#lookBeyond(account)
      }
    }
    return [...this.#members.values()]
  }

  #lookBeyond(account: string): void {
    if (this.#between.has(account)) return
    this.#between.add(account)
    const flows = this.#search.graph.account(this.#search.transfer, account)
    if (flows === undefined) return
    for (const other of this.#counterparties(flows)) {
      if (this.isCut) return
      this.#join(other)
    }
  }

  /** False for an account through which nothing passed. */
  #join(account: string): boolean {
    if (this.#members.has(account)) return true
    const flows = this.#search.graph.account(this.#search.transfer, account)
    const at = flows?.passedAt.get(this.#pattern.passThrough)
    if (flows === undefined || at === undefined || at < this.#span.from || at > this.#span.to) return false
    this.#members.set(account, flows)
    return true
  }

  /** None of a hub. */
  #counterparties(flows: AccountFlows): Set<string> {
    const found = new Set<string>()
    const count = flows.in.countBetween(this.#span) + flows.out.countBetween(this.#span)
    if (count > this.#pattern.hubTransfersMax) return found
    this.#visited += count
    for (const { source } of flows.in.between(this.#span, count)) found.add(source)
    for (const { destination } of flows.out.between(this.#span, count)) found.add(destination)
    return found
  }
}

function transfersOf(members: readonly AccountFlows[], span: Span): StoredTransfer[] {
  const transfers = new Set<StoredTransfer>()
  for (const member of members) {
    for (const transfer of member.in.between(span, transfersOfMemberMax)) transfers.add(transfer)
    for (const transfer of member.out.between(span, transfersOfMemberMax)) transfers.add(transfer)
  }
  return [...transfers].sort((one, other) => one.at - other.at || one.order - other.order)
}
