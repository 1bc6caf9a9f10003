import { assert } from '#kernel'
import { AlertBook, type AlertBounds, type AlertChange } from './alert-book.ts'
import { cycleFinder } from './cycle.ts'
import {
  type DetectorCounts,
  type DetectorState,
  graphState,
  openOfRows,
  openRows,
  putGraphState,
} from './detector-state.ts'
import { dormantWokenFinder } from './dormant-woken.ts'
import { fanFinder } from './fan.ts'
import { type Finder, microsPerSecond, type PatternCounts } from './finder.ts'
import type { Finding } from './finding.ts'
import { FindingBook } from './finding-book.ts'
import { FlowGraph, type GraphBounds, type Taking } from './flow-graph.ts'
import { muleClusterFinder } from './mule-cluster.ts'
import { passThroughFinder } from './pass-through.ts'
import { type Pattern, patternProblems } from './pattern.ts'
import { roundAmountsFinder } from './round-amounts.ts'
import { structuringFinder } from './structuring.ts'
import type { FlowTransfer } from './transfer.ts'

export type DetectorSettings = {
  readonly patterns: readonly Pattern[]
  /** Transfers may arrive this much later than the newest one. */
  readonly lateSeconds: number
  readonly bounds: DetectorBounds
}

export type DetectorBounds = GraphBounds &
  AlertBounds & {
    /** Findings that are remembered so that they are not found twice. */
    readonly findingsMax: number
    /** An account with more kept transfers joins no alerts: findings on both of its sides need not belong together. */
    readonly joiningTransfersMax: number
  }

export const defaultBounds: DetectorBounds = {
  transfersMax: 500_000,
  transfersPerSideMax: 4_096,
  idleAccountsMax: 500_000,
  alertsMax: 100_000,
  accountsPerAlertMax: 200,
  quietMicros: 30 * 86_400 * microsPerSecond,
  findingsMax: 100_000,
  joiningTransfersMax: 1_000,
}

export type Observation = {
  /** Only of a taken transfer there can be findings. */
  readonly taking: Taking
  readonly findings: readonly { readonly finding: Finding; readonly alert: AlertChange }[]
}

/** Finds what the patterns describe, on a stream of booked transfers. Deterministic: the same stream, the same findings. */
export type Detector = {
  readonly observe: (transfer: FlowTransfer) => Observation
  /** Ends an alert when its case was closed. */
  readonly closeAlert: (id: string) => void
  readonly counts: () => DetectorCounts
  /** All that it remembers; `createDetector` with the same settings goes on from there. */
  readonly state: () => DetectorState
}

export function createDetector(settings: DetectorSettings, state?: DetectorState): Detector {
  const { patterns, bounds } = settings
  const problems = patternProblems(patterns)
  assert(problems.length === 0, problems.join('; '))
  const graph = new FlowGraph(bounds, timesOf(settings))
  const findings = new FindingBook(bounds.findingsMax, openOfRows(state?.open ?? []))
  const alerts = new AlertBook(bounds, state?.alerts ?? [])
  const searches = inOrder(patterns).map((pattern) => ({ finder: finderOf(pattern), counts: countsOf(pattern, state) }))
  const takings = { ...noTakings, ...takingsOf(state) }
  if (state !== undefined) {
    putGraphState(graph, state)
    findings.forgotten = state.counts.forgottenFindings
    alerts.forgotten = state.counts.forgottenAlerts
    alerts.full = state.counts.fullAlerts
  }

  const counts = (): DetectorCounts => ({
    taken: takings.taken,
    repeated: takings.repeated,
    tooLate: takings.too_late,
    toItself: takings.to_itself,
    forgottenFindings: findings.forgotten,
    forgottenAlerts: alerts.forgotten,
    fullAlerts: alerts.full,
    graph: { ...graph.counts },
    patterns: Object.fromEntries(searches.map(({ finder, counts: found }) => [finder.pattern.id, { ...found }])),
  })

  const joiningAccounts = ({ asset, subjects }: Finding) => {
    const quiet = subjects.filter(
      (account) => (graph.account({ asset }, account)?.kept ?? 0) <= bounds.joiningTransfersMax,
    )
    return quiet.length > 0 ? quiet : subjects.slice(0, 1)
  }

  return {
    observe: (transfer) => {
      assert(transfer.amount > 0n, 'the amount of a transfer must be positive')
      const taking = graph.judge(transfer)
      takings[taking] += 1
      if (taking !== 'taken') return { taking, findings: [] }
      const stored = graph.add(transfer)
      const found: { finding: Finding; alert: AlertChange }[] = []
      for (const { finder, counts: patternCounts } of searches) {
        const { pattern } = finder
        if (pattern.asset !== undefined && pattern.asset !== stored.asset) continue
        for (const [number, match] of finder.find({ graph, transfer: stored, counts: patternCounts }).entries()) {
          const finding = findings.report(match, { pattern, closing: stored, number })
          if (finding !== undefined) found.push({ finding, alert: alerts.add(finding, joiningAccounts(finding)) })
        }
      }
      return { taking, findings: found }
    },
    closeAlert: (id) => alerts.close(id),
    counts,
    state: () => ({
      version: 1,
      startedAt: Number.isFinite(graph.startedAt) ? graph.startedAt : null,
      newestAt: Number.isFinite(graph.newestAt) ? graph.newestAt : null,
      arrived: graph.arrived,
      ...graphState(graph),
      open: openRows(findings.open),
      alerts: alerts.alerts,
      counts: counts(),
    }),
  }
}

const noTakings: Readonly<Record<Taking, number>> = { taken: 0, repeated: 0, too_late: 0, to_itself: 0 }

function takingsOf(state: DetectorState | undefined): Partial<Record<Taking, number>> {
  if (state === undefined) return {}
  const { taken, repeated, tooLate, toItself } = state.counts
  return { taken, repeated, too_late: tooLate, to_itself: toItself }
}

function timesOf({ patterns, lateSeconds }: DetectorSettings) {
  const longest = Math.max(0, ...patterns.map(({ withinSeconds }) => withinSeconds))
  const pauses = patterns.flatMap((pattern) => (pattern.kind === 'dormant_woken' ? pattern.idleSeconds : []))
  return {
    keepMicros: (longest + lateSeconds) * microsPerSecond,
    lateMicros: lateSeconds * microsPerSecond,
    pauseMinMicros: Math.min(Number.MAX_SAFE_INTEGER, ...pauses.map((seconds) => seconds * microsPerSecond)),
  }
}

/** Clusters are made of what passed through. */
function inOrder(patterns: readonly Pattern[]): readonly Pattern[] {
  const isCluster = ({ kind }: Pattern) => kind === 'mule_cluster'
  return [...patterns.filter((pattern) => !isCluster(pattern)), ...patterns.filter(isCluster)]
}

function countsOf({ id }: Pattern, state: DetectorState | undefined): PatternCounts {
  return { cutSearches: 0, skippedHubs: 0, ...state?.counts.patterns[id] }
}

function finderOf(pattern: Pattern): Finder {
  switch (pattern.kind) {
    case 'cycle':
      return cycleFinder(pattern)
    case 'fan_in':
    case 'fan_out':
      return fanFinder(pattern)
    case 'structuring':
      return structuringFinder(pattern)
    case 'pass_through':
      return passThroughFinder(pattern)
    case 'dormant_woken':
      return dormantWokenFinder(pattern)
    case 'round_amounts':
      return roundAmountsFinder(pattern)
    case 'mule_cluster':
      return muleClusterFinder(pattern)
  }
}
