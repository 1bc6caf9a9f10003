import type { Timestamp } from '#kernel'
import { AccountFlows } from './account-flows.ts'
import type { Alert } from './alert-book.ts'
import type { PatternCounts } from './finder.ts'
import type { OpenFinding, OpenFindings } from './finding-book.ts'
import type { FlowGraph, GraphCounts } from './flow-graph.ts'
import type { Peak } from './peak.ts'
import { type TransferRow, transferOfRow, transferRow } from './transfer.ts'

/** All that a detector remembers, as JSON. */
export type DetectorState = {
  readonly version: 1
  /** Null before the first transfer. */
  readonly startedAt: Timestamp | null
  readonly newestAt: Timestamp | null
  readonly arrived: number
  readonly accounts: readonly AccountRow[]
  /** In the order of arrival, after the accounts. */
  readonly transfers: readonly StoredRow[]
  readonly open: readonly OpenRow[]
  readonly alerts: readonly Alert[]
  readonly counts: DetectorCounts
}

export type DetectorCounts = {
  readonly taken: number
  readonly repeated: number
  readonly tooLate: number
  readonly toItself: number
  readonly forgottenFindings: number
  readonly forgottenAlerts: number
  readonly fullAlerts: number
  readonly graph: GraphCounts
  /** By the id of the pattern. */
  readonly patterns: Readonly<Record<string, PatternCounts>>
}

type SideRow = { readonly count: number; readonly total: string }

type AccountRow = {
  readonly account: string
  readonly asset: string
  readonly firstAt: Timestamp
  readonly lastAt: Timestamp
  readonly out: SideRow
  readonly in: SideRow
  readonly wake?: { readonly idleFrom: Timestamp; readonly at: Timestamp; readonly usual: string }
  readonly peaks?: Readonly<Record<string, Peak>>
  readonly passedAt?: Readonly<Record<string, Timestamp>>
  readonly clusters?: Readonly<Record<string, string>>
}

/** A transfer, its order, and on which sides it is still kept. */
type StoredRow = readonly [...TransferRow, number, 'both' | 'out' | 'in' | 'none']

type OpenRow = readonly [string, Omit<OpenFinding, 'total'> & { readonly total: string }]

export function graphState(graph: FlowGraph): Pick<DetectorState, 'accounts' | 'transfers'> {
  return {
    accounts: graph.accounts().map(accountRow),
    transfers: graph.transfers().map((stored) => {
      const isOut = graph.account(stored, stored.source)?.out.has(stored) === true
      const isIn = graph.account(stored, stored.destination)?.in.has(stored) === true
      const kept = isOut ? (isIn ? 'both' : 'out') : isIn ? 'in' : 'none'
      return [...transferRow(stored), stored.order, kept]
    }),
  }
}

export function putGraphState(graph: FlowGraph, state: DetectorState): void {
  graph.startedAt = state.startedAt ?? graph.startedAt
  graph.newestAt = state.newestAt ?? graph.newestAt
  graph.arrived = state.arrived
  Object.assign(graph.counts, state.counts.graph)
  for (const row of state.accounts) graph.putAccount(flowsOf(row))
  for (const [id, at, source, destination, amount, asset, order, kept] of state.transfers) {
    graph.putTransfer(
      { ...transferOfRow([id, at, source, destination, amount, asset]), order },
      { out: kept === 'both' || kept === 'out', in: kept === 'both' || kept === 'in' },
    )
  }
}

export function openRows(open: OpenFindings): OpenRow[] {
  return [...open].map(([key, finding]) => [key, { ...finding, total: finding.total.toString() }])
}

export function openOfRows(rows: readonly OpenRow[]): Map<string, OpenFinding> {
  return new Map(rows.map(([key, finding]) => [key, { ...finding, total: BigInt(finding.total) }]))
}

function accountRow(flows: AccountFlows): AccountRow {
  const { account, asset, firstAt, lastAt, wake, peaks, passedAt, clusters } = flows
  return {
    account,
    asset,
    firstAt,
    lastAt,
    out: { count: flows.out.count, total: flows.out.total.toString() },
    in: { count: flows.in.count, total: flows.in.total.toString() },
    ...(wake !== undefined && { wake: { ...wake, usual: wake.usual.toString() } }),
    ...(peaks.size > 0 && { peaks: Object.fromEntries(peaks) }),
    ...(passedAt.size > 0 && { passedAt: Object.fromEntries(passedAt) }),
    ...(clusters.size > 0 && { clusters: Object.fromEntries(clusters) }),
  }
}

function flowsOf(row: AccountRow): AccountFlows {
  const flows = new AccountFlows(row.account, { asset: row.asset, firstAt: row.firstAt })
  flows.lastAt = row.lastAt
  flows.out.count = row.out.count
  flows.out.total = BigInt(row.out.total)
  flows.in.count = row.in.count
  flows.in.total = BigInt(row.in.total)
  if (row.wake !== undefined) flows.wake = { ...row.wake, usual: BigInt(row.wake.usual) }
  for (const [pattern, peak] of Object.entries(row.peaks ?? {})) flows.peaks.set(pattern, peak)
  for (const [pattern, at] of Object.entries(row.passedAt ?? {})) flows.passedAt.set(pattern, at)
  for (const [pattern, key] of Object.entries(row.clusters ?? {})) flows.clusters.set(pattern, key)
  return flows
}
