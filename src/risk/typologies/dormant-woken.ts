import { amountText, formatTimestamp } from '#kernel'
import type { AccountFlows } from './account-flows.ts'
import { excessOf, type Finder, type Match, microsPerSecond, totalOf, transfersSeenMax } from './finder.ts'
import type { DormantPattern } from './pattern.ts'
import { countText, durationText } from './texts.ts'

/** Finds accounts that move much after a long pause. */
export function dormantWokenFinder(pattern: DormantPattern): Finder {
  const amountMin = BigInt(pattern.amountMin)
  const idleMicros = pattern.idleSeconds * microsPerSecond
  const withinMicros = pattern.withinSeconds * microsPerSecond

  return {
    pattern,
    find: ({ graph, transfer }) =>
      [transfer.source, transfer.destination].flatMap((account) => {
        const flows = graph.account(transfer, account)
        return flows === undefined ? [] : matchesOf(flows)
      }),
  }

  function matchesOf(flows: AccountFlows): readonly Match[] {
    const { wake, account, asset } = flows
    if (wake === undefined || wake.at - wake.idleFrom < idleMicros) return []
    const span = { from: wake.at, to: wake.at + withinMicros }
    if (flows.lastAt > span.to) return []
    const transfers = [...flows.in.between(span, transfersSeenMax), ...flows.out.between(span, transfersSeenMax)]
    const moved = totalOf(transfers)
    if (moved < amountMin || moved < wake.usual * BigInt(Math.round(pattern.timesUsual))) return []
    return [
      {
        key: account,
        subjects: [account],
        transfers,
        excess: excessOf({ found: Number(moved / amountMin), least: 1 }) / 10,
        facts: {
          idle_from: formatTimestamp(wake.idleFrom),
          woken_at: formatTimestamp(wake.at),
          usual: `${wake.usual}`,
        },
        explanation: `${account} had no transfer for ${durationText(wake.at - wake.idleFrom)} and then moved ${amountText(moved, asset)} in ${countText(transfers.length, 'transfer')} within ${durationText(flows.lastAt - wake.at)}; before, a transfer had ${amountText(wake.usual, asset)} in the mean.`,
      },
    ]
  }
}
