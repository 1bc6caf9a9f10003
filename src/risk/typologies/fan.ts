import { amountText, formatTimestamp, minorMax } from '#kernel'
import type { AccountFlows } from './account-flows.ts'
import { basis, excessOf, type Finder, type Match, microsPerSecond, totalOf } from './finder.ts'
import type { FlowGraph } from './flow-graph.ts'
import { fullestWindow } from './fullest-window.ts'
import type { FanPattern } from './pattern.ts'
import { earlierPeak, withPeak } from './peak.ts'
import type { StoredTransfer } from './stored-transfer.ts'
import { durationText } from './texts.ts'

/** Finds the most counterparties of one account in a window that contains the transfer. */
export function fanFinder(pattern: FanPattern): Finder {
  const isIn = pattern.kind === 'fan_in'
  const withinMicros = pattern.withinSeconds * microsPerSecond
  const accepts = acceptsOf(pattern)
  const counterparty = ({ source, destination }: StoredTransfer) => (isIn ? source : destination)
  const distinct = (transfers: readonly StoredTransfer[]) => new Set(transfers.map(counterparty)).size

  return {
    pattern,
    find: ({ graph, transfer, counts }) => {
      const flows = graph.account(transfer, isIn ? transfer.destination : transfer.source)
      if (flows === undefined) return []
      const side = isIn ? flows.in : flows.out
      const span = { from: transfer.at - withinMicros, to: transfer.at + withinMicros }
      const inSpan = side.countBetween(span)
      if (inSpan < pattern.counterpartiesMin || !accepts(transfer, { closing: transfer, graph })) return []
      if (inSpan > pattern.hubTransfersMax) {
        counts.skippedHubs += 1
        return []
      }
      const candidates = side
        .between(span, inSpan)
        .filter((candidate) => accepts(candidate, { closing: transfer, graph }))
      const window = fullestWindow({ candidates, transfer, withinMicros, measure: distinct })
      const found = distinct(window)
      const isUsual = noteAndCompare(flows, { graph, first: window[0] as StoredTransfer, end: transfer, found })
      return found < pattern.counterpartiesMin || isUsual ? [] : [matchOf(pattern, { flows, window, found })]
    },
  }

  /** Whether the account had about as many before, or the stream began too late to say. */
  function noteAndCompare(flows: AccountFlows, { graph, first, end, found }: Compared): boolean {
    if (pattern.timesUsual === undefined || found * pattern.timesUsual < pattern.counterpartiesMin) return false
    const peak = flows.peaks.get(pattern.id)
    const at = { at: end.at, lengthMicros: withinMicros }
    flows.peaks.set(pattern.id, withPeak(peak, { ...at, count: found }))
    const isEarly = first.at - graph.startedAt < (pattern.historySeconds ?? 0) * microsPerSecond
    return isEarly || found < pattern.timesUsual * earlierPeak(peak, at)
  }
}

type Compared = {
  readonly graph: FlowGraph
  readonly first: StoredTransfer
  readonly end: StoredTransfer
  readonly found: number
}

type Beside = { readonly closing: StoredTransfer; readonly graph: FlowGraph }

/** Whether a transfer counts beside the closing one. */
function acceptsOf(pattern: FanPattern): (candidate: StoredTransfer, beside: Beside) => boolean {
  const isIn = pattern.kind === 'fan_in'
  const amountMin = BigInt(pattern.amountMin ?? 1)
  const band = BigInt(basis - pattern.bandBps)
  const factor = pattern.unlikeFactor === undefined ? undefined : BigInt(Math.round(pattern.unlikeFactor))
  return (candidate, { closing, graph }) => {
    const { amount } = candidate
    const most = band === 0n ? minorMax : (closing.amount * BigInt(basis)) / band
    const least = (closing.amount * band + BigInt(basis - 1)) / BigInt(basis)
    if (amount < amountMin || amount < least || amount > most) return false
    if (factor === undefined) return true
    const range = { least, most }
    const { source, destination } = candidate
    const [subject, other] = isIn ? [destination, source] : [source, destination]
    const flows = graph.account(candidate, subject)
    const others = graph.account(candidate, other)
    const usually = (isIn ? flows?.in : flows?.out)?.meanWithout(range, () => true)
    const otherwise = (isIn ? others?.out : others?.in)?.meanWithout(
      range,
      (transfer) => transfer.source === source && transfer.destination === destination,
    )
    const isUnlike = (usual: bigint) => amount * factor <= usual || amount >= usual * factor
    return otherwise !== undefined && isUnlike(otherwise) && (usually === undefined || isUnlike(usually))
  }
}

type Found = { readonly flows: AccountFlows; readonly window: readonly StoredTransfer[]; readonly found: number }

function matchOf(pattern: FanPattern, { flows, window, found }: Found): Match {
  const [first, last] = [window[0] as StoredTransfer, window.at(-1) as StoredTransfer]
  const total = totalOf(window)
  const isIn = pattern.kind === 'fan_in'
  const many = `${found} ${isIn ? 'sources' : 'destinations'}`
  const took = durationText(last.at - first.at)
  const sum = amountText(total, flows.asset)
  const what = isIn ? `${flows.account} got ${sum} from ${many}` : `${flows.account} paid ${sum} to ${many}`
  return {
    key: flows.account,
    subjects: [flows.account],
    transfers: window,
    excess: excessOf({ found, least: pattern.counterpartiesMin }),
    facts: { counterparties: found, transfers: window.length },
    explanation: `${what} within ${took}, from ${formatTimestamp(first.at)} on.`,
  }
}
